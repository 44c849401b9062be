//! What pagination needs to know of a record.

use std::borrow::Cow;
use std::fmt;
use std::hash::{BuildHasherDefault, Hash, Hasher};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor};
use uuid::Uuid;

use super::timestamp::PrintedTimestamp;

/// A record as far as pagination looks at it, whatever the record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RowKey {
    /// The id, or for a record without one a digest of its text.
    pub(crate) id: RowId,
    /// Whether the id is the record's own: without one it is never taken for a repetition.
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
                None => RowId(mixed(digest(json))),
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

/// The id of a record, as a 64-bit digest: it takes no allocation, and 11 characters in a
/// checkpoint.
///
/// Two ids of a listing of 1,000,000 records at one time have equal digests with a probability
/// below 1 in 30,000,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RowId(u64);

impl RowId {
    /// The id of a record: a UUID as documented, or any other text.
    pub(crate) fn new(text: impl AsRef<str>) -> Self {
        let text = text.as_ref();
        match Uuid::try_parse(text) {
            Ok(id) => {
                let (high, low) = id.as_u64_pair();
                Self(mixed(mixed(high) ^ low))
            }
            Err(_) => Self(mixed(!digest(text.as_bytes()))),
        }
    }

    /// The digest, evenly distributed over its 64 bits.
    pub(crate) fn bits(self) -> u64 {
        self.0
    }
}

impl Hash for RowId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.0);
    }
}

/// A set or map by row id. The ids are digests, so they need no hashing of their own.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct IdHasher(u64);

impl Hasher for IdHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, bits: u64) {
        self.0 = bits;
    }
}

/// Builds an [`IdHasher`].
pub(crate) type BuildIdHasher = BuildHasherDefault<IdHasher>;

/// 64-bit FNV-1a: it stands in checkpoints, so it must not change with the toolchain, as the
/// standard library's hasher may.
pub(crate) fn digest(text: &[u8]) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    text.iter().copied().fold(0xcbf2_9ce4_8422_2325, step)
}

/// The finalizer of `SplitMix64`: one-to-one, and every bit of the input changes half of the output.
fn mixed(bits: u64) -> u64 {
    let bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

/// Ids in a checkpoint: their digests one after the other, 8 bytes each, in base64url.
pub(crate) mod written {
    use super::*;

    pub(crate) fn to_text(ids: impl IntoIterator<Item = RowId>) -> String {
        let bytes: Vec<u8> = ids.into_iter().flat_map(|id| id.0.to_be_bytes()).collect();
        URL_SAFE_NO_PAD.encode(bytes)
    }

    pub(crate) fn from_text(text: &str) -> Option<Vec<RowId>> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let ids = bytes.chunks(8).map(|chunk| {
            let chunk: [u8; 8] = chunk.try_into().ok()?;
            Some(RowId(u64::from_be_bytes(chunk)))
        });
        ids.collect()
    }

    pub(crate) fn serialize<S: serde::Serializer>(
        ids: &[RowId],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&to_text(ids.iter().copied()))
    }

    pub(crate) fn deserialize<'de, D: serde::Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<RowId>, D::Error> {
        let text = Cow::<'_, str>::deserialize(deserializer)?;
        from_text(&text).ok_or_else(|| serde::de::Error::custom("not the ids of a checkpoint"))
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
        assert_eq!(key.id, RowId(mixed(0x08f4_4b07_b590_1a25)));
        assert_ne!(RowKey::read(b"{ }").id, key.id);
    }

    #[test]
    fn ids_come_back_from_a_checkpoint_at_eleven_characters_each() {
        let ids: Vec<_> = (0..300).map(|n| RowId::new(format!("{n}"))).collect();
        let text = written::to_text(ids.iter().copied());
        assert_eq!(text.len(), 300 * 32 / 3);
        assert_eq!(written::from_text(&text), Some(ids));
        assert_eq!(written::from_text(""), Some(vec![]));
        for broken in ["AAAA", "=", "é"] {
            assert_eq!(written::from_text(broken), None, "{broken}");
        }
    }

    #[test]
    fn the_digest_of_an_id_never_changes() {
        // It stands in checkpoints.
        for (id, text) in [
            ("550e8400-e29b-41d4-a716-446655440000", "47jeKpd98q0"),
            ("550E8400-E29B-41D4-A716-446655440000", "47jeKpd98q0"),
            ("u1234567-x", "xkTqBGEtRBw"),
            ("", "fdyTsrOpFa8"),
        ] {
            assert_eq!(written::to_text([RowId::new(id)]), text, "{id}");
        }
    }
}
