//! The settings, one method each.

use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;

use crate::builder::ClientBuilder;
use crate::observe::{DriftCallback, DriftEvent, Observer};
use crate::time::{Random, Sleeper};

/// Short names for what most programs set.
impl ClientBuilder {
    /// The same as [`with_api_key`](Self::with_api_key).
    pub fn api_key(self, key: impl Into<SecretString>) -> Self {
        self.with_api_key(key)
    }

    /// The same as [`with_base_url`](Self::with_base_url).
    pub fn base_url(self, url: impl Into<String>) -> Self {
        self.with_base_url(url)
    }

    /// The same as [`with_deadline`](Self::with_deadline): limits each call, its retries included.
    pub fn timeout(self, timeout: Duration) -> Self {
        self.with_deadline(timeout)
    }

    /// Sets how often a call may be retried: one less than
    /// [`with_max_attempts`](Self::with_max_attempts), which counts the first attempt. 0 to 99.
    pub fn max_retries(self, retries: u32) -> Self {
        self.with_max_attempts(retries.saturating_add(1))
    }

    /// The same as [`with_user_agent_suffix`](Self::with_user_agent_suffix): the crate's own name and
    /// version stay in front.
    pub fn user_agent(self, suffix: impl Into<String>) -> Self {
        self.with_user_agent_suffix(suffix)
    }
}

/// The server and how to reach it.
impl ClientBuilder {
    /// Sets the API key: one or more characters of visible ASCII. There is no default; a client
    /// without a key is not built, unless [`without_api_key`](Self::without_api_key) asks for it.
    pub fn with_api_key(mut self, key: impl Into<SecretString>) -> Self {
        self.api_key = Some(("with_api_key", key.into()));
        self.keyless = false;
        self
    }

    /// Builds a client without a key, for the operations that need none: `record_purchase`. Every
    /// other call fails with [`ErrorKind::Config`](crate::ErrorKind::Config) before anything is
    /// sent.
    pub fn without_api_key(mut self) -> Self {
        self.api_key = None;
        self.keyless = true;
        self
    }

    /// Sets where the API is. Default: the server that the document names,
    /// [`octocom_api::DEFAULT_BASE_URL`].
    ///
    /// `https`, or `http` to this machine; a path is kept and stands before every path of the API.
    #[doc(alias = "mock")]
    pub fn with_base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(("with_base_url", url.into()));
        self
    }

    /// Sets the name of the server in checkpoints and plans, for a server without a lasting address:
    /// an embedded one on another port each time, say. Default: the base URL.
    ///
    /// Checkpoints of equal names are taken to be of the same server.
    pub fn with_server_name(mut self, name: impl Into<String>) -> Self {
        self.server_name = Some(name.into());
        self
    }

    /// Permits a base URL of plain `http` to another machine. Everybody on the way can then read
    /// the key. Default: not permitted.
    pub fn with_plain_http(mut self) -> Self {
        self.plain_http = true;
        self
    }

    /// Adds to the user agent, behind the name and version of this crate: 1 to 256 printable ASCII
    /// characters. Default: nothing.
    pub fn with_user_agent_suffix(mut self, suffix: impl Into<String>) -> Self {
        self.user_agent_suffix = Some(suffix.into());
        self
    }

    /// Sets the HTTP client to start from, for a proxy, certificates or name resolution of one's
    /// own. Default: reqwest's.
    ///
    /// Some of its settings are overridden, because they would undo promises of this crate:
    /// redirects and retries are off, the user agent and the limits of connection, attempt and call
    /// are those of this builder, nothing is logged, and with a base URL of plain `http` to this
    /// machine there is no proxy. What reqwest cannot take back stays: its `read_timeout` ends an
    /// attempt early, and its default headers go with every request. A key does not belong there:
    /// it would go with purchases too.
    pub fn with_http(mut self, http: reqwest::ClientBuilder) -> Self {
        self.http = Some(http);
        self
    }

    /// Sets how long a connection may take, TLS included. Default: 10 seconds; more than zero, at
    /// most a day.
    ///
    /// At the limit the attempt is over, nothing was sent, and every operation is tried again.
    pub fn with_connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }
}

impl ClientBuilder {
    /// Sets how long an unused connection is kept. Default: 4 seconds; more than zero, at most a
    /// day.
    ///
    /// Keep it below the time after which the server closes idle connections, or a write may be
    /// sent
    /// on a connection that is just being closed and fail as perhaps processed.
    #[doc(alias = "keep alive")]
    pub fn with_idle_timeout(mut self, timeout: Duration) -> Self {
        self.idle_timeout = timeout;
        self
    }
}

/// Limits of a call. A handle can have its own value of each: see the methods of the same name of
/// [`Client`](crate::Client).
impl ClientBuilder {
    /// Sets how long one attempt may take, from the connection to the end of the body. Default: as
    /// the operation table says, 30 seconds, and 45 for the bot, which may think for 30; more than
    /// zero, at most a day.
    ///
    /// At the limit the attempt is over. Whether the server has carried it out is unknown, so an
    /// unsafe operation is not tried again.
    #[doc(alias = "timeout")]
    pub fn with_attempt_timeout(mut self, timeout: Duration) -> Self {
        self.settings.attempt_timeout = Some(timeout);
        self
    }

