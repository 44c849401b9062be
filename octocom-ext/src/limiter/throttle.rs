//! The state of one limit of the server.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use crate::limiter::cool_down::CoolDown;
use crate::limiter::learned_rate::LearnedRate;

/// The throttle of a limit group, or of one operation in it.
#[derive(Debug, Default)]
pub(super) struct Throttle {
    state: Mutex<State>,
    /// Held by the call that starts next. First come, first served; a call that is dropped leaves
    /// the queue.
    pub(super) turnstile: tokio::sync::Mutex<()>,
    /// Tells waiting calls that they have to look again.
    pub(super) changed: Notify,
}

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) cool_down: CoolDown,
    pub(super) rate: LearnedRate,
}

/// A refusal, as the throttle takes it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Refusal {
    /// Number of the start that was refused.
    pub(super) start: u64,
    /// Starts of the group so far.
    pub(super) starts: u64,
    /// The delay that the server named.
    pub(super) delay: Option<Duration>,
    /// It was a 429, which says how many requests are too many.
    pub(super) is_rate: bool,
}

impl Throttle {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Holds calls back because of an answer.
    pub(super) fn refuse(&self, now: Instant, refusal: Refusal) {
        let Refusal {
            start,
            starts,
            delay,
            is_rate,
        } = refusal;
        let mut state = self.state();
        let is_new = state.cool_down.is_new(start);
        let changed = state.cool_down.refuse(now, start, starts, delay);
        if is_rate {
            let rest = state.cool_down.rest(now);
            let named = delay.is_some();
            state.rate.refuse(now, rest, named, is_new || changed);
        }
        drop(state);
        if changed {
            self.changed.notify_waiters();
        }
    }

    /// Records that the server accepted a request.
    pub(super) fn accept(&self, now: Instant, start: u64, is_probe: bool) {
        let mut state = self.state();
        let is_new = state.cool_down.is_new(start);
        let opened = state.cool_down.accept(start, is_probe);
        let faster = state.rate.accept(now, is_new);
        drop(state);
        if opened || faster {
            self.changed.notify_waiters();
        }
    }

    /// Returns `true` if nothing is held back.
    pub(super) fn is_idle(&self, now: Instant) -> bool {
        self.state().cool_down.rest(now).is_zero()
    }
}
