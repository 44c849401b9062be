//! The requests of a listing and their times.

use futures_util::StreamExt;
use octocom_ext::ItemStream;
use serde::de::DeserializeOwned;

use octocom_tests::list_server::{ListServer, conversations};

fn assert_send_and_static<T: Send + 'static>(_: &T) {}

/// Takes `count` items; panics when there are fewer.
async fn take<T: DeserializeOwned + Send + Unpin + 'static>(
    stream: &mut ItemStream<T>,
    count: usize,
) {
    for index in 0..count {
        assert!(stream.try_next().await.unwrap().is_some(), "item {index}");
    }
}

#[tokio::test]
async fn nothing_is_sent_before_the_first_poll() {
    let server = ListServer::start(conversations(60)).await;
    let stream = server.client().conversations().list().stream();
    assert_send_and_static(&stream);
    drop(stream);
    assert_eq!(server.requests(), 0);
}

#[tokio::test]
async fn up_to_49_items_cost_one_request_without_read_ahead() {
    for count in [1, 49] {
        let server = ListServer::start(conversations(500)).await;
        let mut stream = server
            .client()
            .conversations()
            .list()
            .without_read_ahead()
            .stream();
        take(&mut stream, count).await;
        assert_eq!(server.requests(), 1, "{count}");
    }
}

#[tokio::test]
async fn the_next_page_is_fetched_while_the_items_of_this_one_are_taken() {
    let server = ListServer::start(conversations(500)).await;
    let mut stream = server.client().conversations().list().stream();
    take(&mut stream, 1).await;
    while server.requests() < 2 {
        tokio::task::yield_now().await;
    }
    assert_eq!(server.state().requests.len(), 2);
}

#[tokio::test]
async fn read_ahead_stops_at_a_known_limit() {
    let server = ListServer::start(conversations(500)).await;
    let mut stream = server
        .client()
        .conversations()
        .list()
        .max_items(50)
        .stream();
    take(&mut stream, 50).await;
    assert!(stream.try_next().await.unwrap().is_none());
    assert_eq!(server.requests(), 1);

    let server = ListServer::start(conversations(500)).await;
    let mut stream = server.client().conversations().list().max_pages(1).stream();
    take(&mut stream, 50).await;
    assert!(stream.try_next().await.unwrap().is_none());
    assert_eq!(server.requests(), 1);
}

#[tokio::test]
async fn max_items_ends_a_listing_within_a_page_and_max_pages_after_one() {
    let server = ListServer::start(conversations(500)).await;
    let list = server.client().conversations().list();
    let items = list.clone().max_items(60).stream().count().await;
    assert_eq!(items, 60);
    // The second page repeats an item of the first: its start date has almost a second of slack.
    assert_eq!(list.clone().max_pages(2).stream().count().await, 99);
    assert_eq!(list.clone().max_items(0).stream().count().await, 0);
    assert_eq!(list.offset().max_pages(3).stream().count().await, 150);
}

#[tokio::test]
async fn a_stream_that_has_ended_stays_ended() {
    let server = ListServer::start(conversations(3)).await;
    let mut stream = server.client().conversations().list().stream();
    take(&mut stream, 3).await;
    for _ in 0..3 {
        assert!(stream.try_next().await.unwrap().is_none());
        assert!(stream.next().await.is_none());
    }
    assert_eq!(server.requests(), 1);
}

