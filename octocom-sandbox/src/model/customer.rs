//! A customer.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Text;
use crate::timestamp::Timestamp;

/// A customer with every field that the sandbox knows of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Customer {
    pub(crate) id: Uuid,
    #[serde(default)]
    pub(crate) email: Option<String>,
    #[serde(default)]
    pub(crate) phone: Option<String>,
    #[serde(default)]
    pub(crate) name: Option<String>,
    pub(crate) business_slug: Text,
    #[serde(default)]
    pub(crate) created_at: Option<Timestamp>,
    #[serde(default)]
    pub(crate) conversation_ids: Vec<Uuid>,
    /// Not in the list; the update's answer shows it.
    #[serde(default)]
    pub(crate) metadata: BTreeMap<String, String>,
}

impl Customer {
    /// Returns the list's view.
    pub(crate) fn listed(&self) -> Value {
        let mut listed = json!(self);
        if let Value::Object(fields) = &mut listed {
            fields.remove("metadata");
        }
        listed
    }

    /// Returns a conversation's view of its customer.
    pub(crate) fn reference(&self) -> Value {
        json!({"id": self.id, "email": self.email, "phone": self.phone, "name": self.name})
    }
}
