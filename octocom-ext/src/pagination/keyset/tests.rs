//! The scan against a model of the server: rows in memory, changed between requests.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use proptest::prelude::*;
use proptest::sample::Index;

use super::*;

/// How the server prints the microseconds that it orders by.
#[derive(Debug, Clone, Copy)]
enum Print {
    Exact,
    Truncated,
    Rounded,
    /// Exact, without trailing zeros: some instants are printed more coarsely than others.
    Trimmed,
}

/// Rows by what the server orders by: time in microseconds, then id.
#[derive(Debug, Clone)]
struct Server {
    rows: BTreeSet<(i64, u32)>,
    page_size: usize,
    print: Print,
}

impl Server {
    fn new(rows: &[(i64, u32)], page_size: usize, print: Print) -> Self {
        Self {
            rows: rows.iter().copied().collect(),
            page_size,
            print,
        }
    }

    fn printed(&self, micros: i64) -> String {
        let shown = match self.print {
            Print::Exact | Print::Trimmed => micros,
            Print::Truncated => micros.div_euclid(1000) * 1000,
            Print::Rounded => (micros + 500).div_euclid(1000) * 1000,
        };
        let time = DateTime::from_timestamp_micros(shown).unwrap();
        let digits = match self.print {
            Print::Exact | Print::Trimmed => "%.6f",
            Print::Truncated | Print::Rounded => "%.3f",
        };
        let text = time
            .format(&format!("%Y-%m-%dT%H:%M:%S{digits}"))
            .to_string();
        match self.print {
            Print::Trimmed => {
                format!("{}Z", text.trim_end_matches('0').trim_end_matches('.'))
            }
            _ => format!("{text}Z"),
        }
    }

    /// The keys of a page, and whether there are more.
    fn answer(&self, place: Place) -> (Vec<RowKey>, bool) {
        let start = place
            .since
            .map_or(i64::MIN, |since| since.timestamp_micros());
        let matching: Vec<_> = self.rows.iter().filter(|(at, _)| *at >= start).collect();
        let skip = (usize::try_from(place.page).unwrap() - 1) * self.page_size;
        let keys = matching
            .iter()
            .skip(skip)
            .take(self.page_size)
            .map(|(at, id)| key(&format!("{id}"), &self.printed(*at)));
        let has_more = matching.len() > skip + self.page_size;
        (keys.collect(), has_more)
    }
}

fn key(id: &str, created: &str) -> RowKey {
    let json = serde_json::json!({"id": id, "createdAt": created}).to_string();
    RowKey::read(json.as_bytes())
}

fn id(mark: &Mark) -> u32 {
    let RowId::Text(text) = &mark.id else {
        panic!("{mark:?}")
    };
    text.parse().unwrap()
}

/// Scans to the end; `between` changes the server before each request.
fn scan(
    mut keyset: Keyset,
    server: &mut Server,
    mut between: impl FnMut(usize, &mut Server),
) -> Result<(Vec<u32>, usize), Fault> {
    let (mut ids, mut requests) = (Vec::new(), 0);
    while let Some(place) = keyset.request() {
        between(requests, server);
        requests += 1;
        assert!(requests < 10_000, "the scan does not end");
        let (keys, has_more) = server.answer(place);
        ids.extend(keyset.absorb(keys, has_more)?.iter().map(id));
    }
    Ok((ids, requests))
}

fn all() -> Keyset {
    Keyset::new(None, None, None)
}

#[test]
fn a_scan_in_peace_lists_every_row_in_order_and_costs_the_same_at_any_depth() {
    let rows: Vec<_> = (0..500).map(|n| (i64::from(n) * 10_000, n)).collect();
    let mut server = Server::new(&rows, 50, Print::Truncated);
    let (ids, requests) = scan(all(), &mut server, |_, _| {}).unwrap();
    assert_eq!(ids, (0..500).collect::<Vec<_>>());
    // Each page repeats one row of the page before: 50, then 49 new ones a request.
    assert_eq!(requests, 1 + 450_usize.div_ceil(49));
}

#[test]
fn an_empty_list_takes_one_request() {
    let mut server = Server::new(&[], 50, Print::Exact);
    assert_eq!(scan(all(), &mut server, |_, _| {}), Ok((vec![], 1)));
}

#[test]
fn an_instant_of_many_pages_is_listed_in_two_equal_passes() {
    for print in [
        Print::Exact,
        Print::Truncated,
        Print::Rounded,
        Print::Trimmed,
    ] {
        let rows: Vec<_> = (0..40)
            .map(|n| (5_000, n))
            .chain((40..60).map(|n| (i64::from(n) * 5_000, n)))
            .collect();
        let mut server = Server::new(&rows, 5, print);
        let (mut ids, _) = scan(all(), &mut server, |_, _| {}).unwrap();
        ids.sort_unstable();
        assert_eq!(ids, (0..60).collect::<Vec<_>>(), "{print:?}");
    }
}

