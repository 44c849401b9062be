//! What the examples share: the live service, or a sandbox where there is no key.

use std::env::VarError;

use anyhow::Result;
use octocom_ext::{Client, ClientBuilder};
use octocom_sandbox::Sandbox;

/// A client of the live service when `OCTOCOM_API_KEY` is set, otherwise of a sandbox that is
/// started here and runs as long as it is kept.
pub(crate) async fn connect(
    client: ClientBuilder,
    sandbox: octocom_sandbox::Builder,
    doing: &str,
) -> Result<(Client, Option<Sandbox>)> {
    if !matches!(std::env::var("OCTOCOM_API_KEY"), Err(VarError::NotPresent)) {
        return Ok((client.with_env().build()?, None));
    }
    let sandbox = sandbox.start().await?;
    eprintln!("OCTOCOM_API_KEY is not set: {doing} at {}", sandbox.url());
    let client = client
        .with_base_url(sandbox.url())
        .with_api_key(sandbox.key().to_owned())
        .build()?;
    Ok((client, Some(sandbox)))
}
