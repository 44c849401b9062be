//! What the bot says.

use std::fmt;

use chrono::{DateTime, Utc};
use octocom_api::types::Message;

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
    ///
    /// ```no_run
    /// # fn example(reply: octocom_ext::ChatReply) {
    /// println!("{}", reply.text().unwrap_or_default());
    /// # }
    /// ```
    #[must_use]
    pub fn text(&self) -> Option<String> {
        match self {
            Self::Answered(answer) => Some(answer.text.clone()),
            Self::HandedOff(hand_off) if hand_off.messages.is_empty() => None,
            Self::HandedOff(hand_off) => Some(lines(&hand_off.messages)),
        }
    }

    /// Whether the conversation was handed to human agents.
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
