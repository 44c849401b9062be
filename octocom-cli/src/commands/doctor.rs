//! `octocom doctor`: is everything there to work with the API?

use std::sync::Arc;

use chrono::{DateTime, Utc};
use clap::Args;
use octocom_ext::operations::LIST_BUSINESSES;

use crate::args::Global;
use crate::connection::{Connection, Options};
use crate::failure::Result;
use crate::help;
use crate::json_text;
use crate::output::{Output, OutputArgs};
use crate::waits::Waits;

/// Difference of the clocks, in seconds, from which on something is wrong with one of them.
const CLOCK_TOLERANCE: i64 = 30;

/// Check the address, the connection, the key, the clock and the versions
///
/// Each check is one line; the exit status is that of the first that failed.
#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    #[command(flatten)]
    output: OutputArgs,
}

pub(crate) async fn run(global: &Global, args: DoctorArgs) -> Result<()> {
    let mut report = Report(Output::begin(&args.output)?.of_list());
    report.say("program", "ok", &help::versions())?;
    let waits = Arc::new(Waits::default());
    let connection = match Connection::open(global, &waits, Options::default()).await {
        Ok(connection) => connection,
        Err(failure) => {
            report.say("configuration", "failed", failure.what())?;
            report.0.end()?;
            return Err(failure);
        }
    };
    let outcome = check(&connection, &mut report).await;
    let ended = report.0.end();
    let closed = connection.close();
    outcome.and(ended).and(closed)
}

async fn check(connection: &Connection, report: &mut Report) -> Result<()> {
    report.say("key", "ok", &format!("from {}", connection.key_origin()))?;
    let address = connection.client.server_name();
    let encryption = match address.starts_with("https:") {
        true => "encrypted",
        false => "not encrypted: this machine only",
    };
    report.say("address", "ok", &format!("{address} ({encryption})"))?;
    let sent = Utc::now();
    let response = match connection.client.operation(&LIST_BUSINESSES).send().await {
        Ok(response) => response,
        Err(error) => {
            let failure = connection.failure(&error);
            report.say("connection", "failed", failure.what())?;
            return Err(failure);
        }
    };
    let took = (Utc::now() - sent).num_milliseconds();
    report.say(
        "connection",
        "ok",
        &format!("the key is accepted; {took} ms"),
    )?;
    let text = response.raw();
    let businesses = json_text::pick(&text, "data").and_then(json_text::items);
    let businesses = businesses.unwrap_or_default();
    let slug = |item: &&serde_json::value::RawValue| {
        json_text::pick(item.get(), "slug").map(json_text::cell)
    };
    let slugs: Vec<_> = businesses.iter().filter_map(slug).collect();
    report.say("businesses", "ok", &slugs.join(", "))?;
    clock(&response, report)
}

/// Compares the server's clock with ours.
fn clock(
    response: &octocom_ext::Response<octocom_api::Record<serde_json::Value>>,
    report: &mut Report,
) -> Result<()> {
    let date = response
        .headers()
        .get("date")
        .and_then(|date| date.to_str().ok());
    let date = date.and_then(|date| DateTime::parse_from_rfc2822(date).ok());
    let Some(date) = date else {
        return report.say("clock", "warning", "the server does not tell its time");
    };
    let seconds = (Utc::now() - date.to_utc()).num_seconds();
    match seconds.abs() <= CLOCK_TOLERANCE {
        true => report.say("clock", "ok", "as the server's"),
        false => {
            let (by, how) = (seconds.abs(), if seconds > 0 { "fast" } else { "slow" });
            let detail =
                format!("this machine's is {by} s {how} of the server's: runs go by the server's");
            report.say("clock", "warning", &detail)
        }
    }
}

struct Report(Output);

impl Report {
    fn say(&mut self, check: &str, result: &str, detail: &str) -> Result<()> {
        let line = json_text::object(&[
            ("check", check.into()),
            ("result", result.into()),
            ("detail", detail.into()),
        ]);
        self.0.item(&line)
    }
}