    /// Sets how long one call may take, with all its attempts and waits. Default: 180 seconds; more
    /// than zero, at most a day.
    ///
    /// An attempt never outlives it, and a wait that would is not begun: the call fails at once.
    #[doc(alias = "timeout")]
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.settings.deadline = Some(deadline);
        self
    }

    /// Removes the deadline: a call is bounded by its attempts, and by 15 minutes of 429 without a
    /// success in between.
    pub fn without_deadline(mut self) -> Self {
        self.settings.deadline = None;
        self
    }

    /// Sets how often one call may be sent, the first time included. Default: 5; from 1, which
    /// means no retry, to 100. An attempt that is answered 429 does not count.
    ///
    /// At the limit the call fails with the last answer.
    #[doc(alias = "retries")]
    pub fn with_max_attempts(mut self, attempts: u32) -> Self {
        self.settings.max_attempts = attempts;
        self
    }

    /// Sets the upper bound of the delay before the first retry; it doubles with each. Default: 500
    /// milliseconds; more than zero, at most [`with_max_backoff`](Self::with_max_backoff).
    ///
    /// The delay itself is random between zero and the bound.
    pub fn with_backoff(mut self, initial: Duration) -> Self {
        self.settings.backoff.initial = initial;
        self
    }

    /// Sets the largest bound of a delay of ours. Default: 8 seconds; more than zero, at most a
    /// day.
    pub fn with_max_backoff(mut self, max: Duration) -> Self {
        self.settings.backoff.max = max;
        self
    }

    /// Sets the longest delay that the server may ask for. Default: 120 seconds; at most a day.
    ///
    /// A longer one is not waited for: the call fails at once, and its error
    /// [carries the delay](octocom_api::Error::retry_after). Later calls of the limit group fail at
    /// once too, with nothing sent, until the time that the server named. Once per `max`, at most
    /// once a second, one of them is sent all the same, to see if the server is ready earlier.
    pub fn with_max_server_delay(mut self, max: Duration) -> Self {
        self.settings.max_server_delay = max;
        self
    }

    /// Sets how large the body of an answer may be, in bytes. Default: 67,108,864 (64 MiB); from 1.
    ///
    /// A larger one is an error, and the rest of it is not read.
    pub fn with_max_body_bytes(mut self, bytes: usize) -> Self {
        self.settings.max_body_bytes = bytes;
        self
    }
}

/// Limits of all calls of a client together.
impl ClientBuilder {
    /// Sets the size of the retry budget in tokens. Default: 100; from 1 to 1,000,000.
    ///
    /// A retry takes one, a success returns a fifth of one, a retry after 429 takes none. At zero
    /// a call that would be retried fails with what it has.
    pub fn with_retry_budget(mut self, tokens: u32) -> Self {
        self.retry_budget = Some(tokens);
        self
    }

    /// Bounds retries by attempts and deadline alone.
    pub fn without_retry_budget(mut self) -> Self {
        self.retry_budget = None;
        self
    }

    /// Sets how many attempts of one limit group may be under way at once. Default: 32; from 1 to
    /// 10,000.
    ///
    /// At the limit an attempt waits for its turn, within its call's deadline. The number in force
    /// shrinks on 429 and recovers.
    pub fn with_max_concurrency(mut self, attempts: u32) -> Self {
        self.max_concurrency = attempts;
        self
    }

    /// Sets how many attempts may start in a second, over all groups. Default: no limit; from 0.001
    /// to 100,000.
    ///
    /// They start evenly spread, without a burst, first come, first served; an attempt waits for
    /// its turn within its call's deadline. A call that is dropped while it waits gives its place
    /// back.
    #[doc(alias = "rate limit")]
    #[doc(alias = "throttle")]
    pub fn with_requests_per_second(mut self, requests: f64) -> Self {
        self.requests_per_second = Some(requests);
        self
    }
}

/// Hooks for tests and dashboards.
impl ClientBuilder {
    /// Sets who waits and tells the time. Default: tokio's timers.
    pub fn with_sleeper(mut self, sleeper: Arc<dyn Sleeper>) -> Self {
        self.sleeper = sleeper;
        self
    }

    /// Sets the source of jitter. Default: a fast generator, seeded by the system.
    pub fn with_random(mut self, random: Arc<dyn Random>) -> Self {
        self.random = random;
        self
    }

    /// Sets who is told of attempts and calls. Default: nobody.
    pub fn with_observer(mut self, observer: Arc<dyn Observer>) -> Self {
        self.observer = Some(observer);
        self
    }

    /// Sets who is told of what the document does not foresee. Default: nobody, and nothing is
    /// looked for.
    ///
    /// The callback runs within the call or the stream that has seen it, so it should be quick and
    /// not panic. With
    /// one, answers that are not listings are decoded twice.
    ///
    /// ```no_run
    /// # fn example() -> Result<(), octocom_ext::Error> {
    /// use std::sync::Arc;
    /// use std::sync::atomic::{AtomicU64, Ordering};
    ///
    /// let seen = Arc::new(AtomicU64::new(0));
    /// let count = Arc::clone(&seen);
    /// let client = octocom_ext::Client::builder()
    ///     .with_env()
    ///     .on_drift(move |_| {
    ///         count.fetch_add(1, Ordering::Relaxed);
    ///     })
    ///     .build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn on_drift(mut self, callback: impl Fn(&DriftEvent) + Send + Sync + 'static) -> Self {
        self.drift = Some(DriftCallback(Arc::new(callback)));
        self
    }
}
