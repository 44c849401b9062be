//! Building a client.

mod setters;

use std::ffi::OsString;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use octocom_api::{ApiKey, BaseUrl, DEFAULT_BASE_URL, InvalidApiKey, InvalidBaseUrl, guarded_http};
use secrecy::SecretString;

use crate::client::Client;
use crate::error::Error;
use crate::limiter::{DEFAULT_MAX_CONCURRENCY, Groups, MAX_CONCURRENCY, RateLimiter};
use crate::observe::{DriftCallback, Observer};
use crate::retry::{Budget, DEFAULT_TOKENS, MAX_TOKENS};
use crate::settings::{Key, Settings, Shared, check_duration};
use crate::time::{Random, Sleeper, SystemRandom, TokioSleeper};

/// Default limit for connecting. The service answers from one region; a handshake across the world
/// takes less than a second, and a lost packet is sent again after one, three and seven seconds.
const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Default time after which an idle connection is closed. Servers close theirs after 5 seconds at
/// the earliest (Node.js). A write on a connection that the server is just closing fails with an
/// unknown outcome: with 90 seconds that happened to 34 of 360 writes, with 4 to none.
const DEFAULT_IDLE_TIMEOUT: Duration = Duration::from_secs(4);
/// Range of requests per second.
const REQUESTS_PER_SECOND: std::ops::RangeInclusive<f64> = 0.001..=100_000.0;
/// Longest suffix of the user agent.
const MAX_SUFFIX_BYTES: usize = 256;
/// The client's name in the `User-Agent` header.
const USER_AGENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));
/// Variable of the API key.
const API_KEY_VARIABLE: &str = "OCTOCOM_API_KEY";
/// Variable of the base URL.
const BASE_URL_VARIABLE: &str = "OCTOCOM_BASE_URL";

