//! One Parquet file: written row group by row group, and the keys read back.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parquet::basic::Compression;
use parquet::column::reader::ColumnReader;
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::ColumnPath;
use sha2::{Digest, Sha256};

use super::schema::{Columns, KEY, LISTED, RAW, WRITTEN};
use super::shred::{Entry, Leaf, Rows, Values};
use crate::account::hex;
use crate::error::{Error, Result};
use crate::file::Written;

/// Bounds of a row group: approximate bytes of its values in memory, and rows.
const GROUP_BYTES: usize = 16 << 20;
const GROUP_ROWS: usize = 100_000;

/// A part that is being written.
pub(super) struct Part {
    path: PathBuf,
    writer: SerializedFileWriter<Digesting>,
    rows: Rows,
    records: u64,
}

impl Part {
    pub(super) fn create(path: &Path, columns: &Columns) -> Result<Self> {
        let file = File::create(path).map_err(|error| Error::io("create", path, error))?;
        let raw = || ColumnPath::from(RAW);
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by(concat!("octocom-collect ", env!("CARGO_PKG_VERSION")).to_owned())
            // No two values are the same.
            .set_column_dictionary_enabled(raw(), false)
            .set_column_statistics_enabled(raw(), EnabledStatistics::None)
            .set_column_dictionary_enabled(ColumnPath::from(KEY), false)
            .set_column_dictionary_enabled(ColumnPath::from(LISTED), false)
            .set_column_dictionary_enabled(ColumnPath::from(WRITTEN), false)
            .build();
        let file = Digesting {
            file,
            digest: Sha256::new(),
            bytes: 0,
        };
        let schema = Arc::clone(&columns.schema);
        let writer = SerializedFileWriter::new(file, schema, Arc::new(properties));
        Ok(Self {
            writer: writer.map_err(|error| failed("write", path, error))?,
            path: path.to_owned(),
            rows: Rows::default(),
            records: 0,
        })
    }

    /// Adds a record. Returns how many of its fields have another JSON type than documented.
    pub(super) fn push(&mut self, columns: &Columns, entry: Entry<'_>) -> Result<u64> {
        let odd = self.rows.push(columns, entry);
        self.records += 1;
        if self.rows.bytes >= GROUP_BYTES || self.rows.count >= GROUP_ROWS {
            self.write_group()?;
        }
        Ok(odd)
    }

    fn write_group(&mut self) -> Result<()> {
        let rows = std::mem::take(&mut self.rows);
        let written = self.writer.next_row_group().and_then(|mut group| {
            // Each leaf is freed once it is written.
            for leaf in rows.leaves {
                let column = group.next_column()?;
                write(column.ok_or_else(more_columns)?, &leaf)?;
            }
            group.close()
        });
        written.map_err(|error| failed("write", &self.path, error))?;
        Ok(())
    }

    /// Ends the file and makes sure of it.
    pub(super) fn finish(mut self) -> Result<Written> {
        if self.rows.count > 0 {
            self.write_group()?;
        }
        let cannot = |error| failed("write", &self.path, error);
        self.writer.finish().map_err(cannot)?;
        let file = self.writer.inner();
        let synced = file.file.sync_data();
        synced.map_err(|error| Error::io("write", &self.path, error))?;
        Ok(Written {
            bytes: file.bytes,
            sha256: hex(&file.digest.clone().finalize()),
            records: self.records,
        })
    }
}

fn write(mut column: SerializedColumnWriter<'_>, leaf: &Leaf) -> parquet::errors::Result<()> {
    let definitions = Some(&leaf.definitions[..]);
    let repetitions = Some(&leaf.repetitions[..]);
    macro_rules! write {
        ($writer:ident, $values:ident) => {{
            let values = match &leaf.values {
                Values::$values(values) => &values[..],
                _ => &[],
            };
            $writer.write_batch(values, definitions, repetitions)
        }};
    }
    match column.untyped() {
        ColumnWriter::BoolColumnWriter(writer) => write!(writer, Booleans),
        ColumnWriter::Int64ColumnWriter(writer) => write!(writer, Integers),
        ColumnWriter::DoubleColumnWriter(writer) => write!(writer, Numbers),
        ColumnWriter::ByteArrayColumnWriter(writer) => write!(writer, Texts),
        _ => Err(more_columns()),
    }?;
    column.close()
}

fn more_columns() -> ParquetError {
    ParquetError::General("the schema has other columns than the records".to_owned())
}

/// A file with its digest.
struct Digesting {
    file: File,
    digest: Sha256,
    bytes: u64,
}

impl Write for Digesting {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.file.write(bytes)?;
        self.digest.update(&bytes[..count]);
        self.bytes += u64::try_from(count).unwrap_or(u64::MAX);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// A record of a finished part, as far as a later run has to know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) key: String,
    pub(super) listed: i64,
    pub(super) written: i64,
}

