//! Conversations: listing them, their details, tags and events.

mod details;
mod email;
mod metadata;
mod plan;

use std::fmt;
use std::time::Duration;

use octocom_api::Response;
use octocom_api::operations::{
    ADD_CONVERSATION_TAG, CREATE_CONVERSATION_EVENT, GET_CONVERSATION, LIST_CONVERSATIONS,
};
use octocom_api::types::{self, Conversation, ConversationStatus, ConversationSummary};

pub use details::{ConversationWithSummary, DetailStream};
pub use email::EmailDraft;
pub use metadata::ConversationMetadata;
pub use plan::Plan;

use crate::client::Client;
use crate::error::Error;
use crate::ids::{ConversationId, Id};
use crate::input::{Checked, text};
use crate::pagination::{Filters, Keyset, List, Mode, Offset, Paginated, Shard, dated_list};

/// Conversations of the organization.
#[derive(Clone)]
pub struct Conversations {
    client: Client,
}

impl Client {
    /// Conversations of the organization.
    #[must_use]
    pub fn conversations(&self) -> Conversations {
        Conversations {
            client: self.clone(),
        }
    }
}

impl Conversations {
    /// Lists conversations in ascending order of their creation, 50 a page.
    ///
    /// Calls `list_conversations`. The summaries have no messages:
    /// [`with_details`](crate::ItemStream::with_details) fetches the conversations in full.
    ///
    /// ```no_run
    /// # async fn example(client: octocom_ext::Client) -> Result<(), octocom_ext::Error> {
    /// use octocom_ext::types::ConversationStatus;
    ///
    /// let mut open = client.conversations().list().status(ConversationStatus::Open).stream();
    /// while let Some(conversation) = open.try_next().await? {
    ///     println!("{} {}", conversation.public_id, conversation.subject);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn list(&self) -> List<ConversationSummary, Keyset> {
        List::new(&self.client, paginated(), Filters::default())
    }

    /// Fetches a conversation in full, with its original text.
    ///
    /// Calls `get_conversation`, which takes the UUID only, not the public id.
    ///
    /// ```no_run
    /// # async fn example(client: octocom_ext::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let id = "550e8400-e29b-41d4-a716-446655440000";
    /// let conversation = client.conversations().get(id).await?;
    /// println!("{} messages", conversation.messages.len());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) when there is none, or none that the key
    /// may see.
    pub async fn get(&self, id: impl Into<Id>) -> Result<Response<Conversation>, Error> {
        let id = id.into().checked("conversation id");
        let id = id.map_err(|detail| Error::invalid_input(&GET_CONVERSATION, detail))?;
        details::fetch(&self.client, id).await
    }
}

impl fmt::Debug for Conversations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Conversations").finish_non_exhaustive()
    }
}

/// Returns the operation that lists conversations.
pub(crate) fn paginated() -> Paginated<ConversationSummary> {
    Paginated::new(
        &LIST_CONVERSATIONS,
        async |client: Client, filters, request| {
            let pair = filters.metadata().map_err(Error::invalid_request)?;
            let (key, value) = pair.unzip();
            let start = request.since().or_else(|| filters.start());
            let end = request.until().or_else(|| filters.end());
            let page = client.api().list_conversations(
                end.as_ref(),
                filters.handed_off,
                key.as_ref(),
                value.as_ref(),
                request.page(),
                start.as_ref(),
                filters.status.as_ref(),
            );
            Ok(page.await?)
        },
    )
}

dated_list!(ConversationSummary, M);

/// Filters.
impl<M: Mode> List<ConversationSummary, M> {
    /// Lists conversations of this status: a [`ConversationStatus`] or its text, `"open"` say.
    pub fn status(mut self, status: impl Into<ConversationStatus>) -> Self {
        self.filters.status = Some(status.into());
        self
    }

    /// Lists only conversations that were handed off to a human agent, or only those that the bot
    /// handled by itself.
    pub fn handed_off(mut self, handed_off: bool) -> Self {
        self.filters.handed_off = Some(handed_off);
        self
    }

    /// Lists conversations with exactly this metadata pair.
    ///
    /// The key has at most 200 characters and the value at most 50,000; longer ones are refused
    /// before sending.
    pub fn metadata(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.filters.metadata = Some((key.into(), value.into()));
        self
    }

    /// Lists conversations of one shard of a [`Plan`].
    ///
    /// ```no_run
    /// # fn example(client: octocom_ext::Client, plan: octocom_ext::Plan) {
    /// for shard in plan.shards() {
    ///     let list = client.conversations().list().shard(*shard);
    /// }
    /// # }
    /// ```
    pub fn shard(mut self, shard: Shard) -> Self {
        self.filters.shard = Some(shard);
        self
    }
}

impl List<ConversationSummary, Keyset> {
    /// Returns the same list by page numbers, which can fetch several pages at once and can miss a
    /// conversation when others are deleted meanwhile.
    pub fn offset(self) -> List<ConversationSummary> {
        self.in_mode::<Offset>()
    }

    /// Reads again, when the list is [resumed](List::resume), what was created up to this long
    /// before. Default: nothing.
    ///
    /// Use it for runs that pick up what is new: a conversation can become visible some time after
    /// its creation date. What was delivered before is delivered again.
    pub fn overlap(mut self, overlap: Duration) -> Self {
        self.options.overlap = overlap;
        self
    }
}

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
