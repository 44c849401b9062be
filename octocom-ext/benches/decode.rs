//! Without a network: the body of a page to typed records, in the ways that were weighed, and all
//! that a listing does with pages that are at hand.
//!
//! `cargo bench -p octocom-ext --bench decode`

use std::fmt::Write;
use std::sync::Arc;

use bytes::Bytes;
use divan::Bencher;
use divan::counter::ItemsCount;
use octocom_api::{DecodeError, FromBody, Page, Record};
use octocom_ext::types::ConversationSummary;
use octocom_ext::{Client, measuring};
use serde::Deserialize;
use serde_json::value::RawValue;

const PAGE_SIZE: u32 = 50;

fn main() {
    divan::main();
}

/// A page as the service answers it, from a record on.
fn page(first: u32, has_more: bool) -> String {
    let mut page = String::from(r#"{"data":["#);
    for number in first..first + PAGE_SIZE {
        let comma = if number > first { "," } else { "" };
        let (minute, second) = (number / 60 % 60, number % 60);
        // Writing to a string does not fail.
        let _ = write!(
            page,
            r#"{comma}{{"id":"550e8400-e29b-41d4-a716-{number:012}","publicId":"CONV-2024-{number:06}","createdAt":"2024-01-15T10:{minute:02}:{second:02}.123Z","closedAt":"2024-01-16T10:30:00.000Z","handedOffAt":null,"lastMessageCreatedAt":"2024-01-15T11:30:00.000Z","subject":"Where is my order #1042? It should have been here on Monday","sentiment":"negative","topics":["shipping","delay"],"type":"customer","isOutbound":false,"businessSlug":"acme-corp","initialChannel":"web","latestChannel":"email","tags":["vip","shipping"]}}"#
        );
    }
    let _ = write!(
        page,
        r#"],"pagination":{{"page":1,"limit":50,"hasMore":{has_more}}}}}"#
    );
    page
}

/// The whole page at once: neither the texts nor a page with one bad record.
#[divan::bench]
fn whole(bencher: Bencher<'_, '_>) {
    #[derive(Deserialize)]
    struct Page {
        #[serde(rename = "data")]
        _data: Vec<ConversationSummary>,
    }
    let page = page(0, true);
    bencher
        .counter(ItemsCount::new(PAGE_SIZE))
        .bench_local(|| serde_json::from_str::<Page>(&page));
}

/// The texts first and then each record: every byte is read twice.
#[divan::bench]
fn two_passes(bencher: Bencher<'_, '_>) {
    #[derive(Deserialize)]
    struct Page<'a> {
        #[serde(borrow)]
        data: Vec<&'a RawValue>,
    }
    let page = page(0, true);
    bencher.counter(ItemsCount::new(PAGE_SIZE)).bench_local(|| {
        let page: Page<'_> = serde_json::from_str(&page)?;
        let decode = |raw: &RawValue| serde_json::from_str::<ConversationSummary>(raw.get());
        let records = page
            .data
            .into_iter()
            .map(|raw| Ok((decode(raw)?, raw.to_owned())));
        records.collect::<Result<Vec<_>, serde_json::Error>>()
    });
}

/// Slices of the body first and then each record: what lists do.
#[divan::bench]
fn slices(bencher: Bencher<'_, '_>) {
    let page = Bytes::from(page(0, true));
    bencher.counter(ItemsCount::new(PAGE_SIZE)).bench_local(|| {
        let page = Page::<ConversationSummary>::from_body(&page)?;
        let decode = |record: &Record<_>| Ok((record.parse()?, record.text().map(str::to_owned)));
        page.data
            .iter()
            .map(decode)
            .collect::<Result<Vec<_>, DecodeError>>()
    });
}

/// A listing as its users have it: keys, order, repetitions, places to go on from, texts.
#[divan::bench]
fn listing(bencher: Bencher<'_, '_>) {
    const PAGES: u32 = 20;
    // Each begins with the last record of the one before.
    let first = |index: u32| index * (PAGE_SIZE - 1);
    let pages = (0..PAGES).map(|index| page(first(index), index + 1 < PAGES).into());
    let pages: Arc<[bytes::Bytes]> = pages.collect();
    let items = first(PAGES - 1) + PAGE_SIZE;
    let client = Client::builder()
        .with_base_url("http://127.0.0.1:9")
        .with_api_key("benchmark".to_owned())
        .build();
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let (Ok(client), Ok(runtime)) = (client, runtime) else {
        panic!("neither sends nor waits for anything");
    };
    bencher.counter(ItemsCount::new(items)).bench_local(|| {
        runtime.block_on(async {
            let mut stream = measuring::listing(&client, Arc::clone(&pages));
            let mut taken = 0;
            while let Ok(Some(item)) = stream.try_next().await {
                divan::black_box(item);
                taken += 1;
            }
            assert_eq!(taken, items);
        });
    });
}
