//! The rate of starts that a server was seen to accept.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::limiter::rate_limiter::Spacing;

const SECOND: Duration = Duration::from_secs(1);
/// Part of the accepted rate that starts resume with.
const DECREASE: f64 = 0.8;
/// Lowest rate that is learned first. Before that too little is known, and a rate that is too high
/// costs one more refusal.
const MIN_FIRST_RATE: f64 = 5.0;
/// Largest factor that one answer raises a first rate by.
const MAX_FIRST_RISE: f64 = 1.25;
/// Starts a second that a rate rises by in a second. The same for all, so that clients that share
/// a limit come to equal shares.
const RISE_CONSTANT: f64 = 0.5;
/// Part of itself that a rate rises by in a second, beside the constant; also the most that one
/// answer raises it by, so that a low rate does not double between two answers.
const RISE_PART: f64 = 0.05;
/// Most that one wave of refusals lowers a learned rate: to a quarter.
const MAX_DECREASE: f64 = 0.25;
/// Lowest learned rate, in starts a second. Limits counted by the hour are met by waiting for the
/// cool-down, not by one call every minute.
const MIN_RATE: f64 = 0.1;
/// Rate in starts a second from which on there is nothing to hold back.
const MAX_RATE: f64 = 10_000.0;
/// Time between starts while no call has succeeded since a refusal without a delay.
const PROBING_GAP: Duration = SECOND;
/// Span that the accepted rate is measured over, unless it holds too few answers.
const MEASURED: Duration = Duration::from_millis(500);
/// Fewest answers that the accepted rate is measured over, if there are as many.
const MEASURED_ANSWERS: usize = 16;
/// Most answers whose times are remembered.
const MAX_ANSWERS: usize = 1024;
/// Fewest accepted answers before a first wave of refusals tells a rate.
const MIN_ANSWERS: u64 = 10;
/// Refusals of one wave that tell a rate whatever the number of accepted answers.
const MANY_REFUSALS: u32 = 4;
/// Waves of refusals this close to each other tell a rate whatever the number of answers. Also the
/// idle time after which a learned rate is forgotten.
const MEMORY: Duration = Duration::from_secs(60);

/// Learns how many starts a second the server accepts: additive increase, multiplicative decrease.
///
/// A cool-down alone lets a full set of calls go when it ends, of which most are refused again: on
/// a server that refills 40 requests a second it was seen to serve 180 of 400 calls in 200 seconds.
/// So after a refusal starts are spaced out at four fifths of the rate at which answers were
/// accepted before it, and the rate rises again slowly.
#[derive(Debug, Default)]
pub(super) struct LearnedRate {
    rate: Option<f64>,
    spacing: Spacing,
    last_start: Option<Instant>,
    /// No refusal has come since the first rate was learned. It may be far too low, since little
    /// was known, so it doubles every second.
    is_first: bool,
    /// No call has succeeded since the last refusal, which named no delay: one start a second.
    is_probing: bool,
    /// A start had to wait for the rate since it rose last. A rate that holds nothing back is not
    /// shown to be right by answers.
    is_binding: bool,
    raised: Option<Instant>,
    /// Answers since the last refusal.
    accepted: Accepted,
    wave: Option<Wave>,
    last_wave: Option<Instant>,
}

/// Answers that were accepted since the last refusal.
#[derive(Debug, Default)]
struct Accepted {
    began: Option<Instant>,
    total: u64,
    /// The newest of them.
    times: VecDeque<Instant>,
}

/// Refusals since the last success.
#[derive(Debug, Clone, Copy)]
struct Wave {
    began: Instant,
    /// End of the latest cool-down.
    ends: Instant,
    refusals: u32,
}

impl LearnedRate {
    /// Returns the time from `now` until the next start may happen.
    pub(super) fn wait(&self, now: Instant) -> Duration {
        self.gap()
            .map_or(Duration::ZERO, |gap| self.spacing.wait(now, gap))
    }

    /// Records a start. `due` is the moment that the call waited for, if it did.
    pub(super) fn start(&mut self, now: Instant, due: Option<Instant>) {
        let idle = self
            .last_start
            .map(|last| now.saturating_duration_since(last));
        if self.wave.is_none() && idle.is_some_and(|idle| idle >= MEMORY) {
            self.rate = None;
            self.accepted = Accepted::default();
        }
        self.is_binding |= due.is_some();
        self.accepted.began.get_or_insert(now);
        self.last_start = Some(now);
        let gap = self.gap().unwrap_or(Duration::ZERO);
        self.spacing.start(now, gap, due);
    }

