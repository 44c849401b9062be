//! The URL of a document: https, or a server on this machine.

use std::fmt;

use anyhow::{Context, Result, bail, ensure};
use url::{Host, Url};

use openapi_compare::escape::one_line;

/// The longest URL that is accepted, and the longest text of one in a message, in characters.
const MAX_URL_CHARS: usize = 2_000;
const MAX_SHOWN_CHARS: usize = 200;

/// A URL that may be fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address(Url);

impl Address {
    /// Reads a URL and refuses what should not be fetched.
    ///
    /// Plain http is for tests, so for this machine alone: anybody on the way could put another
    /// document in the place of the real one.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        ensure!(
            text.chars().count() <= MAX_URL_CHARS,
            "the URL is longer than {MAX_URL_CHARS} characters"
        );
        let url = Url::parse(text)
            .with_context(|| format!("not a URL: `{}`", one_line(text, MAX_SHOWN_CHARS)))?;
        Self::checked(url)
    }

    /// Returns the target of a redirect: within the same scheme, host and port only.
    pub(crate) fn redirected(&self, location: &str) -> Result<Self> {
        let shown = one_line(location, MAX_SHOWN_CHARS);
        let url = self
            .0
            .join(location)
            .with_context(|| format!("{self} redirects to no URL: `{shown}`"))?;
        if url.origin() != self.0.origin() {
            bail!("{self} redirects to another origin, which is not followed: `{shown}`");
        }
        Self::checked(url)
    }

    fn checked(mut url: Url) -> Result<Self> {
        // The text is not shown: it would show the password.
        ensure!(
            url.username().is_empty() && url.password().is_none(),
            "the URL holds a user name or password, which would be checked in"
        );
        if url.scheme() != "https" && !(url.scheme() == "http" && is_local(&url)) {
            bail!(
                "neither https nor a local http address: `{}`",
                one_line(url.as_str(), MAX_SHOWN_CHARS)
            );
        }
        url.set_fragment(None);
        Ok(Self(url))
    }

    /// Returns `true` if the server is on this machine.
    pub(crate) fn is_local(&self) -> bool {
        is_local(&self.0)
    }

    pub(crate) fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Returns `true` if the server is on this machine, without encryption.
    pub(crate) fn is_plain(&self) -> bool {
        self.0.scheme() == "http"
    }
}

fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&one_line(self.as_str(), MAX_SHOWN_CHARS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_and_this_machine_are_accepted() -> Result<()> {
        for (text, expected) in [
            ("https://api.example/o.json#x", "https://api.example/o.json"),
            ("http://127.0.0.1:8080/a", "http://127.0.0.1:8080/a"),
            ("http://[::1]/a", "http://[::1]/a"),
            ("http://localhost/a", "http://localhost/a"),
        ] {
            assert_eq!(Address::parse(text)?.as_str(), expected);
        }
        Ok(())
    }

    #[test]
    fn everything_else_is_refused_with_the_reason() {
        for (text, reason) in [
            ("http://api.example/o.json", "neither https nor a local"),
            ("http://127.0.0.1.example/", "neither https nor a local"),
            ("file:///etc/passwd", "neither https nor a local"),
            ("ftp://127.0.0.1/", "neither https nor a local"),
            ("octocom.json", "not a URL"),
            ("https://me:secret@api.example/", "user name or password"),
        ] {
            let message = format!("{:#}", Address::parse(text).unwrap_err());
            assert!(message.contains(reason), "{text}: {message}");
            assert!(!message.contains("secret"), "{message}");
        }
        let long = format!("https://api.example/{}", "a".repeat(MAX_URL_CHARS));
        assert!(Address::parse(&long).is_err());
    }

    #[test]
    fn redirects_stay_within_the_origin() -> Result<()> {
        let start = Address::parse("https://api.example/a/o.json")?;
        assert_eq!(start.redirected("../b")?.as_str(), "https://api.example/b");
        for location in [
            "https://other.example/b",
            "http://api.example/b",
            "https://api.example:444/b",
            "//other.example",
        ] {
            let message = format!("{:#}", start.redirected(location).unwrap_err());
            assert!(message.contains("another origin"), "{location}: {message}");
        }
        Ok(())
    }
}
