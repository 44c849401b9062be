//! The reason why a tool has no result, as the agent reads it.

use std::time::Duration;

use octocom_ext::{Error, ErrorKind};
use serde_json::{Map, Value, json};

use crate::untrusted::{escape, one_line, truncate};

/// Most bytes of the server's own words, as they are shown.
const MAX_WORDS: usize = 600;
/// Time to wait after a 429 that names none.
const DEFAULT_WAIT: Duration = Duration::from_secs(60);

/// The reason why a tool has no result.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Failure {
    /// One word for programs and the audit.
    pub(crate) kind: &'static str,
    /// Our own words.
    message: String,
    advice: String,
    status: Option<u16>,
    retry_after: Option<Duration>,
    may_have_been_processed: bool,
    /// Words of the server: to be marked.
    untrusted: Option<String>,
}

impl Failure {
    pub(crate) fn new(kind: &'static str, message: impl Into<String>, advice: &str) -> Self {
        Self {
            kind,
            message: message.into(),
            advice: advice.to_owned(),
            status: None,
            retry_after: None,
            may_have_been_processed: false,
            untrusted: None,
        }
    }

    /// Arguments that cannot be used.
    pub(crate) fn arguments(message: impl Into<String>, advice: &str) -> Self {
        Self::new("invalid_arguments", message, advice)
    }

    /// A call that these settings do not allow. Nothing was sent.
    pub(crate) fn refused(message: impl Into<String>, advice: &str) -> Self {
        Self::new("refused", message, advice)
    }

    /// A tool that took too long. `writes` says that it may have changed something.
    pub(crate) fn timed_out(limit: Duration, writes: bool) -> Self {
        let message = format!("the tool took longer than {} s", limit.as_secs());
        Self {
            may_have_been_processed: writes,
            ..match writes {
                false => Self::new("timeout", message, "ask for less, or try again later"),
                true => Self::new("timeout", message, CHECK_FIRST),
            }
        }
    }

    /// A call of the API that failed.
    ///
    /// The error's own text has words of the server as soon as there was an answer, so it is not
    /// repeated outside of the marked member.
    pub(crate) fn call(error: &Error) -> Self {
        let operation = error
            .operation()
            .map_or("the call", |operation| operation.id);
        let status = error.status().map(|status| status.as_u16());
        let kind = error.kind();
        let message = match (status, kind) {
            (None, ErrorKind::RateLimited) => {
                format!("{operation}: the API's rate limit is reached, nothing was sent")
            }
            (None, _) => escape(&error.to_string()).replace("body.", ""),
            (Some(status), _) => format!("{operation}: {} (HTTP status {status})", meaning(kind)),
        };
        let words = match (error.message(), status) {
            (Some(words), _) => Some(start(&words)),
            (None, Some(_)) => Some(start(&error.to_string())),
            (None, None) => None,
        };
        let retry_after = match kind {
            ErrorKind::RateLimited => Some(error.retry_after().unwrap_or(DEFAULT_WAIT)),
            _ => error.retry_after(),
        };
        let may_have_been_processed = error.may_have_been_processed();
        let advice = match (may_have_been_processed, retry_after) {
            (true, _) => CHECK_FIRST.to_owned(),
            (false, Some(delay)) => {
                format!("wait {} s, then call the tool again", whole_seconds(delay))
            }
            (false, None) => advice(kind).to_owned(),
        };
        Self {
            kind: kind.as_str(),
            message,
            advice,
            status,
            retry_after,
            may_have_been_processed,
            untrusted: words,
        }
    }

    pub(crate) fn to_json(&self) -> Value {
        let mut error = Map::new();
        error.insert("kind".to_owned(), self.kind.into());
        error.insert("message".to_owned(), self.message.as_str().into());
        error.insert("advice".to_owned(), self.advice.as_str().into());
        if let Some(status) = self.status {
            error.insert("http_status".to_owned(), status.into());
        }
        if let Some(delay) = self.retry_after {
            let seconds = whole_seconds(delay);
            error.insert("retry_after_seconds".to_owned(), seconds.into());
        }
        if self.may_have_been_processed {
            error.insert("may_have_been_processed".to_owned(), true.into());
        }
        if let Some(words) = &self.untrusted {
            error.insert("untrusted_api_message".to_owned(), words.as_str().into());
        }
        json!({ "error": error })
    }
}

/// Returns the start of the server's words, escaped, on one line.
fn start(words: &str) -> String {
    let mut shown = one_line(words, MAX_WORDS);
    if shown.len() > MAX_WORDS {
        truncate(&mut shown, MAX_WORDS);
        shown.push('…');
    }
    shown
}

/// Advice for a write whose outcome is unknown.
const CHECK_FIRST: &str = "it may have been done: check that before you repeat it";

/// A second that has begun counts.
fn whole_seconds(delay: Duration) -> u64 {
    (delay.as_secs() + u64::from(delay.subsec_nanos() > 0)).max(1)
}

/// Returns what an answer of a kind means, in our own words.
fn meaning(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Unauthorized => "the API rejected the key of this server",
        ErrorKind::Forbidden => "the key of this server may not do this",
        ErrorKind::NotFound => "the record does not exist, or the key may not see it",
        ErrorKind::Rejected => "the API rejected the request",
        ErrorKind::RateLimited => "the API's rate limit is reached",
        ErrorKind::Quota => "a quota of the API is used up",
        ErrorKind::Server => "the API failed",
        ErrorKind::Redirect => "the API answered with a redirect, which is not followed",
        ErrorKind::Decode => "the answer has a form that is not documented",
        ErrorKind::BodyTooLarge => "the answer is larger than this server reads",
        ErrorKind::Timeout | ErrorKind::Interrupted => "the answer did not come to its end",
        _ => "the answer cannot be used",
    }
}

fn advice(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::InvalidRequest => "correct the arguments",
        ErrorKind::Unauthorized | ErrorKind::Forbidden | ErrorKind::Config | ErrorKind::Tls => {
            "tell the user; trying again does not help"
        }
        ErrorKind::NotFound => "check the id",
        ErrorKind::Rejected => "check the arguments",
        ErrorKind::Quota => "waiting does not help",
        ErrorKind::Stalled | ErrorKind::Unstable | ErrorKind::OutOfOrder => {
            "narrow the filters, or start the list again"
        }
        _ => "try again later",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_says_what_to_do_and_for_how_long() {
        let failure = Failure::timed_out(Duration::from_secs(60), true);
        assert_eq!(
            failure.to_json(),
            json!({"error": {"kind": "timeout", "message": "the tool took longer than 60 s",
                "advice": CHECK_FIRST, "may_have_been_processed": true}})
        );
        let failure = Failure::timed_out(Duration::from_secs(60), false).to_json();
        assert_eq!(failure["error"].get("may_have_been_processed"), None);
        assert_eq!(whole_seconds(Duration::from_millis(1_001)), 2);
        assert_eq!(whole_seconds(Duration::ZERO), 1);
    }
}
