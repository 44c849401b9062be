//! Ids of records in checkpoints.

use std::borrow::Cow;
use std::hash::{BuildHasherDefault, Hash, Hasher};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use uuid::Uuid;

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

    /// The id of a record that has none: a digest of its text.
    pub(crate) fn of_text(json: &[u8]) -> Self {
        Self(mixed(digest(json)))
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
pub(super) fn digest(text: &[u8]) -> u64 {
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
