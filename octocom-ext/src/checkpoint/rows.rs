//! Delivered rows that a checkpoint remembers, and the digests of their ids.

use std::borrow::Cow;
use std::collections::{BTreeMap, VecDeque};
use std::hash::{BuildHasherDefault, Hash, Hasher};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

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
    pub(crate) fn from_json(json: &[u8]) -> Self {
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
