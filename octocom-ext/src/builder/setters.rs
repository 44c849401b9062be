//! Setters of the client builder.

use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;

use crate::builder::ClientBuilder;
use crate::observe::{DriftCallback, DriftEvent, Observer};
use crate::time::{Random, Sleeper};

/// Short names for common settings.
impl ClientBuilder {
    /// Sets the API key, as [`with_api_key`](Self::with_api_key) does.
    pub fn api_key(self, key: impl Into<SecretString>) -> Self {
        self.with_api_key(key)
    }

    /// Sets the base URL, as [`with_base_url`](Self::with_base_url) does.
    pub fn base_url(self, url: impl Into<String>) -> Self {
        self.with_base_url(url)
    }

    /// Sets the deadline of each call including its retries, as
    /// [`with_deadline`](Self::with_deadline) does.
    pub fn timeout(self, timeout: Duration) -> Self {
        self.with_deadline(timeout)
    }

    /// Sets the number of retries after the first attempt: 0 to 99. The default is 4.
    /// [`with_max_attempts`](Self::with_max_attempts) is the same with the first attempt counted.
    pub fn max_retries(self, retries: u32) -> Self {
        self.with_max_attempts(retries.saturating_add(1))
    }

    /// Sets the number of attempts of each call, as [`with_max_attempts`](Self::with_max_attempts)
    /// does.
    pub fn max_attempts(self, attempts: u32) -> Self {
        self.with_max_attempts(attempts)
    }

    /// Limits the requests in flight, as [`with_max_concurrency`](Self::with_max_concurrency) does.
    pub fn max_concurrency(self, attempts: u32) -> Self {
        self.with_max_concurrency(attempts)
    }

    /// Limits the requests a second, as
    /// [`with_requests_per_second`](Self::with_requests_per_second) does.
    pub fn requests_per_second(self, requests: impl Into<f64>) -> Self {
        self.with_requests_per_second(requests)
    }

    /// Sets the connect timeout, as [`with_connect_timeout`](Self::with_connect_timeout) does.
    pub fn connect_timeout(self, timeout: Duration) -> Self {
        self.with_connect_timeout(timeout)
    }

    /// Sets the observer, as [`with_observer`](Self::with_observer) does.
    pub fn observer(self, observer: impl Observer + 'static) -> Self {
        self.with_observer(observer)
    }

    /// Appends to the user agent, as [`with_user_agent_suffix`](Self::with_user_agent_suffix) does.
    pub fn user_agent(self, suffix: impl Into<String>) -> Self {
        self.with_user_agent_suffix(suffix)
    }
}

/// Server and connections.
impl ClientBuilder {
    /// Sets the API key: one or more characters of visible ASCII. It has no default and is
    /// required, unless you call [`without_api_key`](Self::without_api_key).
    pub fn with_api_key(mut self, key: impl Into<SecretString>) -> Self {
        self.api_key = Some(("with_api_key", key.into()));
        self.keyless = false;
        self
    }

    /// Builds a client without a key. It can only record purchases (`record_purchase`); every other
    /// call fails with [`ErrorKind::Config`](crate::ErrorKind::Config) before anything is sent.
    pub fn without_api_key(mut self) -> Self {
        self.api_key = None;
        self.keyless = true;
        self
    }

