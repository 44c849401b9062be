//! What the bot says.

use std::fmt;

use chrono::{DateTime, Utc};
use octocom_api::types::{Conversation, Message};
use uuid::Uuid;

/// `sender` of the bot's messages, and of the customer's.
const BOT: &str = "bot";
pub(super) const CUSTOMER: &str = "customer";

/// How waiting for the bot ended. Printed, it is what the bot says.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ChatReply {
    /// The bot has answered.
    Answered(Answer),
    /// The conversation was handed to human agents: the bot does not answer any more.
    HandedOff(HandOff),
}

/// The bot's answer.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Answer {
    /// What it says; several messages are on lines of their own.
    pub text: String,
    /// The messages. Empty in synchronous mode, where the API gives the text alone.
    pub messages: Vec<Message>,
}

/// A hand-off to human agents.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct HandOff {
    /// When.
    pub at: DateTime<Utc>,
    /// What the bot has said since the message, if anything.
    pub messages: Vec<Message>,
}

impl ChatReply {
    /// What the bot says; `None` when it leaves the conversation to humans without a word.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        match self {
            Self::Answered(answer) => Some(answer.text.clone()),
            Self::HandedOff(hand_off) if hand_off.messages.is_empty() => None,
            Self::HandedOff(hand_off) => Some(lines(&hand_off.messages)),
        }
    }

    /// Whether the conversation was handed to human agents.
    #[must_use]
    pub fn is_handed_off(&self) -> bool {
        matches!(self, Self::HandedOff(_))
    }
}

impl fmt::Display for ChatReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.text() {
            Some(text) => f.write_str(&text),
            None => f.write_str("(handed over to a human agent)"),
        }
    }
}

impl Answer {
    pub(super) fn of(messages: Vec<Message>) -> Self {
        Self {
            text: lines(&messages),
            messages,
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

/// What a conversation has for the message of an id; `None` when nothing yet. `is_known` tells
/// which of the bot's messages were delivered before.
pub(super) fn reply_to(
    conversation: &Conversation,
    id: Uuid,
    mut is_known: impl FnMut(&Message) -> bool,
) -> Option<ChatReply> {
    let messages = ascending(&conversation.messages);
    let place = messages.iter().position(|message| message.id == id)?;
    let asked_at = messages.get(place)?.created_at;
    let said: Vec<_> = messages
        .into_iter()
        .skip(place + 1)
        .filter(|message| message.sender == BOT && !is_known(message))
        .cloned()
        .collect();
    match conversation.handed_off_at {
        // A bot that answers after an earlier hand-off has not left the conversation.
        Some(at) if said.is_empty() || at >= asked_at => {
            Some(ChatReply::HandedOff(HandOff { at, messages: said }))
        }
        _ if said.is_empty() => None,
        _ => Some(ChatReply::Answered(Answer::of(said))),
    }
}

/// Messages in the order they were written. The document does not say which way the list goes.
pub(super) fn ascending(messages: &[Message]) -> Vec<&Message> {
    let mut ordered: Vec<_> = messages.iter().collect();
    let goes_down = match messages {
        [first, .., last] => first.created_at > last.created_at,
        _ => false,
    };
    if goes_down {
        ordered.reverse();
    }
    // Stable: messages of one time stay in the list's order.
    ordered.sort_by_key(|message| message.created_at);
    ordered
}
