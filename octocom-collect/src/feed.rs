//! The rows of a scan, read ahead by a task of their own, which waits while the server is busy.

use std::time::{Duration, Instant};

use octocom_ext::{Checkpoint, Error};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::calls::Calls;
use crate::concern::may_pass;
use crate::failure::{Failure, Place};
use crate::scope::Scope;
use crate::source::{self, Question, Row, RowError};

/// A message of a feed.
pub(crate) enum Message {
    /// A row of the list, with the place before it if one is due.
    Row {
        row: Row,
        before: Option<Checkpoint>,
    },
    /// An id whose details are wanted again.
    Id(String),
    /// The list has more than it answers.
    Partial(String),
    /// The list is at its end.
    End {
        place: Option<Checkpoint>,
        /// Whether every row was listed that was there: from the first page on, none moved.
        is_whole: bool,
    },
    /// The list cannot go on.
    Failed {
        error: Error,
        place: Option<Checkpoint>,
    },
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
    ///
    /// A place is sent along every `places_every`, and with each row that is no record.
    pub(crate) fn list(
        calls: Calls,
        scope: Scope,
        question: Question,
        places_every: Duration,
    ) -> Self {
        Self::spawn(|sender| async move {
            let from_start = question.resume.is_none();
            let listing = Listing {
                calls,
                scope,
                question,
                is_whole: from_start,
                places_every,
            };
            listing.run(sender).await;
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
                let message = match (failure.place, failure.id, failure.before) {
                    (Place::Details, Some(id), _) => Message::Id(id),
                    (Place::List, _, Some(before)) => {
                        let question = Question {
                            resume: Some(*before),
                            max_items: Some(1),
                            ..question.clone()
                        };
                        match one(&calls, &scope, question).await {
                            Some(message) => message,
                            None => continue,
                        }
                    }
                    _ => continue,
                };
                if sender.send(message).await.is_err() {
                    return;
                }
            }
            let end = Message::End {
                place: None,
                is_whole: false,
            };
            let _ = sender.send(end).await;
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

    /// Leaves the places out, for a list that is not gone on with.
    pub(crate) fn without_places(mut self) -> Self {
        self.sends_places = false;
        self
    }

    /// Returns the next message; `None` after the last. Dropping the future loses nothing.
    pub(crate) async fn next(&mut self) -> Option<Message> {
        let mut message = self.messages.recv().await?;
        if !self.sends_places {
            match &mut message {
                Message::Row { before: place, .. }
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
    places_every: Duration,
}

impl Listing {
    async fn run(mut self, sender: mpsc::Sender<Message>) {
        let mut placed: Option<Instant> = None;
        loop {
            let opened =
                source::open(self.calls.client(), &self.scope, self.question.clone()).await;
            let mut rows = match opened {
                Ok(rows) => rows,
                Err(error) if may_pass(&error) && self.calls.wait(&error).await => continue,
                Err(error) => {
                    let place = self.question.resume.clone();
                    let _ = sender.send(Message::Failed { error, place }).await;
                    return;
                }
            };
            let error = loop {
                let now = self.calls.now();
                let is_due = placed.is_none_or(|at| now.duration_since(at) >= self.places_every);
                let before = is_due.then(|| rows.checkpoint()).flatten();
                placed = if before.is_some() { Some(now) } else { placed };
                let message = match rows.next().await {
                    Some(Ok(row)) => {
                        self.calls.succeeded();
                        Message::Row { row, before }
                    }
                    Some(Err(RowError::Partial(reason))) => {
                        self.is_whole = false;
                        Message::Partial(reason)
                    }
                    Some(Err(RowError::List(error))) => break error,
                    None => {
                        let end = Message::End {
                            place: rows.checkpoint(),
                            is_whole: self.is_whole && !rows.was_disturbed(),
                        };
                        let _ = sender.send(end).await;
                        return;
                    }
                };
                if sender.send(message).await.is_err() {
                    return;
                }
            };
            let place = rows.checkpoint();
            if !may_pass(&error) || !self.calls.wait(&error).await {
                let _ = sender.send(Message::Failed { error, place }).await;
                return;
            }
            // Rows may have moved between the pages of a list that is resumed by page number.
            self.is_whole &= self.scope.stream.operation().keyset;
            self.question.resume = place;
            self.question.overlap = Duration::ZERO;
        }
    }
}

/// Lists the one row at a place; `None` where there is none any more.
async fn one(calls: &Calls, scope: &Scope, question: Question) -> Option<Message> {
    let before = question.resume.clone();
    loop {
        let error = match source::open(calls.client(), scope, question.clone()).await {
            Ok(mut rows) => match rows.next().await? {
                Ok(row) => return Some(Message::Row { row, before }),
                Err(RowError::Partial(reason)) => return Some(Message::Partial(reason)),
                Err(RowError::List(error)) => error,
            },
            Err(error) => error,
        };
        if !may_pass(&error) || !calls.wait(&error).await {
            return Some(Message::Failed { error, place: None });
        }
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
