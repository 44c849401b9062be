//! Pages and envelopes: responses that contain records.
//!
//! A record is kept as text until its value is requested ([`Record`]), so a record that cannot be
//! decoded does not lose its page.

use bytes::Bytes;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::decode::{DecodeError, decode, trimmed};
use crate::record::Record;
use crate::split;

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Page<T> {
    /// The records, in the server's order.
    pub data: Vec<Record<T>>,
    /// Position of the page in the list.
    pub pagination: Pagination,
}

/// A record under `data`, as the API returns it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Envelope<T> {
    /// The record.
    pub data: Record<T>,
}

/// The position of a page in its list.
///
/// Only `hasMore` is required: a page number or limit that is missing or not a whole number is
/// `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Pagination {
    /// `true` if there are more pages.
    pub has_more: bool,
    /// Page number, counted from 1.
    #[serde(default, deserialize_with = "whole_number")]
    pub page: Option<u64>,
    /// Page size of the server.
    #[serde(default, deserialize_with = "whole_number")]
    pub limit: Option<u64>,
}

impl Pagination {
    /// Returns a pagination with only this known.
    #[must_use]
    pub fn new(has_more: bool) -> Self {
        Self {
            has_more,
            page: None,
            limit: None,
        }
    }
}

/// Reads `1` and `1.0`, and anything else as `None`.
fn whole_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    let from_float = || {
        let number = value.as_f64()?;
        let is_whole = number.fract() == 0.0 && (0.0..MAX_EXACT).contains(&number);
        is_whole.then_some(number as u64)
    };
    Ok(value.as_u64().or_else(from_float))
}

/// From here on floating point cannot tell a whole number from the next one.
const MAX_EXACT: f64 = 9_007_199_254_740_992.0;

/// A type that can be read from a body. Implemented for everything that serde decodes, and for
/// forms with [`Record`]s.
pub trait FromBody: Sized {
    /// Reads a body.
    ///
    /// # Errors
    ///
    /// [`DecodeError`] if the body has another form.
    fn from_body(body: &Bytes) -> Result<Self, DecodeError>;
}

impl<T: DeserializeOwned> FromBody for T {
    fn from_body(body: &Bytes) -> Result<Self, DecodeError> {
        decode(trimmed(body))
    }
}

impl<T> FromBody for Page<T> {
    fn from_body(body: &Bytes) -> Result<Self, DecodeError> {
        let json = body.slice_ref(trimmed(body));
        let (data, pagination) = split::page(&json).ok_or_else(|| no_page(&json))?;
        let data = data.into_iter().map(Record::new).collect();
        Ok(Self { data, pagination })
    }
}

impl<T> FromBody for Envelope<T> {
    fn from_body(body: &Bytes) -> Result<Self, DecodeError> {
        let json = body.slice_ref(trimmed(body));
        let data = strict_envelope(&json).or_else(|error| split::envelope(&json).ok_or(error))?;
        Ok(Self {
            data: Record::new(data),
        })
    }
}

/// No body is `null`.
impl<T> FromBody for Record<T> {
    fn from_body(body: &Bytes) -> Result<Self, DecodeError> {
        let json = trimmed(body);
        Ok(Self::new(match json.is_empty() {
            true => Bytes::from_static(b"null"),
            false => body.slice_ref(json),
        }))
    }
}

/// Reads an envelope of valid JSON, and returns the text of its record.
fn strict_envelope(json: &Bytes) -> Result<Bytes, DecodeError> {
    #[derive(Deserialize)]
    struct Borrowed<'a> {
        #[serde(borrow)]
        data: &'a RawValue,
    }
    #[derive(Deserialize)]
    struct Shape {
        #[serde(rename = "data")]
        _data: IgnoredAny,
    }
    // Serde would take the first element of an array for the record.
    if !json.starts_with(b"{") {
        return Err(DecodeError::at_top_level("expected an object"));
    }
    match serde_json::from_slice::<Borrowed<'_>>(json) {
        Ok(Borrowed { data }) => Ok(json.slice_ref(data.get().as_bytes())),
        Err(error) => Err(located::<Shape>(json, &error)),
    }
}

/// Returns the reason why a body is not a page.
#[cold]
fn no_page(json: &[u8]) -> DecodeError {
    #[derive(Deserialize)]
    struct Shape {
        #[serde(rename = "data")]
        _data: Vec<IgnoredAny>,
        #[serde(rename = "pagination")]
        _pagination: Pagination,
    }
    match decode::<Shape>(json) {
        Ok(_) => DecodeError::at_top_level("expected `data` and `pagination`"),
        Err(located) => located,
    }
}

/// Returns an error with its place, which a second reading as a `T` finds.
#[cold]
fn located<T: DeserializeOwned>(json: &[u8], error: &serde_json::Error) -> DecodeError {
    match decode::<T>(json) {
        Ok(_) => DecodeError::new(".", error),
        Err(located) => located,
    }
}

#[cfg(test)]
mod tests;
