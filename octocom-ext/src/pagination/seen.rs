//! The rows at the edge of a scan: they were delivered, and may be listed again.

use std::collections::{BTreeMap, HashMap, VecDeque};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::row::{BuildIdHasher, RowId, written};

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
        for (at, id) in &rows.0 {
            seen.insert(*at, *id);
        }
        seen
    }
}

/// Delivered rows in order of their times: the ids that a checkpoint needs.
///
/// In a checkpoint the ids of one time are one text, 11 characters each. Of more than 16 times, the
/// latest 8 are kept and the earlier ones joined to 8: a row is then remembered for longer than it
/// needs to be, which does no harm.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Written", try_from = "Written")]
pub(crate) struct DeliveredRows(VecDeque<(DateTime<Utc>, RowId)>);

/// The form in a checkpoint.
type Written = BTreeMap<DateTime<Utc>, String>;

/// Times that a checkpoint keeps apart, both of the latest rows and of those before.
const MAX_TIMES: usize = 8;

impl DeliveredRows {
    /// Adds a row that is not among them.
    pub(crate) fn push(&mut self, at: DateTime<Utc>, id: RowId) {
        match self.0.back() {
            Some((last, _)) if *last > at => {
                let index = self.0.partition_point(|(other, _)| *other <= at);
                self.0.insert(index, (at, id));
            }
            _ => self.0.push_back((at, id)),
        }
    }

    fn forget_before(&mut self, start: DateTime<Utc>, mut each: impl FnMut(DateTime<Utc>, RowId)) {
        while let Some((at, id)) = self.0.front().copied().filter(|(at, _)| *at < start) {
            self.0.pop_front();
            each(at, id);
        }
    }

    /// Forgets the rows before `start`.
    pub(crate) fn truncate_before(&mut self, start: DateTime<Utc>) {
        self.forget_before(start, |_, _| ());
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The earliest and the latest time.
    pub(crate) fn times(&self) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        Some((self.0.front()?.0, self.0.back()?.0))
    }
}

impl From<DeliveredRows> for Written {
    fn from(rows: DeliveredRows) -> Self {
        let mut groups: Vec<(DateTime<Utc>, Vec<RowId>)> = Vec::new();
        for (at, id) in rows.0 {
            match groups.last_mut() {
                Some((last, ids)) if *last == at => ids.push(id),
                _ => groups.push((at, vec![id])),
            }
        }
        if groups.len() > 2 * MAX_TIMES {
            let latest = groups.split_off(groups.len() - MAX_TIMES);
            let size = groups.len().div_ceil(MAX_TIMES);
            let joined: Vec<_> = groups
                .chunks(size)
                .filter_map(|chunk| {
                    let (at, _) = chunk.last()?;
                    Some((*at, chunk.iter().flat_map(|(_, ids)| ids.clone()).collect()))
                })
                .collect();
            groups = joined;
            groups.extend(latest);
        }
        let texts = groups.into_iter();
        texts.map(|(at, ids)| (at, written::to_text(ids))).collect()
    }
}

impl TryFrom<Written> for DeliveredRows {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let mut rows = VecDeque::new();
        for (at, text) in written {
            let ids = written::from_text(&text).filter(|ids| !ids.is_empty());
            let ids = ids.ok_or_else(|| format!("the ids of {} are not readable", at))?;
            rows.extend(ids.into_iter().map(|id| (at, id)));
        }
        Ok(Self(rows))
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

    fn delivered(rows: &[(i64, &str)]) -> DeliveredRows {
        let mut delivered = DeliveredRows::default();
        for (second, id) in rows {
            delivered.push(at(*second), RowId::new(id));
        }
        delivered
    }

    #[test]
    fn the_written_form_has_the_ids_of_each_time_together() {
        let rows = delivered(&[(1, "b"), (2, "c"), (1, "a")]);
        let json = serde_json::to_value(&rows).unwrap();
        let lengths: Vec<_> = json.as_object().unwrap().iter().collect();
        assert_eq!(lengths.len(), 2);
        assert_eq!(json["1970-01-01T00:00:01Z"].as_str().unwrap().len(), 22);
        assert_eq!(json["1970-01-01T00:00:02Z"].as_str().unwrap().len(), 11);
        let back: DeliveredRows = serde_json::from_value(json).unwrap();
        assert_eq!(back, rows);
        assert_eq!((back.len(), back.times()), (3, Some((at(1), at(2)))));
        for broken in [
            r#"{"1970-01-01T00:00:01Z": ""}"#,
            r#"{"1970-01-01T00:00:01Z": "AAAA"}"#,
            r#"{"soon": "AAAAAAAAAAA"}"#,
        ] {
            assert!(serde_json::from_str::<DeliveredRows>(broken).is_err());
        }
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
