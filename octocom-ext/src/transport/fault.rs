//! Why an attempt has no answer.
//!
//! The question that matters is whether the request can have arrived. reqwest answers it with
//! `is_connect()`: the error came up before there was a connection, so no byte of the request was
//! written. Under that name it also reports a failed TLS handshake, and most of those do not mend
//! themselves: a certificate that is not valid, not of this host, or a server that speaks no TLS.
//! reqwest does not tell them apart, so the chain of causes is read:
//!
//! - rustls comes wrapped in an [`io::Error`] of kind `InvalidData`, whatever it
//!   refuses; a connection that ends during the handshake is `UnexpectedEof` or a reset, and is
//!   tried again.
//! - native-tls has no kinds. Its errors are found by the words of the three libraries behind it:
//!   "certificate", "hostname", "TLS", "SSL", "handshake".
//!
//! A cause that is not recognised counts as "no connection", which is retried: never a write twice,
//! at worst a few attempts in vain.

use std::error::Error;
use std::io;

/// Why an attempt has no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The request is none: no attempt of it can succeed.
    Unsendable,
    /// The server is not who it should be. Nothing was sent.
    Untrusted,
    /// There was no connection. Nothing was sent.
    Unreached,
    /// Time was over before the end of the answer.
    TimedOut,
    /// The connection broke before the end of the answer.
    Interrupted,
}

impl Fault {
    pub(crate) fn of(error: &reqwest::Error) -> Self {
        if error.is_builder() {
            Self::Unsendable
        } else if error.is_connect() {
            // "Not accepted in time" and "no such name" are connect errors too.
            if causes(error).any(is_untrusted) {
                Self::Untrusted
            } else {
                Self::Unreached
            }
        } else if error.is_timeout() {
            Self::TimedOut
        } else {
            Self::Interrupted
        }
    }
}

fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| next_cause(*error))
}

/// An `io::Error` made from another error names that one's cause, and not that one.
fn next_cause<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref)
    {
        Some(inner) => Some(inner),
        None => error.source(),
    }
}

fn is_untrusted(cause: &(dyn Error + 'static)) -> bool {
    if let Some(cause) = cause.downcast_ref::<io::Error>() {
        return cause.kind() == io::ErrorKind::InvalidData;
    }
    cfg!(feature = "native-tls") && {
        let text = cause.to_string();
        ["certificate", "hostname", "TLS", "SSL", "handshake"]
            .iter()
            .any(|word| text.contains(word))
    }
}
