//! The file of conversations, and the checkpoint that says how much of it is complete.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use octocom_ext::Checkpoint;
use serde::{Deserialize, Serialize};

/// The file and its checkpoint.
pub(crate) struct Journal {
    out: BufWriter<File>,
    bytes: u64,
    path: PathBuf,
    checkpoint_path: PathBuf,
}

/// What the checkpoint file holds.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Saved {
    /// Length of the file that the checkpoint covers.
    bytes: u64,
    /// Whether the lines are conversations in full.
    details: bool,
    /// Whether the export came to its end.
    finished: bool,
    checkpoint: Checkpoint,
}

impl Journal {
    /// Begins a new file.
    pub(crate) fn create(path: &Path, restart: bool) -> Result<Self> {
        let checkpoint_path = beside(path);
        if !restart
            && let Some(saved) = load(&checkpoint_path)?
            && !saved.finished
            && saved.bytes > 0
        {
            bail!(
                "`{}` is an unfinished export of {} conversations: add --resume to go on or \
                 --restart to begin anew",
                path.display(),
                saved.checkpoint.delivered()
            );
        }
        // In this order: a checkpoint must never speak of a file that is gone.
        remove(&checkpoint_path)?;
        let file = File::create(path).with_context(|| format!("creating `{}`", path.display()))?;
        Ok(Self {
            out: BufWriter::new(file),
            bytes: 0,
            path: path.to_owned(),
            checkpoint_path,
        })
    }

    /// Opens a file to go on with, cut to what its checkpoint covers.
    pub(crate) fn resume(path: &Path, details: bool) -> Result<(Self, Checkpoint)> {
        let checkpoint_path = beside(path);
        let Some(saved) = load(&checkpoint_path)? else {
            bail!("there is no `{}` to resume from", checkpoint_path.display());
        };
        if saved.details != details {
            let (with, without) = if saved.details {
                ("with", "")
            } else {
                ("without", "out")
            };
            bail!(
                "`{}` was written {with} --details: resume it with{without}",
                path.display()
            );
        }
        let mut file = OpenOptions::new()
            .write(true)
            .open(path)
            .with_context(|| format!("opening `{}`", path.display()))?;
        let length = file.metadata()?.len();
        if length < saved.bytes {
            bail!(
                "`{}` has {length} bytes, and its checkpoint covers {}: it was changed",
                path.display(),
                saved.bytes
            );
        }
        file.set_len(saved.bytes)?;
        file.seek(SeekFrom::End(0))?;
        let journal = Self {
            out: BufWriter::new(file),
            bytes: saved.bytes,
            path: path.to_owned(),
            checkpoint_path,
        };
        Ok((journal, saved.checkpoint))
    }

    /// Writes one record as a line.
    pub(crate) fn write(&mut self, json: &str) -> Result<()> {
        // A line break in JSON text is white space between tokens: within a text it is escaped.
        for part in json.split_inclusive(['\n', '\r']) {
            let text = part.trim_end_matches(['\n', '\r']);
            self.out
                .write_all(text.as_bytes())
                .with_context(|| self.cannot_write())?;
            self.bytes += u64::try_from(text.len())?;
        }
        self.out
            .write_all(b"\n")
            .with_context(|| self.cannot_write())?;
        self.bytes += 1;
        Ok(())
    }

    /// Makes sure of everything written so far, then says so in the checkpoint.
    pub(crate) fn save(
        &mut self,
        checkpoint: Checkpoint,
        details: bool,
        finished: bool,
    ) -> Result<()> {
        self.out.flush().with_context(|| self.cannot_write())?;
        self.out
            .get_ref()
            .sync_data()
            .with_context(|| self.cannot_write())?;
        let saved = Saved {
            bytes: self.bytes,
            details,
            finished,
            checkpoint,
        };
        replace(&self.checkpoint_path, &serde_json::to_vec(&saved)?)
            .with_context(|| format!("replacing `{}`", self.checkpoint_path.display()))
    }

    fn cannot_write(&self) -> String {
        format!("writing `{}`", self.path.display())
    }
}

/// Replaces a file by a rename, so that a reader finds the old content or the new.
fn replace(path: &Path, content: &[u8]) -> Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let mut builder = tempfile::Builder::new();
    // A temporary file is private by default; this one is about a file like any other.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    let mut file = builder.tempfile_in(folder.unwrap_or(Path::new(".")))?;
    file.write_all(content)?;
    file.as_file().sync_data()?;
    file.persist(path)?;
    Ok(())
}

/// `OUT.checkpoint`.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".checkpoint");
    PathBuf::from(name)
}

fn load(path: &Path) -> Result<Option<Saved>> {
    match std::fs::read(path) {
        Ok(bytes) => {
            let saved = serde_json::from_slice(&bytes)
                .with_context(|| format!("`{}` is no checkpoint of an export", path.display()))?;
            Ok(Some(saved))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("reading `{}`", path.display())),
    }
}

fn remove(path: &Path) -> Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("removing `{}`", path.display()))
        }
        _ => Ok(()),
    }
}
