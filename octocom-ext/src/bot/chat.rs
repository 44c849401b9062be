//! A conversation with the bot, from the customer's side.

use std::collections::HashSet;
use std::fmt;
use std::time::Duration;

use chrono::{DateTime, Utc};
use http::StatusCode;
use octocom_api::types::{BotConversation, Message};
use uuid::Uuid;

use super::reply::{BotAnswer, ChatReply, HandOff, ReplyTracker};
use super::send_only;
use super::snapshot::{Snapshot, poll};
use crate::client::Client;
use crate::error::Error;
use crate::ids::{ConversationId, Id};
use crate::pending_reply::PendingReply;
use crate::settings::check_duration;

/// `sender` of the customer's messages.
const CUSTOMER: &str = "customer";

/// Longest time that a chat waits for a reply. The API itself gives the bot 30 seconds in
/// synchronous mode
/// and says that complex questions take longer.
const DEFAULT_REPLY_DEADLINE: Duration = Duration::from_secs(120);

/// A conversation with the bot: send messages, and wait for the answers.
///
/// It has the conversation's UUID, without which the API shows no answers; for a public id there is
/// [`SendOnlyChat`](crate::SendOnlyChat).
///
/// Messages are sent asynchronously, unless [`synchronous`](Self::synchronous) says otherwise. No
/// message is ever sent twice.
pub struct Chat {
    client: Client,
    id: Uuid,
    /// The reason to refuse the id that was given.
    problem: Option<String>,
    public_id: Option<String>,
    is_synchronous: bool,
    reply_deadline: Duration,
    /// The messages that were sent here.
    sent: HashSet<Uuid>,
    waiting: Option<Waiting>,
}

/// The last message, and what was heard since.
struct Waiting {
    customer_message_id: Uuid,
    /// The answer that came with the message's own.
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
        let (id, problem) = match id.checked("conversation id") {
            Ok(id) => (id, None),
            Err(problem) => (Uuid::nil(), Some(problem)),
        };
        Self {
            client: client.clone(),
            id,
            problem,
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
        chat.wait(Waiting::for_answer_to(customer_message_id, bot_response));
        chat
    }

    pub(super) fn resumed(client: &Client, pending: PendingReply) -> Self {
        let mut chat = Self::new(client, pending.conversation_id.into());
        chat.wait(Waiting::for_answer_to(pending.customer_message_id, None));
        chat
    }

    fn wait(&mut self, waiting: Waiting) {
        self.sent.insert(waiting.customer_message_id);
        self.waiting = Some(waiting);
    }

    /// Returns the conversation's UUID.
    #[must_use]
    pub fn id(&self) -> Uuid {
        self.id
    }

    /// Returns the conversation's public id; `None` when the chat was not started here.
    #[must_use]
    pub fn public_id(&self) -> Option<&str> {
        self.public_id.as_deref()
    }

