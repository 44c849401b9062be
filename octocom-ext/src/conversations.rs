//! Conversations: listing them, and their details.

mod annotations;
mod details;
mod email;
mod metadata;
mod plan;
mod query;

use std::fmt;
use std::time::Duration;

use octocom_api::types::{Conversation, ConversationStatus};
use uuid::Uuid;

pub use details::{DetailStream, Detailed};
pub use email::EmailDraft;
pub use metadata::ConversationMetadata;
pub use plan::{Plan, Window};
pub use query::ConversationQuery;

use crate::client::Client;
use crate::error::Error;
use crate::pagination::{Item, Keyset, List, Mode, Offset};

/// Conversations of the organization.
#[derive(Clone)]
pub struct Conversations {
    client: Client,
}

impl Client {
    /// Conversations of the organization.
    ///
    /// ```no_run
    /// # fn example(client: octocom_ext::Client) {
    /// let conversations = client.conversations();
    /// # }
    /// ```
    #[must_use]
    pub fn conversations(&self) -> Conversations {
        Conversations {
            client: self.clone(),
        }
    }
}

/// A listing of conversations, in keyset mode unless it is told otherwise.
pub type ConversationList<M = Keyset> = List<ConversationQuery, M>;

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
    pub fn list(&self) -> ConversationList {
        List::new(&self.client, ConversationQuery::default())
    }

    /// Fetches a conversation in full, with its original text.
    ///
    /// Calls `get_conversation`, which takes the UUID only, not the public id.
    ///
    /// ```no_run
    /// # async fn example(client: octocom_ext::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let id = "550e8400-e29b-41d4-a716-446655440000".parse()?;
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
    pub async fn get(&self, id: Uuid) -> Result<Item<Conversation>, Error> {
        details::fetch(&self.client, id).await
    }
}

impl fmt::Debug for Conversations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Conversations").finish_non_exhaustive()
    }
}

/// Filters.
impl<M: Mode<ConversationQuery>> List<ConversationQuery, M> {
    /// Conversations of this status.
    ///
    /// ```no_run
    /// # fn example(client: octocom_ext::Client) {
    /// use octocom_ext::types::ConversationStatus;
    ///
    /// let list = client.conversations().list().status(ConversationStatus::Open);
    /// # }
    /// ```
    pub fn status(mut self, status: ConversationStatus) -> Self {
        self.query.status = Some(status);
        self
    }

    /// Conversations that were handed to a human agent.
    ///
    /// ```no_run
    /// # fn example(client: octocom_ext::Client) {
    /// let list = client.conversations().list().only_handed_off();
    /// # }
    /// ```
    pub fn only_handed_off(mut self) -> Self {
        self.query.handed_off = Some(true);
        self
    }

    /// Conversations that the bot alone has handled.
    ///
    /// ```no_run
    /// # fn example(client: octocom_ext::Client) {
    /// let list = client.conversations().list().only_bot_handled();
    /// # }
    /// ```
    pub fn only_bot_handled(mut self) -> Self {
        self.query.handed_off = Some(false);
        self
    }

    /// Conversations with exactly this metadata pair.
    ///
    /// The key has at most 200 characters and the value at most 50,000; longer ones are refused
    /// before sending.
    ///
    /// ```no_run
    /// # fn example(client: octocom_ext::Client) {
    /// let list = client.conversations().list().metadata("order", "#1042");
    /// # }
    /// ```
    pub fn metadata(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.metadata = Some((key.into(), value.into()));
        self
    }

    /// Conversations of one window of a [`Plan`].
    ///
    /// ```no_run
    /// # fn example(client: octocom_ext::Client, plan: octocom_ext::Plan) {
    /// for window in plan.windows() {
    ///     let list = client.conversations().list().window(*window);
    /// }
    /// # }
    /// ```
    pub fn window(mut self, window: Window) -> Self {
        self.query.window = Some(window);
        self
    }
}

impl List<ConversationQuery, Keyset> {
    /// The same listing by page numbers, which can fetch several pages at once and can miss a
    /// conversation when others are deleted meanwhile.
    ///
    /// ```no_run
    /// # fn example(client: octocom_ext::Client) {
    /// let list = client.conversations().list().offset().from_page(3);
    /// # }
    /// ```
    pub fn offset(self) -> List<ConversationQuery, Offset> {
        self.in_mode()
    }

    /// When it is [resumed](List::resume), reads again what was created up to this long before.
    /// Default: nothing.
    ///
    /// For runs that pick up what is new: a conversation can become visible some time after its
    /// creation date. What was delivered before is delivered again.
    ///
    /// ```no_run
    /// # fn example(client: octocom_ext::Client) {
    /// let list = client.conversations().list().overlap(std::time::Duration::from_secs(3600));
    /// # }
    /// ```
    pub fn overlap(mut self, overlap: Duration) -> Self {
        self.options.overlap = overlap;
        self
    }
}