    /// Records a refusal, after which calls are held back for `rest`. `is_new` if it began or
    /// prolonged the cool-down, and does not belong to a wave that is over.
    pub(super) fn refuse(&mut self, now: Instant, rest: Duration, named: bool, is_new: bool) {
        if self.wave.is_none() && !is_new {
            return;
        }
        let ends = now.checked_add(rest).unwrap_or(now);
        let wave = self.wave.get_or_insert(Wave {
            began: now,
            ends,
            refusals: 0,
        });
        wave.ends = wave.ends.max(ends);
        wave.refusals = wave.refusals.saturating_add(1);
        // A delay that the server named is over when it said so; one of ours is a guess. Where many
        // calls were refused at once, many would start at once.
        self.is_probing = !named || wave.refusals >= MANY_REFUSALS;
    }

    /// Records an accepted answer; `is_new` if its request started after the last refusal. Returns
    /// `true` if calls that wait may start earlier.
    pub(super) fn accept(&mut self, now: Instant, is_new: bool) -> bool {
        if let Some(wave) = self.wave
            && is_new
        {
            self.resume(now, wave);
            return true;
        }
        self.accepted.add(now);
        if self.wave.is_none() && self.is_binding {
            self.raise(now);
        }
        false
    }

    /// Learns a rate from what was accepted before a wave of refusals, now that it is over.
    fn resume(&mut self, now: Instant, wave: Wave) {
        let is_repeated = self
            .last_wave
            .is_some_and(|last| wave.began.saturating_duration_since(last) < MEMORY);
        let is_many = wave.refusals >= MANY_REFUSALS;
        if self.accepted.total >= MIN_ANSWERS || is_many || is_repeated {
            let accepted = self.accepted.rate(wave) * DECREASE;
            let bounded = match self.rate {
                None => accepted.max(MIN_FIRST_RATE),
                Some(rate) => accepted.clamp(rate * MAX_DECREASE, rate).max(MIN_RATE),
            };
            self.is_first = self.rate.is_none();
            self.rate = Some(bounded);
        }
        self.wave = None;
        self.last_wave = Some(now);
        self.is_probing = false;
        self.is_binding = false;
        self.raised = Some(now);
        self.accepted = Accepted::default();
        self.accepted.began = Some(now);
        self.accepted.add(now);
    }

    /// Raises the rate after an accepted answer.
    fn raise(&mut self, now: Instant) {
        let Some(rate) = self.rate else {
            return;
        };
        let past = self.raised.map_or(Duration::ZERO, |raised| {
            now.saturating_duration_since(raised)
        });
        let past = past.as_secs_f64().min(1.0);
        let raised = if self.is_first {
            rate * past.exp2().min(MAX_FIRST_RISE)
        } else {
            let a_second = RISE_CONSTANT + RISE_PART * rate;
            rate + (a_second * past).min(RISE_PART * rate)
        };
        self.rate = Some(raised).filter(|rate| *rate < MAX_RATE);
        self.raised = Some(now);
        self.is_binding = false;
    }

    fn gap(&self) -> Option<Duration> {
        if self.is_probing {
            return Some(PROBING_GAP);
        }
        // What comes after a refusal is learned from the first success.
        let factor = if self.wave.is_some() { 0.5 } else { 1.0 };
        Duration::try_from_secs_f64(1.0 / (self.rate? * factor)).ok()
    }

    #[cfg(test)]
    pub(super) fn rate(&self) -> Option<f64> {
        self.rate
    }
}

impl Accepted {
    fn add(&mut self, now: Instant) {
        self.total = self.total.saturating_add(1);
        if self.times.len() == MAX_ANSWERS {
            self.times.pop_front();
        }
        self.times.push_back(now);
    }

    /// Returns the accepted answers a second before a wave of refusals.
    ///
    /// A server that counts by window accepts many in an instant and then none for long, so the
    /// time of the refusals counts as well where it is longer than the time of the answers.
    fn rate(&self, wave: Wave) -> f64 {
        let refused = wave.ends.saturating_duration_since(wave.began);
        let since = |time: Instant| wave.began.saturating_duration_since(time);
        let newest = self.times.iter().rev();
        let within = newest.take_while(|time| since(**time) < MEASURED).count();
        let (count, recent) = if within >= MEASURED_ANSWERS {
            (within, MEASURED)
        } else {
            let count = MEASURED_ANSWERS.min(self.times.len());
            let before = self.times.len().checked_sub(count + 1);
            let oldest = before.map_or(self.began, |before| self.times.get(before).copied());
            (count, oldest.map_or(Duration::ZERO, since))
        };
        let whole = self.began.map_or(Duration::ZERO, since);
        let rate = |count: f64, time: Duration| count / time.as_secs_f64().max(0.001);
        #[allow(clippy::cast_precision_loss)]
        let (count, total) = (count as f64, self.total as f64);
        if whole >= refused {
            return rate(count, recent);
        }
        // The first second of refusals would have passed on any server.
        let all = whole.saturating_add(refused).saturating_sub(SECOND);
        rate(total, all.max(refused))
    }
}

#[cfg(test)]
mod tests;
