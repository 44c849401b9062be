//! The ids at the edge of a scan: what was delivered and may be listed again.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::row::RowId;

/// Ids by the instant that their rows are printed with.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Seen(BTreeMap<DateTime<Utc>, BTreeSet<RowId>>);

impl Seen {
    /// Adds an id; false when it was there.
    pub(crate) fn insert(&mut self, at: DateTime<Utc>, id: RowId) -> bool {
        // A row keeps its `createdAt`, so its id can only be at its own instant.
        self.0.entry(at).or_default().insert(id)
    }

    /// Forgets the instants before `start`, which will not be listed again.
    pub(crate) fn forget_before(&mut self, start: DateTime<Utc>) {
        self.0 = self.0.split_off(&start);
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
}
