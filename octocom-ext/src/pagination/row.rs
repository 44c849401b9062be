//! The rows of a list: their keys, those of a page that are still to be delivered, and those that
//! were delivered and may be listed again.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::vec::IntoIter;

use chrono::{DateTime, Utc};
use octocom_api::Record;
use serde::Deserialize;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor};

use super::scan::YieldedRow;
use super::timestamp::PrintedTimestamp;
use crate::checkpoint::{BuildIdHasher, DeliveredRows, RowId};

/// A record as far as pagination looks at it, whatever the record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RowKey {
    /// The id, or for a record without one a digest of its text.
    pub(crate) id: RowId,
    /// `true` if the id is the record's own. A record without one is never taken for a repetition.
    pub(crate) has_own_id: bool,
    /// `createdAt`, where there is one.
    pub(crate) created: Option<PrintedTimestamp>,
}

impl RowKey {
    /// Reads what pagination needs; everything else may be of any shape.
    pub(crate) fn read(json: &[u8]) -> Self {
        let mut members = Members::default();
        // Cut short as soon as all is found, so the result says nothing.
        let _ = members.deserialize(&mut serde_json::Deserializer::from_slice(json));
        Self {
            has_own_id: members.id.is_some(),
            id: match members.id {
                Some(id) => RowId::new(id),
                None => RowId::from_json(json),
            },
            created: members
                .created_at
                .as_deref()
                .and_then(PrintedTimestamp::parse),
        }
    }
}

/// The members of a record that make its key.
#[derive(Default)]
struct Members<'a> {
    id: Option<Cow<'a, str>>,
    created_at: Option<Cow<'a, str>>,
}

impl<'de> DeserializeSeed<'de> for &mut Members<'de> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for &mut Members<'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a record")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let (mut has_id, mut has_date) = (false, false);
        while !(has_id && has_date) {
            let Some(Text(name)) = members.next_key()? else {
                break;
            };
            match name.as_deref() {
                Some("id") => {
                    self.id = members.next_value::<Text<'de>>()?.0;
                    has_id = true;
                }
                Some("createdAt") => {
                    self.created_at = members.next_value::<Text<'de>>()?.0;
                    has_date = true;
                }
                _ => {
                    members.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// A text, or anything else as `None`.
struct Text<'a>(Option<Cow<'a, str>>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyText;
        impl<'de> Visitor<'de> for AnyText {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("any JSON")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Some(Cow::Borrowed(text))))
            }

            fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Some(Cow::Owned(text.to_owned()))))
            }

            fn visit_bool<E>(self, _: bool) -> Result<Text<'de>, E> {
                Ok(Text(None))
            }

            // An id may be a number: as text it is as good as any.
            fn visit_i64<E>(self, number: i64) -> Result<Text<'de>, E> {
                Ok(Text(Some(Cow::Owned(number.to_string()))))
            }

            fn visit_u64<E>(self, number: u64) -> Result<Text<'de>, E> {
                Ok(Text(Some(Cow::Owned(number.to_string()))))
            }

            fn visit_f64<E>(self, _: f64) -> Result<Text<'de>, E> {
                Ok(Text(None))
            }

            fn visit_unit<E>(self) -> Result<Text<'de>, E> {
                Ok(Text(None))
            }

            fn visit_seq<A: serde::de::SeqAccess<'de>>(
                self,
                mut items: A,
            ) -> Result<Text<'de>, A::Error> {
                while items.next_element::<serde::de::IgnoredAny>()?.is_some() {}
                Ok(Text(None))
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(
                self,
                mut members: A,
            ) -> Result<Text<'de>, A::Error> {
                while members
                    .next_entry::<serde::de::IgnoredAny, serde::de::IgnoredAny>()?
                    .is_some()
                {}
                Ok(Text(None))
            }
        }
        deserializer.deserialize_any(AnyText)
    }
}

/// Iterates over a page, and leaves out what is not to be delivered.
pub(crate) struct Rows<T> {
    yielded: IntoIter<YieldedRow>,
    records: IntoIter<Record<T>>,
    /// Index of the next of `records` on its page, counted from 0.
    next: usize,
}

impl<T> Rows<T> {
    /// `yielded` are in the order of the page.
    pub(crate) fn new(yielded: Vec<YieldedRow>, records: Vec<Record<T>>) -> Self {
        Self {
            yielded: yielded.into_iter(),
            records: records.into_iter(),
            next: 0,
        }
    }

    /// No rows.
    pub(crate) fn none() -> Self {
        Self::new(Vec::new(), Vec::new())
    }

    /// The number of entries left.
    pub(crate) fn len(&self) -> usize {
        self.yielded.len()
    }
}

impl<T> Iterator for Rows<T> {
    type Item = (YieldedRow, Record<T>);

    fn next(&mut self) -> Option<Self::Item> {
        let row = self.yielded.next()?;
        let record = self.records.nth(row.index.checked_sub(self.next)?)?;
        self.next = row.index + 1;
        Some((row, record))
    }
}

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
    use crate::checkpoint::RowId;

    #[test]
    fn what_pagination_needs_is_read() {
        let text = r#"{"id":"550e8400-e29b-41d4-a716-446655440000", "createdAt" : "2024-01-15T10:30:00.5Z","x":[{}]}"#;
        let key = RowKey {
            id: RowId::new("550E8400-E29B-41D4-A716-446655440000"),
            has_own_id: true,
            created: PrintedTimestamp::parse("2024-01-15T10:30:00.5Z"),
        };
        assert!(key.created.is_some());
        assert_eq!(RowKey::read(text.as_bytes()), key);
    }

    #[test]
    fn any_other_shape_is_a_record_without_that() {
        for json in [
            "1",
            "null",
            "[1]",
            "{}",
            r#"{"id": null, "createdAt": 5.5}"#,
            r#"{"id": {"a": 1}, "createdAt": [1]}"#,
            r#"{"id": true, "createdAt": "soon"}"#,
        ] {
            let key = RowKey::read(json.as_bytes());
            assert_eq!((key.has_own_id, key.created), (false, None), "{json}");
        }
        assert_eq!(RowKey::read(br#"{"id": 7}"#).id, RowId::new("7"));
        assert_eq!(
            RowKey::read(br#"{"id": "caf\u00e9"}"#).id,
            RowId::new("café")
        );
    }

    #[test]
    fn a_record_without_an_id_goes_by_a_digest_of_its_text() {
        // The number stands in checkpoints: it must never change.
        let key = RowKey::read(b"{}");
        assert_eq!(key.id, RowId::from_json(b"{}"));
        assert_ne!(RowKey::read(b"{ }").id, key.id);
    }

    #[test]
    fn rows_that_are_not_yielded_are_left_out() {
        let row = |index: usize| YieldedRow {
            index,
            id: RowId::new(index.to_string()),
            created: None,
            keyset: None,
        };
        let records = ["0", "1", "2", "3", "4"]
            .map(|json| Record::<()>::new(bytes::Bytes::from_static(json.as_bytes())));
        let rows = |indices: &[usize]| {
            let yielded = indices.iter().copied().map(row).collect();
            Rows::new(yielded, records.to_vec())
        };
        for indices in [&[][..], &[0, 1, 2, 3, 4], &[1, 2, 4], &[4]] {
            let mut rows = rows(indices);
            for left in (0..indices.len()).rev() {
                let (row, record) = rows.next().unwrap();
                assert_eq!(record.text(), Ok(row.index.to_string().as_str()));
                assert_eq!(rows.len(), left);
            }
            assert!(rows.next().is_none());
        }
    }

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
