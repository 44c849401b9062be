//! Plans: windows that together hold everything once.

use std::collections::BTreeSet;

use octocom_ext::{ErrorKind, Plan};

use octocom_tests::list_server::{ListServer, Row, conversation, conversations, page};
use octocom_tests::script::builder;
use octocom_tests::server::{Act, Server};
use octocom_tests::sleeper::Recorder;

/// Lists every shard and returns how many conversations each had; panics on one listed twice.
async fn sizes(server: &ListServer, plan: &Plan) -> Vec<usize> {
    let conversations = server.client().conversations();
    let mut all = BTreeSet::new();
    let mut sizes = Vec::new();
    for shard in 0..plan.shards().len() {
        let mut stream = conversations.shard(plan, shard).unwrap().stream();
        let mut size = 0;
        while let Some(item) = stream.try_next().await.unwrap() {
            assert!(all.insert(item.id), "{} twice", item.public_id);
            size += 1;
        }
        sizes.push(size);
    }
    sizes
}

#[tokio::test]
async fn shards_differ_by_at_most_a_page_and_hold_everything_once() {
    for (count, shards) in [
        (0, 4),
        (1, 4),
        (50, 2),
        (51, 2),
        (430, 4),
        (1000, 3),
        (1000, 64),
    ] {
        let server = ListServer::start(conversations(count)).await;
        let plan = server
            .client()
            .conversations()
            .list()
            .plan(shards)
            .await
            .unwrap();
        // Stored and read again, as another process would.
        let plan: Plan = serde_json::from_str(&serde_json::to_string(&plan).unwrap()).unwrap();
        let sizes = sizes(&server, &plan).await;
        assert_eq!(
            sizes.iter().sum::<usize>(),
            count as usize,
            "{count}/{shards}"
        );
        let pages = (count as usize).div_ceil(50);
        assert_eq!(plan.pages(), pages as u64);
        assert_eq!(sizes.len(), shards.min(pages.max(1)), "{count}/{shards}");
        let (least, most) = (sizes.iter().min().unwrap(), sizes.iter().max().unwrap());
        assert!(most - least <= 50, "{count}/{shards}: {sizes:?}");
    }
}

#[tokio::test]
async fn probing_asks_for_each_page_once_and_for_few() {
    for (pages, within, probes, borders) in [
        (1_u32, 1, 10, 0),
        (2, 2, 10, 0),
        (3, 3, 11, 0),
        (8, 7, 13, 1),
        (33, 7, 26, 3),
        (100, 19, 29, 3),
    ] {
        for (shards, borders) in [(1, 0), (4, borders)] {
            let server = ListServer::start(conversations(pages * 50)).await;
            let plan = server.client().conversations().list().plan(shards).await;
            assert_eq!(plan.unwrap().pages(), u64::from(pages));
            let mut asked = server.state().requests.clone();
            let number = |url: &String| url.split("page=").nth(1)?.parse::<u32>().ok();
            let numbers: Vec<_> = asked.iter().map(|url| number(url).unwrap()).collect();
            let before_end = numbers.iter().filter(|number| **number <= pages).count();
            assert_eq!(before_end, within + borders, "{pages}: {asked:?}");
            // Those past the end may be given up before they are sent.
            assert!(asked.len() <= probes + borders, "{pages}: {asked:?}");
            asked.sort();
            let count = asked.len();
            asked.dedup();
            assert_eq!(asked.len(), count, "{pages}: a page was read twice");
        }
    }
}

#[tokio::test]
async fn pages_past_the_end_may_fail_or_never_be_answered() {
    for far in [Act::answer(500, "{}"), Act::WriteAndStall(Vec::new())] {
        let server = Server::start(move |request| {
            let number = request.target.split("page=").nth(1).unwrap();
            let number: u32 = number.split('&').next().unwrap().parse().unwrap();
            let rows = conversations(150);
            let first = usize::try_from(number - 1).unwrap() * 50;
            match rows.get(first..first + 50) {
                Some(rows) => Act::answer(200, &page(rows, number < 3).1),
                None if number == 4 => Act::answer(200, &page(&[], false).1),
                None => far.clone(),
            }
        })
        .await;
        let recorder = Recorder::new();
        let client = builder(&server.url(), &recorder).build().unwrap();
        let plan = client.conversations().list().plan(3).await.unwrap();
        assert_eq!((plan.pages(), plan.shards().len()), (3, 3));
    }
}

