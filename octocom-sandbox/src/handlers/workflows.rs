//! Writing workflows.

use serde::Deserialize;
use serde_json::Number;

use super::{business, knowledge};
use crate::data::slug;
use crate::model::{Workflow, WorkflowVariant};
use crate::reply::{Refusal, Reply};
use crate::request::Request;
use crate::store::State;

/// Distance between the priorities of workflows that are created one after the other.
const PRIORITY_STEP: i64 = 10;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NewWorkflow {
    business_slug: String,
    title: String,
    when_to_follow: String,
    is_live: bool,
    variants: Vec<NewWorkflowVariant>,
    #[serde(default)]
    available_channels: Vec<String>,
    #[serde(default)]
    is_embedded: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NewWorkflowVariant {
    title: String,
    bot_instructions: String,
    #[serde(default)]
    action_names: Vec<String>,
    #[serde(default)]
    required_conditions: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WorkflowUpdate {
    business_slug: String,
    title: Option<String>,
    when_to_follow: Option<String>,
    is_live: Option<bool>,
    priority: Option<Number>,
}

pub(super) fn create(request: &Request, state: &mut State) -> Result<Reply, Refusal> {
    let body: NewWorkflow = request.read()?;
    let business = business(state, &body.business_slug)?;
    if body.is_embedded && body.variants.len() != 1 {
        return Err(Refusal::invalid(
            "An embedded workflow must have exactly one variant",
        ));
    }
    let variants = (0..)
        .zip(body.variants)
        .map(|(position, variant)| WorkflowVariant {
            id: state.variant_id(),
            title: variant.title,
            position,
            bot_instructions: variant.bot_instructions,
            action_names: variant.action_names,
            required_conditions: variant.required_conditions,
        });
    let variants = variants.collect();
    let last = state
        .workflows
        .live(&business)
        .filter_map(|entry| entry.content.priority.as_i64())
        .max();
    let workflow = Workflow {
        slug: free_slug(state, &business, &body.title),
        title: body.title,
        is_live: body.is_live,
        when_to_follow: body.when_to_follow,
        priority: last.unwrap_or(0).saturating_add(PRIORITY_STEP).into(),
        available_channels: body.available_channels,
        is_embedded: body.is_embedded,
        variants,
    };
    let entry = knowledge::create(state, business, workflow)?;
    Ok(Reply::data(knowledge::shown(entry)))
}

pub(super) fn update(request: &Request, state: &mut State) -> Result<Reply, Refusal> {
    let update: WorkflowUpdate = request.read()?;
    let entry = knowledge::edit(
        request,
        state,
        &update.business_slug,
        |workflow: &mut Workflow| {
            if let Some(title) = update.title {
                workflow.title = title;
            }
            if let Some(when_to_follow) = update.when_to_follow {
                workflow.when_to_follow = when_to_follow;
            }
            workflow.is_live = update.is_live.unwrap_or(workflow.is_live);
            if let Some(priority) = update.priority {
                workflow.priority = priority;
            }
        },
    )?;
    Ok(Reply::data(knowledge::shown(entry)))
}

/// A slug that no live workflow of the business has.
fn free_slug(state: &State, business: &str, title: &str) -> String {
    let wanted = slug(title);
    let taken = |slug: &str| {
        state
            .workflows
            .live(business)
            .any(|entry| entry.content.slug == slug)
    };
    let mut free = wanted.clone();
    let mut next = 2;
    while taken(&free) {
        free = format!("{wanted}-{next}");
        next += 1;
    }
    free
}
