//! Exports as Parquet: a folder of part files, and the state beside them.
//!
//! Records go to a journal first, which is what a commit makes sure of, and then to the part that is
//! being written. A Parquet file is of no use before its end is written, so a run that goes on after a
//! kill writes the unfinished part anew from the journal.

mod journal;
mod opening;
mod part;
mod schema;
mod shred;
mod store;

pub(crate) use opening::{Begin, Opening};
pub(crate) use schema::Columns;
