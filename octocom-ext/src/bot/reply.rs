//! Replies of the bot: its messages since the customer's last one.

use std::collections::HashSet;
use std::fmt;

use chrono::{DateTime, Utc};
use octocom_api::types::Message;
use uuid::Uuid;

use super::snapshot::Snapshot;

/// The result of waiting for the bot. `Display` prints the text of its messages.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ChatReply {
    /// The bot replied.
    #[non_exhaustive]
    Answered {
        /// Text of the reply; several messages are on separate lines.
        text: String,
        /// Messages of the reply. Empty in synchronous mode, in which the API returns only the text.
        messages: Vec<Message>,
    },
    /// The conversation was handed off to human agents; the bot does not answer any more.
    #[non_exhaustive]
    HandedOff {
        /// Time of the hand-off.
        at: DateTime<Utc>,
        /// Messages of the bot since the customer's message, if any.
        messages: Vec<Message>,
    },
}

impl ChatReply {
    /// Returns the text of the bot's messages; `None` if it handed off without any.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        match self {
            Self::Answered { text, .. } => Some(text.clone()),
            Self::HandedOff { messages, .. } if messages.is_empty() => None,
            Self::HandedOff { messages, .. } => Some(lines(messages)),
        }
    }

    /// Returns the bot's messages. Empty in synchronous mode, in which the API returns only the text.
    #[must_use]
    pub fn messages(&self) -> &[Message] {
        match self {
            Self::Answered { messages, .. } | Self::HandedOff { messages, .. } => messages,
        }
    }

    /// Returns `true` if the conversation was handed off to human agents.
    ///
    /// ```no_run
    /// # fn example(reply: octocom_ext::ChatReply) {
    /// if reply.is_handed_off() {
    ///     println!("an agent will answer");
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn is_handed_off(&self) -> bool {
        matches!(self, Self::HandedOff { .. })
    }
}

impl fmt::Display for ChatReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.text() {
            Some(text) => f.write_str(&text),
            None => f.write_str("(handed off to a human agent)"),
        }
    }
}

fn lines(messages: &[Message]) -> String {
    let texts: Vec<_> = messages
        .iter()
        .map(|message| message.text.as_str())
        .collect();
    texts.join("\n")
}

/// `sender` of the bot's messages.
const BOT: &str = "bot";

/// The bot's messages that were delivered and seen since the customer's last one.
#[derive(Default)]
pub(super) struct ReplyTracker {
    delivered: HashSet<Uuid>,
    /// The bot's messages of the looks before; `None` before the first.
    seen: Option<HashSet<Uuid>>,
    /// A text that was delivered without the ids of its messages.
    text: Option<String>,
}

impl ReplyTracker {
    /// Notes a text that was delivered without the ids of its messages.
    pub(super) fn deliver_text(&mut self, text: &str) {
        self.text = Some(text.to_owned());
    }

    /// Returns the reply to the message `asked` that a snapshot has; `None` when there is none
    /// yet. It counts as delivered.
    pub(super) fn reply(&mut self, snapshot: &Snapshot, asked: Uuid) -> Option<ChatReply> {
        let news = self.news(snapshot, asked);
        let (asked_at, said) = news?;
        let reply = match snapshot.handed_off_at {
            // A bot that answers after an earlier hand-off has not left the conversation.
            Some(at) if said.is_empty() || at >= asked_at => {
                ChatReply::HandedOff { at, messages: said }
            }
            _ if said.is_empty() => return None,
            _ => ChatReply::Answered {
                text: lines(&said),
                messages: said,
            },
        };
        let ids = reply.messages().iter().map(|message| message.id);
        self.delivered.extend(ids);
        Some(reply)
    }

    /// Returns the time of the message, and the bot's messages since that were not delivered;
    /// `None` while the message is not to be seen.
    ///
    /// The bot's messages after it are the answer, and those that were not there at an earlier
    /// snapshot, wherever they stand: two messages of one second may be in either order.
    fn news(&mut self, snapshot: &Snapshot, asked: Uuid) -> Option<(DateTime<Utc>, Vec<Message>)> {
        let messages = &snapshot.messages;
        let place = messages.iter().position(|message| message.id == asked);
        let mut said: Vec<_> = messages
            .iter()
            .enumerate()
            .filter(|(index, message)| {
                let is_after = place.is_some_and(|place| *index > place);
                let appeared = |seen: &HashSet<Uuid>| !seen.contains(&message.id);
                is_bot(message)
                    && !self.delivered.contains(&message.id)
                    && (is_after || self.seen.as_ref().is_some_and(appeared))
            })
            .map(|(_, message)| message.clone())
            .collect();
        let seen = messages.iter().filter(|message| is_bot(message));
        self.seen
            .get_or_insert_default()
            .extend(seen.map(|message| message.id));
        let asked_at = messages.get(place?)?.created_at;
        if let Some(text) = &self.text {
            let count = count_of(&said, text);
            let known = said.drain(..count).map(|message| message.id);
            self.delivered.extend(known);
            if count > 0 {
                self.text = None;
            }
        }
        Some((asked_at, said))
    }
}

fn is_bot(message: &Message) -> bool {
    message.sender.eq_ignore_ascii_case(BOT)
}

/// Returns how many of the first messages a text is made of; white space aside, as nobody knows how
/// the API joins them.
fn count_of(messages: &[Message], text: &str) -> usize {
    let words = |text: &str| text.split_whitespace().collect::<String>();
    let whole = words(text);
    let mut joined = String::new();
    for (index, message) in messages.iter().enumerate() {
        joined.push_str(&words(&message.text));
        if joined == whole {
            return index + 1;
        }
    }
    0
}
