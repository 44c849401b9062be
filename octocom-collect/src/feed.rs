//! The rows of a scan, read ahead by a task of their own, which waits while the server is busy.

use std::time::Duration;

use octocom_ext::{Checkpoint, Error};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::calls::Calls;
use crate::concern::may_pass;
use crate::event::Event;
use crate::failure::{Before, Failure, Place};
use crate::record::Record;
use crate::scope::Scope;
use crate::source::{self, Question, Row, RowError};

/// A message of a feed.
pub(crate) enum Message {
    /// A record of the list, with the place before it if one is due.
    Record {
        record: Record,
        place: Option<Checkpoint>,
    },
    /// A row of the list that is not a record.
    Bad {
        text: Vec<u8>,
        reason: String,
        place: Option<Checkpoint>,
        /// The place to find it again.
        before: Option<Box<Before>>,
    },
    /// An id whose details are wanted again.
    Id(String),
    /// The list has more than it answers.
    Partial(String),
    /// The list is at its end.
    End {
        place: Option<Checkpoint>,
        /// `true` if every row that was there was listed: from the first page on, and none moved.
        is_whole: bool,
    },
    /// The list cannot go on.
    Failed {
        error: Error,
        place: Option<Checkpoint>,
    },
}

impl Message {
    /// The end of a feed of ids.
    const END: Self = Self::End {
        place: None,
        is_whole: false,
    };
}

/// A running feed; its task ends with it.
pub(crate) struct Feed {
    sends_places: bool,
    messages: mpsc::Receiver<Message>,
    _task: Task<()>,
}

/// A task that is aborted when nobody waits for it any more.
#[derive(Debug)]
pub(crate) struct Task<T>(JoinHandle<T>);

/// Rows that are read ahead.
const AHEAD: usize = 100;

impl Feed {
    /// Lists a scope.
    pub(crate) fn list(calls: Calls, scope: Scope, question: Question) -> Self {
        Self::spawn(|sender| async move {
            let begun = question.resume.clone();
            let listing = Listing {
                calls,
                scope,
                question,
                is_whole: begun.is_none(),
                again: 0,
                begun,
            };
            listing.run(sender).await;
        })
    }

    /// Asks for details by their ids.
    pub(crate) fn details(ids: Vec<String>) -> Self {
        Self::spawn(|sender| async move {
            for id in ids {
                if sender.send(Message::Id(id)).await.is_err() {
                    return;
                }
            }
            let _ = sender.send(Message::END).await;
        })
    }

    /// Asks again for what failed: for details by their ids, for listed records at their places.
    pub(crate) fn again(
        calls: Calls,
        scope: Scope,
        question: Question,
        failures: Vec<Failure>,
    ) -> Self {
        Self::spawn(|sender| async move {
            for failure in failures {
                let goes_on = match (failure.place, failure.id, failure.before) {
                    (Place::Details, Some(id), _) => sender.send(Message::Id(id)).await.is_ok(),
                    (Place::List, _, Some(before)) => {
                        let question = Question {
                            resume: Some(before.place),
                            max_items: Some(before.rows.saturating_add(LATE_ROWS)),
                            ..question.clone()
                        };
                        around(&calls, &scope, question, &sender).await
                    }
                    _ => true,
                };
                if !goes_on {
                    return;
                }
            }
            let _ = sender.send(Message::END).await;
        })
    }

    fn spawn<F: Future<Output = ()> + Send + 'static>(
        run: impl FnOnce(mpsc::Sender<Message>) -> F,
    ) -> Self {
        let (sender, messages) = mpsc::channel(AHEAD);
        let task = Task::spawn(run(sender));
        Self {
            sends_places: true,
            messages,
            _task: task,
        }
    }

    /// Leaves the places out, for a list that is not continued.
    pub(crate) fn without_places(mut self) -> Self {
        self.sends_places = false;
        self
    }

    /// Returns the next message; `None` after the last. Dropping the future loses nothing.
    pub(crate) async fn next(&mut self) -> Option<Message> {
        let mut message = self.messages.recv().await?;
        if !self.sends_places {
            match &mut message {
                Message::Record { place, .. }
                | Message::Bad { place, .. }
                | Message::End { place, .. }
                | Message::Failed { place, .. } => *place = None,
                Message::Id(_) | Message::Partial(_) => {}
            }
        }
        Some(message)
    }
}