#[test]
fn a_row_that_a_deletion_moves_over_a_page_border_is_not_missed() {
    let rows: Vec<_> = (0..20).map(|n| (5_000, n)).collect();
    let mut server = Server::new(&rows, 5, Print::Truncated);
    let (ids, _) = scan(all(), &mut server, |request, server| {
        if request == 2 {
            server.rows.remove(&(5_000, 0));
        }
    })
    .unwrap();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
    assert_eq!(ids.len(), 20, "{ids:?}");
}

#[test]
fn rows_that_do_not_hold_still_are_reported_after_five_passes() {
    let rows: Vec<_> = (0..20).map(|n| (5_000, n)).collect();
    let mut server = Server::new(&rows, 5, Print::Exact);
    let result = scan(all(), &mut server, |request, server| {
        let fresh = 100 + u32::try_from(request).unwrap();
        server.rows.pop_first();
        server.rows.insert((5_000, fresh));
    });
    let at = DateTime::from_timestamp_micros(5_000).unwrap();
    assert_eq!(
        result,
        Err(Fault::Unstable {
            at,
            passes: MAX_PASSES
        })
    );
}

#[test]
fn an_instant_printed_more_coarsely_than_others_does_not_turn_the_scan_back() {
    let crowd = (0..70).map(|n| (450_000, n));
    let coarse = (70..150).map(|n| (1_000_000, n));
    let rows: Vec<_> = crowd
        .chain(coarse)
        .chain((150..160).map(|n| (5_000_000, n)))
        .collect();
    let mut server = Server::new(&rows, 50, Print::Trimmed);
    let (mut ids, requests) = scan(all(), &mut server, |_, _| {}).unwrap();
    ids.sort_unstable();
    assert_eq!(ids, (0..160).collect::<Vec<_>>());
    assert!(requests < 30, "{requests}");
}

#[test]
fn rows_without_dates_are_delivered_when_they_are_the_last() {
    let page = || vec![key("1", "soon"), key("2", "later")];
    assert_eq!(all().absorb(page(), false).unwrap().len(), 2);
    assert_eq!(
        all().absorb(page(), true).err(),
        Some(Fault::Undated { page: 1 })
    );
}

#[test]
fn a_resumed_scan_never_starts_before_the_callers_filter() {
    let at = |seconds| Some(DateTime::from_timestamp(seconds, 0).unwrap());
    let resumed = Keyset::new(at(100), None, None).resume(at(50), Seen::default());
    assert_eq!(resumed.start(), at(100));
    let resumed = Keyset::new(at(100), None, None).resume(at(150), Seen::default());
    assert_eq!(resumed.start(), at(150));
}

#[test]
fn a_window_delivers_the_rows_printed_within_it() {
    let rows: Vec<_> = (0..100).map(|n| (i64::from(n / 10) * 1000, n)).collect();
    let mut server = Server::new(&rows, 3, Print::Exact);
    let at = |millis| Some(DateTime::from_timestamp_millis(millis).unwrap());
    let slack = at(1).map(|at| at - TimeDelta::seconds(1));
    let (mut ids, _) = scan(Keyset::new(slack, at(1), at(3)), &mut server, |_, _| {}).unwrap();
    ids.sort_unstable();
    assert_eq!(ids, (10..30).collect::<Vec<_>>());
}

#[test]
fn a_page_out_of_order_is_reported() {
    let page = |rows: &[(&str, &str)]| rows.iter().map(|(id, created)| key(id, created)).collect();
    let (early, late) = ("2024-01-01T00:00:01Z", "2024-01-01T00:00:09Z");
    let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
    let mixed = all().absorb(page(&[("a", late), ("b", early)]), false);
    let fault = Fault::OutOfOrder {
        page: 1,
        after: at(late),
        found: at(early),
    };
    assert_eq!(mixed.err(), Some(fault));

    // A server that ignores the start date begins from the start again.
    let mut keyset = all();
    keyset
        .absorb(page(&[("a", early), ("b", late)]), true)
        .unwrap();
    let after = at("2024-01-01T00:00:08Z");
    assert_eq!(keyset.start(), Some(after));
    let again = keyset.absorb(page(&[("a", early), ("b", late)]), true);
    assert_eq!(
        again.err(),
        Some(Fault::OutOfOrder {
            page: 1,
            after,
            found: at(early)
        })
    );

    let undated = all().absorb(page(&[("a", "soon")]), true);
    assert_eq!(undated.err(), Some(Fault::Undated { page: 1 }));
}

