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
mod restore;
mod timeline;
mod version;
mod versioned;

pub use author::Author;
pub use deleted::{DeletedItem, DeletedItems};
pub use diff::FieldChange;
pub use restore::RestorePoint;
pub use timeline::History;
pub use version::{Version, VersionId};
pub(crate) use versioned::versioned;
