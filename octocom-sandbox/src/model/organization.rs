//! Businesses, users, teams and macros.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Text;
use crate::timestamp::Timestamp;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Business {
    pub(crate) id: Uuid,
    pub(crate) slug: Text,
    pub(crate) name: Text,
    /// `true` if it has an email integration; without one it cannot send email.
    #[serde(default = "yes")]
    pub(crate) sends_email: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct User {
    pub(crate) id: Uuid,
    pub(crate) email: String,
    pub(crate) full_name: String,
    #[serde(default = "yes")]
    pub(crate) is_agent: bool,
    #[serde(default)]
    pub(crate) is_manager: bool,
    #[serde(default)]
    pub(crate) team_id: Option<Uuid>,
    /// The list has active users only; conversations may still name archived ones.
    #[serde(default)]
    pub(crate) archived: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Team {
    pub(crate) id: Uuid,
    pub(crate) name: Text,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Macro {
    pub(crate) id: Uuid,
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) content: Option<String>,
    #[serde(default)]
    pub(crate) business_slug: Option<Text>,
}

impl User {
    /// Returns the list's view.
    pub(crate) fn listed(&self) -> Value {
        without(json!(self), "archived")
    }
}

impl Business {
    /// Returns the list's view.
    pub(crate) fn listed(&self) -> Value {
        without(json!(self), "sendsEmail")
    }
}

fn without(mut record: Value, field: &str) -> Value {
    if let Value::Object(fields) = &mut record {
        fields.remove(field);
    }
    record
}

fn yes() -> bool {
    true
}
