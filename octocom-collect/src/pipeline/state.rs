//! The state of a pipeline, which its runner keeps between runs.

use indexmap::IndexMap;
use octocom_ext::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::table::Table;
use crate::account::{Account, Owner};
use crate::collector::Settings;
use crate::error::{Error, ErrorKind, Result};
use crate::event::{Event, Events};
use crate::failure::{Failure, Place};
use crate::failures::Failures;
use crate::scope::Scope;
use crate::stream::Stream;

/// Text that tells the state from others.
const KIND: &str = "octocom pipeline state";
/// Version of the form.
const VERSION: u64 = 1;
/// Failures whose reasons are kept, and the length of a reason. The others are known by their ids.
const REASONS: (usize, usize) = (100, 120);

/// The state of a pipeline: the progress of its lists, their failures, and the account that it
/// belongs to.
///
/// It is a JSON object that a run hands to its sink, and that the next run is given.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PipelineState {
    account: Option<Owner>,
    /// By the names of the streams' tables.
    lists: IndexMap<String, List>,
}

/// The form in JSON.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    kind: String,
    version: u64,
    account: Owner,
    bookmarks: IndexMap<String, List>,
}

/// The progress of a stream.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct List {
    /// Tables that have everything up to the places.
    tables: Vec<String>,
    /// Number of times that it was begun anew, and of saved states since. Parts of a state that were
    /// stored apart are put into an order by them.
    generation: u64,
    sequence: u64,
    pub(super) scans: Vec<ListScan>,
    failures: Vec<Failure>,
}

/// The progress of a stream, of one business if it is listed for each.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ListScan {
    business: Option<String>,
    /// The text of a checkpoint.
    pub(super) place: Option<String>,
    pub(super) finished: bool,
    pub(super) refresh: Option<ListRefresh>,
}

/// The progress of a refresh.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ListRefresh {
    pub(super) since: Option<DateTime<Utc>>,
    /// The text of a checkpoint.
    pub(super) place: Option<String>,
}

impl PipelineState {
    /// Reads the JSON that a sink was given. An empty object, `null`, and one of empty bookmarks are
    /// the state of a pipeline that has not run.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::State`] if it is something else.
    pub fn from_json(json: &Value) -> Result<Self> {
        let is_empty = |json: &Value| {
            let is_empty_object = json.as_object().is_some_and(|it| it.is_empty());
            json.is_null() || is_empty_object
        };
        let only_bookmarks = json.as_object().is_some_and(|it| it.len() == 1);
        if is_empty(json) || (only_bookmarks && json.get("bookmarks").is_some_and(is_empty)) {
            return Ok(Self::default());
        }
        let refuse = |detail: String| Error::refused(ErrorKind::State, detail);
        if json["kind"] != KIND {
            let detail = "the state is not one of this program: give it one that it wrote, or none";
            return Err(refuse(detail.to_owned()));
        }
        if json["version"] != VERSION {
            return Err(refuse(format!(
                "the state has version {}, and this program reads version {VERSION}: use the \
                 program that wrote it, or start without a state",
                json["version"]
            )));
        }
        let form: Form = serde_path_to_error::deserialize(json).map_err(|error| {
            let place = error.path();
            refuse(format!(
                "the state cannot be read at `{place}`: restore it, or start without a state"
            ))
        })?;
        Ok(Self {
            account: Some(form.account),
            lists: form.bookmarks,
        })
    }

    /// Returns the JSON of everything, for a runner that keeps one state.
    #[must_use]
    pub fn to_json(&self) -> Value {
        self.json(self.lists.clone())
    }

    /// Returns the JSON of what concerns a table, for a runner that keeps a state for each.
    #[must_use]
    pub fn of_table(&self, table: &Table) -> Value {
        let mut lists = self.lists.clone();
        lists.retain(|name, _| {
            Stream::all().any(|stream| stream.table() == name && table.is_fed_by(stream))
        });
        self.json(lists)
    }

    fn json(&self, bookmarks: IndexMap<String, List>) -> Value {
        let Some(account) = self.account.clone() else {
            return json!({});
        };
        let form = Form {
            kind: KIND.to_owned(),
            version: VERSION,
            account,
            bookmarks,
        };
        serde_json::to_value(form).unwrap_or_default()
    }

    /// Slugs of the account's businesses; `None` where they cannot be read.
    pub(super) fn businesses(&self, account: &Account) -> Option<Vec<String>> {
        match &self.account {
            Some(owner) => account.slugs_for(owner),
            None => account.slugs(),
        }
    }

    /// Returns the failures of streams.
    pub(super) fn failures(&self, streams: &[Stream]) -> Vec<Failure> {
        let lists = streams
            .iter()
            .filter_map(|stream| self.lists.get(stream.table()));
        lists.flat_map(|list| list.failures.clone()).collect()
    }

    /// Returns the scan of a scope, as it is stored.
    pub(super) fn scan(&self, scope: &Scope) -> Option<&ListScan> {
        let mut scans = self.lists.get(scope.stream.table())?.scans.iter();
        scans.find(|scan| scan.business == scope.business)
    }

    /// Returns the scan of a scope, which is begun if there is none.
    pub(super) fn scan_mut(&mut self, scope: &Scope) -> &mut ListScan {
        let list = self.list_mut(scope.stream);
        let mut scans = list.scans.iter();
        let found = scans.position(|scan| scan.business == scope.business);
        let index = found.unwrap_or_else(|| {
            list.scans.push(ListScan {
                business: scope.business.clone(),
                ..ListScan::default()
            });
            list.scans.len() - 1
        });
        &mut list.scans[index]
    }

