//! Settling rows: records go to the store, failures beside them.

use std::collections::VecDeque;

use super::{Entry, Run, Stop, Work};
use crate::concern::{concerns_list, stops_in_a_row};
use crate::error::Error;
use crate::event::Event;
use crate::failure::Place;
use crate::failures::{MISSING, NewFailure};
use crate::fetch::{Fetched, Refusal};
use crate::record::Record;
use crate::report::End;
use crate::scope::Scope;
use crate::store::Store;

/// Failures in a row with the same status that stop a run.
const MOST_IN_A_ROW: u32 = 10;

impl<S: Store> Run<'_, S> {
    /// Does what was decided about a row.
    pub(super) fn settle(
        &mut self,
        scope: &Scope,
        entry: Entry,
        fetched: Option<Fetched>,
    ) -> Result<(), Stop> {
        let now = self.now();
        let is_taken = match entry.work {
            Work::Unchanged(record) => {
                self.store.unchanged(scope, &record)?;
                self.store.failures().settle_listed(scope, &record.id);
                self.counts(scope.stream).unchanged += 1;
                self.is_dirty = true;
                self.note_progress(scope);
                return Ok(());
            }
            Work::Known(record) => {
                self.store.refused(scope, &record.id, Some(&record), now)?;
                self.store.failures().settle_listed(scope, &record.id);
                false
            }
            Work::Listed(record) => {
                let taken = self.store.listed(scope, &record, now)?;
                self.store.failures().settle_listed(scope, &record.id);
                self.count(scope, taken);
                true
            }
            Work::Bad(failure) => {
                if let Some(id) = &failure.id {
                    self.store.refused(scope, id, None, now)?;
                }
                self.fail(scope, *failure);
                false
            }
            Work::Fetching { id, summary, .. } => {
                self.settle_fetched(scope, &id, summary.as_ref(), fetched)?
            }
        };
        self.is_dirty = true;
        self.note_progress(scope);
        match &mut self.left {
            // What could not be had does not count: known failures would use up each run's limit.
            Some(left) if is_taken => {
                *left = left.saturating_sub(1);
                match left {
                    0 => Err(Stop::End(End::MaxItems)),
                    _ => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }

    /// Settles what was fetched. Returns `true` if something was taken.
    fn settle_fetched(
        &mut self,
        scope: &Scope,
        id: &str,
        summary: Option<&Record>,
        fetched: Option<Fetched>,
    ) -> Result<bool, Stop> {
        let now = self.now();
        let is_taken = match fetched {
            Some(Fetched::Details(details)) => {
                let taken = self.store.detailed(scope, summary, &details, now)?;
                self.count(scope, taken);
                true
            }
            Some(Fetched::Versions(versions)) => {
                for taken in self.store.versions(scope, id, &versions, now)? {
                    self.count(scope, taken);
                }
                match versions.partial {
                    Some(reason) => {
                        self.refuse(scope, id, Refusal::new(reason))?;
                        return Ok(true);
                    }
                    None => true,
                }
            }
            Some(Fetched::Gone) if !self.store.failures().is_missing(scope, id) => {
                // A server in trouble answers 404, too: it is gone when it is missing once more, which
                // is asked at the end.
                self.store.refused(scope, id, summary, now)?;
                let reason = "it was listed, and is not there".to_owned();
                let failure = NewFailure::of_details(id, reason, Some(MISSING));
                self.store.failures().add(scope, failure, now);
                let summary = summary.map(|summary| (id.to_owned(), summary.clone()));
                self.missing.extend(summary);
                self.in_a_row = None;
                return Ok(false);
            }
            // Many that are missing, and not one that can be had, tell of the server.
            Some(Fetched::Gone)
                if !self.has_fetched && self.store.failures().are_missing(scope, MOST_IN_A_ROW) =>
            {
                let reason = "it was listed, and neither it nor any other is there";
                let refusal = Refusal {
                    status: Some(MISSING),
                    ..Refusal::new(reason)
                };
                self.refuse(scope, id, refusal)?;
                return Ok(false);
            }
            Some(Fetched::Gone) => {
                let before = self.missing.remove(id);
                self.store
                    .gone(scope, id, summary.or(before.as_ref()), now)?;
                self.counts(scope.stream).gone += 1;
                false
            }
            Some(Fetched::Failed(refusal)) => {
                self.store.refused(scope, id, summary, now)?;
                self.refuse(scope, id, refusal)?;
                return Ok(false);
            }
            Some(Fetched::Stopped(error)) => return Err(Stop::Error(error.into())),
            None => return Err(Stop::Error(Error::task())),
        };
        self.has_fetched |= is_taken;
        self.in_a_row = None;
        self.calls.succeeded();
        self.store.failures().settle(scope, id);
        Ok(is_taken)
    }

    /// Notes that a record was refused; stops the run when too many are, in the same way.
    fn refuse(&mut self, scope: &Scope, id: &str, refusal: Refusal) -> Result<(), Stop> {
        let Refusal {
            reason,
            status,
            error,
        } = refusal;
        self.fail(scope, NewFailure::of_details(id, reason, status));
        self.is_dirty = true;
        if self.asks_again {
            // They failed at different times, and stand side by side only now.
            return Ok(());
        }
        self.in_a_row = match (stops_in_a_row(status), self.in_a_row) {
            (Some(status), Some((last, count))) if last == status => Some((status, count + 1)),
            (status, _) => status.map(|status| (status, 1)),
        };
        match (self.in_a_row, error) {
            (Some((_, MOST_IN_A_ROW..)), Some(error)) => {
                Err(Stop::Error(Error::in_a_row(MOST_IN_A_ROW, error)))
            }
            _ => Ok(()),
        }
    }

    fn fail(&mut self, scope: &Scope, failure: NewFailure) {
        let now = self.now();
        let failure = self.store.failures().add(scope, failure, now).clone();
        self.counts(scope.stream).failed += 1;
        self.calls.events().send(&Event::Failed(failure));
    }

    /// Notes that a whole list failed.
    pub(crate) fn note_list_failure(&mut self, scope: &Scope, reason: String, status: Option<u16>) {
        let failure = NewFailure {
            place: Place::WholeList,
            id: None,
            digest: None,
            reason,
            status,
            before: None,
        };
        self.fail(scope, failure);
        self.is_dirty = true;
    }

    /// Makes a failure of an error that concerns one list alone.
    ///
    /// # Errors
    ///
    /// The error, if it concerns the run.
    pub(crate) fn pass_over_list(&mut self, scope: &Scope, stop: Stop) -> Result<(), Stop> {
        match stop {
            Stop::Error(error) => match error.call().filter(|call| concerns_list(call)) {
                Some(call) if !error.is_in_a_row() => {
                    let status = call.status().map(|status| status.as_u16());
                    self.note_list_failure(scope, call.to_string(), status);
                    Ok(())
                }
                _ => Err(Stop::Error(error)),
            },
            end @ Stop::End(_) => Err(end),
        }
    }

    /// Takes what was accepted of the rows that are on their way, whatever their order.
    pub(super) async fn keep_finished(
        &mut self,
        scope: &Scope,
        queue: VecDeque<Entry>,
    ) -> Result<(), Stop> {
        for mut entry in queue {
            let now = self.now();
            match &mut entry.work {
                Work::Fetching { id, summary, task } if task.is_finished() => {
                    match task.result().await {
                        Some(Fetched::Details(details)) => {
                            let taken =
                                self.store
                                    .detailed(scope, summary.as_ref(), &details, now)?;
                            self.count(scope, taken);
                            self.store.failures().settle(scope, id);
                        }
                        Some(Fetched::Versions(versions)) if versions.partial.is_none() => {
                            for taken in self.store.versions(scope, id, &versions, now)? {
                                self.count(scope, taken);
                            }
                            self.store.failures().settle(scope, id);
                        }
                        _ => {}
                    }
                    self.is_dirty = true;
                }
                _ => {}
            }
        }
        Ok(())
    }
}
