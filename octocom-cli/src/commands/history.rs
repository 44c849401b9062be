//! `octocom history`: the versions of workflows, articles and bot rules.

mod things;

use std::sync::Arc;

use chrono::{DateTime, SecondsFormat, Utc};
use clap::{Args, Subcommand};
use octocom_ext::{FieldChange, History, Uuid, Version};
use serde_json::json;

use crate::args::{Global, uuid};
use crate::confirm::confirm;
use crate::connection::{Connection, Options};
use crate::failure::{Failure, Result};
use crate::filters::time;
use crate::json_text::object;
use crate::output::{Output, OutputArgs, print};
use crate::status::Status;
use crate::terminal::{tell, tell_line};
use crate::text::escape;
use crate::waits::Waits;

use things::{Kind, Things};

/// Read the versions of workflows, articles and bot rules, and go back to one
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  octocom history list articles 2f1abe7f-3d24-4dd8-ad38-5ad2cef6498e --business acme-corp
  octocom history diff articles 2f1abe7f-3d24-4dd8-ad38-5ad2cef6498e --business acme-corp
  octocom history restore articles ID --before 2026-03-03 --business acme-corp
  octocom history undelete bot-rules ID --business acme-corp --yes")]
pub(crate) struct HistoryArgs {
    #[command(subcommand)]
    command: HistoryCommand,
    /// Business that they belong to [default: the profile's]
    #[arg(long, global = true, value_name = "SLUG")]
    business: Option<String>,
}

#[derive(Debug, Subcommand)]
enum HistoryCommand {
    /// List the versions of one, newest first
    List {
        kind: Kind,
        #[arg(value_parser = uuid)]
        id: Uuid,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Show what differs between two versions: + added, - removed, ~ changed
    Diff {
        kind: Kind,
        #[arg(value_parser = uuid)]
        id: Uuid,
        /// Version to start from [default: the one before the newest]
        #[arg(requires = "newer")]
        older: Option<String>,
        /// Version to compare it with [default: the newest]
        newer: Option<String>,
    },
    /// Go back to a version; shows first what that changes, and asks
    Restore {
        kind: Kind,
        #[arg(value_parser = uuid)]
        id: Uuid,
        /// Version to go back to
        #[arg(required_unless_present = "before", conflicts_with = "before")]
        version: Option<String>,
        /// Go back to the newest version from before this time
        #[arg(long, value_name = "TIME", value_parser = time)]
        before: Option<DateTime<Utc>>,
        /// Do it without asking
        #[arg(long, short)]
        yes: bool,
    },
    /// List what was deleted and can be brought back
    Deleted {
        kind: Kind,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Bring back what was deleted, as of its newest version; shows first which one, and asks
    Undelete {
        kind: Kind,
        #[arg(value_parser = uuid)]
        id: Uuid,
        /// Do it without asking
        #[arg(long, short)]
        yes: bool,
    },
}

impl HistoryCommand {
    fn kind(&self) -> Kind {
        match self {
            Self::List { kind, .. }
            | Self::Diff { kind, .. }
            | Self::Restore { kind, .. }
            | Self::Deleted { kind, .. }
            | Self::Undelete { kind, .. } => *kind,
        }
    }
}

pub(crate) async fn run(global: &Global, args: HistoryArgs) -> Result<()> {
    let waits = Arc::new(Waits::default());
    let connection = Connection::open(global, &waits, Options::default()).await?;
    let business = args.business.as_ref().or(connection.business.as_ref());
    let outcome = match business {
        Some(business) => {
            let handle = connection.client.business(business);
            let things = Things::of(&handle, args.command.kind());
            let run = Run {
                connection: &connection,
                things,
                is_quiet: global.quiet,
            };
            run.carry_out(args.command).await
        }
        None => Err(Failure::usage("`--business` is missing").advise("nothing was sent")),
    };
    let closed = connection.close();
    outcome.and(closed)
}

struct Run<'a> {
    connection: &'a Connection,
    things: Things,
    is_quiet: bool,
}

impl Run<'_> {
    async fn carry_out(&self, command: HistoryCommand) -> Result<()> {
        match command {
            HistoryCommand::List { id, output, .. } => {
                let history = self.history(id).await?;
                let mut output = Output::begin(&output)?.of_list();
                for version in &history {
                    output.item(&row(version))?;
                }
                output.end()?;
                remark(history.is_recognized(), history.has_more());
                Ok(())
            }
            HistoryCommand::Deleted { output, .. } => {
                let items = self.things.deleted().await;
                let items = items.map_err(|error| self.connection.failure(&error))?;
                let mut output = Output::begin(&output)?.of_list();
                for item in &items {
                    let row = object(&[
                        ("id", json!(item.id())),
                        ("deletedAt", json!(item.deleted_at().map(shown))),
                        ("author", json!(item.author().map(ToString::to_string))),
                        ("title", json!(item.title())),
                    ]);
                    output.item(&row)?;
                }
                output.end()?;
                remark(items.is_recognized(), items.has_more());
                Ok(())
            }
            HistoryCommand::Diff {
                id, older, newer, ..
            } => {
                let history = self.history(id).await?;
                let (older, newer) = match (older, newer) {
                    (Some(older), Some(newer)) => {
                        (find(&history, &older)?, find(&history, &newer)?)
                    }
                    _ => match history.versions() {
                        [newer, older, ..] => (older, newer),
                        few => {
                            let count = few.len();
                            return Err(Failure::failed(format!(
                                "a comparison needs 2 versions, and there are {count}"
                            )));
                        }
                    },
                };
                let changes = older.diff(newer).ok_or_else(|| {
                    Failure::failed("one of the versions has no snapshot that can be read")
                })?;
                let head = format!("from {}\nto   {}\n", name(older), name(newer));
                print(&(head + &lines(&changes)))
            }
            HistoryCommand::Restore {
                id,
                version,
                before,
                yes,
                ..
            } => {
                let history = self.history(id).await?;
                let version = match (version, before) {
                    (Some(version), _) => find(&history, &version)?,
                    (None, Some(time)) => history.before(time).ok_or_else(|| {
                        let time = shown(time);
                        let reason = format!("no version is known to be from before {time}");
                        Failure::new(Status::NotFound, reason)
                    })?,
                    (None, None) => return Err(Failure::usage("neither a version nor --before")),
                };
                let name = name(version);
                let changes = history.latest().and_then(|latest| latest.diff(version));
                tell(&changes.map(|changes| lines(&changes)).unwrap_or_default());
                confirm(&format!("{id} goes back to version {name}"), yes)?;
                let restored = self.things.restore(id, version).await;
                restored.map_err(|error| self.connection.failure(&error))?;
                self.say(&format!("{id} went back to version {name}"));
                Ok(())
            }
            HistoryCommand::Undelete { id, yes, .. } => {
                let history = self.history(id).await?;
                let version = history
                    .restorable()
                    .ok_or_else(|| Failure::failed("no version has an id that can be read"))?;
                let what = format!("{id} comes back as of version {}", name(version));
                confirm(&what, yes)?;
                let back = self.things.undelete(id).await;
                back.map_err(|error| self.connection.failure(&error))?;
                self.say(&format!("{id} is back"));
                Ok(())
            }
        }
    }

