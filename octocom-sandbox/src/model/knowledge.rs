//! What the bot works from: workflows, articles and rules.

use serde::Serialize;
use uuid::Uuid;

/// Content of a workflow; the id and dates belong to its history.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Workflow {
    pub(crate) title: String,
    pub(crate) slug: String,
    pub(crate) is_live: bool,
    pub(crate) when_to_follow: String,
    pub(crate) priority: i64,
    pub(crate) available_channels: Vec<String>,
    pub(crate) is_embedded: bool,
    pub(crate) variants: Vec<WorkflowVariant>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WorkflowVariant {
    pub(crate) id: Uuid,
    pub(crate) title: String,
    pub(crate) position: usize,
    pub(crate) bot_instructions: String,
    pub(crate) action_names: Vec<String>,
    pub(crate) required_conditions: Vec<String>,
}

/// Content of an article. The list leaves the text out, the history shows it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Article {
    pub(crate) title: String,
    pub(crate) content: String,
    pub(crate) is_public: bool,
    pub(crate) is_active: bool,
    pub(crate) language: Option<&'static str>,
    pub(crate) category_id: Option<Uuid>,
}

/// Content of a bot rule.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BotRule {
    pub(crate) title: String,
    pub(crate) rule: String,
    /// `None` for all channels.
    pub(crate) channels: Option<Vec<String>>,
}
