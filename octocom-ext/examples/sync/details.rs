//! Conversations in full, several at once.

use std::collections::HashMap;

use anyhow::{Context, Result};
use octocom_ext::{Conversations, Error};
use tokio::task::JoinSet;
use uuid::Uuid;

/// Conversations fetched at once.
const IN_FLIGHT: usize = 8;

/// The texts of the conversations, or why one has none: it is gone, or not what the document says.
///
/// # Errors
///
/// The first other failure: the rest would most likely end the same way.
pub(crate) async fn fetch(
    conversations: &Conversations,
    ids: Vec<Uuid>,
) -> Result<HashMap<Uuid, Result<String, Error>>> {
    let mut fetched = HashMap::new();
    let mut ids = ids.into_iter();
    let mut tasks = JoinSet::new();
    loop {
        while tasks.len() < IN_FLIGHT {
            let Some(id) = ids.next() else { break };
            let conversations = conversations.clone();
            tasks.spawn(async move { (id, conversations.get(id).await) });
        }
        let Some(done) = tasks.join_next().await else {
            return Ok(fetched);
        };
        let (id, answer) = done.context("fetching a conversation")?;
        let text = match answer {
            Ok(conversation) => Ok(conversation.raw().into_owned()),
            Err(error) if error.is_not_found() || error.is_decode() => Err(error),
            Err(error) => return Err(error.into()),
        };
        fetched.insert(id, text);
    }
}
