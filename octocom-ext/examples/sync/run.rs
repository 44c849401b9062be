//! A run: what is new, and then what has changed.

use anyhow::{Context, Result};
use chrono::{DateTime, TimeDelta, Utc};
use indicatif::ProgressBar;
use octocom_ext::types::ConversationSummary;
use octocom_ext::{Conversations, Error, Item, Keyset, List};

use crate::database::{Batch, Database};
use crate::details;
use crate::failure::Failure;
use crate::refresh::Refresh;
use crate::row::Row;
use crate::tally::Tally;

/// What becomes of a conversation.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    New,
    Updated,
    Unchanged,
}

/// A run on one file.
pub(crate) struct Run {
    conversations: Conversations,
    database: Database,
    with_details: bool,
    tally: Tally,
    bar: ProgressBar,
}

impl Run {
    pub(crate) fn new(
        conversations: Conversations,
        database: Database,
        with_details: bool,
    ) -> Self {
        Self {
            conversations,
            database,
            with_details,
            tally: Tally::default(),
            // Drawn on a terminal only.
            bar: ProgressBar::new_spinner(),
        }
    }

    pub(crate) fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Fetches what is new, then looks for changes.
    pub(crate) async fn sync(&mut self, refresh: Refresh, now: DateTime<Utc>) -> Result<()> {
        // What is new in this run need not be listed again in it.
        let known = self.database.newest()?;
        let mut new = self.conversations.list();
        if let Some(checkpoint) = self.database.checkpoint()? {
            new = new.resume(checkpoint);
        }
        let mut synced = self.list(new, true).await;
        if let (Ok(()), Some(newest), Some(since)) = (&synced, known, refresh.since(now)) {
            // A microsecond is the last digit that is stored.
            let mut again = self
                .conversations
                .list()
                .until(newest + TimeDelta::microseconds(1));
            if let Some(since) = since {
                again = again.since(since);
            }
            if since.is_none_or(|since| since <= newest) {
                synced = self.list(again, false).await;
            }
        }
        self.bar.finish_and_clear();
        synced.context("stopped; the next run goes on from here")
    }

    /// Goes through a list, each page in a transaction of its own.
    async fn list(&mut self, list: List<ConversationSummary, Keyset>, is_new: bool) -> Result<()> {
        let mut pages = list.pages();
        while let Some(page) = pages.try_next().await? {
            let checkpoint = is_new.then(|| pages.checkpoint());
            let (mut batch, tally) = self.batch(page.items).await?;
            batch.checkpoint = checkpoint;
            self.database.write(&batch, Utc::now())?;
            self.tally.add(&tally);
            for failure in &batch.failures {
                let warning = format!("warning: {}", failure.error());
                self.bar.suspend(|| eprintln!("{warning}"));
            }
            self.bar
                .set_message(format!("{} conversations", self.tally.total()));
            self.bar.tick();
        }
        Ok(())
    }

    /// Compares a page with what is stored, and fetches the details that are wanted.
    async fn batch(
        &self,
        items: Vec<Result<Item<ConversationSummary>, Error>>,
    ) -> Result<(Batch, Tally)> {
        let (mut batch, mut tally) = (Batch::default(), Tally::default());
        let mut changed = Vec::new();
        for item in items {
            match item {
                Ok(summary) => match self.compare(&summary)? {
                    Change::Unchanged => tally.unchanged += 1,
                    change => changed.push((change, summary)),
                },
                Err(error) => batch.failures.push(Failure::listed(&error)),
            }
        }
        let ids = changed.iter().map(|(_, summary)| summary.id);
        let ids = ids.filter(|_| self.with_details).collect();
        let mut fetched = details::fetch(&self.conversations, ids).await?;
        for (change, summary) in changed {
            let details = match fetched.remove(&summary.id).transpose() {
                Ok(details) => {
                    match change {
                        Change::New => tally.new += 1,
                        _ => tally.updated += 1,
                    }
                    details
                }
                Err(error) => {
                    batch.failures.push(Failure::detailed(summary.id, &error));
                    None
                }
            };
            batch.rows.push(Row { summary, details });
        }
        tally.failed += u64::try_from(batch.failures.len())?;
        Ok((batch, tally))
    }

    fn compare(&self, summary: &Item<ConversationSummary>) -> Result<Change> {
        Ok(match self.database.known(summary.id)? {
            None => Change::New,
            Some(known) if known.summary != summary.raw() => Change::Updated,
            // A run without details, or a failure, has left them out.
            Some(known) if self.with_details && !known.details_current => Change::Updated,
            Some(_) => Change::Unchanged,
        })
    }
}
