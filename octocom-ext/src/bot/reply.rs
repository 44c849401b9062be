//! Replies of the bot.

use std::fmt;

use chrono::{DateTime, Utc};
use octocom_api::types::Message;

/// The end of waiting for the bot. `Display` prints the bot's words.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ChatReply {
    /// The bot has answered.
    Answered(BotAnswer),
    /// The conversation was handed to human agents: the bot does not answer any more.
    HandedOff(HandOff),
}

/// The bot's answer.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct BotAnswer {
    /// Its words; several messages are on lines of their own.
    pub text: String,
    /// The messages. Empty in synchronous mode, where the API gives the text alone.
    pub messages: Vec<Message>,
}

/// A hand-off to human agents.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct HandOff {
    /// Time of the hand-off.
    pub at: DateTime<Utc>,
    /// The bot's messages since the customer's, if any.
    pub messages: Vec<Message>,
}

impl ChatReply {
    /// Returns the bot's words; `None` when it hands the conversation off without any.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        match self {
            Self::Answered(answer) => Some(answer.text.clone()),
            Self::HandedOff(hand_off) if hand_off.messages.is_empty() => None,
            Self::HandedOff(hand_off) => Some(lines(&hand_off.messages)),
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

impl BotAnswer {
    pub(super) fn new(messages: Vec<Message>) -> Self {
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
