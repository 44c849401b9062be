//! The environment variables of a client.

use std::ffi::OsString;

use secrecy::SecretString;

use crate::builder::ClientBuilder;

/// The API key.
pub(super) const API_KEY_VARIABLE: &str = "OCTOCOM_API_KEY";
/// The base URL.
pub(super) const BASE_URL_VARIABLE: &str = "OCTOCOM_BASE_URL";

impl ClientBuilder {
    /// Takes the key from `OCTOCOM_API_KEY` and the base URL from `OCTOCOM_BASE_URL`, where they
    /// are set; what a variable gives replaces what was set before.
    ///
    /// A variable that is set must be usable: an empty one, or one that is not Unicode, makes
    /// [`build`](Self::build) fail.
    pub fn with_env(self) -> Self {
        self.with_variables(|name| std::env::var_os(name))
    }

    /// Tests give their own variables: changing those of the process is a race.
    pub(super) fn with_variables(mut self, read: impl Fn(&str) -> Option<OsString>) -> Self {
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
