//! Page numbers: how many are asked for, and what moves between them.

use std::collections::BTreeSet;

use super::*;

/// A server of 20 pages that answers with the last one past the end.
async fn repeating(rows: i64) -> ZooServer {
    let habits = Habits {
        repeats_last_page: true,
        ..milliseconds()
    };
    ZooServer::start(habits, &every(60 * SECOND, rows)).await
}

#[tokio::test]
async fn a_plan_counts_the_pages_of_a_server_that_repeats_its_last_page() {
    for (rows, pages, requests) in [
        (1, 1, 10),
        (50, 1, 10),
        (51, 2, 10),
        (200, 4, 11),
        (1000, 20, 25),
        (1600, 32, 25),
    ] {
        let server = repeating(rows).await;
        let plan = server
            .client()
            .conversations()
            .list()
            .plan(1)
            .await
            .unwrap();
        assert_eq!(plan.pages(), pages, "{rows}");
        // Those past the end may be given up before they are sent.
        assert!(server.requests() <= requests, "{rows}");
    }
}

#[tokio::test]
async fn a_plan_over_such_a_server_holds_everything_once() {
    let server = repeating(1000).await;
    let conversations = server.client().conversations();
    let plan = conversations.list().plan(8).await.unwrap();
    let mut all = Vec::new();
    for shard in 0..plan.shards().len() {
        let mut stream = conversations.shard(&plan, shard).unwrap().stream();
        let (numbers, error) = read(&mut stream).await;
        assert!(error.is_none(), "{error:?}");
        all.extend(numbers);
    }
    assert_eq!(all, (0..1000).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_large_prefetch_asks_for_few_pages_past_the_end() {
    for repeats_last_page in [true, false] {
        let server = repeating(1000).await;
        server.shared().model.habits.repeats_last_page = repeats_last_page;
        let list = server.client().conversations().list().offset();
        let mut stream = list.prefetch(1000).stream();
        let (numbers, error) = read(&mut stream).await;
        assert!(error.is_none(), "{error:?}");
        assert_eq!(numbers, (0..1000).collect::<Vec<_>>());
        // By page: a request of a list before may still have been on its way to this port.
        let shared = server.shared();
        let pages: BTreeSet<_> = shared.requests.iter().collect();
        assert!(pages.len() <= 28, "{pages:?}");
        assert_eq!(stream.repeated(), 0);
    }
}

#[tokio::test]
async fn rows_that_move_between_pages_are_counted_where_they_are_listed_again() {
    let server = repeating(1000).await;
    server.shared().before = Box::new(|request, model| {
        // One row is inserted at the front, now and then.
        if request % 3 == 0 {
            let number = 5000 + u32::try_from(request).unwrap();
            model.rows.insert(number, BASE - i64::from(number));
        }
    });
    let list = server.client().conversations().list().offset();
    let mut stream = list.clone().without_read_ahead().stream();
    let (numbers, error) = read(&mut stream).await;
    assert!(error.is_none(), "{error:?}");
    // One page after the other, insertions lose nothing; that rows have moved is said.
    assert!(numbers.len() >= 1000, "{}", numbers.len());
    assert!(stream.repeated() >= 5, "{}", stream.repeated());
    // Keyset mode is not concerned.
    let mut stream = server.client().conversations().list().stream();
    assert!(read(&mut stream).await.1.is_none());
    assert_eq!(stream.repeated(), 0);
}

#[tokio::test]
async fn pages_that_are_fetched_at_once_can_miss_a_row_when_rows_are_inserted() {
    // What offset mode cannot promise: the second page is answered before the insertion, the first
    // after it.
    let server = repeating(150).await;
    server.shared().before = Box::new(|request, model| {
        if request == 2 {
            model.rows.insert(5000, BASE - 1);
        }
    });
    let client = server.client();
    let list = || client.conversations().list().offset();
    let second = list().from_page(2).max_pages(1).pages().try_next().await;
    let second = second.unwrap().unwrap().items;
    let first = list().max_pages(1).pages().try_next().await;
    let first = first.unwrap().unwrap().items;
    let has = |items: &[Result<octocom_ext::Item<ConversationSummary>, Error>], id: &str| {
        items.iter().flatten().any(|item| item.public_id == id)
    };
    assert!(
        !has(&first, "49") && !has(&second, "49"),
        "row 49 is on neither"
    );
}
