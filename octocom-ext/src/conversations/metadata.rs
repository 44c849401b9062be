//! The metadata of one conversation.

use octocom_api::operations::{
    DELETE_CONVERSATION_METADATA, GET_CONVERSATION_METADATA, LIST_CONVERSATION_METADATA,
    SET_CONVERSATION_METADATA,
};
use octocom_api::types::{self, MetadataEntry};
use octocom_api::{ErrorKind, Failure, Response};

use super::Conversations;
use crate::client::Client;
use crate::error::{Error, deleted};
use crate::ids::Id;
use crate::input::{Checked, text};

/// Metadata of one conversation: up to 200 pairs of a key and a text.
#[derive(Debug, Clone)]
pub struct ConversationMetadata {
    client: Client,
    id: Id,
}

impl Conversations {
    /// Returns a handle for the metadata of a conversation, given by its UUID. Nothing is sent.
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
    pub fn metadata(&self, id: impl Into<Id>) -> ConversationMetadata {
        ConversationMetadata {
            client: self.client.clone(),
            id: id.into(),
        }
    }
}

impl ConversationMetadata {
    /// Sets the value of a key.
    ///
    /// Calls `set_conversation_metadata`, which is retried. A key has 1 to 200 characters, a value
    /// at most 50,000. The keys `.` and `..` can be set and listed, but not read or deleted one by
    /// one, because a URL cannot contain them.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`], before anything is sent, if the key or the value is too short
    /// or too long. [`ErrorKind::Quota`] if the conversation already has 200 pairs,
    /// [`ErrorKind::NotFound`] if the conversation does not exist.
    pub async fn set(
        &self,
        key: impl AsRef<str>,
        value: impl AsRef<str>,
    ) -> Result<Response<types::MetadataChange>, Error> {
        let checked = || -> Checked<_> {
            let body = types::NewMetadata {
                key: text("key", key.as_ref())?,
                value: text("value", value.as_ref())?,
            };
            Ok((self.id()?, body))
        };
        let (id, body) =
            checked().map_err(|detail| Error::invalid_input(&SET_CONVERSATION_METADATA, detail))?;
        Ok(self
            .client
            .api()
            .set_conversation_metadata(&id, &body)
            .await?)
    }

    /// Returns all pairs with the times of their changes.
    ///
    /// Calls `list_conversation_metadata`, which is not paginated.
    ///
    /// ```no_run
    /// # async fn example(client: octocom_ext::Client, id: uuid::Uuid) -> Result<(), octocom_ext::Error> {
    /// for pair in client.conversations().metadata(id).all().await? {
    ///     println!("{}: {}", pair.key, pair.value);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error`] if the call fails.
    #[doc(alias = "list")]
    pub async fn all(&self) -> Result<Vec<MetadataEntry>, Error> {
        let id = self.id();
        let id = id.map_err(|detail| Error::invalid_input(&LIST_CONVERSATION_METADATA, detail))?;
        let pairs = self.client.api().list_conversation_metadata(&id).await?;
        Ok(pairs.into_value().data)
    }

    fn id(&self) -> Checked<uuid::Uuid> {
        self.id.clone().checked("conversation id")
    }

    /// Returns the id of the conversation and a key of it.
    fn checked(&self, key: &str) -> Checked<(uuid::Uuid, types::MetadataKeySegment)> {
        Ok((self.id()?, text("key", key)?))
    }

    /// Returns the value of a key.
    ///
    /// Calls `get_conversation_metadata`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] if the conversation has no such key. [`ErrorKind::InvalidRequest`],
    /// before anything is sent, if the key is empty, `.` or `..`.
    pub async fn get(&self, key: impl AsRef<str>) -> Result<String, Error> {
        let (id, key) = self
            .checked(key.as_ref())
            .map_err(|detail| Error::invalid_input(&GET_CONVERSATION_METADATA, detail))?;
        let pair = self
            .client
            .api()
            .get_conversation_metadata(&id, &key)
            .await?;
        match &pair.value {
            Some(value) => Ok(value.clone()),
            // The document calls the value optional, but there is nothing without it.
            None => {
                let mut failure = Failure::from_answer(pair.answer(), ErrorKind::Decode);
                failure.body = pair.json().clone();
                failure.json_path = Some(".".to_owned());
                failure.detail = Some("the response has no `value`".to_owned());
                Err(octocom_api::Error::from(failure).into())
            }
        }
    }

    /// Deletes a pair.
    ///
    /// Calls `delete_conversation_metadata`, which is retried. If a retry finds the key gone, an
    /// earlier attempt has deleted it: the call succeeds, with the status 404.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] if the first attempt finds no such key.
    /// [`ErrorKind::InvalidRequest`] as for [`get`](Self::get).
    #[doc(alias = "remove")]
    pub async fn delete(&self, key: impl AsRef<str>) -> Result<Response<()>, Error> {
        let (id, key) = self
            .checked(key.as_ref())
            .map_err(|detail| Error::invalid_input(&DELETE_CONVERSATION_METADATA, detail))?;
        let api = self.client.api();
        deleted(api.delete_conversation_metadata(&id, &key).await)
    }
}
