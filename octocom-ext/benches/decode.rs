//! Decoding alone: the body of a page to typed records, in the ways that were weighed.
//!
//! `cargo bench -p octocom-ext --bench decode`

use divan::Bencher;
use divan::counter::ItemsCount;
use octocom_ext::types::{ConversationPage, ConversationSummary};
use serde::Deserialize;
use serde_json::value::RawValue;

const PAGE_SIZE: u32 = 50;

fn main() {
    divan::main();
}

/// A page as the service answers it.
fn page() -> String {
    let record = |number: u32| {
        format!(
            r#"{{"id":"550e8400-e29b-41d4-a716-{number:012}","publicId":"CONV-2024-{number:06}","createdAt":"2024-01-15T10:30:00.{:03}Z","closedAt":"2024-01-16T10:30:00.000Z","handedOffAt":null,"lastMessageCreatedAt":"2024-01-15T11:30:00.000Z","subject":"Where is my order #1042? It should have been here on Monday","sentiment":"negative","topics":["shipping","delay"],"type":"customer","isOutbound":false,"businessSlug":"acme-corp","initialChannel":"web","latestChannel":"email","tags":["vip","shipping"]}}"#,
            number % 1000
        )
    };
    let records: Vec<_> = (0..PAGE_SIZE).map(record).collect();
    format!(
        r#"{{"data":[{}],"pagination":{{"page":1,"limit":50,"hasMore":true}}}}"#,
        records.join(",")
    )
}

/// The whole page at once: neither the texts nor a page with one bad record.
#[divan::bench]
fn whole(bencher: Bencher<'_, '_>) {
    let page = page();
    bencher
        .counter(ItemsCount::new(PAGE_SIZE))
        .bench_local(|| serde_json::from_str::<ConversationPage>(&page));
}

/// The texts first and then each record: every byte is read twice.
#[divan::bench]
fn two_passes(bencher: Bencher<'_, '_>) {
    #[derive(Deserialize)]
    struct Page<'a> {
        #[serde(borrow)]
        data: Vec<&'a RawValue>,
    }
    let page = page();
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

/// Each record where it stands, its text from where the decoder has stopped: what listings do.
#[divan::bench]
fn one_pass(bencher: Bencher<'_, '_>) {
    let page = page();
    bencher.counter(ItemsCount::new(PAGE_SIZE)).bench_local(|| {
        let mut text = page.strip_prefix(r#"{"data":["#);
        let mut records = Vec::new();
        while let Some(rest) = text {
            let mut values = serde_json::Deserializer::from_str(rest).into_iter();
            let Some(record) = values.next().transpose()? else {
                break;
            };
            let (raw, rest) = rest.split_at(values.byte_offset());
            let record: ConversationSummary = record;
            records.push((record, raw.to_owned()));
            text = rest.strip_prefix(',');
        }
        Ok::<_, serde_json::Error>(records)
    });
}
