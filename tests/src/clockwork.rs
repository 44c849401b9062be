//! Time that passes when every call waits for it.

use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use octocom_ext::BoxFuture;
use octocom_ext::Sleeper;
use tokio::task::JoinSet;

/// A clock that jumps to the next timer as soon as each call under way waits for one.
///
/// A call on the wire waits for none, so time stands still until it is answered: many calls at once
/// against a real server take the time that their waits add up to, and none of the computer's.
#[derive(Debug)]
pub struct Clockwork {
    start: Instant,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    passed: Duration,
    timers: BTreeMap<(Duration, u64), (Waker, Kind)>,
    made: u64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    /// A call waits for it and for nothing else.
    Wait,
    /// The caller waits for it beside the call.
    GiveUp,
}

impl Clockwork {
    pub fn new() -> Arc<Self> {
        Arc::new(Self {
            start: Instant::now(),
            state: Mutex::default(),
        })
    }

    pub fn passed(&self) -> Duration {
        self.state().passed
    }

    /// Runs calls side by side until all have ended, and returns their results in the order in
    /// which they ended.
    pub async fn run<T: Send + 'static>(
        &self,
        calls: impl IntoIterator<Item = impl Future<Output = T> + Send + 'static>,
    ) -> Vec<T> {
        let mut tasks: JoinSet<T> = calls.into_iter().collect();
        let mut results = Vec::new();
        let began = Instant::now();
        while !tasks.is_empty() {
            assert!(began.elapsed() < Duration::from_secs(60), "it never ends");
            while let Some(result) = tasks.try_join_next() {
                results.push(result.unwrap());
            }
            if !tasks.is_empty() && self.waits() == tasks.len() {
                self.advance();
            }
            tokio::task::yield_now().await;
        }
        results
    }

    /// Ends a future after some time, as a caller does who goes away.
    pub async fn give_up_after<F: Future>(&self, limit: Duration, future: F) -> Option<F::Output> {
        let mut end = self.timer(limit, Kind::GiveUp);
        let mut future = std::pin::pin!(future);
        poll_fn(|context| match future.as_mut().poll(context) {
            Poll::Ready(value) => Poll::Ready(Some(value)),
            Poll::Pending => end.poll(context).map(|()| None),
        })
        .await
    }

    /// Calls that wait for time to pass.
    fn waits(&self) -> usize {
        let state = self.state();
        let timers = state.timers.values();
        timers.filter(|(_, kind)| *kind == Kind::Wait).count()
    }

    fn advance(&self) {
        let mut state = self.state();
        let ((at, _), (waker, _)) = state.timers.pop_first().unwrap();
        state.passed = state.passed.max(at);
        drop(state);
        waker.wake();
    }

    fn timer(&self, duration: Duration, kind: Kind) -> Timer<'_> {
        Timer {
            clock: self,
            end: self.passed() + duration,
            key: None,
            kind,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

impl Sleeper for Clockwork {
    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        let mut timer = self.timer(duration, Kind::Wait);
        Box::pin(poll_fn(move |context| timer.poll(context)))
    }

    fn now(&self) -> Instant {
        self.start + self.passed()
    }

    fn system_time(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(1_788_220_800) + self.passed()
    }
}

/// A timer that is forgotten when it is dropped.
struct Timer<'a> {
    clock: &'a Clockwork,
    end: Duration,
    key: Option<(Duration, u64)>,
    kind: Kind,
}

impl Timer<'_> {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let mut state = self.clock.state();
        if let Some(key) = self.key.take() {
            state.timers.remove(&key);
        }
        if state.passed >= self.end {
            return Poll::Ready(());
        }
        state.made += 1;
        let key = (self.end, state.made);
        let waker = context.waker().clone();
        state.timers.insert(key, (waker, self.kind));
        self.key = Some(key);
        Poll::Pending
    }
}

impl Drop for Timer<'_> {
    fn drop(&mut self) {
        if let Some(key) = self.key {
            self.clock.state().timers.remove(&key);
        }
    }
}
