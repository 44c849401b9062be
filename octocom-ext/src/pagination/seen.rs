//! The rows at the edge of a scan: they were delivered, and may be listed again.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use crate::checkpoint::{BuildIdHasher, DeliveredRows, RowId};

/// Delivered rows that a scan can meet again, by id.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen {
    /// The latest time that a row was listed at.
    ids: HashMap<RowId, DateTime<Utc>, BuildIdHasher>,
    /// The same in order of the times, to forget the earliest first.
    log: DeliveredRows,
}

impl Seen {
    pub(crate) fn contains(&self, id: RowId) -> bool {
        self.ids.contains_key(&id)
    }

    /// Adds a row, or keeps it for longer; false when it was there.
    pub(crate) fn insert(&mut self, at: DateTime<Utc>, id: RowId) -> bool {
        match self.ids.insert(id, at) {
            None => {
                self.log.push(at, id);
                true
            }
            Some(before) if before < at => {
                self.log.push(at, id);
                false
            }
            Some(before) => {
                self.ids.insert(id, before);
                false
            }
        }
    }

    /// Forgets the rows before `start`, which will not be listed again.
    pub(crate) fn forget_before(&mut self, start: DateTime<Utc>) {
        let Self { ids, log } = self;
        log.forget_before(start, |at, id| {
            // A row that was listed again later stands in the log twice.
            if ids.get(&id) == Some(&at) {
                ids.remove(&id);
            }
        });
    }
}

impl From<&DeliveredRows> for Seen {
    fn from(rows: &DeliveredRows) -> Self {
        let mut seen = Self::default();
        for (at, id) in rows.iter() {
            seen.insert(at, id);
        }
        seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
    }

    #[test]
    fn an_id_is_new_once_until_its_time_is_forgotten() {
        let mut seen = Seen::default();
        assert!(seen.insert(at(1), RowId::new("a")));
        assert!(!seen.insert(at(1), RowId::new("a")));
        assert!(seen.insert(at(2), RowId::new("b")));
        seen.forget_before(at(2));
        assert!(!seen.insert(at(2), RowId::new("b")));
        assert!(seen.insert(at(1), RowId::new("a")));
    }

    #[test]
    fn a_row_that_is_listed_again_later_is_kept_for_longer() {
        let mut seen = Seen::default();
        assert!(seen.insert(at(1), RowId::new("a")));
        assert!(!seen.insert(at(5), RowId::new("a")));
        assert!(!seen.insert(at(3), RowId::new("a")));
        seen.forget_before(at(5));
        assert!(seen.contains(RowId::new("a")));
        seen.forget_before(at(6));
        assert!(!seen.contains(RowId::new("a")));
    }

    #[test]
    fn rows_at_many_times_take_at_most_twelve_bytes_each_and_the_latest_keep_their_time() {
        let mut rows = DeliveredRows::default();
        for second in 0..10_000 {
            rows.push(at(second), RowId::new(second.to_string()));
        }
        let far = at(4_000_000_000);
        rows.push(far, RowId::new("far"));
        let json = serde_json::to_string(&rows).unwrap();
        assert!(json.len() <= 12 * 10_001, "{}", json.len());
        let back: DeliveredRows = serde_json::from_str(&json).unwrap();
        assert_eq!(back.len(), 10_001);
        let mut seen = Seen::from(&back);
        assert!((0..10_000).all(|second| seen.contains(RowId::new(second.to_string()))));
        seen.forget_before(at(10_000));
        assert!(!seen.contains(RowId::new("9999")));
        assert!(seen.contains(RowId::new("far")));
    }
}
