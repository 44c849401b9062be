//! The kinds of failure.

use std::fmt;

/// The kind of a failure, for a `match`: it decides what a caller does next.
///
/// [`Error`](crate::Error) has the details.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A setting is missing or out of its range. Nothing was sent.
    Config,
    /// The request cannot be sent as it is: a value outside its limits, a path parameter that is
    /// empty, `.` or `..`, a header that only the client sets. Nothing was sent.
    InvalidRequest,
    /// No connection: the name does not resolve, or the server refused it or did not answer in
    /// time. Nothing was sent.
    Connect,
    /// The server's certificate is not valid, or not for this host, or it does not speak TLS.
    /// Nothing was sent.
    Tls,
    /// The attempt or the whole call took too long.
    Timeout,
    /// The connection broke after the request was sent, or the answer's body broke off.
    Interrupted,
    /// 401: the key is unknown, or was revoked.
    Unauthorized,
    /// 403: the key may not do this.
    Forbidden,
    /// 404: what was asked for does not exist, or the key may not see it.
    NotFound,
    /// Another 4xx: the request is at fault.
    Rejected,
    /// 429: too many requests; the limit opens again.
    RateLimited,
    /// 429 because a hard quota is used up (50 messages a conversation, say); waiting does not help.
    Quota,
    /// 408 or 5xx: the server is at fault.
    Server,
    /// 3xx: redirects are not followed.
    Redirect,
    /// A status that the operation is not documented to answer with, neither 3xx, 4xx nor 5xx.
    UnexpectedStatus,
    /// The body of the answer, or one record of it, could not be decoded.
    Decode,
    /// The answer's body is larger than the client accepts.
    BodyTooLarge,
    /// Successive pages of a listing promise more and bring no new record.
    Stalled,
    /// The records that share one timestamp change faster than a listing can cover them.
    Unstable,
    /// The records of a listing are not in the documented order.
    OutOfOrder,
}

impl ErrorKind {
    /// Returns the kind as one word for logs and metrics (`error.type`); the words never change.
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

/// The limit that ended the retries of a call.
///
/// The limits are settings of octocom-ext's client and of each of its calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Exhausted {
    /// The attempts were used up (`with_max_attempts`).
    Attempts,
    /// The deadline was over, or the next delay would have outlived it
    /// (`with_deadline`).
    Deadline,
    /// The server asked for a longer delay than the caller allows
    /// (`with_max_server_delay`), or it has answered 429 for 15 minutes and the call has no
    /// deadline.
    ServerDelay,
    /// The retry budget that all clones of the client share had no token left
    /// (`with_retry_budget`).
    Budget,
}

impl fmt::Display for Exhausted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Attempts => "no attempt left",
            Self::Deadline => "the deadline leaves no time for another attempt",
            Self::ServerDelay => "the server asks for too long a delay",
            Self::Budget => "the retry budget is spent",
        })
    }
}
