//! Successful responses.

use std::fmt;
use std::ops::Deref;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::answer::Answer;
use crate::error::{Error, ErrorKind, Failure};
use crate::page::{Envelope, FromBody};
use crate::record::Record;

/// A successful response: its value, its original JSON, status, headers and attempts.
///
/// It dereferences to the value; [`into_value`](Self::into_value) moves it out. It serializes as
/// the original JSON, so that `null` and unknown fields are kept.
#[derive(Clone)]
pub struct Response<T> {
    value: T,
    json: Bytes,
    answer: Answer,
}

impl<T: FromBody> Response<T> {
    /// Decodes an answer. Used by generated code.
    #[doc(hidden)]
    pub async fn from_response(answer: Answer) -> Result<Self, Error> {
        Self::read(answer)
    }

    /// Decodes an answer into a `T`.
    ///
    /// # Errors
    ///
    /// [`is_decode`](Error::is_decode) if the body is not a `T`. A write may have been processed.
    pub fn read(answer: Answer) -> Result<Self, Error> {
        let json = answer.body.clone();
        match answer.watch(|| T::from_body(&json)) {
            Ok(value) => Ok(Self {
                value,
                json,
                answer: answer.without_body(),
            }),
            Err(error) => {
                let start = &Failure::from_answer(&answer, ErrorKind::Decode).body;
                Err(Error::undecodable(&answer, start, error))
            }
        }
    }
}

impl<T: DeserializeOwned> Response<Record<T>> {
    /// Decodes the record.
    ///
    /// # Errors
    ///
    /// [`is_decode`](Error::is_decode) if the record has another form; the error's [body](Error::body) is its
    /// JSON. A write may have been processed.
    pub fn parse(self) -> Result<Response<T>, Error> {
        let Self { value, answer, .. } = self;
        parse(value, answer)
    }
}

impl<T: DeserializeOwned> Response<Envelope<T>> {
    /// Decodes the record in the envelope.
    ///
    /// # Errors
    ///
    /// [`is_decode`](Error::is_decode) if the record has another form; the error's [body](Error::body) is its
    /// JSON. A write may have been processed.
    pub fn parse(self) -> Result<Response<T>, Error> {
        let Self { value, answer, .. } = self;
        parse(value.data, answer)
    }
}

fn parse<T: DeserializeOwned>(record: Record<T>, answer: Answer) -> Result<Response<T>, Error> {
    Ok(Response {
        value: answer.decode(&record)?,
        json: record.json().clone(),
        answer,
    })
}

impl<T> Response<T> {
    /// Returns a response with a value that was already made from the answer.
    #[must_use]
    pub fn new(value: T, answer: Answer) -> Self {
        Self {
            value,
            json: answer.body.clone(),
            answer: answer.without_body(),
        }
    }

    /// Returns the value.
    #[must_use]
    pub fn value(&self) -> &T {
        &self.value
    }

    /// Returns the value and drops the rest.
    #[doc(alias = "into_inner")]
    #[must_use]
    pub fn into_value(self) -> T {
        self.value
    }

    /// Converts the value and keeps the rest.
    #[must_use]
    pub fn map<U>(self, map: impl FnOnce(T) -> U) -> Response<U> {
        Response {
            value: map(self.value),
            json: self.json,
            answer: self.answer,
        }
    }

    /// Returns the original JSON of the value or, for a page, of the whole page.
    #[must_use]
    pub fn json(&self) -> &Bytes {
        &self.json
    }

    /// Returns the original JSON as text; bytes that are not UTF-8 become U+FFFD.
    #[must_use]
    pub fn raw(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.json)
    }

    /// Returns the answer without its body.
    #[must_use]
    pub fn answer(&self) -> &Answer {
        &self.answer
    }

    /// Returns the status as the server sent it.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.answer.status
    }

    /// Returns the headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.answer.headers
    }

    /// Returns the server's id of the request.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.answer.request_id()
    }

    /// Returns the number of attempts, including the first.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.answer.attempts
    }

    /// Returns the total time of the call, including waits.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.answer.elapsed
    }
}

impl<T> Deref for Response<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// Compares the values.
impl<T: PartialEq> PartialEq for Response<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T> Serialize for Response<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let json: &RawValue = match self.json.is_empty() {
            true => RawValue::NULL,
            false => serde_json::from_slice(&self.json).map_err(serde::ser::Error::custom)?,
        };
        json.serialize(serializer)
    }
}

/// Shows the value, but no headers.
impl<T: fmt::Debug> fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("value", &self.value)
            .field("status", &self.answer.status)
            .field("attempts", &self.answer.attempts)
            .field("elapsed", &self.answer.elapsed)
            .finish_non_exhaustive()
    }
}
