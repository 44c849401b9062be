//! A listed record, with its original JSON.

use std::fmt;
use std::ops::Deref;

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

/// A record of a list: its value, and its original JSON.
///
/// It dereferences to the value. Serialized, it is the original JSON, so that `null` and unknown
/// fields are kept.
#[derive(Clone)]
pub struct Item<T> {
    value: T,
    json: Box<str>,
}

impl<T> Item<T> {
    /// Copies the text: it would keep the whole page in memory.
    pub(crate) fn new(value: T, json: &str) -> Self {
        Self {
            value,
            json: json.into(),
        }
    }

    /// Returns the record's JSON as the server sent it, to the byte: with fields that this version
    /// of the client does not know, and on several lines if the server sent several.
    #[must_use]
    pub fn raw(&self) -> &str {
        &self.json
    }

    /// Returns the value.
    #[must_use]
    pub fn value(&self) -> &T {
        &self.value
    }

    /// Returns the value and drops the JSON.
    #[must_use]
    pub fn into_value(self) -> T {
        self.value
    }
}

impl<T> Deref for Item<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// Two items are equal when their values are.
impl<T: PartialEq> PartialEq for Item<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T> Serialize for Item<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let json: &RawValue =
            serde_json::from_str(&self.json).map_err(serde::ser::Error::custom)?;
        json.serialize(serializer)
    }
}

impl<T: fmt::Debug> fmt::Debug for Item<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}
