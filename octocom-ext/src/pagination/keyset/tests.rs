//! The scan, page by page.

use super::super::tests::key;
use super::*;
use crate::checkpoint::{DeliveredRows, RowId};
use crate::pagination::failure::ListingFailure;

fn all() -> KeysetScan {
    KeysetScan::new(Bounds::default(), None)
}

fn page(rows: &[(&str, &str)]) -> Vec<RowKey> {
    rows.iter().map(|(id, created)| key(id, created)).collect()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn ids(rows: &[YieldedRow]) -> Vec<RowId> {
    rows.iter().map(|row| row.id).collect()
}

const EARLY: &str = "2024-01-01T00:00:01Z";
const LATE: &str = "2024-01-01T00:00:09Z";

#[test]
fn a_page_out_of_order_is_reported() {
    let mixed = all().absorb(&page(&[("a", LATE), ("b", EARLY)]), false);
    let failure = ListingFailure::OutOfOrder {
        page: 1,
        after: at(LATE),
        found: at(EARLY),
    };
    assert_eq!(mixed.err(), Some(failure));
    let sorted = all().absorb(&page(&[("b", EARLY), ("a", LATE)]), false);
    assert_eq!(sorted.unwrap().len(), 2);
}

#[test]
fn rows_that_come_again_are_dropped_and_the_next_page_is_asked_for_by_number() {
    let rows = page(&[("a", EARLY), ("b", LATE)]);
    let mut scan = all();
    assert_eq!(scan.absorb(&rows, true).unwrap().len(), 2);
    let start = Some(at("2024-01-01T00:00:08Z"));
    assert_eq!((scan.start(), scan.request().unwrap().page), (start, 1));
    // A server that ignores the start date begins from the start again.
    assert_eq!(scan.absorb(&rows, true).unwrap(), []);
    assert_eq!((scan.start(), scan.request().unwrap().page), (start, 2));
}

#[test]
fn rows_without_dates_are_delivered_when_they_are_the_last() {
    let rows = page(&[("1", "soon"), ("2", "later")]);
    assert_eq!(all().absorb(&rows, false).unwrap().len(), 2);
    assert_eq!(
        all().absorb(&rows, true).err(),
        Some(ListingFailure::Undated { page: 1 })
    );
    let since = Bounds {
        since: Some(at(LATE)),
        ..Bounds::default()
    };
    let mut scan = KeysetScan::new(since, None);
    let mut delivered = 0;
    while scan.request().is_some() {
        delivered += scan.absorb(&rows, false).unwrap().len();
    }
    assert_eq!(delivered, 2);
}

#[test]
fn a_record_without_a_readable_date_is_delivered_once_wherever_it_is_listed_again() {
    let second = |n: u32| format!("2024-01-01T00:00:{n:02}Z");
    let mut scan = all();
    let (one, five, six, nine) = (second(1), second(5), second(6), second(9));
    let rows = page(&[("a", &one), ("b", &five), ("x", "soon"), ("c", &six)]);
    assert_eq!(scan.absorb(&rows, true).unwrap().len(), 4);
    assert_eq!(scan.start(), Some(at(&five)));
    // It is the first of its page now, and there is nothing before it to take a time from.
    let rows = page(&[("x", "soon"), ("c", &six), ("y", "soon"), ("d", &nine)]);
    let new = scan.absorb(&rows, false).unwrap();
    assert_eq!(ids(&new), [RowId::new("y"), RowId::new("d")]);
}

#[test]
fn a_resumed_scan_never_starts_before_the_callers_filter() {
    let time = |second| DateTime::from_timestamp(second, 0).unwrap();
    let since = Bounds {
        since: Some(time(101)),
        ..Bounds::default()
    };
    let resumed = |second| {
        let start = Some(time(second));
        let scan = KeysetScan::new(since, None);
        scan.resume(start, start, &DeliveredRows::default()).start()
    };
    assert_eq!(resumed(50), Some(time(100)));
    assert_eq!(resumed(150), Some(time(150)));
}

#[test]
fn the_dates_of_the_caller_are_asked_for_with_slack() {
    let (since, until) = (at("2024-01-10T00:00:00Z"), at("2024-01-20T00:00:00Z"));
    for bounds in [
        Bounds {
            since: Some(since),
            until: Some(until),
            ..Bounds::default()
        },
        Bounds {
            start: Some(since),
            end: Some(until),
            ..Bounds::default()
        },
    ] {
        let mut scan = KeysetScan::new(bounds, None);
        let request = scan.request().unwrap();
        assert_eq!(request.since, Some(at("2024-01-09T23:59:59Z")));
        assert_eq!(request.until, Some(at("2024-01-24T00:00:00Z")));
        // Without a row from before the date it is asked for again, at most three times.
        let first = page(&[
            ("a", "2024-01-11T00:00:00.000Z"),
            ("b", "2024-01-12T00:00:00.000Z"),
        ]);
        let mut asked = Vec::new();
        while let Some(request) = scan.request() {
            asked.push((since - request.since.unwrap()).num_seconds());
            scan.absorb(&first, false).unwrap();
        }
        assert_eq!(asked, [1, 60, 3_600, 345_600]);
        // One row from before is enough, and is not delivered.
        let before = page(&[
            ("x", "2024-01-09T23:59:59.500Z"),
            ("a", "2024-01-11T00:00:00.000Z"),
        ]);
        let mut scan = KeysetScan::new(bounds, None);
        assert_eq!(
            ids(&scan.absorb(&before, false).unwrap()),
            [RowId::new("a")]
        );
        assert_eq!(scan.request(), None);
    }
}

#[test]
fn the_cursor_computes_the_request_that_the_scan_decides_on() {
    let mut scan = all();
    let mut cursor = scan.cursor();
    for first in 0..20 {
        let rows = [first, first + 3, first + 5].map(|second| {
            let created = format!("2024-01-01T00:00:{second:02}.250Z");
            key(&second.to_string(), &created)
        });
        let guess = cursor.unwrap().next(PageSpan::from_keys(&rows).unwrap());
        scan.absorb(&rows, true).unwrap();
        assert_eq!(guess.map(KeysetCursor::request), scan.request());
        cursor = guess;
    }
    // While pages are turned by number, the scan alone knows.
    let same = page(&[("a", LATE), ("b", LATE)]);
    let mut scan = all();
    assert_eq!(
        scan.cursor()
            .unwrap()
            .next(PageSpan::from_keys(&same).unwrap())
            .map(|_| ()),
        None
    );
    scan.absorb(&same, true).unwrap();
    assert_eq!(scan.cursor().map(|_| ()), None);
}

#[test]
fn pages_that_promise_more_and_bring_nothing_end_in_an_error() {
    let mut scan = all();
    assert!(scan.absorb(&[], true).is_ok());
    assert!(scan.absorb(&[], true).is_ok());
    assert_eq!(
        scan.absorb(&[], true).err(),
        Some(ListingFailure::Stalled { page: 3 })
    );
    assert_eq!(all().absorb(&[], false), Ok(vec![]));
}

#[test]
fn a_tie_group_costs_no_more_than_its_rows() {
    // 300,000 rows of one time: two passes, and a checkpoint of at most 12 bytes for each.
    let mut scan = all();
    let mut rows = DeliveredRows::default();
    let mut requests = 0;
    while let Some(request) = scan.request() {
        requests += 1;
        let first = (request.page - 1) * 500;
        let keys: Vec<_> = (first..first + 500)
            .map(|id| key(&id.to_string(), LATE))
            .collect();
        for row in scan.absorb(&keys, request.page < 600).unwrap() {
            rows.push(row.keyset.unwrap().at, row.id);
        }
    }
    assert_eq!((rows.len(), requests), (300_000, 1_200));
    let written = serde_json::to_string(&rows).unwrap();
    assert!(written.len() <= 12 * 300_000, "{}", written.len());
}
