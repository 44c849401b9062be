//! A clock that jumps from one timer to the next, and an executor for it.

use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use octocom_api::BoxFuture;

use crate::time::Sleeper;

/// Time that passes only when nobody has anything else to do.
///
/// Timers end on whole milliseconds, rounded up, as tokio's do.
#[derive(Debug)]
pub(crate) struct VirtualTime {
    start: Instant,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    passed: Duration,
    timers: BTreeMap<(Duration, u64), Waker>,
    made: u64,
}

impl VirtualTime {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            start: Instant::now(),
            state: Mutex::default(),
        })
    }

    /// Returns the time since the beginning.
    pub(crate) fn passed(&self) -> Duration {
        self.state().passed
    }

    /// Runs tasks until all have ended or none can go on.
    pub(crate) fn run(&self, tasks: Vec<BoxFuture<'_, ()>>) {
        let mut tasks: Vec<_> = tasks
            .into_iter()
            .map(|task| (Some(task), Arc::new(Flag(AtomicBool::new(true)))))
            .collect();
        loop {
            let mut is_idle = true;
            for (task, flag) in &mut tasks {
                let Some(future) = task else { continue };
                if !flag.0.swap(false, Ordering::Relaxed) {
                    continue;
                }
                is_idle = false;
                let waker = Waker::from(Arc::clone(flag));
                if future
                    .as_mut()
                    .poll(&mut Context::from_waker(&waker))
                    .is_ready()
                {
                    *task = None;
                }
            }
            if is_idle && !self.advance() {
                return;
            }
        }
    }

    /// Moves the clock to the next timer; `false` if there is none.
    fn advance(&self) -> bool {
        let mut state = self.state();
        let Some(((at, _), waker)) = state.timers.pop_first() else {
            return false;
        };
        state.passed = state.passed.max(at);
        drop(state);
        waker.wake();
        true
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sleeper for VirtualTime {
    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        let exact = self.passed().saturating_add(duration);
        let end = exact
            .as_nanos()
            .div_ceil(1_000_000)
            .try_into()
            .map_or(Duration::MAX, Duration::from_millis);
        let mut timer = Timer {
            time: self,
            key: None,
        };
        Box::pin(poll_fn(move |context| timer.poll(end, context)))
    }

    fn now(&self) -> Instant {
        let passed = self.passed();
        self.start.checked_add(passed).unwrap_or(self.start)
    }

    fn system_time(&self) -> SystemTime {
        UNIX_EPOCH
    }
}

/// A timer that is forgotten when it is dropped.
struct Timer<'a> {
    time: &'a VirtualTime,
    key: Option<(Duration, u64)>,
}

impl Timer<'_> {
    fn poll(&mut self, end: Duration, context: &mut Context<'_>) -> Poll<()> {
        let mut state = self.time.state();
        if let Some(key) = self.key.take() {
            state.timers.remove(&key);
        }
        if state.passed >= end {
            return Poll::Ready(());
        }
        state.made += 1;
        let key = (end, state.made);
        state.timers.insert(key, context.waker().clone());
        self.key = Some(key);
        Poll::Pending
    }
}

impl Drop for Timer<'_> {
    fn drop(&mut self) {
        if let Some(key) = self.key {
            self.time.state().timers.remove(&key);
        }
    }
}

struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Ends a future after some time, as a caller does who goes away.
pub(crate) async fn give_up_after<F: Future>(
    time: &VirtualTime,
    patience: Duration,
    future: F,
) -> Option<F::Output> {
    let mut future = Box::pin(future);
    let mut end = time.sleep(patience);
    poll_fn(|context| match Pin::new(&mut future).poll(context) {
        Poll::Ready(value) => Poll::Ready(Some(value)),
        Poll::Pending => end.as_mut().poll(context).map(|()| None),
    })
    .await
}
