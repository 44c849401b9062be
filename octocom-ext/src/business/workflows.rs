//! Workflows of a business and their version history.

use octocom_api::operations::{CREATE_WORKFLOW, DELETE_WORKFLOW, UPDATE_WORKFLOW};
use octocom_api::{Response, types};
use serde::Serialize;
use serde_json::Value;

use super::BusinessHandle;
use crate::error::{Error, deleted};
use crate::history::versioned_resource;
use crate::ids::Id;
use crate::input::{Checked, redact_debug, text};
use crate::pagination::list_resource;

list_resource!(
    /// Workflows of a business: conversation flows that the bot follows.
    Workflows of BusinessHandle as workflows: BusinessHandle::filters,
    LIST_WORKFLOWS => list_workflows(slug) -> Workflow,
    "let mut workflows = client.business(\"acme-corp\").workflows().list().stream();
while let Some(workflow) = workflows.try_next().await? {
    println!(\"{} {}\", workflow.title, workflow.is_live);
}"
);

versioned_resource!(
    Workflows, "workflows", "workflow", "workflowId";
    history: LIST_WORKFLOW_VERSIONS => list_workflow_versions;
    restore: RESTORE_WORKFLOW => restore_workflow;
    deleted: LIST_DELETED_WORKFLOWS => list_deleted_workflows;
);

impl Workflows {
    /// Creates a workflow, with its variants.
    ///
    /// Calls `create_workflow`. It is not retried after a failure with an unknown outcome, because
    /// it could take effect twice.
    ///
    /// ```no_run
    /// # async fn example(client: octocom_ext::Client) -> Result<(), octocom_ext::Error> {
    /// use octocom_ext::{VariantDraft, WorkflowDraft};
    ///
    /// let variant = VariantDraft::new("Default", "Ask for the order number, then look it up.");
    /// let draft = WorkflowDraft::new("Returns", "The customer asks about a return", variant).live(true);
    /// let workflow = client.business("acme-corp").workflows().create(draft).await?;
    /// println!("{} {}", workflow.id, workflow.slug);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest), before anything is sent,
    /// for an empty text, or for an embedded workflow with more than one variant.
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if the business does not exist,
    /// [`ErrorKind::Rejected`](crate::ErrorKind::Rejected) if the API refuses the workflow.
    pub async fn create(
        &self,
        draft: WorkflowDraft,
    ) -> Result<Response<types::WorkflowWithVariants>, Error> {
        let body = draft
            .checked(&self.owner)
            .map_err(|detail| Error::invalid_input(&CREATE_WORKFLOW, detail))?;
        let api = self.owner.client().api();
        Ok(api.create_workflow(&body).await?.parse()?)
    }

    /// Changes fields of a workflow. Fields that are not set keep their values, and variants cannot
    /// be changed.
    ///
    /// Calls `update_workflow`, which adds a version. It is not retried after a failure with an
    /// unknown outcome, because it could take effect twice. The response is not documented, so it
    /// is returned as JSON.
    ///
    /// ```no_run
    /// # async fn example(client: octocom_ext::Client, id: uuid::Uuid) -> Result<(), octocom_ext::Error> {
    /// use octocom_ext::WorkflowChanges;
    ///
    /// let changes = WorkflowChanges::new().title("Returns and refunds").live(false);
    /// client.business("acme-corp").workflows().update(id, changes).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest), before anything is sent, if
    /// there is nothing to change. [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if the
    /// business has no such workflow.
    pub async fn update(
        &self,
        id: impl Into<Id>,
        changes: WorkflowChanges,
    ) -> Result<Response<Value>, Error> {
        let checked =
            || -> Checked<_> { Ok((id.into().checked("id")?, changes.checked(&self.owner)?)) };
        let (id, body) =
            checked().map_err(|detail| Error::invalid_input(&UPDATE_WORKFLOW, detail))?;
        let api = self.owner.client().api();
        Ok(api.update_workflow(&id, &body).await?.parse()?)
    }

    /// Deletes a workflow and its variants. [`undelete`](Self::undelete) restores it.
    ///
    /// Calls `delete_workflow`, which is retried. If a retry finds the workflow gone, an earlier
    /// attempt has deleted it: the call succeeds, with the status 404.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if the first attempt finds none.
    pub async fn delete(&self, id: impl Into<Id>) -> Result<Response<()>, Error> {
        let id = id.into().checked("id");
        let id = id.map_err(|detail| Error::invalid_input(&DELETE_WORKFLOW, detail))?;
        deleted(self.owner.client().api().delete_workflow(&id).await)
    }
}

/// A workflow to create.
///
/// ```
/// use octocom_ext::{VariantDraft, WorkflowDraft};
///
/// let draft = WorkflowDraft::new("Returns", "A return", VariantDraft::new("Default", "Help."))
///     .live(true)
///     .variant(VariantDraft::new("VIP", "Help at once.").required_condition("is_vip"))
///     .available_channels(["web", "email"]);
/// ```
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use = "a draft is created by `Workflows::create`"]
pub struct WorkflowDraft {
    title: String,
    when_to_follow: String,
    is_live: bool,
    variants: Vec<VariantDraft>,
    available_channels: Vec<String>,
    is_embedded: bool,
}

