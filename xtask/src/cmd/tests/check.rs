//! `check`: fresh, stale, and what mends it.

use anyhow::Result;

use super::workspace::{Outcome, Workspace};
use crate::cmd::check;
use crate::context::Context;
use crate::root::{DERIVED, DOCUMENT, OPERATIONS, OVERLAY, PROVENANCE, SANDBOX};

#[test]
fn the_checked_in_files_are_fresh() -> Result<()> {
    let mut out = Vec::new();
    let status = check::run(&Context::discover()?, &mut out)?;
    assert_eq!(status, 0, "{}", String::from_utf8_lossy(&out));
    Ok(())
}

#[test]
fn every_derived_file_that_is_touched_or_missing_is_stale_until_regen() -> Result<()> {
    for file in [DOCUMENT, PROVENANCE, DERIVED, SANDBOX, OPERATIONS] {
        let workspace = Workspace::fresh()?;
        let before = workspace.files()?;
        let path = workspace.path(file);
        if file == PROVENANCE {
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