    /// Sets the base URL of the API. Default: [`octocom_api::DEFAULT_BASE_URL`], the server in the
    /// OpenAPI document.
    ///
    /// The URL must be `https`, or `http` to this machine. Its path is put before the path of every
    /// operation.
    #[doc(alias = "mock")]
    pub fn with_base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(("with_base_url", url.into()));
        self
    }

    /// Sets a name for the server in checkpoints and plans. Default: the base URL.
    ///
    /// Use it if the server's address changes, such as an embedded server on another port each
    /// time. Checkpoints of servers with the same name are interchangeable.
    pub fn with_server_name(mut self, name: impl Into<String>) -> Self {
        self.server_name = Some(name.into());
        self
    }

    /// Permits plain `http` to other machines. The API key is then readable by anyone on the
    /// network. Default: not permitted.
    pub fn with_plain_http(mut self) -> Self {
        self.plain_http = true;
        self
    }

    /// Appends to the user agent, after the name and version of this crate: 1 to 256 printable
    /// ASCII characters. Default: nothing.
    pub fn with_user_agent_suffix(mut self, suffix: impl Into<String>) -> Self {
        self.user_agent_suffix = Some(suffix.into());
        self
    }

    /// Sets the HTTP client builder to start from, to configure a proxy, certificates or name
    /// resolution. Default: reqwest's default.
    ///
    /// Settings that would break guarantees of this crate are overridden: redirects, retries, the
    /// user agent, timeouts, `Accept-Encoding` and decompression, logging of connections, and the
    /// proxy if the base URL is plain `http` to this machine. Two settings of reqwest cannot be
    /// overridden: a `read_timeout` ends attempts early, and other default headers are sent with
    /// every request. Do not put a key there; it would be sent with purchases too.
    pub fn with_http(mut self, http: reqwest::ClientBuilder) -> Self {
        self.http = Some(http);
        self
    }

    /// Sets the timeout for connecting, including TLS. Default: 10 seconds; above zero, up to a
    /// day.
    ///
    /// A failure to connect is retried for every operation, since nothing was sent.
    pub fn with_connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }
}

impl ClientBuilder {
    /// Sets the time after which an idle connection is closed. Default: 4 seconds; above zero, up
    /// to a day.
    ///
    /// Keep it below the idle timeout of your server. If the server closes a connection while a
    /// write is being sent, the write fails with an unknown outcome.
    #[doc(alias = "keep alive")]
    pub fn with_idle_timeout(mut self, timeout: Duration) -> Self {
        self.idle_timeout = timeout;
        self
    }

    /// Asks for responses without compression (`Accept-Encoding: identity`). Default: with gzip.
    ///
    /// Over a link of 10 Mbit/s, lists are read up to three times as fast with gzip. Without a
    /// link, as in one machine, it costs more processor time than it saves. A response that has
    /// gzip without being asked for it is decompressed all the same.
    pub fn without_compression(mut self) -> Self {
        self.compressed = false;
        self
    }
}

/// Limits of a call. The methods of the same names of [`Client`](crate::Client) override them for
/// some calls.
impl ClientBuilder {
    /// Sets the timeout of one attempt, from connecting to the end of the body. Default: 30
    /// seconds, and 45 for the bot, which may take 30; above zero, up to a day.
    ///
    /// After a timeout it is unknown if the server processed the request, so an unsafe operation is
    /// not retried.
    #[doc(alias = "timeout")]
    pub fn with_attempt_timeout(mut self, timeout: Duration) -> Self {
        self.settings.attempt_timeout = Some(timeout);
        self
    }

