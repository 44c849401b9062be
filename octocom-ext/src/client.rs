//! The client.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::{HeaderName, HeaderValue};
use octocom_api::{ApiKey, Idempotency};
use secrecy::SecretString;

use crate::builder::ClientBuilder;
use crate::error::Error;
use crate::observe::DriftCallback;
use crate::settings::{MAX_DURATION, Settings, Shared};
use crate::time::Sleeper;
use crate::transport::Retrying;

/// A client for the Octocom API.
///
/// Clones are cheap and share connections, the key, rate limits and the retry budget. The `with_`
/// methods return a client that shares them too and differs in one setting.
#[derive(Clone)]
pub struct Client {
    api: octocom_api::Client,
    transport: Arc<Retrying>,
}

impl Client {
    /// Returns a client for the live service with this key and default settings.
    ///
    /// ```no_run
    /// # fn example() -> octocom_ext::Result<()> {
    /// let client = octocom_ext::Client::new("my key")?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) if the key is empty or not visible ASCII.
    pub fn new(key: impl Into<SecretString>) -> Result<Self, Error> {
        Self::builder().with_api_key(key).build()
    }

    /// Returns a client with the key in `OCTOCOM_API_KEY`, for the base URL in `OCTOCOM_BASE_URL`
    /// or, if that is not set, the live service.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config), with the name of the variable, if the key
    /// is missing or not visible ASCII, or if the URL is invalid or is plain http to another
    /// machine.
    pub fn from_env() -> Result<Self, Error> {
        Self::builder().with_env().build()
    }

    /// Returns a builder to configure a client.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }

    pub(crate) fn from_parts(shared: Arc<Shared>, settings: Settings) -> Self {
        let transport = Arc::new(Retrying { shared, settings });
        let Shared { base_url, http, .. } = &*transport.shared;
        let same = Arc::clone(&transport);
        let api = octocom_api::Client::with_transport(base_url, http.clone(), same);
        Self { api, transport }
    }

    /// Returns the generated client: a method for each operation, with the same key, retries,
    /// limits and errors.
    ///
    /// ```no_run
    /// # async fn example() -> octocom_ext::Result<()> {
    /// let client = octocom_ext::Client::from_env()?;
    /// let users = client.api().list_users(None).await?;
    /// for user in &users.data {
    ///     println!("{}", user.parse()?.full_name);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Dropping the future of a call aborts it. If its request was being sent, it is unknown if the
    /// server processed it.
    #[must_use]
    pub fn api(&self) -> &octocom_api::Client {
        &self.api
    }

    /// Replaces the API key in all clones of this client.
    ///
    /// Attempts that start from now on use the new key, including retries of calls in progress.
    /// Delays that the server asked for under the old key no longer apply.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) if the key is empty or not visible ASCII; the
    /// old key then stays in use.
    pub fn set_api_key(&self, key: impl Into<SecretString>) -> Result<(), Error> {
        let key =
            ApiKey::new(key).map_err(|error| Error::config(format!("set_api_key: {error}")))?;
        self.transport.shared.set_key(key);
        Ok(())
    }

    /// For handles that belong to a client or to a part of it alike.
    pub(crate) fn client(&self) -> &Self {
        self
    }

    /// Returns the name of the server in checkpoints and plans: the base URL, or the name set by
    /// [`with_server_name`](ClientBuilder::with_server_name).
    #[must_use]
    pub fn server_name(&self) -> &str {
        let shared = &self.transport.shared;
        let name = shared.server_name.as_deref();
        name.unwrap_or_else(|| shared.base_url.as_str())
    }

    /// Returns the clock and the waits of the client
    /// ([`with_sleeper`](ClientBuilder::with_sleeper)), for waits between its calls.
    #[must_use]
    pub fn sleeper(&self) -> &Arc<dyn Sleeper> {
        &self.transport.shared.sleeper
    }

    pub(crate) fn now(&self) -> Instant {
        self.sleeper().now()
    }

    /// Returns the callback for values and records that the document does not describe.
    pub(crate) fn drift(&self) -> Option<&DriftCallback> {
        self.transport.shared.drift.as_ref()
    }
}

/// Clients with one setting changed.
///
/// Each method returns a client that shares everything else with this one. The settings and their
/// ranges are those of [`ClientBuilder`]; a value out of range makes calls fail with
/// [`ErrorKind::Config`](crate::ErrorKind::Config) before anything is sent.
///
/// ```no_run
/// # async fn example(client: octocom_ext::Client) -> Result<(), octocom_ext::Error> {
/// use std::time::Duration;
///
/// let patient = client.with_deadline(Duration::from_secs(3600)).with_max_attempts(20);
/// let teams = patient.api().list_teams(None).await?;
/// # Ok(())
/// # }
/// ```
impl Client {
    /// Returns a client with another [deadline](ClientBuilder::with_deadline) for each call.
    #[must_use]
    pub fn with_deadline(&self, deadline: Duration) -> Self {
        self.with(|settings| settings.deadline = Some(deadline))
    }

