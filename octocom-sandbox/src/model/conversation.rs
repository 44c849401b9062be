//! A conversation with everything that belongs to it.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Text;
use crate::timestamp::Timestamp;

/// Fields of the record that the API's detail does not show.
const INTERNAL: [&str; 6] = [
    "snoozed",
    "customerId",
    "type",
    "isOutbound",
    "viaApi",
    "botContext",
];

/// A conversation with every field that the sandbox knows of it.
///
/// [`detail`](Self::detail) and [`summary`](Self::summary) are what the API shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Conversation {
    pub(crate) id: Uuid,
    pub(crate) public_id: String,
    pub(crate) created_at: Timestamp,
    #[serde(default)]
    pub(crate) closed_at: Option<Timestamp>,
    #[serde(default)]
    pub(crate) handed_off_at: Option<Timestamp>,
    #[serde(default)]
    pub(crate) snoozed: bool,
    #[serde(default = "english")]
    pub(crate) language: Text,
    #[serde(default)]
    pub(crate) subject: String,
    pub(crate) business_slug: Text,
    #[serde(default)]
    pub(crate) sentiment: Option<Text>,
    #[serde(default)]
    pub(crate) sentiment_reason: Option<Text>,
    #[serde(default)]
    pub(crate) topics: Option<Vec<String>>,
    /// The customer, whose current name and address the detail shows.
    #[serde(default)]
    pub(crate) customer_id: Option<Uuid>,
    #[serde(default)]
    pub(crate) messages: Vec<Message>,
    #[serde(default)]
    pub(crate) data_collection_results: Vec<CollectedData>,
    #[serde(default)]
    pub(crate) notes: Vec<Note>,
    #[serde(default)]
    pub(crate) events: Vec<Event>,
    #[serde(default)]
    pub(crate) bot_function_calls: Vec<BotFunctionCall>,
    #[serde(default)]
    pub(crate) tags: Vec<String>,
    #[serde(default)]
    pub(crate) workflows: Vec<String>,
    #[serde(default)]
    pub(crate) variants: Vec<String>,
    #[serde(default)]
    pub(crate) metadata: Vec<MetadataEntry>,
    /// The kind of counterpart.
    #[serde(default, rename = "type")]
    pub(crate) participant: Participant,
    /// `true` if the business started it.
    #[serde(default)]
    pub(crate) is_outbound: bool,
    /// `true` if it was started through the API; only such ones can be continued there.
    #[serde(default)]
    pub(crate) via_api: bool,
    /// The bot's memory of it.
    #[serde(default)]
    pub(crate) bot_context: BotContext,
}

/// The counterpart of a business in a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Participant {
    /// The customer directly.
    #[default]
    Customer,
    /// A third party.
    External,
}

/// The bot's memory of a conversation between two messages.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct BotContext {
    /// Issue of the topic that was talked about last.
    #[serde(default)]
    pub(crate) issue: Option<Text>,
    /// The article that answered last.
    #[serde(default)]
    pub(crate) article: Option<Uuid>,
    /// The order number that the customer gave last.
    #[serde(default)]
    pub(crate) order: Option<String>,
}

fn english() -> Text {
    Text::Borrowed("en")
}

impl Conversation {
    /// An open conversation in which nothing has happened yet.
    pub(crate) fn new(id: Uuid, public_id: String, business_slug: Text, now: Timestamp) -> Self {
        Self {
            id,
            public_id,
            created_at: now,
            closed_at: None,
            handed_off_at: None,
            snoozed: false,
            language: english(),
            subject: String::new(),
            business_slug,
            sentiment: None,
            sentiment_reason: None,
            topics: None,
            customer_id: None,
            messages: Vec::new(),
            data_collection_results: Vec::new(),
            notes: Vec::new(),
            events: Vec::new(),
            bot_function_calls: Vec::new(),
            tags: Vec::new(),
            workflows: Vec::new(),
            variants: Vec::new(),
            metadata: Vec::new(),
            participant: Participant::Customer,
            is_outbound: false,
            via_api: false,
            bot_context: BotContext::default(),
        }
    }

    /// State by which lists are filtered.
    pub(crate) fn list_state(&self) -> ListState {
        let status = match (self.closed_at, self.snoozed) {
            (Some(_), _) => Status::Closed,
            (None, true) => Status::Snoozed,
            (None, false) => Status::Open,
        };
        ListState {
            status,
            handed_off: self.handed_off_at.is_some(),
        }
    }

    /// Returns the list's view of it at a time: replies that are still to come are not counted.
    pub(crate) fn summary(&self, now: Timestamp) -> Value {
        let seen = self
            .messages
            .iter()
            .filter(|message| message.created_at <= now);
        let last = seen.max_by_key(|message| message.created_at);
        json!({
            "id": self.id,
            "publicId": self.public_id,
            "createdAt": self.created_at,
            "closedAt": self.closed_at,
            "handedOffAt": self.handed_off_at,
            "subject": self.subject,
            "lastMessageCreatedAt": last.map_or(self.created_at, |message| message.created_at),
            "sentiment": self.sentiment,
            "topics": self.topics,
            "type": self.participant,
            "isOutbound": self.is_outbound,
            "businessSlug": self.business_slug,
            "initialChannel": self.messages.first().map(|message| &message.channel),
            "latestChannel": last.map(|message| &message.channel),
            "tags": self.tags,
        })
    }

    /// Returns the detail's view of it at a time, without its customer: a reply that is still to come
    /// is not there yet, nor what the bot did for it.
    pub(crate) fn detail(&self, now: Timestamp) -> Value {
        let mut detail = json!(self);
        if let Value::Object(fields) = &mut detail {
            fields.retain(|name, _| !INTERNAL.contains(&name.as_str()));
        }
        let calls = self.bot_function_calls.iter();
        let calls = calls.filter(|call| call.created_at <= now);
        detail["botFunctionCalls"] = json!(calls.collect::<Vec<_>>());
        let seen = self.messages.iter();
        let seen = seen.filter(|message| message.created_at <= now);
        detail["messages"] = json!(seen.collect::<Vec<_>>());
        detail
    }

    /// The metadata pair under a key.
    pub(crate) fn pair(&self, key: &str) -> Option<&MetadataEntry> {
        self.metadata.iter().find(|pair| pair.key == key)
    }
}

/// The properties that the list filters by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ListState {
    pub(crate) status: Status,
    pub(crate) handed_off: bool,
}

/// The status of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Open,
    Closed,
    Snoozed,
}

impl Status {
    /// The status that the API calls by this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "open" => Some(Self::Open),
            "closed" => Some(Self::Closed),
            "snoozed" => Some(Self::Snoozed),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Message {
    pub(crate) id: Uuid,
    pub(crate) sender: Sender,
    pub(crate) text: String,
    pub(crate) channel: Text,
    pub(crate) created_at: Timestamp,
    #[serde(default)]
    pub(crate) agent_name: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Sender {
    Customer,
    Bot,
    Agent,
    External,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CollectedData {
    pub(crate) key: Text,
    pub(crate) value: String,
    pub(crate) created_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Note {
    pub(crate) id: Uuid,
    pub(crate) text: String,
    pub(crate) created_at: Timestamp,
    pub(crate) user_id: Uuid,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Event {
    pub(crate) id: Uuid,
    pub(crate) event: String,
    pub(crate) created_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) metadata: Option<Value>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct BotFunctionCall {
    pub(crate) tool_name: Text,
    pub(crate) tool_arguments: String,
    pub(crate) content: String,
    pub(crate) created_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct MetadataEntry {
    pub(crate) key: String,
    pub(crate) value: String,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}
