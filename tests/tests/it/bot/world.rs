//! Conversations and answers of the bot's two operations, for scripts.

use octocom_ext::types::Message;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::contract::conversations::full;
use octocom_tests::script::{Answer, status};

pub(crate) const CHAT: Uuid = Uuid::from_u128(1);
pub(crate) const ASKED: Uuid = Uuid::from_u128(2);

/// A message at a second of the morning of 2024-01-15.
pub(crate) fn message(id: u128, sender: &str, text: &str, second: u32) -> Value {
    json!({"id": Uuid::from_u128(id), "sender": sender, "text": text, "channel": "api",
        "createdAt": format!("2024-01-15T10:30:{second:02}Z")})
}

/// The question that has the id [`ASKED`].
pub(crate) fn question() -> Value {
    message(2, "customer", "Where is it?", 10)
}

/// The answer to `get_conversation`.
pub(crate) fn conversation(messages: &[Value], handed_off_at: Option<u32>) -> Answer {
    let mut conversation = full();
    conversation["id"] = json!(CHAT);
    conversation["messages"] = json!(messages);
    conversation["handedOffAt"] =
        json!(handed_off_at.map(|second| format!("2024-01-15T10:30:{second:02}Z")));
    status(200).body(json!({"data": conversation}).to_string())
}

/// The answer to `start_bot_conversation`.
pub(crate) fn started(bot_response: Option<&str>) -> Answer {
    let mut data = json!({"conversationId": CHAT, "publicId": "C-1", "customerMessageId": ASKED});
    if let Some(text) = bot_response {
        data["botResponse"] = json!(text);
    }
    status(200).body(json!({"data": data}).to_string())
}

/// The answer to `send_bot_message`.
pub(crate) fn sent(id: u128, bot_response: Option<&str>) -> Answer {
    let mut data = json!({"customerMessageId": Uuid::from_u128(id)});
    if let Some(text) = bot_response {
        data["botResponse"] = json!(text);
    }
    status(200).body(json!({"data": data}).to_string())
}

pub(crate) fn texts(messages: &[Message]) -> Vec<&str> {
    messages
        .iter()
        .map(|message| message.text.as_str())
        .collect()
}
