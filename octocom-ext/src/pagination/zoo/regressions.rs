//! Kinds of servers that lists have lost records on, each by name.

use super::{BASE, *};
use octocom_tests::zoo::{DateBound, HasMore, Precision, Print, Rounding, Sort, Ties};

const MILLI: i64 = 1_000_000;
const SECOND: i64 = 1_000 * MILLI;
const HOUR: i64 = 3_600 * SECOND;
const DAY: i64 = 24 * HOUR;

/// Stored times, so many apart.
fn every(step: i64, count: i64) -> Vec<i64> {
    (0..count).map(|n| BASE + n * step).collect()
}

fn prints(precision: Precision, rounding: Rounding) -> Print {
    Print {
        precision,
        rounding,
        pads: true,
        ..Habits::kind(50).print
    }
}

fn reads(precision: Precision, rounding: Rounding) -> DateBound {
    DateBound {
        precision,
        rounding,
        ..Habits::kind(50).start
    }
}

/// A server that reads its start date so.
fn with_start(start: DateBound) -> Habits {
    Habits {
        start,
        print: prints(Precision::Milli, Rounding::Down),
        ..Habits::kind(50)
    }
}

/// Lists everything and returns the number of requests.
fn exact(habits: Habits, times: &[i64]) -> usize {
    let listing = list_all(habits, times);
    listing.check_exact(|_| true).unwrap();
    assert_eq!(listing.delivered.len(), times.len());
    listing.requests
}

#[test]
fn a_scan_in_peace_costs_a_request_for_each_49_rows_at_any_depth() {
    let habits = with_start(reads(Precision::Milli, Rounding::Down));
    assert_eq!(
        exact(habits, &every(10 * SECOND, 500)),
        1 + 450_usize.div_ceil(49)
    );
    // The slack is less than a second: the row of a second ago is not listed again.
    assert_eq!(exact(habits, &every(SECOND, 50 + 10 * 49)), 1 + 10);
    // It does not fit where a page is shorter than two seconds: one unit of the last digit does.
    assert_eq!(
        exact(habits, &every(10 * MILLI, 500)),
        1 + 450_usize.div_ceil(49)
    );
    assert_eq!(exact(habits, &[]), 1);
}

#[test]
fn a_start_date_that_is_raised_loses_nothing_at_any_precision() {
    for rounding in [Rounding::Up, Rounding::Nearest] {
        for precision in [Precision::Milli, Precision::Second, Precision::Day] {
            for inclusive in [true, false] {
                for step in [
                    0,
                    1,
                    400_000,
                    7 * MILLI,
                    300 * MILLI,
                    40 * SECOND,
                    HOUR,
                    3 * DAY,
                ] {
                    let start = DateBound {
                        inclusive,
                        ..reads(precision, rounding)
                    };
                    let habits = Habits {
                        print: prints(Precision::Nano, Rounding::Down),
                        ..with_start(start)
                    };
                    exact(habits, &every(step, 400));
                }
            }
        }
    }
}

#[test]
fn a_start_date_that_is_lowered_is_no_disorder() {
    // 10 rows a second, and a server that cuts to whole seconds: rows come again, no more.
    let seconds = with_start(reads(Precision::Second, Rounding::Down));
    let requests = exact(seconds, &every(100 * MILLI, 1_000));
    assert!(requests <= 40, "{requests}");
    // Days of more than a page each: their pages are turned by number.
    let days = with_start(reads(Precision::Day, Rounding::Down));
    let requests = exact(days, &every(60 * SECOND, 4_000));
    assert!(requests <= 4 * 80 + 100, "{requests}");
}

#[test]
fn a_server_that_ignores_start_dates_costs_a_multiple_of_its_pages_and_not_their_square() {
    let ignoring = DateBound {
        ignored: true,
        ..reads(Precision::Milli, Rounding::Down)
    };
    for pages in [10, 40, 100] {
        let rows = i64::try_from(pages * 50).unwrap();
        let requests = exact(with_start(ignoring), &every(10 * SECOND, rows));
        assert!(requests <= 6 * pages, "{pages}: {requests}");
    }
}

#[test]
fn the_day_that_is_printed_may_be_the_next() {
    for rounding in [Rounding::Down, Rounding::Up, Rounding::Nearest] {
        for pads in [true, false] {
            let print = Print {
                pads,
                ..prints(Precision::Day, rounding)
            };
            let habits = Habits {
                print,
                ..Habits::kind(50)
            };
            exact(habits, &every(600 * SECOND, 1_000));
        }
    }
}

