//! Seeded draws: the one source of chance.

/// A sequence of pseudo-random draws that depends on its seed, stream and index and nothing else.
///
/// SplitMix64 (Steele, Lea, Flood 2014). It is written out here because the data that it makes must
/// not change with a dependency's version.
#[derive(Debug, Clone)]
pub(crate) struct Rng {
    state: u64,
}

impl Rng {
    /// The draws for the `index`-th thing of a kind.
    pub(crate) fn new(seed: u64, stream: Stream, index: u64) -> Self {
        let stream = mix(seed ^ mix(stream as u64 + 1));
        Self {
            state: mix(stream.wrapping_add(mix(index))),
        }
    }

    /// Sixty-four bits.
    pub(crate) fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.state)
    }

    /// A number below `bound`; 0 when the bound is 0.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        let wide = u128::from(self.next()) * u128::from(bound);
        u64::try_from(wide >> 64).unwrap_or(0)
    }

    /// A number from 0 to just below 1.
    pub(crate) fn unit(&mut self) -> f64 {
        // 53 bits fill an f64 exactly.
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Returns `true` in a share (0 to 1) of all draws: never for 0, always for 1.
    pub(crate) fn chance(&mut self, share: f64) -> bool {
        self.unit() < share
    }

    /// One of the choices.
    pub(crate) fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        let index = usize::try_from(self.below(choices.len() as u64)).unwrap_or(0);
        &choices[index]
    }
}

/// The purpose of draws; draws of different streams are independent.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Stream {
    Conversation,
    ConversationDetail,
    ConversationInstant,
    Customer,
    Organization,
    Catalog,
    RateLimit,
    Fault,
    Latency,
}

/// Spreads every bit over all bits; a bijection.
pub(crate) fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_draws_the_same_and_another_seed_does_not() {
        let draws = |seed| {
            let mut draw = Rng::new(seed, Stream::Customer, 3);
            [draw.next(), draw.next()]
        };
        assert_eq!(draws(7), draws(7));
        assert_ne!(draws(7), draws(8));
    }

    #[test]
    fn a_share_of_nought_never_happens_and_one_always_does() {
        let mut draw = Rng::new(1, Stream::Fault, 0);
        assert!((0..1000).all(|_| !draw.chance(0.0)));
        assert!((0..1000).all(|_| draw.chance(1.0)));
    }

    #[test]
    fn draws_stay_below_their_bound() {
        let mut draw = Rng::new(1, Stream::Fault, 0);
        assert!((0..1000).all(|_| draw.below(3) < 3));
        assert_eq!(draw.below(0), 0);
    }
}