/// A variant of a workflow to create.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use = "a variant belongs to a `WorkflowDraft`"]
pub struct VariantDraft {
    title: String,
    bot_instructions: String,
    action_names: Vec<String>,
    required_conditions: Vec<String>,
}

/// Changes to a workflow. Fields that are not set keep their values.
///
/// ```
/// use octocom_ext::WorkflowChanges;
///
/// let changes = WorkflowChanges::new().when_to_follow("The customer asks for a refund").priority(2);
/// ```
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use = "changes are made by `Workflows::update`"]
pub struct WorkflowChanges {
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    when_to_follow: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_live: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    priority: Option<i64>,
}

redact_debug!(WorkflowDraft, VariantDraft, WorkflowChanges);

impl WorkflowDraft {
    /// Returns a workflow that the bot does not follow yet (see [`live`](Self::live)). The title
    /// and `when_to_follow`, the condition in words, have at least 1 character.
    pub fn new(
        title: impl Into<String>,
        when_to_follow: impl Into<String>,
        variant: VariantDraft,
    ) -> Self {
        Self {
            title: title.into(),
            when_to_follow: when_to_follow.into(),
            is_live: false,
            variants: vec![variant],
            available_channels: Vec::new(),
            is_embedded: false,
        }
    }

    /// Sets if the bot follows the workflow. Default: `false`.
    pub fn live(mut self, live: bool) -> Self {
        self.is_live = live;
        self
    }

    /// Adds another variant.
    pub fn variant(mut self, variant: VariantDraft) -> Self {
        self.variants.push(variant);
        self
    }

    /// Limits the workflow to some channels. Default, and with an empty list: all channels.
    pub fn available_channels(
        mut self,
        channels: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        self.available_channels = channels.into_iter().map(Into::into).collect();
        self
    }

    /// Sets if this is an embedded workflow, which has exactly one variant. Default: `false`.
    pub fn embedded(mut self, embedded: bool) -> Self {
        self.is_embedded = embedded;
        self
    }

    fn checked(self, business: &BusinessHandle) -> Checked<types::NewWorkflow> {
        let given = self.variants.len();
        if self.is_embedded && given != 1 {
            return Err(format!(
                "variants: {given} given, an embedded workflow has exactly 1"
            ));
        }
        let variants = self.variants.into_iter().enumerate();
        Ok(types::NewWorkflow {
            business_slug: business.slug().to_owned(),
            title: text("title", &self.title)?,
            when_to_follow: text("when_to_follow", &self.when_to_follow)?,
            is_live: self.is_live,
            variants: variants
                .map(|(index, variant)| variant.checked(index))
                .collect::<Checked<_>>()?,
            available_channels: self.available_channels,
            is_embedded: self.is_embedded,
        })
    }
}

impl VariantDraft {
    /// Returns a variant with the instructions that the bot follows, each of at least 1 character.
    pub fn new(title: impl Into<String>, bot_instructions: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            bot_instructions: bot_instructions.into(),
            action_names: Vec::new(),
            required_conditions: Vec::new(),
        }
    }

    /// Adds an action that the bot may take. Default: none.
    pub fn action(mut self, name: impl Into<String>) -> Self {
        self.action_names.push(name.into());
        self
    }

    /// Adds a condition that must be true for this variant. Default: none.
    pub fn required_condition(mut self, condition: impl Into<String>) -> Self {
        self.required_conditions.push(condition.into());
        self
    }

    fn checked(self, index: usize) -> Checked<types::NewWorkflowVariant> {
        let field = |name| format!("variants[{index}].{name}");
        Ok(types::NewWorkflowVariant {
            title: text(&field("title"), &self.title)?,
            bot_instructions: text(&field("bot_instructions"), &self.bot_instructions)?,
            action_names: self.action_names,
            required_conditions: self.required_conditions,
        })
    }
}

impl WorkflowChanges {
    /// Returns an empty set of changes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Changes the title.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// Changes the condition under which the bot follows the workflow.
    pub fn when_to_follow(mut self, condition: impl Into<String>) -> Self {
        self.when_to_follow = Some(condition.into());
        self
    }

    /// Changes if the bot follows the workflow.
    pub fn live(mut self, live: bool) -> Self {
        self.is_live = Some(live);
        self
    }

    /// Changes the priority. Workflows with a lower number take precedence.
    pub fn priority(mut self, priority: i64) -> Self {
        self.priority = Some(priority);
        self
    }

    fn checked(self, business: &BusinessHandle) -> Checked<types::WorkflowUpdate> {
        let Self {
            title,
            when_to_follow,
            is_live,
            priority,
        } = self;
        if (&title, &when_to_follow, is_live, priority) == (&None, &None, None, None) {
            return Err(crate::input::NOTHING_TO_CHANGE.to_owned());
        }
        Ok(types::WorkflowUpdate {
            business_slug: business.slug().to_owned(),
            title,
            when_to_follow,
            is_live,
            priority,
        })
    }
}
