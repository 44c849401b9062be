//! Clients of a sandbox.

use octocom_ext::{Client, ClientBuilder};
use octocom_sandbox::Sandbox;

/// A builder with the sandbox's address and key.
pub fn builder(sandbox: &Sandbox) -> ClientBuilder {
    Client::builder()
        .with_base_url(sandbox.url())
        .with_api_key(sandbox.key().to_owned())
}
