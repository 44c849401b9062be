//! Opening a database: its schema, its version, and whether it is ours.

use std::collections::HashSet;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};

use super::tables::{self, Table, quoted};
use super::views::VIEWS;
use crate::columns::Form;
use crate::error::{Error, ErrorKind, Result};

/// Version of the schema, as `PRAGMA user_version`.
const VERSION: i64 = 2;
/// "Octo", as `PRAGMA application_id`: tells our databases from others.
const APPLICATION: i64 = 0x4f63_746f;
/// Time that a run waits for a reader.
const BUSY: Duration = Duration::from_secs(10);

/// Tables of progress. The tables of records follow from the document.
const PROGRESS: &str = "
    CREATE TABLE versions (
        kind TEXT NOT NULL, -- the stream of the item: workflows, articles, bot_rules
        item_id TEXT NOT NULL,
        version_id TEXT NOT NULL, -- or the version's number, counted from the oldest
        business_slug TEXT,
        raw TEXT NOT NULL,
        synced_at TEXT NOT NULL,
        PRIMARY KEY (kind, item_id, version_id)
    ) STRICT;
    CREATE TABLE octocom_failures (
        stream TEXT NOT NULL,
        business TEXT,
        place TEXT NOT NULL,
        id TEXT,
        reason TEXT NOT NULL,
        first_seen TEXT NOT NULL,
        last_seen TEXT NOT NULL,
        count INTEGER NOT NULL,
        raw TEXT NOT NULL -- as the program reads it
    ) STRICT;
    CREATE TABLE octocom_scans (
        stream TEXT NOT NULL,
        business TEXT NOT NULL, -- empty for streams of the whole account
        place TEXT, -- how far the list was taken
        finished INTEGER NOT NULL,
        refresh_run INTEGER, -- the run that began a refresh which is not finished
        refresh_since TEXT, -- the creation date that it began with; NULL for all
        PRIMARY KEY (stream, business)
    ) STRICT;
    CREATE TABLE octocom_state (
        row INTEGER PRIMARY KEY CHECK (row = 1),
        owner TEXT NOT NULL, -- the account and server
        run INTEGER NOT NULL -- number of the last run
    ) STRICT;
    CREATE INDEX conversations_created_at ON conversations (created_at);
    CREATE INDEX custom_data_conversation_id ON custom_data (conversation_id);
    CREATE INDEX messages_conversation_id ON messages (conversation_id);
    CREATE INDEX notes_conversation_id ON notes (conversation_id);
    CREATE INDEX events_conversation_id ON events (conversation_id);
";

/// Opens a database, or a new one.
///
/// # Errors
///
/// [`ErrorKind::Database`] for a file of something else, or of a newer version. Nothing is changed.
pub(super) fn open(path: &Path) -> Result<Connection> {
    let cannot = |error| match error {
        rusqlite::Error::SqliteFailure(code, _)
            if code.code == rusqlite::ErrorCode::NotADatabase =>
        {
            let detail = format!("`{}` is not a database: use another file", path.display());
            Error::refused(ErrorKind::Database, detail)
        }
        error => Error::database(path, error),
    };
    let mut connection = Connection::open(path).map_err(cannot)?;
    connection.busy_timeout(BUSY).map_err(cannot)?;
    check(&connection, path, &cannot)?;
    // Readers then do not hold up a run, nor it them.
    connection
        .query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))
        .map_err(cannot)?;
    migrate(&mut connection).map_err(cannot)?;
    Ok(connection)
}

fn pragma(connection: &Connection, name: &str) -> rusqlite::Result<i64> {
    connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get(0))
}

fn check(
    connection: &Connection,
    path: &Path,
    cannot: &impl Fn(rusqlite::Error) -> Error,
) -> Result<()> {
    let refuse = |detail: &str| {
        let detail = format!("the database `{}` {detail}", path.display());
        Err(Error::refused(ErrorKind::Database, detail))
    };
    let tables: i64 = connection
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(cannot)?;
    if tables == 0 {
        return Ok(());
    }
    if pragma(connection, "application_id").map_err(cannot)? != APPLICATION {
        return refuse("is of another program: use another file");
    }
    let version = pragma(connection, "user_version").map_err(cannot)?;
    if version > VERSION {
        let detail = format!(
            "has schema version {version}, and this program knows {VERSION}: use a newer program"
        );
        return refuse(&detail);
    }
    Ok(())
}

/// Makes the tables, and adds what an older version lacks.
fn migrate(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version = pragma(&transaction, "user_version")?;
    match version {
        0 => {
            for table in tables::all() {
                transaction.execute_batch(&table.create())?;
            }
            transaction.execute_batch(PROGRESS)?;
        }
        // `rereads` told whether the margin for late records was still to be read; now it always is.
        1 => transaction.execute_batch(
            "ALTER TABLE octocom_scans DROP COLUMN rereads;
             ALTER TABLE octocom_scans ADD COLUMN refresh_since TEXT;",
        )?,
        _ => {}
    }
    if version < VERSION {
        transaction.execute_batch(&format!(
            "PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {VERSION};"
        ))?;
    }
    for table in tables::all() {
        add_missing(&transaction, table)?;
    }
    transaction.execute_batch(VIEWS)?;
    transaction.commit()
}

/// Adds the table or the columns that the document has and the database lacks, and fills the columns
/// from the original JSON.
fn add_missing(connection: &Connection, table: &Table) -> rusqlite::Result<()> {
    let mut query = connection.prepare("SELECT name FROM pragma_table_info(?1)")?;
    let names = query.query_map([&table.name], |row| row.get(0))?;
    let known: HashSet<String> = names.collect::<rusqlite::Result<_>>()?;
    if known.is_empty() {
        return connection.execute_batch(&table.create());
    }
    let name = quoted(&table.name);
    for column in &table.columns {
        if known.contains(&column.name) {
            continue;
        }
        let (added, kind) = (quoted(&column.name), column.kind());
        let place = format!("'$.\"{}\"'", column.field.replace('\'', "''"));
        let wanted = match column.form {
            Form::Text => "'text'",
            Form::Boolean => "'true', 'false'",
            Form::Integer => "'integer'",
            Form::Number => "'integer', 'real'",
            Form::Json => "'object', 'array', 'text', 'integer', 'real', 'true', 'false'",
        };
        let raw = match table.name.as_str() {
            "conversations" => "coalesce(raw, raw_summary)",
            _ => "raw",
        };
        connection.execute_batch(&format!(
            "ALTER TABLE {name} ADD COLUMN {added} {kind};
             UPDATE {name} SET {added} = CAST(json_extract({raw}, {place}) AS {kind})
                 WHERE json_valid({raw}) AND json_type({raw}, {place}) IN ({wanted});"
        ))?;
    }
    Ok(())
}
