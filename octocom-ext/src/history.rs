//! Version history of workflows, articles and bot rules: one reader for all three.
//!
//! The document leaves the answers open, so the original text is always kept and what can be read of
//! it is read. The [guide](crate::guide::history) says what is looked for and where; it and the
//! lists of names in these modules belong together.

mod author;
mod deleted;
mod diff;
mod fields;
mod listing;
mod moment;
mod timeline;
mod version;
mod versioned;

pub use author::Author;
pub use deleted::{DeletedItem, DeletedItems};
pub use diff::FieldChange;
pub use timeline::History;
pub use version::{Version, VersionId};
pub(crate) use versioned::versioned_resource;

use octocom_api::{Record, Response};
use serde::{Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::error::Error;
use crate::ids::Id;

/// Returns an answer that the document does not describe as it is: any JSON.
///
/// # Errors
///
/// [`Error`], when it is not JSON.
pub(crate) fn any_json(response: Response<Record<Value>>) -> Result<Box<RawValue>, Error> {
    let answer = response.answer().clone();
    Ok(answer.decode(&response.into_value().cast())?)
}

/// Serializes as the server's JSON, and compares by it.
macro_rules! raw_data {
    ($($type:ident),+) => {$(
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let raw: &RawValue =
                    serde_json::from_str(self.raw()).map_err(serde::ser::Error::custom)?;
                raw.serialize(serializer)
            }
        }

        impl PartialEq for $type {
            fn eq(&self, other: &Self) -> bool {
                self.raw() == other.raw()
            }
        }
    )+};
}

raw_data!(History, Version, DeletedItems, DeletedItem);

impl From<&DeletedItem> for Id {
    /// An item without an id that can be read makes the call fail before anything is sent.
    fn from(item: &DeletedItem) -> Self {
        item.id().map_or_else(|| Self::from(""), Self::from)
    }
}
