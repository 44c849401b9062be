//! The commands as a maintainer runs them, in a copy of the workspace's documents.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Result;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{check, regen};
use crate::root::{DERIVED, DOCUMENT, OPERATIONS, OVERLAY, PROVENANCE, Root};

/// A workspace with the documents alone.
struct Workspace(TempDir);

impl Workspace {
    /// With the real document and overlay, and everything derived from them.
    fn fresh() -> Result<Self> {
        let workspace = Self(tempfile::tempdir()?);
        let real = Root::discover();
        for file in [DOCUMENT, OVERLAY, PROVENANCE, DERIVED, OPERATIONS] {
            let path = workspace.root().join(file);
            std::fs::create_dir_all(path.parent().unwrap())?;
            std::fs::copy(real.join(file), path)?;
        }
        Ok(workspace)
    }

    fn root(&self) -> Root {
        Root::at(self.0.path())
    }

    fn regen(&self, from: &Path) -> Result<(u8, String)> {
        let args = regen::Args {
            from: from.to_path_buf(),
            dry_run: false,
        };
        let mut out = Vec::new();
        let status = regen::run(&self.root(), &args, &mut out)?;
        Ok((status, String::from_utf8(out)?))
    }

    fn check(&self) -> Result<(u8, String)> {
        let mut out = Vec::new();
        let status = check::run(&self.root(), &mut out)?;
        Ok((status, String::from_utf8(out)?))
    }

    /// Every file and its content.
    fn files(&self) -> Result<BTreeMap<PathBuf, Vec<u8>>> {
        let mut files = BTreeMap::new();
        let mut folders = vec![self.0.path().to_path_buf()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder)? {
                let path = entry?.path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    files.insert(path.clone(), std::fs::read(path)?);
                }
            }
        }
        Ok(files)
    }

    /// Writes a changed copy of the real document and returns its path.
    fn document(&self, change: impl FnOnce(&mut Value)) -> Result<PathBuf> {
        let mut value: Value = serde_json::from_slice(&std::fs::read(self.root().join(DOCUMENT))?)?;
        change(&mut value);
        let path = self.0.path().join("candidate.json");
        std::fs::write(&path, value.to_string())?;
        Ok(path)
    }
}

#[test]
fn the_checked_in_files_are_fresh() -> Result<()> {
    let mut out = Vec::new();
    let status = check::run(&Root::discover(), &mut out)?;
    assert_eq!(status, 0, "{}", String::from_utf8_lossy(&out));
    Ok(())
}

#[test]
fn regen_of_the_checked_in_document_changes_no_byte() -> Result<()> {
    let workspace = Workspace::fresh()?;
    let before = workspace.files()?;
    let (status, report) = workspace.regen(&workspace.root().join(DOCUMENT))?;
    assert_eq!(status, 0);
    assert!(!report.contains("updated"), "{report}");
    assert_eq!(workspace.files()?, before);
    Ok(())
}

#[test]
fn every_derived_file_that_is_touched_or_missing_is_stale_until_regen() -> Result<()> {
    for file in [DOCUMENT, PROVENANCE, DERIVED, OPERATIONS] {
        let workspace = Workspace::fresh()?;
        let before = workspace.files()?;
        let path = workspace.root().join(file);
        if file == PROVENANCE {
            std::fs::remove_file(&path)?;
        } else {
            let mut content = std::fs::read(&path)?;
            content.push(b'\n');
            std::fs::write(&path, content)?;
        }
        let (status, report) = workspace.check()?;
        let remedy = "run `cargo xtask regen --from openapi/octocom.json`";
        assert_eq!(
            (status, report),
            (check::STALE, format!("stale: {file}\n{remedy}\n"))
        );
        workspace.regen(&workspace.root().join(DOCUMENT))?;
        assert_eq!(workspace.check()?.0, 0, "{file}");
        if file != PROVENANCE {
            assert_eq!(workspace.files()?, before, "{file}");
        }
    }
    Ok(())
}

#[test]
fn a_decision_changed_in_the_overlay_makes_the_derived_files_stale() -> Result<()> {
    let workspace = Workspace::fresh()?;
    let path = workspace.root().join(OVERLAY);
    let overlay = std::fs::read_to_string(&path)?.replace("list_users", "list_people");
    std::fs::write(&path, overlay)?;
    let (status, report) = workspace.check()?;
    assert_eq!(status, check::STALE);
    assert!(
        report.contains(DERIVED) && report.contains(OPERATIONS),
        "{report}"
    );
    Ok(())
}

