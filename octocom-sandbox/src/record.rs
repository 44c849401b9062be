//! Emails, purchases and requests that the sandbox recorded.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// An email that a real server would have sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct OutboundEmail {
    /// Conversation of the email.
    pub conversation_id: Uuid,
    /// Slug of the sending business.
    pub business_slug: String,
    /// Address of the recipient.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// Name of the recipient, if given.
    pub customer_name: Option<String>,
    /// Tags of the conversation.
    pub tags: Vec<String>,
}

/// A purchase that was recorded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Purchase {
    /// Id in the response.
    pub id: Uuid,
    /// The browser session.
    pub browser_session_id: Uuid,
    /// ConnectionHandle items as they were sent.
    pub line_items: Value,
    /// Total price, in `currency_code`.
    pub total_price: f64,
    /// Currency code as it was sent.
    pub currency_code: String,
    /// Provider; `api` if none was given.
    pub provider: String,
    /// The merchant's id of the order, if given.
    pub order_id: Option<String>,
}

/// A request that the sandbox answered or cut off.
///
/// It has no headers, query and body, so that logs contain no keys and no private data.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RequestRecord {
    /// Position in the order of arrival, from 0.
    pub ordinal: u64,
    /// HTTP method.
    pub method: String,
    /// Path without the query.
    pub path: String,
    /// Operation id; `None` if the path belongs to none.
    pub operation: Option<&'static str>,
    /// Status of the response; `None` if the connection was reset.
    pub status: Option<u16>,
    /// Time from the head of the request to the head of the response, in milliseconds.
    #[serde(rename = "elapsedMs", serialize_with = "milliseconds")]
    pub elapsed: Duration,
    /// Fault, in the form of the fault header.
    pub fault: Option<String>,
}

fn milliseconds<S: serde::Serializer>(elapsed: &Duration, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_f64((elapsed.as_secs_f64() * 1e6).round() / 1e3)
}
