//! A request that has passed the document's checks.

use std::net::IpAddr;

use octocom_api::Operation;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::page::Page;
use crate::reply::Refusal;
use crate::timestamp::Timestamp;

/// What a handler gets to see.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) operation: &'static Operation,
    /// Path and query parameters, each as its type.
    pub(crate) parameters: Map<String, Value>,
    /// The body; null where the operation has none.
    pub(crate) body: Value,
    /// Address of the client.
    pub(crate) peer: IpAddr,
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
        let invalid = |_| Refusal::invalid(format!("parameter `{name}` is no UUID"));
        Uuid::parse_str(self.required(name)?).map_err(invalid)
    }

    /// The period that `startDate` and `endDate` leave, both included.
    pub(crate) fn period(&self) -> Result<(Option<Timestamp>, Option<Timestamp>), Refusal> {
        let read = |name: &str, parse: fn(&str) -> Option<Timestamp>| match self.text(name) {
            None => Ok(None),
            Some(text) => {
                let invalid = || Refusal::invalid(format!("parameter `{name}` is no date-time"));
                parse(text).ok_or_else(invalid).map(Some)
            }
        };
        Ok((
            read("startDate", Timestamp::at_or_after)?,
            read("endDate", Timestamp::at_or_before)?,
        ))
    }

    /// The page asked for, of the size that the operation has.
    pub(crate) fn page(&self) -> Page {
        // What is too large for an integer lies past the end of every list.
        let whole = |value: &Value| value.as_u64().or(value.as_f64().map(|_| u64::MAX));
        let number = |name: &str| self.parameters.get(name).and_then(whole);
        let size = self
            .operation
            .page_size
            .map_or(u64::MAX, |size| size.default.into());
        Page {
            number: number("page").unwrap_or(1),
            limit: number("limit").unwrap_or(size),
        }
    }

    /// The body as a type.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        let invalid = |error| Refusal::invalid(format!("body: {error}"));
        T::deserialize(&self.body).map_err(invalid)
    }
}
