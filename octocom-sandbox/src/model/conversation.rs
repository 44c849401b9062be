//! A conversation with everything that belongs to it.

use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::timestamp::Timestamp;

/// A conversation, in the detail's field names; fields that only the list shows are skipped.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Conversation {
    pub(crate) id: Uuid,
    pub(crate) public_id: String,
    pub(crate) created_at: Timestamp,
    pub(crate) closed_at: Option<Timestamp>,
    pub(crate) handed_off_at: Option<Timestamp>,
    #[serde(skip)]
    pub(crate) snoozed: bool,
    pub(crate) language: &'static str,
    pub(crate) subject: String,
    pub(crate) business_slug: &'static str,
    pub(crate) sentiment: Option<&'static str>,
    pub(crate) sentiment_reason: Option<&'static str>,
    pub(crate) topics: Option<Vec<String>>,
    /// Number of the customer, whose current name and address the detail shows.
    #[serde(skip)]
    pub(crate) customer: Option<u64>,
    pub(crate) messages: Vec<Message>,
    pub(crate) data_collection_results: Vec<CollectedData>,
    pub(crate) notes: Vec<Note>,
    pub(crate) events: Vec<Event>,
    pub(crate) bot_function_calls: Vec<BotFunctionCall>,
    pub(crate) tags: Vec<String>,
    pub(crate) workflows: Vec<String>,
    pub(crate) variants: Vec<String>,
    pub(crate) metadata: Vec<MetadataEntry>,
    /// Whether a third party takes part (type `external` in the list).
    #[serde(skip)]
    pub(crate) external: bool,
    #[serde(skip)]
    pub(crate) outbound: bool,
    /// Whether it was started through the bot API, which alone may continue it.
    #[serde(skip)]
    pub(crate) via_api: bool,
}

impl Conversation {
    /// An open conversation in which nothing has happened yet.
    pub(crate) fn new(
        id: Uuid,
        public_id: String,
        business_slug: &'static str,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            public_id,
            created_at: now,
            closed_at: None,
            handed_off_at: None,
            snoozed: false,
            language: "en",
            subject: String::new(),
            business_slug,
            sentiment: None,
            sentiment_reason: None,
            topics: None,
            customer: None,
            messages: Vec::new(),
            data_collection_results: Vec::new(),
            notes: Vec::new(),
            events: Vec::new(),
            bot_function_calls: Vec::new(),
            tags: Vec::new(),
            workflows: Vec::new(),
            variants: Vec::new(),
            metadata: Vec::new(),
            external: false,
            outbound: false,
            via_api: false,
        }
    }

    /// State by which lists are filtered.
    pub(crate) fn standing(&self) -> Standing {
        let status = match (self.closed_at, self.snoozed) {
            (Some(_), _) => Status::Closed,
            (None, true) => Status::Snoozed,
            (None, false) => Status::Open,
        };
        Standing {
            status,
            handed_off: self.handed_off_at.is_some(),
        }
    }

    /// What the list shows of it at a time: replies that are still to come are not counted.
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
            "type": if self.external { "external" } else { "customer" },
            "isOutbound": self.outbound,
            "businessSlug": self.business_slug,
            "initialChannel": self.messages.first().map(|message| message.channel),
            "latestChannel": last.map(|message| message.channel),
            "tags": self.tags,
        })
    }

    /// The metadata pair under a key.
    pub(crate) fn pair(&self, key: &str) -> Option<&MetadataEntry> {
        self.metadata.iter().find(|pair| pair.key == key)
    }
}

/// What the list filters by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) status: Status,
    pub(crate) handed_off: bool,
}

/// Whether a conversation is open, closed or snoozed.
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

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Message {
    pub(crate) id: Uuid,
    pub(crate) sender: Sender,
    pub(crate) text: String,
    pub(crate) channel: &'static str,
    pub(crate) created_at: Timestamp,
    pub(crate) agent_name: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Sender {
    Customer,
    Bot,
    Agent,
    External,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CollectedData {
    pub(crate) key: &'static str,
    pub(crate) value: String,
    pub(crate) created_at: Timestamp,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Note {
    pub(crate) id: Uuid,
    pub(crate) text: String,
    pub(crate) created_at: Timestamp,
    pub(crate) user_id: Uuid,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Event {
    pub(crate) id: Uuid,
    pub(crate) event: String,
    pub(crate) created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) metadata: Option<Value>,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BotFunctionCall {
    pub(crate) tool_name: &'static str,
    pub(crate) tool_arguments: String,
    pub(crate) content: String,
    pub(crate) created_at: Timestamp,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MetadataEntry {
    pub(crate) key: String,
    pub(crate) value: String,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}
