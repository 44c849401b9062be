//! Settings of a client, and the state that its clones share.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::HeaderMap;
use octocom_api::{
    ApiKey, Authentication, BaseUrl, ErrorKind, Failure, Idempotency, OnUnknown, Operation,
};

use crate::limiter::{GroupKey, Groups, RateLimiter};
use crate::observe::{DriftCallback, Observer, RESERVED_HEADERS};
use crate::retry::{Backoff, Budget};
use crate::time::{Random, Sleeper};

/// Default deadline of a call: long enough for five attempts of 30 seconds with their delays, short
/// enough for a job that a person watches.
pub(crate) const DEFAULT_DEADLINE: Duration = Duration::from_secs(180);
/// Default number of attempts of a call, including the first.
pub(crate) const DEFAULT_MAX_ATTEMPTS: u32 = 5;
/// Default for the longest delay accepted from the server. The API counts its limits by minute or
/// by hour: a minute is worth waiting for, an hour is the caller's decision.
pub(crate) const DEFAULT_MAX_SERVER_DELAY: Duration = Duration::from_secs(120);
/// Default for the largest response body. A page of 50 conversations has less than 1 MiB.
pub(crate) const DEFAULT_MAX_BODY_BYTES: usize = 64 * 1024 * 1024;

/// Longest duration of any setting: a day. A longer one is probably a mistake of units.
pub(crate) const MAX_DURATION: Duration = Duration::from_secs(24 * 60 * 60);
/// Largest number of attempts that can be set.
pub(crate) const MAX_ATTEMPTS: u32 = 100;

/// Settings that can differ between clones of a client.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) attempt_timeout: Option<Duration>,
    pub(crate) deadline: Option<Duration>,
    pub(crate) max_attempts: u32,
    pub(crate) backoff: Backoff,
    pub(crate) max_server_delay: Duration,
    pub(crate) max_body_bytes: usize,
    pub(crate) budgeted: bool,
    pub(crate) idempotency: Option<Idempotency>,
    pub(crate) headers: HeaderMap,
    /// Reason why the headers cannot be used.
    pub(crate) problem: Option<&'static str>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            attempt_timeout: None,
            deadline: Some(DEFAULT_DEADLINE),
            max_attempts: DEFAULT_MAX_ATTEMPTS,
            backoff: Backoff::default(),
            max_server_delay: DEFAULT_MAX_SERVER_DELAY,
            max_body_bytes: DEFAULT_MAX_BODY_BYTES,
            budgeted: true,
            idempotency: None,
            headers: HeaderMap::new(),
            problem: None,
        }
    }
}

impl Settings {
    /// Returns the first setter whose value is out of range, as an error.
    pub(crate) fn check(&self) -> Result<(), String> {
        if let Some(timeout) = self.attempt_timeout {
            check_duration("with_attempt_timeout", timeout)?;
        }
        if let Some(deadline) = self.deadline {
            check_duration("with_deadline", deadline)?;
        }
        if !(1..=MAX_ATTEMPTS).contains(&self.max_attempts) {
            return Err(format!(
                "with_max_attempts: {} is not from 1 to {MAX_ATTEMPTS}",
                self.max_attempts
            ));
        }
        check_duration("with_backoff", self.backoff.initial)?;
        check_duration("with_max_backoff", self.backoff.max)?;
        if self.backoff.initial > self.backoff.max {
            return Err(format!(
                "with_backoff: {:?} is more than max_backoff, {:?}",
                self.backoff.initial, self.backoff.max
            ));
        }
        if self.max_server_delay > MAX_DURATION {
            return Err(format!(
                "with_max_server_delay: {:?} is more than a day",
                self.max_server_delay
            ));
        }
        if self.max_body_bytes == 0 {
            return Err("with_max_body_bytes: must be at least 1 byte".to_owned());
        }
        if let Some(problem) = self.problem {
            return Err(problem.to_owned());
        }
        // A look-up reads the name anew, and this is asked before every call.
        let reserved = match self.headers.is_empty() {
            true => &[],
            false => RESERVED_HEADERS,
        };
        for reserved in reserved {
            if self.headers.contains_key(*reserved) {
                return Err(format!(
                    "with_header: `{reserved}` is set by the client itself"
                ));
            }
        }
        Ok(())
    }
}

/// Refuses a duration of zero or of more than a day.
pub(crate) fn check_duration(setter: &str, duration: Duration) -> Result<(), String> {
    if duration.is_zero() {
        return Err(format!("{setter}: must be greater than zero"));
    }
    if duration > MAX_DURATION {
        return Err(format!("{setter}: {duration:?} is more than a day"));
    }
    Ok(())
}

/// Shows only the names of the headers, because their values may be secret.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("attempt_timeout", &self.attempt_timeout)
            .field("deadline", &self.deadline)
            .field("max_attempts", &self.max_attempts)
            .field("backoff", &self.backoff)
            .field("max_server_delay", &self.max_server_delay)
            .field("max_body_bytes", &self.max_body_bytes)
            .field("budgeted", &self.budgeted)
            .field("idempotency", &self.idempotency)
            .field("headers", &self.headers.keys().collect::<Vec<_>>())
            .finish()
    }
}

