//! A call of an operation, from its arguments to its output.

use std::sync::Arc;

use clap::{ArgMatches, FromArgMatches as _};
use octocom_api::Authentication;
use octocom_ext::{Operation, OperationCall};
use serde_json::json;

use super::given::Given;
use crate::args::Global;
use crate::confirm::confirm;
use crate::connection::{Connection, Options};
use crate::failure::{Failure, Result};
use crate::json_text;
use crate::output::{Output, OutputArgs};
use crate::status::Status;
use crate::terminal::tell_line;
use crate::text::one_line;
use crate::waits::Waits;

/// Options of a call.
struct Sending {
    output: OutputArgs,
    /// End a list after so many items.
    max_items: Option<u64>,
    is_dry_run: bool,
    is_confirmed: bool,
}

pub(super) async fn run(
    global: &Global,
    operation: &'static Operation,
    matches: &ArgMatches,
) -> Result<()> {
    let mut given = Given::read(operation, matches)?;
    let output = OutputArgs::from_arg_matches(matches);
    let is_set = |name| matches.try_get_one::<bool>(name).ok().flatten().copied();
    let is_set = |name| is_set(name).unwrap_or_default();
    let sending = Sending {
        output: output.map_err(|error| Failure::usage(error.to_string()))?,
        max_items: matches.try_get_one("max-items").ok().flatten().copied(),
        is_dry_run: is_set("dry-run"),
        is_confirmed: is_set("yes"),
    };
    let waits = Arc::new(Waits::default());
    let options = Options {
        is_keyless: operation.authentication == Authentication::None || sending.is_dry_run,
        ..Options::default()
    };
    let connection = Connection::open(global, &waits, options).await?;
    given.default_business(connection.business.as_deref());
    let outcome = async {
        let mut call = connection
            .client
            .operation(operation)
            .arguments(given.arguments()?);
        if is_set("allow-unknown") {
            call = call.allow_unknown_values();
        }
        call.check().map_err(|error| given.refusal(&error))?;
        send(&connection, operation, call, &sending).await
    };
    let outcome = outcome.await;
    // What the call says is more than what the sandbox might.
    let closed = connection.close();
    outcome.and(closed)
}

/// Sends a checked call and shows its answer.
async fn send(
    connection: &Connection,
    operation: &'static Operation,
    call: OperationCall,
    sending: &Sending,
) -> Result<()> {
    let mut output = Output::begin(&sending.output)?;
    if sending.is_dry_run {
        let request = call.request().map_err(|error| connection.failure(&error))?;
        let request = json_text::object(&[
            ("method", json!(request.method.as_str())),
            ("url", json!(request.url)),
            ("body", json!(request.body)),
        ]);
        output.item(&request)?;
        return output.end();
    }
    if operation.effect.needs_care() {
        let what = format!("`{}` {}", operation.command, operation.effect);
        confirm(&what, sending.is_confirmed)?;
    }
    match operation.page_size {
        Some(_) => list(connection, call, sending.max_items, output).await,
        None => one(connection, call, output).await,
    }
}

/// Streams a list: items come out as they come.
async fn list(
    connection: &Connection,
    call: OperationCall,
    max_items: Option<u64>,
    output: Output,
) -> Result<()> {
    let mut output = output.of_list();
    let mut list = call.list().map_err(|error| connection.failure(&error))?;
    if let Some(items) = max_items {
        list = list.max_items(items);
    }
    let mut items = list.stream();
    let (mut shown, mut failed) = (0_u64, 0_u64);
    loop {
        match items.try_next().await {
            Ok(Some(item)) => {
                output.item(item.raw())?;
                shown += 1;
                if shown % FLUSH_EVERY == 0 {
                    output.flush()?;
                }
            }
            Ok(None) => break,
            Err(error) if error.is_item() => {
                failed += 1;
                tell_line(&format!("warning: {}", one_line(&error.to_string())));
            }
            Err(error) => {
                // What was listed is shown: it is as true as before.
                output.end()?;
                let fact = format!("{shown} items were listed before");
                return Err(connection.failure(&error).and(&fact));
            }
        }
    }
    output.end()?;
    match failed {
        0 => Ok(()),
        failed => Err(Failure::new(
            Status::Incomplete,
            format!("{failed} items of the list could not be read"),
        )
        .advise("`octocom api` with the operation's path shows them as they are")),
    }
}

/// Items between two flushes: a page.
const FLUSH_EVERY: u64 = 50;

/// Sends one call and shows what it answers: the thing itself, without the envelope.
async fn one(connection: &Connection, call: OperationCall, output: Output) -> Result<()> {
    let response = call.send().await;
    let response = response.map_err(|error| connection.failure(&error))?;
    let text = response.raw();
    if text.trim() == "null" || text.trim().is_empty() {
        // A deletion answers nothing.
        return output.end();
    }
    let data = json_text::pick(&text, "data").unwrap_or(&text);
    let Some(items) = json_text::items(data) else {
        let mut output = output;
        output.item(data)?;
        return output.end();
    };
    let mut output = output.of_list();
    for item in items {
        output.item(item.get())?;
    }
    output.end()
}
