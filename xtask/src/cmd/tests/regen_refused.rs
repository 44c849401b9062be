//! `regen` refuses what would break users, and what it cannot use at all.

use anyhow::Result;
use serde_json::{Value, json};

use super::workspace::{
    Workspace, breaking, list_users, no_client, review, unclassified, unsupported,
};

#[test]
fn what_breaks_users_is_refused_until_it_is_accepted() -> Result<()> {
    let changes: [fn(&mut Value); 3] = [breaking, review, unclassified];
    for change in changes {
        let workspace = Workspace::fresh()?;
        let from = workspace.candidate(change)?;
        let before = workspace.files()?;
        for dry_run in [&["--dry-run"][..], &[]] {
            let outcome = workspace.run(&[&["regen", "--from", &from], dry_run].concat())?;
            assert_eq!(outcome.status, 2, "{outcome:?}");
            let refusal = "refused, nothing is written: `--accept-breaking` accepts all of it, \
                           `openapi/acknowledged.json` single changes\n";
            assert!(outcome.out.ends_with(refusal), "{outcome:?}");
            assert_eq!(workspace.files()?, before);
        }
        let outcome = workspace.run(&["regen", "--from", &from, "--accept-breaking"])?;
        assert_eq!(outcome.status, 0, "{outcome:?}");
        assert_eq!(workspace.run(&["check"])?.status, 0);
    }
    Ok(())
}

#[test]
fn an_acknowledged_change_is_accepted_and_stands_in_the_changelog() -> Result<()> {
    let workspace = Workspace::fresh()?;
    let (old, from) = (workspace.document()?, workspace.candidate(breaking)?);
    let report = workspace
        .run(&["diff", &old, &from, "--format", "json"])?
        .out;
    let report: Value = serde_json::from_str(&report)?;
    let fingerprint = report["findings"][0]["fingerprint"].as_str().unwrap_or("");
    workspace.acknowledge(fingerprint, "2026-12-31")?;
    workspace.regen(&from)?;
    let changelog = workspace.text(crate::root::CHANGELOG)?;
    assert!(
        changelog.contains("parameter-added-required"),
        "{changelog}"
    );
    // It has done its work.
    let outcome = workspace.run(&["drift", "--live", &from])?;
    assert_eq!(outcome.status, 0);
    assert!(outcome.out.contains("Stale: "), "{outcome:?}");
    Ok(())
}

#[test]
fn an_overlay_that_no_longer_fits_is_named_with_its_action() -> Result<()> {
    let workspace = Workspace::fresh()?;
    let from = workspace.candidate(no_client)?;
    let before = workspace.files()?;
    let reason = "matches nothing: $.paths['/rest/v1/businesses'].get";

    let outcome = workspace.run(&["regen", "--from", &from])?;
    assert_eq!(outcome.status, 2);
    let says = "it cannot be derived yet, either:\n";
    assert!(
        outcome.out.contains(says) && outcome.out.contains(reason),
        "{outcome:?}"
    );

    let outcome = workspace.run(&["regen", "--from", &from, "--accept-breaking"])?;
    assert_eq!(outcome.status, 3);
    assert!(
        outcome.errors.contains("overlay.json: at `/actions/"),
        "{outcome:?}"
    );
    assert!(outcome.errors.contains(reason), "{outcome:?}");
    assert_eq!(workspace.files()?, before);
    Ok(())
}

#[test]
fn what_cannot_be_generated_is_named_with_its_place_and_changes_nothing() -> Result<()> {
    let workspace = Workspace::fresh()?;
    let from = workspace.candidate(unsupported)?;
    let before = workspace.files()?;
    let place = "candidate.json: at `/paths/~1rest~1v1~1users/get`: unexpected or unhandled format";
    for dry_run in [&["--dry-run"][..], &[]] {
        let outcome = workspace.run(&[&["regen", "--from", &from], dry_run].concat())?;
        assert_eq!(outcome.status, 3, "{outcome:?}");
        assert!(outcome.errors.contains(place), "{outcome:?}");
        assert!(!outcome.out.contains("update"), "{outcome:?}");
        assert_eq!(workspace.files()?, before);
    }
    Ok(())
}

#[test]
fn what_is_no_usable_document_is_refused_with_its_place_and_changes_nothing() -> Result<()> {
    let workspace = Workspace::fresh()?;
    let twice = |document: &mut Value| {
        list_users(document)["operationId"] = json!("twice");
        document["paths"]["/rest/v1/teams"]["get"]["operationId"] = json!("twice");
    };
    let nowhere = |document: &mut Value| {
        list_users(document)["responses"]["200"] = json!({"$ref": "#/components/responses/No"});
    };
    let shapes = |document: &mut Value| {
        let page = "/responses/200/content/application~1json/schema/properties/pagination\
                    /properties";
        if let Some(page) = list_users(document).pointer_mut(page) {
            page["total"] = json!({"type": "integer"});
        }
    };
    let cases: [(&str, String, u8, &[&str]); 5] = [
        ("page.json", "<html></html>".to_owned(), 4, &["is not JSON"]),
        (
            "empty.json",
            r#"{"openapi": "3.0.3"}"#.to_owned(),
            4,
            &["`/paths`"],
        ),
        (
            "twice.json",
            workspace.changed(twice)?,
            3,
            &["`/paths/~1rest~1v1~1teams/get/operationId`", "given twice"],
        ),
        (
            "nowhere.json",
            workspace.changed(nowhere)?,
            3,
            &[
                "`/paths/~1rest~1v1~1users/get/responses/200/$ref`",
                "leads nowhere",
            ],
        ),
        (
            "shapes.json",
            workspace.changed(shapes)?,
            3,
            &[
                "`Pagination` has another shape here",
                "users/get/responses/200/content/application~1json/schema/properties/pagination`",
            ],
        ),
    ];
    for (name, content, status, expected) in cases {
        let from = workspace.write(name, content)?;
        let before = workspace.files()?;
        let outcome = workspace.run(&["regen", "--from", &from])?;
        assert_eq!(outcome.status, status, "{outcome:?}");
        for part in [&[name], expected].concat() {
            assert!(outcome.errors.contains(part), "{part} in {outcome:?}");
        }
        assert_eq!(workspace.files()?, before, "{name}");
    }
    Ok(())
}