#[test]
fn ties_in_another_order_on_each_page_are_never_lost_in_silence() {
    // `ORDER BY created_at LIMIT 50 OFFSET n`, without a tie-break; nothing changes.
    let times = [vec![BASE; 220], every(SECOND, 100)].concat();
    for ties in [Ties::ByPage, Ties::Random] {
        let habits = Habits {
            ties,
            ..with_start(reads(Precision::Milli, Rounding::Down))
        };
        let listing = list_all(habits, &times);
        listing.check(|_| true).unwrap();
        let unstable = ListingFailure::Unstable {
            at: at(BASE),
            passes: 5,
        };
        assert_eq!(listing.failure, Some(unstable), "{ties:?}");
        // Ties that fit in a page do no harm, however they are ordered.
        let few = [vec![BASE; 30], every(SECOND, 200)].concat();
        exact(habits, &few);
    }
}

#[test]
fn stable_ties_of_many_pages_are_listed_in_two_passes() {
    for precision in [Precision::Second, Precision::Milli, Precision::Nano] {
        for rounding in [Rounding::Down, Rounding::Up, Rounding::Nearest] {
            let habits = Habits {
                print: prints(precision, rounding),
                ..Habits::kind(50)
            };
            let times = [every(SECOND, 70), vec![BASE + 80 * SECOND + 7; 400]].concat();
            let times = [
                times,
                every(SECOND, 100)
                    .iter()
                    .map(|at| at + 90 * SECOND)
                    .collect(),
            ]
            .concat();
            let requests = exact(habits, &times);
            assert!(
                requests <= 2 + 2 * 10 + 5,
                "{precision:?} {rounding:?}: {requests}"
            );
        }
    }
}

#[test]
fn a_server_that_lists_the_newest_first_is_out_of_order() {
    let habits = Habits {
        sort: Sort::Descending,
        ..with_start(reads(Precision::Milli, Rounding::Down))
    };
    // The rows of the newest time fill page 1, or the first two, or a part of it.
    for newest in [50, 51, 100, 120, 49] {
        for older in [1, 10, 300] {
            let times = [every(10 * SECOND, older), vec![BASE + DAY; newest]].concat();
            let listing = list_all(habits, &times);
            let is_disorder = matches!(listing.failure, Some(ListingFailure::OutOfOrder { .. }));
            assert!(is_disorder, "{newest}, {older}: {:?}", listing.failure);
        }
        // Rows of one time alone have no order.
        exact(habits, &vec![BASE; newest]);
    }
}

#[test]
fn a_server_that_sorts_by_less_than_it_prints_is_exact_or_out_of_order() {
    let (mut exact, mut failed) = (0, 0);
    for step in [1, 20, 45, 90, 150, 330, 700, 1_000, 1_700] {
        for offset in 0..20 {
            let times: Vec<_> = every(step * MILLI, 400)
                .iter()
                .map(|at| at + offset * MILLI)
                .collect();
            let habits = Habits {
                sort: Sort::BySecond,
                ..with_start(reads(Precision::Milli, Rounding::Down))
            };
            let listing = list_all(habits, &times);
            listing.check(|_| true).unwrap();
            match listing.failure {
                None => exact += 1,
                Some(ListingFailure::OutOfOrder { .. }) => failed += 1,
                other => panic!("{other:?}"),
            }
        }
    }
    assert!(exact >= 40 && failed >= 100, "{exact} {failed}");
}

#[test]
fn a_server_without_an_order_is_out_of_order() {
    let habits = Habits {
        sort: Sort::Unsorted,
        ..with_start(reads(Precision::Milli, Rounding::Down))
    };
    for step in [1, 100, 10_000] {
        let listing = list_all(habits, &every(step * MILLI, 300));
        let is_disorder = matches!(listing.failure, Some(ListingFailure::OutOfOrder { .. }));
        assert!(is_disorder, "{step}: {:?}", listing.failure);
    }
}

