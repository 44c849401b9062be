//! Drift seen at run time: what the server sends and the document does not foresee.
//!
//! Neither an unknown value nor an unknown field makes an answer fail. A program that wants to know
//! when a newer version of this crate is due passes a callback
//! ([`on_drift`](crate::ClientBuilder::on_drift)); without one nothing is looked for.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use octocom_api::{Operation, UnknownValue, unknown_values};
use serde::de::DeserializeOwned;

use crate::client::Client;
use crate::error::Error;
use crate::pagination::{Decoded, Item, JsonError};

/// Something that the document does not foresee, in an answer that was delivered all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DriftEvent {
    /// The operation that answered.
    pub operation: &'static Operation,
    /// What was seen.
    pub drift: Drift,
}

/// What was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Drift {
    /// A value that an enum of the document does not list. It was kept as `Unknown`.
    UnknownValue {
        /// Name of the enum in [`types`](crate::types).
        type_name: &'static str,
        /// The value, at most its first 100 characters.
        value: String,
    },
    /// A record of a listing that could not be decoded. It was delivered as an error of its own.
    UndecodableItem {
        /// The place in the record.
        json_path: String,
    },
}

/// Who is told.
#[derive(Clone)]
pub(crate) struct DriftCallback(pub(crate) Arc<dyn Fn(&DriftEvent) + Send + Sync>);

impl fmt::Debug for DriftCallback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DriftCallback")
    }
}

impl DriftCallback {
    fn tell(&self, operation: &'static Operation, drift: Drift) {
        (self.0)(&DriftEvent { operation, drift });
    }

    /// Tells of a record that could not be decoded.
    pub(crate) fn undecodable(&self, operation: &'static Operation, json_path: String) {
        self.tell(operation, Drift::UndecodableItem { json_path });
    }
}

/// Decodes something of an answer, and tells what it has of unknown values if anyone wants to know.
pub(crate) fn watch<T, E>(
    client: &Client,
    operation: Option<&'static Operation>,
    decode: impl FnOnce() -> Result<T, E>,
) -> Result<T, E> {
    let (Some(callback), Some(operation)) = (client.drift(), operation) else {
        return decode();
    };
    let (result, unknown) = unknown_values(decode);
    if result.is_ok() {
        for UnknownValue {
            type_name, value, ..
        } in unknown
        {
            callback.tell(operation, Drift::UnknownValue { type_name, value });
        }
    }
    result
}

/// Looks through an answer that was decoded without looking: decoding it once more is the price of a
/// callback.
pub(crate) fn look_again<T: DeserializeOwned>(
    client: &Client,
    operation: Option<&'static Operation>,
    body: impl FnOnce() -> Option<Bytes>,
) {
    if client.drift().is_some()
        && let Some(body) = body()
    {
        let _ = watch(client, operation, || serde_json::from_slice::<T>(&body));
    }
}

/// A record as it is delivered: with its text, or as the error that `fail` makes of its text.
pub(crate) fn item<T: DeserializeOwned>(
    client: &Client,
    operation: Option<&'static Operation>,
    raw: Box<str>,
    decoded: Decoded<T>,
    fail: impl FnOnce(&str, JsonError) -> Error,
) -> Result<Item<T>, Error> {
    match decoded {
        Ok(value) => {
            let body = || Some(Bytes::copy_from_slice(raw.as_bytes()));
            look_again::<T>(client, operation, body);
            Ok(Item::new(value, raw))
        }
        Err(error) => {
            if let (Some(callback), Some(operation)) = (client.drift(), operation) {
                callback.undecodable(operation, error.path().to_string());
            }
            Err(fail(&raw, error))
        }
    }
}
