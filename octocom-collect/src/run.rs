//! A run: rows in, records out, failures and progress kept.

mod settle;

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use octocom_ext::{Checkpoint, DateTime, Utc};
use sha2::{Digest, Sha256};

use crate::account::{Clock, hex};
use crate::calls::Calls;
use crate::collector::Settings;
use crate::error::{Error, Result};
use crate::event::Event;
use crate::failure::{Before, Failure, Place};
use crate::failures::NewFailure;
use crate::feed::{Feed, Message, Task};
use crate::fetch::{Fetched, fetch};
use crate::record::{Record, id_in};
use crate::report::{Counts, End, Report, StreamReport};
use crate::scope::Scope;
use crate::source::Question;
use crate::store::{Change, Store, Taken, Want};
use crate::stream::{Kind, Stream};

/// A run on a store.
pub(crate) struct Run<'a, S> {
    pub(crate) calls: Calls,
    pub(crate) settings: &'a Settings,
    pub(crate) store: &'a mut S,
    clock: Clock,
    reports: Vec<StreamReport>,
    /// Records that may still be taken.
    left: Option<u64>,
    ends_at: Option<Instant>,
    saved_at: Instant,
    is_dirty: bool,
    /// The status of the last failures, and how many in a row had it.
    in_a_row: Option<(u16, u32)>,
    /// `true` while failures are asked for again.
    asks_again: bool,
    /// Summaries of the records that were missing once, by id.
    missing: HashMap<String, Record>,
    /// `true` after something was fetched in full.
    has_fetched: bool,
}

/// The reason why a run stops.
#[derive(Debug)]
pub(crate) enum Stop {
    /// As it was told to.
    End(End),
    /// By an error.
    Error(Error),
}

/// A scan that came to the end of its list.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scanned {
    /// `true` if every row that was there was listed.
    pub(crate) is_whole: bool,
}

/// A row on its way.
struct Entry {
    number: u64,
    work: Work,
}

enum Work {
    Unchanged(Record),
    /// One that could not be fetched in an earlier run.
    Known(Record),
    Listed(Record),
    /// A row that is not a record.
    Bad(Box<NewFailure>),
    Fetching {
        id: String,
        summary: Option<Record>,
        task: Task<Fetched>,
    },
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl<'a, S: Store> Run<'a, S> {
    pub(crate) fn new(
        calls: &Calls,
        settings: &'a Settings,
        clock: Clock,
        store: &'a mut S,
    ) -> Self {
        let now = calls.now();
        Self {
            calls: calls.clone(),
            settings,
            store,
            clock,
            reports: Vec::new(),
            left: settings.max_items,
            ends_at: settings
                .deadline
                .and_then(|deadline| now.checked_add(deadline)),
            saved_at: now,
            is_dirty: false,
            in_a_row: None,
            asks_again: false,
            missing: HashMap::new(),
            has_fetched: false,
        }
    }

    /// Returns `true` if only so many records may be taken.
    pub(crate) fn is_limited(&self) -> bool {
        self.left.is_some()
    }

    /// The server's time.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now(self.calls.now())
    }

    /// The server's time so long ago.
    pub(crate) fn ago(&self, age: Duration) -> Option<DateTime<Utc>> {
        self.clock.ago(self.calls.now(), age)
    }

    /// Takes the rows of a feed.
    pub(crate) async fn take(&mut self, scope: &Scope, mut feed: Feed) -> Result<Scanned, Stop> {
        let mut queue = VecDeque::new();
        let taken = self.take_all(scope, &mut feed, &mut queue).await;
        if taken.is_err() {
            // What was accepted meanwhile is kept too.
            drop(feed);
            self.keep_finished(scope, queue).await?;
        }
        taken
    }

