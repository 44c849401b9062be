//! The kinds of failure.

use std::fmt;

/// The kind of an error, for a `match`.
///
/// See [`Error`](crate::Error) for details.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A setting is missing or out of range. Nothing was sent.
    Config,
    /// The request is invalid: a value is outside of its limits, a path parameter is empty, `.` or
    /// `..`, or a header is reserved for the client. Nothing was sent.
    InvalidRequest,
    /// No connection: the host name cannot be resolved, or the server refused the connection or did
    /// not accept it in time. Nothing was sent.
    Connect,
    /// The server's certificate is invalid or belongs to another host, or the server does not
    /// support TLS. Nothing was sent.
    Tls,
    /// The attempt or the whole call took too long.
    Timeout,
    /// The connection broke after the request was sent, or while the response was read.
    Interrupted,
    /// 401: the key is unknown, or was revoked.
    Unauthorized,
    /// 403: the key may not do this.
    Forbidden,
    /// 404: the record does not exist, or the key may not see it.
    NotFound,
    /// Another 4xx: the request was rejected.
    Rejected,
    /// 429: too many requests; waiting helps.
    RateLimited,
    /// 429: a quota is used up, such as 50 messages in a conversation; waiting does not help.
    Quota,
    /// 408 or 5xx: server error.
    Server,
    /// 3xx: redirects are not followed.
    Redirect,
    /// An undocumented status that is neither 3xx, 4xx nor 5xx.
    UnexpectedStatus,
    /// The response, or a record in it, could not be decoded.
    Decode,
    /// The response body is larger than the client accepts.
    BodyTooLarge,
    /// Several pages in a row promised more records but had no new ones.
    Stalled,
    /// Many records have the same creation time, and change too fast to be listed.
    Unstable,
    /// The records of a list are not in the documented order.
    OutOfOrder,
}

impl ErrorKind {
    /// Returns the kind as one word, for logs and metrics (`error.type`). The words never change.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Config => "config",
            Self::InvalidRequest => "invalid_request",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Timeout => "timeout",
            Self::Interrupted => "interrupted",
            Self::Unauthorized => "unauthorized",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::Rejected => "rejected",
            Self::RateLimited => "rate_limited",
            Self::Quota => "quota",
            Self::Server => "server",
            Self::Redirect => "redirect",
            Self::UnexpectedStatus => "unexpected_status",
            Self::Decode => "decode",
            Self::BodyTooLarge => "body_too_large",
            Self::Stalled => "stalled",
            Self::Unstable => "unstable",
            Self::OutOfOrder => "out_of_order",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A limit that ended the retries of a call.
///
/// The limits are settings of the client in octocom-ext.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Exhausted {
    /// All attempts were used (`with_max_attempts`).
    Attempts,
    /// The deadline is over, or the next delay would exceed it (`with_deadline`).
    Deadline,
    /// The server asked for a longer delay than is accepted (`with_max_server_delay`), or answered
    /// with 429 for 15 minutes and the call has no deadline.
    ServerDelay,
    /// The retry budget, which all clones of the client share, is used up (`with_retry_budget`).
    Budget,
}

impl fmt::Display for Exhausted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Attempts => "no attempt left",
            Self::Deadline => "the deadline leaves no time for another attempt",
            Self::ServerDelay => "the server asks for a longer delay than is accepted",
            Self::Budget => "the retry budget is spent",
        })
    }
}