/// The state that all clones of a client share, whatever their settings.
pub(crate) struct Shared {
    pub(crate) base_url: BaseUrl,
    /// The name of the server in checkpoints and plans, if it is not the base URL.
    pub(crate) server_name: Option<String>,
    pub(crate) http: reqwest::Client,
    /// `true` if responses are asked for compressed.
    pub(crate) compressed: bool,
    /// `None` in a client without a key.
    pub(crate) key: Mutex<Option<Key>>,
    pub(crate) groups: Groups,
    pub(crate) rate: Option<RateLimiter>,
    pub(crate) budget: Option<Budget>,
    pub(crate) sleeper: Arc<dyn Sleeper>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) observer: Option<Arc<dyn Observer>>,
    pub(crate) drift: Option<DriftCallback>,
    /// `drift`, as answers take it.
    pub(crate) on_unknown: Option<OnUnknown>,
}

/// The key of a client and how many it had before: the server counts limits by key.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    /// Shared, so that the secret is in memory once.
    pub(crate) value: Arc<ApiKey>,
    pub(crate) number: u64,
}

impl Shared {
    /// Returns the key for an operation; `None` where it must not go.
    ///
    /// # Errors
    ///
    /// A failure, if the operation needs a key and the client has none.
    pub(crate) fn key_for(
        &self,
        operation: &'static Operation,
    ) -> Result<Option<Key>, Box<Failure>> {
        if operation.authentication != Authentication::ApiKey {
            return Ok(None);
        }
        match &*self.lock_key() {
            Some(key) => Ok(Some(key.clone())),
            None => {
                let detail = "the operation needs an API key and the client has none: set \
                              OCTOCOM_API_KEY or call with_api_key";
                Err(Box::new(Failure::refused(
                    ErrorKind::Config,
                    operation,
                    detail,
                )))
            }
        }
    }

    /// Replaces the key.
    pub(crate) fn set_key(&self, value: ApiKey) {
        let mut key = self.lock_key();
        let replaced = key.as_ref().map(|key| key.number);
        *key = Some(Key {
            value: Arc::new(value),
            number: replaced.map_or(0, |number| number.saturating_add(1)),
        });
        drop(key);
        if let Some(number) = replaced {
            self.groups.retire(number);
        }
    }

    /// The limit that a request falls under.
    pub(crate) fn group_key(
        &self,
        operation: &'static Operation,
        key: Option<&Key>,
        parameters: &[(&'static str, &str)],
    ) -> GroupKey {
        let part = operation.limit_group.per.and_then(|per| {
            let (_, value) = parameters.iter().find(|(name, _)| *name == per)?;
            Some((*value).to_owned())
        });
        GroupKey {
            api_key: key.map(|key| key.number),
            name: operation.limit_group.name,
            part,
        }
    }

    fn lock_key(&self) -> std::sync::MutexGuard<'_, Option<Key>> {
        // No code panics while it holds the lock.
        self.key.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared")
            .field("base_url", &self.base_url)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn the_defaults_are_those_of_the_documentation() {
        let settings = Settings::default();
        assert_eq!(settings.check(), Ok(()));
        assert_eq!(settings.deadline, Some(Duration::from_secs(180)));
        assert_eq!(settings.max_attempts, 5);
        assert_eq!(settings.backoff.initial, Duration::from_millis(500));
        assert_eq!(settings.backoff.max, Duration::from_secs(8));
        assert_eq!(settings.max_server_delay, Duration::from_secs(120));
        assert_eq!(settings.max_body_bytes, 67_108_864);
    }

    #[test]
    fn every_value_out_of_range_is_named_with_its_setter() {
        let default = Settings::default;
        let day = MAX_DURATION + Duration::from_nanos(1);
        let backoff = |initial, max| Settings {
            backoff: Backoff { initial, max },
            ..default()
        };
        let second = Duration::from_secs(1);
        let mut headers = HeaderMap::new();
        headers.insert("x-api-key", HeaderValue::from_static("sesame"));
        for (settings, setter) in [
            (
                Settings {
                    attempt_timeout: Some(Duration::ZERO),
                    ..default()
                },
                "attempt_timeout",
            ),
            (
                Settings {
                    attempt_timeout: Some(day),
                    ..default()
                },
                "attempt_timeout",
            ),
            (
                Settings {
                    deadline: Some(Duration::ZERO),
                    ..default()
                },
                "deadline",
            ),
            (
                Settings {
                    deadline: Some(day),
                    ..default()
                },
                "deadline",
            ),
            (
                Settings {
                    max_attempts: 0,
                    ..default()
                },
                "max_attempts",
            ),
            (
                Settings {
                    max_attempts: 101,
                    ..default()
                },
                "max_attempts",
            ),
            (backoff(Duration::ZERO, second), "backoff"),
            (backoff(second, day), "max_backoff"),
            (backoff(second * 2, second), "backoff"),
            (
                Settings {
                    max_server_delay: day,
                    ..default()
                },
                "max_server_delay",
            ),
            (
                Settings {
                    max_body_bytes: 0,
                    ..default()
                },
                "max_body_bytes",
            ),
            (
                Settings {
                    headers,
                    ..default()
                },
                "header",
            ),
        ] {
            let reason = settings.check().unwrap_err();
            assert!(reason.starts_with(&format!("with_{setter}: ")), "{reason}");
            assert!(!reason.contains("sesame"), "{reason}");
        }
    }

    #[test]
    fn header_values_are_not_shown() {
        let mut settings = Settings::default();
        settings
            .headers
            .insert("x-tenant", HeaderValue::from_static("sesame"));
        let shown = format!("{settings:?}");
        assert!(
            shown.contains("x-tenant") && !shown.contains("sesame"),
            "{shown}"
        );
    }
}
