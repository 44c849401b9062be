//! A pipeline: the account's records to a sink, and its state to whoever keeps it.

mod row;
mod state;
mod store;
mod table;

use std::io;

use octocom_ext::{DateTime, Utc};

use crate::account::Account;
use crate::calls::Calls;
use crate::collector::Collector;
use crate::error::Result;
use crate::report::Report;
use crate::run::Run;
use crate::stream::Stream;
use crate::sync::Refresh;
use crate::syncing::{Wanted, copy_all, finish, ordered};

use self::state::Given;
use self::store::SinkStore;

pub use self::state::PipelineState;
pub use self::table::Table;

/// Receives the records of a pipeline, and writes them as a protocol has them.
///
/// A run ends with the first error of the sink, and hands it nothing more.
pub trait Sink: Send {
    /// A table is begun, before its first record.
    ///
    /// # Errors
    ///
    /// The output cannot be written.
    fn begin(&mut self, table: &Table) -> io::Result<()>;

    /// A record of a table, as the JSON text of an object without line breaks. `at` is the server's
    /// time.
    ///
    /// # Errors
    ///
    /// As for [`begin`](Self::begin).
    fn record(&mut self, table: &Table, json: &str, at: DateTime<Utc>) -> io::Result<()>;

    /// The state after everything that the sink was given, which has to be flushed before the state
    /// is written. `tables` are those whose records or progress it has and the one before had not.
    ///
    /// # Errors
    ///
    /// As for [`begin`](Self::begin).
    fn save(&mut self, state: &PipelineState, tables: &[&Table]) -> io::Result<()>;

    /// A table is complete: all of its records were handed over, but for failures that are accepted.
    ///
    /// # Errors
    ///
    /// As for [`begin`](Self::begin).
    fn end(&mut self, table: &Table) -> io::Result<()>;
}

/// The records of an account, handed to a [`Sink`] by
/// [`Collector::pipe`](crate::Collector::pipe).
///
/// Conversations, and the lists within them, are sent when they are new, and again when they were
/// created within the [refresh period](Self::refresh). All other tables are sent whole by each run.
/// Every record is sent at least once; a run that was killed may have sent some that the state does
/// not have, and the next sends them again.
///
/// Nothing is deleted. What turns out to be gone is sent with `gone_at`. `synced_at` is the server's
/// time at which a record was fetched; rows that are older than their conversation, or than the last
/// whole list, are not there any more.
///
/// ```no_run
/// use octocom_collect::{Collector, Error, Pipeline, PipelineState, Sink, Table};
/// use serde_json::Value;
///
/// /// Sends what is new since a state: the one that the sink was given last.
/// async fn send(collector: Collector, sink: &mut dyn Sink, state: &Value) -> Result<(), Error> {
///     let pipeline = Pipeline::new(Table::all()).state(PipelineState::from_json(state)?);
///     let report = collector.pipe(pipeline, sink).await?;
///     println!("{} records, {} failures", report.written(), report.failures().len());
///     Ok(())
/// }
/// ```
#[derive(Debug, Clone)]
#[must_use = "a pipeline runs by Collector::pipe"]
pub struct Pipeline {
    tables: Vec<Table>,
    given: Vec<Given>,
    from_start: Vec<String>,
    since: Option<DateTime<Utc>>,
    refresh: Refresh,
}

impl Pipeline {
    /// Returns a pipeline of these tables that has not run yet.
    pub fn new(tables: Vec<Table>) -> Self {
        Self {
            tables,
            given: Vec::new(),
            from_start: Vec::new(),
            since: None,
            refresh: Refresh::default(),
        }
    }

    /// Gives the state that an earlier run saved last.
    pub fn state(mut self, state: PipelineState) -> Self {
        self.given.push(Given { table: None, state });
        self
    }

    /// Gives the state of one table that an earlier run saved last. Tables without one begin at the
    /// start of their lists.
    pub fn table_state(mut self, table: &str, state: PipelineState) -> Self {
        let table = Some(table.to_owned());
        self.given.push(Given { table, state });
        self
    }

    /// Sends a table from the start, unless its state is that of a run that has not come to its end.
    pub fn from_start(mut self, table: &str) -> Self {
        self.from_start.push(table.to_owned());
        self
    }

    /// Sends only conversations that were created at this time or later. Default: all.
    pub fn since(mut self, since: Option<DateTime<Utc>>) -> Self {
        self.since = since;
        self
    }

    /// Sets the age of the conversations that are sent again. Default: 7 days.
    pub fn refresh(mut self, refresh: Refresh) -> Self {
        self.refresh = refresh;
        self
    }
}

/// Runs a pipeline.
pub(crate) async fn pipe(
    collector: &Collector,
    pipeline: Pipeline,
    sink: &mut dyn Sink,
) -> Result<Report> {
    let settings = &collector.settings;
    let tables = &pipeline.tables;
    let is_wanted = |stream: &Stream| tables.iter().any(|table| table.is_fed_by(*stream));
    let streams = ordered(Stream::all().filter(is_wanted));
    let calls = Calls::new(&collector.client, settings, &streams)?;
    let account = Account::ask(&collector.client, &calls).await?;
    let known = (&account, settings, calls.events());
    let state = state::open(
        &pipeline.given,
        known,
        &streams,
        tables,
        &pipeline.from_start,
    )?;
    let businesses = state.businesses(&account);
    let mut store = SinkStore::new(tables, &streams, sink, state);
    let mut run = Run::new(&calls, settings, account.clock(), &mut store);
    let wanted = Wanted {
        refresh: pipeline.refresh,
        since: pipeline.since,
    };
    let ended = copy_all(&mut run, &streams, businesses.as_deref(), &wanted).await;
    let report = finish(&mut run, ended)?;
    store.close(&report)?;
    Ok(report)
}
