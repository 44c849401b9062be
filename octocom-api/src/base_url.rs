//! The base URL of the API.

use std::fmt;
use std::net::IpAddr;

use reqwest::Url;

use crate::operation::DEFAULT_BASE_URL;

/// The URL before the path of every operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl {
    url: Url,
    /// Returns the URL without a final `/`.
    text: String,
}

impl BaseUrl {
    /// Returns the URL in the OpenAPI document: [`DEFAULT_BASE_URL`].
    ///
    /// # Errors
    ///
    /// [`InvalidBaseUrl::NoTls`] if the crate was built without a TLS feature.
    pub fn production() -> Result<Self, InvalidBaseUrl> {
        Self::parse(DEFAULT_BASE_URL)
    }

    /// Parses a URL. Accepts `https`, and `http` to this machine (`localhost`, `127.0.0.0/8`,
    /// `[::1]`).
    ///
    /// The path of the URL is put before the path of every operation.
    ///
    /// # Errors
    ///
    /// [`InvalidBaseUrl`] with the reason.
    pub fn parse(text: &str) -> Result<Self, InvalidBaseUrl> {
        Self::check(text, false)
    }

    /// Parses a URL, like [`parse`](Self::parse), but accepts `http` to any host. The key is then
    /// readable on the network.
    ///
    /// # Errors
    ///
    /// [`InvalidBaseUrl`] with the reason.
    pub fn parse_allowing_plain_http(text: &str) -> Result<Self, InvalidBaseUrl> {
        Self::check(text, true)
    }

    /// The address without a final `/`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the path of the URL, without a final `/`.
    #[must_use]
    pub fn path(&self) -> &str {
        self.url.path().trim_end_matches('/')
    }

    /// Returns `true` if this is plain `http` to this machine.
    ///
    /// A client of such a URL should not use a proxy, which would receive the key unencrypted.
    #[must_use]
    pub fn is_local(&self) -> bool {
        self.url.scheme() == "http" && is_loopback(&self.url)
    }

    /// Returns the URL.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.url
    }
}

impl BaseUrl {
    fn check(text: &str, allow_plain_http: bool) -> Result<Self, InvalidBaseUrl> {
        let url = Url::parse(text).map_err(|error| InvalidBaseUrl::Syntax(error.to_string()))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(InvalidBaseUrl::UserInfo);
        }
        if url.query().is_some() {
            return Err(InvalidBaseUrl::Query);
        }
        if url.fragment().is_some() {
            return Err(InvalidBaseUrl::Fragment);
        }
        match url.scheme() {
            "https"
                if cfg!(any(
                    feature = "rustls",
                    feature = "rustls-ring",
                    feature = "native-tls"
                )) => {}
            "https" => return Err(InvalidBaseUrl::NoTls),
            "http" if allow_plain_http || is_loopback(&url) => {}
            "http" => return Err(InvalidBaseUrl::PlainHttp),
            other => return Err(InvalidBaseUrl::Scheme(other.to_owned())),
        }
        let text = url.as_str().trim_end_matches('/').to_owned();
        Ok(Self { url, text })
    }
}

/// Returns `true` if requests to this address stay on this machine.
fn is_loopback(url: &Url) -> bool {
    let Some(host) = url.host_str() else {
        return false;
    };
    // An IPv6 address stands in brackets; `localhost` is loopback by RFC 6761, section 6.3.
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || address
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The reason why a URL cannot be the base URL. It does not contain the URL, which may have a
/// password.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidBaseUrl {
    /// Not a URL.
    Syntax(String),
    /// Neither `https` nor `http`.
    Scheme(String),
    /// The URL has a user name or a password.
    UserInfo,
    /// The URL has a query.
    Query,
    /// The URL has a fragment.
    Fragment,
    /// Plain `http` to another machine.
    PlainHttp,
    /// `https`, but the crate was built without a TLS feature.
    NoTls,
}

impl fmt::Display for InvalidBaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax(reason) => write!(f, "the base URL is invalid: {reason}"),
            Self::Scheme(scheme) => {
                write!(
                    f,
                    "the base URL has the scheme `{scheme}`, not https or http"
                )
            }
            Self::UserInfo => f.write_str("the base URL has a user name or a password"),
            Self::Query => f.write_str("the base URL has a query (`?`)"),
            Self::Fragment => f.write_str("the base URL has a fragment (`#`)"),
            Self::PlainHttp => f.write_str(
                "the base URL is plain http to another machine, where anyone on the network can \
                 read the API key: use https, or allow plain http explicitly",
            ),
            Self::NoTls => f.write_str(
                "the base URL is https, and this build has no TLS: enable the feature `rustls` or \
                 `native-tls`",
            ),
        }
    }
}

impl std::error::Error for InvalidBaseUrl {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_kept_without_their_final_slash() {
        for (text, expected, path) in [
            ("http://127.0.0.1:4010", "http://127.0.0.1:4010", ""),
            ("http://localhost/", "http://localhost", ""),
            ("http://[::1]:80/stem/", "http://[::1]/stem", "/stem"),
            ("http://127.9.9.9/a/b", "http://127.9.9.9/a/b", "/a/b"),
        ] {
            let url = BaseUrl::parse(text).unwrap();
            assert_eq!((url.as_str(), url.path()), (expected, path), "{text}");
            assert!(url.is_local(), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_a_base_url_is_refused_with_the_reason() {
        let refused = |text: &str| BaseUrl::parse(text).err();
        assert!(matches!(refused("no url"), Some(InvalidBaseUrl::Syntax(_))));
        for (text, reason) in [
            ("ftp://127.0.0.1", InvalidBaseUrl::Scheme("ftp".to_owned())),
            ("http://user@127.0.0.1", InvalidBaseUrl::UserInfo),
            ("http://:secret@127.0.0.1", InvalidBaseUrl::UserInfo),
            ("http://127.0.0.1/?a=1", InvalidBaseUrl::Query),
            ("http://127.0.0.1/#a", InvalidBaseUrl::Fragment),
            ("http://example.com", InvalidBaseUrl::PlainHttp),
            ("http://localhost.example.com", InvalidBaseUrl::PlainHttp),
            ("http://10.0.0.1", InvalidBaseUrl::PlainHttp),
        ] {
            assert_eq!(refused(text), Some(reason), "{text}");
        }
        let far = BaseUrl::parse_allowing_plain_http("http://example.com").unwrap();
        assert!(!far.is_local());
    }

    #[test]
    fn https_needs_a_tls_feature() {
        let expected = if cfg!(any(
            feature = "rustls",
            feature = "rustls-ring",
            feature = "native-tls"
        )) {
            Ok("https://api.octocom.ai".to_owned())
        } else {
            Err(InvalidBaseUrl::NoTls)
        };
        assert_eq!(BaseUrl::production().map(|url| url.to_string()), expected);
    }
}
