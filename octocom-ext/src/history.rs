//! Version history of workflows, articles and bot rules: one reader for all three.
//!
//! The document leaves the answers open, so the original text is always kept and what can be read of
//! it is read. The [guide](crate::guide::history) says what is looked for and where; it and the
//! lists of names in these modules belong together.

mod answer;
mod author;
mod deleted;
mod diff;
mod timeline;
mod version;

use octocom_api::{Record, Response};
use serde::{Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

pub use author::Author;
pub use deleted::{DeletedItem, DeletedItems};
pub use diff::FieldChange;
pub use timeline::History;
pub use version::Version;

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

/// `history`, `restore`, `deleted` and `undelete` of a handle that belongs to a business.
///
/// A macro, because the methods should be the handle's own: those of a trait need an import and
/// promise less of their futures.
macro_rules! versioned_resource {
    (
        $handle:ident, $method:literal, $noun:literal, $own_id:literal;
        history: $versions_row:ident => $versions:ident;
        restore: $restore_row:ident => $restore:ident;
        deleted: $deleted_row:ident => $deleted:ident;
    ) => {
        impl $handle {
            #[doc = concat!("Returns the version history of the ", $noun, ", newest version first, even if it was deleted.")]
            ///
            #[doc = concat!("Calls `", stringify!($versions), "`, which is not paginated. The response is ")]
            /// not documented; the [guide](crate::guide::history) says how it is read.
            ///
            #[doc = $crate::history::versioned_resource!(@example $method,
                "let history = things.history(id).await?;\nif let Some(newest) = history.latest() {\n    println!(\"{:?} {:?}\", newest.at(), newest.author());\n}")]
            ///
            /// # Errors
            ///
            /// [`Error`](crate::Error) if the call fails; never because of the form of the response.
            #[doc(alias = "versions")]
            pub async fn history(
                &self,
                id: impl Into<$crate::ids::Id>,
            ) -> Result<$crate::history::History, $crate::error::Error> {
                let id = id.into().checked("id").map_err(|detail| {
                    $crate::error::Error::invalid_input(&octocom_api::operations::$versions_row, detail)
                })?;
                let api = self.owner.client().api();
                let answer = api.$versions(&id, self.owner.slug()).await?;
                Ok($crate::history::History::read($crate::history::any_json(answer)?))
            }

            #[doc = concat!("Restores a version of the ", $noun, ", even if it was deleted. The version is given ")]
            /// as a [`Version`](crate::Version), its id, a UUID or a text.
            ///
            #[doc = concat!("Calls `", stringify!($restore), "`. It is not retried after a failure with an ")]
            /// unknown outcome, because it could add a version twice. The response is not documented, so
            /// it is returned as JSON.
            ///
            #[doc = $crate::history::versioned_resource!(@example $method,
                "let history = things.history(id).await?;\nif let [_, previous, ..] = history.versions() {\n    things.restore(id, previous).await?;\n}")]
            ///
            /// # Errors
            ///
            /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest), before anything is
            /// sent, when the version's id is not a UUID.
            /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if it does not exist.
            pub async fn restore(
                &self,
                id: impl Into<$crate::ids::Id>,
                version: impl Into<$crate::ids::Id>,
            ) -> Result<octocom_api::Response<serde_json::Value>, $crate::error::Error> {
                let checked = || Ok((id.into().checked("id")?, version.into().checked("version id")?));
                let (id, version_id) = checked().map_err(|detail: String| {
                    $crate::error::Error::invalid_input(&octocom_api::operations::$restore_row, detail)
                })?;
                let business_slug = self.owner.slug().to_owned();
                let body = octocom_api::types::VersionRestore { business_slug, version_id };
                let api = self.owner.client().api();
                Ok(api.$restore(&id, &body).await?.parse()?)
            }

            #[doc = concat!("Returns the deleted ", $noun, "s of the business, which can be restored.")]
            ///
            #[doc = concat!("Calls `", stringify!($deleted), "`, which is not paginated. The response is ")]
            /// not documented; [`DeletedItem`](crate::DeletedItem) says how it is read.
            ///
            #[doc = $crate::history::versioned_resource!(@example $method,
                "for item in &things.deleted().await? {\n    println!(\"{:?} {:?}\", item.id(), item.title());\n}")]
            ///
            /// # Errors
            ///
            /// [`Error`](crate::Error) if the call fails; never because of the form of the response.
            #[doc(alias = "list_deleted")]
            pub async fn deleted(&self) -> Result<$crate::history::DeletedItems, $crate::error::Error> {
                let answer = self.owner.client().api().$deleted(self.owner.slug()).await?;
                Ok($crate::history::DeletedItems::read(
                    $crate::history::any_json(answer)?,
                    &["entityId", $own_id, "id"],
                ))
            }

            #[doc = concat!("Restores a deleted ", $noun, ", to its newest version with a snapshot, or if no ")]
            /// snapshot can be read, to its newest version.
            ///
            #[doc = concat!("Calls `", stringify!($versions), "` and then `", stringify!($restore), "`.")]
            ///
            #[doc = $crate::history::versioned_resource!(@example $method, "things.undelete(id).await?;")]
            ///
            /// # Errors
            ///
            /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest), without restoring anything,
            /// if the version has no readable id or the id is not a UUID; the error's
            /// [body](octocom_api::Error::body) is the history. Otherwise as for
            /// [`restore`](Self::restore).
            pub async fn undelete(
                &self,
                id: impl Into<$crate::ids::Id>,
            ) -> Result<octocom_api::Response<serde_json::Value>, $crate::error::Error> {
                let id = id.into();
                let history = self.history(id.clone()).await?;
                let version = history.to_undelete().map_err(|detail| {
                    let operation = &octocom_api::operations::$restore_row;
                    $crate::error::Error::invalid_input(operation, detail).with_body(bytes::Bytes::copy_from_slice(history.raw().as_bytes()))
                })?;
                self.restore(id, version).await
            }
        }
    };
    (@example $method:literal, $body:literal) => {
        concat!(
            "```no_run\n# async fn example(client: octocom_ext::Client, id: uuid::Uuid) ",
            "-> Result<(), octocom_ext::Error> {\nlet things = client.business(\"acme-corp\").",
            $method,
            "();\n",
            $body,
            "\n# Ok(())\n# }\n```"
        )
    };
}

pub(crate) use versioned_resource;
