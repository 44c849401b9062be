//! One attempt: the request is sent and the whole answer read, or not.

use std::time::Duration;

use http::header::LOCATION;
use octocom_api::{
    Answer, BaseUrl, ErrorKind, Failure, Idempotency, MAX_ERROR_BODY_BYTES, Operation,
};
use serde::Deserialize;

use crate::transport::SendingBody;
use crate::transport::body::{Body, Refused};

/// Longest time for the body of a failure: its status has said what matters.
const ERROR_BODY_TIME: Duration = Duration::from_secs(2);

/// The limits of an attempt, and the facts that its end is judged by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Attempt<'a> {
    pub(super) operation: &'static Operation,
    pub(super) idempotency: Idempotency,
    pub(super) base_url: &'a BaseUrl,
    pub(super) timeout: Duration,
    pub(super) max_body_bytes: usize,
}

impl Attempt<'_> {
    /// Sends a request and reads the answer, all within the timeout.
    ///
    /// The body is read here and not by the caller, so that a connection that breaks in the middle
    /// of it is a failed attempt like any other. Reading stops at the limit: no more of a larger
    /// body is held in memory than was already on its way.
    pub(super) async fn send(
        self,
        http: &reqwest::Client,
        mut request: reqwest::Request,
    ) -> Result<Answer, Box<Failure>> {
        // reqwest's own timer covers everything from the connection to the end of the body.
        *request.timeout_mut() = Some(self.timeout);
        let sending = SendingBody::wrap(&mut request);
        let sent = http.execute(request).await;
        let mut response = sent.map_err(|error| match sending {
            Some(sending) if !sending.began() => self.unsent(error),
            _ => self.unanswered(error),
        })?;
        let (status, is_success) = (response.status(), response.status().is_success());
        let announced = response.content_length().unwrap_or(0);
        let mut headers = std::mem::take(response.headers_mut());
        let limit = match is_success {
            true => self.max_body_bytes,
            false => MAX_ERROR_BODY_BYTES,
        };
        let mut body = Body::new(&mut headers, limit);
        let mut refused = match is_success {
            true => body.announce(announced).err(),
            false => None,
        };
        let mut is_whole = false;
        let late = tokio::time::Instant::now() + ERROR_BODY_TIME;
        while refused.is_none() {
            let chunk = match is_success {
                true => response.chunk().await,
                false => match tokio::time::timeout_at(late, response.chunk()).await {
                    Ok(chunk) => chunk,
                    // The status stands, and the text is not worth waiting for.
                    Err(_) => break,
                },
            };
            match chunk {
                Ok(Some(chunk)) => refused = body.push(chunk).err(),
                Ok(None) => {
                    is_whole = true;
                    break;
                }
                Err(error) if is_success => return Err(self.unanswered(error)),
                // The status stands, whatever became of the text.
                Err(_) => break,
            }
        }
        let (body, ended) = body.finish();
        // A body that was cut off here, or on its way, is not broken.
        let refused = refused.or(ended.err().filter(|_| is_whole));
        let answer = Answer::new(self.operation, status, headers, body);
        if !is_success {
            return Err(self.unsuccessful(&answer, refused));
        }
        match refused {
            Some(refused) if self.needs_body(&refused) => {
                return Err(self.unreadable(&answer, refused));
            }
            _ => {}
        }
        match self.denial(&answer) {
            Some(failure) => Err(Box::new(failure)),
            None => Ok(answer),
        }
    }

    /// Returns the failure of an attempt whose body was not asked for: the connection was not made
    /// yet, and nothing was sent.
    fn unsent(&self, error: reqwest::Error) -> Box<Failure> {
        let mut failure = self.unanswered(error);
        if failure.kind == ErrorKind::Timeout {
            failure.may_have_been_processed = false;
            failure.retryable = true;
            failure.detail = Some("no connection in time".to_owned());
        }
        failure
    }

    fn unanswered(&self, error: reqwest::Error) -> Box<Failure> {
        Box::new(Failure::from_io(self.operation, error, self.idempotency))
    }

    /// Returns `true` if a success is worth nothing without its body. A write that the document
    /// promises no particular answer to is done, whatever the coding of the answer.
    fn needs_body(&self, refused: &Refused) -> bool {
        self.operation.success.is_some() || refused.is_size()
    }

    /// Returns the failure of a success whose body is too large or cannot be decompressed.
    fn unreadable(&self, answer: &Answer, refused: Refused) -> Box<Failure> {
        let kind = match refused.is_size() {
            true => ErrorKind::BodyTooLarge,
            false => ErrorKind::Decode,
        };
        let mut failure = Failure::from_answer(answer, kind);
        failure.json_path = (kind == ErrorKind::Decode).then(|| ".".to_owned());
        // A body that was damaged on its way may be whole the next time, like one that is not JSON.
        failure.retryable =
            matches!(refused, Refused::Broken(_)) && self.idempotency != Idempotency::Unsafe;
        failure.detail = Some(refused.to_string());
        Box::new(failure)
    }

    /// Returns the failure of a response whose status is not a success.
    fn unsuccessful(&self, answer: &Answer, refused: Option<Refused>) -> Box<Failure> {
        let mut failure = Failure::from_status(answer, self.idempotency);
        // The status says what matters; a body that cannot be read would have said more.
        let refused = refused.filter(|refused| !refused.is_size());
        failure.detail = refused.map(|refused| refused.to_string());
        if failure.kind == ErrorKind::Redirect {
            let location = answer.headers.get(LOCATION);
            let location = location.and_then(|location| location.to_str().ok());
            let target = location.and_then(|location| self.base_url.url().join(location).ok());
            let target = target.map(|target| target.origin().ascii_serialization());
            let detail = target.map(|origin| format!("redirects to {origin} are not followed"));
            failure.detail = detail.or(failure.detail);
        }
        Box::new(failure)
    }

    /// Returns the failure of an answer with a status of success that is none: a body that is cut
    /// off or not JSON where the document promises JSON, or one that says that nothing was done.
    fn denial(&self, answer: &Answer) -> Option<Failure> {
        if self.operation.success.is_some() && !looks_like_json(&answer.body) {
            let mut failure = Failure::from_answer(answer, ErrorKind::Decode);
            failure.retryable = self.idempotency != Idempotency::Unsafe;
            failure.json_path = Some(".".to_owned());
            failure.detail = Some("the body does not begin and end like JSON".to_owned());
            return Some(failure);
        }
        if self.operation.page_size.is_some() || !says_no(&answer.body) {
            return None;
        }
        let mut failure = Failure::from_answer(answer, ErrorKind::Rejected);
        failure.detail = Some("the response says `success: false`".to_owned());
        // This attempt has done nothing; an earlier one may have.
        failure.may_have_been_processed = false;
        Some(failure)
    }
}

