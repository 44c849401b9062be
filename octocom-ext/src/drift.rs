//! Drift seen at run time: what the server sends and the document does not foresee.
//!
//! Neither an unknown value nor an unknown field makes an answer fail. A program that wants to know
//! when a newer version of this crate is due passes a callback
//! ([`on_drift`](crate::ClientBuilder::on_drift)); without one nothing is looked for.

use std::fmt;
use std::sync::Arc;

use octocom_api::{OnUnknown, Operation, UnknownValue};

/// Something that the document does not foresee, in an answer that was delivered all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DriftEvent {
    /// The operation that answered.
    pub operation: &'static Operation,
    /// The observation.
    pub drift: Drift,
}

/// An observation of drift.
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

/// The callback for drift.
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

    /// Returns the callback as answers take it, which tell of unknown values.
    pub(crate) fn on_unknown(&self) -> OnUnknown {
        let this = self.clone();
        Arc::new(move |operation, unknown| {
            let UnknownValue {
                type_name, value, ..
            } = unknown;
            this.tell(operation, Drift::UnknownValue { type_name, value });
        })
    }

    /// Tells of a record that could not be decoded.
    pub(crate) fn undecodable(&self, operation: &'static Operation, json_path: String) {
        self.tell(operation, Drift::UndecodableItem { json_path });
    }
}
