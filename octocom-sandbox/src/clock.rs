//! The sandbox's clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use crate::control_error::ControlError;
use crate::timestamp::Timestamp;

/// The clock is not moved beyond 9000-01-01T00:00:00Z, so that every date can be written.
const END: Timestamp = Timestamp(221_845_392_000_000);

/// Tells the time, never earlier than it has told before.
#[derive(Clone)]
pub(crate) struct Clock {
    source: Arc<dyn Fn() -> SystemTime + Send + Sync>,
    hands: Arc<ClockState>,
}

/// State of the clock.
#[derive(Debug)]
struct ClockState {
    /// Latest instant handed out.
    latest: AtomicI64,
    /// Milliseconds by which the clock was moved forward.
    offset: AtomicI64,
    /// Wakes who waits for a time when the clock is moved.
    moved: Notify,
}

/// A position of the clock, to come back to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ClockPosition {
    latest: Timestamp,
    offset_ms: i64,
}

impl Clock {
    /// A clock that starts at `floor` or later: what happens now comes after the seeded data.
    pub(crate) fn new(source: Arc<dyn Fn() -> SystemTime + Send + Sync>, floor: Timestamp) -> Self {
        let hands = ClockState {
            latest: AtomicI64::new(floor.0),
            offset: AtomicI64::new(0),
            moved: Notify::new(),
        };
        Self {
            source,
            hands: Arc::new(hands),
        }
    }

    fn read(&self) -> i64 {
        let offset = self.hands.offset.load(Ordering::Relaxed);
        Timestamp::from((self.source)()).0.saturating_add(offset)
    }

    /// The current time.
    pub(crate) fn now(&self) -> Timestamp {
        let now = self.read();
        Timestamp(self.hands.latest.fetch_max(now, Ordering::Relaxed).max(now))
    }

    /// Lets the time be at least this.
    pub(crate) fn reach(&self, time: Timestamp) {
        self.hands.latest.fetch_max(time.0, Ordering::Relaxed);
    }

    /// Moves the clock forward: from now on it is that much later.
    pub(crate) fn advance(&self, by: Duration) {
        // From what it tells, which may be the floor rather than the source's time.
        self.set(self.now().after(by));
    }

    /// Moves the clock to a time that is not before now; never beyond the year 9000.
    pub(crate) fn set(&self, time: Timestamp) {
        let time = time.min(END).max(self.now());
        let source = Timestamp::from((self.source)()).0;
        let offset = time.0.saturating_sub(source);
        self.hands.offset.store(offset, Ordering::Relaxed);
        self.reach(time);
        self.hands.moved.notify_waiters();
    }

    /// Moves the clock to a time, unless that is before now.
    pub(crate) fn set_if_later(&self, time: Timestamp) -> Result<(), ControlError> {
        let now = self.now();
        if time < now {
            let reason = format!("{time} is before the sandbox's time, {now}");
            return Err(ControlError::invalid("time", reason));
        }
        if time > END {
            let reason = format!("{time} is after {END}, the latest");
            return Err(ControlError::invalid("time", reason));
        }
        self.set(time);
        Ok(())
    }

    /// The position, to come back to.
    pub(crate) fn position(&self) -> ClockPosition {
        ClockPosition {
            latest: self.now(),
            offset_ms: self.hands.offset.load(Ordering::Relaxed),
        }
    }

    /// Takes a position that was read before; the time may then be earlier than it was.
    pub(crate) fn take(&self, position: ClockPosition) {
        self.hands
            .offset
            .store(position.offset_ms, Ordering::Relaxed);
        self.hands
            .latest
            .store(position.latest.0, Ordering::Relaxed);
        self.hands.moved.notify_waiters();
    }

    /// Completes once it is that time, by itself or because the clock was moved.
    pub(crate) async fn wait_until(&self, time: Timestamp) {
        loop {
            let moved = self.hands.moved.notified();
            tokio::pin!(moved);
            moved.as_mut().enable();
            let rest = time.since(self.now());
            if rest.is_zero() {
                return;
            }
            tokio::select! {
                () = tokio::time::sleep(rest) => return self.reach(time),
                () = moved => {}
            }
        }
    }

    /// The current time, later than every tick before: what is written twice keeps its order.
    pub(crate) fn tick(&self) -> Timestamp {
        let now = self.read();
        let later = |latest: i64| Some(now.max(latest.saturating_add(1)));
        let latest = self
            .hands
            .latest
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, later);
        Timestamp(now.max(latest.unwrap_or_else(|latest| latest).saturating_add(1)))
    }
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Clock")
            .field("hands", &self.hands)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    #[test]
    fn ticks_differ_while_the_source_stands_still() {
        let source = Arc::new(|| UNIX_EPOCH + Duration::from_millis(5));
        let clock = Clock::new(source, Timestamp(0));
        assert_eq!([clock.tick(), clock.tick()], [Timestamp(5), Timestamp(6)]);
        assert_eq!(clock.now(), Timestamp(6));
    }

    #[test]
    fn the_floor_holds_when_the_source_is_earlier() {
        let clock = Clock::new(Arc::new(|| UNIX_EPOCH), Timestamp(100));
        assert_eq!(
            [clock.now(), clock.tick()],
            [Timestamp(100), Timestamp(101)]
        );
    }

    #[test]
    fn a_moved_clock_is_later_by_that_much_and_comes_back_to_its_position() {
        let clock = Clock::new(Arc::new(|| UNIX_EPOCH), Timestamp(100));
        let before = clock.position();
        clock.advance(Duration::from_secs(60));
        assert_eq!(clock.now(), Timestamp(60_100));
        clock.set(Timestamp(70_000));
        assert_eq!(clock.tick(), Timestamp(70_001));
        clock.take(before);
        assert_eq!(clock.now(), Timestamp(100));
    }

    #[tokio::test]
    async fn who_waits_for_a_time_is_woken_when_the_clock_is_moved_there() {
        let clock = Clock::new(Arc::new(|| UNIX_EPOCH), Timestamp(0));
        let waiting = clock.wait_until(Timestamp(3_600_000));
        let moving = async { clock.advance(Duration::from_secs(3_600)) };
        tokio::join!(waiting, moving);
        assert_eq!(clock.now(), Timestamp(3_600_000));
    }
}
