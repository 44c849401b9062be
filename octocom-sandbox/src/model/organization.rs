//! Who works in the organization, and its businesses.

use serde::Serialize;
use uuid::Uuid;

use crate::timestamp::Timestamp;

#[derive(Debug, Clone, Serialize)]
pub(crate) struct Business {
    pub(crate) id: Uuid,
    pub(crate) slug: &'static str,
    pub(crate) name: &'static str,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct User {
    pub(crate) id: Uuid,
    pub(crate) email: String,
    pub(crate) full_name: String,
    pub(crate) is_agent: bool,
    pub(crate) is_manager: bool,
    pub(crate) team_id: Option<Uuid>,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Team {
    pub(crate) id: Uuid,
    pub(crate) name: &'static str,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Macro {
    pub(crate) id: Uuid,
    pub(crate) title: String,
    pub(crate) content: Option<String>,
    pub(crate) business_slug: Option<&'static str>,
}
