//! Conversations: lists, details, tags and events.

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
use crate::ids::Id;
use crate::input::{Checked, text};
use crate::pagination::{Filters, Keyset, List, Mode, Offset, Paginated, Shard, dated_list};

/// Conversations of the organization.
#[derive(Clone)]
pub struct Conversations {
    client: Client,
}

impl Client {
    /// Returns a handle for the conversations of the organization.
    #[must_use]
    pub fn conversations(&self) -> Conversations {
        Conversations {
            client: self.clone(),
        }
    }
}

impl Conversations {
    /// Lists conversations in ascending order of creation, 50 a page.
    ///
    /// Calls `list_conversations`. The records are summaries without messages;
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

    /// Fetches a conversation in full.
    ///
    /// Calls `get_conversation`, which accepts the UUID but not the public id.
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
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if the conversation does not exist or
    /// the key may not see it.
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
    /// Filters by status: a [`ConversationStatus`] or its text, such as `"open"`.
    pub fn status(mut self, status: impl Into<ConversationStatus>) -> Self {
        self.filters.status = Some(status.into());
        self
    }

    /// Filters by hand-off: with `true` only conversations that were handed off to a human agent,
    /// with `false` only those that the bot handled alone.
    pub fn handed_off(mut self, handed_off: bool) -> Self {
        self.filters.handed_off = Some(handed_off);
        self
    }

    /// Filters by a metadata pair, which must match exactly.
    ///
    /// The key has at most 200 characters and the value at most 50,000; longer ones are refused
    /// before anything is sent.
    pub fn metadata(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.filters.metadata = Some((key.into(), value.into()));
        self
    }

    /// Filters by a shard of a [`Plan`].
    ///
    /// ```no_run
    /// # fn example(client: octocom_ext::Client, plan: octocom_ext::Plan) {
    /// for shard in plan.shards() {
    ///     let list = client.conversations().list().shard(shard);
    /// }
    /// # }
    /// ```
    pub fn shard(mut self, shard: impl Into<Shard>) -> Self {
        self.filters.shard = Some(shard.into());
        self
    }
}

impl List<ConversationSummary, Keyset> {
    /// Returns the same list in offset mode, which can fetch several pages at once but can miss a
    /// conversation if others are deleted meanwhile.
    pub fn offset(self) -> List<ConversationSummary> {
        self.in_mode::<Offset>()
    }

    /// Lists conversations of this time span again when the list is [resumed](List::resume).
    /// Default: none.
    ///
    /// Use it if you regularly fetch what is new, because a conversation can become visible some
    /// time after its creation date. Conversations in that span are delivered again.
    pub fn overlap(mut self, overlap: Duration) -> Self {
        self.options.overlap = overlap;
        self
    }
}

impl Conversations {
    /// Adds a tag of 1 to 100 characters. Adding a tag that the conversation already has changes
    /// nothing.
    ///
    /// Calls `add_conversation_tag`, which is retried. If the organization has no such tag, it is
    /// created.
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
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if the conversation does not exist.
    pub async fn add_tag(
        &self,
        id: impl Into<Id>,
        tag: impl AsRef<str>,
    ) -> Result<Response<types::TagAdded>, Error> {
        let checked = || -> Checked<_> {
            Ok(types::TagAssignment {
                conversation_id: id.into().checked_conversation()?,
                tag: text("tag", tag.as_ref())?,
            })
        };
        let body =
            checked().map_err(|detail| Error::invalid_input(&ADD_CONVERSATION_TAG, detail))?;
        Ok(self.client.api().add_conversation_tag(&body).await?)
    }

    /// Adds an event of 1 to 1,000 characters to the conversation's timeline.
    ///
    /// Calls `create_conversation_event`. It is not retried after a failure with an unknown
    /// outcome, because it could take effect twice.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest), before anything is sent,
    /// for an event of another length or an empty id.
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if the conversation does not exist.
    #[doc(alias = "add_event")]
    pub async fn create_event(
        &self,
        id: impl Into<Id>,
        event: impl AsRef<str>,
    ) -> Result<Response<types::EventCreated>, Error> {
        let checked = || -> Checked<_> {
            Ok(types::NewEvent {
                conversation_id: id.into().checked_conversation()?,
                event: text("event", event.as_ref())?,
            })
        };
        let body =
            checked().map_err(|detail| Error::invalid_input(&CREATE_CONVERSATION_EVENT, detail))?;
        Ok(self.client.api().create_conversation_event(&body).await?)
    }
}