    /// Sets the deadline of a call, including all its attempts and waits. Default: 180 seconds;
    /// above zero, up to a day.
    ///
    /// Attempts are cut at the deadline. If a wait would exceed it, the call fails at once.
    #[doc(alias = "timeout")]
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.settings.deadline = Some(deadline);
        self
    }

    /// Removes the deadline. A call then ends after its attempts are used up, or after 15 minutes
    /// of 429 without any success.
    pub fn without_deadline(mut self) -> Self {
        self.settings.deadline = None;
        self
    }

    /// Sets the number of attempts of a call, including the first. Default: 5; from 1 (no retry) to
    /// 100. Attempts answered with 429 do not count.
    ///
    /// At the limit the call returns the error of the last attempt.
    #[doc(alias = "retries")]
    pub fn with_max_attempts(mut self, attempts: u32) -> Self {
        self.settings.max_attempts = attempts;
        self
    }

    /// Sets the bound of the delay before the first retry; it doubles with each retry. Default: 500
    /// milliseconds; above zero, at most [`with_max_backoff`](Self::with_max_backoff).
    ///
    /// The delay itself is random, between zero and the bound.
    pub fn with_backoff(mut self, initial: Duration) -> Self {
        self.settings.backoff.initial = initial;
        self
    }

    /// Sets the largest bound of a random delay. Default: 8 seconds; above zero, up to a day.
    pub fn with_max_backoff(mut self, max: Duration) -> Self {
        self.settings.backoff.max = max;
        self
    }

    /// Sets the longest delay that is accepted from the server. Default: 120 seconds; up to a day.
    ///
    /// If the server asks for more, the call fails at once, and its error [has the
    /// delay](octocom_api::Error::retry_after). Until the delay is over, later calls of the limit
    /// group fail without being sent. Once per `max`, but at most once a second, one call is sent
    /// anyway, in case the server is ready earlier.
    pub fn with_max_server_delay(mut self, max: Duration) -> Self {
        self.settings.max_server_delay = max;
        self
    }

    /// Sets the largest size of a response body, in bytes. Default: 67,108,864 (64 MiB); at least
    /// 1.
    ///
    /// A larger body is an error, and is not read further. The size of a compressed body is that
    /// of its content, decompressed.
    pub fn with_max_body_bytes(mut self, bytes: usize) -> Self {
        self.settings.max_body_bytes = bytes;
        self
    }
}

/// Limits that all calls of a client share.
impl ClientBuilder {
    /// Sets the size of the retry budget, in tokens. Default: 100; from 1 to 1,000,000.
    ///
    /// A retry takes one token, a success returns a fifth of one, and a retry after 429 is free.
    /// When no token is left, a call returns its error instead of retrying.
    pub fn with_retry_budget(mut self, tokens: u32) -> Self {
        self.retry_budget = Some(tokens);
        self
    }

    /// Removes the retry budget; attempts and deadline still limit the retries.
    pub fn without_retry_budget(mut self) -> Self {
        self.retry_budget = None;
        self
    }

    /// Sets the number of attempts of one limit group that may be sent at the same time. Default:
    /// 32; from 1 to 10,000.
    ///
    /// Further attempts wait, within the deadline of their call. A 429 reduces the number
    /// temporarily.
    pub fn with_max_concurrency(mut self, attempts: u32) -> Self {
        self.max_concurrency = attempts;
        self
    }

    /// Sets the number of attempts that may be sent in a second, over all groups. Default: no
    /// limit; from 0.001 to 100,000.
    ///
    /// Attempts are sent at equal intervals, in order of arrival, and wait within the deadline of
    /// their call. A call that is dropped while it waits loses its place.
    #[doc(alias = "rate limit")]
    #[doc(alias = "throttle")]
    pub fn with_requests_per_second(mut self, requests: impl Into<f64>) -> Self {
        self.requests_per_second = Some(requests.into());
        self
    }
}

/// Hooks for tests and dashboards.
impl ClientBuilder {
    /// Sets the sleeper, which provides waits and clocks. Default: tokio's timer and the system's
    /// clocks.
    pub fn with_sleeper(mut self, sleeper: impl Sleeper + 'static) -> Self {
        self.sleeper = Arc::new(sleeper);
        self
    }

    /// Sets the source of random numbers for jitter. Default: a fast generator, seeded by the
    /// system.
    pub fn with_random(mut self, random: impl Random + 'static) -> Self {
        self.random = Arc::new(random);
        self
    }

    /// Sets an observer, which receives an event for every attempt and call. Default: none.
    pub fn with_observer(mut self, observer: impl Observer + 'static) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// Sets a callback for values and records that the OpenAPI document does not describe. Default:
    /// none.
    ///
    /// The callback is called by the task that reads the response. It should be quick and must not
    /// panic. Without a callback, responses are not searched; with one, responses that are not
    /// lists are decoded twice.
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