/// The listing of a feed.
struct Listing {
    calls: Calls,
    scope: Scope,
    question: Question,
    is_whole: bool,
    /// Number of times that it was listed again because records moved.
    again: u32,
    /// The place that it was resumed from, before looking back.
    begun: Option<Checkpoint>,
}

/// A place is taken after the first of two times, and after the second if there were so many rows: it is
/// large while many rows share one instant.
const PLACE_ROWS: u64 = 50;
const PLACE_TIMES: (Duration, Duration) = (Duration::from_secs(1), Duration::from_millis(100));
/// Times that a list by page number is listed again when records moved between its pages.
const MAX_AGAIN: u32 = 3;
/// Rows that may have become visible before one that is looked for again.
const LATE_ROWS: u64 = 150;

impl Listing {
    async fn run(mut self, sender: mpsc::Sender<Message>) {
        let mut round = 0;
        'list: loop {
            let opened =
                source::open(self.calls.client(), &self.scope, self.question.clone()).await;
            let opened = opened.map_err(|error| self.calls.guard().error(error));
            let mut rows = match opened {
                Ok(rows) => rows,
                Err(error) if self.starts_over(&error) => continue,
                Err(error) if may_pass(&error) && self.calls.wait(&error, round).await => {
                    round += 1;
                    continue;
                }
                Err(error) => {
                    let place = self.ahead(self.question.resume.clone());
                    let _ = sender.send(Message::Failed { error, place }).await;
                    return;
                }
            };
            let mut before: Option<Before> = None;
            let mut placed = self.calls.now();
            let error = loop {
                let is_due = before.as_ref().is_none_or(|before| {
                    let age = self.calls.now().duration_since(placed);
                    let (few, many) = PLACE_TIMES;
                    self.question.is_limited
                        || age >= few
                        || (before.rows >= PLACE_ROWS && age >= many)
                });
                let place = is_due.then(|| rows.checkpoint()).flatten();
                if let Some(place) = &place {
                    placed = self.calls.now();
                    before = Some(Before {
                        place: place.clone(),
                        rows: 0,
                    });
                }
                let message = match rows.next().await {
                    Some(Ok(row)) => {
                        self.calls.succeeded();
                        round = 0;
                        message(&row, self.ahead(place), before.as_ref())
                    }
                    Some(Err(RowError::Partial(reason))) => {
                        self.is_whole = false;
                        Message::Partial(reason)
                    }
                    Some(Err(RowError::List(error))) => break self.calls.guard().error(error),
                    None if self.must_list_again(rows.was_disturbed()) && self.lists_again() => {
                        continue 'list;
                    }
                    None => {
                        let end = Message::End {
                            place: self.ahead(rows.checkpoint()),
                            is_whole: self.is_whole && !rows.was_disturbed(),
                        };
                        let _ = sender.send(end).await;
                        return;
                    }
                };
                if let Some(before) = &mut before {
                    before.rows += 1;
                }
                if sender.send(message).await.is_err() {
                    return;
                }
            };
            if self.starts_over(&error) {
                continue;
            }
            let place = rows.checkpoint();
            if !may_pass(&error) || !self.calls.wait(&error, round).await {
                let place = self.ahead(place);
                let _ = sender.send(Message::Failed { error, place }).await;
                return;
            }
            round += 1;
            // Rows may have moved between the pages of a list that is resumed by page number.
            self.is_whole &= self.scope.stream.operation().keyset;
            self.question.resume = place;
            self.question.overlap = Duration::ZERO;
        }
    }
}

