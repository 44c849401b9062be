//! A snapshot of a conversation: only what waiting for the bot needs of it.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use octocom_api::Record;
use octocom_api::operations::GET_CONVERSATION;
use octocom_api::types::Message;
use serde::Deserialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::client::Client;
use crate::error::Error;

/// The messages of a conversation at one time.
#[derive(Debug)]
pub(super) struct Snapshot {
    pub(super) handed_off_at: Option<DateTime<Utc>>,
    /// In the order they were written.
    pub(super) messages: Vec<Message>,
}

impl Snapshot {
    /// Fetches the conversation. An odd note or an odd message of an agent is no reason not to hear
    /// the bot: a message that cannot be decoded is passed over, and told as drift.
    pub(super) async fn fetch(client: &Client, id: Uuid) -> Result<Self, Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Conversation {
            #[serde(default)]
            handed_off_at: Option<DateTime<Utc>>,
            #[serde(default)]
            messages: Vec<Box<RawValue>>,
        }
        let response = client.api().get_conversation(&id).await?;
        let answer = response.answer().clone();
        let conversation: Conversation = answer.decode(&response.into_value().data.cast())?;
        let messages = conversation.messages.into_iter().filter_map(|message| {
            let message = Record::new(Bytes::copy_from_slice(message.get().as_bytes()));
            let message = answer.decode::<Message>(&message);
            if let (Err(error), Some(drift)) = (&message, client.drift()) {
                drift.undecodable(
                    &GET_CONVERSATION,
                    error.json_path().unwrap_or(".").to_owned(),
                );
            }
            message.ok()
        });
        Ok(Self {
            handed_off_at: conversation.handed_off_at,
            messages: ascending(messages.collect()),
        })
    }
}

/// Messages in the order they were written. The document does not say which way the list goes.
fn ascending(mut messages: Vec<Message>) -> Vec<Message> {
    let goes_down = match &messages[..] {
        [first, .., last] => first.created_at > last.created_at,
        _ => false,
    };
    if goes_down {
        messages.reverse();
    }
    // Stable: messages of one time stay in the list's order.
    messages.sort_by_key(|message| message.created_at);
    messages
}
