//! The paths of the workspace's files.

use std::path::{Path, PathBuf};

/// Folder of the workspace.
#[derive(Debug, Clone)]
pub(crate) struct Root(PathBuf);

impl Root {
    /// Finds the workspace that this xtask belongs to.
    pub(crate) fn discover() -> Self {
        // Cargo sets the variable for `cargo run`; a binary started by hand falls back to the
        // folder it was built in.
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        Self(
            manifest
                .parent()
                .map_or(manifest.clone(), Path::to_path_buf),
        )
    }

    #[cfg(test)]
    pub(crate) fn new(path: &Path) -> Self {
        Self(path.to_path_buf())
    }

    /// A file that somebody named who may be in another folder than the commands are written for.
    pub(crate) fn file(&self, path: &Path) -> PathBuf {
        let here = self.0.join(path);
        match path.exists() || !here.exists() {
            true => path.to_path_buf(),
            false => here,
        }
    }

    /// Absolute path of a file named from the workspace's folder.
    pub(crate) fn join(&self, relative: &str) -> PathBuf {
        self.0.join(relative)
    }
}

/// The document as published, pretty-printed.
pub(crate) const DOCUMENT: &str = "openapi/octocom.json";
/// Our decisions about the document.
pub(crate) const OVERLAY: &str = "openapi/overlay.json";
/// The provenance of the document.
pub(crate) const PROVENANCE: &str = "openapi/provenance.json";
/// The document that progenitor reads.
pub(crate) const DERIVED: &str = "octocom-api/openapi.json";
/// The checked-in client, in the order of `codegen/files.rs`.
pub(crate) const GENERATED: [&str; 3] = [
    "octocom-api/generated/client.rs",
    "octocom-api/generated/enums.rs",
    "octocom-api/generated/operations.rs",
];
/// The document as published once more: a package has no file from outside its folder.
pub(crate) const SANDBOX: &str = "octocom-sandbox/octocom.json";
/// The operation table as text, for review.
pub(crate) const OPERATIONS: &str = "openapi/operations.txt";
/// Changes that are accepted on purpose.
pub(crate) const ACKNOWLEDGED: &str = "openapi/acknowledged.json";
/// The changelog.
pub(crate) const CHANGELOG: &str = "CHANGELOG.md";