/// Configures a [`Client`]. The values are checked by [`build`](Self::build).
///
/// | setting | default |
/// |---|---|
/// | base URL | [`octocom_api::DEFAULT_BASE_URL`] |
/// | connect timeout | 10 seconds |
/// | idle timeout of connections | 4 seconds |
/// | timeout of one attempt | 30 seconds; 45 for the bot |
/// | deadline of a call | 180 seconds |
/// | attempts, including the first | 5 |
/// | backoff | random, up to 500 ms; the bound doubles up to 8 seconds |
/// | longest delay accepted from the server | 120 seconds |
/// | retry budget | 100 tokens |
/// | concurrent attempts in a limit group | 32 |
/// | requests per second | no limit |
/// | size of a response body | 64 MiB |
#[must_use]
pub struct ClientBuilder {
    /// The key, with the name of where it came from.
    api_key: Option<(&'static str, SecretString)>,
    keyless: bool,
    base_url: Option<(&'static str, String)>,
    server_name: Option<String>,
    plain_http: bool,
    user_agent_suffix: Option<String>,
    http: Option<reqwest::ClientBuilder>,
    compressed: bool,
    connect_timeout: Duration,
    idle_timeout: Duration,
    retry_budget: Option<u32>,
    max_concurrency: u32,
    requests_per_second: Option<f64>,
    settings: Settings,
    sleeper: Arc<dyn Sleeper>,
    random: Arc<dyn Random>,
    observer: Option<Arc<dyn Observer>>,
    drift: Option<DriftCallback>,
    /// The reason why the environment could not be read.
    problem: Option<String>,
}

impl ClientBuilder {
    /// Returns a builder with the default settings and no key.
    pub fn new() -> Self {
        Self {
            api_key: None,
            keyless: false,
            base_url: None,
            server_name: None,
            plain_http: false,
            user_agent_suffix: None,
            http: None,
            compressed: true,
            connect_timeout: DEFAULT_CONNECT_TIMEOUT,
            idle_timeout: DEFAULT_IDLE_TIMEOUT,
            retry_budget: Some(DEFAULT_TOKENS),
            max_concurrency: DEFAULT_MAX_CONCURRENCY,
            requests_per_second: None,
            settings: Settings::default(),
            sleeper: Arc::new(TokioSleeper),
            random: Arc::new(SystemRandom),
            observer: None,
            drift: None,
            problem: None,
        }
    }

    /// Builds the client.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config), with the name of the method or environment
    /// variable and the limit, if
    ///
    /// - the key is missing, or is not visible ASCII;
    /// - the base URL is invalid, or would send the key unencrypted;
    /// - a value is out of range;
    /// - the certificates cannot be loaded.
    pub fn build(self) -> Result<Client, Error> {
        if let Some(problem) = self.problem {
            return Err(Error::config(problem));
        }
        self.settings.check().map_err(Error::config)?;
        check_duration("with_connect_timeout", self.connect_timeout).map_err(Error::config)?;
        check_duration("with_idle_timeout", self.idle_timeout).map_err(Error::config)?;
        let key = match self.keyless {
            true => None,
            false => Some(checked_key(self.api_key)?),
        };
        let base_url = checked_base_url(self.base_url, self.plain_http)?;
        let user_agent = checked_user_agent(self.user_agent_suffix.as_deref())?;
        let budget = self.retry_budget.map(checked_tokens).transpose()?;
        let concurrency = checked_concurrency(self.max_concurrency)?;
        let rate = self.requests_per_second.map(checked_rate).transpose()?;
        let http = self
            .http
            .unwrap_or_default()
            .user_agent(user_agent)
            .connect_timeout(self.connect_timeout)
            .pool_idle_timeout(self.idle_timeout);
        let http = guarded_http(http, &base_url)
            .build()
            .map_err(Error::http_client)?;
        let shared = Shared {
            base_url,
            server_name: self.server_name,
            http,
            compressed: self.compressed,
            key: Mutex::new(key.map(|key| Key {
                value: key.into(),
                number: 0,
            })),
            groups: Groups::new(concurrency),
            rate,
            budget,
            sleeper: self.sleeper,
            random: self.random,
            observer: self.observer,
            on_unknown: self.drift.as_ref().map(DriftCallback::on_unknown),
            drift: self.drift,
        };
        Ok(Client::from_parts(Arc::new(shared), self.settings))
    }
}

impl Default for ClientBuilder {
    fn default() -> Self {
        Self::new()
    }
}

fn checked_key(key: Option<(&'static str, SecretString)>) -> Result<ApiKey, Error> {
    let (origin, key) = key.ok_or_else(|| {
        Error::config(format!(
            "the API key is missing: set {API_KEY_VARIABLE} or call with_api_key"
        ))
    })?;
    ApiKey::new(key).map_err(|error: InvalidApiKey| Error::config(format!("{origin}: {error}")))
}

fn checked_base_url(
    base_url: Option<(&'static str, String)>,
    plain_http: bool,
) -> Result<BaseUrl, Error> {
    let (origin, text) =
        base_url.unwrap_or_else(|| ("the default base URL", DEFAULT_BASE_URL.to_owned()));
    let url = if plain_http {
        BaseUrl::parse_allowing_plain_http(&text)
    } else {
        BaseUrl::parse(&text)
    };
    url.map_err(|error: InvalidBaseUrl| Error::config(format!("{origin}: {error}")))
}

fn checked_user_agent(suffix: Option<&str>) -> Result<String, Error> {
    let Some(suffix) = suffix else {
        return Ok(USER_AGENT.to_owned());
    };
    let printable = suffix
        .bytes()
        .all(|byte| byte == b' ' || byte.is_ascii_graphic());
    if suffix.trim().is_empty() || suffix.len() > MAX_SUFFIX_BYTES || !printable {
        return Err(Error::config(format!(
            "with_user_agent_suffix: not 1 to {MAX_SUFFIX_BYTES} printable ASCII characters"
        )));
    }
    Ok(format!("{USER_AGENT} {}", suffix.trim()))
}

fn checked_tokens(tokens: u32) -> Result<Budget, Error> {
    if !(1..=MAX_TOKENS).contains(&tokens) {
        return Err(Error::config(format!(
            "with_retry_budget: {tokens} is not from 1 to {MAX_TOKENS}"
        )));
    }
    Ok(Budget::new(tokens))
}

fn checked_concurrency(permits: u32) -> Result<u32, Error> {
    if !(1..=MAX_CONCURRENCY).contains(&permits) {
        return Err(Error::config(format!(
            "with_max_concurrency: {permits} is not from 1 to {MAX_CONCURRENCY}"
        )));
    }
    Ok(permits)
}

fn checked_rate(per_second: f64) -> Result<RateLimiter, Error> {
    if !REQUESTS_PER_SECOND.contains(&per_second) {
        return Err(Error::config(format!(
            "with_requests_per_second: {per_second} is not from {} to {}",
            REQUESTS_PER_SECOND.start(),
            REQUESTS_PER_SECOND.end(),
        )));
    }
    Ok(RateLimiter::new(per_second))
}

/// Shows the settings and whether there is a key, but not the key. The base URL is not shown
/// either, since it may contain a password.
impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("api_key", &self.api_key.as_ref().map(|_| "[redacted]"))
            .field("connect_timeout", &self.connect_timeout)
            .field("idle_timeout", &self.idle_timeout)
            .field("compressed", &self.compressed)
            .field("retry_budget", &self.retry_budget)
            .field("max_concurrency", &self.max_concurrency)
            .field("requests_per_second", &self.requests_per_second)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

impl ClientBuilder {
    /// Reads the key from `OCTOCOM_API_KEY` and the base URL from `OCTOCOM_BASE_URL`, if they are
    /// set. They replace values that were set before.
    ///
    /// A variable that is set but empty, or not Unicode, makes [`build`](Self::build) fail.
    pub fn with_env(self) -> Self {
        self.with_variables(|name| std::env::var_os(name))
    }

    /// Tests give their own variables: changing those of the process is a race.
    fn with_variables(mut self, read: impl Fn(&str) -> Option<OsString>) -> Self {
        let mut read = |name: &'static str| {
            let value = read(name)?;
            match value.into_string() {
                Ok(text) => Some(text),
                Err(_) => {
                    self.problem = Some(format!("{name} is not Unicode text"));
                    None
                }
            }
        };
        let key = read(API_KEY_VARIABLE);
        let base_url = read(BASE_URL_VARIABLE);
        if let Some(key) = key {
            self.api_key = Some((API_KEY_VARIABLE, SecretString::from(key)));
            self.keyless = false;
        }
        if let Some(base_url) = base_url {
            self.base_url = Some((BASE_URL_VARIABLE, base_url));
        }
        self
    }
}

#[cfg(test)]
mod tests;
