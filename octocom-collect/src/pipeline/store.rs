//! A sink as a store.

use std::collections::{BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io;

use chrono::SecondsFormat;
use octocom_ext::{Checkpoint, DateTime, Utc};

use super::Sink;
use super::row::{self, Rendered};
use super::state::{ListRefresh, PipelineState};
use super::table::{Origin, Table};
use crate::error::{Error, Result};
use crate::failures::Failures;
use crate::file::Encoder;
use crate::record::Record;
use crate::report::{Report, Status};
use crate::scope::Scope;
use crate::source::Versions;
use crate::store::{AccountStore, Change, RefreshScan, Scan, Store, Taken, Want};
use crate::stream::{Kind, Stream};

/// Hands records to a sink, and the state when they are sure to have left.
pub(super) struct SinkStore<'a> {
    tables: &'a [Table],
    /// The streams of the run.
    streams: &'a [Stream],
    sink: &'a mut dyn Sink,
    state: PipelineState,
    failures: Failures,
    /// Conversations that this run has sent, with digests of their summaries. `None` in the first
    /// run, which sends each once.
    sent: Option<HashMap<u128, u64>>,
    /// The places are those of a refresh.
    refreshes: bool,
    /// Streams whose records or progress the saved state does not have.
    touched: BTreeSet<&'static str>,
    begun: BTreeSet<String>,
    ended: Vec<Stream>,
    complete: BTreeSet<String>,
    /// `true` after a failed write: nothing more is written.
    is_broken: bool,
}

impl<'a> SinkStore<'a> {
    pub(super) fn new(
        tables: &'a [Table],
        streams: &'a [Stream],
        sink: &'a mut dyn Sink,
        state: PipelineState,
    ) -> Self {
        let conversations = Scope {
            stream: Stream::CONVERSATIONS,
            business: None,
        };
        let is_later = state
            .scan(&conversations)
            .is_some_and(|it| it.place.is_some());
        Self {
            tables,
            streams,
            sink,
            failures: Failures::new(state.failures(streams)),
            state,
            sent: is_later.then(HashMap::new),
            refreshes: false,
            touched: BTreeSet::new(),
            begun: BTreeSet::new(),
            ended: Vec::new(),
            complete: BTreeSet::new(),
            is_broken: false,
        }
    }

    /// Tells of the tables that are complete but for failures that are accepted.
    pub(super) fn close(&mut self, report: &Report) -> Result<()> {
        match report.status() {
            Status::Done => self.end_tables(true),
            _ => Ok(()),
        }
    }

    /// Tells of the tables whose streams have all ended.
    fn end_tables(&mut self, accepts_failures: bool) -> Result<()> {
        for table in self.tables {
            let mut fed = self
                .streams
                .iter()
                .filter(|stream| table.is_fed_by(**stream));
            let is_ended = fed.clone().all(|stream| self.ended.contains(stream));
            let has_failed = fed.any(|stream| {
                let name = stream.name();
                self.failures.all().any(|failure| failure.stream == name)
            });
            if is_ended
                && (accepts_failures || !has_failed)
                && self.complete.insert(table.name().to_owned())
            {
                let told = self.sink.end(table);
                self.sure(told)?;
            }
        }
        Ok(())
    }

    /// Returns the table of a stream's own records, if it is wanted.
    fn table(&self, stream: Stream) -> Option<&'a Table> {
        self.tables.iter().find(|table| match table.origin {
            Origin::Listed(own) | Origin::Versions(own) => own == stream,
            Origin::Child(_) => false,
        })
    }

    /// Hands a row to the sink.
    fn send(&mut self, table: &Table, row: &Rendered, now: DateTime<Utc>) -> Result<()> {
        if self.is_broken {
            return Err(broken());
        }
        let sent = self.sink.record(table, &row.json, now);
        self.sure(sent)
    }

    fn sure(&mut self, written: io::Result<()>) -> Result<()> {
        self.is_broken |= written.is_err();
        written.map_err(Error::pipe)
    }

    fn touch(&mut self, scope: &Scope) {
        self.touched.insert(scope.stream.table());
    }

    /// Notes that a conversation was sent. Returns `false` if it was, with the same summary.
    fn is_new(&self, record: &Record) -> bool {
        let known = self
            .sent
            .as_ref()
            .and_then(|sent| sent.get(&Encoder::key(&record.id)));
        known.is_none_or(|known| *known != digest(&record.text))
    }

    fn send_conversation(
        &mut self,
        id: &str,
        details: Option<&Record>,
        summary: Option<&Record>,
        gone_at: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<u64> {
        let at = time(now);
        let Some(table) = self.table(Stream::CONVERSATIONS) else {
            return Ok(0);
        };
        let row = row::of_conversation(table, id, details, summary, gone_at, &at);
        self.send(table, &row, now)?;
        Ok(row.odd_fields)
    }
}

