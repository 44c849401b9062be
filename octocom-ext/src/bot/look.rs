//! A look at a conversation: what waiting for the bot needs of it, and nothing else.

use chrono::{DateTime, Utc};
use octocom_api::operations::GET_CONVERSATION;
use octocom_api::types::Message;
use serde::Deserialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::client::Client;
use crate::drift;
use crate::error::Error;
use crate::pagination::decode;

/// What a conversation has at one time.
#[derive(Debug)]
pub(super) struct Look {
    pub(super) handed_off_at: Option<DateTime<Utc>>,
    /// In the order they were written.
    pub(super) messages: Vec<Message>,
}

impl Look {
    /// Fetches the conversation. An odd note or an odd message of an agent is no reason not to hear
    /// the bot: a message that cannot be decoded is passed over, and told as drift.
    pub(super) async fn at(client: &Client, id: Uuid) -> Result<Self, Error> {
        #[derive(Deserialize)]
        struct Envelope {
            data: Conversation,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Conversation {
            #[serde(default)]
            handed_off_at: Option<DateTime<Utc>>,
            #[serde(default)]
            messages: Vec<Box<RawValue>>,
        }
        let call = async |api: octocom_api::Client| api.get_conversation(&id).await;
        let envelope: Envelope = client.read(call).await?.into_value();
        let messages = envelope.data.messages.into_iter().filter_map(|raw| {
            let raw: Box<str> = raw.into();
            let decoded = decode(&raw);
            let item = drift::item(
                client,
                Some(&GET_CONVERSATION),
                raw,
                decoded,
                |raw, error| Error::item(&GET_CONVERSATION, raw, error),
            );
            item.ok().map(crate::pagination::Item::into_value)
        });
        Ok(Self {
            handed_off_at: envelope.data.handed_off_at,
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
