//! Two commands in one workspace, and a `regen` that was killed.

use anyhow::Result;

use super::workspace::{Workspace, breaking};
use crate::lock::Lock;
use crate::root::{DERIVED, DOCUMENT, GENERATED, PROVENANCE, SANDBOX};

#[test]
fn a_second_regen_is_refused_and_disturbs_nothing() -> Result<()> {
    let workspace = Workspace::fresh()?;
    let from = workspace.candidate(breaking)?;
    let accept = ["regen", "--from", &from, "--accept-breaking"];
    let running = Lock::take(&workspace.context.root)?;
    // What the running one has written under another name, to be renamed.
    workspace.write("openapi/.octocom.json.new", "{}")?;
    let before = workspace.files()?;

    let outcome = workspace.run(&accept)?;
    assert_eq!((outcome.status, outcome.out.as_str()), (4, ""));
    assert_eq!(
        outcome.errors,
        "error: another `cargo xtask regen` is running in this workspace; nothing was written. \
         Run the command again when the other one has ended\n"
    );
    let document = workspace.document()?;
    // Those that write nothing need not wait.
    for (arguments, status) in [
        (vec!["check"], 0),
        (vec!["diff", &document, &document], 0),
        (vec!["drift", "--live", &document], 0),
        (vec!["regen", "--from", &document, "--dry-run"], 0),
    ] {
        let outcome = workspace.run(&arguments)?;
        assert_eq!(
            (outcome.status, outcome.errors.as_str()),
            (status, ""),
            "{arguments:?}"
        );
    }
    assert_eq!(workspace.files()?, before);

    drop(running);
    let outcome = workspace.run(&accept)?;
    assert_eq!((outcome.status, outcome.errors.as_str()), (0, ""));
    assert_ne!(workspace.files()?, before);
    Ok(())
}

/// `regen` replaces derived files first and the document last.
#[test]
fn a_killed_regen_is_seen_by_check_and_done_by_the_next() -> Result<()> {
    let done = Workspace::fresh()?;
    let from = done.candidate(breaking)?;
    let accept = ["regen", "--from", &from, "--accept-breaking"];
    assert_eq!(done.run(&accept)?.status, 0);

    let order = [DERIVED, SANDBOX].into_iter().chain(GENERATED);
    let order: Vec<_> = order.chain([PROVENANCE]).collect();
    for killed_after in [1, order.len() - 1] {
        let workspace = Workspace::fresh()?;
        workspace.candidate(breaking)?;
        for file in order.iter().take(killed_after) {
            workspace.write(file, done.text(file)?)?;
        }
        let outcome = workspace.run(&["check"])?;
        assert_eq!(outcome.status, 1, "{killed_after}: {outcome:?}");

        let outcome = workspace.run(&accept)?;
        assert_eq!(outcome.status, 0, "{killed_after}: {outcome:?}");
        assert_eq!(workspace.run(&["check"])?.status, 0);
        assert_eq!(workspace.files()?, done.files()?, "{killed_after}");
    }
    Ok(())
}

#[test]
fn a_file_that_cannot_be_written_is_named_and_the_way_back_too() -> Result<()> {
    let workspace = Workspace::fresh()?;
    let from = workspace.candidate(breaking)?;
    // A folder stands where the new content is written first.
    std::fs::create_dir(workspace.path("openapi/.octocom.json.new"))?;
    let outcome = workspace.run(&["regen", "--from", &from, "--accept-breaking"])?;
    assert_eq!(outcome.status, 4);
    let path = workspace.path(DOCUMENT);
    let start = format!(
        "error: some files may be replaced already: `git restore` brings the old ones back: \
         writing `{}`: ",
        path.display()
    );
    assert!(outcome.errors.starts_with(&start), "{outcome:?}");
    Ok(())
}
