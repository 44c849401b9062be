//! The metadata of one conversation.

use octocom_api::operations::{
    DELETE_CONVERSATION_METADATA, GET_CONVERSATION_METADATA, SET_CONVERSATION_METADATA,
};
use octocom_api::types::{self, MetadataEntry};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::Conversations;
use crate::client::Client;
use crate::error::Error;
use crate::input::{Checked, text};
use crate::reply::Reply;

/// Metadata of one conversation: up to 200 pairs of text.
#[derive(Debug, Clone)]
pub struct ConversationMetadata {
    client: Client,
    id: Uuid,
}

impl Conversations {
    /// The metadata of a conversation, which is named by its UUID. Nothing is sent.
    ///
    /// ```no_run
    /// # async fn example(client: octocom_ext::Client, id: uuid::Uuid) -> Result<(), octocom_ext::Error> {
    /// let metadata = client.conversations().metadata(id);
    /// metadata.set("order", "#1042").await?;
    /// assert_eq!(metadata.get("order").await?, "#1042");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn metadata(&self, id: Uuid) -> ConversationMetadata {
        ConversationMetadata {
            client: self.client.clone(),
            id,
        }
    }
}

impl ConversationMetadata {
    /// Sets a pair, in place of one with the same key.
    ///
    /// Calls `set_conversation_metadata`, which is repeated after an unclear failure. A key has 1 to
    /// 200 characters, a value at most 50,000. The keys `.` and `..` can be set and listed; no URL can
    /// name them, so they cannot be got or deleted one by one.
    ///
    /// ```no_run
    /// # async fn example(client: octocom_ext::Client, id: uuid::Uuid) -> Result<(), octocom_ext::Error> {
    /// client.conversations().metadata(id).set("order", "#1042").await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest), before anything is sent,
    /// for a key or a value of another length. [`ErrorKind::Quota`](crate::ErrorKind::Quota) when
    /// the conversation has 200 pairs, [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) when
    /// there is none.
    pub async fn set(
        &self,
        key: impl AsRef<str>,
        value: impl AsRef<str>,
    ) -> Result<types::MetadataChange, Error> {
        let checked = || -> Checked<_> {
            Ok(types::NewMetadata {
                key: text("key", key.as_ref())?,
                value: text("value", value.as_ref())?,
            })
        };
        let body =
            checked().map_err(|detail| Error::invalid_input(&SET_CONVERSATION_METADATA, detail))?;
        let call =
            async |api: octocom_api::Client| api.set_conversation_metadata(&self.id, &body).await;
        self.client.value(call).await
    }

    /// All pairs, with their times.
    ///
    /// Calls `list_conversation_metadata`, which is not paginated.
    ///
    /// ```no_run
    /// # async fn example(client: octocom_ext::Client, id: uuid::Uuid) -> Result<(), octocom_ext::Error> {
    /// for pair in client.conversations().metadata(id).list().await? {
    ///     println!("{}: {}", pair.key, pair.value);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error`], whatever went wrong.
    pub async fn list(&self) -> Result<Vec<MetadataEntry>, Error> {
        let call = async |api: octocom_api::Client| api.list_conversation_metadata(&self.id).await;
        Ok(self.client.value(call).await?.data)
    }

    /// The value of a key.
    ///
    /// Calls `get_conversation_metadata`.
    ///
    /// ```no_run
    /// # async fn example(client: octocom_ext::Client, id: uuid::Uuid) -> Result<(), octocom_ext::Error> {
    /// let order = client.conversations().metadata(id).get("order").await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) when there is no such key.
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest), before anything is sent,
    /// for a key that is empty, `.` or `..`, which no URL can name.
    pub async fn get(&self, key: impl AsRef<str>) -> Result<String, Error> {
        /// The document calls the value optional, but there is nothing without it.
        #[derive(Deserialize)]
        struct Pair {
            value: String,
        }
        let key = text("key", key.as_ref())
            .map_err(|detail| Error::invalid_input(&GET_CONVERSATION_METADATA, detail))?;
        let call =
            async |api: octocom_api::Client| api.get_conversation_metadata(&self.id, &key).await;
        let pair = self.client.read::<Pair, _, _, _, _>(call).await?;
        Ok(pair.into_value().value)
    }

    /// Deletes a pair.
    ///
    /// Calls `delete_conversation_metadata`, which is repeated after an unclear failure. When a
    /// repetition finds the key gone, an earlier attempt has deleted it: that is success, and the
    /// reply has the status 404.
    ///
    /// ```no_run
    /// # async fn example(client: octocom_ext::Client, id: uuid::Uuid) -> Result<(), octocom_ext::Error> {
    /// client.conversations().metadata(id).delete("order").await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) when the first attempt finds no such key.
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) as for [`get`](Self::get).
    pub async fn delete(&self, key: impl AsRef<str>) -> Result<Reply<Value>, Error> {
        let key = text("key", key.as_ref())
            .map_err(|detail| Error::invalid_input(&DELETE_CONVERSATION_METADATA, detail))?;
        let call =
            async |api: octocom_api::Client| api.delete_conversation_metadata(&self.id, &key).await;
        self.client.delete(call).await
    }
}
