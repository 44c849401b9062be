//! The sandbox's clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::SystemTime;

use crate::timestamp::Timestamp;

/// Tells the time, never earlier than it has told before.
#[derive(Clone)]
pub(crate) struct Clock {
    source: Arc<dyn Fn() -> SystemTime + Send + Sync>,
    /// Latest instant handed out.
    latest: Arc<AtomicI64>,
}

impl Clock {
    /// A clock that starts at `floor` or later: what happens now comes after the seeded data.
    pub(crate) fn new(source: Arc<dyn Fn() -> SystemTime + Send + Sync>, floor: Timestamp) -> Self {
        Self {
            source,
            latest: Arc::new(AtomicI64::new(floor.0)),
        }
    }

    /// The current time.
    pub(crate) fn now(&self) -> Timestamp {
        let now = Timestamp::from((self.source)()).0;
        Timestamp(self.latest.fetch_max(now, Ordering::Relaxed).max(now))
    }

    /// Lets the time be at least this.
    pub(crate) fn reach(&self, time: Timestamp) {
        self.latest.fetch_max(time.0, Ordering::Relaxed);
    }

    /// The current time, later than every tick before: what is written twice keeps its order.
    pub(crate) fn tick(&self) -> Timestamp {
        let now = Timestamp::from((self.source)()).0;
        let later = |latest: i64| Some(now.max(latest.saturating_add(1)));
        let latest = self
            .latest
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, later);
        Timestamp(now.max(latest.unwrap_or_else(|latest| latest).saturating_add(1)))
    }
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Clock")
            .field("latest", &self.latest)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

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
}
