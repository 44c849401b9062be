//! Entry points of the fuzz targets in `fuzz/`; they are there with `--cfg fuzzing` only.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::checkpoint::Checkpoint;
use crate::history::{DeletedItems, History};
use crate::retry::retry_after;

/// The delay that an answer with these headers asks for. Invalid headers are omitted.
pub fn delay(status: u16, headers: &[(&str, &[u8])], now: SystemTime) -> Option<Duration> {
    let status = StatusCode::from_u16(status).ok()?;
    let header = |(name, value): &(&str, &[u8])| {
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        Some((name, HeaderValue::from_bytes(value).ok()?))
    };
    let headers: HeaderMap = headers.iter().filter_map(header).collect();
    retry_after(status, &headers, now)
}

/// Returns `true` if a list accepts a checkpoint.
pub fn accepts(checkpoint: &Checkpoint, server: &str, operation: &str, filters: &Value) -> bool {
    checkpoint.check(server, operation, filters).is_ok()
}

/// A text read as a history and as a list of what was deleted, where it is JSON.
pub fn history(text: &str) -> Option<(History, DeletedItems)> {
    let raw: Box<RawValue> = serde_json::from_str(text).ok()?;
    Some((
        History::read(raw.clone()),
        DeletedItems::read(raw, &["entityId", "workflowId", "id"]),
    ))
}
