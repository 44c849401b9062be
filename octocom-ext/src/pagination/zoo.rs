//! A zoo of servers: the scan is held to its promise on each of them.
//!
//! A listing ends exact, or in an error that names the broken promise: for rows that matched during
//! the whole scan, and servers that answer the same question alike. The properties draw servers and
//! changes; a case that failed once is a test of its own.

mod habits;
mod properties;
mod regressions;
mod server;
mod sqlite;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::failure::ListingFailure;
use super::keyset::{Bounds, KeysetScan};
use super::row::RowKey;
use habits::Change;
use server::{Answer, Habits, ModelServer};

/// The result of a listing.
#[derive(Debug)]
struct Listing {
    /// Numbers of the delivered rows, in order.
    delivered: Vec<u32>,
    failure: Option<ListingFailure>,
    /// Rows that were there during the whole scan.
    stayed: BTreeSet<u32>,
    requests: usize,
}

/// The keys of a page.
fn keys(answer: &Answer) -> Vec<RowKey> {
    let key = |(id, created): &(u32, String)| {
        RowKey::read(format!(r#"{{"id":"{id}","createdAt":"{created}"}}"#).as_bytes())
    };
    answer.rows.iter().map(key).collect()
}

/// Lists a server to the end; some changes happen before each request.
fn list(server: &mut ModelServer, mut scan: KeysetScan, changes: &[Vec<Change>]) -> Listing {
    let mut listing = Listing {
        delivered: Vec::new(),
        failure: None,
        stayed: server.rows.keys().copied().collect(),
        requests: 0,
    };
    let mut fresh = 1_000_000;
    while let Some(cursor) = scan.request() {
        for change in changes.get(listing.requests).into_iter().flatten() {
            let rows: Vec<_> = server.rows.iter().map(|(id, at)| (*id, *at)).collect();
            match change {
                _ if rows.is_empty() => {}
                Change::Delete(row) => {
                    let (id, _) = row.get(&rows);
                    server.rows.remove(id);
                    listing.stayed.remove(id);
                }
                Change::Insert(row, offset) => {
                    fresh += 1;
                    server.rows.insert(fresh, row.get(&rows).1 + offset);
                }
            }
        }
        listing.requests += 1;
        assert!(listing.requests < 20_000, "the listing does not end");
        let answer = server.answer(cursor.page, cursor.since, cursor.until);
        match scan.absorb(&keys(&answer), answer.has_more) {
            Ok(rows) => {
                let numbers = rows.iter().map(|row| answer.rows[row.index].0);
                listing.delivered.extend(numbers);
            }
            Err(failure) => {
                listing.failure = Some(failure);
                break;
            }
        }
    }
    listing
}

/// Lists all of a server that does not change.
fn list_all(habits: Habits, times: &[i64]) -> Listing {
    let scan = KeysetScan::new(Bounds::default(), None);
    list(&mut ModelServer::new(habits, times), scan, &[])
}

fn at(nanos: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_nanos(nanos)
}

impl Listing {
    /// Fails on a row that was delivered twice, and after a listing without an error on one of
    /// `expected` that stayed and is missing.
    fn check(&self, expected: impl Fn(u32) -> bool) -> Result<(), String> {
        let unique: BTreeSet<_> = self.delivered.iter().copied().collect();
        if unique.len() != self.delivered.len() {
            return Err(format!("delivered twice: {:?}", self.delivered));
        }
        let missed: Vec<_> = self
            .stayed
            .iter()
            .filter(|id| expected(**id) && !unique.contains(id))
            .collect();
        if self.failure.is_none() && !missed.is_empty() {
            return Err(format!("missed {missed:?}, delivered {:?}", self.delivered));
        }
        Ok(())
    }

    /// Fails unless the listing ended without an error, and with every row.
    fn check_exact(&self, expected: impl Fn(u32) -> bool) -> Result<(), String> {
        match &self.failure {
            Some(failure) => Err(format!("failed: {failure:?}")),
            None => self.check(expected),
        }
    }
}
