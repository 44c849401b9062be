//! Time that a test is in charge of.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use octocom_ext::BoxFuture;
use octocom_ext::{Random, Sleeper};

/// Records every wait and completes it at once, its clock moved to the end of the wait.
#[derive(Debug)]
pub struct Recorder {
    start: Instant,
    state: Mutex<State>,
    moves: bool,
}

#[derive(Debug, Default)]
struct State {
    passed: Duration,
    waits: Vec<Duration>,
    limited: usize,
}

impl Recorder {
    pub fn new() -> Arc<Self> {
        Arc::new(Self {
            start: Instant::now(),
            state: Mutex::default(),
            moves: true,
        })
    }

    /// A clock that stands still, for many calls at once: the waits of one should not use up the
    /// deadline of another.
    pub fn still() -> Arc<Self> {
        Arc::new(Self {
            start: Instant::now(),
            state: Mutex::default(),
            moves: false,
        })
    }

    /// The waits so far, in milliseconds.
    pub fn waits(&self) -> Vec<u128> {
        self.state
            .lock()
            .unwrap()
            .waits
            .iter()
            .map(Duration::as_millis)
            .collect()
    }

    /// Waits for something else than time so far, such as a call's turn: they have a limit.
    pub fn limited(&self) -> usize {
        self.state.lock().unwrap().limited
    }

    pub fn advance(&self, duration: Duration) {
        self.state.lock().unwrap().passed += duration;
    }

    pub fn passed(&self) -> Duration {
        self.state.lock().unwrap().passed
    }
}

impl Sleeper for Recorder {
    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        let mut state = self.state.lock().unwrap();
        state.waits.push(duration);
        if self.moves {
            state.passed += duration;
        }
        drop(state);
        Box::pin(tokio::task::yield_now())
    }

    fn expire(&self, _: Duration) -> BoxFuture<'_, ()> {
        self.state.lock().unwrap().limited += 1;
        Box::pin(std::future::pending())
    }

    fn now(&self) -> Instant {
        self.start + self.passed()
    }

    /// Sun, 06 Nov 1994 08:49:37 GMT, and what has passed since.
    fn system_time(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(784_111_777) + self.passed()
    }
}

/// Waits only end when the test says so.
#[derive(Debug)]
pub struct Hourglass {
    start: Instant,
    now: tokio::sync::watch::Sender<Duration>,
    waits: Mutex<Vec<Duration>>,
}

impl Hourglass {
    pub fn new() -> Arc<Self> {
        let now = tokio::sync::watch::channel(Duration::ZERO).0;
        Arc::new(Self {
            start: Instant::now(),
            now,
            waits: Mutex::default(),
        })
    }

    pub fn waits(&self) -> Vec<Duration> {
        self.waits.lock().unwrap().clone()
    }

    pub fn set(&self, passed: Duration) {
        self.now.send_replace(passed);
    }

    /// Lets the tasks run until this many waits were asked for.
    pub async fn until_waits(&self, count: usize) {
        until(|| self.waits.lock().unwrap().len() >= count).await;
    }
}

/// Lets the tasks run until this is so; gives up after half a minute, which no passing test takes.
pub async fn until(condition: impl Fn() -> bool) {
    let began = Instant::now();
    while !condition() {
        assert!(
            began.elapsed() < Duration::from_secs(30),
            "it never happens"
        );
        tokio::task::yield_now().await;
    }
}

impl Sleeper for Hourglass {
    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        let end = *self.now.borrow() + duration;
        let mut now = self.now.subscribe();
        self.waits.lock().unwrap().push(duration);
        Box::pin(async move {
            now.wait_for(|now| *now >= end).await.unwrap();
        })
    }

    fn now(&self) -> Instant {
        self.start + *self.now.borrow()
    }

    fn system_time(&self) -> SystemTime {
        UNIX_EPOCH + *self.now.borrow()
    }
}

/// Chance that always falls the same.
#[derive(Debug)]
pub struct Fixed(pub f64);

impl Random for Fixed {
    fn unit(&self) -> f64 {
        self.0
    }
}