#[test]
fn a_deleted_row_at_the_border_costs_one_request() {
    let habits = with_start(reads(Precision::Milli, Rounding::Down));
    let mut server = ModelServer::new(habits, &every(10 * SECOND, 200));
    let mut scan = KeysetScan::new(Bounds::default(), None);
    let mut requests = 0;
    let mut delivered = 0;
    while let Some(cursor) = scan.request() {
        requests += 1;
        if requests == 2 {
            // The last row of page 1, which page 2 was to begin with.
            server.rows.remove(&49);
        }
        let answer = server.answer(1, cursor.since, cursor.until);
        delivered += scan.absorb(&keys(&answer), answer.has_more).unwrap().len();
    }
    assert_eq!(delivered, 200);
    // 50, then nothing certain, then from the middle of the page on, then 49 each.
    assert_eq!(requests, 6);
}

#[test]
fn an_end_date_that_is_lowered_or_excluded_loses_nothing() {
    for precision in [Precision::Milli, Precision::Second, Precision::Day] {
        for inclusive in [true, false] {
            let habits = Habits {
                end: DateBound {
                    inclusive,
                    ..reads(precision, Rounding::Down)
                },
                ..with_start(reads(Precision::Milli, Rounding::Down))
            };
            let times = every(700 * MILLI, 300);
            let (since, until) = (BASE + 70 * SECOND, BASE + 140 * SECOND);
            let filter = Bounds {
                since: Some(at(since)),
                until: Some(at(until)),
                ..Bounds::default()
            };
            let shard = Bounds {
                start: Some(at(since)),
                end: Some(at(until)),
                ..Bounds::default()
            };
            for (bounds, count) in [(filter, 101), (shard, 100)] {
                let mut server = ModelServer::new(habits, &times);
                let listing = list(&mut server, KeysetScan::new(bounds, None), &[]);
                assert_eq!(listing.failure, None);
                assert_eq!(listing.delivered, (100..100 + count).collect::<Vec<_>>());
            }
        }
    }
}

#[test]
fn a_server_that_ignores_the_page_number_or_always_promises_more_is_stalled() {
    let kind = with_start(reads(Precision::Milli, Rounding::Down));
    for habits in [
        Habits {
            ignores_page: true,
            ..kind
        },
        Habits {
            has_more: HasMore::Always,
            ..kind
        },
    ] {
        let listing = list_all(habits, &[BASE; 120]);
        let is_stalled = matches!(listing.failure, Some(ListingFailure::Stalled { .. }));
        assert!(is_stalled, "{habits:?}: {:?}", listing.failure);
        assert!(listing.requests <= 12, "{}", listing.requests);
    }
}

/// Limits of what any client can know.
mod not_promised {
    use super::*;

    #[test]
    fn the_end_that_a_server_claims_too_early_is_the_end() {
        let habits = Habits {
            has_more: HasMore::FalseFrom(1),
            ..with_start(reads(Precision::Milli, Rounding::Down))
        };
        let listing = list_all(habits, &every(10 * SECOND, 120));
        assert_eq!(listing.failure, None);
        assert_eq!(listing.delivered.len(), 50);
    }

    #[test]
    fn a_row_that_is_gone_whenever_a_pass_comes_by_is_not_listed() {
        let habits = with_start(reads(Precision::Milli, Rounding::Down));
        let mut server = ModelServer::new(habits, &[BASE; 120]);
        let mut scan = KeysetScan::new(Bounds::default(), None);
        let mut delivered = Vec::new();
        while let Some(cursor) = scan.request() {
            // Row 7 leaves the filter for the page that would list it, and returns: its pass has
            // another last row on that page, the same in each pass.
            server.rows.remove(&7);
            let answer = server.answer(cursor.page, cursor.since, cursor.until);
            server.rows.insert(7, BASE);
            let rows = scan.absorb(&keys(&answer), answer.has_more).unwrap();
            delivered.extend(rows.iter().map(|row| answer.rows[row.index].0));
        }
        assert_eq!(delivered.len(), 119);
        assert!(!delivered.contains(&7));
    }

    #[test]
    fn a_start_date_that_is_raised_by_more_than_four_days_hides_rows() {
        let list = |shift| {
            let start = DateBound {
                shift,
                ..reads(Precision::Milli, Rounding::Down)
            };
            list_all(with_start(start), &every(HOUR, 400))
        };
        let listing = list(95);
        listing.check_exact(|_| true).unwrap();
        let listing = list(120);
        assert_eq!(listing.failure, None);
        assert!(listing.delivered.len() < 400);
    }
}
