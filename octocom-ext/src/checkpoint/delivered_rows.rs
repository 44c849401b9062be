//! The delivered rows that a checkpoint remembers.

use std::collections::{BTreeMap, VecDeque};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::row_id::{RowId, written};

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

    /// Forgets the rows before `start`, and tells each.
    pub(crate) fn forget_before(
        &mut self,
        start: DateTime<Utc>,
        mut each: impl FnMut(DateTime<Utc>, RowId),
    ) {
        while let Some((at, id)) = self.0.front().copied().filter(|(at, _)| *at < start) {
            self.0.pop_front();
            each(at, id);
        }
    }

    /// Forgets the rows before `start`.
    pub(crate) fn truncate_before(&mut self, start: DateTime<Utc>) {
        self.forget_before(start, |_, _| ());
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (DateTime<Utc>, RowId)> {
        self.0.iter().copied()
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
}
