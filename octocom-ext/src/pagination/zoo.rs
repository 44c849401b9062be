//! A zoo of servers: the scan is held to its promise on each of them.
//!
//! A listing ends exact, or in an error that names the broken promise: for rows that matched during
//! the whole scan, and servers that answer the same question alike. The properties draw servers and
//! changes; a case that failed once is a test of its own.

mod properties;
mod regressions;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use proptest::prelude::*;
use proptest::sample::Index;

use octocom_tests::zoo::{
    DateBound, Habits, HasMore, ModelServer, Precision, Print, Rounding, Sort, Ties, Zone, ZooPage,
};

use super::failure::ListingFailure;
use super::keyset::{Bounds, KeysetScan};
use super::row::RowKey;

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
fn keys(answer: &ZooPage) -> Vec<RowKey> {
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

/// Late in the evening, so that rows of some hours lie on two days: 2024-01-15T22:00:00Z.
pub(crate) const BASE: i64 = 1_705_356_000_000_000_000;

pub(crate) fn precision() -> impl Strategy<Value = Precision> {
    prop_oneof![
        Just(Precision::Day),
        Just(Precision::Second),
        Just(Precision::Milli),
        Just(Precision::Micro),
        Just(Precision::Nano),
    ]
}

pub(crate) fn rounding() -> impl Strategy<Value = Rounding> {
    prop_oneof![
        Just(Rounding::Down),
        Just(Rounding::Up),
        Just(Rounding::Nearest),
    ]
}

pub(crate) fn border() -> impl Strategy<Value = DateBound> {
    let ignored = prop_oneof![9 => Just(false), 1 => Just(true)];
    let both = prop_oneof![3 => Just(false), 1 => Just(true)];
    let shift = prop_oneof![8 => Just(0_i8), 1 => -12_i8..=14];
    (precision(), rounding(), any::<bool>(), ignored, both, shift).prop_map(
        |(precision, rounding, inclusive, ignored, rounds_both, shift)| DateBound {
            precision,
            rounding,
            inclusive,
            ignored,
            rounds_both,
            shift,
        },
    )
}

pub(crate) fn print() -> impl Strategy<Value = Print> {
    let zone = prop_oneof![
        4 => Just(Zone::Z),
        1 => Just(Zone::LowerCase),
        1 => Just(Zone::Zero),
        1 => Just(Zone::East),
        1 => Just(Zone::WithoutColon),
        1 => Just(Zone::Missing),
    ];
    (precision(), rounding(), any::<bool>(), any::<bool>(), zone).prop_map(
        |(precision, rounding, trims, pads, zone)| Print {
            precision,
            rounding,
            trims,
            pads,
            zone,
        },
    )
}

/// A server that lists in ascending order and means well: only its borders and digits differ.
pub(crate) fn well_meaning() -> impl Strategy<Value = Habits> {
    let page_size = prop_oneof![1_usize..8, Just(20)];
    let has_more = prop_oneof![4 => Just(HasMore::Honest), 1 => Just(HasMore::WhenFull)];
    (
        print(),
        border(),
        border(),
        page_size,
        has_more,
        any::<bool>(),
    )
        .prop_map(
            |(print, start, end, page_size, has_more, repeats_last_page)| {
                // A server that repeats its last page has to say that it is the last.
                let repeats_last_page = repeats_last_page && has_more == HasMore::Honest;
                Habits {
                    print,
                    start,
                    end,
                    has_more,
                    repeats_last_page,
                    ..Habits::kind(page_size)
                }
            },
        )
}

/// Any server: also one that breaks a promise.
pub(crate) fn any_server() -> impl Strategy<Value = Habits> {
    let ties = prop_oneof![Just(Ties::Stable), Just(Ties::ByPage), Just(Ties::Random)];
    let sort = prop_oneof![3 => Just(Sort::Ascending), 1 => Just(Sort::Descending)];
    let always = prop_oneof![9 => Just(false), 1 => Just(true)];
    let ignores_page = prop_oneof![9 => Just(false), 1 => Just(true)];
    (well_meaning(), ties, sort, always, ignores_page).prop_map(
        |(habits, ties, sort, always, ignores_page)| Habits {
            ties,
            sort,
            ignores_page,
            has_more: if always {
                HasMore::Always
            } else {
                habits.has_more
            },
            ..habits
        },
    )
}

/// Stored times: stretches of rows that lie so far apart, from not at all to half a day.
pub(crate) fn times() -> impl Strategy<Value = Vec<i64>> {
    let scale = prop_oneof![
        2 => Just(0_i64),
        1 => Just(3),
        1 => Just(700),
        1 => Just(300_000),
        1 => Just(70_000_000),
        2 => Just(400_000_000),
        2 => Just(1_500_000_000),
        1 => Just(50_000_000_000),
        1 => Just(1_800_000_000_000),
        1 => Just(36_000_000_000_000),
    ];
    let stretch = (scale, prop::collection::vec(any::<u32>(), 1..25));
    let start = prop_oneof![Just(0_i64), 0_i64..2_000_000_000];
    (start, prop::collection::vec(stretch, 0..6)).prop_map(|(start, stretches)| {
        let mut at = BASE + start;
        let mut times = Vec::new();
        for (scale, rows) in stretches {
            for part in rows {
                // From nothing to twice the scale, sometimes a round number of it.
                let part = if part % 3 == 0 {
                    1 << 16
                } else {
                    i64::from(part % (1 << 17))
                };
                at += i64::try_from((i128::from(scale) * i128::from(part)) >> 16).unwrap();
                times.push(at);
            }
        }
        times
    })
}

/// A change before a request.
#[derive(Debug, Clone)]
pub(crate) enum Change {
    Delete(Index),
    /// Inserts a row at the time of another, so many nanoseconds later.
    Insert(Index, i64),
}

/// Changes, some of them before each request.
pub(crate) fn changes() -> impl Strategy<Value = Vec<Vec<Change>>> {
    let offset = prop_oneof![Just(0_i64), -2_000_000_000_i64..2_000_000_000];
    let change = prop_oneof![
        any::<Index>().prop_map(Change::Delete),
        (any::<Index>(), offset).prop_map(|(row, offset)| Change::Insert(row, offset)),
    ];
    prop::collection::vec(prop::collection::vec(change, 0..3), 0..30)
}