/// Reads the keys of a part.
pub(super) fn known(path: &Path, mut take: impl FnMut(Known)) -> Result<()> {
    let file = File::open(path).map_err(|error| Error::io("read", path, error))?;
    let read = || {
        let reader = SerializedFileReader::new(file)?;
        let schema = reader.metadata().file_metadata().schema_descr_ptr();
        let place = |name: &str| {
            let is =
                |column: &parquet::schema::types::ColumnDescPtr| column.path().string() == name;
            schema
                .columns()
                .iter()
                .position(is)
                .ok_or_else(more_columns)
        };
        let (key, listed, written) = (place(KEY)?, place(LISTED)?, place(WRITTEN)?);
        for index in 0..reader.num_row_groups() {
            let group = reader.get_row_group(index)?;
            let rows = usize::try_from(group.metadata().num_rows()).unwrap_or_default();
            let integers = |column| match group.get_column_reader(column)? {
                ColumnReader::Int64ColumnReader(mut reader) => {
                    let mut values = Vec::new();
                    reader.read_records(rows, None, None, &mut values)?;
                    Ok(values)
                }
                _ => Err(more_columns()),
            };
            let mut keys: Vec<ByteArray> = Vec::new();
            match group.get_column_reader(key)? {
                ColumnReader::ByteArrayColumnReader(mut reader) => {
                    reader.read_records(rows, None, None, &mut keys)?;
                }
                _ => return Err(more_columns()),
            }
            let stamps = integers(listed)?.into_iter().zip(integers(written)?);
            for (key, (listed, written)) in keys.iter().zip(stamps) {
                let key = key.as_utf8()?.to_owned();
                take(Known {
                    key,
                    listed,
                    written,
                });
            }
        }
        Ok(())
    };
    read().map_err(|error| failed("read", path, error))
}

fn failed(action: &'static str, path: &Path, error: ParquetError) -> Error {
    let error = match error {
        // A full disk, say.
        ParquetError::External(error) => match error.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(error) => io::Error::other(error),
        },
        error => io::Error::other(error),
    };
    Error::io(action, path, error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::privacy::Guard;
    use crate::stream::Stream;

    const ODD: &str = r#"{"id":"a","createdAt":"yesterday","closedAt":"2026-01-02T03:04:05.5+01:00","subject":7,"tags":["a",null,1],"topics":[],"customer":[],"messages":[{"id":"m","text":"\ud83d"},5,{"createdAt":null}],"metadata":{},"language":null,"new":{"x":[1]}}"#;

    fn entry(raw: &str) -> Entry<'_> {
        Entry {
            key: "a",
            business: None,
            listed: -7,
            written: 8,
            raw,
        }
    }

    #[test]
    fn a_field_of_another_type_is_null_and_counted_and_raw_has_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.parquet");
        let columns = Columns::new(Stream::CONVERSATIONS, true, &Guard::default()).unwrap();
        let mut part = Part::create(&path, &columns).unwrap();
        // A time, a subject, a tag, a customer, a message and the metadata.
        assert_eq!(part.push(&columns, entry(ODD)).unwrap(), 6);
        assert_eq!(part.push(&columns, entry("{}")).unwrap(), 0);
        let written = part.finish().unwrap();
        assert_eq!(written.records, 2);
        assert_eq!(written.bytes, std::fs::metadata(&path).unwrap().len());
        let digest = Sha256::digest(std::fs::read(&path).unwrap());
        assert_eq!(written.sha256, hex(&digest));
        let reader = SerializedFileReader::try_from(path.as_path()).unwrap();
        let rows: Vec<_> = reader
            .get_row_iter(None)
            .unwrap()
            .map(|row| row.unwrap().to_string())
            .collect();
        for text in [
            "id: \"a\", publicId: null, createdAt: null, closedAt: 2026-01-02 02:04:05.500000 +00:00",
            "subject: null",
            "topics: [], customer: null",
            "messages: [{id: \"m\", sender: null, text: \"\u{fffd}\", channel: null, createdAt: null, agentName: null}, null, {id: null,",
            "tags: [\"a\", null, null]",
            "metadata: null, recordKey: \"a\", listedHash: -7,",
        ] {
            assert!(rows[0].contains(text), "{text}: {}", rows[0]);
        }
        assert!(rows[0].contains(&format!("raw: \"{ODD}\"")), "{}", rows[0]);
        assert!(
            rows[1].contains("topics: null") && rows[1].contains("messages: null"),
            "{}",
            rows[1]
        );
        let mut keys = Vec::new();
        known(&path, |record| keys.push(record)).unwrap();
        let known = Known {
            key: "a".to_owned(),
            listed: -7,
            written: 8,
        };
        assert_eq!(keys, [known.clone(), known]);
    }

    #[test]
    fn row_groups_are_bounded_and_have_every_row() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.parquet");
        let columns = Columns::new(Stream::CONVERSATIONS, false, &Guard::default()).unwrap();
        let mut part = Part::create(&path, &columns).unwrap();
        let raw = format!(
            r#"{{"subject":"{}","tags":["a","b"]}}"#,
            "x".repeat(1 << 20)
        );
        for _ in 0..20 {
            part.push(&columns, entry(&raw)).unwrap();
        }
        part.finish().unwrap();
        let reader = SerializedFileReader::try_from(path.as_path()).unwrap();
        let groups = reader.metadata().row_groups().iter();
        // A row has its subject twice: in the column, and in `raw`.
        assert_eq!(
            groups.map(|group| group.num_rows()).collect::<Vec<_>>(),
            [8, 8, 4]
        );
        let mut count = 0;
        known(&path, |_| count += 1).unwrap();
        assert_eq!(count, 20);
    }

    #[test]
    fn a_file_that_is_not_parquet_is_an_error_that_names_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.parquet");
        std::fs::write(&path, "not one").unwrap();
        let error = known(&path, |_| {}).unwrap_err().to_string();
        assert!(
            error.starts_with("cannot read `") && error.contains("a.parquet"),
            "{error}"
        );
    }
}
