//! Snapshots of a conversation, taken until it has what is waited for.

use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use octocom_api::Record;
use octocom_api::operations::GET_CONVERSATION;
use octocom_api::types::Message;
use serde::Deserialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::client::Client;
use crate::error::Error;
use crate::retry::Backoff;

/// The messages of a conversation at one time.
#[derive(Debug)]
pub(super) struct Snapshot {
    pub(super) handed_off_at: Option<DateTime<Utc>>,
    /// In the order they were written.
    pub(super) messages: Vec<Message>,
}

impl Snapshot {
    /// Fetches the conversation. An odd note or an odd message of an agent does not keep the client from hearing
    /// the bot: a message that cannot be decoded is passed over, and told as drift.
    pub(super) async fn fetch(client: &Client, id: Uuid) -> Result<Self, Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Conversation {
            #[serde(default)]
            handed_off_at: Option<DateTime<Utc>>,
            #[serde(default)]
            messages: Vec<Box<RawValue>>,
        }
        let response = client.api().get_conversation(&id).await?;
        let answer = response.answer().clone();
        let conversation: Conversation = answer.decode(&response.into_value().data.cast())?;
        let messages = conversation.messages.into_iter().filter_map(|message| {
            let message = Record::new(Bytes::copy_from_slice(message.get().as_bytes()));
            let message = answer.decode::<Message>(&message);
            if let (Err(error), Some(drift)) = (&message, client.drift()) {
                drift.undecodable(
                    &GET_CONVERSATION,
                    error.json_path().unwrap_or(".").to_owned(),
                );
            }
            message.ok()
        });
        Ok(Self {
            handed_off_at: conversation.handed_off_at,
            messages: ascending(messages.collect()),
        })
    }
}

/// Messages in the order they were written. The document does not say which way the list goes.
fn ascending(mut messages: Vec<Message>) -> Vec<Message> {
    let goes_down = match &messages[..] {
        [first, .., last] => first.created_at > last.created_at,
        _ => false,
    };
    if goes_down {
        messages.reverse();
    }
    // Stable: messages of one time stay in the list's order.
    messages.sort_by_key(|message| message.created_at);
    messages
}

/// Delays between two looks: half a second, doubling to 5 seconds. The bot takes a few seconds as a
/// rule; somebody is waiting, and the API's limit on requests is not known.
const DELAYS: Backoff = Backoff {
    initial: Duration::from_millis(500),
    max: Duration::from_secs(5),
};
/// Time for the last snapshot, which is taken when the deadline is over.
const LAST_POLL: Duration = Duration::from_secs(5);
/// Looks in a row that may find no conversation: a server that answers from a copy of its data
/// shows a new one late, but not as late as after these, 7.5 seconds.
const MAX_MISSING: u32 = 4;

/// Looks at a conversation until `find` finds something in it; `None` at the deadline.
///
/// # Errors
///
/// The error of a snapshot that is not going to pass; else the last failure, when the time is over
/// before a look has succeeded after it.
pub(super) async fn poll<T>(
    client: &Client,
    id: Uuid,
    deadline: Duration,
    mut find: impl FnMut(&Snapshot) -> Option<T>,
) -> Result<Option<T>, Error> {
    let started = client.now();
    let left = || deadline.saturating_sub(client.now().saturating_duration_since(started));
    let mut looks: u32 = 0;
    let mut missing: u32 = 0;
    loop {
        let in_time = client.within(left().max(LAST_POLL));
        let failure = match Snapshot::fetch(&in_time, id).await {
            Ok(snapshot) => {
                missing = 0;
                if let Some(found) = find(&snapshot) {
                    return Ok(Some(found));
                }
                None
            }
            Err(error) if error.is_not_found() && missing < MAX_MISSING => {
                missing += 1;
                Some(error)
            }
            Err(error) if error.is_retryable() => Some(error),
            Err(error) => return Err(error),
        };
        let left = left();
        if left.is_zero() {
            return failure.map_or(Ok(None), Err);
        }
        looks = looks.saturating_add(1);
        client.sleeper().sleep(DELAYS.bound(looks).min(left)).await;
    }
}
