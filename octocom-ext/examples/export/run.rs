//! The export itself: a stream of records into a file.

use std::time::Instant;

use anyhow::{Context, Result};
use octocom_ext::types::ConversationSummary;
use octocom_ext::{Checkpoint, DetailStream, Error, ItemStream, Keyset, List};

use crate::Args;
use crate::journal::Journal;
use crate::progress::Progress;
use crate::service::Service;

/// Records between two checkpoints.
const CHECKPOINT_STEP: u64 = 500;
/// Conversations fetched at once with `--details`.
const DETAILS_IN_FLIGHT: usize = 8;

/// The records of the export, as text.
enum Records {
    Summaries(Box<ItemStream<ConversationSummary>>),
    Details(Box<DetailStream>),
}

impl Records {
    async fn next(&mut self) -> Result<Option<String>, Error> {
        Ok(match self {
            Self::Summaries(stream) => stream.try_next().await?.map(|item| item.raw().to_owned()),
            Self::Details(stream) => stream
                .try_next()
                .await?
                .map(|detailed| detailed.conversation.raw().into_owned()),
        })
    }

    fn checkpoint(&self) -> Checkpoint {
        match self {
            Self::Summaries(stream) => stream.checkpoint(),
            Self::Details(stream) => stream.checkpoint(),
        }
    }
}

/// Writes all records. Returns whether it came to its end, or was interrupted.
pub(crate) async fn run(
    service: &Service,
    list: List<ConversationSummary, Keyset>,
    args: &Args,
) -> Result<bool> {
    let started = Instant::now();
    let path = args.out.as_deref().context("--out is missing")?;
    let (mut journal, list) = if args.resume {
        let (journal, checkpoint) = Journal::resume(path, args.details)?;
        (journal, list.resume(checkpoint))
    } else {
        (Journal::create(path, args.restart)?, list)
    };
    let mut records = if args.details {
        Records::Details(Box::new(list.stream().with_details(DETAILS_IN_FLIGHT)))
    } else {
        Records::Summaries(Box::new(list.stream()))
    };
    if !args.resume {
        // So that there is something to resume from, whenever it ends.
        journal.save(records.checkpoint(), args.details, false)?;
    }
    let mut progress = Progress::new();
    let (mut written, mut skipped) = (0_u64, 0_u64);
    let mut interrupt = std::pin::pin!(tokio::signal::ctrl_c());
    let finished = loop {
        let record = tokio::select! {
            biased;
            signal = &mut interrupt => {
                signal.context("listening for Ctrl-C")?;
                break false;
            }
            record = records.next() => record,
        };
        match record {
            Ok(Some(json)) => {
                journal.write(&json)?;
                written += 1;
            }
            Ok(None) => break true,
            Err(error) if error.is_item() => {
                // The record is not what the document says, but it is what the server sent.
                let json = std::str::from_utf8(error.body()).unwrap_or_default();
                if error.is_decode() && error.operation().is_some_and(|o| is_record(o.id, args)) {
                    journal.write(json)?;
                    written += 1;
                } else {
                    skipped += 1;
                }
                progress.say(&format!("warning: {error}"));
            }
            Err(error) => {
                progress.finish();
                // An error without a place to go on from was there before anything was sent: what
                // the files say is as true as before.
                let Some(checkpoint) = error.checkpoint().cloned() else {
                    return Err(error.into());
                };
                journal.save(checkpoint, args.details, false)?;
                return Err(error).with_context(|| {
                    format!("after {written} conversations; --resume goes on from there")
                });
            }
        }
        progress.set(written);
        if (written + skipped) % CHECKPOINT_STEP == 0 {
            journal.save(records.checkpoint(), args.details, false)?;
        }
    };
    journal.save(records.checkpoint(), args.details, finished)?;
    progress.finish();

    let (requests, retries) = service.counter.read();
    let verb = if finished {
        "exported"
    } else {
        "interrupted: --resume goes on; exported"
    };
    let skipped = if skipped > 0 {
        format!(", {skipped} skipped")
    } else {
        String::new()
    };
    println!(
        "{verb} {written} conversations to {}: {requests} requests, {retries} retries{skipped}, \
         {:.1} s",
        path.display(),
        started.elapsed().as_secs_f64()
    );
    Ok(finished)
}

/// Whether the text of a record that could not be decoded is what the export writes.
fn is_record(operation: &str, args: &Args) -> bool {
    operation
        == if args.details {
            "get_conversation"
        } else {
            "list_conversations"
        }
}