    async fn history(&self, id: Uuid) -> Result<History> {
        let history = self.things.history(id).await;
        history.map_err(|error| self.connection.failure(&error))
    }

    fn say(&self, line: &str) {
        if !self.is_quiet {
            tell_line(line);
        }
    }
}

fn find<'a>(history: &'a History, version: &str) -> Result<&'a Version> {
    history.get(version).ok_or_else(|| {
        let version = version.escape_debug();
        Failure::new(
            Status::NotFound,
            format!("the item has no version `{version}`"),
        )
        .advise("`octocom history list` has them")
    })
}

fn row(version: &Version) -> String {
    object(&[
        ("version", json!(version.id().map(ToString::to_string))),
        ("time", json!(version.at().map(shown))),
        ("change", json!(version.change())),
        ("author", json!(version.author().map(ToString::to_string))),
    ])
}

/// Id and time of a version.
fn name(version: &Version) -> String {
    let id = version
        .id()
        .map_or_else(|| "without an id".to_owned(), ToString::to_string);
    match version.at() {
        Some(at) => format!("{} of {}", escape(&id), shown(at)),
        None => escape(&id),
    }
}

fn lines(changes: &[FieldChange]) -> String {
    match changes.is_empty() {
        true => "no difference\n".to_owned(),
        false => changes
            .iter()
            .map(|change| escape(&change.to_string()) + "\n")
            .collect(),
    }
}

/// Says what the output does not show: the document leaves these answers open.
fn remark(is_recognized: bool, has_more: bool) {
    if !is_recognized {
        tell_line("warning: no list was found in the answer: `octocom api` shows it as it is");
    }
    if has_more {
        tell_line("warning: the server says that there is more, and has no way to ask for it");
    }
}

fn shown(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
