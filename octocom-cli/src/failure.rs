//! The reason why a command ends, and how it is told.

use std::fmt::Display;
use std::io::{self, Write as _};
use std::path::Path;

use octocom_ext::{Error, ErrorKind};
use serde_json::{Value, json};

use crate::status::Status;
use crate::text::one_line;

/// The format of errors on standard error.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum ErrorFormat {
    /// One line: `error:`, what failed, what to do
    #[default]
    Text,
    /// One line of JSON, for programs
    Json,
}

/// The reason why a command ends before it is done.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) status: Status,
    /// The failure and its reason.
    message: String,
    /// Advice about the next step.
    advice: Option<String>,
    /// Facts of the failed call, for `--error-format json`.
    call: Option<Box<Value>>,
    /// Nobody reads the output any more: not to be told at all.
    is_silent: bool,
}

pub(crate) type Result<T, E = Failure> = std::result::Result<T, E>;

impl Failure {
    pub(crate) fn new(status: Status, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            advice: None,
            call: None,
            is_silent: false,
        }
    }

    /// Bad arguments or configuration.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Status::Usage, message)
    }

    pub(crate) fn failed(message: impl Into<String>) -> Self {
        Self::new(Status::Failed, message)
    }

    /// A file that cannot be used: `doing` is a verb, as in "reading".
    pub(crate) fn file(doing: &str, path: &Path, error: impl Display) -> Self {
        Self::failed(format!("{doing} `{}` failed: {error}", path.display()))
    }

    /// Standard output that cannot be written to. A closed pipe ends the program quietly.
    pub(crate) fn stdout(error: &io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::closed_pipe();
        }
        Self::failed(format!("writing to standard output failed: {error}"))
    }

    /// Nobody reads the output any more: the program ends without a word.
    pub(crate) fn closed_pipe() -> Self {
        Self {
            is_silent: true,
            ..Self::new(Status::Done, "")
        }
    }

    /// Returns the failure and its reason.
    pub(crate) fn what(&self) -> &str {
        &self.message
    }

    /// Adds what to do next.
    pub(crate) fn advise(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }

    /// Adds what to do next, if nothing is said of it yet.
    pub(crate) fn or_advise(self, advice: impl Into<String>) -> Self {
        match self.advice {
            Some(_) => self,
            None => self.advise(advice),
        }
    }

    /// Adds a fact at the end of the advice, such as "nothing was exported".
    pub(crate) fn and(mut self, fact: &str) -> Self {
        self.advice = Some(match self.advice {
            Some(advice) => format!("{advice}; {fact}"),
            None => fact.to_owned(),
        });
        self
    }

    /// A call that failed. `key` names the place that the key is from.
    pub(crate) fn call(error: &Error, key: &str) -> Self {
        let status = status(error);
        let words = match (error.status(), error.message()) {
            (Some(code), Some(words)) => format!("{}: {}", code.as_u16(), one_line(&words)),
            (Some(code), None) => code.as_u16().to_string(),
            (None, _) => String::new(),
        };
        let failure = match error.kind() {
            ErrorKind::Unauthorized => {
                Self::new(status, format!("the API rejected the key ({words})"))
                    .advise(format!("check {key}"))
            }
            ErrorKind::Forbidden => Self::new(status, format!("the key may not do this ({words})"))
                .advise(format!("check the rights of {key}")),
            ErrorKind::NotFound => Self::new(status, format!("not found ({words})")),
            ErrorKind::Rejected => {
                Self::new(status, format!("the API rejected the request ({words})"))
            }
            ErrorKind::RateLimited if error.status().is_some() => {
                Self::new(status, format!("the API's rate limit is reached ({words})"))
            }
            ErrorKind::Quota => {
                Self::new(status, format!("a quota of the API is used up ({words})"))
            }
            _ => Self::new(status, one_line(&error.to_string())),
        };
        let failure = match advice(error) {
            Some(advice) => failure.or_advise(advice),
            None => failure,
        };
        Self {
            call: Some(Box::new(facts(error))),
            ..failure
        }
    }

    /// Writes it to standard error.
    pub(crate) fn print(&self, format: ErrorFormat) {
        if self.is_silent {
            return;
        }
        let line = match format {
            ErrorFormat::Text => self.line(),
            ErrorFormat::Json => self.json().to_string(),
        };
        // Nobody can read a message about a message that could not be written.
        let _ = writeln!(io::stderr().lock(), "{line}");
    }

    fn line(&self) -> String {
        format!("error: {}", self.sentence())
    }

    /// Returns the failure, its reason and the advice, on one line.
    pub(crate) fn sentence(&self) -> String {
        let mut line = one_line(&self.message);
        if let Some(advice) = &self.advice {
            line.push_str("; ");
            line.push_str(&one_line(advice));
        }
        line
    }

    /// Returns the kind of the error of the call that failed, if one did.
    pub(crate) fn call_kind(&self) -> Option<&str> {
        self.call.as_ref()?["kind"].as_str()
    }

    fn json(&self) -> Value {
        json!({ "error": {
            "status": self.status.code(),
            "cause": self.status.as_str(),
            "message": self.message,
            "advice": self.advice,
            "call": self.call,
        }})
    }
}

/// Facts of a failed call. No body, no header, no query.
fn facts(error: &Error) -> Value {
    json!({
        "operation": error.operation().map(|operation| operation.id),
        "kind": error.kind().as_str(),
        "http_status": error.status().map(|status| status.as_u16()),
        "api_message": error.message(),
        "request_id": error.request_id(),
        "attempts": error.attempts(),
        "may_have_been_processed": error.may_have_been_processed(),
        "retry_after_seconds": error.retry_after().map(|delay| delay.as_secs_f64()),
    })
}

fn status(error: &Error) -> Status {
    if error.may_have_been_processed() {
        return Status::MayHaveBeenProcessed;
    }
    match error.kind() {
        ErrorKind::Config | ErrorKind::InvalidRequest => Status::Usage,
        ErrorKind::Unauthorized | ErrorKind::Forbidden => Status::Unauthorized,
        ErrorKind::NotFound => Status::NotFound,
        ErrorKind::RateLimited | ErrorKind::Quota => Status::Limited,
        _ => Status::Failed,
    }
}

fn advice(error: &Error) -> Option<String> {
    if error.may_have_been_processed() {
        return Some("check whether it was done before you repeat it".to_owned());
    }
    Some(match error.kind() {
        ErrorKind::RateLimited => match error.retry_after() {
            Some(delay) => format!("try again in {} s", delay.as_secs().max(1)),
            None => "try again later, or with a lower --requests-per-second".to_owned(),
        },
        ErrorKind::Quota => "waiting does not help".to_owned(),
        ErrorKind::Connect => "check the base URL, the network and the proxy".to_owned(),
        ErrorKind::Tls => "check the base URL and the certificates of this machine".to_owned(),
        ErrorKind::Timeout | ErrorKind::Interrupted | ErrorKind::Server => {
            "try again later".to_owned()
        }
        ErrorKind::Redirect => "use the base URL that it names, if you trust it".to_owned(),
        _ => return None,
    })
}
