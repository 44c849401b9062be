//! State that all clones of a client share.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use octocom_api::{ApiKey, Authentication, BaseUrl, ErrorKind, Failure, OnUnknown, Operation};

use crate::drift::DriftCallback;
use crate::limiter::{GroupKey, Groups, RateLimiter};
use crate::observe::Observer;
use crate::retry::Budget;
use crate::time::{Random, Sleeper};

/// The state that all clones of a client share, whatever their settings.
pub(crate) struct Shared {
    pub(crate) base_url: BaseUrl,
    /// The name of the server in checkpoints and plans, if it is not the base URL.
    pub(crate) server_name: Option<String>,
    pub(crate) http: reqwest::Client,
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
