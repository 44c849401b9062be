//! `check`: fresh, stale, and what mends it.

use anyhow::Result;

use super::workspace::{Outcome, Workspace, unsupported};
use crate::cmd::check;
use crate::context::Context;
use crate::generator::Generator;
use crate::root::{DERIVED, DOCUMENT, GENERATED, OPERATIONS, OVERLAY, PROVENANCE, SANDBOX};

#[test]
fn the_checked_in_files_are_fresh() -> Result<()> {
    let mut out = Vec::new();
    let context = Context {
        generator: Generator::Here,
        ..Context::discover()?
    };
    let status = check::run(&context, &mut out)?;
    assert_eq!(status, 0, "{}", String::from_utf8_lossy(&out));
    Ok(())
}

#[test]
fn every_derived_file_that_is_touched_or_missing_is_stale_until_regen() -> Result<()> {
    let derived = [DERIVED, SANDBOX, OPERATIONS].into_iter().chain(GENERATED);
    let missing = derived.clone().chain([PROVENANCE]).map(|file| (file, true));
    let touched = derived.chain([DOCUMENT]).map(|file| (file, false));
    for (file, is_missing) in missing.chain(touched) {
        let workspace = Workspace::fresh()?;
        let before = workspace.files()?;
        let path = workspace.path(file);
        if is_missing {
            std::fs::remove_file(&path)?;
        } else {
            let mut content = std::fs::read(&path)?;
            content.push(b'\n');
            std::fs::write(&path, content)?;
        }
        let remedy = "run `cargo xtask regen --from openapi/octocom.json`";
        assert_eq!(
            workspace.run(&["check"])?,
            Outcome {
                status: 1,
                out: format!("stale: {file}\n{remedy}\n"),
                errors: String::new()
            }
        );
        workspace.regen(&workspace.document()?)?;
        assert_eq!(workspace.run(&["check"])?.status, 0, "{file}");
        if file != PROVENANCE {
            assert_eq!(workspace.files()?, before, "{file}");
        }
    }
    Ok(())
}

#[test]
fn a_decision_changed_in_the_overlay_makes_the_derived_files_stale() -> Result<()> {
    let workspace = Workspace::fresh()?;
    let overlay = workspace.text(OVERLAY)?;
    workspace.write(OVERLAY, overlay.replace("list_users", "list_people"))?;
    let outcome = workspace.run(&["check"])?;
    assert_eq!(outcome.status, 1);
    assert!(
        outcome.out.contains(DERIVED) && outcome.out.contains(OPERATIONS),
        "{outcome:?}"
    );
    // The client and the operation table have the name; the enums do not.
    let [client, enums, operations] = GENERATED;
    assert!(outcome.out.contains(client), "{outcome:?}");
    assert!(outcome.out.contains(operations), "{outcome:?}");
    assert!(!outcome.out.contains(enums), "{outcome:?}");
    Ok(())
}

#[test]
fn a_document_that_is_no_client_is_named_with_the_place_and_is_not_stale() -> Result<()> {
    let workspace = Workspace::fresh()?;
    workspace.write(DOCUMENT, workspace.changed(unsupported)?)?;
    let before = workspace.files()?;
    let outcome = workspace.run(&["check"])?;
    assert_eq!((outcome.status, outcome.out.as_str()), (3, ""));
    let place = "octocom.json: at `/paths/~1rest~1v1~1users/get`: unexpected or unhandled format";
    assert!(outcome.errors.contains(place), "{outcome:?}");
    assert_eq!(workspace.files()?, before);
    Ok(())
}

#[test]
fn what_cannot_be_read_is_a_failure_and_not_stale() -> Result<()> {
    for file in [DOCUMENT, OVERLAY, PROVENANCE] {
        let workspace = Workspace::fresh()?;
        workspace.write(file, "{")?;
        let outcome = workspace.run(&["check"])?;
        assert_eq!((outcome.status, outcome.out.as_str()), (4, ""), "{file}");
        assert!(outcome.errors.contains(file), "{outcome:?}");
    }
    Ok(())
}
