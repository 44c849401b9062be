//! A conversation with the bot, from the customer's side.

use std::collections::HashSet;
use std::fmt;
use std::time::Duration;

use chrono::{DateTime, Utc};
use http::StatusCode;
use octocom_api::operations::SEND_BOT_MESSAGE;
use octocom_api::types::{self, BotConversation, Message};
use uuid::Uuid;

use super::reply::{ChatReply, ReplyTracker};
use super::snapshot::{Snapshot, poll};
use crate::client::Client;
use crate::error::Error;
use crate::ids::Id;
use crate::input::{Checked, text};
use crate::pending_reply::PendingReply;
use crate::settings::check_duration;

/// `sender` of the customer's messages.
const CUSTOMER: &str = "customer";

/// Default reply deadline. The API gives the bot 30 seconds in synchronous mode and says that
/// complex questions take longer.
const DEFAULT_REPLY_DEADLINE: Duration = Duration::from_secs(120);

/// A chat with the bot: sends messages and waits for replies.
///
/// The API returns conversations only by UUID. If only the public id is known, messages can be sent,
/// but [`reply`](Self::reply) returns only what the API returns with a message in synchronous mode.
///
/// Messages are sent asynchronously, unless [`synchronous`](Self::synchronous) is set. No message
/// is sent twice.
pub struct Chat {
    client: Client,
    id: Id,
    public_id: Option<String>,
    is_synchronous: bool,
    reply_deadline: Duration,
    /// Ids of the messages that this chat sent.
    sent: HashSet<Uuid>,
    waiting: Option<PendingMessage>,
}

/// The last message and the part of the reply that was received.
struct PendingMessage {
    customer_message_id: Uuid,
    /// Reply that was returned with the message.
    answer: Option<String>,
    tracker: ReplyTracker,
}

/// The messages of a conversation before a message was sent.
struct Baseline {
    ids: HashSet<Uuid>,
    last: Option<DateTime<Utc>>,
}

impl Chat {
    pub(super) fn new(client: &Client, id: Id) -> Self {
        Self {
            client: client.clone(),
            id,
            public_id: None,
            is_synchronous: false,
            reply_deadline: DEFAULT_REPLY_DEADLINE,
            sent: HashSet::new(),
            waiting: None,
        }
    }

    pub(super) fn started(client: &Client, started: BotConversation, is_synchronous: bool) -> Self {
        let BotConversation {
            conversation_id,
            public_id,
            customer_message_id,
            bot_response,
        } = started;
        let mut chat = Self {
            public_id: Some(public_id),
            is_synchronous,
            ..Self::new(client, conversation_id.into())
        };
        chat.wait(PendingMessage::for_answer_to(
            customer_message_id,
            bot_response,
        ));
        chat
    }

    pub(super) fn resumed(client: &Client, pending: PendingReply) -> Self {
        let mut chat = Self::new(client, pending.conversation_id.into());
        chat.wait(PendingMessage::for_answer_to(
            pending.customer_message_id,
            None,
        ));
        chat
    }

    fn wait(&mut self, waiting: PendingMessage) {
        self.sent.insert(waiting.customer_message_id);
        self.waiting = Some(waiting);
    }

    /// Returns the conversation's id: its UUID, or the public id that was given.
    #[doc(alias = "conversation_id")]
    #[must_use]
    pub fn id(&self) -> &Id {
        &self.id
    }

    /// Returns the conversation's public id; `None` if the conversation was not started by this
    /// chat.
    #[must_use]
    pub fn public_id(&self) -> Option<&str> {
        self.public_id.as_deref()
    }

    /// Returns the expected reply, for [`Bot::resume`](crate::Bot::resume); `None` before the first
    /// message, and if only the public id is known.
    ///
    /// ```no_run
    /// # fn example(chat: octocom_ext::Chat) {
    /// if let Some(pending) = chat.pending_reply() {
    ///     println!("{}", pending.customer_message_id);
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn pending_reply(&self) -> Option<PendingReply> {
        let (id, waiting) = (self.id.uuid()?, self.waiting.as_ref()?);
        Some(PendingReply::new(id, waiting.customer_message_id))
    }

    /// Chooses synchronous mode: the API waits up to 30 seconds for the bot and returns its reply.
    ///
    /// Before each message, the conversation is fetched once, so that the message can be recognized
    /// after a timeout; not if only the public id is known.
    #[must_use]
    pub fn synchronous(mut self, synchronous: bool) -> Self {
        self.is_synchronous = synchronous;
        self
    }

