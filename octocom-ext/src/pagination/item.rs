//! A listed record, with the text that it came in.

use std::fmt;
use std::ops::Deref;

/// A record of a listing: its value, and the original text.
///
/// It dereferences to the value.
#[derive(Clone)]
pub struct Item<T> {
    value: T,
    raw: Box<str>,
}

impl<T> Item<T> {
    pub(crate) fn new(value: T, raw: Box<str>) -> Self {
        Self { value, raw }
    }

    /// The record's JSON as the server sent it, to the byte: with fields that this version of the
    /// client does not know, and on several lines if the server sent several.
    #[must_use]
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// The value alone.
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

impl<T: fmt::Debug> fmt::Debug for Item<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}
