//! Workflows of a business, with their history.

use octocom_api::operations::{CREATE_WORKFLOW, UPDATE_WORKFLOW};
use octocom_api::types;
use serde_json::Value;
use uuid::Uuid;

use super::Business;
use crate::error::Error;
use crate::history::versioned;
use crate::input::{Checked, text};
use crate::opaque::opaque;
use crate::pagination::unfiltered_list;
use crate::reply::Reply;

unfiltered_list!(
    /// Workflows of a business: conversation flows that the bot follows.
    Workflows of Business as workflows: WorkflowQuery { business_slug },
    LIST_WORKFLOWS => list_workflows -> Workflow,
    "let mut workflows = client.business(\"acme-corp\").workflows().list().stream();
while let Some(workflow) = workflows.try_next().await? {
    println!(\"{} {}\", workflow.title, workflow.is_live);
}"
);

versioned!(
    Workflows, "workflows", "workflow", "workflowId";
    history: LIST_WORKFLOW_VERSIONS => list_workflow_versions;
    restore: RESTORE_WORKFLOW => restore_workflow;
    deleted: LIST_DELETED_WORKFLOWS => list_deleted_workflows;
);

impl Workflows {
    /// Creates a workflow, with its variants.
    ///
    /// Calls `create_workflow`, which may act twice and is not repeated after an unclear failure.
    ///
    /// ```no_run
    /// # async fn example(client: octocom_ext::Client) -> Result<(), octocom_ext::Error> {
    /// use octocom_ext::{VariantDraft, WorkflowDraft};
    ///
    /// let variant = VariantDraft::new("Default", "Ask for the order number, then look it up.");
    /// let draft = WorkflowDraft::live("Returns", "The customer asks about a return", variant);
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
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) when there is no such business,
    /// [`ErrorKind::Rejected`](crate::ErrorKind::Rejected) when the API refuses the workflow.
    pub async fn create(&self, draft: WorkflowDraft) -> Result<types::WorkflowWithVariants, Error> {
        let body = draft
            .checked(&self.owner)
            .map_err(|detail| Error::invalid_input(&CREATE_WORKFLOW, detail))?;
        let call = async |api: octocom_api::Client| api.create_workflow(&body).await;
        Ok(self.owner.client().value(call).await?.data)
    }

    /// Changes a workflow's own fields; what is not named stays. Variants cannot be changed.
    ///
    /// Calls `update_workflow`, which writes a version. It may act twice and is not repeated after
    /// an unclear failure. The document leaves the answer open, so it comes as JSON.
    ///
    /// ```no_run
    /// # async fn example(client: octocom_ext::Client, id: uuid::Uuid) -> Result<(), octocom_ext::Error> {
    /// use octocom_ext::WorkflowChanges;
    ///
    /// let changes = WorkflowChanges::new().title("Returns and refunds").inactive();
    /// client.business("acme-corp").workflows().update(id, changes).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest), before anything is sent,
    /// when there is nothing to change. [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) when
    /// the business has no such workflow.
    pub async fn update(&self, id: Uuid, changes: WorkflowChanges) -> Result<Reply<Value>, Error> {
        let body = changes
            .checked(&self.owner)
            .map_err(|detail| Error::invalid_input(&UPDATE_WORKFLOW, detail))?;
        let call = async |api: octocom_api::Client| api.update_workflow(&id, &body).await;
        self.owner.client().read(call).await
    }

    /// Deletes a workflow, with its variants. [`undelete`](Self::undelete) brings it back.
    ///
    /// Calls `delete_workflow`, which is repeated after an unclear failure. When a repetition finds
    /// the workflow gone, an earlier attempt has deleted it: that is success, and the reply has the
    /// status 404.
    ///
    /// ```no_run
    /// # async fn example(client: octocom_ext::Client, id: uuid::Uuid) -> Result<(), octocom_ext::Error> {
    /// client.business("acme-corp").workflows().delete(id).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) when the first attempt finds none.
    pub async fn delete(&self, id: Uuid) -> Result<Reply<Value>, Error> {
        let call = async |api: octocom_api::Client| api.delete_workflow(&id).await;
        self.owner.client().delete(call).await
    }
}

/// A workflow to create.
///
/// ```
/// use octocom_ext::{VariantDraft, WorkflowDraft};
///
/// let draft = WorkflowDraft::live("Returns", "A return", VariantDraft::new("Default", "Help."))
///     .variant(VariantDraft::new("VIP", "Help at once.").required_condition("is_vip"))
///     .available_channels(["web", "email"]);
/// let embedded = WorkflowDraft::inactive("Greeting", "Always", VariantDraft::new("A", "Greet."))
///     .embedded();
/// ```
#[derive(Clone)]
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
#[derive(Clone)]
#[must_use = "a variant belongs to a `WorkflowDraft`"]
pub struct VariantDraft {
    title: String,
    bot_instructions: String,
    action_names: Vec<String>,
    required_conditions: Vec<String>,
}

/// Changes to a workflow: what is not named stays.
///
/// ```
/// use octocom_ext::WorkflowChanges;
///
/// let changes = WorkflowChanges::new().when_to_follow("The customer asks for a refund").priority(2);
/// ```
#[derive(Clone, Default)]
#[must_use = "changes are made by `Workflows::update`"]
pub struct WorkflowChanges {
    title: Option<String>,
    when_to_follow: Option<String>,
    is_live: Option<bool>,
    priority: Option<i64>,
}

