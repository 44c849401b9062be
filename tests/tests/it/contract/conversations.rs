//! Conversations: listing and reading them, and what is added to them.

use octocom_ext::types::ConversationStatus;
use octocom_ext::{EmailDraft, operations as op};
use serde_json::{Value, json};

use super::cases::{AT, Case, ID, OTHER, deleted, items, page};

pub(crate) fn full() -> Value {
    json!({
        "id": ID, "publicId": "CONV-2024-001234", "createdAt": AT, "closedAt": AT,
        "handedOffAt": AT, "language": "en", "subject": "Order", "businessSlug": "acme-corp",
        "sentiment": "happy", "sentimentReason": "thanks", "topics": ["shipping"],
        "customer": {"id": OTHER, "email": "mia@example.com", "phone": "+1", "name": "Mia"},
        "messages": [{"id": OTHER, "sender": "customer", "text": "Hi", "channel": "phone-call",
            "createdAt": AT, "agentName": "Bo"}],
        "dataCollectionResults": [{"key": "k", "value": "v", "createdAt": AT}],
        "notes": [{"id": OTHER, "text": "note", "createdAt": AT, "userId": ID}],
        "events": [{"id": OTHER, "event": "closed", "createdAt": AT, "metadata": {"a": 1}}],
        "botFunctionCalls": [{"toolName": "t", "toolArguments": "{}", "content": "c", "createdAt": AT}],
        "tags": ["vip"], "workflows": ["Returns"], "variants": ["Returns / Default"],
        "metadata": [{"key": "k", "value": "v", "createdAt": AT, "updatedAt": AT}],
    })
}

pub(crate) fn cases() -> Vec<Case> {
    let summary = json!({
        "id": ID, "publicId": "CONV-2024-001234", "createdAt": AT, "closedAt": AT, "handedOffAt": AT,
        "lastMessageCreatedAt": AT, "subject": "Order", "type": "customer", "isOutbound": false,
        "businessSlug": "acme-corp", "initialChannel": "web", "latestChannel": "facebookComment",
        "sentiment": "happy", "topics": ["shipping"], "tags": ["vip"],
    });
    let change = json!({"success": true, "message": "done", "key": "order", "value": "#1042"});
    vec![
        Case::new(
            &op::LIST_CONVERSATIONS,
            "/conversations?endDate=2024-01-15T10%3A30%3A00Z&handedOff=true&metadataKey=order\
             &metadataValue=%231042&page=1&startDate=2024-01-15T10%3A30%3A00Z&status=open",
            page(summary),
            async |client| {
                let at: chrono::DateTime<chrono::Utc> = AT.parse().unwrap();
                // By page number, where the dates are sent as they are.
                let list = client.conversations().list().offset();
                let list = list.since(at).until(at);
                let list = list.status(ConversationStatus::Open).handed_off(true);
                items(list.metadata("order", "#1042").stream()).await
            },
        ),
        Case::new(
            &op::GET_CONVERSATION,
            format!("/conversations/{ID}"),
            json!({"data": full()}),
            async |client| Ok(client.conversations().get(ID).await?.into_value()),
        ),
        Case::new(
            &op::ADD_CONVERSATION_TAG,
            "/conversations/tags",
            json!({"success": true, "message": "Tag added successfully", "tagId": OTHER}),
            async |client| {
                client
                    .conversations()
                    .add_tag("CONV-2024-001234", "vip")
                    .await
            },
        )
        .body(json!({"conversationId": "CONV-2024-001234", "tag": "vip"}))
        .decoded_whole(),
        Case::new(
            &op::CREATE_CONVERSATION_EVENT,
            "/conversations/events",
            json!({"success": true, "message": "Event created successfully", "eventId": OTHER}),
            async |client| client.conversations().create_event(ID, "shipped").await,
        )
        .body(json!({"conversationId": ID, "event": "shipped"}))
        .decoded_whole(),
        Case::new(
            &op::SEND_OUTBOUND_EMAIL,
            "/conversations/outbound-email",
            json!({"success": true, "conversationId": ID, "publicId": "CONV-2024-001234"}),
            async |client| {
                let email = EmailDraft::new("mia@example.com", "Order", "It is on its way.");
                let email = email.customer_name("Mia").tag("shipping").tag("vip");
                client.conversations().send_email("acme-corp", email).await
            },
        )
        .body(json!({
            "businessSlug": "acme-corp", "to": "mia@example.com", "subject": "Order",
            "text": "It is on its way.", "customerName": "Mia", "tags": ["shipping", "vip"],
        }))
        .decoded_whole(),
        Case::new(
            &op::SET_CONVERSATION_METADATA,
            format!("/conversations/{ID}/metadata"),
            change.clone(),
            async |client| {
                client
                    .conversations()
                    .metadata(ID)
                    .set("order", "#1042")
                    .await
            },
        )
        .body(json!({"key": "order", "value": "#1042"}))
        .decoded_whole(),
        Case::new(
            &op::LIST_CONVERSATION_METADATA,
            format!("/conversations/{ID}/metadata"),
            json!({"data": [{"key": "order", "value": "#1042", "createdAt": AT, "updatedAt": AT}]}),
            async |client| client.conversations().metadata(ID).all().await,
        ),
        Case::new(
            &op::GET_CONVERSATION_METADATA,
            format!("/conversations/{ID}/metadata/order%20%2F%231042"),
            json!({"key": "order /#1042", "value": "shipped"}),
            async |client| {
                client
                    .conversations()
                    .metadata(ID)
                    .get("order /#1042")
                    .await
            },
        )
        .decoded(json!("shipped")),
        Case::new(
            &op::DELETE_CONVERSATION_METADATA,
            format!("/conversations/{ID}/metadata/order"),
            change,
            async |client| {
                client
                    .conversations()
                    .metadata(ID)
                    .delete("order")
                    .await
                    .map(deleted)
            },
        )
        .open(),
    ]
}
