//! A request that has passed the document's checks.

use axum::body::Bytes;
use chrono::DateTime;
use octocom_api::Operation;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::behavior::Behavior;
use crate::page::Page;
use crate::reply::Refusal;

/// A request as handlers see it.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) operation: &'static Operation,
    /// Path and query parameters, each as its type.
    pub(crate) parameters: Map<String, Value>,
    /// The body; null where the operation has none.
    pub(crate) body: Value,
    /// The body as it was sent, for what JSON values do not keep.
    pub(crate) raw: Bytes,
    /// Behavior of lists where the document is silent.
    pub(crate) behavior: Behavior,
    /// Place in the order of arrival.
    pub(crate) ordinal: u64,
}

/// A period in microseconds since the Unix epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Period {
    pub(crate) start: Option<i64>,
    pub(crate) end: Option<i64>,
}

impl Period {
    /// Returns `true` if every date is in it.
    pub(crate) fn is_unbounded(self) -> bool {
        self.start.is_none() && self.end.is_none()
    }
}

impl Request {
    /// A text parameter.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).and_then(Value::as_str)
    }

    /// A text parameter that the document requires.
    pub(crate) fn required(&self, name: &str) -> Result<&str, Refusal> {
        let missing = || Refusal::invalid(format!("parameter `{name}` is required"));
        self.text(name).ok_or_else(missing)
    }

    /// A parameter that is true or false. The document has a text of `true` or `false` for it.
    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        self.text(name).map(|text| text == "true")
    }

    /// A UUID that the document requires.
    pub(crate) fn uuid(&self, name: &str) -> Result<Uuid, Refusal> {
        let invalid = |_| Refusal::invalid(format!("parameter `{name}` is not a UUID"));
        Uuid::parse_str(self.required(name)?).map_err(invalid)
    }

    /// The period between `startDate` and `endDate`.
    pub(crate) fn period(&self) -> Result<Period, Refusal> {
        let read = |name: &str, round: fn(i64, bool) -> i64| match self.text(name) {
            None => Ok(None),
            Some(text) => {
                let invalid = || Refusal::invalid(format!("parameter `{name}` is not a date-time"));
                micros(text, round).ok_or_else(invalid).map(Some)
            }
        };
        Ok(Period {
            start: read("startDate", |micros, spills| micros + i64::from(spills))?,
            end: read("endDate", |micros, _| micros)?,
        })
    }

    /// The page asked for, of the size that the operation has.
    pub(crate) fn page(&self) -> Page {
        let number = |name: &str| self.parameters.get(name).cloned();
        let size = self.operation.page_size;
        let size = size.map_or(u64::MAX, |size| size.default.into());
        Page {
            number: number("page").unwrap_or_else(|| 1.into()),
            limit: number("limit")
                .and_then(|limit| limit.as_u64())
                .unwrap_or(size),
            past_the_end: self.behavior.past_the_end,
        }
    }

    /// The body as a type.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        let invalid = |error| Refusal::invalid(format!("body: {error}"));
        T::deserialize(&self.body).map_err(invalid)
    }
}

/// An RFC 3339 text in microseconds; `round` is told whether it lies between two.
fn micros(text: &str, round: fn(i64, bool) -> i64) -> Option<i64> {
    let time = DateTime::parse_from_rfc3339(text).ok()?;
    let spills = time.timestamp_subsec_nanos() % 1_000 != 0;
    Some(round(time.timestamp_micros(), spills))
}
