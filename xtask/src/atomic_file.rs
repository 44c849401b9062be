//! Files that are replaced whole or not at all.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};

/// What writing a file did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written {
    /// The file has new content.
    Updated,
    /// The file had this content already and was not touched.
    Unchanged,
}

/// Replaces `path` with `content` by a rename, unless it holds that content already.
pub(crate) fn write(path: &Path, content: &[u8]) -> Result<Written> {
    if std::fs::read(path).is_ok_and(|existing| existing == content) {
        return Ok(Written::Unchanged);
    }
    let folder = path.parent().context("a file to write has no folder")?;
    std::fs::create_dir_all(folder).with_context(|| format!("creating `{}`", folder.display()))?;
    let mut file = tempfile::Builder::new()
        .permissions(permissions())
        .tempfile_in(folder)
        .with_context(|| format!("creating a file in `{}`", folder.display()))?;
    file.write_all(content)
        .and_then(|()| file.as_file().sync_all())
        .with_context(|| format!("writing `{}`", path.display()))?;
    file.persist(path)
        .with_context(|| format!("replacing `{}`", path.display()))?;
    Ok(Written::Updated)
}

/// Temporary files are private by default; a checked-in file is not.
#[cfg(unix)]
fn permissions() -> std::fs::Permissions {
    use std::os::unix::fs::PermissionsExt;
    std::fs::Permissions::from_mode(0o644)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_file_is_written_and_an_equal_one_is_left_alone() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("new").join("a.json");
        assert_eq!(write(&path, b"one")?, Written::Updated);
        assert_eq!(write(&path, b"one")?, Written::Unchanged);
        assert_eq!(write(&path, b"two")?, Written::Updated);
        assert_eq!(std::fs::read(&path)?, b"two");
        let left: Vec<_> = std::fs::read_dir(folder.path().join("new"))?.collect();
        assert_eq!(left.len(), 1, "no temporary file stays: {left:?}");
        Ok(())
    }
}
