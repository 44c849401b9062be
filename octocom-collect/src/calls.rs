//! The calls of a run: patient while the server is busy or not to be reached.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use octocom_ext::{Client, Error, Sleeper};

use crate::collector::Settings;
use crate::error::Result;
use crate::event::{Event, Events};
use crate::interrupt::Interrupt;
use crate::privacy::Guard;
use crate::stream::Stream;

/// State that the tasks of a run share.
#[derive(Clone)]
pub(crate) struct Calls(Arc<Inner>);

struct Inner {
    client: Client,
    sleeper: Arc<dyn Sleeper>,
    patience: Duration,
    events: Events,
    interrupt: Interrupt,
    guard: Guard,
    progress: Mutex<Progress>,
}

struct Progress {
    /// Number of successes.
    successes: u64,
    /// Time of the last one, or of the start.
    last: Instant,
    /// End of the longest wait that was told of.
    told: Option<Instant>,
}

/// First and longest wait without a delay that the server asks for.
const WAITS: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));

/// Rounds in which a server answers with failures, each with its retries: half a minute.
const MAX_ANSWERED_ROUNDS: u32 = 5;

impl Calls {
    /// Returns the calls of a run over streams.
    ///
    /// # Errors
    ///
    /// An error that names a setting for personal data which these streams cannot have.
    pub(crate) fn new(client: &Client, settings: &Settings, streams: &[Stream]) -> Result<Self> {
        let guard = Guard::new(&settings.privacy, streams)?;
        let sleeper = Arc::clone(client.sleeper());
        let progress = Progress {
            successes: 0,
            last: sleeper.now(),
            told: None,
        };
        Ok(Self(Arc::new(Inner {
            // The run's patience decides, not the number of retries of all its calls.
            client: client.without_retry_budget(),
            sleeper,
            patience: settings.patience,
            events: settings.events.clone(),
            interrupt: settings.interrupt.clone(),
            guard,
            progress: Mutex::new(progress),
        })))
    }

    pub(crate) fn client(&self) -> &Client {
        &self.0.client
    }

    pub(crate) fn interrupt(&self) -> &Interrupt {
        &self.0.interrupt
    }

    pub(crate) fn events(&self) -> &Events {
        &self.0.events
    }

    /// Treats personal data.
    pub(crate) fn guard(&self) -> &Guard {
        &self.0.guard
    }

    pub(crate) fn now(&self) -> Instant {
        self.0.sleeper.now()
    }

    pub(crate) fn system_time(&self) -> SystemTime {
        self.0.sleeper.system_time()
    }

    /// Completes once a time is over; never with a clock that does not pass.
    pub(crate) async fn expire(&self, left: Option<Duration>) {
        match left {
            Some(left) => self.0.sleeper.expire(left).await,
            None => std::future::pending().await,
        }
    }

    /// Asks for something else, to tell a server that does not answer from one that does not answer
    /// this.
    pub(crate) async fn is_answered(&self) -> bool {
        self.client().api().list_businesses().await.is_ok()
    }

    /// Number of successes so far.
    pub(crate) fn successes(&self) -> u64 {
        self.lock().successes
    }

    /// Counts a success: a record that was taken.
    pub(crate) fn succeeded(&self) {
        let mut progress = self.lock();
        progress.successes += 1;
        progress.last = self.now();
    }

    /// Waits after a failure that may pass, for the `round`th time in a row. Returns `false` without a
    /// wait when nothing has succeeded yet, when a server has answered with failures too often, or
    /// when nothing has succeeded for longer than the run's patience.
    pub(crate) async fn wait(&self, error: &Error, round: u32) -> bool {
        let (first, longest) = WAITS;
        let own = first.saturating_mul(1 << round.min(10)).min(longest);
        let delay = error.retry_after().map_or(own, |asked| asked.max(first));
        let is_first_of_many = {
            let mut progress = self.lock();
            let now = self.now();
            let waited = now.saturating_duration_since(progress.last);
            let is_answer = error.is_server() || error.is_decode();
            if progress.successes == 0
                || waited.saturating_add(delay) > self.0.patience
                || (is_answer && round >= MAX_ANSWERED_ROUNDS)
            {
                return false;
            }
            // Several calls wait for the same.
            let ends = now + delay;
            let is_new = progress.told.is_none_or(|told| ends > told + first);
            if is_new {
                progress.told = Some(ends);
            }
            is_new
        };
        if is_first_of_many {
            let reason = error.to_string();
            self.0.events.send(&Event::Waiting { delay, reason });
        }
        self.0.sleeper.sleep(delay).await;
        true
    }

    fn lock(&self) -> MutexGuard<'_, Progress> {
        self.0
            .progress
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
