//! The time until which calls are held back, and the exceptions to it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use crate::limiter::{AcquireError, Refused, WaitLimits};
use crate::time::{Random, part_of};

/// Shortest window over which waiting calls are released.
const MIN_WINDOW: Duration = Duration::from_millis(250);
/// Longest window over which waiting calls are released.
const MAX_WINDOW: Duration = Duration::from_secs(5);
/// Cool-down after the first refusal that names no delay. The limits of the API are counted by the
/// minute or the hour, and most servers refill by the second.
const FIRST_DELAY: Duration = Duration::from_secs(1);
/// Longest cool-down after a refusal that names no delay.
const MAX_DELAY: Duration = Duration::from_secs(60);
/// Time after a cool-down in which a refusal still belongs to the same series. Longer than any wait
/// of ours, so that a series is not cut while calls are retried.
const MEMORY: Duration = Duration::from_secs(120);
/// Shortest time between two probes, for callers whose `max_server_delay` is shorter.
const MIN_PROBE_INTERVAL: Duration = Duration::from_secs(1);

/// A cool-down: calls wait until it ends and then start one after the other, oldest call first.
#[derive(Debug, Default)]
pub(super) struct CoolDown {
    hold: Option<Hold>,
    /// Refusals without a delay since the last success.
    level: u32,
    /// Time of the first refusal since the last success.
    refusing_since: Option<Instant>,
    /// Number of the last start before the latest refusal that counted. Answers to earlier starts
    /// belong to the same wave and say nothing new.
    wave: u64,
    /// Calls that wait, by ticket.
    waiting: BTreeMap<u64, Waiting>,
    /// Calls that were told to wait since the cool-down began.
    told: u32,
}

#[derive(Debug, Clone, Copy)]
struct Hold {
    until: Instant,
    /// The server named the end.
    named: bool,
    /// Time over which waiting calls are released.
    window: Duration,
    /// Time of the last refusal or probe.
    asked: Instant,
}

#[derive(Debug)]
struct Waiting {
    /// Time from the end of the cool-down until the call may start.
    offset: Duration,
    wake: Arc<Notify>,
}

/// The answer to a call that wants to start.
#[derive(Debug)]
pub(super) enum Step {
    /// It may start.
    Open,
    /// It waits this long, or until it is notified, and asks again.
    Wait(Duration, Arc<Notify>),
    /// It fails.
    Refused(AcquireError),
}

impl CoolDown {
    /// Holds calls back because of an answer to start number `start`. Returns `true` if the
    /// cool-down changed.
    ///
    /// Without a `delay` the cool-down is one second and doubles up to a minute with every wave of
    /// refusals until a call succeeds. The end is never brought forward, except by the answer to a
    /// request that was sent during the cool-down: the server's newest word counts.
    pub(super) fn refuse(
        &mut self,
        now: Instant,
        start: u64,
        starts: u64,
        delay: Option<Duration>,
    ) -> bool {
        let is_new = start > self.wave;
        if self.hold.is_some_and(|hold| hold.is_forgotten(now)) {
            (self.level, self.refusing_since) = (0, None);
        }
        self.refusing_since.get_or_insert(now);
        let in_force = self.hold.filter(|hold| hold.until > now);
        let (named, delay) = match delay {
            Some(delay) => (true, delay),
            None if is_new => {
                let factor = 2_u32.checked_pow(self.level).unwrap_or(u32::MAX);
                self.level = self.level.saturating_add(1);
                (false, FIRST_DELAY.saturating_mul(factor).min(MAX_DELAY))
            }
            None => return false,
        };
        if is_new {
            self.wave = starts;
        }
        let Some(until) = now.checked_add(delay) else {
            return false;
        };
        if in_force.is_none() {
            self.told = 0;
        }
        if let Some(hold) = in_force
            && hold.until >= until
            && !(is_new && named)
        {
            self.hold = Some(Hold { asked: now, ..hold });
            return false;
        }
        self.hold = Some(Hold {
            until,
            named,
            window: (delay / 4).clamp(MIN_WINDOW, MAX_WINDOW),
            asked: now,
        });
        true
    }

    /// Records that start number `start` was accepted. Returns `true` if calls that wait may start
    /// earlier.
    pub(super) fn accept(&mut self, start: u64, is_probe: bool) -> bool {
        if start <= self.wave {
            return false;
        }
        self.level = 0;
        self.refusing_since = None;
        is_probe && self.hold.take().is_some()
    }

