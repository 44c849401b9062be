//! A workspace with the documents alone, in a folder of its own.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use chrono::DateTime;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::cli;
use crate::context::Context;
use crate::fetch::Limits;
use crate::generator::Generator;
use crate::lock::LOCK;
use crate::root::{
    ACKNOWLEDGED, CHANGELOG, DERIVED, DOCUMENT, GENERATED, OPERATIONS, OVERLAY, PROVENANCE, Root,
    SANDBOX,
};

/// The result of a command.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) status: u8,
    pub(crate) out: String,
    pub(crate) errors: String,
}

/// A workspace, and what its commands find around them.
pub(crate) struct Workspace {
    folder: TempDir,
    pub(crate) context: Context,
}

impl Workspace {
    /// With the real document and overlay, and everything derived from them.
    pub(crate) fn fresh() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let real = Root::discover();
        let root = Root::new(folder.path());
        let documents = [DOCUMENT, OVERLAY, PROVENANCE, DERIVED, SANDBOX, OPERATIONS];
        for file in documents.into_iter().chain(GENERATED) {
            let path = root.join(file);
            std::fs::create_dir_all(path.parent().context("a folder")?)?;
            std::fs::copy(real.join(file), path)?;
        }
        std::fs::write(root.join(CHANGELOG), "# Changelog\n\n## Unreleased\n")?;
        std::fs::write(root.join(ACKNOWLEDGED), r#"{"acknowledged": []}"#)?;
        let now = DateTime::parse_from_rfc3339("2026-03-01T12:00:00Z")?.to_utc();
        Ok(Self {
            folder,
            context: Context {
                root,
                url_variable: None,
                now,
                limits: Limits::default(),
                generator: Generator::Here,
                // The servers of tests are all on this machine.
                record_local: true,
            },
        })
    }

    /// Runs a command with arguments as on the command line.
    pub(crate) fn run(&self, arguments: &[&str]) -> Result<Outcome> {
        let (mut out, mut errors) = (Vec::new(), Vec::new());
        let arguments = std::iter::once(&"xtask").chain(arguments);
        let arguments = arguments.map(OsString::from);
        let status = cli::answer(
            || Ok(self.context.clone()),
            arguments,
            &mut out,
            &mut errors,
        );
        Ok(Outcome {
            status,
            out: String::from_utf8(out)?,
            errors: String::from_utf8(errors)?,
        })
    }

    /// `regen` from a file, which has to succeed.
    pub(crate) fn regen(&self, from: &str) -> Result<String> {
        let outcome = self.run(&["regen", "--from", from])?;
        assert_eq!(outcome.status, 0, "{outcome:?}");
        assert_eq!(outcome.errors, "");
        Ok(outcome.out)
    }

    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.context.root.join(file)
    }

    pub(crate) fn text(&self, file: &str) -> Result<String> {
        Ok(std::fs::read_to_string(self.path(file))?)
    }

    pub(crate) fn write(&self, file: &str, content: impl AsRef<[u8]>) -> Result<String> {
        let path = self.path(file);
        std::fs::write(&path, content)?;
        shown(&path)
    }

    /// Every file and its content, without the lock.
    pub(crate) fn files(&self) -> Result<BTreeMap<PathBuf, Vec<u8>>> {
        let mut files = BTreeMap::new();
        let mut folders = vec![self.folder.path().to_path_buf()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder)? {
                let path = entry?.path();
                if path.is_dir() {
                    folders.push(path);
                } else if path != self.path(LOCK) {
                    let name = path.strip_prefix(self.folder.path())?.to_path_buf();
                    files.insert(name, std::fs::read(path)?);
                }
            }
        }
        Ok(files)
    }

    /// The path of the checked-in document.
    pub(crate) fn document(&self) -> Result<String> {
        shown(&self.path(DOCUMENT))
    }

    /// Writes a changed copy of the real document and returns its path.
    pub(crate) fn candidate(&self, change: impl FnOnce(&mut Value)) -> Result<String> {
        self.write("candidate.json", self.changed(change)?)
    }

    /// A changed copy of the real document, as a server would send it.
    pub(crate) fn changed(&self, change: impl FnOnce(&mut Value)) -> Result<String> {
        let mut value: Value = serde_json::from_slice(&std::fs::read(self.path(DOCUMENT))?)?;
        change(&mut value);
        Ok(value.to_string())
    }

    pub(crate) fn acknowledge(&self, fingerprint: &str, expires: &str) -> Result<()> {
        let entry = json!({"fingerprint": fingerprint, "reason": "announced", "expires": expires});
        self.write(ACKNOWLEDGED, json!({"acknowledged": [entry]}).to_string())?;
        Ok(())
    }
}

fn shown(path: &Path) -> Result<String> {
    Ok(path.to_str().context("a path in UTF-8")?.to_owned())
}

/// `GET /rest/v1/users` of a document.
pub(crate) fn list_users(document: &mut Value) -> &mut Value {
    &mut document["paths"]["/rest/v1/users"]["get"]
}

/// No change on the wire.
pub(crate) fn cosmetic(document: &mut Value) {
    document["info"]["version"] = json!("2.0.0");
}

/// One optional query parameter more.
pub(crate) fn additive(document: &mut Value) {
    parameter(document, "active", false);
}

/// A date after which an operation may be gone.
pub(crate) fn review(document: &mut Value) {
    list_users(document)["x-sunset"] = json!("2027-01-01");
}

/// One required query parameter more.
pub(crate) fn breaking(document: &mut Value) {
    parameter(document, "team", true);
}

/// Something that no rule knows.
pub(crate) fn unclassified(document: &mut Value) {
    list_users(document)["callbacks"] = json!({});
}

/// An operation less, which the overlay still speaks of.
pub(crate) fn no_client(document: &mut Value) {
    if let Some(paths) = document["paths"].as_object_mut() {
        paths.shift_remove("/rest/v1/businesses");
    }
}

/// Two types of error in one operation, of which the generator knows one.
pub(crate) fn two_kinds_of_error(document: &mut Value) {
    let schema =
        json!({"type": "object", "title": "Other", "properties": {"other": {"type": "string"}}});
    list_users(document)["responses"]["409"] = json!({"description": "Conflict",
        "content": {"application/json": {"schema": schema}}});
}

/// A parameter in a place that the generator does not support.
pub(crate) fn unsupported(document: &mut Value) {
    parameter(document, "session", false);
    if let Some(parameters) = list_users(document)["parameters"].as_array_mut()
        && let Some(parameter) = parameters.last_mut()
    {
        parameter["in"] = json!("cookie");
    }
}

fn parameter(document: &mut Value, name: &str, required: bool) {
    let parameter =
        json!({"name": name, "in": "query", "required": required, "schema": {"type": "string"}});
    if let Some(parameters) = list_users(document)["parameters"].as_array_mut() {
        parameters.push(parameter);
    }
}
