//! A reply of the bot that is expected.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A message to the bot whose reply is expected. It contains everything that another process needs
/// to continue to wait ([`Bot::resume`](crate::Bot::resume)).
///
/// ```
/// use octocom_ext::PendingReply;
///
/// let pending = PendingReply::new(uuid::Uuid::nil(), uuid::Uuid::max());
/// let json = serde_json::to_string(&pending)?;
/// assert_eq!(serde_json::from_str::<PendingReply>(&json)?, pending);
/// # Ok::<_, serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PendingReply {
    /// The conversation.
    pub conversation_id: Uuid,
    /// The customer's message.
    pub customer_message_id: Uuid,
}

impl PendingReply {
    /// Returns the expected reply to a message of a conversation.
    #[must_use]
    pub fn new(conversation_id: Uuid, customer_message_id: Uuid) -> Self {
        Self {
            conversation_id,
            customer_message_id,
        }
    }
}
