//! `regen` from a file: what is written, what is left alone, and what is left to decide.

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use super::workspace::{Workspace, additive, cosmetic};
use crate::root::{CHANGELOG, DERIVED, DOCUMENT, GENERATED, OPERATIONS, OVERLAY, SANDBOX};

#[test]
fn regen_of_the_checked_in_document_changes_no_byte() -> Result<()> {
    let workspace = Workspace::fresh()?;
    let before = workspace.files()?;
    let report = workspace.regen(&workspace.document()?)?;
    assert!(!report.contains("updated"), "{report}");
    assert_eq!(workspace.files()?, before);
    Ok(())
}

#[test]
fn the_command_that_check_names_works_from_any_folder() -> Result<()> {
    // The tests run in the folder of this package, which has no such file.
    let workspace = Workspace::fresh()?;
    let outcome = workspace.run(&["regen", "--from", DOCUMENT])?;
    assert_eq!(outcome.status, 0, "{outcome:?}");
    assert!(!outcome.out.contains("updated"), "{outcome:?}");
    let outcome = workspace.run(&["regen", "--from", "openapi/none.json"])?;
    assert_eq!(outcome.status, 4, "{outcome:?}");
    assert!(
        outcome.errors.contains("`openapi/none.json`"),
        "{outcome:?}"
    );
    Ok(())
}

#[test]
fn a_dry_run_says_what_would_change_and_writes_nothing() -> Result<()> {
    let workspace = Workspace::fresh()?;
    let from = workspace.candidate(cosmetic)?;
    let before = workspace.files()?;
    let outcome = workspace.run(&["regen", "--from", &from, "--dry-run"])?;
    assert_eq!(outcome.status, 0, "{outcome:?}");
    for line in [
        format!("would update {DERIVED}\n"),
        format!("would update {SANDBOX}\n"),
        format!("would update {CHANGELOG}\n"),
        format!("unchanged {OPERATIONS}\n"),
        format!("would update {}\n", GENERATED[0]),
        format!("unchanged {}\n", GENERATED[1]),
        format!("would update {}\n", GENERATED[2]),
    ] {
        assert!(outcome.out.contains(&line), "{line}: {outcome:?}");
    }
    assert_eq!(workspace.files()?, before);
    Ok(())
}

#[test]
fn an_accepted_document_is_fresh_and_a_second_run_changes_nothing() -> Result<()> {
    let workspace = Workspace::fresh()?;
    let from = workspace.candidate(additive)?;
    let report = workspace.regen(&from)?;
    assert!(report.contains("1 additive"), "{report}");
    let document: Value = serde_json::from_str(&workspace.text(DOCUMENT)?)?;
    let candidate: Value = serde_json::from_str(&std::fs::read_to_string(&from)?)?;
    assert_eq!(document, candidate);
    let changelog = workspace.text(CHANGELOG)?;
    let entry = "## Unreleased\n\n### Octocom API\n\n- The API document changed, still version \
                 ` 1.0.0 `: 1 change: 1 additive.\n  - ` GET /rest/v1/users `: ";
    assert!(changelog.contains(entry), "{changelog}");
    assert_eq!(workspace.run(&["check"])?.status, 0);

    let before = workspace.files()?;
    workspace.regen(&from)?;
    workspace.regen(&workspace.document()?)?;
    assert_eq!(workspace.files()?, before);
    Ok(())
}

#[test]
fn an_overlay_edit_alone_is_no_changelog_entry() -> Result<()> {
    let workspace = Workspace::fresh()?;
    let overlay = workspace.text(OVERLAY)?;
    workspace.write(OVERLAY, overlay.replace("list_users", "list_people"))?;
    let before = workspace.text(CHANGELOG)?;
    let report = workspace.regen(&workspace.document()?)?;
    for file in [DERIVED, GENERATED[0], GENERATED[2]] {
        assert!(report.contains(&format!("updated {file}\n")), "{report}");
    }
    let client = workspace.text(GENERATED[0])?;
    assert!(client.contains("fn list_people<"), "the client follows");
    assert!(!client.contains("fn list_users<"), "the client follows");
    assert_eq!(workspace.text(CHANGELOG)?, before);
    Ok(())
}

#[test]
fn a_workspace_without_a_document_takes_its_first() -> Result<()> {
    let workspace = Workspace::fresh()?;
    let from = workspace.candidate(|_| ())?;
    let before = workspace.files()?;
    let written = [DOCUMENT, DERIVED, SANDBOX, OPERATIONS];
    for file in written.into_iter().chain(GENERATED) {
        std::fs::remove_file(workspace.path(file))?;
    }
    workspace.regen(&from)?;
    assert_eq!(workspace.files()?, before);
    Ok(())
}

#[test]
fn a_new_operation_is_taken_in_and_the_suggested_lines_decide_about_it() -> Result<()> {
    let workspace = Workspace::fresh()?;
    let from = workspace.candidate(|document| {
        let widgets = json!({"get": {"responses": {"200": {
            "description": "Widgets",
            "content": {"application/json": {"schema": {
                "type": "object", "properties": {"name": {"type": "string"}}
            }}}
        }}}});
        document["paths"]["/rest/v1/widgets"] = widgets;
    })?;
    let report = workspace.regen(&from)?;
    for decision in [
        "provisional `get_widgets`",
        "assuming `safe`",
        "assuming `reads`",
        "assuming `unnamed get-widgets`",
        "automatic name `GetWidgets200`",
    ] {
        assert!(report.contains(decision), "{decision}: {report}");
    }
    let undecided = workspace.run(&["check"])?;
    assert_eq!((undecided.status, undecided.errors.as_str()), (1, ""));
    let at = "undecided: at `/paths/~1rest~1v1~1widgets/get`: no";
    let expected = [
        format!("{at} `x-octocom-effect` in the overlay: assuming `reads`"),
        format!("{at} `x-octocom-command` in the overlay: assuming `unnamed get-widgets`"),
        "decide in `openapi/overlay.json`: `cargo xtask regen --from openapi/octocom.json` prints \
         the actions to add"
            .to_owned(),
    ];
    assert_eq!(undecided.out.lines().collect::<Vec<_>>(), expected);

    let start = report
        .find("names of your choice:\n")
        .context("a suggestion")?;
    let lines: Vec<_> = report[start..]
        .lines()
        .filter(|line| line.starts_with('{'))
        .collect();
    let suggested: Vec<Value> = serde_json::from_str(&format!("[{}]", lines.concat()))?;
    assert_eq!(
        suggested,
        [
            json!({"target": "$.paths['/rest/v1/widgets'].get",
                "update": {"operationId": "get_widgets", "x-octocom-idempotency": "safe",
                    "x-octocom-effect": "reads", "x-octocom-command": "unnamed get-widgets"}}),
            json!({"target": "$.paths['/rest/v1/widgets'].get.responses['200'].content\
                ['application/json'].schema", "update": {"title": "GetWidgets200"}}),
        ]
    );
    let mut overlay: Value = serde_json::from_str(&workspace.text(OVERLAY)?)?;
    let actions = overlay["actions"].as_array_mut().context("actions")?;
    actions.extend(suggested);
    workspace.write(OVERLAY, overlay.to_string())?;
    let report = workspace.regen(&workspace.document()?)?;
    assert!(!report.contains("decide"), "{report}");
    assert_eq!(workspace.run(&["check"])?.status, 0);
    Ok(())
}