    /// Says what a call with this ticket does now.
    pub(super) fn step(
        &mut self,
        ticket: u64,
        now: Instant,
        limits: WaitLimits,
        random: &dyn Random,
    ) -> Step {
        let Some(hold) = self.hold else {
            self.waiting.remove(&ticket);
            return Step::Open;
        };
        let rest = hold.until.saturating_duration_since(now);
        if rest.is_zero() && self.waiting.is_empty() || hold.is_probe_due(now, limits) {
            self.waiting.remove(&ticket);
            return Step::Open;
        }
        if hold.named && rest > limits.max_server_delay {
            return Step::Refused(AcquireError::ServerDelay(rest));
        }
        let spare = limits.left(now).map(|left| left.saturating_sub(rest));
        if !rest.is_zero() && spare.is_some_and(|spare| spare.is_zero()) {
            return Step::Refused(AcquireError::CoolDown(rest));
        }
        if !self.waiting.contains_key(&ticket) {
            self.join(ticket, hold.window, spare, random);
        }
        if self.due(ticket, hold) <= now && self.release(ticket, spare) {
            return Step::Open;
        }
        match self.waiting.get(&ticket) {
            Some(waiting) => {
                let wait = self.due(ticket, hold).saturating_duration_since(now);
                Step::Wait(wait, Arc::clone(&waiting.wake))
            }
            None => Step::Open,
        }
    }

    /// Returns the moment at which a call that waits may start.
    fn due(&self, ticket: u64, hold: Hold) -> Instant {
        let waiting = self.waiting.get(&ticket);
        waiting
            .and_then(|waiting| hold.until.checked_add(waiting.offset))
            .unwrap_or(hold.until)
    }

    /// Gives a call its place among those that wait.
    fn join(
        &mut self,
        ticket: u64,
        window: Duration,
        spare: Option<Duration>,
        random: &dyn Random,
    ) {
        let spread = match self.told {
            0 => Duration::ZERO,
            _ => part_of(window, random),
        };
        self.told = self.told.saturating_add(1);
        // The spread is ours, and no reason to miss the deadline.
        let offset = spare.map_or(spread, |spare| spread.min(spare / 2));
        let wake = Arc::new(Notify::new());
        self.waiting.insert(ticket, Waiting { offset, wake });
    }

    /// Releases a call whose time has come, or the oldest call in its place. Returns `true` if it
    /// was the call itself.
    ///
    /// Moments of release are random, the order of release is not: the oldest call takes the
    /// moment, and gives its own, later one in return.
    fn release(&mut self, ticket: u64, spare: Option<Duration>) -> bool {
        let Some(offset) = self.waiting.get(&ticket).map(|waiting| waiting.offset) else {
            return true;
        };
        let Some(mut oldest) = self.waiting.first_entry() else {
            return true;
        };
        let later = oldest.get().offset;
        let fits = spare.is_none_or(|spare| later < spare);
        if *oldest.key() == ticket || later <= offset || !fits {
            self.waiting.remove(&ticket);
            return true;
        }
        oldest.get_mut().offset = offset;
        oldest.get().wake.notify_one();
        if let Some(waiting) = self.waiting.get_mut(&ticket) {
            waiting.offset = later;
        }
        false
    }

    /// Removes a call that goes away before its release. The oldest call takes its place.
    pub(super) fn leave(&mut self, ticket: u64) {
        let Some(left) = self.waiting.remove(&ticket) else {
            return;
        };
        self.told = self.told.saturating_sub(1);
        if let Some(mut oldest) = self.waiting.first_entry()
            && oldest.get().offset > left.offset
        {
            oldest.get_mut().offset = left.offset;
            oldest.get().wake.notify_one();
        }
    }

    /// Returns `true` if a call that has waited until `now` may start as far as the cool-down is
    /// concerned.
    pub(super) fn admits(&self, now: Instant, limits: WaitLimits) -> bool {
        self.hold
            .is_none_or(|hold| hold.until <= now || hold.is_probe_due(now, limits))
    }

    /// Records a start. Returns `true` if it is a probe.
    pub(super) fn start(&mut self, now: Instant) -> bool {
        match &mut self.hold {
            Some(hold) if hold.until > now => {
                hold.asked = now;
                true
            }
            _ => false,
        }
    }

    /// Returns the time from `now` to the end of the cool-down.
    pub(super) fn rest(&self, now: Instant) -> Duration {
        self.hold.map_or(Duration::ZERO, |hold| {
            hold.until.saturating_duration_since(now)
        })
    }

    /// Returns what a call that was refused has to know.
    pub(super) fn refused(&self, now: Instant) -> Refused {
        let since = self.refusing_since;
        Refused {
            wait: self.rest(now),
            refusing_for: since
                .map_or(Duration::ZERO, |since| now.saturating_duration_since(since)),
        }
    }

    /// Returns `true` if start number `start` was made after the latest refusal.
    pub(super) fn is_new(&self, start: u64) -> bool {
        start > self.wave
    }
}

impl Hold {
    /// Returns `true` if it ended so long ago that a refusal now says nothing about the time between.
    fn is_forgotten(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.until) > MEMORY
    }

    /// Returns `true` if a call may ask the server although the time it named has not come: once
    /// per `max_server_delay`, since the server may have been wrong, or have changed.
    fn is_probe_due(&self, now: Instant, limits: WaitLimits) -> bool {
        let interval = limits.max_server_delay.max(MIN_PROBE_INTERVAL);
        self.named && now.saturating_duration_since(self.asked) >= interval
    }
}

#[cfg(test)]
mod tests;
