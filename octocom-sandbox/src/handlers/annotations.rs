//! Tags, events and metadata of conversations.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::json;

use crate::model::{Event, MetadataEntry};
use crate::reply::{Refusal, Reply};
use crate::request::Request;
use crate::store::State;
use crate::timestamp::Timestamp;

/// Most metadata pairs of a conversation, as the document says.
const MAX_PAIRS: usize = 200;
/// Most characters of a metadata key, as the document says.
const MAX_KEY_CHARS: usize = 200;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TagAssignment {
    conversation_id: String,
    tag: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NewEvent {
    conversation_id: String,
    event: String,
}

#[derive(Deserialize)]
struct NewMetadata {
    key: String,
    value: String,
}

pub(super) fn add_tag(request: &Request, state: &mut State) -> Result<Reply, Refusal> {
    let TagAssignment {
        conversation_id,
        tag,
    } = request.read()?;
    let number = find(state, &conversation_id)?;
    let id = state.tag(&tag);
    let conversation = state.conversations.change(number);
    if !conversation.tags.contains(&tag) {
        conversation.tags.push(tag);
    }
    Ok(Reply::done(
        "Tag added successfully",
        json!({ "tagId": id }),
    ))
}

pub(super) fn create_event(request: &Request, state: &mut State) -> Result<Reply, Refusal> {
    let NewEvent {
        conversation_id,
        event,
    } = request.read()?;
    let number = find(state, &conversation_id)?;
    let created_at = state.clock.tick();
    let id = state.entry_id(number);
    let event = Event {
        id,
        event,
        created_at,
        metadata: None,
    };
    state.conversations.change(number).events.push(event);
    Ok(Reply::done(
        "Event created successfully",
        json!({ "eventId": id }),
    ))
}

pub(super) fn set_metadata(request: &Request, state: &mut State) -> Result<Reply, Refusal> {
    let number = of_path(request, state)?;
    let NewMetadata { key, value } = request.read()?;
    let known = state.conversations.get(number);
    if known.pair(&key).is_none() && known.metadata.len() >= MAX_PAIRS {
        // Waiting does not lift a quota, so the response has no Retry-After.
        let error = format!("Pair limit exceeded ({MAX_PAIRS} pairs per conversation)");
        return Err(Refusal::new(StatusCode::TOO_MANY_REQUESTS, error));
    }
    let now = state.clock.tick();
    let metadata = &mut state.conversations.change(number).metadata;
    match metadata.iter_mut().find(|pair| pair.key == key) {
        Some(pair) => {
            pair.value.clone_from(&value);
            pair.updated_at = now;
        }
        None => metadata.push(pair(key.clone(), value.clone(), now)),
    }
    Ok(Reply::done(
        "Value stored successfully",
        json!({ "key": key, "value": value }),
    ))
}

pub(super) fn list_metadata(request: &Request, state: &mut State) -> Result<Reply, Refusal> {
    let number = of_path(request, state)?;
    Ok(Reply::data(&state.conversations.get(number).metadata))
}

pub(super) fn get_metadata(request: &Request, state: &mut State) -> Result<Reply, Refusal> {
    let number = of_path(request, state)?;
    let conversation = state.conversations.get(number);
    let pair = conversation.pair(request.required("key")?);
    let pair = pair.ok_or_else(|| Refusal::not_found("Key"))?;
    Ok(Reply::new(json!({ "key": pair.key, "value": pair.value })))
}

pub(super) fn delete_metadata(request: &Request, state: &mut State) -> Result<Reply, Refusal> {
    let number = of_path(request, state)?;
    let key = request.required("key")?;
    if state.conversations.get(number).pair(key).is_none() {
        return Err(Refusal::not_found("Key"));
    }
    state
        .conversations
        .change(number)
        .metadata
        .retain(|pair| pair.key != key);
    Ok(Reply::done(
        "Key deleted successfully",
        json!({ "key": key }),
    ))
}

/// The metadata that a new conversation starts with.
///
/// The document's schemas cannot say how long a key is or how many there are; its text does.
pub(super) fn pairs(
    metadata: BTreeMap<String, String>,
    now: Timestamp,
) -> Result<Vec<MetadataEntry>, Refusal> {
    if metadata.len() > MAX_PAIRS {
        return Err(Refusal::invalid(format!(
            "body: /metadata: more than {MAX_PAIRS} pairs"
        )));
    }
    if metadata
        .keys()
        .any(|key| key.is_empty() || key.chars().count() > MAX_KEY_CHARS)
    {
        let limit = format!("body: /metadata: a key has 1 to {MAX_KEY_CHARS} characters");
        return Err(Refusal::invalid(limit));
    }
    Ok(metadata
        .into_iter()
        .map(|(key, value)| pair(key, value, now))
        .collect())
}

fn pair(key: String, value: String, now: Timestamp) -> MetadataEntry {
    MetadataEntry {
        key,
        value,
        created_at: now,
        updated_at: now,
    }
}

/// The conversation that the body names, by UUID or public id.
fn find(state: &State, reference: &str) -> Result<u64, Refusal> {
    state
        .conversations
        .find(reference)
        .ok_or_else(|| Refusal::not_found("Conversation"))
}

/// The conversation that the path names.
fn of_path(request: &Request, state: &State) -> Result<u64, Refusal> {
    let number = state.conversations.number(request.uuid("id")?);
    number.ok_or_else(|| Refusal::not_found("Conversation"))
}

impl State {
    /// An id for the next message, note or event of a conversation.
    pub(crate) fn entry_id(&self, conversation: u64) -> uuid::Uuid {
        let known = self.conversations.get(conversation);
        let entries = known.messages.len() + known.notes.len() + known.events.len();
        self.conversations.entry_id(conversation, entries as u64)
    }
}
