//! Conversations and customers as records.

use octocom_api::operations;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{RecordKind, Records, each, fill, read};
use crate::control_error::ControlError;
use crate::model::{Conversation, Customer};

impl Records<'_> {
    pub(super) fn put_conversation(
        &mut self,
        mut fields: Map<String, Value>,
    ) -> Result<String, ControlError> {
        self.fill_conversation(&mut fields);
        let conversation: Conversation = read(fields.into())?;
        self.check_business(&conversation.business_slug)?;
        self.check_public_id(&conversation)?;
        let id = conversation.id;
        if let Some(customer) = conversation.customer_id {
            let number = self.state.customers.number(customer);
            let unknown = || {
                let reason = format!("unknown customer `{customer}`");
                ControlError::invalid("customerId", reason)
            };
            let number = number.ok_or_else(unknown)?;
            self.state.customers.change(number, |customer| {
                if !customer.conversation_ids.contains(&id) {
                    customer.conversation_ids.push(id);
                }
            });
        }
        for tag in &conversation.tags {
            self.state.tag(tag);
        }
        // Whatever lies in the future is shown once its time comes, and has to be valid already.
        let ages = crate::timestamp::Timestamp(i64::MAX);
        let summary = conversation.summary(ages);
        let mut detail = conversation.detail(ages);
        detail["customer"] = Value::Null;
        let detail = json!({ "data": detail });
        self.check_shown(&operations::GET_CONVERSATION, &detail, "data")?;
        self.check_listed(RecordKind::Conversations, summary)?;
        self.state.conversations.put(conversation);
        Ok(id.to_string())
    }

    fn fill_conversation(&mut self, fields: &mut Map<String, Value>) {
        let state = &mut *self.state;
        let now = state.clock.tick();
        let created_at = fields.get("createdAt").cloned();
        let created_at = created_at.unwrap_or_else(|| json!(now));
        fill(fields, "createdAt", || created_at.clone());
        let dated = serde_json::from_value(created_at.clone()).unwrap_or(now);
        let (id, public_id) = state.conversations.next_id(dated);
        fill(fields, "id", || json!(id));
        fill(fields, "publicId", || json!(public_id));
        fill(fields, "businessSlug", || json!(state.first_business()));
        let id = fields.get("id").and_then(Value::as_str);
        let id = id.and_then(|id| Uuid::parse_str(id).ok());
        let known = id.and_then(|id| state.conversations.number(id));
        let number = known.unwrap_or_else(|| state.conversations.next_number());
        // Ids of entries that are there already are not given again.
        let taken: Vec<Value> = ["messages", "notes", "events"]
            .iter()
            .flat_map(|list| {
                each(fields, list)
                    .filter_map(|entry| entry.get("id").cloned())
                    .collect::<Vec<_>>()
            })
            .collect();
        let ids = (0..).map(|entry| json!(state.conversations.entry_id(number, entry)));
        let mut ids = ids.filter(|id| !taken.contains(id));
        for list in ["messages", "notes", "events"] {
            for entry in each(fields, list) {
                fill(entry, "id", || ids.next().unwrap_or(Value::Null));
                fill(entry, "createdAt", || created_at.clone());
            }
        }
        for message in each(fields, "messages") {
            fill(message, "channel", || json!("web"));
        }
        let user = state.directory.users.first().map(|user| json!(user.id));
        for note in each(fields, "notes") {
            fill(note, "userId", || user.clone().unwrap_or(Value::Null));
        }
        for list in ["dataCollectionResults", "botFunctionCalls"] {
            for entry in each(fields, list) {
                fill(entry, "createdAt", || created_at.clone());
            }
        }
        // Pairs may be written as one object.
        if let Some(Value::Object(pairs)) = fields.get("metadata") {
            let pair = |(key, value): (&String, &Value)| json!({ "key": key, "value": value });
            let pairs = pairs.iter().map(pair).collect();
            fields.insert("metadata".to_owned(), pairs);
        }
        for pair in each(fields, "metadata") {
            fill(pair, "createdAt", || created_at.clone());
            let written = pair.get("createdAt").cloned();
            fill(pair, "updatedAt", || written.unwrap_or(Value::Null));
        }
    }

    fn check_public_id(&self, conversation: &Conversation) -> Result<(), ControlError> {
        let public_id = &conversation.public_id;
        let invalid = |reason: String| Err(ControlError::invalid("publicId", reason));
        if public_id.is_empty() || Uuid::parse_str(public_id).is_ok() {
            return invalid(format!("`{public_id}` is empty or a UUID"));
        }
        let conversations = &self.state.conversations;
        let other = conversations.find(public_id);
        let other = other.map(|number| conversations.id(number));
        match other.filter(|&other| other != conversation.id) {
            Some(other) => invalid(format!("`{public_id}` is that of conversation {other}")),
            None => Ok(()),
        }
    }

    pub(super) fn put_customer(
        &mut self,
        mut fields: Map<String, Value>,
    ) -> Result<String, ControlError> {
        let state = &mut *self.state;
        let now = state.clock.tick();
        fill(&mut fields, "id", || json!(state.customers.next_id()));
        fill(&mut fields, "createdAt", || json!(now));
        fill(&mut fields, "businessSlug", || {
            json!(state.first_business())
        });
        let customer: Customer = read(fields.into())?;
        self.check_business(&customer.business_slug)?;
        self.check_listed(RecordKind::Customers, customer.listed())?;
        let id = customer.id.to_string();
        self.state.customers.put(customer);
        Ok(id)
    }
}
