//! Acting as an agent, or as the customer.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::Control;
use crate::control_error::ControlError;
use crate::model::{Note, Sender, Text, User};
use crate::records::{RecordKind, missing};
use crate::store::State;

/// An action of an agent or the customer for which the API has no operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "action",
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
#[non_exhaustive]
pub enum AgentAction {
    /// An agent writes to the customer. The conversation is handed off from then on.
    Reply {
        /// The message.
        text: String,
        /// Id of the user who writes. Default: the first user who answers customers.
        #[serde(default)]
        user_id: Option<Uuid>,
        /// Channel. Default: the channel of the last message, or else `web`.
        #[serde(default)]
        channel: Option<String>,
    },
    /// The customer writes, not through the bot API. A closed or snoozed conversation is reopened;
    /// the bot does not reply.
    CustomerMessage {
        /// The message.
        text: String,
        /// Channel. Default: the channel of the last message, or else `web`.
        #[serde(default)]
        channel: Option<String>,
    },
    /// An agent writes a note that the customer does not see.
    Note {
        /// The note.
        text: String,
        /// Id of the user who writes. Default: the first user who answers customers.
        #[serde(default)]
        user_id: Option<Uuid>,
    },
    /// A tag is added, unless the conversation has it.
    Tag {
        /// The tag.
        tag: String,
    },
    /// A tag is removed, if the conversation has it.
    Untag {
        /// The tag.
        tag: String,
    },
    /// The conversation is closed.
    Close,
    /// The conversation is reopened after it was closed or snoozed.
    Reopen,
    /// The conversation is snoozed; not possible if it is closed.
    Snooze,
    /// The bot hands the conversation off.
    HandOff,
}

impl Control {
    /// Carries out an action in a conversation, given by its UUID or public id. Returns its record.
    ///
    /// # Errors
    ///
    /// The conversation or user does not exist, the channel is unknown, or a closed conversation
    /// should be snoozed.
    pub fn act(&self, conversation: &str, action: AgentAction) -> Result<Value, ControlError> {
        self.with_records(|records| {
            let state = &mut *records.state;
            let unknown = || missing(RecordKind::Conversations, conversation);
            let number = state.conversations.find(conversation).ok_or_else(unknown)?;
            let before = state.clone();
            let id = state.conversations.id(number).to_string();
            let outcome = act(state, number, action);
            // What the API could not show is refused.
            let shown = outcome.and_then(|()| {
                let record = records.get(RecordKind::Conversations, &id);
                records.put(RecordKind::Conversations, record.ok_or_else(unknown)?)
            });
            if shown.is_err() {
                *records.state = before;
            }
            shown
        })?
    }
}

fn act(state: &mut State, number: u64, action: AgentAction) -> Result<(), ControlError> {
    let now = state.clock.tick();
    match action {
        AgentAction::Reply {
            text,
            user_id,
            channel,
        } => {
            let name = agent(state, user_id)?.full_name.clone();
            if state.conversations.get(number).handed_off_at.is_none() {
                state.hand_off(number, now);
            }
            let channel = channel_of(state, number, channel);
            let id = state.say(number, Sender::Agent, text, channel, now);
            let messages = &mut state.conversations.change(number).messages;
            if let Some(message) = messages.iter_mut().find(|message| message.id == id) {
                message.agent_name = Some(name);
            }
        }
        AgentAction::CustomerMessage { text, channel } => {
            let channel = channel_of(state, number, channel);
            reopen(state, number);
            state.say(number, Sender::Customer, text, channel, now);
        }
        AgentAction::Note { text, user_id } => {
            let user_id = agent(state, user_id)?.id;
            let note = Note {
                id: state.entry_id(number),
                text,
                created_at: now,
                user_id,
            };
            state.conversations.change(number).notes.push(note);
        }
        AgentAction::Tag { tag } => {
            state.tag(&tag);
            let conversation = state.conversations.change(number);
            if !conversation.tags.contains(&tag) {
                conversation.tags.push(tag);
            }
        }
        AgentAction::Untag { tag } => {
            let conversation = state.conversations.change(number);
            conversation.tags.retain(|known| *known != tag);
        }
        AgentAction::Close => {
            let conversation = state.conversations.change(number);
            if conversation.closed_at.is_none() {
                conversation.closed_at = Some(now);
                conversation.snoozed = false;
                state.event(number, "closed", now);
            }
        }
        AgentAction::Reopen => reopen(state, number),
        AgentAction::Snooze => {
            let conversation = state.conversations.change(number);
            if conversation.closed_at.is_some() {
                let reason = "a closed conversation cannot be snoozed; reopen it first";
                return Err(ControlError::invalid("action", reason));
            }
            if !conversation.snoozed {
                conversation.snoozed = true;
                state.event(number, "snoozed", now);
            }
        }
        AgentAction::HandOff => {
            if state.conversations.get(number).handed_off_at.is_none() {
                state.hand_off(number, now);
            }
        }
    }
    Ok(())
}

fn reopen(state: &mut State, number: u64) {
    let conversation = state.conversations.change(number);
    if conversation.closed_at.is_some() || conversation.snoozed {
        conversation.closed_at = None;
        conversation.snoozed = false;
        let now = state.clock.tick();
        state.event(number, "reopened", now);
    }
}

/// The user of an action: the one that is named, else the first one who answers customers.
fn agent(state: &State, id: Option<Uuid>) -> Result<&User, ControlError> {
    let mut users = state.directory.users.iter();
    match id {
        Some(id) => users.find(|user| user.id == id).ok_or_else(|| {
            let reason = format!("unknown user `{id}`");
            ControlError::invalid("userId", reason)
        }),
        None => users
            .find(|user| user.is_agent && !user.archived)
            .ok_or_else(|| ControlError::invalid("userId", "no user answers customers")),
    }
}

fn channel_of(state: &State, number: u64, given: Option<String>) -> Text {
    let conversation = state.conversations.get(number);
    let last = conversation.messages.last();
    given
        .map(Text::Owned)
        .unwrap_or_else(|| last.map_or(Text::Borrowed("web"), |message| message.channel.clone()))
}