#[tokio::test]
async fn a_keyset_listing_asks_for_page_one_with_a_later_start() {
    let server = ListServer::start(conversations(98)).await;
    let count = server
        .client()
        .conversations()
        .list()
        .stream()
        .count()
        .await;
    assert_eq!(count, 98);
    assert_eq!(
        server.state().requests,
        [
            "/rest/v1/conversations?page=1",
            // Almost a second before the last of the first page, at 49 s.
            "/rest/v1/conversations?page=1&startDate=1970-01-01T00%3A00%3A48.001Z",
        ]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_whose_text_ends_misleadingly_costs_no_record() {
    for misleading in [false, true] {
        let mut rows = conversations(200);
        if misleading {
            // The last date of the text is not that of the last record.
            for (_, row) in &mut rows {
                row["zebra"] = serde_json::json!({"createdAt": "1970-01-01T00:10:00Z"});
            }
        }
        let server = ListServer::start(rows).await;
        let mut stream = server.client().conversations().list().stream();
        for number in 0..200 {
            let item = stream.try_next().await.unwrap().unwrap();
            assert_eq!(item.public_id, number.to_string());
        }
        assert!(stream.try_next().await.unwrap().is_none());
        let state = server.state();
        let (wrong, right): (Vec<_>, Vec<_>) = state
            .requests
            .iter()
            .partition(|request| request.contains("00%3A09%3A59"));
        assert_eq!(right.len(), 1 + 150_usize.div_ceil(48), "{right:?}");
        // It is dropped once the page is decoded, often before it was sent.
        assert!(wrong.len() <= usize::from(misleading), "{wrong:?}");
    }
}

#[tokio::test]
async fn an_offset_listing_turns_the_pages() {
    let server = ListServer::start(conversations(120)).await;
    let list = server.client().conversations().list().offset();
    assert_eq!(list.clone().stream().count().await, 120);
    assert_eq!(list.from_page(3).stream().count().await, 20);
    assert_eq!(
        server.state().requests,
        ["1", "2", "3", "3"].map(|page| format!("/rest/v1/conversations?page={page}"))
    );
}

#[tokio::test]
async fn prefetched_pages_stay_in_order_and_those_past_the_end_are_thrown_away() {
    let server = ListServer::start(conversations(220)).await;
    let mut stream = server
        .client()
        .conversations()
        .list()
        .offset()
        .prefetch(8)
        .stream();
    let mut numbers = Vec::new();
    while let Some(conversation) = stream.try_next().await.unwrap() {
        numbers.push(conversation.public_id.parse::<u32>().unwrap());
    }
    assert_eq!(numbers, (0..220).collect::<Vec<_>>());
    assert!(
        server.requests() <= 1 + 8 + 4,
        "{:?}",
        server.state().requests
    );
}

#[tokio::test]
async fn pages_come_with_what_the_server_says_of_them() {
    let server = ListServer::start(conversations(70)).await;
    let mut pages = server.client().conversations().list().offset().pages();
    assert_send_and_static(&pages);
    let first = pages.try_next().await.unwrap().unwrap();
    assert_eq!(
        (first.number, first.size, first.has_more, first.items.len()),
        (Some(1), Some(50), true, 50)
    );
    let second = pages.try_next().await.unwrap().unwrap();
    assert_eq!(
        (second.number, second.has_more, second.items.len()),
        (Some(2), false, 20)
    );
    assert!(pages.try_next().await.unwrap().is_none());
    assert_eq!(pages.checkpoint().delivered(), 70);
}

#[tokio::test]
async fn an_error_ends_the_stream_and_carries_the_place_to_go_on_from() {
    let server = ListServer::start_with(conversations(120), |request, state| {
        if request == 2 {
            state.next.push((401, r#"{"error": "revoked"}"#.to_owned()));
        }
    })
    .await;
    let list = server.client().conversations().list();
    let mut stream = list.clone().stream();
    take(&mut stream, 50).await;
    let error = stream.try_next().await.unwrap_err();
    assert_eq!(error.status().unwrap(), 401);
    assert!(!error.is_item());
    assert!(stream.try_next().await.unwrap().is_none());
    let checkpoint = error.checkpoint().unwrap().clone();
    assert_eq!(checkpoint, stream.checkpoint());
    assert_eq!(list.resume(checkpoint).stream().count().await, 70);
}

#[tokio::test]
async fn a_listing_has_one_deadline() {
    let server = ListServer::start(conversations(500)).await;
    let list = server.client().conversations().list();
    let mut stream = list
        .without_read_ahead()
        .deadline(std::time::Duration::from_nanos(1))
        .stream();
    let error = loop {
        match stream.try_next().await {
            Ok(Some(_)) => {}
            Ok(None) => panic!("the deadline was not kept"),
            Err(error) => break error,
        }
    };
    assert!(error.is_timeout(), "{error}");
    assert!(error.checkpoint().is_some());
    assert_eq!(server.requests(), 0);
}

#[tokio::test]
async fn a_limit_on_items_holds_for_pages_and_what_is_prefetched() {
    let server = ListServer::start(conversations(1000)).await;
    let list = server.client().conversations().list().offset();
    let mut pages = list.clone().max_items(60).prefetch(8).pages();
    let mut sizes = Vec::new();
    while let Some(page) = pages.try_next().await.unwrap() {
        sizes.push(page.items.len());
    }
    assert_eq!(sizes, [50, 10]);
    assert!(server.requests() <= 2, "{:?}", server.state().requests);
    let checkpoint = pages.checkpoint();
    assert_eq!(checkpoint.delivered(), 60);
    assert_eq!(list.resume(checkpoint).stream().count().await, 940);
}

#[tokio::test]
async fn the_deadline_of_a_listing_spans_pages_and_details() {
    use octocom_tests::sleeper::Recorder;
    use std::time::Duration;

    let clock = Recorder::new();
    let moving = std::sync::Arc::clone(&clock);
    // Every answer takes ten seconds.
    let server = ListServer::start_with(conversations(500), move |_, _| {
        moving.advance(Duration::from_secs(10));
    })
    .await;
    let client = server.client_with(clock);
    let list = client
        .conversations()
        .list()
        .deadline(Duration::from_secs(35));
    let mut stream = list.clone().without_read_ahead().stream();
    let mut taken = 0;
    let error = loop {
        match stream.try_next().await {
            Ok(item) => taken += u32::from(item.is_some()),
            Err(error) => break error,
        }
    };
    assert!(error.is_timeout(), "{error}");
    assert!(!error.to_string().contains("nothing was sent"), "{error}");
    // 50 items, then 49 new ones a page.
    assert_eq!((taken, server.requests()), (50 + 49 + 49 + 49, 4));
    assert_eq!(error.checkpoint().unwrap().delivered(), u64::from(taken));

    let mut stream = list.without_read_ahead().stream().with_details(1);
    let before = server.requests();
    let error = loop {
        match stream.try_next().await {
            Ok(detailed) => assert!(detailed.is_some()),
            Err(error) => break error,
        }
    };
    assert!(error.is_timeout(), "{error}");
    assert_eq!(
        server.requests() - before,
        4,
        "{:?}",
        server.state().requests
    );
    assert_eq!(error.checkpoint().unwrap().delivered(), 3);
}
