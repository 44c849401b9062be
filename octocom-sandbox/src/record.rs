//! Records of emails, purchases and requests, for tests to read.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// An email that the sandbox would have sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct OutboundEmail {
    /// The conversation that the email started.
    pub conversation_id: Uuid,
    /// Slug of the business that sends it.
    pub business_slug: String,
    /// Address of the recipient.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// Name of the recipient, when the request gave one.
    pub customer_name: Option<String>,
    /// Tags of the conversation.
    pub tags: Vec<String>,
}

/// A purchase that was recorded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Purchase {
    /// Id that the answer gave.
    pub id: Uuid,
    /// The browser session.
    pub browser_session_id: Uuid,
    /// Line items as they were sent.
    pub line_items: Value,
    /// Total price, in `currency_code`.
    pub total_price: f64,
    /// Currency code as it was sent.
    pub currency_code: String,
    /// Provider; `api` when the request gave none.
    pub provider: String,
    /// The merchant's order identifier, when the request gave one.
    pub order_id: Option<String>,
}

/// A request that the sandbox has answered, or cut off.
///
/// It holds no header, no body and no query, so that a log of it holds no key and no personal data.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RequestRecord {
    /// Place in the order of arrival, from 0.
    pub ordinal: u64,
    /// HTTP method.
    pub method: String,
    /// Path without the query.
    pub path: String,
    /// Operation id; `None` when the path belongs to none.
    pub operation: Option<&'static str>,
    /// Status of the answer; `None` when the connection was reset instead.
    pub status: Option<u16>,
    /// Time from the request's head to the answer's, in milliseconds.
    #[serde(rename = "elapsedMs", serialize_with = "milliseconds")]
    pub elapsed: Duration,
    /// The fault that was put in, as the fault header writes it.
    pub fault: Option<String>,
}

fn milliseconds<S: serde::Serializer>(elapsed: &Duration, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_f64((elapsed.as_secs_f64() * 1e6).round() / 1e3)
}
