//! Workflows, articles and bot rules.

use serde::{Deserialize, Serialize};
use serde_json::Number;
use uuid::Uuid;

use super::Text;

/// Content of a workflow; the id and dates belong to its history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Workflow {
    pub(crate) title: String,
    pub(crate) slug: String,
    #[serde(default = "yes")]
    pub(crate) is_live: bool,
    #[serde(default)]
    pub(crate) when_to_follow: String,
    /// Any whole number: the document sets no bounds.
    pub(crate) priority: Number,
    #[serde(default)]
    pub(crate) available_channels: Vec<String>,
    #[serde(default)]
    pub(crate) is_embedded: bool,
    #[serde(default)]
    pub(crate) variants: Vec<WorkflowVariant>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct WorkflowVariant {
    pub(crate) id: Uuid,
    pub(crate) title: String,
    pub(crate) position: u64,
    #[serde(default)]
    pub(crate) bot_instructions: String,
    #[serde(default)]
    pub(crate) action_names: Vec<String>,
    #[serde(default)]
    pub(crate) required_conditions: Vec<String>,
}

/// Content of an article. The list leaves the text out, the history shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Article {
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) content: String,
    #[serde(default = "yes")]
    pub(crate) is_public: bool,
    #[serde(default = "yes")]
    pub(crate) is_active: bool,
    #[serde(default)]
    pub(crate) language: Option<Text>,
    #[serde(default)]
    pub(crate) category_id: Option<Uuid>,
}

/// Content of a bot rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct BotRule {
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) rule: String,
    /// `None` for all channels.
    #[serde(default)]
    pub(crate) channels: Option<Vec<String>>,
}

fn yes() -> bool {
    true
}