    /// Takes the failures of a stream. Returns `false` if they are stored already.
    pub(super) fn set_failures(&mut self, stream: Stream, failures: &Failures) -> bool {
        let name = stream.name();
        let failures = failures.all().filter(|failure| failure.stream == name);
        let (kept, length) = REASONS;
        let small = failures.enumerate().map(|(index, failure)| {
            let length = if index < kept { length } else { 0 };
            let before = failure.before.clone();
            Failure {
                reason: failure.reason.chars().take(length).collect(),
                before: before.filter(|_| failure.place == Place::List),
                ..failure.clone()
            }
        });
        let small: Vec<_> = small.collect();
        let list = self.list_mut(stream);
        let is_changed = list.failures != small;
        list.failures = small;
        is_changed
    }

    /// Counts a state that is about to be saved.
    pub(super) fn count(&mut self, stream: Stream) {
        self.list_mut(stream).sequence += 1;
    }

    fn list_mut(&mut self, stream: Stream) -> &mut List {
        self.lists.entry(stream.table().to_owned()).or_default()
    }
}

/// A state that a run is given: of one table, or of everything.
#[derive(Debug, Clone)]
pub(super) struct Given {
    /// `None` for everything.
    pub(super) table: Option<String>,
    pub(super) state: PipelineState,
}

/// Puts the states that a run is given together.
///
/// # Errors
///
/// A refusal, if one belongs to another account.
pub(super) fn open(
    given: &[Given],
    (account, settings, events): (&Account, &Settings, &Events),
    streams: &[Stream],
    tables: &[Table],
    from_start: &[String],
) -> Result<PipelineState> {
    let mut owner = account.owner(settings);
    let mut moved = false;
    let mut lists = IndexMap::new();
    for Given { table, state } in given {
        if let Some(known) = &state.account {
            let (checked, has_moved) = account.check(known, settings, "the state")?;
            owner = checked;
            moved |= has_moved;
        }
        if table.is_none() {
            // Progress of lists that this run leaves out stays.
            lists.extend(state.lists.clone());
        }
    }
    for stream in streams {
        let fed: Vec<_> = tables
            .iter()
            .filter(|table| table.is_fed_by(*stream))
            .collect();
        let of_table = |table: &&Table| {
            let is_its =
                |given: &&Given| given.table.as_deref().is_none_or(|it| it == table.name());
            let list = given.iter().find(is_its)?.state.lists.get(stream.table())?;
            let covers = list.tables.iter().any(|name| name == table.name());
            covers.then_some(list)
        };
        let known: Vec<_> = fed.iter().map(of_table).collect();
        let mut list = together(&known).unwrap_or_else(|anew| {
            if anew.generation > 0 {
                let notice = format!(
                    "{stream}: listed from the start, not all tables have its newest state"
                );
                events.send(&Event::Notice(notice));
            }
            anew
        });
        let is_whole = stream.has_details() && list.scans.iter().all(|scan| scan.finished);
        if is_whole
            && fed
                .iter()
                .any(|table| from_start.iter().any(|name| name == table.name()))
        {
            list = List {
                generation: list.generation + 1,
                ..List::default()
            };
        }
        list.tables = fed.iter().map(|table| table.name().to_owned()).collect();
        lists.insert(stream.table().to_owned(), list);
    }
    if moved {
        // Places of another server do not hold.
        for scan in lists.values_mut().flat_map(|list| &mut list.scans) {
            (scan.place, scan.finished, scan.refresh) = (None, false, None);
        }
    }
    Ok(PipelineState {
        account: Some(owner),
        lists,
    })
}

/// Returns the progress that all tables have made; if one has made none since the list was begun, that
/// of a new beginning.
fn together(known: &[Option<&List>]) -> Result<List, List> {
    let newest = known.iter().flatten().map(|list| list.generation).max();
    let of_newest = known
        .iter()
        .map(|list| list.filter(|list| Some(list.generation) == newest));
    let all: Option<Vec<_>> = of_newest.collect();
    all.unwrap_or_default()
        .into_iter()
        .min_by_key(|list| list.sequence)
        .cloned()
        .ok_or_else(|| List {
            generation: newest.map_or(0, |newest| newest + 1),
            ..List::default()
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(generation: u64, sequence: u64) -> List {
        List {
            generation,
            sequence,
            ..List::default()
        }
    }

    #[test]
    fn the_state_of_tables_that_were_stored_apart_is_the_earliest() {
        let [first, second, anew] = [list(1, 9), list(1, 7), list(2, 1)];
        let merge = |known: &[Option<&List>]| {
            let list = together(known);
            list.map(|list| (list.generation, list.sequence))
                .map_err(|list| (list.generation, list.sequence))
        };
        assert_eq!(merge(&[Some(&first), Some(&second)]), Ok((1, 7)));
        // What the table of an older generation has been sent since is not known.
        assert_eq!(merge(&[Some(&first), Some(&anew)]), Err((3, 0)));
        assert_eq!(merge(&[Some(&first), None]), Err((2, 0)));
        assert_eq!(merge(&[None]), Err((0, 0)));
    }

    #[test]
    fn a_state_is_that_of_this_program_or_none() {
        for empty in [json!(null), json!({}), json!({"bookmarks": {}})] {
            assert_eq!(
                PipelineState::from_json(&empty).unwrap(),
                PipelineState::default()
            );
        }
        for (other, words) in [
            (
                json!({"bookmarks": {"users": {}}}),
                "not one of this program",
            ),
            (json!([]), "not one of this program"),
            (json!({"kind": KIND, "version": 2}), "has version 2"),
            (
                json!({"kind": KIND, "version": 1, "account": 7}),
                "cannot be read at `account`",
            ),
        ] {
            let error = PipelineState::from_json(&other).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::State);
            assert!(error.to_string().contains(words), "{error}");
        }
    }
}