#[tokio::test]
async fn rows_of_one_instant_are_never_split() {
    let rows: Vec<Row> = (0..400)
        .map(|number| {
            let at = if (100..300).contains(&number) {
                100_000
            } else {
                i64::from(number) * 1000
            };
            conversation(number, at)
        })
        .collect();
    let server = ListServer::start(rows).await;
    let plan = server
        .client()
        .conversations()
        .list()
        .plan(8)
        .await
        .unwrap();
    assert_eq!(sizes(&server, &plan).await.iter().sum::<usize>(), 400);
    for windows in plan.shards().windows(2) {
        assert_eq!(windows[0].end(), windows[1].start());
        assert!(
            windows[1]
                .end()
                .is_none_or(|end| Some(end) > windows[1].start())
        );
    }
    assert_eq!(plan.shards().first().unwrap().start(), None);
    assert_eq!(plan.shards().last().unwrap().end(), None);
}

#[tokio::test]
async fn a_page_past_the_end_may_be_refused_but_not_for_any_reason() {
    let past = |status: u16| {
        move |_: usize, state: &mut octocom_tests::list_server::State| {
            let request = state.requests.last().unwrap();
            let mut pairs = request.split(['?', '&']);
            let page = pairs.find_map(|pair| pair.strip_prefix("page="));
            if page.is_some_and(|page| page.parse::<u64>().unwrap() > 2) {
                state
                    .next
                    .push((status, r#"{"error": "no such page"}"#.to_owned()));
            }
        }
    };
    for status in [400, 404, 422] {
        let server = ListServer::start_with(conversations(120), past(status)).await;
        let plan = server
            .client()
            .conversations()
            .list()
            .plan(1)
            .await
            .unwrap();
        assert_eq!(plan.pages(), 2, "{status}: pages 1 and 2 were answered");
    }
    for (status, kind) in [(401, ErrorKind::Unauthorized), (403, ErrorKind::Forbidden)] {
        let server = ListServer::start_with(conversations(120), past(status)).await;
        let error = server
            .client()
            .conversations()
            .list()
            .plan(1)
            .await
            .unwrap_err();
        assert_eq!(error.kind(), kind);
    }
}

#[tokio::test]
async fn a_plan_keeps_the_filters_and_refuses_shards_that_it_does_not_have() {
    let server = ListServer::start(conversations(200)).await;
    let conversations = server.client().conversations();
    let plan = conversations.list().handed_off(true).plan(2).await.unwrap();
    conversations
        .shard(&plan, 1)
        .unwrap()
        .stream()
        .try_next()
        .await
        .unwrap();
    let asked = server.state().requests.last().cloned().unwrap();
    assert!(
        asked.contains("handedOff=true") && asked.contains("startDate="),
        "{asked}"
    );
    for shard in [2, 3] {
        let error = conversations.shard(&plan, shard).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("shard: {shard} is not below 2, the number of shards")
        );
    }
    let error = conversations.list().plan(0).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    let windowed = conversations.list().shard(plan.shards()[0]);
    assert_eq!(
        windowed.plan(2).await.unwrap_err().kind(),
        ErrorKind::InvalidRequest
    );
}

#[tokio::test]
async fn a_server_that_always_promises_more_is_reported_and_not_asked_for_ever() {
    let server = ListServer::start_with(vec![], |_, state| {
        state.next.push(page(&[conversation(1, 1000)], true));
    })
    .await;
    let error = server
        .client()
        .conversations()
        .list()
        .plan(4)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Stalled);
    assert_eq!(server.requests(), 33);
}
