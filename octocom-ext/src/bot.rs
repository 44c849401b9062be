//! The bot: starting conversations and waiting for replies.

mod chat;
mod reply;
mod snapshot;

use octocom_api::operations::START_BOT_CONVERSATION;
use octocom_api::types;

pub use chat::Chat;
pub use reply::ChatReply;

use crate::client::Client;
use crate::error::Error;
use crate::ids::Id;
use crate::input::{Checked, email, metadata, redact_debug, text};
use crate::pending_reply::PendingReply;

/// The bots of the organization's businesses. See the [guide](crate::guide::bot).
#[derive(Debug, Clone)]
pub struct Bot {
    client: Client,
}

impl Client {
    /// Returns a handle for the bots of the organization's businesses.
    #[must_use]
    pub fn bot(&self) -> Bot {
        Bot {
            client: self.clone(),
        }
    }
}

impl Bot {
    /// Starts a conversation with a message of 1 to 5,000 characters: a text, or a [`ChatDraft`]
    /// with details about the customer.
    ///
    /// Calls `start_bot_conversation`. Use [`Chat::reply`] to wait for the reply. The call is not
    /// retried after a failure with an unknown outcome, because it could take effect twice. The API
    /// allows 100 starts an hour.
    ///
    /// ```no_run
    /// # async fn example(client: octocom_ext::Client) -> Result<(), octocom_ext::Error> {
    /// let mut chat = client.bot().start("acme-corp", "Where is my order?").await?;
    /// println!("{}", chat.reply().await?);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest), before anything is sent, if
    /// a field is outside of its limits. [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if the
    /// business does not exist, [`ErrorKind::RateLimited`](crate::ErrorKind::RateLimited) after 100
    /// starts in an hour. In synchronous mode, an error with status 408 if the bot took more than
    /// 30 seconds; the start [may have been
    /// processed](octocom_api::Error::may_have_been_processed), but the id is not known.
    pub async fn start(
        &self,
        business_slug: impl AsRef<str>,
        draft: impl Into<ChatDraft>,
    ) -> Result<Chat, Error> {
        let draft = draft.into();
        let is_synchronous = draft.is_synchronous;
        let body = draft
            .checked(business_slug.as_ref())
            .map_err(|detail| Error::invalid_input(&START_BOT_CONVERSATION, detail))?;
        let once = self.client.once();
        let started = once.api().start_bot_conversation(&body).await?.parse()?;
        Ok(Chat::started(
            &self.client,
            started.into_value(),
            is_synchronous,
        ))
    }

    /// Returns a chat in an existing conversation, given by its UUID. Nothing is sent.
    ///
    /// A public id is accepted too. You can then only send: the API returns conversations by UUID
    /// only, so replies cannot be read by public id.
    ///
    /// ```no_run
    /// # async fn example(client: octocom_ext::Client, id: uuid::Uuid) -> Result<(), octocom_ext::Error> {
    /// let mut chat = client.bot().chat(id);
    /// println!("{}", chat.ask("And when does it arrive?").await?);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn chat(&self, id: impl Into<Id>) -> Chat {
        Chat::new(&self.client, id.into())
    }

    /// Returns a chat that continues to wait for a reply, in this process or another. Nothing is
    /// sent.
    ///
    /// The chat is asynchronous and has the default reply deadline. If the reply has several
    /// messages and the first ones were already delivered, they are delivered again.
    ///
    /// ```no_run
    /// # async fn example(client: octocom_ext::Client, mut chat: octocom_ext::Chat) -> Result<(), octocom_ext::Error> {
    /// if let Err(error) = chat.reply().await
    ///     && let Some(pending) = error.pending_reply()
    /// {
    ///     println!("{}", client.bot().resume(pending.clone()).reply().await?);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn resume(&self, pending: PendingReply) -> Chat {
        Chat::resumed(&self.client, pending)
    }
}

/// A conversation to start: its first message and details about the customer.
///
/// ```
/// use octocom_ext::ChatDraft;
///
/// let draft = ChatDraft::new("Where is my order?")
///     .customer_name("Mia")
///     .customer_email("mia@example.com")
///     .metadata("order", "#1042");
/// ```
#[derive(Clone, PartialEq, Eq)]
#[must_use = "a conversation is started by `Bot::start`"]
pub struct ChatDraft {
    message: String,
    is_synchronous: bool,
    customer_email: Option<String>,
    customer_name: Option<String>,
    customer_phone: Option<String>,
    metadata: Vec<(String, String)>,
}

redact_debug!(ChatDraft);

impl ChatDraft {
    /// Returns a conversation with a first message of 1 to 5,000 characters.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            is_synchronous: false,
            customer_email: None,
            customer_name: None,
            customer_phone: None,
            metadata: Vec::new(),
        }
    }

    /// Sets the customer's email address. Default: none.
    pub fn customer_email(mut self, email: impl Into<String>) -> Self {
        self.customer_email = Some(email.into());
        self
    }

    /// Sets the customer's name. Default: none.
    pub fn customer_name(mut self, name: impl Into<String>) -> Self {
        self.customer_name = Some(name.into());
        self
    }

    /// Sets the customer's phone number. Default: none.
    pub fn customer_phone(mut self, phone: impl Into<String>) -> Self {
        self.customer_phone = Some(phone.into());
        self
    }

    /// Adds a metadata pair to the conversation: a key of 1 to 200 characters and a value of at most
    /// 50,000, up to 200 pairs. Default: none.
    pub fn metadata(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.metadata.push((key.into(), value.into()));
        self
    }

    /// Chooses synchronous mode: the API waits up to 30 seconds for the bot and returns its reply,
    /// for this and later messages. Default: asynchronous mode, in which
    /// [`Chat::reply`](crate::Chat::reply) polls for the reply.
    pub fn synchronous(mut self, synchronous: bool) -> Self {
        self.is_synchronous = synchronous;
        self
    }

    fn checked(self, business_slug: &str) -> Checked<types::NewBotConversation> {
        let Self {
            message,
            is_synchronous,
            customer_email,
            customer_name,
            customer_phone,
            metadata: pairs,
        } = self;
        let is_unknown =
            (&customer_email, &customer_name, &customer_phone) == (&None, &None, &None);
        let customer = types::BotCustomer {
            email: customer_email
                .map(|address| email("customer_email", &address))
                .transpose()?,
            name: customer_name,
            phone: customer_phone,
        };
        Ok(types::NewBotConversation {
            business_slug: text("business_slug", business_slug)?,
            message: text("message", &message)?,
            async_: !is_synchronous,
            customer: (!is_unknown).then_some(customer),
            metadata: metadata(&pairs)?,
        })
    }
}

impl From<&str> for ChatDraft {
    fn from(message: &str) -> Self {
        Self::new(message)
    }
}

impl From<String> for ChatDraft {
    fn from(message: String) -> Self {
        Self::new(message)
    }
}

impl From<&String> for ChatDraft {
    fn from(message: &String) -> Self {
        Self::new(message)
    }
}
