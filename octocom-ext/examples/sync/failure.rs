//! A conversation that could not be read, as it is stored.

use octocom_ext::Error;
use rusqlite::Transaction;
use serde::Deserialize;
use uuid::Uuid;

/// What the server sent instead of a conversation that can be read, and why it cannot.
pub(crate) struct Failure {
    id: String,
    operation: &'static str,
    error: String,
    text: String,
}

impl Failure {
    /// Of a record of the list.
    pub(crate) fn listed(error: &Error) -> Self {
        #[derive(Deserialize)]
        struct Identified {
            id: String,
        }
        let text = String::from_utf8_lossy(error.body()).into_owned();
        let id = serde_json::from_str(&text).map_or_else(|_| text.clone(), |Identified { id }| id);
        Self::new(id, error, text)
    }

    /// Of a conversation's details.
    pub(crate) fn detailed(id: Uuid, error: &Error) -> Self {
        let text = String::from_utf8_lossy(error.body()).into_owned();
        Self::new(id.to_string(), error, text)
    }

    fn new(id: String, error: &Error, text: String) -> Self {
        Self {
            id,
            operation: error.operation().map_or("", |operation| operation.id),
            error: error.to_string(),
            text,
        }
    }

    pub(crate) fn error(&self) -> &str {
        &self.error
    }

    pub(crate) fn write(&self, transaction: &Transaction<'_>, now: &str) -> rusqlite::Result<()> {
        let mut insert =
            transaction.prepare("INSERT OR REPLACE INTO failures VALUES (?1, ?2, ?3, ?4, ?5)")?;
        insert.execute((&self.id, self.operation, &self.error, &self.text, now))?;
        Ok(())
    }
}
