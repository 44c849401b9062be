//! `diff`: statuses, formats, acknowledgements and the attempt to generate.

use anyhow::Result;
use serde_json::{Value, json};

use super::workspace::{
    Outcome, Workspace, additive, breaking, cosmetic, list_users, no_client, review, unclassified,
    unsupported,
};

type Change = fn(&mut Value);

fn same(_: &mut Value) {}

fn diff(workspace: &Workspace, change: Change, arguments: &[&str]) -> Result<Outcome> {
    let (old, new) = (workspace.document()?, workspace.candidate(change)?);
    let mut all = vec!["diff", old.as_str(), new.as_str()];
    all.extend(arguments);
    workspace.run(&all)
}

#[test]
fn the_status_follows_the_worst_change_and_the_gate() -> Result<()> {
    let workspace = Workspace::fresh()?;
    let gates = [
        &[] as &[&str],
        &["--fail-on", "cosmetic"],
        &["--fail-on", "additive"],
        &["--fail-on", "review"],
        &["--fail-on", "breaking"],
    ];
    let rows: [(Change, [u8; 5]); 6] = [
        (same, [0, 0, 0, 0, 0]),
        (cosmetic, [0, 1, 0, 0, 0]),
        (additive, [1, 1, 1, 0, 0]),
        (review, [2, 2, 2, 2, 0]),
        (breaking, [2, 2, 2, 2, 2]),
        (unclassified, [2, 2, 2, 2, 2]),
    ];
    for (change, expected) in rows {
        for (gate, expected) in gates.into_iter().zip(expected) {
            let outcome = diff(&workspace, change, gate)?;
            assert_eq!(outcome.status, expected, "{gate:?}: {outcome:?}");
            assert_eq!(outcome.errors, "");
        }
    }
    Ok(())
}

#[test]
fn without_a_client_the_status_is_three_when_asked_to_generate() -> Result<()> {
    let workspace = Workspace::fresh()?;
    assert_eq!(diff(&workspace, no_client, &[])?.status, 2);
    let outcome = diff(&workspace, no_client, &["--generate"])?;
    assert_eq!(outcome.status, 3);
    let reason = "No client can be generated:\n  openapi/overlay.json: at `/actions/";
    assert!(outcome.out.contains(reason), "{outcome:?}");
    let mild = diff(
        &workspace,
        no_client,
        &["--generate", "--fail-on", "breaking"],
    )?;
    assert_eq!(mild.status, 3, "no gate hides it");

    let outcome = diff(&workspace, same, &["--generate"])?;
    assert_eq!(outcome.status, 0);
    assert!(
        outcome.out.contains("A client can be generated: "),
        "{outcome:?}"
    );
    Ok(())
}

#[test]
fn a_failure_of_the_generator_is_a_verdict() -> Result<()> {
    let workspace = Workspace::fresh()?;
    let outcome = diff(&workspace, unsupported, &["--generate"])?;
    assert_eq!(outcome.status, 3, "{outcome:?}");
    let place = "candidate.json: at `/paths/~1rest~1v1~1users/get`: unexpected or unhandled format";
    assert!(outcome.out.contains(place), "{outcome:?}");
    Ok(())
}

#[test]
fn every_format_says_the_same() -> Result<()> {
    let workspace = Workspace::fresh()?;
    for format in ["text", "json", "markdown"] {
        let outcome = diff(&workspace, breaking, &["--generate", "--format", format])?;
        assert_eq!(outcome.status, 2, "{format}");
        assert!(
            outcome.out.contains("request-parameter-added-required"),
            "{outcome:?}"
        );
    }
    let outcome = diff(&workspace, breaking, &["--generate", "--format", "json"])?;
    let report: Value = serde_json::from_str(&outcome.out)?;
    assert_eq!(report["worst"], "breaking");
    assert_eq!(report["counts"]["breaking"], 1);
    assert_eq!(
        report["findings"][0]["rule"],
        "request-parameter-added-required"
    );
    assert_eq!(report["generation"]["verdict"], "works");
    let no_findings = json!([]);
    for key in ["acknowledged", "expired", "stale"] {
        assert_eq!(report[key], no_findings, "{key}");
    }
    Ok(())
}

#[test]
fn an_acknowledged_change_does_not_count_until_it_expires() -> Result<()> {
    let workspace = Workspace::fresh()?;
    let report = diff(&workspace, breaking, &["--format", "json"])?;
    let report: Value = serde_json::from_str(&report.out)?;
    let fingerprint = report["findings"][0]["fingerprint"].as_str().unwrap_or("");

    workspace.acknowledge(fingerprint, "2026-03-01")?;
    let outcome = diff(&workspace, breaking, &[])?;
    assert_eq!(outcome.status, 0, "on its last day: {outcome:?}");
    let line = format!(
        "\nNo changes but those that are acknowledged.\n\n\
         Acknowledged, and not counted:\n  request-parameter-added-required [{fingerprint}] until \
         2026-03-01: announced\n"
    );
    assert!(outcome.out.ends_with(&line), "{outcome:?}");

    workspace.acknowledge(fingerprint, "2026-02-28")?;
    let outcome = diff(&workspace, breaking, &[])?;
    assert_eq!(outcome.status, 2, "a day later: {outcome:?}");
    let line = format!("hold no longer:\n  [{fingerprint}] until 2026-02-28: announced\n");
    assert!(outcome.out.ends_with(&line), "{outcome:?}");

    workspace.acknowledge("0123456789abcdef", "2027-01-01")?;
    let outcome = diff(&workspace, breaking, &[])?;
    assert_eq!(outcome.status, 2, "another change: {outcome:?}");
    let line = "acknowledged.json:\n  [0123456789abcdef] until 2027-01-01: announced\n";
    assert!(outcome.out.ends_with(line), "{outcome:?}");
    Ok(())
}

#[test]
fn what_cannot_be_compared_is_a_failure() -> Result<()> {
    let workspace = Workspace::fresh()?;
    let document = workspace.document()?;
    let nowhere = workspace.candidate(|document| {
        list_users(document)["responses"]["200"] = json!({"$ref": "#/nowhere"});
    })?;
    let missing = document.replace("octocom.json", "missing.json");
    for (new, reason) in [(&nowhere, "leads nowhere"), (&missing, "reading")] {
        let outcome = workspace.run(&["diff", &document, new])?;
        assert_eq!((outcome.status, outcome.out.as_str()), (4, ""), "{new}");
        assert!(outcome.errors.contains(reason), "{outcome:?}");
    }
    workspace.write(crate::root::ACKNOWLEDGED, "[]")?;
    let outcome = workspace.run(&["diff", &document, &document])?;
    assert_eq!((outcome.status, outcome.out.as_str()), (4, ""));
    assert!(outcome.errors.contains("acknowledged.json"), "{outcome:?}");
    Ok(())
}
