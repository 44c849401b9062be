//! The failures of an output, as they are stored.

use std::collections::HashSet;

use indexmap::IndexMap;
use octocom_ext::{DateTime, Utc};

use crate::failure::{Before, Failure, Place};
use crate::scope::Scope;

/// Everything that could not be had.
#[derive(Debug, Default)]
pub(crate) struct Failures {
    failures: IndexMap<Key, Failure>,
    /// Those that failed in this run.
    of_this_run: HashSet<Key>,
    pub(crate) is_changed: bool,
}

/// The record that a failure is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    stream: String,
    business: Option<String>,
    place: Place,
    record: Option<String>,
}

/// A failure of this run.
#[derive(Debug)]
pub(crate) struct NewFailure {
    pub(crate) place: Place,
    pub(crate) id: Option<String>,
    /// Tells a record without a readable id from others.
    pub(crate) digest: Option<String>,
    pub(crate) reason: String,
    pub(crate) status: Option<u16>,
    pub(crate) before: Option<Before>,
}

impl NewFailure {
    /// The failure of a record to be fetched.
    pub(crate) fn of_details(id: &str, reason: String, status: Option<u16>) -> Self {
        Self {
            place: Place::Details,
            id: Some(id.to_owned()),
            digest: None,
            reason,
            status,
            before: None,
        }
    }
}

/// Status of the answer for a record that is not there.
pub(crate) const MISSING: u16 = 404;

impl Failures {
    pub(crate) fn new(stored: Vec<Failure>) -> Self {
        let failures = stored.into_iter();
        Self {
            failures: failures
                .map(|failure| (Key::of(&failure), failure))
                .collect(),
            ..Self::default()
        }
    }

    /// Adds a failure, or counts it again.
    pub(crate) fn add(&mut self, scope: &Scope, new: NewFailure, now: DateTime<Utc>) -> &Failure {
        let failure = Failure {
            stream: scope.stream.name(),
            business: scope.business.clone(),
            id: new.id,
            digest: new.digest,
            place: new.place,
            reason: new.reason,
            status: new.status,
            first_seen: now,
            last_seen: now,
            count: 1,
            before: new.before.map(Box::new),
        };
        let key = Key::of(&failure);
        let is_first = self.of_this_run.insert(key.clone());
        self.is_changed = true;
        let known = self.failures.get(&key);
        let (first_seen, count) = known.map_or((now, 1), |known| {
            (
                known.first_seen,
                known.count.saturating_add(is_first.into()),
            )
        });
        let failure = Failure {
            first_seen,
            count,
            ..failure
        };
        let index = self.failures.insert_full(key, failure).0;
        &self.failures[index]
    }

    /// Forgets the failures of a record that was had, or is gone.
    pub(crate) fn settle(&mut self, scope: &Scope, id: &str) {
        let is_it = |key: &Key| key.is_of(scope) && key.record.as_deref() == Some(id);
        self.forget(is_it);
    }

    /// Forgets that a record could not be listed.
    pub(crate) fn settle_listed(&mut self, scope: &Scope, id: &str) {
        let is_it = |key: &Key| {
            key.is_of(scope) && key.place == Place::List && key.record.as_deref() == Some(id)
        };
        if !self.failures.is_empty() {
            self.forget(is_it);
        }
    }

    /// Forgets failures of a list that have not come again, after all of it was listed again.
    pub(crate) fn settle_list(&mut self, scope: &Scope, place: Place) {
        let again = std::mem::take(&mut self.of_this_run);
        self.forget(|key| key.is_of(scope) && key.place == place && !again.contains(key));
        self.of_this_run = again;
    }

    /// Returns `true` if a failure has come again in this run.
    pub(crate) fn has_come_again(&self, failure: &Failure) -> bool {
        self.of_this_run.contains(&Key::of(failure))
    }

    /// Returns `true` if a record could not be fetched in an earlier run.
    pub(crate) fn is_known(&self, scope: &Scope, id: &str) -> bool {
        if self.failures.is_empty() {
            return false;
        }
        let key = Key::of_details(scope, id);
        self.failures.contains_key(&key) && !self.of_this_run.contains(&key)
    }

    /// Returns `true` if a record was missing when it was fetched before.
    pub(crate) fn is_missing(&self, scope: &Scope, id: &str) -> bool {
        let failure = self.failures.get(&Key::of_details(scope, id));
        failure.is_some_and(|failure| failure.status == Some(MISSING))
    }

    /// Returns `true` if at least so many records were missing.
    pub(crate) fn are_missing(&self, scope: &Scope, count: u32) -> bool {
        let is_missing =
            |(key, failure): &(&Key, &Failure)| failure.status == Some(MISSING) && key.is_of(scope);
        self.failures
            .iter()
            .filter(is_missing)
            .zip(1..)
            .any(|(_, number)| number >= count)
    }

    /// Forgets one failure.
    pub(crate) fn forget_one(&mut self, failure: &Failure) {
        let forgotten = Key::of(failure);
        self.forget(|key| *key == forgotten);
    }

    /// Returns the failures of a scope.
    pub(crate) fn of(&self, scope: &Scope) -> Vec<Failure> {
        let all = self.failures.iter().filter(|(key, _)| key.is_of(scope));
        all.map(|(_, failure)| failure.clone()).collect()
    }

    /// Returns those of a scope that failed in this run.
    pub(crate) fn of_this_run(&self, scope: &Scope) -> Vec<Failure> {
        let mut failures = self.of(scope);
        failures.retain(|failure| self.of_this_run.contains(&Key::of(failure)));
        failures
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Failure> {
        self.failures.values()
    }

    fn forget(&mut self, mut is_it: impl FnMut(&Key) -> bool) {
        let before = self.failures.len();
        self.failures.retain(|key, _| !is_it(key));
        self.is_changed |= self.failures.len() != before;
    }
}

impl Key {
    fn of_details(scope: &Scope, id: &str) -> Self {
        Self {
            stream: scope.stream.name(),
            business: scope.business.clone(),
            place: Place::Details,
            record: Some(id.to_owned()),
        }
    }

    fn of(failure: &Failure) -> Self {
        Self {
            stream: failure.stream.clone(),
            business: failure.business.clone(),
            place: failure.place,
            record: failure.id.clone().or_else(|| failure.digest.clone()),
        }
    }

    fn is_of(&self, scope: &Scope) -> bool {
        self.stream == scope.stream.name() && self.business == scope.business
    }
}
