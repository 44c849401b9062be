//! Acknowledgements beside findings, and what an issue has room for.

use anyhow::Result;
use serde_json::{Value, json};

use super::*;
use openapi_compare::compare;

/// The longest body of an issue on GitHub, in characters, less a few for what the workflow adds.
const MAX_BODY_CHARS: usize = 65_536 - 500;

fn document(paths: usize, name: &str) -> Value {
    let paths: serde_json::Map<String, Value> = (0..paths)
        .map(|index| {
            let path = format!("/{name}{index}");
            (path, json!({"get": {"responses": {}}}))
        })
        .collect();
    json!({"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": paths})
}

fn acknowledgement(fingerprint: &str, reason: &str) -> Result<Acknowledgement> {
    let entry = json!({"fingerprint": fingerprint, "reason": reason, "expires": "2026-03-01"});
    Ok(serde_json::from_value(entry)?)
}

fn day(text: &str) -> Result<NaiveDate> {
    Ok(text.parse()?)
}

#[test]
fn each_acknowledgement_is_about_one_finding() -> Result<()> {
    let report = || compare(&document(1, "a"), &document(1, "b"));
    let findings = report()?.findings;
    assert_eq!(findings.len(), 2, "{findings:?}");
    let entries = [
        acknowledgement(&findings[0].fingerprint, "moved")?,
        acknowledgement("0123456789abcdef", "gone")?,
    ];
    let assessment = Assessment::new(report()?, entries.to_vec(), day("2026-03-01")?);
    assert_eq!(assessment.report.findings, [findings[1].clone()]);
    assert_eq!(assessment.acknowledged.len(), 1);
    assert_eq!(assessment.acknowledged[0].finding, findings[0]);
    assert_eq!(
        (assessment.expired, assessment.stale.as_slice()),
        (vec![], &entries[1..])
    );

    let assessment = Assessment::new(report()?, entries.to_vec(), day("2026-03-02")?);
    assert_eq!(assessment.report.findings, findings);
    assert!(assessment.acknowledged.is_empty());
    assert_eq!(assessment.expired, entries[..1]);
    Ok(())
}

#[test]
fn markdown_fits_into_an_issue_however_much_there_is_to_say() -> Result<()> {
    let wide = "`\u{1b}é".repeat(500);
    let mut expired = Vec::new();
    for index in 0..50 {
        expired.push(acknowledgement(&format!("{index:016x}"), &wide)?);
    }
    let report = compare(&document(3_000, "long-name-"), &document(1, "b"))?;
    let accepted = |finding: &Finding| Accepted {
        acknowledgement: expired[0].clone(),
        finding: finding.clone(),
    };
    let assessment = Assessment {
        acknowledged: report.findings.iter().take(50).map(accepted).collect(),
        stale: expired.clone(),
        generation: Some(Generation::Fails {
            problems: vec![wide.clone(); 50],
        }),
        expired,
        report,
    };
    let mut out = Vec::new();
    write(&assessment, &wide, Format::Markdown, &mut out)?;
    let markdown = String::from_utf8(out)?;
    let chars = markdown.chars().count();
    assert!((50_000..MAX_BODY_CHARS).contains(&chars), "{chars}");
    assert!(markdown.ends_with("- and 42 more\n"), "{markdown}");
    Ok(())
}
