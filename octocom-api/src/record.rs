//! Records: JSON that is decoded when it is used.

use std::fmt;
use std::marker::PhantomData;
use std::str::Utf8Error;

use bytes::Bytes;
use serde::de::DeserializeOwned;

use crate::decode::{DecodeError, decode_text};

/// A record of a response: its JSON, which is decoded into a `T` when it is used.
///
/// It is a slice of the response body, which stays in memory as long as one of its records does.
///
/// ```no_run
/// # async fn example(client: octocom_api::Client) -> Result<(), octocom_api::Error> {
/// for user in &client.list_users(None).await?.data {
///     println!("{}", user.parse()?.full_name);
/// }
/// # Ok(())
/// # }
/// ```
pub struct Record<T> {
    json: Bytes,
    value_type: PhantomData<fn() -> T>,
}

impl<T> Record<T> {
    /// Returns a record with this text.
    #[must_use]
    pub fn new(json: Bytes) -> Self {
        Self {
            json,
            value_type: PhantomData,
        }
    }

    /// Returns the original JSON.
    #[must_use]
    pub fn json(&self) -> &Bytes {
        &self.json
    }

    /// Returns the original JSON as text.
    ///
    /// # Errors
    ///
    /// [`Utf8Error`] if the JSON is not UTF-8.
    pub fn text(&self) -> Result<&str, Utf8Error> {
        std::str::from_utf8(&self.json)
    }

    /// Returns the same record, to be decoded into another type.
    #[must_use]
    pub fn cast<U>(self) -> Record<U> {
        Record::new(self.json)
    }
}

impl<T: DeserializeOwned> Record<T> {
    /// Decodes the record.
    ///
    /// # Errors
    ///
    /// [`DecodeError`] with the path, if the record has another form or is not UTF-8.
    pub fn parse(&self) -> Result<T, DecodeError> {
        // Checked as a whole, because serde_json does not look at members that the type lacks.
        let text = self.text().map_err(|error| {
            let reason = format!("byte {} is not UTF-8", error.valid_up_to() + 1);
            DecodeError::at_top_level(reason)
        })?;
        decode_text(text)
    }
}

impl<T> Clone for Record<T> {
    fn clone(&self) -> Self {
        Self::new(self.json.clone())
    }
}

/// Compares the JSON.
impl<T> PartialEq for Record<T> {
    fn eq(&self, other: &Self) -> bool {
        self.json == other.json
    }
}

impl<T> Eq for Record<T> {}

/// Shows the length of the JSON, which may be private.
impl<T> fmt::Debug for Record<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("bytes", &self.json.len())
            .finish_non_exhaustive()
    }
}
