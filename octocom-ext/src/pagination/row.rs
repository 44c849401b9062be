//! The key of a record: its id and creation time.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor};

use super::timestamp::PrintedTimestamp;
use crate::checkpoint::RowId;

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
                None => RowId::of_text(json),
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

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(key.id, RowId::of_text(b"{}"));
        assert_ne!(RowKey::read(b"{ }").id, key.id);
    }
}
