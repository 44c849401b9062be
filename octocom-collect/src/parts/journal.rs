//! The records that no finished part has.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use super::shred::Entry;
use crate::account::hex;
use crate::error::{Error, Result};
use crate::file::{Written, verify};

/// The records that no finished part has, one JSON object a line.
pub(super) struct Journal {
    pub(super) path: PathBuf,
    file: BufWriter<File>,
    digest: Sha256,
    pub(super) written: Written,
}

/// A record of a journal.
#[derive(Serialize, Deserialize)]
pub(super) struct Line<'a> {
    pub(super) key: String,
    pub(super) business: Option<String>,
    pub(super) listed: i64,
    pub(super) written: i64,
    #[serde(borrow)]
    pub(super) raw: &'a RawValue,
}

impl Journal {
    /// Opens a journal at its end. What a killed run has written behind is cut off.
    pub(super) fn open(path: &Path, written: &Written) -> Result<Self> {
        let cannot = |error| Error::io("write", path, error);
        let mut options = OpenOptions::new();
        options.write(true);
        if written.bytes == 0 {
            options.create(true);
        }
        let digest = match written.bytes {
            0 => Sha256::new(),
            _ => verify(path, written, true)?,
        };
        let mut file = options.open(path).map_err(cannot)?;
        file.set_len(written.bytes).map_err(cannot)?;
        file.seek(SeekFrom::End(0)).map_err(cannot)?;
        Ok(Self {
            path: path.to_owned(),
            file: BufWriter::new(file),
            digest,
            written: written.clone(),
        })
    }

    /// Calls a function with every record.
    pub(super) fn read(&self, mut take: impl FnMut(&Line<'_>) -> Result<()>) -> Result<()> {
        let cannot = |error| Error::io("read", &self.path, error);
        let file = File::open(&self.path).map_err(cannot)?;
        let mut lines = BufReader::new(file.take(self.written.bytes));
        let mut text = String::new();
        while lines.read_line(&mut text).map_err(cannot)? > 0 {
            let line = serde_json::from_str(&text).map_err(|error| cannot(error.into()))?;
            take(&line)?;
            text.clear();
        }
        Ok(())
    }

    pub(super) fn push(&mut self, line: &Line<'_>) -> io::Result<()> {
        let mut text = serde_json::to_vec(line)?;
        text.push(b'\n');
        self.file.write_all(&text)?;
        self.digest.update(&text);
        self.written.bytes += u64::try_from(text.len()).unwrap_or(u64::MAX);
        self.written.records += 1;
        Ok(())
    }

    pub(super) fn sync(&mut self) -> io::Result<()> {
        self.file.flush()?;
        self.file.get_ref().sync_data()?;
        self.written.sha256 = hex(&self.digest.clone().finalize());
        Ok(())
    }

    /// Removes every record.
    pub(super) fn clear(&mut self) -> io::Result<()> {
        self.file.flush()?;
        self.file.get_ref().set_len(0)?;
        self.file.rewind()?;
        self.digest = Sha256::new();
        self.written = Written::nothing();
        Ok(())
    }
}

impl Line<'_> {
    pub(super) fn entry(&self) -> Entry<'_> {
        Entry {
            key: &self.key,
            business: self.business.as_deref(),
            listed: self.listed,
            written: self.written,
            raw: self.raw.get(),
        }
    }
}
