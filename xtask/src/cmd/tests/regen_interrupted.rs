//! `regen` stopped after each of its steps, and the state after the next command.

use anyhow::{Result, bail};

use super::workspace::{Workspace, breaking};
use crate::journal::{self, JOURNAL, Recovery};
use crate::root::{CHANGELOG, DERIVED, DOCUMENT, GENERATED, OPERATIONS, PROVENANCE, SANDBOX};
use crate::workspace_files::WorkspaceFile;

const NOTHING_LEFT: &str = "";
const ROLLED_BACK: &str = "note: rolled back an interrupted `regen`\n";
const COMPLETED: &str = "note: finished an interrupted `regen`\n";

/// All files of a complete `regen`, in the order in which it replaces them.
fn replacements() -> Result<Vec<WorkspaceFile>> {
    let done = Workspace::fresh()?;
    let from = done.candidate(breaking)?;
    let outcome = done.run(&["regen", "--from", &from, "--accept-breaking"])?;
    assert_eq!(outcome.status, 0, "{outcome:?}");
    let paths = [DOCUMENT, PROVENANCE, DERIVED, SANDBOX, OPERATIONS];
    let paths = paths.into_iter().chain(GENERATED).chain([CHANGELOG]);
    let files = paths.map(|path| {
        let content = std::fs::read(done.path(path))?;
        Ok(WorkspaceFile { path, content })
    });
    files.collect()
}

/// Replaces files and stops after some steps, as a killed process does: nothing is tidied up.
///
/// Returns `true` if it came to the end before.
fn stopped(workspace: &Workspace, files: &[WorkspaceFile], steps: usize) -> Result<bool> {
    let mut left = steps;
    let result = journal::commit(&workspace.context.root, files, &mut || {
        if left == 0 {
            bail!("stopped here");
        }
        left -= 1;
        Ok(())
    });
    match result {
        Ok(()) => Ok(true),
        Err(error) if error.to_string() == "stopped here" => Ok(false),
        Err(error) => Err(error),
    }
}

#[test]
fn after_every_step_the_next_command_finishes_or_rolls_back() -> Result<()> {
    let files = replacements()?;
    // One for each staged file, two for the journal.
    let before_the_journal = files.len() + 1;
    let mut seen = Vec::new();
    for steps in 0.. {
        let workspace = Workspace::fresh()?;
        let old = workspace.files()?;
        let complete = stopped(&workspace, &files, steps)?;

        // A build between two commands has the old document or the new one.
        let derived = workspace.text(DERIVED)?.into_bytes();
        assert!(
            derived == old[std::path::Path::new(DERIVED)]
                || files.iter().any(|file| file.content == derived)
        );

        let outcome = workspace.run(&["check"])?;
        assert_eq!(outcome.status, 0, "after {steps} steps: {outcome:?}");
        let mut new = old.clone();
        for file in &files {
            new.insert(file.path.into(), file.content.clone());
        }
        let expected = if steps < before_the_journal { old } else { new };
        assert_eq!(workspace.files()?, expected, "after {steps} steps");
        seen.push(outcome.errors);
        let again = journal::recover(&workspace.context.root)?;
        assert_eq!(again, Recovery::Nothing);
        if complete {
            break;
        }
    }
    let mut expected = vec![ROLLED_BACK; before_the_journal];
    // The journal in place, each rename, and the end with the journal deleted.
    expected.extend(vec![COMPLETED; files.len() + 1]);
    expected.extend([NOTHING_LEFT; 2]);
    assert_eq!(seen, expected);
    Ok(())
}

#[test]
fn every_command_recovers_first() -> Result<()> {
    let files = replacements()?;
    for command in ["check", "diff", "drift", "regen"] {
        let workspace = Workspace::fresh()?;
        stopped(&workspace, &files, files.len() + 3)?;
        let document = workspace.document()?;
        let arguments = match command {
            "diff" => vec!["diff", &document, &document],
            "drift" => vec!["drift", "--live", &document],
            "regen" => vec!["regen", "--from", &document],
            _ => vec![command],
        };
        let outcome = workspace.run(&arguments)?;
        assert_eq!(
            (outcome.status, outcome.errors.as_str()),
            (0, COMPLETED),
            "{command}"
        );
    }
    Ok(())
}

#[test]
fn an_edit_after_the_interruption_is_not_overwritten() -> Result<()> {
    let files = replacements()?;
    // Nothing replaced yet: the old files stay, and so does the edit.
    let workspace = Workspace::fresh()?;
    stopped(&workspace, &files, files.len() + 1)?;
    workspace.write(CHANGELOG, "# Mine\n")?;
    let outcome = workspace.run(&["check"])?;
    assert_eq!((outcome.status, outcome.errors.as_str()), (0, ROLLED_BACK));
    assert_eq!(workspace.text(CHANGELOG)?, "# Mine\n");

    // Some replaced: a person has to decide.
    let workspace = Workspace::fresh()?;
    stopped(&workspace, &files, files.len() + 2)?;
    workspace.write(CHANGELOG, "# Mine\n")?;
    let before = workspace.files()?;
    let outcome = workspace.run(&["check"])?;
    assert_eq!(outcome.status, 4);
    assert_eq!(
        outcome.errors,
        format!(
            "error: an interrupted `regen` cannot be finished, because these files have changed \
             since: CHANGELOG.md; restore them, or delete `{JOURNAL}` and run `cargo xtask regen \
             --from openapi/octocom.json`\n"
        )
    );
    assert_eq!(workspace.files()?, before);
    Ok(())
}

#[test]
fn a_journal_that_regen_did_not_write_is_not_followed() -> Result<()> {
    for (journal, reason) in [
        ("{", "is no journal"),
        (
            r#"{"files": [{"path": "../outside", "before": null, "after": "0"}]}"#,
            "names a file that `regen` does not write",
        ),
    ] {
        let workspace = Workspace::fresh()?;
        workspace.write(JOURNAL, journal)?;
        let before = workspace.files()?;
        let outcome = workspace.run(&["check"])?;
        assert_eq!((outcome.status, outcome.out.as_str()), (4, ""));
        assert!(outcome.errors.contains(reason), "{outcome:?}");
        assert_eq!(workspace.files()?, before);
    }
    Ok(())
}
