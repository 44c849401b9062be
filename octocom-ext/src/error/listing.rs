//! Errors of listings: of a page, of a record, of a sequence of pages.

use std::error::Error as StdError;

use bytes::Bytes;
use octocom_api::Operation;

use super::body::capped;
use super::{DecodeFailure, Error, ErrorKind};
use crate::pagination::{Checkpoint, Fault, JsonError};

impl Error {
    /// Where to go on from after a listing failed; `None` for every other error.
    #[must_use]
    pub fn checkpoint(&self) -> Option<&Checkpoint> {
        self.0.checkpoint.as_deref()
    }

    /// Whether one record of a listing is at fault, and the listing goes on.
    ///
    /// # Troubleshooting
    ///
    /// [`body`](Self::body) has the record's JSON and [`json_path`](Self::json_path) the place in
    /// it. A newer version of this crate may know the new form.
    #[must_use]
    pub fn is_item(&self) -> bool {
        self.0.is_item
    }

    /// One record is not what the document says.
    #[cold]
    pub(crate) fn item(operation: &'static Operation, raw: &str, error: JsonError) -> Self {
        let mut this = Self::page(operation, Bytes::new(), error).for_item();
        // Whole, however long: it is all that is left of the record.
        this.0.body = Bytes::copy_from_slice(raw.as_bytes());
        this
    }

    /// A page is not what the document says.
    #[cold]
    pub(crate) fn page(operation: &'static Operation, body: Bytes, error: JsonError) -> Self {
        let mut this = Self::listing(ErrorKind::Decode, operation, "");
        this.0.detail = None;
        this.0.json_path = Some(error.path().to_string());
        this.0.body = capped(&body);
        this.with_source(DecodeFailure::new(error.inner()))
    }

    /// A sequence of pages makes no sense.
    #[cold]
    pub(crate) fn fault(operation: &'static Operation, fault: Fault) -> Self {
        let kind = match fault {
            Fault::Stalled { .. } => ErrorKind::Stalled,
            Fault::Unstable { .. } => ErrorKind::Unstable,
            Fault::OutOfOrder { .. } | Fault::Undated { .. } => ErrorKind::OutOfOrder,
        };
        Self::listing(kind, operation, fault.to_string())
    }

    /// A failure of a listing's own machinery.
    #[cold]
    pub(crate) fn interrupted(detail: &str) -> Self {
        Self::plain(ErrorKind::Interrupted, detail.to_owned())
    }

    /// A listing cannot go on.
    #[cold]
    pub(crate) fn listing(
        kind: ErrorKind,
        operation: &'static Operation,
        detail: impl Into<String>,
    ) -> Self {
        let mut this = Self::plain(kind, detail.into());
        this.0.operation = Some(operation);
        this.0.of_listing = true;
        this
    }

    /// The same error about one record.
    pub(crate) fn for_item(mut self) -> Self {
        self.0.is_item = true;
        self
    }

    pub(crate) fn with_checkpoint(mut self, checkpoint: Checkpoint) -> Self {
        self.0.checkpoint = Some(Box::new(checkpoint));
        self
    }

    pub(crate) fn with_source(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.0.source = Some(Box::new(source));
        self
    }
}
