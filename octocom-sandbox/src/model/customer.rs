//! A customer.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::timestamp::Timestamp;

/// A customer, in the list's field names.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Customer {
    pub(crate) id: Uuid,
    pub(crate) email: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) business_slug: &'static str,
    pub(crate) created_at: Option<Timestamp>,
    pub(crate) conversation_ids: Vec<Uuid>,
    /// No operation of the API lists it; the update's answer shows it.
    #[serde(skip)]
    pub(crate) metadata: BTreeMap<String, String>,
}

impl Customer {
    /// What a conversation shows of its customer.
    pub(crate) fn reference(&self) -> Value {
        json!({"id": self.id, "email": self.email, "phone": self.phone, "name": self.name})
    }
}
