//! Latencies: fixed ones, and distributions to draw from.

use std::fmt;
use std::time::Duration;

use crate::rng::Rng;

/// Longest delay that a fault may make.
pub(super) const MAX_DELAY: Duration = Duration::from_secs(60);

/// The delay of a response. Random delays follow from the seed and the order of arrival; none is
/// longer than a minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Latency {
    /// A fixed delay (`latency=250`).
    Fixed(Duration),
    /// Evenly distributed between two delays (`latency=20..200`).
    Uniform {
        /// Shortest.
        from: Duration,
        /// Longest.
        to: Duration,
    },
    /// Normally distributed, not below zero (`latency=normal:100,20`).
    Normal {
        /// Mean.
        mean: Duration,
        /// Standard deviation.
        deviation: Duration,
    },
    /// Exponentially distributed: mostly short, with a long tail (`latency=exponential:100`).
    Exponential {
        /// Mean.
        mean: Duration,
    },
    /// Log-normally distributed: half below the median, one in a hundred above the second value
    /// (`latency=p50:40,p99:900`).
    Percentiles {
        /// Median.
        p50: Duration,
        /// 99th percentile.
        p99: Duration,
    },
}

impl From<Duration> for Latency {
    fn from(delay: Duration) -> Self {
        Self::Fixed(delay)
    }
}

impl Latency {
    /// Draws a delay.
    pub(crate) fn draw(self, draw: &mut Rng) -> Duration {
        let seconds = match self {
            Self::Fixed(delay) => return delay,
            Self::Uniform { from, to } => {
                let width = to.saturating_sub(from).as_secs_f64();
                from.as_secs_f64() + width * draw.unit()
            }
            Self::Normal { mean, deviation } => {
                mean.as_secs_f64() + deviation.as_secs_f64() * normal(draw)
            }
            Self::Exponential { mean } => -mean.as_secs_f64() * (1.0 - draw.unit()).ln(),
            Self::Percentiles { p50, p99 } => {
                // The 99th percentile of the standard normal distribution.
                const Z99: f64 = 2.326_347_874;
                let p50 = p50.as_secs_f64().max(1e-6);
                let sigma = (p99.as_secs_f64() / p50).ln().max(0.0) / Z99;
                p50 * (sigma * normal(draw)).exp()
            }
        };
        Duration::try_from_secs_f64(seconds.max(0.0)).map_or(MAX_DELAY, |it| it.min(MAX_DELAY))
    }

    /// Reads the text after `latency=`.
    pub(super) fn read(text: &str) -> Option<Self> {
        let millis = |text: &str| {
            let delay = Duration::from_millis(text.trim().parse().ok()?);
            (delay <= MAX_DELAY).then_some(delay)
        };
        let pair = |text: &str, by: &str| {
            let (one, two) = text.split_once(by)?;
            Some((millis(one)?, millis(two)?))
        };
        if let Some(text) = text.strip_prefix("normal:") {
            let (mean, deviation) = pair(text, ",")?;
            return Some(Self::Normal { mean, deviation });
        }
        if let Some(text) = text.strip_prefix("exponential:") {
            return millis(text).map(|mean| Self::Exponential { mean });
        }
        if let Some(text) = text.strip_prefix("p50:") {
            let (p50, p99) = pair(&text.replace("p99:", ""), ",")?;
            return (p50 <= p99).then_some(Self::Percentiles { p50, p99 });
        }
        if text.contains("..") {
            let (from, to) = pair(text, "..")?;
            return (from <= to).then_some(Self::Uniform { from, to });
        }
        millis(text).map(Self::Fixed)
    }
}

impl fmt::Display for Latency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = Duration::as_millis;
        match self {
            Self::Fixed(delay) => write!(f, "{}", millis(delay)),
            Self::Uniform { from, to } => write!(f, "{}..{}", millis(from), millis(to)),
            Self::Normal { mean, deviation } => {
                write!(f, "normal:{},{}", millis(mean), millis(deviation))
            }
            Self::Exponential { mean } => write!(f, "exponential:{}", millis(mean)),
            Self::Percentiles { p50, p99 } => {
                write!(f, "p50:{},p99:{}", millis(p50), millis(p99))
            }
        }
    }
}

/// A draw from the standard normal distribution, by the method of Box and Muller.
fn normal(draw: &mut Rng) -> f64 {
    let radius = (-2.0 * (1.0 - draw.unit()).ln()).sqrt();
    radius * (std::f64::consts::TAU * draw.unit()).cos()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Stream;

    fn sorted(text: &str) -> Vec<u128> {
        let latency = Latency::read(text).unwrap();
        let draw = |index| latency.draw(&mut Rng::new(7, Stream::Latency, index));
        let mut millis: Vec<_> = (0..2_000).map(|index| draw(index).as_millis()).collect();
        millis.sort_unstable();
        millis
    }

    #[test]
    fn draws_follow_their_distribution() {
        let uniform = sorted("20..200");
        assert!(uniform[0] >= 20 && uniform[1_999] <= 200);
        assert!((100..120).contains(&uniform[1_000]), "{}", uniform[1_000]);
        let normal = sorted("normal:100,20");
        assert!((97..103).contains(&normal[1_000]), "{}", normal[1_000]);
        assert!((115..125).contains(&normal[1_683]), "{}", normal[1_683]);
        let mean = sorted("exponential:100").iter().sum::<u128>() / 2_000;
        assert!((93..107).contains(&mean), "{mean}");
        let percentiles = sorted("p50:40,p99:900");
        assert!(
            (36..44).contains(&percentiles[1_000]),
            "{}",
            percentiles[1_000]
        );
        assert!(
            (600..1_300).contains(&percentiles[1_980]),
            "{}",
            percentiles[1_980]
        );
        assert_eq!(sorted("5"), [5; 2_000]);
    }

    #[test]
    fn no_draw_is_longer_than_a_minute() {
        assert_eq!(sorted("exponential:60000").last(), Some(&60_000));
    }
}
