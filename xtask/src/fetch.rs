//! One GET of a document: bounded in time, in size and in where it goes.

use std::io::Read;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use ureq::http::{HeaderMap, Response, header};
use ureq::{Agent, Body, Proxy};

use crate::address::Address;

/// The longest entity tag that is kept, in bytes.
const MAX_ETAG_BYTES: usize = 256;

/// Bounds of one fetch, redirects included.
#[derive(Debug, Clone)]
pub(crate) struct Limits {
    /// From the first look-up of a name to the last byte.
    pub(crate) timeout: Duration,
    pub(crate) max_bytes: u64,
    pub(crate) max_redirects: usize,
}

impl Default for Limits {
    /// The document has 90 kB today; a hundred times as much is a mistake or an attack.
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(30),
            max_bytes: 10 * 1024 * 1024,
            max_redirects: 5,
        }
    }
}

/// The answer of a server.
#[derive(Debug)]
pub(crate) enum Reply {
    /// The document is the one that the entity tag names.
    NotModified,
    Body {
        bytes: Vec<u8>,
        etag: Option<String>,
    },
}

/// Fetches what is at an address, unless it still is what `etag` names.
pub(crate) fn get(address: &Address, etag: Option<&str>, limits: &Limits) -> Result<Reply> {
    let started = Instant::now();
    let agent = agent(address);
    let mut at = address.clone();
    for _ in 0..=limits.max_redirects {
        let left = limits.timeout.saturating_sub(started.elapsed());
        let response =
            send(&agent, &at, etag, left).map_err(|error| explained(error, &at, limits))?;
        match response.status().as_u16() {
            200 => {
                refuse_encoded(&response, &at)?;
                let etag = entity_tag(response.headers());
                let bytes = read(response, &at, limits)?;
                return Ok(Reply::Body { bytes, etag });
            }
            304 if etag.is_some() => return Ok(Reply::NotModified),
            301 | 302 | 303 | 307 | 308 => {
                let location = response
                    .headers()
                    .get(header::LOCATION)
                    .with_context(|| format!("{at} redirects without saying where to"))?;
                at = at.redirected(&String::from_utf8_lossy(location.as_bytes()))?;
            }
            status => bail!("{at} answered with status {status} instead of a document"),
        }
    }
    bail!(
        "{address} redirects more than {} times",
        limits.max_redirects
    )
}

fn agent(address: &Address) -> Agent {
    // A server on this machine is not reached through a proxy.
    let proxy = if address.is_plain() {
        None
    } else {
        Proxy::try_from_env()
    };
    Agent::config_builder()
        .https_only(!address.is_plain())
        // Redirects are checked one by one.
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .proxy(proxy)
        .user_agent("octocom-xtask")
        .accept("application/json")
        .build()
        .into()
}

fn send(
    agent: &Agent,
    at: &Address,
    etag: Option<&str>,
    left: Duration,
) -> Result<Response<Body>, ureq::Error> {
    let mut request = agent.get(at.as_str());
    if let Some(etag) = etag {
        request = request.header(header::IF_NONE_MATCH, etag);
    }
    request.config().timeout_global(Some(left)).build().call()
}

/// We ask for no compression and undo none.
fn refuse_encoded(response: &Response<Body>, at: &Address) -> Result<()> {
    match response.headers().get(header::CONTENT_ENCODING) {
        Some(encoding) if encoding != "identity" => {
            bail!("{at} answered with a content encoding that was not asked for")
        }
        _ => Ok(()),
    }
}

fn read(response: Response<Body>, at: &Address, limits: &Limits) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    response
        .into_body()
        .into_with_config()
        .limit(limits.max_bytes)
        .reader()
        .read_to_end(&mut bytes)
        .map_err(|error| explained(error.into(), at, limits))?;
    Ok(bytes)
}

/// The tag of a reply, when it is one that can be sent back.
fn entity_tag(headers: &HeaderMap) -> Option<String> {
    let tag = headers.get(header::ETAG)?.to_str().ok()?;
    let quoted = tag.strip_prefix("W/").unwrap_or(tag);
    let whole = quoted.len() >= 2 && quoted.starts_with('"') && quoted.ends_with('"');
    (whole && tag.len() <= MAX_ETAG_BYTES).then(|| tag.to_owned())
}

fn explained(error: ureq::Error, at: &Address, limits: &Limits) -> anyhow::Error {
    match error {
        ureq::Error::Timeout(_) => anyhow!(
            "{at} took longer than the limit of {:?} in total",
            limits.timeout
        ),
        ureq::Error::BodyExceedsLimit(_) => anyhow!(
            "{at} answered with more than the limit of {} bytes",
            limits.max_bytes
        ),
        ureq::Error::Io(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => anyhow!(
            "{at} sent a truncated reply: the connection ended before all of it had arrived"
        ),
        other => anyhow::Error::new(other).context(format!("fetching {at}")),
    }
}

#[cfg(test)]
mod tests;