    /// Returns the reply that is waited for, for [`Bot::resume`](crate::Bot::resume); `None`
    /// before the first message.
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
        let waiting = self.waiting.as_ref()?;
        Some(PendingReply::new(self.id, waiting.customer_message_id))
    }

    /// Lets the API wait for the bot and answer with what it says, up to 30 seconds a message.
    ///
    /// Before each message the conversation is fetched once, so that after a timeout the message
    /// can
    /// be told from those before.
    #[must_use]
    pub fn synchronous(mut self, synchronous: bool) -> Self {
        self.is_synchronous = synchronous;
        self
    }

    /// Sets how long [`reply`](Self::reply) waits, above zero and at most a day. Default: 120
    /// seconds. When it is over the conversation is looked at once more, for up to 5 seconds.
    #[must_use]
    pub fn with_reply_deadline(mut self, deadline: Duration) -> Self {
        self.reply_deadline = deadline;
        self
    }

    /// Sends a message of 1 to 5,000 characters. [`reply`](Self::reply) waits for the answer.
    ///
    /// Calls `send_bot_message`, which may act twice and is not repeated after an unclear failure.
    ///
    /// In synchronous mode the API answers 408 when the bot takes more than 30 seconds, and leaves
    /// open whether the message was stored. Then the conversation is looked at, calling
    /// `get_conversation`, until the message appears there or the time for a reply is over.
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
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest), before anything is sent,
    /// for a message of another length. [`ErrorKind::Quota`](crate::ErrorKind::Quota) after 50
    /// messages, [`ErrorKind::Forbidden`](crate::ErrorKind::Forbidden) when the conversation was
    /// not
    /// started through the API. After any error that
    /// [may have been processed](octocom_api::Error::may_have_been_processed) look at the conversation before
    /// sending the message again.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves it unknown if the message was stored.
    pub async fn send(&mut self, message: impl AsRef<str>) -> Result<(), Error> {
        let waiting = self.store(message.as_ref()).await;
        self.wait(waiting.map_err(|error| error.of_conversation(self.id, None))?);
        Ok(())
    }

    /// Waits for the bot's answer to the last message.
    ///
    /// Calls `get_conversation`, at once and then after half a second, doubling to 5 seconds, until
    /// there is a message of the bot after the last one sent, or the conversation is handed off.
    /// Called again, it waits for what the bot says next. A conversation that is not found at the
    /// first looks may be too new, and a failure may pass: both are waited out.
    ///
    /// A reply to a message that comes after the next message was sent counts as a reply to that
    /// one.
    /// In synchronous mode the answer may come with the message, and then says nothing of a
    /// hand-off;
    /// that is seen at the next message.
    ///
    /// ```no_run
    /// # async fn example(mut chat: octocom_ext::Chat) -> Result<(), octocom_ext::Error> {
    /// use octocom_ext::ChatReply;
    ///
    /// match chat.reply().await? {
    ///     ChatReply::Answered(answer) => println!("{}", answer.text),
    ///     ChatReply::HandedOff(hand_off) => println!("an agent has it since {}", hand_off.at),
    ///     _ => {}
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Timeout`](crate::ErrorKind::Timeout) when the time for a reply is over. It, and
    /// every other error while waiting, has the ids ([`Error::pending_reply`]); waiting can go on
    /// with this chat or, in another process, with [`Bot::resume`](crate::Bot::resume).
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) when nothing was sent that
    /// could be answered.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing.
    pub async fn reply(&mut self) -> Result<ChatReply, Error> {
        self.check_id()?;
        let (id, deadline) = (self.id, self.reply_deadline);
        let Some(waiting) = &mut self.waiting else {
            let reason = "chat: no message was sent that could be answered";
            return Err(Error::invalid_request(reason).of_conversation(id, None));
        };
        if let Some(text) = waiting.answer.take() {
            waiting.tracker.deliver_text(&text);
            let messages = Vec::new();
            return Ok(ChatReply::Answered(BotAnswer { text, messages }));
        }
        let asked = waiting.customer_message_id;
        let of_chat = |error: Error| error.of_conversation(id, Some(PendingReply::new(id, asked)));
        check_deadline(deadline).map_err(of_chat)?;
        let mut handed_off_at = None;
        let found = poll(&self.client, id, deadline, |snapshot| {
            handed_off_at = snapshot.handed_off_at;
            waiting.tracker.reply(snapshot, asked)
        });
        match (found.await.map_err(of_chat)?, handed_off_at) {
            (Some(reply), _) => Ok(reply),
            // The message was never to be seen, and nobody is there to answer it.
            (None, Some(at)) => Ok(ChatReply::HandedOff(HandOff {
                at,
                messages: Vec::new(),
            })),
            (None, None) => Err(of_chat(Error::no_reply(deadline))),
        }
    }

    /// Sends a message and waits for the answer.
    ///
    /// Calls `send_bot_message`, then `get_conversation` as [`reply`](Self::reply) does.
    ///
    /// # Errors
    ///
    /// Those of [`send`](Self::send) and of [`reply`](Self::reply). An error with a
    /// [`pending_reply`](Error::pending_reply) is of the second: the message was sent.
    pub async fn ask(&mut self, message: impl AsRef<str>) -> Result<ChatReply, Error> {
        self.send(message).await?;
        self.reply().await
    }

    fn check_id(&self) -> Result<(), Error> {
        match &self.problem {
            Some(problem) => Err(Error::invalid_request(problem.clone())),
            None => Ok(()),
        }
    }

    async fn store(&self, message: &str) -> Result<Waiting, Error> {
        self.check_id()?;
        let conversation = ConversationId::from(self.id);
        if !self.is_synchronous {
            let sent = send_only::send(&self.client, &conversation, message, false).await?;
            return Ok(Waiting::for_answer_to(sent.customer_message_id, None));
        }
        check_deadline(self.reply_deadline)?;
        send_only::check(&conversation, message)?;
        let before = Baseline::new(Snapshot::fetch(&self.client, self.id).await?, &self.sent);
        match send_only::send(&self.client, &conversation, message, true).await {
            Ok(sent) => {
                let sent = sent.into_value();
                Ok(Waiting::for_answer_to(
                    sent.customer_message_id,
                    sent.bot_response,
                ))
            }
            Err(error) if error.status() == Some(StatusCode::REQUEST_TIMEOUT) => {
                let stored = poll(&self.client, self.id, self.reply_deadline, |snapshot| {
                    before.first_new(&snapshot.messages, message)
                });
                match stored.await {
                    Ok(Some(id)) => Ok(Waiting::for_answer_to(id, None)),
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

impl Waiting {
    /// An answer without a text is none.
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

/// Shows the ids alone.
impl fmt::Debug for Chat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chat")
            .field("id", &self.id)
            .field("public_id", &self.public_id)
            .field("pending_reply", &self.pending_reply())
            .finish_non_exhaustive()
    }
}
