//! The place where records and progress are kept: a file with its state, or a database.

use octocom_ext::{Checkpoint, DateTime, Utc};

use crate::error::Result;
use crate::failures::Failures;
use crate::record::Record;
use crate::scope::Scope;
use crate::source::Versions;
use crate::stream::Stream;

/// A store's decision about a listed record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Want {
    /// It has the record as it is.
    Nothing,
    /// It takes the record as it was listed.
    Listed,
    /// It takes the record in full, which has to be fetched.
    Details,
}

/// The effect of a record on the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    New,
    Updated,
    Unchanged,
}

/// A record that was taken.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Taken {
    pub(crate) change: Change,
    /// Fields of another JSON type than documented.
    pub(crate) odd_fields: u64,
}

/// Keeps records and progress.
///
/// Nothing is sure to be kept before [`commit`](Self::commit), and then everything is.
pub(crate) trait Store: Send {
    /// Decides about a listed record.
    fn want(&mut self, scope: &Scope, record: &Record) -> Result<Want>;

    /// Returns `true` if records of a scope are wanted in full.
    fn wants_details(&self, scope: &Scope) -> bool;

    /// Notes that a record was listed and is had as it is.
    fn unchanged(&mut self, scope: &Scope, record: &Record) -> Result<()>;

    /// Takes a record as it was listed.
    fn listed(&mut self, scope: &Scope, record: &Record, now: DateTime<Utc>) -> Result<Taken>;

    /// Takes a record in full, with its summary if that could be read.
    fn detailed(
        &mut self,
        scope: &Scope,
        summary: Option<&Record>,
        details: &Record,
        now: DateTime<Utc>,
    ) -> Result<Taken>;

    /// Takes the versions of an item.
    fn versions(
        &mut self,
        scope: &Scope,
        item: &str,
        versions: &Versions,
        now: DateTime<Utc>,
    ) -> Result<Vec<Taken>>;

    /// Notes that a record was listed and could not be had, or not in full.
    fn refused(
        &mut self,
        scope: &Scope,
        id: &str,
        summary: Option<&Record>,
        now: DateTime<Utc>,
    ) -> Result<()>;

    /// Notes that a record is gone.
    fn gone(
        &mut self,
        scope: &Scope,
        id: &str,
        summary: Option<&Record>,
        now: DateTime<Utc>,
    ) -> Result<()>;

    /// Notes how far a list was taken.
    fn set_place(&mut self, scope: &Scope, place: Checkpoint);

    fn failures(&mut self) -> &mut Failures;

    /// Makes sure of everything that was taken.
    fn commit(&mut self) -> Result<()>;
}

/// The progress of a list.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scan {
    pub(crate) place: Option<Checkpoint>,
    pub(crate) finished: bool,
    /// Number of the run that began a refresh which is not finished.
    pub(crate) refresh_run: Option<i64>,
    /// Progress of that refresh, in a store that [keeps it](AccountStore::KEEPS_REFRESH).
    pub(crate) refresh: Option<RefreshScan>,
}

/// The progress of a refresh.
#[derive(Debug, Clone, Default)]
pub(crate) struct RefreshScan {
    /// Time from which on conversations are listed; `None` for all.
    pub(crate) since: Option<DateTime<Utc>>,
    pub(crate) place: Option<Checkpoint>,
}

/// Keeps a whole account from run to run.
pub(crate) trait AccountStore: Store {
    /// `true` if the places of a refresh are kept, because the store does not know what it has
    /// fetched. [`set_place`](Store::set_place) is told of them during a refresh.
    const KEEPS_REFRESH: bool = false;

    /// Number of this run.
    fn run(&self) -> i64;

    fn scan(&self, scope: &Scope) -> Result<Scan>;

    fn set_scan(&mut self, scope: &Scope, scan: &Scan) -> Result<()>;

    /// Wants the details of listed conversations again if they were fetched before this run.
    fn refresh(&mut self, run: Option<i64>);

    /// Ids of the conversations whose details are missing or out of date.
    fn without_details(&self) -> Result<Vec<String>>;

    /// Notes that everything of a scope was listed, or everything that was created from a time on.
    fn listed_all(
        &mut self,
        scope: &Scope,
        since: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<()>;

    /// Notes that a stream is begun.
    fn begin_stream(&mut self, _: Stream) -> Result<()> {
        Ok(())
    }

    /// Notes that a stream was listed as far as it can be, of every business.
    fn end_stream(&mut self, _: Stream) -> Result<()> {
        Ok(())
    }
}