    async fn take_all(
        &mut self,
        scope: &Scope,
        feed: &mut Feed,
        queue: &mut VecDeque<Entry>,
    ) -> Result<Scanned, Stop> {
        let calls = self.calls.clone();
        let left = self
            .ends_at
            .map(|at| at.saturating_duration_since(calls.now()));
        let deadline = calls.expire(left);
        let interrupt = self.settings.interrupt.clone();
        let interrupted = interrupt.triggered();
        tokio::pin!(deadline, interrupted);
        let (mut number, mut end) = (0, None);
        let mut places: VecDeque<(u64, Checkpoint)> = VecDeque::new();
        loop {
            if self.left == Some(0) {
                return Err(Stop::End(End::MaxItems));
            }
            if self.ends_at.is_some_and(|at| self.calls.now() >= at) {
                return Err(Stop::End(End::Deadline));
            }
            let left = self.left.and_then(|left| usize::try_from(left).ok());
            let room = self.settings.concurrency.min(left.unwrap_or(usize::MAX));
            let has_room = queue.len() < room && end.is_none();
            tokio::select! {
                biased;
                () = &mut interrupted => return Err(Stop::End(End::Interrupted)),
                () = &mut deadline => return Err(Stop::End(End::Deadline)),
                fetched = front(queue), if !queue.is_empty() => {
                    let Some(entry) = queue.pop_front() else { continue };
                    let settled = entry.number;
                    self.settle(scope, entry, fetched)?;
                    while places.front().is_some_and(|(number, _)| *number <= settled + 1) {
                        let place = places.pop_front();
                        if let Some((_, place)) = place {
                            self.store.set_place(scope, place);
                        }
                    }
                }
                message = feed.next(), if has_room => match message {
                    Some(Message::Record { record, place }) => {
                        number += 1;
                        places.extend(place.map(|place| (number, place)));
                        let record = calls.guard().record(scope.stream, record);
                        let work = self.begin(scope, record)?;
                        queue.push_back(Entry { number, work });
                    }
                    Some(Message::Bad { text, reason, place, before }) => {
                        number += 1;
                        places.extend(place.map(|place| (number, place)));
                        let work = self.begin_bad(scope, &text, &reason, before);
                        queue.push_back(Entry { number, work });
                    }
                    Some(Message::Id(id)) => {
                        number += 1;
                        let work = self.fetching(scope, id, None);
                        queue.push_back(Entry { number, work });
                    }
                    Some(Message::Partial(reason)) => {
                        self.note_list_failure(scope, reason, None);
                    }
                    Some(Message::End { place, is_whole }) => {
                        end = Some(Ok(Scanned { is_whole }));
                        places.extend(place.map(|place| (number + 1, place)));
                    }
                    Some(Message::Failed { error, place }) => {
                        end = Some(Err(Stop::Error(error.into())));
                        places.extend(place.map(|place| (number + 1, place)));
                    }
                    None => return Err(Stop::Error(Error::task())),
                },
                () = tokio::time::sleep(self.settings.save_every), if self.is_dirty => {
                    self.save()?;
                }
            }
            if self.is_dirty
                && self.calls.now().saturating_duration_since(self.saved_at)
                    >= self.settings.save_every
            {
                self.save()?;
            }
            if queue.is_empty()
                && let Some(end) = end
            {
                for (_, place) in places {
                    self.store.set_place(scope, place);
                }
                self.is_dirty = true;
                return end;
            }
        }
    }

    /// Asks again for what failed.
    pub(crate) async fn ask_again(
        &mut self,
        scope: &Scope,
        question: &Question,
        failures: Vec<Failure>,
    ) -> Result<(), Stop> {
        if failures.is_empty() {
            return Ok(());
        }
        let (calls, question) = (self.calls.clone(), question.clone());
        let feed = Feed::again(calls, scope.clone(), question, failures.clone());
        self.asks_again = true;
        let taken = self.take(scope, feed).await;
        self.asks_again = false;
        taken?;
        for failure in failures {
            let is_at_place = failure.place == Place::List && failure.before.is_some();
            if is_at_place && !self.store.failures().has_come_again(&failure) {
                // It was had, or is gone.
                self.store.failures().forget_one(&failure);
            }
        }
        Ok(self.save()?)
    }

    /// Decides what becomes of a record.
    fn begin(&mut self, scope: &Scope, record: Record) -> Result<Work> {
        // It is asked for again at the end, so that what was not tried yet comes first. Histories are
        // asked for in the order of their items.
        if scope.stream.has_details() && self.store.failures().is_known(scope, &record.id) {
            return Ok(Work::Known(record));
        }
        let want = match scope.stream.kind() {
            Kind::Versions => Want::Details,
            _ => self.store.want(scope, &record)?,
        };
        Ok(match want {
            Want::Nothing => Work::Unchanged(record),
            Want::Listed => Work::Listed(record),
            Want::Details => self.fetching(scope, record.id.clone(), Some(record)),
        })
    }

