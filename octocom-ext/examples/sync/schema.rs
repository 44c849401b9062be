//! The tables, and the version of their form.

use anyhow::{Result, bail};
use rusqlite::{Connection, TransactionBehavior};

/// Version of the tables, as `PRAGMA user_version`.
const VERSION: i64 = 1;

const TABLES: &str = "
    CREATE TABLE conversations (
        id TEXT PRIMARY KEY,
        public_id TEXT NOT NULL,
        business TEXT NOT NULL,
        type TEXT NOT NULL,
        subject TEXT NOT NULL,
        created_at TEXT NOT NULL, -- these four: RFC 3339, UTC, microseconds
        last_message_at TEXT NOT NULL,
        handed_off_at TEXT,
        closed_at TEXT,
        summary TEXT NOT NULL, -- JSON as listed
        details TEXT, -- JSON in full; NULL when it was never fetched
        details_current INTEGER NOT NULL, -- whether the details were fetched for this summary
        synced_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX conversations_created_at ON conversations (created_at);
    CREATE TABLE failures (
        id TEXT PRIMARY KEY, -- the conversation's; the text itself where it has none
        operation TEXT NOT NULL,
        error TEXT NOT NULL,
        text TEXT NOT NULL, -- what the server sent
        synced_at TEXT NOT NULL
    ) STRICT;
    CREATE TABLE progress (
        row INTEGER PRIMARY KEY CHECK (row = 1),
        source TEXT NOT NULL, -- the server that the conversations are from
        checkpoint TEXT -- how far they were listed
    ) STRICT;
";

/// Makes the tables in a new file; refuses a file that is not ours or of a newer form.
pub(crate) fn prepare(connection: &mut Connection, source: &str) -> Result<()> {
    let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if version > VERSION {
        bail!("its schema version is {version}, and this program knows {VERSION}: use a newer one");
    }
    if version != VERSION {
        let tables: i64 =
            connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        if tables > 0 || version != 0 {
            bail!("it is a database of something else");
        }
        // Readers then do not hold up a run, nor it them.
        connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch(TABLES)?;
        transaction.execute("INSERT INTO progress VALUES (1, ?1, NULL)", [source])?;
        transaction.execute_batch(&format!("PRAGMA user_version = {VERSION}"))?;
        transaction.commit()?;
    }
    let filled: String =
        connection.query_row("SELECT source FROM progress", [], |row| row.get(0))?;
    if filled != source {
        bail!("it was filled from {filled}, not from {source}: use another file");
    }
    Ok(())
}
