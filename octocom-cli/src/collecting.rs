//! A run of octocom-collect: its settings, Ctrl-C, and how its end is told.

use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use octocom_collect::{Collector, End, ErrorKind, Interrupt, Report};

use octocom_ext::operations::LIST_CONVERSATIONS;
use octocom_ext::{Client, Plan};

use crate::args::{Global, duration};
use crate::connection::{Connection, Options};
use crate::failure::{Failure, Result};
use crate::privacy::PrivacyArgs;
use crate::progress::Progress;
use crate::signals;
use crate::status::Status;
use crate::waits::Waits;

/// Arguments of every run.
#[derive(Debug, Args)]
#[command(next_help_heading = "Run")]
pub(crate) struct RunArgs {
    /// Most requests at once
    #[arg(long, value_name = "COUNT", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=256))]
    concurrency: u16,
    /// End the run after this time, as in 90s or 2h; the next run goes on
    #[arg(long, value_name = "TIME", value_parser = duration)]
    deadline: Option<Duration>,
    /// End with 0 although up to this many records could not be fetched
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    accept_failures: u64,
    /// Take the output to be of this account, although the key or the server's name has changed
    #[arg(long)]
    same_account: bool,
    #[command(flatten)]
    privacy: PrivacyArgs,
}

/// A run that can be started.
pub(crate) struct Run {
    pub(crate) connection: Connection,
    pub(crate) collector: Collector,
    pub(crate) progress: Progress,
}

impl Run {
    /// `plan` is the one that the run takes a shard of.
    pub(crate) async fn prepare(
        global: &Global,
        args: &RunArgs,
        plan: Option<&Plan>,
    ) -> Result<Self> {
        let privacy = args.privacy.settings("--hash-key-file")?;
        let shards = plan.map_or(1, |plan| plan.shards().len().max(1));
        let waits = Arc::new(Waits::default());
        let options = Options {
            concurrency: Some(u32::from(args.concurrency)),
            processes: u32::try_from(shards).unwrap_or(u32::MAX),
            ..Options::default()
        };
        let connection = Connection::open(global, &waits, options).await?;
        let page = LIST_CONVERSATIONS
            .page_size
            .map_or(0, |page| u64::from(page.default));
        let shards = u64::try_from(shards).unwrap_or(u64::MAX);
        let total = plan.map(|plan| plan.pages().saturating_mul(page) / shards);
        let progress = Progress::new(&waits, global.quiet, total);
        let stopping = "stopping: what was accepted is being stored; Ctrl-C again ends at once";
        let mut collector = watched(connection.client.clone(), &progress, stopping)
            .api_key(connection.key())
            .concurrency(usize::from(args.concurrency))
            .accept_failures(args.accept_failures)
            .same_account(args.same_account)
            .privacy(privacy);
        if let Some(deadline) = args.deadline {
            collector = collector.deadline(deadline);
        }
        Ok(Self {
            connection,
            collector,
            progress,
        })
    }

    /// Tells how the run ended. `doing` is "exported to …", `again` what to type to go on.
    pub(crate) async fn end(
        self,
        ended: octocom_collect::Result<Report>,
        doing: &str,
        again: &str,
    ) -> Result<()> {
        let outcome = match ended {
            Ok(report) => {
                self.progress.summarize(&report, doing);
                outcome(&report, again, "--accept-failures")
            }
            Err(error) => {
                self.progress.finish();
                Err(self.refusal(&error, again))
            }
        };
        // What the run says is more than what the sandbox might.
        let closed = self.connection.close();
        outcome.and(closed)
    }

    fn refusal(&self, error: &octocom_collect::Error, again: &str) -> Failure {
        let kept = error.report().map_or(0, Report::written);
        let fact = match kept {
            0 => "nothing was written".to_owned(),
            kept => format!("{kept} records are kept, {again} goes on from there"),
        };
        match (error.kind(), error.call()) {
            (_, Some(call)) => self.connection.failure(call).and(&fact),
            (ErrorKind::ClosedPipe, _) => Failure::closed_pipe(),
            (ErrorKind::Interrupted, _) => Failure::new(Status::Interrupted, error.to_string())
                .advise(format!("nothing was written; {again} begins anew")),
            (ErrorKind::Options, _) => Failure::usage(flags(&error.to_string())),
            _ => Failure::failed(error.to_string()),
        }
    }
}

/// Returns a collector that shows its progress, and that the first Ctrl-C stops with a message.
pub(crate) fn watched(client: Client, progress: &Progress, stopping: &'static str) -> Collector {
    let interrupt = Interrupt::new();
    let (shown, switch) = (progress.clone(), interrupt.clone());
    signals::on_interrupt(move || {
        shown.say(stopping);
        switch.trigger();
    });
    let shown = progress.clone();
    Collector::new(client)
        .interrupt(interrupt)
        .on_event(move |event| shown.event(event))
}

/// The outcome of a run. `again` is what to do to go on, `accept` what accepts failures.
pub(crate) fn outcome(report: &Report, again: &str, accept: &str) -> Result<()> {
    let written = report.written();
    match (report.status(), report.end) {
        (octocom_collect::Status::Done, _) => Ok(()),
        (octocom_collect::Status::Interrupted, _) => Err(Failure::new(
            Status::Interrupted,
            format!("interrupted; {written} records of this run are complete"),
        )
        .advise(format!("{again} goes on from there"))),
        (_, End::Deadline) => Err(Failure::new(
            Status::Incomplete,
            format!("the deadline has passed; {written} records of this run are complete"),
        )
        .advise(format!("{again} goes on from there"))),
        _ => {
            let failures = report.failures();
            let first = failures
                .first()
                .map(ToString::to_string)
                .unwrap_or_default();
            let records = match failures.len() {
                1 => "1 record".to_owned(),
                count => format!("{count} records"),
            };
            let message = format!("{records} could not be fetched: {first}");
            Err(Failure::new(Status::Incomplete, message).advise(format!(
                "{again} asks for them again; {accept} {} ends with 0",
                failures.len()
            )))
        }
    }
}

/// Names of the library's options as flags: `` `since` `` is `` `--since` ``.
fn flags(message: &str) -> String {
    let Some((name, rest)) = message
        .strip_prefix('`')
        .and_then(|rest| rest.split_once('`'))
    else {
        return message.to_owned();
    };
    let name = match name {
        "businesses" => "business".to_owned(),
        name => name.replace('_', "-"),
    };
    format!("`--{name}`{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_of_the_library_are_named_as_flags() {
        assert_eq!(
            flags("`handed_off`: the stream users has no such filter"),
            "`--handed-off`: the stream users has no such filter"
        );
        assert_eq!(flags("`businesses`: no"), "`--business`: no");
        assert_eq!(flags("something else"), "something else");
    }
}
