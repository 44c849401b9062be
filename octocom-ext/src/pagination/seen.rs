//! The ids at the edge of a scan: what was delivered and may be listed again.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::row::RowId;

/// Ids by the instant that their rows are printed with.
///
/// Rows come in the order of their instants, and mostly one at each: so they are kept in a queue.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Written", from = "Written")]
pub(crate) struct Seen(VecDeque<(DateTime<Utc>, Ids)>);

/// The ids at one instant.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Ids {
    One(RowId),
    Many(BTreeSet<RowId>),
}

/// The form in a checkpoint.
type Written = BTreeMap<DateTime<Utc>, BTreeSet<RowId>>;

impl Seen {
    /// Adds an id; false when it was there.
    pub(crate) fn insert(&mut self, at: DateTime<Utc>, id: RowId) -> bool {
        // A row keeps its `createdAt`, so its id can only be at its own instant.
        let place = match self.0.back() {
            Some((last, _)) if *last >= at => self.0.binary_search_by_key(&at, |(at, _)| *at),
            _ => Err(self.0.len()),
        };
        match place {
            Ok(index) => self.0.get_mut(index).is_some_and(|(_, ids)| ids.insert(id)),
            Err(index) => {
                self.0.insert(index, (at, Ids::One(id)));
                true
            }
        }
    }

    /// Forgets the instants before `start`, which will not be listed again.
    pub(crate) fn forget_before(&mut self, start: DateTime<Utc>) {
        while self.0.front().is_some_and(|(at, _)| *at < start) {
            self.0.pop_front();
        }
    }
}

impl Ids {
    fn insert(&mut self, id: RowId) -> bool {
        match self {
            Self::One(one) if *one == id => false,
            Self::One(one) => {
                *self = Self::Many(BTreeSet::from([one.clone(), id]));
                true
            }
            Self::Many(ids) => ids.insert(id),
        }
    }
}

impl From<Written> for Seen {
    fn from(written: Written) -> Self {
        let mut seen = Self::default();
        for (at, ids) in written {
            for id in ids {
                seen.insert(at, id);
            }
        }
        seen
    }
}

impl From<Seen> for Written {
    fn from(seen: Seen) -> Self {
        let ids = seen.0.into_iter().map(|(at, ids)| match ids {
            Ids::One(id) => (at, BTreeSet::from([id])),
            Ids::Many(ids) => (at, ids),
        });
        ids.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_new_once_until_its_instant_is_forgotten() {
        let at = |second| DateTime::from_timestamp(second, 0).unwrap();
        let mut seen = Seen::default();
        assert!(seen.insert(at(1), RowId::new("a")));
        assert!(!seen.insert(at(1), RowId::new("a")));
        assert!(seen.insert(at(2), RowId::new("b")));
        seen.forget_before(at(2));
        assert!(!seen.insert(at(2), RowId::new("b")));
        assert!(seen.insert(at(1), RowId::new("a")));
    }

    #[test]
    fn the_written_form_has_the_ids_of_each_instant_together() {
        let mut seen = Seen::default();
        for (second, id) in [(1, "b"), (1, "a"), (2, "c")] {
            let at = DateTime::from_timestamp(second, 0).unwrap();
            seen.insert(at, RowId::new(id));
        }
        let written = r#"{"1970-01-01T00:00:01Z":["=a","=b"],"1970-01-01T00:00:02Z":["=c"]}"#;
        assert_eq!(serde_json::to_string(&seen).unwrap(), written);
        assert_eq!(serde_json::from_str::<Seen>(written).unwrap(), seen);
    }
}
