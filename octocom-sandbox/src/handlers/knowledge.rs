//! Workflows, articles and bot rules: what they have in common.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::business;
use crate::model::{Article, BotRule, Text, Workflow};
use crate::reply::{Refusal, Reply};
use crate::request::Request;
use crate::store::{Author, Catalog, Change, Entry, State};

/// A kind of thing that is kept with its history.
pub(crate) trait Knowledge: Clone + Serialize + Sized + 'static {
    /// Its name, for messages.
    const NAME: &str;

    fn catalog(state: &State) -> &Catalog<Self>;

    fn catalog_mut(state: &mut State) -> &mut Catalog<Self>;

    /// Fields of the content that the list does not show.
    const UNLISTED: &[&str];

    /// `true` if the list shows the date of creation.
    const DATED: bool;
}

impl Knowledge for Workflow {
    const NAME: &str = "Workflow";
    const UNLISTED: &[&str] = &["isEmbedded", "variants"];
    const DATED: bool = true;

    fn catalog(state: &State) -> &Catalog<Self> {
        &state.workflows
    }

    fn catalog_mut(state: &mut State) -> &mut Catalog<Self> {
        &mut state.workflows
    }
}

impl Knowledge for Article {
    const NAME: &str = "Article";
    const UNLISTED: &[&str] = &["content"];
    const DATED: bool = true;

    fn catalog(state: &State) -> &Catalog<Self> {
        &state.articles
    }

    fn catalog_mut(state: &mut State) -> &mut Catalog<Self> {
        &mut state.articles
    }
}

impl Knowledge for BotRule {
    const NAME: &str = "Bot rule";
    const UNLISTED: &[&str] = &[];
    const DATED: bool = false;

    fn catalog(state: &State) -> &Catalog<Self> {
        &state.bot_rules
    }

    fn catalog_mut(state: &mut State) -> &mut Catalog<Self> {
        &mut state.bot_rules
    }
}

/// Returns the API's view of a thing: all of its content.
pub(super) fn shown<T: Knowledge>(entry: &Entry<T>) -> Value {
    let mut shown = json!(entry.content);
    shown["id"] = json!(entry.id);
    if T::DATED {
        shown["createdAt"] = json!(entry.created_at);
    }
    shown
}

/// Returns the list's view of a thing.
pub(crate) fn listed<T: Knowledge>(entry: &Entry<T>) -> Value {
    let mut listed = shown(entry);
    if let Value::Object(fields) = &mut listed {
        fields.retain(|name, _| !T::UNLISTED.contains(&name.as_str()));
    }
    listed
}

pub(super) fn list<T: Knowledge>(request: &Request, state: &mut State) -> Result<Reply, Refusal> {
    let business = business(state, request.required("businessSlug")?)?;
    let live = T::catalog(state).live(&business);
    request.page().cut(live, listed).map(Reply::new)
}

pub(super) fn versions<T: Knowledge>(
    request: &Request,
    state: &mut State,
) -> Result<Reply, Refusal> {
    let business = business(state, request.required("businessSlug")?)?;
    let entry = find::<T>(state, request.uuid("id")?, &business)?;
    Ok(Reply::new(entry.history()))
}

pub(super) fn list_deleted<T: Knowledge>(
    request: &Request,
    state: &mut State,
) -> Result<Reply, Refusal> {
    let business = business(state, request.required("businessSlug")?)?;
    let show = |entry: &Entry<T>| {
        let mut shown = shown(entry);
        shown["businessSlug"] = json!(entry.business);
        shown["deletedAt"] = json!(entry.deleted_at);
        shown
    };
    Ok(Reply::data(
        T::catalog(state)
            .deleted(&business)
            .map(show)
            .collect::<Vec<_>>(),
    ))
}

/// Deletes a thing; the business need not be named where the document does not ask for it.
pub(super) fn delete<T: Knowledge>(request: &Request, state: &mut State) -> Result<Reply, Refusal> {
    let id = request.uuid("id")?;
    let business = request
        .text("businessSlug")
        .map(|slug| business(state, slug))
        .transpose()?;
    let entry = T::catalog(state)
        .find(id)
        .filter(|entry| entry.deleted_at.is_none());
    let entry = entry.filter(|entry| business.as_ref().is_none_or(|slug| entry.business == *slug));
    if entry.is_none() {
        return Err(Refusal::not_found(T::NAME));
    }
    let now = state.clock.tick();
    T::catalog_mut(state).write(id, Change::Deleted, Author::ApiKey, now, |_| ());
    Ok(Reply::done(
        &format!("{} deleted successfully", T::NAME),
        json!({}),
    ))
}

/// Brings a thing, deleted or not, back to what a version captured.
pub(super) fn restore<T: Knowledge>(
    request: &Request,
    state: &mut State,
) -> Result<Reply, Refusal> {
    let VersionRestore {
        business_slug,
        version_id,
    } = request.read()?;
    let business = business(state, &business_slug)?;
    let id = request.uuid("id")?;
    let content = find::<T>(state, id, &business)?
        .version(version_id)
        .cloned();
    let content = content.ok_or_else(|| Refusal::not_found("Version"))?;
    write(state, id, Change::Restored, |now| *now = content).map(|entry| Reply::data(shown(entry)))
}

/// Changes a live thing of the business that the body names.
pub(super) fn edit<'a, T: Knowledge>(
    request: &Request,
    state: &'a mut State,
    business_slug: &str,
    edit: impl FnOnce(&mut T),
) -> Result<&'a Entry<T>, Refusal> {
    let business = business(state, business_slug)?;
    let id = request.uuid("id")?;
    if find::<T>(state, id, &business)?.deleted_at.is_some() {
        return Err(Refusal::not_found(T::NAME));
    }
    write(state, id, Change::Updated, edit)
}

/// Adds a thing to a business.
pub(super) fn create<T: Knowledge>(
    state: &mut State,
    business: Text,
    content: T,
) -> Result<&Entry<T>, Refusal> {
    let now = state.clock.tick();
    let id = T::catalog_mut(state).create(business.clone(), content, Author::ApiKey, now);
    find::<T>(state, id, &business)
}

fn write<T: Knowledge>(
    state: &mut State,
    id: Uuid,
    change: Change,
    edit: impl FnOnce(&mut T),
) -> Result<&Entry<T>, Refusal> {
    let now = state.clock.tick();
    let written = T::catalog_mut(state).write(id, change, Author::ApiKey, now, edit);
    written.ok_or_else(|| Refusal::not_found(T::NAME))
}

/// A thing of a business, deleted or not.
fn find<'a, T: Knowledge>(
    state: &'a State,
    id: Uuid,
    business: &str,
) -> Result<&'a Entry<T>, Refusal> {
    let entry = T::catalog(state)
        .find(id)
        .filter(|entry| entry.business == business);
    entry.ok_or_else(|| Refusal::not_found(T::NAME))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct VersionRestore {
    business_slug: String,
    version_id: Uuid,
}