impl Store for SinkStore<'_> {
    fn want(&mut self, scope: &Scope, record: &Record) -> Result<Want> {
        Ok(match scope.stream.has_details() {
            true if self.is_new(record) => Want::Details,
            true => Want::Nothing,
            false => Want::Listed,
        })
    }

    fn wants_details(&self, scope: &Scope) -> bool {
        scope.stream.has_details()
    }

    fn unchanged(&mut self, _: &Scope, _: &Record) -> Result<()> {
        Ok(())
    }

    fn listed(&mut self, scope: &Scope, record: &Record, now: DateTime<Utc>) -> Result<Taken> {
        self.touch(scope);
        let at = time(now);
        let is_deleted = scope.stream.kind() == Kind::Deleted;
        let stream = match is_deleted {
            true => scope.stream.items(),
            false => scope.stream,
        };
        let table = self.table(stream).ok_or_else(Error::task)?;
        let business = scope.business.as_deref();
        let row = row::of_record(table, record, business, is_deleted, &at);
        self.send(table, &row, now)?;
        Ok(new(row.odd_fields))
    }

    fn detailed(
        &mut self,
        scope: &Scope,
        summary: Option<&Record>,
        details: &Record,
        now: DateTime<Utc>,
    ) -> Result<Taken> {
        self.touch(scope);
        let mut odd_fields =
            self.send_conversation(&details.id, Some(details), summary, None, now)?;
        let at = time(now);
        for table in self.tables {
            let Origin::Child(child) = table.origin else {
                continue;
            };
            for row in row::of_children(table, child, details, &at) {
                self.send(table, &row, now)?;
                odd_fields += row.odd_fields;
            }
        }
        if let (Some(sent), Some(summary)) = (&mut self.sent, summary) {
            sent.insert(Encoder::key(&summary.id), digest(&summary.text));
        }
        Ok(new(odd_fields))
    }

    fn versions(
        &mut self,
        scope: &Scope,
        _: &str,
        versions: &Versions,
        now: DateTime<Utc>,
    ) -> Result<Vec<Taken>> {
        self.touch(scope);
        let table = self.table(scope.stream).ok_or_else(Error::task)?;
        let (business, at) = (scope.business.as_deref(), time(now));
        let send = |record| {
            let row = row::of_record(table, record, business, false, &at);
            self.send(table, &row, now)?;
            Ok(new(row.odd_fields))
        };
        versions.records.iter().map(send).collect()
    }

    fn refused(
        &mut self,
        scope: &Scope,
        _: &str,
        _: Option<&Record>,
        _: DateTime<Utc>,
    ) -> Result<()> {
        self.touch(scope);
        Ok(())
    }

    fn gone(
        &mut self,
        scope: &Scope,
        id: &str,
        summary: Option<&Record>,
        now: DateTime<Utc>,
    ) -> Result<()> {
        self.touch(scope);
        if scope.stream.has_details() {
            self.send_conversation(id, None, summary, Some(&time(now)), now)?;
        }
        Ok(())
    }

    fn set_place(&mut self, scope: &Scope, place: Checkpoint) {
        self.touch(scope);
        let scan = self.state.scan_mut(scope);
        let place = Some(place.to_string());
        match &mut scan.refresh {
            Some(refresh) if self.refreshes => refresh.place = place,
            _ => scan.place = place,
        }
    }

    fn failures(&mut self) -> &mut Failures {
        &mut self.failures
    }

    fn commit(&mut self) -> Result<()> {
        if self.is_broken {
            return Err(broken());
        }
        for stream in self.streams {
            if self.state.set_failures(*stream, &self.failures) {
                self.touched.insert(stream.table());
            }
        }
        if self.touched.is_empty() {
            return Ok(());
        }
        let is_touched = |stream: &&Stream| self.touched.contains(stream.table());
        let touched: Vec<_> = self.streams.iter().filter(is_touched).copied().collect();
        for stream in &touched {
            self.state.count(*stream);
        }
        let is_fed = |table: &&Table| touched.iter().any(|stream| table.is_fed_by(*stream));
        let tables: Vec<_> = self.tables.iter().filter(is_fed).collect();
        let saved = self.sink.save(&self.state, &tables);
        self.sure(saved)?;
        self.touched.clear();
        Ok(())
    }
}

impl AccountStore for SinkStore<'_> {
    const KEEPS_REFRESH: bool = true;

    fn run(&self) -> i64 {
        0
    }

    fn scan(&self, scope: &Scope) -> Result<Scan> {
        let scan = self.state.scan(scope).cloned().unwrap_or_default();
        Ok(Scan {
            // A place that cannot be read is none: the list is taken again from its start.
            place: scan.place.and_then(|place| place.parse().ok()),
            finished: scan.finished,
            refresh_run: None,
            refresh: scan.refresh.map(|refresh| RefreshScan {
                since: refresh.since,
                place: refresh.place.and_then(|place| place.parse().ok()),
            }),
        })
    }

    fn set_scan(&mut self, scope: &Scope, scan: &Scan) -> Result<()> {
        self.touch(scope);
        let stored = self.state.scan_mut(scope);
        stored.place = scan.place.as_ref().map(ToString::to_string);
        stored.finished = scan.finished;
        stored.refresh = scan.refresh.as_ref().map(|refresh| ListRefresh {
            since: refresh.since,
            place: refresh.place.as_ref().map(ToString::to_string),
        });
        Ok(())
    }

    /// Only switches the place that is kept: records that this run has not sent are sent again anyway.
    fn refresh(&mut self, run: Option<i64>) {
        self.refreshes = run.is_some();
    }

    fn without_details(&self) -> Result<Vec<String>> {
        Ok(Vec::new())
    }

    /// Rows that a list does not show are not known.
    fn listed_all(&mut self, _: &Scope, _: Option<DateTime<Utc>>, _: DateTime<Utc>) -> Result<()> {
        Ok(())
    }

    fn begin_stream(&mut self, stream: Stream) -> Result<()> {
        self.touched.insert(stream.table());
        for table in self.tables.iter().filter(|table| table.is_fed_by(stream)) {
            if self.begun.insert(table.name().to_owned()) {
                let told = self.sink.begin(table);
                self.sure(told)?;
            }
        }
        Ok(())
    }

    fn end_stream(&mut self, stream: Stream) -> Result<()> {
        self.commit()?;
        self.ended.push(stream);
        self.end_tables(false)
    }
}

fn new(odd_fields: u64) -> Taken {
    Taken {
        change: Change::New,
        odd_fields,
    }
}

fn broken() -> Error {
    Error::pipe(io::Error::other("an earlier write has failed"))
}

fn digest(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

fn time(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Micros, true)
}
