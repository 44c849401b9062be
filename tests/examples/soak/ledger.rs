//! The results that the client got for each write, compared with the records of the server.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use octocom_ext::Error;

/// Something that a write makes, each time anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Thing {
    Email,
    Purchase,
    SheetRow,
    Event,
    Tag,
    Article,
    ArticleChange,
}

/// The result that the client got for a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Told {
    Done,
    NotDone,
    /// It may have been processed.
    Unclear,
}

/// The records of the server.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// The number of records by name.
    pub(crate) things: BTreeMap<(Thing, String), usize>,
    /// Values that are overwritten, by name.
    pub(crate) values: BTreeMap<String, Option<String>>,
    pub(crate) conversations: usize,
}

impl Found {
    pub(crate) fn count(&mut self, thing: Thing, name: impl Into<String>) {
        *self.things.entry((thing, name.into())).or_default() += 1;
    }
}

/// The results that the client got.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ledger {
    things: BTreeMap<(Thing, String), Told>,
    /// Each value that is overwritten, and what it can be now.
    values: BTreeMap<String, BTreeSet<Option<String>>>,
    /// Errors that no fault explains.
    unexpected: Vec<String>,
}

impl Ledger {
    /// Enters a thing that has a name of its own.
    pub(crate) fn thing<T>(&mut self, thing: Thing, name: &str, result: &Result<T, Error>) {
        let told = self.told(result);
        self.things.insert((thing, name.to_owned()), told);
    }

    /// Enters a value that was to be overwritten.
    pub(crate) fn value<T>(
        &mut self,
        name: &str,
        value: Option<String>,
        result: &Result<T, Error>,
    ) {
        let told = self.told(result);
        let possible = self.possible(name);
        match told {
            Told::Done => *possible = [value].into(),
            Told::NotDone => {}
            Told::Unclear => {
                possible.insert(value);
            }
        }
    }

    /// Enters that the first attempt to delete a value has found none.
    pub(crate) fn absent(&mut self, name: &str) {
        let possible = self.possible(name);
        if !possible.contains(&None) {
            let message = format!("{name}: not found, and {possible:?} are possible");
            self.unexpected.push(message);
        }
        *self.possible(name) = [None].into();
    }

    fn possible(&mut self, name: &str) -> &mut BTreeSet<Option<String>> {
        let values = self.values.entry(name.to_owned());
        values.or_insert_with(|| [None].into())
    }

    /// Classifies a result. An error that the request itself must have caused is noted.
    fn told<T>(&mut self, result: &Result<T, Error>) -> Told {
        let Err(error) = result else {
            return Told::Done;
        };
        let status = error.status().map(|status| status.as_u16());
        let is_fault = |status: u16| status < 300 || status == 429 || status >= 500;
        if !status.is_none_or(is_fault) {
            self.unexpected.push(format!("unexpected: {error}"));
        }
        match error.may_have_been_processed() {
            true => Told::Unclear,
            false => Told::NotDone,
        }
    }

    /// Everything in which the two sides differ.
    pub(crate) fn compare(&self, found: &Found) -> Vec<String> {
        let mut differences = self.unexpected.clone();
        for ((thing, name), told) in &self.things {
            let count = found
                .things
                .get(&(*thing, name.clone()))
                .copied()
                .unwrap_or(0);
            let fits = match told {
                Told::Done => count == 1,
                Told::NotDone => count == 0,
                Told::Unclear => count <= 1,
            };
            if !fits {
                differences.push(format!(
                    "{thing:?} {name}: {told:?}, and there {count} times"
                ));
            }
        }
        for (thing, name) in found.things.keys() {
            if !self.things.contains_key(&(*thing, name.clone())) {
                differences.push(format!("{thing:?} {name}: there, and nobody made it"));
            }
        }
        for (name, possible) in &self.values {
            let value = found.values.get(name).cloned().flatten();
            if !possible.contains(&value) {
                differences.push(format!("{name}: {value:?}, not one of {possible:?}"));
            }
        }
        differences
    }
}

/// The number of writes by result.
impl fmt::Display for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut counts = BTreeMap::<_, usize>::new();
        for ((thing, _), told) in &self.things {
            *counts.entry((thing, told)).or_default() += 1;
        }
        write!(f, "{} values", self.values.len())?;
        for ((thing, told), count) in counts {
            write!(f, "\n  {thing:?} {told:?}: {count}")?;
        }
        Ok(())
    }
}
