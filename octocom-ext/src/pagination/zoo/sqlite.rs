//! A real database: SQLite, with and without a tie-break.
//!
//! PostgreSQL is asked the same in `scripts/judges/postgres-ties`.

use chrono::SecondsFormat;
use rusqlite::{Connection, params};

use super::*;

/// 900 rows, of which 400 were created at one time.
fn database() -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    let table = "CREATE TABLE conversations (id INTEGER PRIMARY KEY, created_at TEXT NOT NULL)";
    connection.execute(table, []).unwrap();
    let mut insert = connection
        .prepare("INSERT INTO conversations VALUES (?1, ?2)")
        .unwrap();
    for number in 0..900_i64 {
        let second = match number * 7 % 900 {
            number @ 0..300 => number,
            300..700 => 300,
            number => number,
        };
        insert
            .execute(params![number, text(second * 1_000)])
            .unwrap();
    }
    drop(insert);
    connection
}

fn text(millis: i64) -> String {
    let time = DateTime::from_timestamp_millis(millis).unwrap();
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Lists everything by `SELECT … ORDER BY … LIMIT 50 OFFSET n`.
fn list(connection: &Connection, order: &str) -> (Vec<u32>, Option<ListingFailure>) {
    let query = format!(
        "SELECT id, created_at FROM conversations WHERE created_at >= ?1 \
         ORDER BY {order} LIMIT 51 OFFSET ?2"
    );
    let mut select = connection.prepare(&query).unwrap();
    let mut scan = KeysetScan::new(Bounds::default(), None);
    let mut delivered = Vec::new();
    while let Some(cursor) = scan.request() {
        let since = cursor.since.map_or(0, |since| since.timestamp_millis());
        let skipped = i64::try_from((cursor.page - 1) * 50).unwrap();
        let rows = select.query_map(params![text(since), skipped], |row| {
            Ok((row.get(0)?, row.get(1)?))
        });
        let mut rows: Vec<(u32, String)> = rows.unwrap().map(Result::unwrap).collect();
        let has_more = rows.len() > 50;
        rows.truncate(50);
        let answer = Answer { rows, has_more };
        match scan.absorb(&keys(&answer), has_more) {
            Ok(rows) => delivered.extend(rows.iter().map(|row| answer.rows[row.index].0)),
            Err(failure) => return (delivered, Some(failure)),
        }
    }
    (delivered, None)
}

#[test]
fn a_list_out_of_a_database_is_complete_or_unstable() {
    let connection = database();
    for index in [false, true] {
        if index {
            let index = "CREATE INDEX by_time ON conversations (created_at)";
            connection.execute(index, []).unwrap();
        }
        for order in ["created_at", "created_at, id", "created_at, random()"] {
            let (mut delivered, failure) = list(&connection, order);
            match failure {
                None => {
                    delivered.sort_unstable();
                    assert_eq!(delivered, (0..900).collect::<Vec<_>>(), "{order}");
                    assert_ne!(order, "created_at, random()");
                }
                Some(ListingFailure::Unstable { at, passes: 5 }) => {
                    assert_eq!(at, DateTime::from_timestamp(300, 0).unwrap());
                    assert_ne!(order, "created_at, id", "{order}");
                }
                Some(failure) => panic!("{order}: {failure}"),
            }
        }
    }
}
