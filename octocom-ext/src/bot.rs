//! The bot: starting conversations with it, and waiting for its answers.

mod chat;
mod reply;
mod send_only;
mod snapshot;

use octocom_api::operations::START_BOT_CONVERSATION;
use octocom_api::types;

pub use chat::Chat;
pub use reply::{BotAnswer, ChatReply, HandOff};
pub use send_only::SendOnlyChat;

use crate::client::Client;
use crate::error::Error;
use crate::ids::{ConversationId, Id};
use crate::input::{Checked, email, metadata, redact_debug, text};
use crate::pending_reply::PendingReply;

/// The bots of the organization's businesses. The [guide](crate::guide::bot) tells how they answer.
#[derive(Debug, Clone)]
pub struct Bot {
    client: Client,
}

impl Client {
    /// The bots of the organization's businesses.
    #[must_use]
    pub fn bot(&self) -> Bot {
        Bot {
            client: self.clone(),
        }
    }
}

impl Bot {
    /// Starts a conversation with a message of 1 to 5,000 characters: a text, or a [`ChatDraft`]
    /// that says more.
    ///
    /// Calls `start_bot_conversation`, asynchronously unless the draft says otherwise:
    /// [`Chat::reply`] waits for the answer. It may act twice and is not repeated after an unclear
    /// failure. The API allows 100 starts an hour.
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
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest), before anything is sent,
    /// for a field outside its limits. [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) when
    /// there is no such business, [`ErrorKind::RateLimited`](crate::ErrorKind::RateLimited) after
    /// 100 starts. In synchronous mode a 408 says that the bot took too long: the error
    /// [may have been processed](octocom_api::Error::may_have_been_processed), and there is no id to look for.
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

    /// A conversation with the bot, by its UUID, to send further messages to. Nothing is sent.
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

    /// Goes on waiting for an answer, in this process or another. Nothing is sent.
    ///
    /// The chat is asynchronous and has the default time for a reply, whatever the one had that
    /// began to wait; what that one had delivered of an answer in several messages comes again.
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

    /// A conversation with the bot of which only the public id is known, or whose answers nobody
    /// waits for. Nothing is sent.
    ///
    /// The API shows conversations by their UUID only, so there is no waiting for an answer here.
    #[must_use]
    pub fn send_only(&self, id: impl Into<ConversationId>) -> SendOnlyChat {
        SendOnlyChat::new(&self.client, id.into())
    }
}

/// A conversation to start: its first message, and what is known of the customer.
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
    /// A conversation that begins with a message of 1 to 5,000 characters.
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

    /// Links the customer with this email address. Default: no address.
    pub fn customer_email(mut self, email: impl Into<String>) -> Self {
        self.customer_email = Some(email.into());
        self
    }

    /// Names the customer. Default: no name.
    pub fn customer_name(mut self, name: impl Into<String>) -> Self {
        self.customer_name = Some(name.into());
        self
    }

    /// Gives the customer's phone number. Default: none.
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

    /// Lets the API wait for the bot and answer with what it says, up to 30 seconds; also for the
    /// messages after the first. Default: asynchronous, and [`Chat::reply`](crate::Chat::reply)
    /// asks from time to time.
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
