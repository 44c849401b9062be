//! An export: one stream to a file.

use std::fmt;
use std::io::Write;
use std::path::PathBuf;

use octocom_ext::Plan;

use crate::filters::Filters;
use crate::stream::Stream;

/// An export of one stream to a file, or to a pipe.
#[derive(Debug)]
#[must_use = "an export runs by Collector::export"]
pub struct Export {
    pub(crate) stream: Stream,
    pub(crate) output: Output,
    pub(crate) format: Format,
    pub(crate) existing: Existing,
    pub(crate) filters: Filters,
    pub(crate) details: bool,
    pub(crate) columns: Option<Vec<String>>,
    pub(crate) shard: Option<(Plan, usize)>,
    #[cfg(feature = "parquet")]
    pub(crate) part_records: u64,
}

/// The place that an export is written to.
pub enum Output {
    /// A file. Beside it stand its state (`FILE.state.json`) and, while a run is not finished,
    /// `FILE.part` and `FILE.part.state.json`. A path that exists and is not a regular file (a named
    /// pipe, a device) is written like [`Writer`](Self::Writer). Parquet is a folder, which has all
    /// of these within, under names that begin with `_`.
    File(PathBuf),
    /// Anything that can be written to, standard output say: without state, so it cannot be resumed.
    Writer(Box<dyn Write + Send>),
}

/// The form of an export.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// One record a line: its original JSON, without white space between tokens.
    ///
    /// A version of a history is wrapped, as its original JSON does not say whose it is:
    /// `{"itemId":"…","versionId":"…","version":…}`.
    #[default]
    Ndjson,
    /// The document's fields as columns, in the document's order; objects and lists as JSON. The last
    /// column, `unknownFields`, is a JSON object of the fields that the document does not have, and
    /// empty without any.
    Csv,
    /// A folder of Parquet files: the document's fields as typed columns, lists as lists, times as
    /// timestamps in UTC, and the original JSON in the column `raw`.
    ///
    /// The output is the path of the folder, which several shards of one plan share. A field of
    /// another JSON type than documented is null, and counted. A record whose listed form has changed
    /// when a run comes by it again is written again, to a later part: of the rows with one
    /// `recordKey`, the one with the latest `writtenAt` holds.
    #[cfg(feature = "parquet")]
    Parquet,
}

/// The treatment of an output that exists, finished or not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Existing {
    /// Refuses to run.
    #[default]
    Refuse,
    /// Continues an unfinished run and asks again for what failed. Starts a run if there is none; has
    /// nothing to do for a finished one.
    Resume,
    /// Like [`Resume`](Self::Resume), and takes what is new since.
    Append,
    /// Starts a new run, whose file replaces the old one when it is whole.
    Overwrite,
}

impl Export {
    /// Returns an export of a whole stream as NDJSON.
    pub fn new(stream: Stream, output: Output) -> Self {
        Self {
            stream,
            output,
            format: Format::default(),
            existing: Existing::default(),
            filters: Filters::default(),
            details: false,
            columns: None,
            shard: None,
            #[cfg(feature = "parquet")]
            part_records: 1_000_000,
        }
    }

    /// Sets the form. Default: [`Format::Ndjson`].
    pub fn format(mut self, format: Format) -> Self {
        self.format = format;
        self
    }

    /// Sets the treatment of an output that exists. Default: [`Existing::Refuse`]. A pipe cannot be
    /// continued: [`Resume`](Existing::Resume) and [`Append`](Existing::Append) are refused.
    pub fn existing(mut self, existing: Existing) -> Self {
        self.existing = existing;
        self
    }

    /// Sets the filters. Default: none.
    pub fn filters(mut self, filters: Filters) -> Self {
        self.filters = filters;
        self
    }

    /// Writes the conversations in full instead of their summaries. Default: summaries. Refused for
    /// streams without [details](Stream::has_details).
    pub fn details(mut self, details: bool) -> Self {
        self.details = details;
        self
    }

    /// Sets the columns of a CSV export, by the document's names. Default: all.
    ///
    /// One that the document does not have is refused. In a file, `id` must be among them: it tells
    /// what is in the file already when a run goes on.
    pub fn columns(mut self, columns: Vec<String>) -> Self {
        self.columns = Some(columns);
        self
    }

    /// Sets the most records of a Parquet file, after which the next one is begun: at least 1. One also
    /// ends at 256 MiB of JSON. Default: 1,000,000.
    #[cfg(feature = "parquet")]
    pub fn part_records(mut self, records: u64) -> Self {
        self.part_records = records;
        self
    }

    /// Exports one shard of a plan of conversations, counted from 0, with the plan's filters.
    ///
    /// A plan of another server and a shard that it does not have are refused, and so are filters
    /// beside it.
    pub fn shard(mut self, plan: Plan, shard: usize) -> Self {
        self.shard = Some((plan, shard));
        self
    }
}

impl Output {
    /// Returns a file.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self::File(path.into())
    }

    /// Returns the process's standard output.
    #[must_use]
    pub fn stdout() -> Self {
        Self::Writer(Box::new(std::io::stdout()))
    }
}

impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => f.debug_tuple("File").field(path).finish(),
            Self::Writer(_) => f.write_str("Writer"),
        }
    }
}

impl Format {
    /// Returns the name: `ndjson`, `csv` or `parquet`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ndjson => "ndjson",
            Self::Csv => "csv",
            #[cfg(feature = "parquet")]
            Self::Parquet => "parquet",
        }
    }
}
