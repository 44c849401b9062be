//! Reads of the operation table: lists, single records, and answers of any form.

use octocom_api::{Operation, operations};
use octocom_ext::{Client, OperationCall};
use serde_json::{Map, Value};

use crate::arguments::{self, View};
use crate::cursor::Position;
use crate::failure::Failure;
use crate::result::{Records, Shown};
use crate::server::Inner;

/// Calls a read and returns its result.
pub(crate) async fn run(
    server: &Inner,
    operation: &'static Operation,
    view: View,
    mut arguments: Map<String, Value>,
) -> Result<Value, Failure> {
    let client = &server.client;
    server
        .scope
        .check(client, operation, &mut arguments)
        .await?;
    let call = call(client, operation, arguments)?;
    match operation.page_size {
        Some(_) => list(server, operation, call, view).await,
        None => one(server, operation, call, view).await,
    }
}

/// Returns the call of an operation, checked.
pub(crate) fn call(
    client: &Client,
    operation: &'static Operation,
    arguments: Map<String, Value>,
) -> Result<OperationCall, Failure> {
    let arguments = arguments::of_call(operation, arguments)?;
    let call = client.operation(operation).arguments(arguments);
    call.check().map_err(|error| Failure::call(&error))?;
    Ok(call)
}

/// Reads a list as far as it fits.
async fn list(
    server: &Inner,
    operation: &'static Operation,
    call: OperationCall,
    view: View,
) -> Result<Value, Failure> {
    let mut list = call.list().map_err(|error| Failure::call(&error))?;
    if let Some(cursor) = &view.cursor {
        let Position::List(checkpoint) = server.cursors.find(&view.call, cursor)? else {
            return Err(Failure::arguments(
                "`cursor` is not one of a list",
                arguments::CORRECT,
            ));
        };
        list = list.resume(checkpoint);
    }
    let mut stream = list.max_items(view.limit).stream();
    let mut records = Records::new(server.result_bytes, view.fields, view.text_offset);
    if *operation == operations::LIST_CONVERSATIONS {
        records = records.of_conversations();
    }
    let mut more = Map::new();
    let (mut read, mut unreadable) = (0, 0_u64);
    let mut place = stream.checkpoint();
    let rest = loop {
        match stream.next().await {
            None if read < view.limit => break None,
            // The limit is reached; the list may have ended as well.
            None => break Some(stream.checkpoint()),
            Some(Ok(item)) => {
                read += 1;
                if server.scope.admits(operation, item.value())
                    && !records.push(&Value::Object(item.value().clone()))
                {
                    break Some(place);
                }
            }
            Some(Err(error)) if error.is_item() => {
                read += 1;
                unreadable += 1;
                more.insert("unreadable".to_owned(), Failure::call(&error).to_json());
            }
            Some(Err(error)) if records.is_empty() => return Err(Failure::call(&error)),
            Some(Err(error)) => {
                // What was read is as true as before.
                more.insert("stopped".to_owned(), Failure::call(&error).to_json());
                break Some(place);
            }
        }
        place = stream.checkpoint();
    };
    if unreadable > 0 {
        more.insert("unreadable_records".to_owned(), unreadable.into());
    }
    let cursor = rest.map(|rest| server.cursors.keep(&view.call, Position::List(rest)));
    records.finish(cursor, more)
}

/// Reads an answer that has no pages: one record, or an array.
async fn one(
    server: &Inner,
    operation: &'static Operation,
    call: OperationCall,
    view: View,
) -> Result<Value, Failure> {
    let response = call.send().await.map_err(|error| Failure::call(&error))?;
    let response = response
        .parse()
        .map_err(|error| Failure::call(&error.into()))?;
    let answer = response.into_value();
    let answer = match answer {
        Value::Object(mut members) if members.contains_key("data") => {
            members.remove("data").unwrap_or_default()
        }
        answer => answer,
    };
    if *operation == operations::GET_CONVERSATION && !server.scope.admits_conversation(&answer) {
        return Err(server.scope.foreign());
    }
    show(server, operation, view, answer)
}

/// Returns a value as far as it fits: an array as records, anything else as one record.
pub(crate) fn show(
    server: &Inner,
    operation: &'static Operation,
    view: View,
    answer: Value,
) -> Result<Value, Failure> {
    let position = match &view.cursor {
        Some(cursor) => Some(server.cursors.find(&view.call, cursor)?),
        None => None,
    };
    let Value::Array(items) = answer else {
        let fields = match position {
            Some(Position::Rest(rest)) => rest,
            _ => view.fields,
        };
        let shown = Shown::new(&answer, &fields, server.result_bytes, view.text_offset)?;
        let cursor = (!shown.rest.is_empty()).then(|| {
            let rest = Position::Rest(shown.rest.clone());
            server.cursors.keep(&view.call, rest)
        });
        return Ok(shown.finish(cursor));
    };
    let start = match position {
        Some(Position::Item(start)) => start,
        _ => 0,
    };
    let mut records = Records::new(server.result_bytes, view.fields, view.text_offset);
    let admits = |item: &Value| match item {
        Value::Object(record) => server.scope.admits(operation, record),
        _ => true,
    };
    let items = items.iter().enumerate().skip(start);
    let mut rest = None;
    for (index, item) in items.filter(|(_, item)| admits(item)) {
        if !records.push(item) {
            rest = Some(index);
            break;
        }
    }
    let cursor = rest.map(|rest| server.cursors.keep(&view.call, Position::Item(rest)));
    records.finish(cursor, Map::new())
}
