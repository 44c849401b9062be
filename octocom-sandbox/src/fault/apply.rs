//! Faults put into answers.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use futures_util::{StreamExt, stream};
use serde_json::{Map, Value, json};

use super::FaultKind;
use crate::compression;
use crate::connection::ConnectionHandle;
use crate::stopped::Stopped;

/// Pieces in which a slow body arrives.
const PIECES: usize = 10;
/// A channel that no document knows.
const UNKNOWN_CHANNEL: &str = "carrier-pigeon";

/// An answer that is not sent yet.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Prepared {
    pub(crate) status: StatusCode,
    pub(crate) body: Value,
    /// Value of the header of the same name, in seconds.
    pub(crate) retry_after: Option<Duration>,
    /// `true` if the body is sent compressed.
    pub(crate) gzip: bool,
}

impl Prepared {
    /// An error in place of this answer, compressed as it would be.
    fn error(&self, status: u16, error: &str) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self {
            status,
            body: json!({ "error": error }),
            retry_after: None,
            gzip: self.gzip,
        }
    }

    /// The answer as a response.
    pub(crate) fn response(&self) -> Response {
        self.with_content(Body::from(self.content(self.body.to_string())))
    }

    /// A text as it is sent.
    fn content(&self, text: String) -> Bytes {
        match self.gzip {
            true => compression::gzip(text.as_bytes()),
            false => text.into(),
        }
    }

    /// The response with a body that is encoded already.
    fn with_content(&self, content: Body) -> Response {
        let mut response = Response::new(content);
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        );
        if let Some(delay) = self.retry_after {
            // Whole seconds, rounded up so that a client that waits them has waited enough; a
            // delay below a second stays 0 for clients under test.
            let seconds = match delay.as_secs() {
                0 => 0,
                seconds => seconds + u64::from(delay.subsec_nanos() > 0),
            };
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.gzip {
            let gzip = HeaderValue::from_static("gzip");
            headers.insert(header::CONTENT_ENCODING, gzip);
        }
        response
    }
}

/// The response with the fault in it. Faults of the connection and [`FaultKind::RepeatedPage`] are
/// not about the response alone and leave it as it is; a latency is for the caller to wait.
pub(crate) fn distort(
    mut answer: Prepared,
    kind: Option<&FaultKind>,
    peer: &ConnectionHandle,
    stopped: &Stopped,
) -> Response {
    match kind {
        Some(FaultKind::Status(status)) => answer.error(*status, "Injected fault").response(),
        Some(FaultKind::RateLimit(delay)) => {
            let limited = answer.error(429, "Rate limit exceeded");
            Prepared {
                retry_after: Some(*delay),
                ..limited
            }
            .response()
        }
        Some(FaultKind::Html(status)) => html(&answer.error(*status, "")),
        Some(FaultKind::Truncated) => {
            let cut = peer.clone();
            halved(&answer, async move {
                cut.reset_once_sent().await;
                Err(std::io::ErrorKind::ConnectionReset.into())
            })
        }
        Some(FaultKind::Stall) => {
            let stopped = stopped.clone();
            halved(&answer, async move {
                stopped.reached().await;
                Err(std::io::ErrorKind::ConnectionAborted.into())
            })
        }
        Some(FaultKind::HalfJson) => with_text(&answer, |text| half(text).to_owned()),
        Some(FaultKind::EmptyBody) => with_text(&answer, |_| String::new()),
        Some(FaultKind::SlowBody(time)) => slow(&answer, *time),
        Some(FaultKind::MalformedItem) => {
            if let Some(item) = first_item(&mut answer.body) {
                item.insert("id".to_owned(), json!({ "malformed": true }));
            }
            answer.response()
        }
        Some(FaultKind::UnknownEnum) => {
            if let Some(item) = first_item(&mut answer.body) {
                rename_channel(item);
            }
            answer.response()
        }
        Some(FaultKind::ExtraField) => {
            add_field(&mut answer.body);
            answer.response()
        }
        Some(
            FaultKind::Latency(_)
            | FaultKind::Reset
            | FaultKind::Close
            | FaultKind::Hang
            | FaultKind::CloseAfter
            | FaultKind::Throttle(_)
            | FaultKind::RepeatedPage,
        )
        | None => answer.response(),
    }
}

fn html(answer: &Prepared) -> Response {
    let page = "<!DOCTYPE html><html><head><title>Bad gateway</title></head><body></body></html>";
    let mut response = with_text(answer, |_| page.to_owned());
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html"));
    response
}

/// Promises the whole body and sends half of it; `end` is waited for, and fails.
fn halved(
    answer: &Prepared,
    end: impl Future<Output = Result<Bytes, std::io::Error>> + Send + 'static,
) -> Response {
    let whole = answer.content(answer.body.to_string());
    let first = whole.slice(..whole.len() / 2);
    let body = stream::once(async { Ok(first) }).chain(stream::once(end));
    let mut response = answer.with_content(Body::from_stream(body));
    response
        .headers_mut()
        .insert(header::CONTENT_LENGTH, HeaderValue::from(whole.len()));
    response
}

/// The first half of a text, up to a whole character.
fn half(text: &str) -> &str {
    let middle = (0..=text.len() / 2).rev();
    let middle = middle.into_iter().find(|&at| text.is_char_boundary(at));
    &text[..middle.unwrap_or(0)]
}

/// The answer with another text as its body, as if that were all.
fn with_text(answer: &Prepared, change: impl FnOnce(&str) -> String) -> Response {
    let text = change(&answer.body.to_string());
    answer.with_content(Body::from(answer.content(text)))
}

fn slow(answer: &Prepared, time: Duration) -> Response {
    let whole = answer.content(answer.body.to_string());
    let size = whole.len().div_ceil(PIECES).max(1);
    let pause = time / u32::try_from(PIECES).unwrap_or(1);
    let pieces = stream::unfold(whole, move |mut rest| async move {
        if rest.is_empty() {
            return None;
        }
        tokio::time::sleep(pause).await;
        let piece = rest.split_to(size.min(rest.len()));
        Some((Ok::<_, std::convert::Infallible>(piece), rest))
    });
    answer.with_content(Body::from_stream(pieces))
}

/// The first item of a list, or the only thing that the body is about.
fn first_item(body: &mut Value) -> Option<&mut Map<String, Value>> {
    match body.get_mut("data")? {
        Value::Array(items) => items.first_mut()?.as_object_mut(),
        data => data.as_object_mut(),
    }
}

fn rename_channel(item: &mut Map<String, Value>) {
    for name in ["latestChannel", "initialChannel"] {
        if let Some(channel) = item.get_mut(name) {
            *channel = json!(UNKNOWN_CHANNEL);
        }
    }
    if let Some(Value::Array(messages)) = item.get_mut("messages") {
        for message in messages.iter_mut().filter_map(Value::as_object_mut) {
            message.insert("channel".to_owned(), json!(UNKNOWN_CHANNEL));
        }
    }
}

fn add_field(body: &mut Value) {
    let mut add = |fields: &mut Map<String, Value>| {
        fields.insert("addedLater".to_owned(), json!({ "by": "sandbox" }));
    };
    if let Some(Value::Array(items)) = body.get_mut("data") {
        items
            .iter_mut()
            .filter_map(Value::as_object_mut)
            .for_each(&mut add);
    } else if let Some(Value::Object(data)) = body.get_mut("data") {
        add(data);
    }
    if let Value::Object(body) = body {
        add(body);
    }
}