opaque!(WorkflowDraft, VariantDraft, WorkflowChanges);

impl WorkflowDraft {
    /// A workflow that the bot follows at once. `title` and `when_to_follow`, the condition in
    /// words, have at least 1 character.
    ///
    /// ```
    /// # use octocom_ext::{VariantDraft, WorkflowDraft};
    /// let draft = WorkflowDraft::live("Returns", "A return", VariantDraft::new("Default", "Help."));
    /// ```
    pub fn live(
        title: impl Into<String>,
        when_to_follow: impl Into<String>,
        variant: VariantDraft,
    ) -> Self {
        Self {
            is_live: true,
            ..Self::inactive(title, when_to_follow, variant)
        }
    }

    /// A workflow that the bot does not follow yet, with the same fields as [`live`](Self::live).
    ///
    /// ```
    /// # use octocom_ext::{VariantDraft, WorkflowDraft};
    /// let draft = WorkflowDraft::inactive("Returns", "A return", VariantDraft::new("Default", "Help."));
    /// ```
    pub fn inactive(
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

    /// Adds another variant.
    ///
    /// ```
    /// # use octocom_ext::{VariantDraft, WorkflowDraft};
    /// let draft = WorkflowDraft::live("Returns", "A return", VariantDraft::new("Default", "Help.")).variant(VariantDraft::new("VIP", "Help at once."));
    /// ```
    pub fn variant(mut self, variant: VariantDraft) -> Self {
        self.variants.push(variant);
        self
    }

    /// Limits the workflow to some channels. Default, and with an empty list: all channels.
    ///
    /// ```
    /// # use octocom_ext::{VariantDraft, WorkflowDraft};
    /// let draft = WorkflowDraft::live("Returns", "A return", VariantDraft::new("Default", "Help.")).available_channels(["web", "email"]);
    /// ```
    pub fn available_channels(
        mut self,
        channels: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        self.available_channels = channels.into_iter().map(Into::into).collect();
        self
    }

    /// Makes it an embedded workflow, which has exactly one variant. Default: it is none.
    ///
    /// ```
    /// # use octocom_ext::{VariantDraft, WorkflowDraft};
    /// let draft = WorkflowDraft::live("Returns", "A return", VariantDraft::new("Default", "Help.")).embedded();
    /// ```
    pub fn embedded(mut self) -> Self {
        self.is_embedded = true;
        self
    }

    fn checked(self, business: &Business) -> Checked<types::NewWorkflow> {
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
    /// A variant and the instructions that the bot follows, each of at least 1 character.
    ///
    /// ```
    /// # use octocom_ext::VariantDraft;
    /// let draft = VariantDraft::new("Default", "Help.");
    /// ```
    pub fn new(title: impl Into<String>, bot_instructions: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            bot_instructions: bot_instructions.into(),
            action_names: Vec::new(),
            required_conditions: Vec::new(),
        }
    }

    /// Adds an action that the bot may take. Default: none.
    ///
    /// ```
    /// # use octocom_ext::VariantDraft;
    /// let draft = VariantDraft::new("Default", "Help.").action("look_up_order");
    /// ```
    pub fn action(mut self, name: impl Into<String>) -> Self {
        self.action_names.push(name.into());
        self
    }

    /// Adds a condition that must be true for this variant. Default: none.
    ///
    /// ```
    /// # use octocom_ext::VariantDraft;
    /// let draft = VariantDraft::new("Default", "Help.").required_condition("is_vip");
    /// ```
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
    /// No changes yet.
    ///
    /// ```
    /// # use octocom_ext::WorkflowChanges;
    /// let changes = WorkflowChanges::new();
    /// ```
    pub fn new() -> Self {
        Self::default()
    }

    /// Changes the title.
    ///
    /// ```
    /// # use octocom_ext::WorkflowChanges;
    /// let changes = WorkflowChanges::new().title("Returns");
    /// ```
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// Changes the condition under which the bot follows the workflow.
    ///
    /// ```
    /// # use octocom_ext::WorkflowChanges;
    /// let changes = WorkflowChanges::new().when_to_follow("The customer asks about a return");
    /// ```
    pub fn when_to_follow(mut self, condition: impl Into<String>) -> Self {
        self.when_to_follow = Some(condition.into());
        self
    }

    /// Lets the bot follow the workflow.
    ///
    /// ```
    /// # use octocom_ext::WorkflowChanges;
    /// let changes = WorkflowChanges::new().live();
    /// ```
    pub fn live(mut self) -> Self {
        self.is_live = Some(true);
        self
    }

    /// Stops the bot from following the workflow.
    ///
    /// ```
    /// # use octocom_ext::WorkflowChanges;
    /// let changes = WorkflowChanges::new().inactive();
    /// ```
    pub fn inactive(mut self) -> Self {
        self.is_live = Some(false);
        self
    }

    /// Changes the priority: a lower number goes first.
    ///
    /// ```
    /// # use octocom_ext::WorkflowChanges;
    /// let changes = WorkflowChanges::new().priority(2);
    /// ```
    pub fn priority(mut self, priority: i64) -> Self {
        self.priority = Some(priority);
        self
    }

    fn checked(self, business: &Business) -> Checked<types::WorkflowUpdate> {
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