    /// Decides what becomes of a row that is not a record: what it stands for can be fetched if its id
    /// can be read.
    fn begin_bad(
        &self,
        scope: &Scope,
        text: &[u8],
        reason: &str,
        before: Option<Box<Before>>,
    ) -> Work {
        let id = id_in(text);
        if let Some(id) = &id
            && self.store.wants_details(scope)
        {
            return self.fetching(scope, id.clone(), None);
        }
        let id = id.map(|id| self.calls.guard().id(scope.stream, id));
        let digest = id.is_none().then(|| hex(&Sha256::digest(text)[..8]));
        Work::Bad(Box::new(NewFailure {
            place: Place::List,
            id,
            digest,
            reason: format!("the listed record is not one: {reason}"),
            status: None,
            before: before
                .filter(|_| scope.stream.operation().keyset)
                .map(|before| *before),
        }))
    }

    fn fetching(&self, scope: &Scope, id: String, summary: Option<Record>) -> Work {
        let (calls, stream) = (self.calls.clone(), scope.stream);
        let fetched = fetch(calls.clone(), scope.clone(), id.clone());
        let task = Task::spawn(async move { calls.guard().fetched(stream, fetched.await) });
        Work::Fetching { id, summary, task }
    }

    /// Makes sure of everything that was taken.
    pub(crate) fn save(&mut self) -> Result<()> {
        self.store.commit()?;
        self.saved_at = self.calls.now();
        self.is_dirty = false;
        self.calls.events().send(&Event::Saved);
        Ok(())
    }

    /// Tells that a scope is begun.
    pub(crate) fn started(&mut self, scope: &Scope) {
        let (stream, business) = (scope.stream, scope.business.clone());
        self.counts(stream);
        self.calls
            .events()
            .send(&Event::Started { stream, business });
    }

    /// Tells that a scope was listed to its end.
    pub(crate) fn finished(&mut self, scope: &Scope) {
        let (stream, business) = (scope.stream, scope.business.clone());
        self.calls
            .events()
            .send(&Event::Finished { stream, business });
    }

    /// Returns how a run ends. After an error, what was accepted is saved first.
    ///
    /// # Errors
    ///
    /// The error that ended the run, with the report if what was accepted is saved.
    pub(crate) fn end_of(&mut self, ended: Result<(), Stop>) -> Result<End> {
        match ended {
            Ok(()) => Ok(End::Complete),
            Err(Stop::End(end)) => Ok(end),
            Err(Stop::Error(error)) => {
                let report = self.report(End::default());
                // The first error tells more than that of the attempt to keep what was accepted.
                Err(match self.save() {
                    Ok(()) => error.with_report(report),
                    Err(_) => error,
                })
            }
        }
    }

    /// The report of what was done.
    pub(crate) fn report(&mut self, end: End) -> Report {
        let left_out = self.calls.guard().left_out();
        if left_out > 0 {
            let notice = format!("{left_out} values that the API does not document were left out");
            self.calls.events().send(&Event::Notice(notice));
        }
        Report {
            streams: self.reports.clone(),
            end,
            failures: self.store.failures().all().cloned().collect(),
            accepted: self.settings.accept_failures,
        }
    }

    fn count(&mut self, scope: &Scope, taken: Taken) {
        let counts = self.counts(scope.stream);
        counts.odd_fields += taken.odd_fields;
        match taken.change {
            Change::New => counts.new += 1,
            Change::Updated => counts.updated += 1,
            Change::Unchanged => counts.unchanged += 1,
        }
    }

    fn note_progress(&mut self, scope: &Scope) {
        let (stream, counts) = (scope.stream, *self.counts(scope.stream));
        self.calls
            .events()
            .send(&Event::Progress { stream, counts });
    }

    fn counts(&mut self, stream: Stream) -> &mut Counts {
        let found = self
            .reports
            .iter()
            .position(|report| report.stream == stream);
        let index = found.unwrap_or_else(|| {
            let counts = Counts::default();
            self.reports.push(StreamReport { stream, counts });
            self.reports.len() - 1
        });
        &mut self.reports[index].counts
    }
}

/// Waits until the first row of a queue can be settled. Dropping the future loses nothing.
async fn front(queue: &mut VecDeque<Entry>) -> Option<Fetched> {
    match queue.front_mut() {
        Some(Entry {
            work: Work::Fetching { task, .. },
            ..
        }) => task.result().await,
        _ => None,
    }
}
