//! Search of conversations: the API's filters, and a text in what was read.

use futures_util::{StreamExt as _, stream};
use octocom_api::operations;
use octocom_ext::{ItemStream, Uuid};
use serde_json::{Map, Value, json};

use super::{Composed, flag, text};
use crate::arguments::View;
use crate::cursor::Position;
use crate::failure::Failure;
use crate::reads::call;
use crate::result::Records;
use crate::scope::BUSINESS;
use crate::server::Inner;

/// Conversations of a page.
const PAGE: u64 = 50;
/// Conversations whose messages are fetched at once.
const AT_ONCE: usize = 4;

/// A conversation of the list, the place after it, and what was found in it.
struct Candidate {
    record: Value,
    place: octocom_ext::Checkpoint,
    found: Result<bool, Failure>,
}

pub(super) async fn run(
    server: &Inner,
    view: View,
    mut arguments: Map<String, Value>,
) -> Result<Value, Failure> {
    let most = PAGE * Composed::Search.max_pages(&arguments)?;
    arguments.remove("maxPages");
    let in_messages = flag(&arguments, "inMessages")?;
    arguments.remove("inMessages");
    let wanted = text(&arguments, "text")?.map(str::to_lowercase);
    arguments.remove("text");
    let business = text(&arguments, BUSINESS)?.map(str::to_owned);
    arguments.remove(BUSINESS);
    let business = business.as_deref().or(server.scope.business());

    let call = call(&server.client, &operations::LIST_CONVERSATIONS, arguments)?;
    let mut list = call.list().map_err(|error| Failure::call(&error))?;
    if let Some(cursor) = &view.cursor
        && let Position::List(checkpoint) = server.cursors.find(&view.call, cursor)?
    {
        list = list.resume(checkpoint);
    }
    let mut stream = list.max_items(most).stream();
    let records = Records::new(server.result_bytes, view.fields, view.text_offset);
    let mut records = records.of_conversations();
    let mut more = Map::new();
    let (mut scanned, mut matched, mut unreadable) = (0, 0, 0_u64);
    let mut place = stream.checkpoint();
    let rest = 'scan: loop {
        let (batch, ended) = next_batch(&mut stream, most - scanned).await;
        let found = stream::iter(batch)
            .map(|(record, place)| async {
                let found =
                    match business.is_none_or(|slug| record[BUSINESS].as_str() == Some(slug)) {
                        true => holds(server, &record, wanted.as_deref(), in_messages).await,
                        false => Ok(false),
                    };
                Candidate {
                    record,
                    place,
                    found,
                }
            })
            .buffered(AT_ONCE);
        let mut found = std::pin::pin!(found);
        while let Some(candidate) = found.next().await {
            match candidate.found {
                Ok(true) if !records.push(&candidate.record) => break 'scan Some(place),
                Ok(true) => matched += 1,
                Ok(false) => {}
                Err(failure) if records.is_empty() => return Err(failure),
                Err(failure) => {
                    more.insert("stopped".to_owned(), failure.to_json());
                    break 'scan Some(place);
                }
            }
            scanned += 1;
            unreadable += u64::from(candidate.record.is_null());
            place = candidate.place;
            if matched == view.limit {
                break 'scan Some(place);
            }
        }
        match ended {
            None => {}
            Some(Ok(())) if scanned < most => break None,
            Some(Ok(())) => break Some(place),
            Some(Err(failure)) if records.is_empty() => return Err(failure),
            Some(Err(failure)) => {
                more.insert("stopped".to_owned(), failure.to_json());
                break Some(place);
            }
        }
    };
    more.insert("conversations_scanned".to_owned(), json!(scanned));
    if unreadable > 0 {
        more.insert("unreadable_records".to_owned(), json!(unreadable));
    }
    let cursor = rest.map(|rest| server.cursors.keep(&view.call, Position::List(rest)));
    records.finish(cursor, more)
}

type Batch = Vec<(Value, octocom_ext::Checkpoint)>;

/// Returns the next conversations, and how the list ended if it did.
async fn next_batch(
    stream: &mut ItemStream<Map<String, Value>>,
    most: u64,
) -> (Batch, Option<Result<(), Failure>>) {
    let mut batch = Batch::new();
    while batch.len() < usize::try_from(most.min(PAGE)).unwrap_or_default() {
        match stream.next().await {
            None => return (batch, Some(Ok(()))),
            Some(Ok(item)) => {
                let record = Value::Object(item.into_value());
                batch.push((record, stream.checkpoint()));
            }
            // A record that cannot be read is counted and matches nothing.
            Some(Err(error)) if error.is_item() => batch.push((Value::Null, stream.checkpoint())),
            Some(Err(error)) => return (batch, Some(Err(Failure::call(&error)))),
        }
    }
    (batch, (most <= PAGE).then_some(Ok(())))
}

/// Returns `true` if the conversation has the text.
async fn holds(
    server: &Inner,
    record: &Value,
    wanted: Option<&str>,
    in_messages: bool,
) -> Result<bool, Failure> {
    if record.is_null() {
        return Ok(false);
    }
    let Some(wanted) = wanted else {
        return Ok(true);
    };
    let in_summary = ["subject", "topics", "tags", "publicId"]
        .iter()
        .any(|name| has(&record[name], wanted));
    if in_summary || !in_messages {
        return Ok(in_summary);
    }
    let id = record["id"].as_str().unwrap_or_default();
    let Ok(id) = Uuid::try_parse(id) else {
        return Ok(false);
    };
    match server.scope.conversation(&server.client, id).await {
        Ok(conversation) => Ok(["messages", "notes", "customer"]
            .iter()
            .any(|name| has(&conversation[name], wanted))),
        // Gone since it was listed.
        Err(failure) if failure.kind == "not_found" => Ok(false),
        Err(failure) => Err(failure),
    }
}

/// Returns `true` if a text of the value has the wanted one, in lower case.
fn has(value: &Value, wanted: &str) -> bool {
    match value {
        Value::String(text) => text.to_lowercase().contains(wanted),
        Value::Array(items) => items.iter().any(|item| has(item, wanted)),
        Value::Object(members) => members.values().any(|member| has(member, wanted)),
        _ => false,
    }
}
