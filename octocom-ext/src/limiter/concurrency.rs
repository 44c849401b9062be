//! The number of attempts of a limit group under way at once.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Permits whose number shrinks on 429 and recovers (additive increase, multiplicative decrease).
#[derive(Debug)]
pub(crate) struct Concurrency {
    semaphore: Arc<Semaphore>,
    state: Mutex<State>,
    max: u32,
}

#[derive(Debug)]
struct State {
    limit: u32,
    /// Permits that were out when the limit shrank below them: they vanish when they come back.
    debt: u32,
    successes: u32,
    /// Counts the times it shrank, so that one wave of 429s shrinks it once.
    wave: u64,
}

/// The right to have one attempt under way. Given back when dropped.
#[derive(Debug)]
pub(crate) struct Permit {
    permits: Arc<Concurrency>,
    inner: Option<OwnedSemaphorePermit>,
    wave: u64,
}

impl Concurrency {
    pub(crate) fn new(max: u32) -> Arc<Self> {
        Arc::new(Self {
            semaphore: Arc::new(Semaphore::new(max as usize)),
            state: Mutex::new(State {
                limit: max,
                debt: 0,
                successes: 0,
                wave: 0,
            }),
            max,
        })
    }

    /// Takes a permit if one is free.
    pub(crate) fn try_acquire(self: &Arc<Self>) -> Option<Permit> {
        let inner = Arc::clone(&self.semaphore).try_acquire_owned().ok()?;
        Some(self.permit(inner))
    }

    /// Waits for a permit, first come, first served.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future gives up the place in the queue and loses nothing.
    pub(crate) async fn acquire(self: &Arc<Self>) -> Option<Permit> {
        // The semaphore is never closed.
        let inner = Arc::clone(&self.semaphore).acquire_owned().await.ok()?;
        Some(self.permit(inner))
    }

    /// Returns `true` if no permit is out.
    ///
    /// Their number does not matter: a conversation has too few messages to win its permits
    /// back, and would be remembered for ever.
    pub(crate) fn is_idle(&self) -> bool {
        let state = self.state();
        state.debt == 0 && self.semaphore.available_permits() == state.limit as usize
    }

    #[cfg(test)]
    pub(crate) fn limit(&self) -> u32 {
        self.state().limit
    }

    fn permit(self: &Arc<Self>, inner: OwnedSemaphorePermit) -> Permit {
        Permit {
            permits: Arc::clone(self),
            inner: Some(inner),
            wave: self.state().wave,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Permit {
    /// The attempt succeeded: as many of these in a row as there are permits add one.
    pub(crate) fn succeed(self) {
        let mut state = self.permits.state();
        state.successes = state.successes.saturating_add(1);
        if state.limit < self.permits.max && state.successes >= state.limit {
            state.limit += 1;
            state.successes = 0;
            if state.debt > 0 {
                state.debt -= 1;
            } else {
                self.permits.semaphore.add_permits(1);
            }
        }
    }

    /// The attempt was answered with 429: half of the permits go.
    pub(crate) fn limited(self) {
        let mut state = self.permits.state();
        state.successes = 0;
        // Permits given out before the number shrank belong to the wave that shrank it.
        if self.wave == state.wave {
            state.wave += 1;
            let limit = (state.limit / 2).max(1);
            let surplus = state.limit - limit;
            let free = self.permits.semaphore.forget_permits(surplus as usize);
            let free = u32::try_from(free).unwrap_or(surplus);
            state.debt = state.debt.saturating_add(surplus.saturating_sub(free));
            state.limit = limit;
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut state = self.permits.state();
        if state.debt > 0
            && let Some(inner) = self.inner.take()
        {
            state.debt -= 1;
            inner.forget();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(permits: &Arc<Concurrency>) -> Vec<Permit> {
        std::iter::repeat_with(|| permits.try_acquire())
            .map_while(|permit| permit)
            .collect()
    }

    #[test]
    fn permits_come_back_when_they_are_dropped() {
        let permits = Concurrency::new(3);
        let taken = take(&permits);
        assert_eq!(taken.len(), 3);
        assert!(!permits.is_idle());
        drop(taken);
        assert!(permits.is_idle());
        assert_eq!(take(&permits).len(), 3);
    }

    #[test]
    fn a_wave_of_429s_halves_the_permits_once() {
        let permits = Concurrency::new(8);
        take(&permits).into_iter().for_each(Permit::limited);
        assert_eq!((permits.limit(), take(&permits).len()), (4, 4));
        take(&permits).into_iter().for_each(Permit::limited);
        assert_eq!((permits.limit(), take(&permits).len()), (2, 2));
    }

    #[test]
    fn one_permit_is_always_left() {
        let permits = Concurrency::new(1);
        for _ in 0..5 {
            permits.try_acquire().unwrap().limited();
            assert_eq!((permits.limit(), take(&permits).len()), (1, 1));
        }
    }

    #[test]
    fn permits_under_way_vanish_as_they_come_back() {
        let permits = Concurrency::new(4);
        let mut taken = take(&permits);
        taken.pop().unwrap().limited();
        assert_eq!(permits.limit(), 2);
        // Three are still out and two are the limit: none is free until two have come back.
        assert_eq!(take(&permits).len(), 0);
        drop(taken.pop());
        assert_eq!(take(&permits).len(), 0);
        drop(taken.pop());
        assert_eq!(take(&permits).len(), 1);
        drop(taken);
        assert_eq!(take(&permits).len(), 2);
    }

    #[test]
    fn successes_bring_the_permits_back_one_by_one_up_to_the_maximum() {
        let permits = Concurrency::new(4);
        permits.try_acquire().unwrap().limited();
        assert_eq!(permits.limit(), 2);
        let mut limits = Vec::new();
        for _ in 0..9 {
            permits.try_acquire().unwrap().succeed();
            limits.push(permits.limit());
        }
        assert_eq!(limits, [2, 3, 3, 3, 4, 4, 4, 4, 4]);
        assert_eq!(take(&permits).len(), 4);
    }

    #[test]
    fn a_429_among_successes_starts_the_count_again() {
        let permits = Concurrency::new(4);
        permits.try_acquire().unwrap().limited();
        permits.try_acquire().unwrap().succeed();
        let late = permits.try_acquire().unwrap();
        late.limited();
        assert_eq!(permits.limit(), 1);
        permits.try_acquire().unwrap().succeed();
        assert_eq!(permits.limit(), 2);
    }
}
