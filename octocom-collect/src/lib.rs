//! Whole lists of an Octocom account, collected to a file, a SQLite database or a pipeline.
//!
//! ```no_run
//! use octocom_collect::{Collector, Export, Output, Stream};
//!
//! # async fn example(client: octocom_ext::Client) -> Result<(), Box<dyn std::error::Error>> {
//! let conversations: Stream = "conversations".parse()?;
//! let export = Export::new(conversations, Output::file("conversations.ndjson")).details(true);
//! let report = Collector::new(client).export(export).await?;
//! println!("{} records, {} failures", report.written(), report.failures().len());
//! # Ok(())
//! # }
//! ```
//!
//! [`Collector::export`] writes one [`Stream`] to NDJSON, CSV or Parquet. [`Collector::sync`] keeps a
//! copy of the whole account in one SQLite file. [`Collector::pipe`] hands the account's records to a
//! [`Sink`], and the state to whoever keeps it.
//!
//! # What a run promises
//!
//! 1. **What was accepted is kept.** Progress is stored every few seconds and at the end. A slow
//!    limit makes a run slow, nothing else; a run that is killed loses a few seconds at most, and the
//!    next one goes on.
//! 2. **One bad record stops nothing.** It is stored as a [`Failure`] and asked for again by each
//!    later run. Until it succeeds or is gone a run ends [`Status::Incomplete`].
//! 3. **Only a record is stored as a record.** A success that holds HTML, nothing, half a JSON text
//!    or an error is a failure.
//! 4. **State belongs to a server and an account.** Another account's key on the same output is
//!    refused.
//! 5. **One writer.** A second process is refused at once. A file is written beside its name and
//!    renamed when it is whole; nothing that exists is replaced unless asked to; an output that is
//!    not what its state says is refused.
//! 6. **Later runs look back**: over a margin for records that became visible late, and over a
//!    refresh period for changes. Both count from the server's clock.
//! 7. **What is dropped is nowhere.** [`Privacy`] treats each record before anything of it is stored.

// On docs.rs, each item shows the feature that it needs.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod account;
mod calls;
mod collector;
mod column;
mod columns;
mod concern;
mod database;
mod error;
mod event;
mod export;
mod exporting;
mod failure;
mod failures;
mod feed;
mod fetch;
mod file;
mod filters;
mod interrupt;
mod json_schema;
mod lock;
#[cfg(feature = "parquet")]
mod parts;
mod paths;
mod pipeline;
mod privacy;
mod record;
mod report;
mod run;
mod scope;
mod source;
mod store;
mod stream;
mod sync;
mod syncing;

pub use collector::Collector;
pub use column::{Column, ColumnType};
pub use error::{Error, ErrorKind, Result};
pub use event::{Event, Events};
pub use export::{Existing, Export, Format, Output};
pub use failure::{Failure, Place};
pub use filters::Filters;
pub use interrupt::Interrupt;
pub use pipeline::{Pipeline, PipelineState, Sink, Table};
pub use privacy::{HashKey, Privacy};
pub use report::{Counts, End, Report, Status, StreamReport};
pub use stream::{Stream, UnknownStream};
pub use sync::{AccountSync, Refresh};

/// The README's example, compiled as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
