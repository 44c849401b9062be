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
    let report = || {
        let mut new = document(0, "b");
        new["info"]["version"] = json!("2");
        compare(&document(1, "a"), &new)
    };
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
fn a_rule_and_a_path_acknowledge_all_findings_there() -> Result<()> {
    let report = || compare(&document(3, "a/"), &document(0, ""));
    let entry = |rule: &str, path: &str| -> Result<Acknowledgement> {
        let entry = json!({"rule": rule, "path": path, "reason": "r", "expires": "2026-03-01"});
        Ok(serde_json::from_value(entry)?)
    };
    assert_eq!(report()?.findings.len(), 3);
    for (rule, path, left) in [
        ("operation-removed", "/a", 0),
        ("operation-removed", "/a/1", 2),
        ("operation-removed", "/", 0),
        ("operation-removed", "/a/1x", 3),
        ("operation-added", "/a", 3),
    ] {
        let entries = vec![entry(rule, path)?];
        let assessment = Assessment::new(report()?, entries, day("2026-03-01")?);
        assert_eq!(assessment.report.findings.len(), left, "{rule} {path}");
        assert_eq!(
            assessment.stale.len(),
            usize::from(left == 3),
            "{rule} {path}"
        );
    }
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
        advice: Vec::new(),
        generation: Some(Generation::Fails {
            problems: vec![wide.clone(); 50],
        }),
        expired,
        report,
    };
    let mut out = Vec::new();
    let show = openapi_compare::Show::default();
    write(
        &assessment,
        &wide,
        openapi_compare::Format::Markdown,
        &show,
        &mut out,
    )?;
    let markdown = String::from_utf8(out)?;
    let chars = markdown.chars().count();
    assert!((50_000..MAX_BODY_CHARS).contains(&chars), "{chars}");
    assert!(markdown.ends_with("- and 42 more\n"), "{markdown}");
    Ok(())
}