    /// Sets the reply deadline of [`reply`](Self::reply): above zero, up to a day. Default: 120
    /// seconds. At the deadline the conversation is fetched once more, for up to 5 seconds.
    #[doc(alias = "timeout")]
    #[must_use]
    pub fn with_reply_deadline(mut self, deadline: Duration) -> Self {
        self.reply_deadline = deadline;
        self
    }

    /// Sends a message of 1 to 5,000 characters and returns the message's id.
    /// [`reply`](Self::reply) waits for the reply.
    ///
    /// Calls `send_bot_message`. It is not retried after a failure with an unknown outcome, because
    /// it could take effect twice.
    ///
    /// In synchronous mode, the API responds with 408 if the bot takes more than 30 seconds, and it
    /// is not documented whether the message was stored. This method then polls the conversation
    /// (`get_conversation`) until the message appears or the reply deadline is over.
    ///
    /// ```no_run
    /// # async fn example(mut chat: octocom_ext::Chat) -> Result<(), octocom_ext::Error> {
    /// chat.send("And when does it arrive?").await?;
    /// println!("{}", chat.reply().await?);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest), before anything is sent, if
    /// the message is too short or too long. [`ErrorKind::Quota`](crate::ErrorKind::Quota) after 50
    /// messages, [`ErrorKind::Forbidden`](crate::ErrorKind::Forbidden) if the conversation was not
    /// started through the API. After an error that [may have been
    /// processed](octocom_api::Error::may_have_been_processed), look at the conversation before you
    /// send the message again.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, it is unknown if the message was stored.
    pub async fn send(&mut self, message: impl AsRef<str>) -> Result<Uuid, Error> {
        let waiting = self.store(message.as_ref()).await;
        let waiting = waiting.map_err(|error| error.of_conversation(self.id.uuid(), None))?;
        let id = waiting.customer_message_id;
        self.wait(waiting);
        Ok(id)
    }