    /// Returns a client with another deadline for each call, as
    /// [`with_deadline`](Self::with_deadline) does.
    #[must_use]
    pub fn with_timeout(&self, timeout: Duration) -> Self {
        self.with_deadline(timeout)
    }

    /// Returns a client [without a deadline](ClientBuilder::without_deadline).
    #[must_use]
    pub fn without_deadline(&self) -> Self {
        self.with(|settings| settings.deadline = None)
    }

    /// Returns a client with another [timeout of one attempt](ClientBuilder::with_attempt_timeout).
    #[must_use]
    pub fn with_attempt_timeout(&self, timeout: Duration) -> Self {
        self.with(|settings| settings.attempt_timeout = Some(timeout))
    }

    /// Returns a client with another [number of attempts](ClientBuilder::with_max_attempts),
    /// including the first.
    #[must_use]
    pub fn with_max_attempts(&self, attempts: u32) -> Self {
        self.with(|settings| settings.max_attempts = attempts)
    }

    /// Returns a client with another [first backoff](ClientBuilder::with_backoff).
    #[must_use]
    pub fn with_backoff(&self, initial: Duration) -> Self {
        self.with(|settings| settings.backoff.initial = initial)
    }

    /// Returns a client with another [longest backoff](ClientBuilder::with_max_backoff).
    #[must_use]
    pub fn with_max_backoff(&self, max: Duration) -> Self {
        self.with(|settings| settings.backoff.max = max)
    }

    /// Returns a client with another [longest server delay](ClientBuilder::with_max_server_delay).
    #[must_use]
    pub fn with_max_server_delay(&self, max: Duration) -> Self {
        self.with(|settings| settings.max_server_delay = max)
    }

    /// Returns a client with another [largest body](ClientBuilder::with_max_body_bytes).
    #[must_use]
    pub fn with_max_body_bytes(&self, bytes: usize) -> Self {
        self.with(|settings| settings.max_body_bytes = bytes)
    }

    /// Returns a client that does not use the [retry budget](ClientBuilder::with_retry_budget);
    /// attempts and deadline still limit its retries.
    #[must_use]
    pub fn without_retry_budget(&self) -> Self {
        self.with(|settings| settings.budgeted = false)
    }

    /// Returns a client that sends a header with every request, in place of an earlier one of the
    /// same name.
    ///
    /// `X-API-Key`, `Host`, `Content-Length`, `Accept-Encoding` and the headers of the connection
    /// cannot be set; with one of them, or with an invalid name or value, calls fail. The values appear in no log or message.
    #[must_use]
    pub fn with_header(
        &self,
        name: impl TryInto<HeaderName>,
        value: impl TryInto<HeaderValue>,
    ) -> Self {
        self.with(|settings| match (name.try_into(), value.try_into()) {
            (Ok(name), Ok(value)) => {
                settings.headers.insert(name, value);
            }
            (Err(_), _) => settings.problem = Some("with_header: the name is invalid"),
            (_, Err(_)) => settings.problem = Some("with_header: the value is invalid"),
        })
    }

    /// Overrides the idempotency of all operations for the calls of the returned client.
    ///
    /// With [`Idempotency::Unsafe`], they are not retried after a failure with an unknown outcome.
    /// With [`Idempotency::Idempotent`] they are; use it only if sending the request twice does no
    /// harm.
    #[must_use]
    pub fn with_idempotency(&self, idempotency: Idempotency) -> Self {
        self.with(|settings| settings.idempotency = Some(idempotency))
    }

    /// Returns a client that never retries after a failure with an unknown outcome.
    pub(crate) fn once(&self) -> Self {
        self.with_idempotency(Idempotency::Unsafe)
    }

    /// Returns a client whose deadline is at most this.
    pub(crate) fn within(&self, left: Duration) -> Self {
        self.with(|settings| {
            // A listing may have longer than the longest call.
            let left = left.min(MAX_DURATION);
            settings.deadline = Some(settings.deadline.map_or(left, |own| own.min(left)));
        })
    }

    fn with(&self, change: impl FnOnce(&mut Settings)) -> Self {
        let Retrying { shared, settings } = &*self.transport;
        let mut settings = settings.clone();
        change(&mut settings);
        Self::from_parts(Arc::clone(shared), settings)
    }
}

/// Shows the base URL and the settings, but not the key.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Retrying { shared, settings } = &*self.transport;
        f.debug_struct("Client")
            .field("base_url", &shared.base_url.as_str())
            .field("settings", settings)
            .finish_non_exhaustive()
    }
}
