//! The report of a run.

use crate::failure::{Failure, Place};
use crate::stream::Stream;

/// The report of a run: what was done, and what is outstanding.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Report {
    /// The work done, stream by stream.
    pub streams: Vec<StreamReport>,
    /// The way in which the run ended.
    pub end: End,
    /// Everything that is outstanding, from this run and those before.
    pub(crate) failures: Vec<Failure>,
    /// Failures that the caller accepts.
    pub(crate) accepted: u64,
}

/// The work done on one stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct StreamReport {
    /// The stream.
    pub stream: Stream,
    /// Counts of this run.
    pub counts: Counts,
}

/// Counts of one stream in one run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// Records that were not there before.
    pub new: u64,
    /// Records that were there and have changed.
    pub updated: u64,
    /// Records that were there and have not changed.
    pub unchanged: u64,
    /// Records that are gone since they were listed.
    pub gone: u64,
    /// Failures of this run.
    pub failed: u64,
    /// Fields of another JSON type than documented. In a database their columns are NULL, and `raw`
    /// has them; CSV has their JSON.
    pub odd_fields: u64,
}

impl Counts {
    /// Returns the number of records that were taken.
    #[must_use]
    pub fn taken(&self) -> u64 {
        self.new + self.updated + self.unchanged
    }
}

/// The way in which a run ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum End {
    /// Everything was listed.
    #[default]
    Complete,
    /// There was nothing to do: the run before was complete.
    NothingToDo,
    /// The limit on the number of records was reached; the next run goes on from there.
    MaxItems,
    /// The deadline of the run passed; the next run goes on from there.
    Deadline,
    /// The run was [interrupted](crate::Interrupt); the next run goes on from there.
    Interrupted,
}

/// The result of a run, as its exit status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Status {
    /// Everything that was asked for is there.
    Done,
    /// Something is outstanding: failures, or the rest after a deadline.
    Incomplete,
    /// The run was interrupted.
    Interrupted,
}

impl Report {
    /// Returns everything that is outstanding, from this run and those before.
    #[must_use]
    pub fn failures(&self) -> &[Failure] {
        &self.failures
    }

    /// Returns the number of records that this run has written, new or updated.
    #[must_use]
    pub fn written(&self) -> u64 {
        let written = |stream: &StreamReport| stream.counts.new + stream.counts.updated;
        self.streams.iter().map(written).sum()
    }

    /// Returns the result.
    ///
    /// Failures of records count unless there are at most as many as
    /// [`accept_failures`](crate::Collector::accept_failures) says. Those of whole lists always count.
    #[must_use]
    pub fn status(&self) -> Status {
        let failures = u64::try_from(self.failures.len()).unwrap_or(u64::MAX);
        let is_list = |failure: &Failure| failure.place == Place::WholeList;
        match self.end {
            End::Interrupted => Status::Interrupted,
            End::Deadline => Status::Incomplete,
            _ if failures > self.accepted => Status::Incomplete,
            _ if self.failures.iter().any(is_list) => Status::Incomplete,
            _ => Status::Done,
        }
    }
}

impl Status {
    /// Returns the exit status: 0, 3 or 130.
    #[must_use]
    pub fn exit_status(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Incomplete => 3,
            Self::Interrupted => 130,
        }
    }
}
