//! A conversation as it is stored.

use chrono::{DateTime, SecondsFormat, Utc};
use octocom_ext::Item;
use octocom_ext::types::ConversationSummary;
use rusqlite::{OptionalExtension, Transaction, named_params};
use uuid::Uuid;

/// What is stored of a conversation that was listed again.
pub(crate) struct Known {
    pub(crate) summary: String,
    pub(crate) details_current: bool,
}

impl Known {
    pub(crate) fn read(
        connection: &rusqlite::Connection,
        id: Uuid,
    ) -> rusqlite::Result<Option<Self>> {
        let mut query = connection
            .prepare("SELECT summary, details_current FROM conversations WHERE id = ?1")?;
        let known = query.query_row([id.to_string()], |row| {
            Ok(Self {
                summary: row.get(0)?,
                details_current: row.get(1)?,
            })
        });
        known.optional()
    }
}

/// A conversation to store.
pub(crate) struct Row {
    pub(crate) summary: Item<ConversationSummary>,
    /// `None` when they were not fetched: what was there stays.
    pub(crate) details: Option<String>,
}

impl Row {
    pub(crate) fn write(&self, transaction: &Transaction<'_>, now: &str) -> rusqlite::Result<()> {
        let summary = &self.summary;
        let mut insert = transaction.prepare(
            "INSERT INTO conversations VALUES (:id, :public_id, :business, :type, :subject,
                 :created_at, :last_message_at, :handed_off_at, :closed_at, :summary, :details,
                 :details IS NOT NULL, :now)
             ON CONFLICT (id) DO UPDATE SET
                 (public_id, business, type, subject, created_at, last_message_at, handed_off_at,
                  closed_at, summary, details, details_current, synced_at)
                 = (excluded.public_id, excluded.business, excluded.type, excluded.subject,
                    excluded.created_at, excluded.last_message_at, excluded.handed_off_at,
                    excluded.closed_at, excluded.summary, coalesce(excluded.details, details),
                    excluded.details_current, excluded.synced_at)",
        )?;
        let id = summary.id.to_string();
        insert.execute(named_params! {
            ":id": id,
            ":public_id": summary.public_id,
            ":business": summary.business_slug,
            ":type": summary.type_.to_string(),
            ":subject": summary.subject,
            ":created_at": text(summary.created_at),
            ":last_message_at": text(summary.last_message_created_at),
            ":handed_off_at": summary.handed_off_at.map(text),
            ":closed_at": summary.closed_at.map(text),
            ":summary": summary.raw(),
            ":details": self.details,
            ":now": now,
        })?;
        let mut delete = transaction.prepare("DELETE FROM failures WHERE id = ?1")?;
        delete.execute([id])?;
        Ok(())
    }
}

/// A time as text that sorts as the time does.
pub(crate) fn text(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Micros, true)
}
