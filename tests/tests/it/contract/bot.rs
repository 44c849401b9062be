//! The bot's two operations; waiting for its answers is tested in `bot`.

use octocom_ext::{ChatDraft, operations as op};
use serde_json::json;

use super::cases::{Case, ID, OTHER};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new(
            &op::START_BOT_CONVERSATION,
            "/bot/conversations",
            json!({"data": {"conversationId": ID, "publicId": "CONV-2024-001234",
                "customerMessageId": OTHER}}),
            async |client| {
                let draft = ChatDraft::new("Where is my order?").customer_email("mia@example.com");
                let draft = draft.customer_name("Mia").customer_phone("+1");
                let draft = draft.metadata("order", "#1042");
                let chat = client.bot().start("acme-corp", draft).await?;
                Ok(json!({"id": chat.id(), "publicId": chat.public_id(),
                    "pending": chat.pending_reply()}))
            },
        )
        .body(json!({
            "businessSlug": "acme-corp", "message": "Where is my order?", "async": true,
            "customer": {"email": "mia@example.com", "name": "Mia", "phone": "+1"},
            "metadata": {"order": "#1042"},
        }))
        .decoded(json!({"id": ID, "publicId": "CONV-2024-001234",
            "pending": {"conversationId": ID, "customerMessageId": OTHER}})),
        Case::new(
            &op::SEND_BOT_MESSAGE,
            format!("/bot/conversations/{ID}/messages"),
            json!({"data": {"customerMessageId": OTHER}}),
            async |client| {
                let mut chat = client.bot().chat(ID);
                chat.send("And when?").await?;
                Ok(json!(chat.pending_reply()))
            },
        )
        .body(json!({"message": "And when?", "async": true}))
        .decoded(json!({"conversationId": ID, "customerMessageId": OTHER})),
    ]
}