/// Returns `true` if a body may be whole JSON: an object or a list from its first to its last byte.
fn looks_like_json(body: &[u8]) -> bool {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    matches!(body.trim_ascii(), [b'{', .., b'}'] | [b'[', .., b']'])
}

/// Returns `true` if a body says `success: false`.
fn says_no(body: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Acknowledgement {
        success: Option<bool>,
    }
    // Serde would read an array as the members in their order.
    let is_object = body.trim_ascii_start().starts_with(b"{");
    is_object
        && serde_json::from_slice::<Acknowledgement>(body)
            .is_ok_and(|answer| answer.success == Some(false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_begins_and_ends_with_its_brackets() {
        for body in ["{}", " [1]\r\n", "\u{feff}{\"a\": 1}", "{broken}"] {
            assert!(looks_like_json(body.as_bytes()), "{body}");
        }
        for body in [
            "",
            " ",
            "{",
            "<html>",
            "{\"a\": 1",
            "[1}",
            "{} garbage",
            "7",
        ] {
            assert!(!looks_like_json(body.as_bytes()), "{body}");
        }
    }

    #[test]
    fn a_denial_is_read_off_an_object() {
        assert!(says_no(br#" {"success": false, "message": "no"}"#));
        for body in [
            "{}",
            "[false]",
            r#"{"success": true}"#,
            r#"{"success": null}"#,
        ] {
            assert!(!says_no(body.as_bytes()), "{body}");
        }
    }
}