impl Listing {
    /// Leaves out a place that lies before the one resumed from: a run that is cut off while it looks
    /// back has to look back again, and none may go further back each time.
    fn ahead(&self, place: Option<Checkpoint>) -> Option<Checkpoint> {
        let begun = self.begun.as_ref().and_then(Checkpoint::created_before);
        place.filter(|place| begun.is_none() || place.created_before() >= begun)
    }

    /// Returns `true` if a record may have been missed, since records moved between pages, or may have
    /// while nobody looked.
    fn must_list_again(&self, was_disturbed: bool) -> bool {
        let wants_whole = self.question.wants_whole && self.scope.stream.is_by_number();
        was_disturbed || (wants_whole && !self.is_whole)
    }

    /// Lists everything again. Returns `false` after the third time.
    fn lists_again(&mut self) -> bool {
        let listing = match self.again < MAX_AGAIN {
            true => "listing again",
            false => "some may be missing until the next run",
        };
        let notice = format!(
            "{}: records may have moved between pages meanwhile; {listing}",
            self.scope.stream
        );
        self.calls.events().send(&Event::Notice(notice));
        self.again += 1;
        self.question.resume = None;
        self.is_whole = true;
        self.again <= MAX_AGAIN
    }

    /// Starts from the beginning where a place cannot be used: one of an older version, say. What is
    /// had already is not taken again.
    fn starts_over(&mut self, error: &Error) -> bool {
        let is_refused = error.is_invalid_request() && self.question.resume.is_some();
        if is_refused {
            let notice = format!("listing from the start, the stored place is refused: {error}");
            self.calls.events().send(&Event::Notice(notice));
            (self.question.resume, self.begun) = (None, None);
            self.is_whole = true;
        }
        is_refused
    }
}

/// Returns the message of a row.
fn message(row: &Row, place: Option<Checkpoint>, before: Option<&Before>) -> Message {
    let read = match &row.id {
        Some(id) => Record::with_id(&row.text, id.clone()),
        None => Record::read(&row.text),
    };
    match read {
        Ok(record) => Message::Record { record, place },
        Err(reason) => Message::Bad {
            text: row.text.clone(),
            reason,
            place,
            before: before.cloned().map(Box::new),
        },
    }
}

/// Lists the rows after a place again. Returns `false` when the feed has to end.
async fn around(
    calls: &Calls,
    scope: &Scope,
    mut question: Question,
    sender: &mpsc::Sender<Message>,
) -> bool {
    let place = question.resume.clone();
    let mut round = 0;
    'again: loop {
        let opened = source::open(calls.client(), scope, question.clone()).await;
        let error = match opened {
            Ok(mut rows) => {
                let mut before = place.clone().map(|place| Before { place, rows: 0 });
                loop {
                    let message = match rows.next().await {
                        Some(Ok(row)) => message(&row, None, before.as_ref()),
                        Some(Err(RowError::Partial(reason))) => Message::Partial(reason),
                        Some(Err(RowError::List(error))) => break error,
                        None => break 'again true,
                    };
                    if let Some(before) = &mut before {
                        before.rows += 1;
                    }
                    if sender.send(message).await.is_err() {
                        break 'again false;
                    }
                }
            }
            Err(error) => error,
        };
        let error = calls.guard().error(error);
        if error.is_invalid_request() && question.resume.is_some() {
            // A place of an older version, say: everything is listed.
            question.resume = None;
            question.max_items = None;
            continue;
        }
        if !may_pass(&error) || !calls.wait(&error, round).await {
            let _ = sender.send(Message::Failed { error, place: None }).await;
            break false;
        }
        round += 1;
    }
}

impl<T: Send + 'static> Task<T> {
    pub(crate) fn spawn(future: impl Future<Output = T> + Send + 'static) -> Self {
        Self(tokio::spawn(future))
    }

    pub(crate) fn is_finished(&self) -> bool {
        self.0.is_finished()
    }

    /// Waits for the result; `None` if the task has panicked. Dropping the future loses nothing.
    pub(crate) async fn result(&mut self) -> Option<T> {
        (&mut self.0).await.ok()
    }
}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}
