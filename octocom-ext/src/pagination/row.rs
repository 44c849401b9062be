//! What pagination needs to know of a record.

use std::borrow::Cow;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::instant::Instant;

/// A record as far as pagination looks at it, whatever the record is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RowKey {
    /// The id, or for a record without one a digest of its text.
    pub(crate) id: RowId,
    /// Whether the id is the record's own: without one it is never taken for a repetition.
    pub(crate) has_own_id: bool,
    /// `createdAt`, where there is one.
    pub(crate) created: Option<Instant>,
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
                None => RowId::Text(format!("#{:016x}", digest(json)).into()),
            },
            created: members.created_at.as_deref().and_then(Instant::parse),
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

/// 64-bit FNV-1a: it stands in checkpoints, so it must not change with the toolchain, as the
/// standard library's hasher may.
fn digest(text: &[u8]) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    text.iter().copied().fold(0xcbf2_9ce4_8422_2325, step)
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

/// Id of a record: a UUID as the document says, or whatever text stands there.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum RowId {
    Uuid(Uuid),
    Text(Box<str>),
}

/// Marks a text in a checkpoint; base64url has no such character.
const TEXT_MARK: char = '=';

impl RowId {
    pub(crate) fn new(text: impl AsRef<str>) -> Self {
        let text = text.as_ref();
        Uuid::try_parse(text).map_or_else(|_| Self::Text(text.into()), Self::Uuid)
    }
}

/// 22 characters for a UUID, so that a checkpoint stays small.
impl Serialize for RowId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Uuid(id) => serializer.serialize_str(&URL_SAFE_NO_PAD.encode(id.as_bytes())),
            Self::Text(text) => serializer.serialize_str(&format!("{TEXT_MARK}{text}")),
        }
    }
}

impl<'de> Deserialize<'de> for RowId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'_, str>::deserialize(deserializer)?;
        if let Some(text) = text.strip_prefix(TEXT_MARK) {
            return Ok(Self::Text(text.into()));
        }
        let bytes = URL_SAFE_NO_PAD.decode(text.as_ref()).ok();
        let id = bytes.and_then(|bytes| Uuid::from_slice(&bytes).ok());
        id.map(Self::Uuid)
            .ok_or_else(|| serde::de::Error::custom("not an id of a checkpoint"))
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
            created: Instant::parse("2024-01-15T10:30:00.5Z"),
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
        assert_eq!(key.id, RowId::Text("#08f44b07b5901a25".into()));
        assert_ne!(RowKey::read(b"{ }").id, key.id);
    }

    #[test]
    fn ids_come_back_from_a_checkpoint() {
        for text in [
            "550e8400-e29b-41d4-a716-446655440000",
            "u1234567-x",
            "",
            "=",
            "é",
        ] {
            let id = RowId::new(text);
            let json = serde_json::to_string(&id).unwrap();
            assert_eq!(serde_json::from_str::<RowId>(&json).unwrap(), id, "{json}");
        }
        let uuid = serde_json::to_string(&RowId::new("550e8400-e29b-41d4-a716-446655440000"));
        assert_eq!(uuid.unwrap().len(), 24, "22 characters and quotes");
        assert!(serde_json::from_str::<RowId>("\"short\"").is_err());
    }
}
