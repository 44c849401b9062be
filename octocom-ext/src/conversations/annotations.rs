//! Tags and events of a conversation.

use octocom_api::operations::{ADD_CONVERSATION_TAG, CREATE_CONVERSATION_EVENT};
use octocom_api::{Response, types};

use super::Conversations;
use crate::error::Error;
use crate::ids::ConversationId;
use crate::input::{Checked, text};

impl Conversations {
    /// Adds a tag of 1 to 100 characters; a tag that is there already stays as it is.
    ///
    /// Calls `add_conversation_tag`, which is repeated after an unclear failure. The tag is created
    /// in the organization when there is none of the name.
    ///
    /// ```no_run
    /// # async fn example(client: octocom_ext::Client) -> Result<(), octocom_ext::Error> {
    /// let added = client.conversations().add_tag("CONV-2024-001234", "vip").await?;
    /// println!("{}", added.tag_id);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest), before anything is sent,
    /// for a tag of another length or an empty id.
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) when there is no such conversation.
    pub async fn add_tag(
        &self,
        id: impl Into<ConversationId>,
        tag: impl AsRef<str>,
    ) -> Result<Response<types::TagAdded>, Error> {
        let checked = || -> Checked<_> {
            Ok(types::TagAssignment {
                conversation_id: id.into().checked()?,
                tag: text("tag", tag.as_ref())?,
            })
        };
        let body =
            checked().map_err(|detail| Error::invalid_input(&ADD_CONVERSATION_TAG, detail))?;
        Ok(self.client.api().add_conversation_tag(&body).await?)
    }

    /// Writes an event of 1 to 1,000 characters into the conversation's timeline.
    ///
    /// Calls `create_conversation_event`, which may act twice and is not repeated after an unclear
    /// failure.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest), before anything is sent,
    /// for an event of another length or an empty id.
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) when there is no such conversation.
    pub async fn create_event(
        &self,
        id: impl Into<ConversationId>,
        event: impl AsRef<str>,
    ) -> Result<Response<types::EventCreated>, Error> {
        let checked = || -> Checked<_> {
            Ok(types::NewEvent {
                conversation_id: id.into().checked()?,
                event: text("event", event.as_ref())?,
            })
        };
        let body =
            checked().map_err(|detail| Error::invalid_input(&CREATE_CONVERSATION_EVENT, detail))?;
        Ok(self.client.api().create_conversation_event(&body).await?)
    }
}