    /// Waits for the bot's reply to the last message.
    ///
    /// Polls `get_conversation`, immediately and then after 0.5, 1, 2, 4, 5, 5 … seconds, until
    /// there is a message of the bot or the conversation is handed off. Another call waits for the
    /// bot's next messages. If the conversation is not found in the first polls, it may be too new;
    /// this is ignored, and so are server errors.
    ///
    /// If the bot replies to a message after you sent the next one, that counts as a reply to the
    /// next one. In synchronous mode, the reply may be returned with the message; a hand-off is
    /// then noticed with the next message.
    ///
    /// ```no_run
    /// # async fn example(mut chat: octocom_ext::Chat) -> Result<(), octocom_ext::Error> {
    /// use octocom_ext::ChatReply;
    ///
    /// match chat.reply().await? {
    ///     ChatReply::Answered { text, .. } => println!("{text}"),
    ///     ChatReply::HandedOff { at, .. } => println!("an agent has it since {at}"),
    ///     _ => {}
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Timeout`](crate::ErrorKind::Timeout) at the reply deadline. This error, and
    /// every other one while waiting, has the ids of the message ([`Error::pending_reply`]), so
    /// that this chat or, in another process, [`Bot::resume`](crate::Bot::resume) can continue to
    /// wait. [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if no message was
    /// sent, or if only the public id is known and the API returned no reply with the message.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing.
    pub async fn reply(&mut self) -> Result<ChatReply, Error> {
        if let Some(waiting) = &mut self.waiting
            && let Some(text) = waiting.answer.take()
        {
            waiting.tracker.deliver_text(&text);
            let messages = Vec::new();
            return Ok(ChatReply::Answered { text, messages });
        }
        let id = self.id.checked("conversation id");
        let id = id.map_err(Error::invalid_request)?;
        let deadline = self.reply_deadline;
        let Some(waiting) = &mut self.waiting else {
            let reason = "chat: no message was sent that could be answered";
            return Err(Error::invalid_request(reason).of_conversation(Some(id), None));
        };
        let asked = waiting.customer_message_id;
        let of_chat =
            |error: Error| error.of_conversation(Some(id), Some(PendingReply::new(id, asked)));
        check_deadline(deadline).map_err(of_chat)?;
        let mut handed_off_at = None;
        let found = poll(&self.client, id, deadline, |snapshot| {
            handed_off_at = snapshot.handed_off_at;
            waiting.tracker.reply(snapshot, asked)
        });
        match (found.await.map_err(of_chat)?, handed_off_at) {
            (Some(reply), _) => Ok(reply),
            // The message was never to be seen, and nobody is there to answer it.
            (None, Some(at)) => Ok(ChatReply::HandedOff {
                at,
                messages: Vec::new(),
            }),
            (None, None) => Err(of_chat(Error::no_reply(deadline))),
        }
    }

    /// Sends a message and waits for the reply.
    ///
    /// Calls `send_bot_message`, then `get_conversation` as [`reply`](Self::reply) does.
    ///
    /// # Errors
    ///
    /// Errors of [`send`](Self::send) and [`reply`](Self::reply). If the error has a
    /// [`pending_reply`](Error::pending_reply), the message was sent.
    pub async fn ask(&mut self, message: impl AsRef<str>) -> Result<ChatReply, Error> {
        self.send(message).await?;
        self.reply().await
    }

    async fn store(&self, message: &str) -> Result<PendingMessage, Error> {
        let checked =
            || -> Checked<_> { Ok((self.id.checked_conversation()?, text("message", message)?)) };
        let (conversation, input) =
            checked().map_err(|detail| Error::invalid_input(&SEND_BOT_MESSAGE, detail))?;
        let body = types::NewBotMessage {
            message: input,
            async_: !self.is_synchronous,
        };
        let once = self.client.once();
        let send = async || -> Result<_, Error> {
            let sent = once.api().send_bot_message(&conversation, &body).await?;
            let sent = sent.parse()?.into_value();
            // An asynchronous call returns before the answer is written.
            let answer = sent.bot_response.filter(|_| self.is_synchronous);
            Ok(PendingMessage::for_answer_to(
                sent.customer_message_id,
                answer,
            ))
        };
        let Some(id) = self.id.uuid().filter(|_| self.is_synchronous) else {
            return send().await;
        };
        check_deadline(self.reply_deadline)?;
        let before = Baseline::new(Snapshot::fetch(&self.client, id).await?, &self.sent);
        match send().await {
            Ok(waiting) => Ok(waiting),
            Err(error) if error.status() == Some(StatusCode::REQUEST_TIMEOUT) => {
                let stored = poll(&self.client, id, self.reply_deadline, |snapshot| {
                    before.first_new(&snapshot.messages, message)
                });
                match stored.await {
                    Ok(Some(id)) => Ok(PendingMessage::for_answer_to(id, None)),
                    // Whether the message was stored is what matters, not why that is unknown.
                    Ok(None) | Err(_) => Err(error),
                }
            }
            Err(error) => Err(error),
        }
    }
}

fn check_deadline(deadline: Duration) -> Result<(), Error> {
    check_duration("with_reply_deadline", deadline).map_err(Error::config)
}

impl PendingMessage {
    /// Treats a reply without text as no reply.
    fn for_answer_to(customer_message_id: Uuid, answer: Option<String>) -> Self {
        Self {
            customer_message_id,
            answer: answer.filter(|text| !text.trim().is_empty()),
            tracker: ReplyTracker::default(),
        }
    }
}

impl Baseline {
    /// Returns the messages of a snapshot and those that were sent: a snapshot may come late.
    fn new(snapshot: Snapshot, sent: &HashSet<Uuid>) -> Self {
        let ids = snapshot.messages.iter().map(|message| message.id);
        Self {
            ids: ids.chain(sent.iter().copied()).collect(),
            last: snapshot.messages.last().map(|message| message.created_at),
        }
    }

    /// The first message of the customer with this text that was not there before.
    fn first_new(&self, messages: &[Message], text: &str) -> Option<Uuid> {
        let is_it = |message: &&Message| {
            message.sender.eq_ignore_ascii_case(CUSTOMER)
                && message.text.trim() == text.trim()
                && !self.ids.contains(&message.id)
                && self.last.is_none_or(|last| message.created_at >= last)
        };
        messages.iter().find(is_it).map(|message| message.id)
    }
}

/// Shows only the ids.
impl fmt::Debug for Chat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chat")
            .field("id", &self.id)
            .field("public_id", &self.public_id)
            .field("pending_reply", &self.pending_reply())
            .finish_non_exhaustive()
    }
}