#[test]
fn pages_that_promise_more_and_bring_nothing_end_in_an_error() {
    let mut keyset = all();
    assert!(keyset.absorb(vec![], true).is_ok());
    assert!(keyset.absorb(vec![], true).is_ok());
    assert_eq!(
        keyset.absorb(vec![], true).err(),
        Some(Fault::Stalled { page: 3 })
    );

    // A server that ignores the page number, within one instant.
    let rows: Vec<_> = (0..20).map(|n| (5_000, n)).collect();
    let server = Server::new(&rows, 5, Print::Exact);
    let mut keyset = all();
    let fault = loop {
        let place = keyset.request().unwrap();
        let (keys, has_more) = server.answer(Place { page: 1, ..place });
        match keyset.absorb(keys, has_more) {
            Ok(_) => {}
            Err(fault) => break fault,
        }
    };
    assert!(matches!(fault, Fault::Stalled { .. }), "{fault:?}");
}

/// Resumes from the position after each delivered row, and from before the first.
fn check_every_position(server: &Server, since: Option<DateTime<Utc>>) {
    let all = || Keyset::new(since, None, None);
    let mut keyset = all();
    let (mut position, mut seen, mut delivered) = (keyset.start(), Seen::default(), Vec::new());
    let start = since.map_or(i64::MIN, |since| since.timestamp_micros());
    let everything: BTreeSet<_> = server
        .rows
        .iter()
        .filter(|(at, _)| *at >= start)
        .map(|(_, id)| *id)
        .collect();
    loop {
        let check = |position, seen: &Seen, delivered: &[u32]| {
            let rest = scan(
                all().resume(position, seen.clone()),
                &mut server.clone(),
                |_, _| {},
            );
            let (rest, _) = rest.unwrap();
            let mut both: Vec<_> = delivered.iter().chain(&rest).copied().collect();
            both.sort_unstable();
            assert_eq!(
                both,
                everything.iter().copied().collect::<Vec<_>>(),
                "{delivered:?}"
            );
        };
        check(position, &seen, &delivered);
        let Some(place) = keyset.request() else { break };
        if keyset.start() > position {
            position = keyset.start();
            seen.forget_before(position.unwrap());
        }
        let (keys, has_more) = server.answer(place);
        for mark in keyset.absorb(keys, has_more).unwrap() {
            let progress = mark.keyset.unwrap();
            delivered.push(id(&mark));
            seen.insert(progress.at, mark.id);
            if progress.resume_from > position {
                position = progress.resume_from;
                seen.forget_before(position.unwrap());
            }
            check(position, &seen, &delivered);
        }
    }
}

fn rows() -> impl Strategy<Value = Vec<(i64, u32)>> {
    // Few instants, so that many rows share one.
    let time = prop_oneof![
        0_i64..6_000,
        Just(2_000),
        Just(2_400),
        Just(2_600),
        0_i64..100_000
    ];
    prop::collection::vec(time, 0..60).prop_map(|times| times.into_iter().zip(0_u32..).collect())
}

fn print() -> impl Strategy<Value = Print> {
    prop_oneof![
        Just(Print::Exact),
        Just(Print::Truncated),
        Just(Print::Rounded),
        Just(Print::Trimmed)
    ]
}

/// No file of failures: a case that fails becomes a test of its own.
fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn every_row_that_stays_is_delivered_exactly_once(
        rows in rows(),
        page_size in 1_usize..8,
        print in print(),
        changes in prop::collection::vec((any::<bool>(), any::<Index>(), 0_i64..100_000), 0..40),
    ) {
        let mut server = Server::new(&rows, page_size, print);
        let mut stays: BTreeMap<u32, i64> = rows.iter().map(|(at, id)| (*id, *at)).collect();
        let mut fresh = 1_000;
        let result = scan(all(), &mut server, |request, server| {
            // Two changes before each request, until none are left.
            for (deletes, which, time) in changes.iter().skip(request * 2).take(2) {
                if *deletes && !server.rows.is_empty() {
                    let rows: Vec<_> = server.rows.iter().copied().collect();
                    let row = which.get(&rows);
                    server.rows.remove(row);
                    stays.remove(&row.1);
                } else {
                    fresh += 1;
                    server.rows.insert((*time, fresh));
                }
            }
        });
        match result {
            Ok((ids, _)) => {
                let unique: BTreeSet<_> = ids.iter().copied().collect();
                prop_assert_eq!(unique.len(), ids.len(), "delivered twice");
                let missed: Vec<_> = stays.keys().filter(|id| !unique.contains(id)).collect();
                prop_assert!(missed.is_empty(), "missed {:?}", missed);
            }
            // Honest, when the changes last as long as the passes.
            Err(fault) => prop_assert!(matches!(fault, Fault::Unstable { .. }), "{:?}", fault),
        }
    }

}

proptest! {
    #![proptest_config(cases(64))]

    // Every position of every case, so fewer cases.
    #[test]
    fn a_scan_resumes_from_every_position(
        rows in rows(),
        page_size in 1_usize..8,
        print in print(),
        since in prop::option::of(0_i64..6_000),
    ) {
        let since = since.map(|since| DateTime::from_timestamp_micros(since).unwrap());
        check_every_position(&Server::new(&rows, page_size, print), since);
    }
}
