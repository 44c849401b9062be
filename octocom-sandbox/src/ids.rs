//! Identifiers that lead back to what they name.

use uuid::Uuid;

use crate::rng::mix;

/// Bits of a UUID's upper half that are free: all but the version.
const BITS: u32 = 60;
const MASK: u64 = (1 << BITS) - 1;
/// Odd, so that multiplying by it modulo a power of two can be undone.
const FACTOR: u64 = 0x0D1B_54A3_2D19_2ED3;

/// Turns the number of a thing into its UUID and back, without a table.
///
/// A million conversations need no memory this way, and their ids look random and differ by seed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ids {
    key: u64,
}

impl Ids {
    /// The ids of one kind of things.
    pub(crate) fn new(seed: u64, kind: Kind) -> Self {
        Self {
            key: mix(mix(seed) ^ (kind as u64 + 1)),
        }
    }

    /// The id of the thing with this number, which is below 2^60.
    pub(crate) fn id(self, number: u64) -> Uuid {
        let scattered = self.scatter(number & MASK);
        let upper = (scattered >> 12 << 16) | 0x4000 | (scattered & 0xFFF);
        let lower = (mix(scattered ^ self.key) >> 2) | (1 << 63);
        Uuid::from_u64_pair(upper, lower)
    }

    /// The number of the thing with this id, `None` when it is an id of nothing here.
    pub(crate) fn number(self, id: Uuid) -> Option<u64> {
        let (upper, _) = id.as_u64_pair();
        let number = self.gather((upper >> 16 << 12) | (upper & 0xFFF));
        (self.id(number) == id).then_some(number)
    }

    fn scatter(self, number: u64) -> u64 {
        let mut value = number ^ (self.key & MASK);
        for _ in 0..2 {
            value = value.wrapping_mul(FACTOR) & MASK;
            // A shift by half the width is its own inverse.
            value ^= value >> (BITS / 2);
        }
        value
    }

    fn gather(self, mut value: u64) -> u64 {
        let inverse = inverse(FACTOR);
        for _ in 0..2 {
            value ^= value >> (BITS / 2);
            value = value.wrapping_mul(inverse) & MASK;
        }
        value ^ (self.key & MASK)
    }
}

/// Kinds of things with ids; ids of different kinds never meet.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    Conversation,
    Customer,
    /// Message, note or event: numbered within its conversation.
    Entry,
    CustomData,
    Business,
    User,
    Team,
    Macro,
    Workflow,
    Variant,
    Article,
    Category,
    BotRule,
    Version,
    Tag,
    BrowserSession,
    Purchase,
}

/// The inverse of an odd number modulo 2^64, by Newton's method: each step doubles the right bits.
fn inverse(odd: u64) -> u64 {
    let mut inverse = odd;
    for _ in 0..5 {
        inverse = inverse.wrapping_mul(2_u64.wrapping_sub(odd.wrapping_mul(inverse)));
    }
    inverse
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_leads_back_to_its_number() {
        let ids = Ids::new(7, Kind::Conversation);
        for number in (0..10_000).chain([999_999, MASK]) {
            assert_eq!(ids.number(ids.id(number)), Some(number));
        }
    }

    #[test]
    fn ids_are_version_4_uuids() {
        let id = Ids::new(7, Kind::Customer).id(12);
        assert_eq!(id.get_version_num(), 4);
        assert_eq!(id.get_variant(), uuid::Variant::RFC4122);
    }

    #[test]
    fn an_id_of_another_kind_or_seed_names_nothing() {
        let id = Ids::new(7, Kind::Customer).id(12);
        assert_eq!(Ids::new(7, Kind::Conversation).number(id), None);
        assert_eq!(Ids::new(8, Kind::Customer).number(id), None);
        assert_eq!(Ids::new(7, Kind::Customer).number(Uuid::nil()), None);
    }
}
