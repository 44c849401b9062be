//! The server that a command talks to: the API, or a sandbox in this process.

use std::sync::Arc;

use octocom_ext::{Client, Error};
use secrecy::{ExposeSecret as _, SecretString};

use crate::args::Global;
use crate::embedded::EmbeddedSandbox;
use crate::failure::{Failure, Result};
use crate::key::Target;
use crate::waits::Waits;

/// A client, and what messages say of it.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) client: Client,
    key: SecretString,
    /// The place that the key is from.
    key_origin: String,
    /// Business of the profile.
    pub(crate) business: Option<String>,
    sandbox: Option<EmbeddedSandbox>,
}

impl Connection {
    /// Connects nothing yet, but for the sandbox, which is started.
    ///
    /// `share` divides the rate among so many processes.
    pub(crate) async fn open(
        global: &Global,
        waits: &Arc<Waits>,
        options: Options,
    ) -> Result<Self> {
        let mut builder = Client::builder()
            .with_user_agent_suffix(concat!("octocom-cli/", env!("CARGO_PKG_VERSION")))
            .with_deadline(global.timeout)
            .with_observer(Arc::clone(waits));
        if let Some(concurrency) = options.concurrency {
            builder = builder.with_max_concurrency(concurrency);
        }
        if let Some(rate) = global.requests_per_second {
            builder = builder.with_requests_per_second(options.share_of(rate));
        }
        if global.sandbox || global.sandbox_state.is_some() {
            let sandbox = EmbeddedSandbox::start(global).await?;
            let key = SecretString::from(sandbox.key());
            let builder = builder
                .with_base_url(sandbox.url())
                .with_server_name(sandbox.name())
                .with_api_key(key.clone());
            return Ok(Self {
                key,
                client: builder.build().map_err(|error| Failure::call(&error, ""))?,
                key_origin: "the sandbox's key".to_owned(),
                business: None,
                sandbox: Some(sandbox),
            });
        }
        if global
            .sandbox_seed
            .or(global.sandbox_conversations)
            .is_some()
        {
            return Err(Failure::usage(
                "--sandbox-seed and --sandbox-conversations need --sandbox",
            ));
        }
        let target = Target::read(global)?;
        let (key, key_origin) = match (target.key(), options.is_keyless) {
            (Ok((key, origin)), _) => (key.clone(), origin.clone()),
            (Err(_), true) => Default::default(),
            (Err(failure), false) => return Err(failure),
        };
        builder = match key.expose_secret() {
            "" if options.is_keyless => builder.without_api_key(),
            _ => builder.with_api_key(key.clone()),
        };
        let mut url_origin = None;
        if let Some((url, origin)) = target.base_url {
            builder = builder.with_base_url(url);
            url_origin = Some(origin);
        }
        let client = builder.build().map_err(|error| {
            // The setters are not what was written.
            let mut message = error.to_string().replace("with_api_key", &key_origin);
            if let Some(origin) = &url_origin {
                message = message.replace("with_base_url", origin);
            }
            Failure::usage(message)
        })?;
        Ok(Self {
            client,
            key,
            key_origin,
            business: target.business,
            sandbox: None,
        })
    }

    /// The key, of which runs store a fingerprint.
    pub(crate) fn key(&self) -> &str {
        self.key.expose_secret()
    }

    /// The place that the key is from, as messages name it.
    pub(crate) fn key_origin(&self) -> &str {
        &self.key_origin
    }

    /// The failure of a call.
    pub(crate) fn failure(&self, error: &Error) -> Failure {
        Failure::call(error, &self.key_origin)
    }

    /// Keeps what the sandbox holds, if it is to be kept, and stops it.
    pub(crate) fn close(self) -> Result<()> {
        match self.sandbox {
            Some(sandbox) => sandbox.stop(),
            None => Ok(()),
        }
    }
}

/// Settings of a command's client.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Options {
    /// Most requests at once.
    pub(crate) concurrency: Option<u32>,
    /// Number of processes that share the rate; 0 is 1.
    pub(crate) processes: u32,
    /// The command does without a key.
    pub(crate) is_keyless: bool,
}

impl Options {
    /// Returns this process's share of the rate of all.
    fn share_of(self, rate: f64) -> f64 {
        rate / f64::from(self.processes.max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_divided_among_the_processes_of_a_plan() {
        let shared = |processes| {
            let options = Options {
                processes,
                ..Options::default()
            };
            options.share_of(20.0)
        };
        assert_eq!([shared(8), shared(1), shared(0)], [2.5, 20.0, 20.0]);
    }
}
