//! Whole lists and plans: exact, or an error that names the broken promise.

use std::collections::BTreeSet;

use octocom_ext::ErrorKind;

use super::*;
use octocom_tests::zoo::{Sort, Ties};

/// Servers that mean well and read dates in their own way.
fn well_meaning() -> Vec<Habits> {
    let mut all = Vec::new();
    for precision in [Precision::Milli, Precision::Second, Precision::Day] {
        for rounding in [Rounding::Down, Rounding::Up, Rounding::Nearest] {
            for inclusive in [true, false] {
                all.push(Habits {
                    start: reads(precision, rounding, inclusive),
                    end: reads(precision, rounding, inclusive),
                    ..milliseconds()
                });
            }
        }
    }
    all
}

#[tokio::test]
async fn a_list_is_complete_however_the_server_reads_dates() {
    for habits in well_meaning() {
        for step in [SECOND / 10, 90 * SECOND] {
            let server = ZooServer::start(habits, &every(step, 230)).await;
            let mut stream = server.client().conversations().list().stream();
            let (numbers, error) = read(&mut stream).await;
            assert!(error.is_none(), "{habits:?}: {error:?}");
            assert_eq!(numbers, (0..230).collect::<Vec<_>>(), "{habits:?}");
        }
    }
}

#[tokio::test]
async fn the_shards_of_a_plan_hold_everything_once_however_the_server_reads_dates() {
    for habits in well_meaning() {
        let server = ZooServer::start(habits, &every(7 * SECOND, 430)).await;
        let conversations = server.client().conversations();
        let plan = conversations.list().plan(4).await.unwrap();
        assert_eq!((plan.pages(), plan.shards().len()), (9, 4), "{habits:?}");
        let mut all = Vec::new();
        for shard in 0..4 {
            let mut stream = conversations.shard(&plan, shard).unwrap().stream();
            let (numbers, error) = read(&mut stream).await;
            assert!(error.is_none(), "{habits:?}: {error:?}");
            all.extend(numbers);
        }
        assert_eq!(all, (0..430).collect::<Vec<_>>(), "{habits:?}");
    }
}

#[tokio::test]
async fn a_shard_costs_no_request_more_than_its_pages() {
    let server = ZooServer::start(milliseconds(), &every(60 * SECOND, 1000)).await;
    let conversations = server.client().conversations();
    let plan = conversations.list().plan(4).await.unwrap();
    for shard in 0..4 {
        let before = server.requests();
        let mut stream = conversations.shard(&plan, shard).unwrap().stream();
        let (numbers, _) = read(&mut stream).await;
        assert!((249..=251).contains(&numbers.len()), "{}", numbers.len());
        // 50 with one of the shard before, then 49 new ones each.
        assert_eq!(server.requests() - before, 6, "{shard}");
    }
}

#[tokio::test]
async fn dates_of_the_caller_are_kept_to_the_digit() {
    let at = |number: i64| DateTime::<Utc>::from_timestamp_nanos(BASE + number * SECOND);
    for habits in well_meaning() {
        let server = ZooServer::start(habits, &every(SECOND, 400)).await;
        let list = server.client().conversations().list();
        let mut stream = list.since(at(100)).until(at(300)).stream();
        let (numbers, error) = read(&mut stream).await;
        assert!(error.is_none(), "{habits:?}: {error:?}");
        assert_eq!(numbers, (100..=300).collect::<Vec<_>>(), "{habits:?}");
    }
}

#[tokio::test]
async fn ties_in_another_order_on_each_page_are_unstable_and_can_be_resumed() {
    let times = [vec![BASE; 220], every(60 * SECOND, 30)].concat();
    for ties in [Ties::ByPage, Ties::Random] {
        let habits = Habits {
            ties,
            ..milliseconds()
        };
        let server = ZooServer::start(habits, &times).await;
        let list = server.client().conversations().list();
        let mut stream = list.clone().stream();
        let (before, error) = read(&mut stream).await;
        let error = error.unwrap();
        assert_eq!(error.kind(), ErrorKind::Unstable, "{error}");
        assert!(error.to_string().contains("offset()"), "{error}");
        // Once the server has a tie-break, the rest is listed.
        server.shared().model.habits.ties = Ties::Stable;
        let checkpoint = error.checkpoint().unwrap().clone();
        assert_eq!(checkpoint.delivered(), before.len() as u64);
        let mut rest = list.resume(checkpoint).stream();
        let (after, error) = read(&mut rest).await;
        assert!(error.is_none(), "{error:?}");
        assert_eq!(before.len() + after.len(), 250);
        assert_eq!(
            before.iter().chain(&after).collect::<BTreeSet<_>>().len(),
            250
        );
    }
}

#[tokio::test]
async fn a_list_of_the_newest_first_is_out_of_order() {
    let habits = Habits {
        sort: Sort::Descending,
        ..milliseconds()
    };
    let times = [every(60 * SECOND, 50), vec![BASE + 9_000 * SECOND; 50]].concat();
    let server = ZooServer::start(habits, &times).await;
    let mut stream = server.client().conversations().list().stream();
    let (_, error) = read(&mut stream).await;
    let error = error.unwrap();
    assert_eq!(error.kind(), ErrorKind::OutOfOrder, "{error}");
    assert!(error.to_string().contains("offset()"), "{error}");
    let mut stream = server.client().conversations().list().offset().stream();
    assert_eq!(read(&mut stream).await.0.len(), 100);
}

#[tokio::test]
async fn records_without_a_readable_date_are_delivered_once() {
    let habits = Habits {
        print: Print {
            precision: Precision::Second,
            ..milliseconds().print
        },
        undated: 7,
        ..milliseconds()
    };
    let server = ZooServer::start(habits, &every(SECOND / 3, 300)).await;
    let mut stream = server.client().conversations().list().stream();
    let mut texts = BTreeSet::new();
    loop {
        let text = match stream.try_next().await {
            Ok(Some(item)) => item.public_id.clone(),
            Ok(None) => break,
            Err(error) => {
                assert!(error.is_item(), "{error}");
                String::from_utf8_lossy(error.body()).into_owned()
            }
        };
        assert!(texts.insert(text.clone()), "{text} twice");
    }
    assert_eq!(texts.len(), 300);
}