#[test]
fn a_dry_run_says_what_would_change_and_writes_nothing() -> Result<()> {
    let workspace = Workspace::fresh()?;
    let from = workspace.document(|document| document["info"]["version"] = json!("2.0.0"))?;
    let before = workspace.files()?;
    let mut out = Vec::new();
    let args = regen::Args {
        from,
        dry_run: true,
    };
    assert_eq!(regen::run(&workspace.root(), &args, &mut out)?, 0);
    let report = String::from_utf8(out)?;
    assert!(
        report.contains(&format!("would update {DERIVED}")),
        "{report}"
    );
    assert!(
        report.contains(&format!("unchanged {OPERATIONS}")),
        "{report}"
    );
    assert_eq!(workspace.files()?, before);
    Ok(())
}

#[test]
fn a_new_operation_is_taken_in_and_listed_for_a_decision() -> Result<()> {
    let workspace = Workspace::fresh()?;
    let from = workspace.document(|document| {
        let widgets = json!({"get": {"responses": {"200": {
            "description": "Widgets",
            "content": {"application/json": {"schema": {
                "type": "object", "properties": {"name": {"type": "string"}}
            }}}
        }}}});
        document["paths"]["/rest/v1/widgets"] = widgets;
    })?;
    let (status, report) = workspace.regen(&from)?;
    assert_eq!(status, 0);
    for decision in [
        "provisional `get_widgets`",
        "assuming `safe`",
        "automatic name `GetWidgets200`",
    ] {
        assert!(report.contains(decision), "{decision}: {report}");
    }
    assert_eq!(workspace.check()?.0, 0);
    Ok(())
}

#[test]
fn what_is_no_usable_document_is_refused_with_file_and_place_and_changes_nothing() -> Result<()> {
    let workspace = Workspace::fresh()?;
    let users = |document: &mut Value| document["paths"]["/rest/v1/users"]["get"].take();
    let cases: [(&str, PathBuf, Vec<&str>); 6] = [
        (
            "missing",
            workspace.0.path().join("missing.json"),
            vec!["missing.json"],
        ),
        (
            "not JSON",
            {
                let path = workspace.0.path().join("page.json");
                std::fs::write(&path, "<html></html>")?;
                path
            },
            vec!["page.json", "is not JSON"],
        ),
        (
            "no paths",
            {
                let path = workspace.0.path().join("empty.json");
                std::fs::write(&path, r#"{"openapi": "3.0.3"}"#)?;
                path
            },
            vec!["empty.json", "`/paths`"],
        ),
        (
            "duplicate id",
            {
                let path = workspace.document(|document| {
                    let mut operation = users(document);
                    operation["operationId"] = json!("twice");
                    document["paths"]["/rest/v1/users"]["get"] = operation.clone();
                    document["paths"]["/rest/v1/teams"]["get"]["operationId"] = json!("twice");
                })?;
                let to = workspace.0.path().join("twice.json");
                std::fs::rename(path, &to)?;
                to
            },
            vec![
                "twice.json",
                "`/paths/~1rest~1v1~1teams/get/operationId`",
                "given twice",
            ],
        ),
        (
            "reference to nowhere",
            {
                let path = workspace.document(|document| {
                    document["paths"]["/rest/v1/users"]["get"]["responses"]["200"] =
                        json!({"$ref": "#/components/responses/Nowhere"});
                })?;
                let to = workspace.0.path().join("nowhere.json");
                std::fs::rename(path, &to)?;
                to
            },
            vec![
                "nowhere.json",
                "`/paths/~1rest~1v1~1users/get/responses/200/$ref`",
                "leads nowhere",
            ],
        ),
        (
            "two shapes",
            {
                let path = workspace.document(|document| {
                    let page = "/paths/~1rest~1v1~1users/get/responses/200/content/\
                            application~1json/schema/properties/pagination/properties";
                    document.pointer_mut(page).unwrap()["total"] = json!({"type": "integer"});
                })?;
                let to = workspace.0.path().join("shapes.json");
                std::fs::rename(path, &to)?;
                to
            },
            vec![
                "shapes.json",
                "`Pagination` names two different shapes",
                "users/get/responses/200/content/application~1json/schema/properties/pagination`",
            ],
        ),
    ];
    let before = workspace.files()?;
    for (case, from, expected) in cases {
        let message = match workspace.regen(&from) {
            Ok((status, report)) => format!("status {status}: {report}"),
            Err(error) => format!("{error:#}"),
        };
        for part in expected {
            assert!(message.contains(part), "{case}: {part} in {message}");
        }
        assert_eq!(workspace.files()?, before, "{case}");
    }
    Ok(())
}

#[test]
fn an_overlay_that_no_longer_fits_is_named_with_its_action() -> Result<()> {
    let workspace = Workspace::fresh()?;
    let from = workspace.document(|document| {
        document["paths"]
            .as_object_mut()
            .unwrap()
            .shift_remove("/rest/v1/businesses");
    })?;
    let message = format!("{:#}", workspace.regen(&from).unwrap_err());
    assert!(message.contains("overlay.json: at `/actions/"), "{message}");
    assert!(
        message.contains("matches nothing: $.paths['/rest/v1/businesses'].get"),
        "{message}"
    );
    Ok(())
}
