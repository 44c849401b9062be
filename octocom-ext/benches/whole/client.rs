//! The ways to do the job, each in a process of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use octocom_api::BaseUrl;
use octocom_ext::{AttemptEvent, Client, Observer};
use serde::Deserialize;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::process::{cpu_time, peak_memory};
use crate::table::Row;

/// Pages that are fetched at once, and windows that are read at once.
const AT_ONCE: usize = 8;
const KEY: &str = "benchmark";

/// A way to do the job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    ByHand,
    Raw,
    Stream,
    Prefetch,
    Plan,
    GzipStream,
    GzipPrefetch,
}

impl Way {
    pub(crate) const LISTINGS: [Self; 5] = [
        Self::ByHand,
        Self::Raw,
        Self::Stream,
        Self::Prefetch,
        Self::Plan,
    ];
    pub(crate) const COMPRESSION: [Self; 4] = [
        Self::Stream,
        Self::GzipStream,
        Self::Prefetch,
        Self::GzipPrefetch,
    ];
    const ALL: [(Self, &'static str, &'static str); 7] = [
        (Self::ByHand, "by-hand", "(a) reqwest and serde by hand"),
        (Self::Raw, "raw", "(b) octocom-api"),
        (Self::Stream, "stream", "(c) octocom-ext, a stream"),
        (Self::Prefetch, "prefetch", "(d) octocom-ext, prefetch(8)"),
        (Self::Plan, "plan", "(e) octocom-ext, plan(8)"),
        (Self::GzipStream, "gzip-stream", "(c) with gzip"),
        (Self::GzipPrefetch, "gzip-prefetch", "(d) with gzip"),
    ];

    pub(crate) fn name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|all| all.0 == self)
            .map_or("", |all| all.1)
    }

    pub(crate) fn label(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|all| all.0 == self)
            .map_or("", |all| all.2)
    }

    fn parse(name: &str) -> Result<Self> {
        let found = Self::ALL.iter().find(|all| all.1 == name);
        found
            .map(|all| all.0)
            .with_context(|| format!("no way {name}"))
    }
}

/// Items and requests of a run.
type Counts = (u64, u64);

#[tokio::main]
pub(crate) async fn run(way: &str, url: &str) -> Result<()> {
    let way = Way::parse(way)?;
    let began = Instant::now();
    let (items, requests) = match way {
        Way::ByHand => by_hand(url).await?,
        Way::Raw => raw(url).await?,
        Way::Stream => stream(url, false).await?,
        Way::Prefetch => prefetch(url, false).await?,
        Way::Plan => plan(url).await?,
        Way::GzipStream => stream(url, true).await?,
        Way::GzipPrefetch => prefetch(url, true).await?,
    };
    let row = Row {
        items,
        requests,
        wall_seconds: began.elapsed().as_secs_f64(),
        cpu_seconds: cpu_time()?.as_secs_f64(),
        peak_kib: peak_memory()?,
    };
    println!("{}", serde_json::to_string(&row)?);
    Ok(())
}

/// A program written by hand without a client: the fields of the document, and a loop.
async fn by_hand(url: &str) -> Result<Counts> {
    #[derive(Deserialize)]
    struct Page {
        data: Vec<Conversation>,
        pagination: Pagination,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Pagination {
        has_more: bool,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[allow(dead_code, reason = "decoded, as in the others")]
    struct Conversation {
        id: Uuid,
        public_id: String,
        created_at: DateTime<Utc>,
        closed_at: Option<DateTime<Utc>>,
        handed_off_at: Option<DateTime<Utc>>,
        last_message_created_at: DateTime<Utc>,
        subject: String,
        sentiment: Option<String>,
        topics: Option<Vec<String>>,
        r#type: String,
        is_outbound: bool,
        business_slug: String,
        initial_channel: Option<String>,
        latest_channel: Option<String>,
        tags: Vec<String>,
    }
    let http = reqwest::Client::new();
    let (mut items, mut page) = (0, 0_u64);
    loop {
        page += 1;
        let answer = http
            .get(format!("{url}/rest/v1/conversations"))
            .query(&[("page", page)])
            .header("x-api-key", KEY)
            .send()
            .await?
            .error_for_status()?;
        let answer: Page = answer.json().await?;
        items += answer.data.len() as u64;
        if !answer.pagination.has_more {
            return Ok((items, page));
        }
    }
}

pub(crate) fn direct(url: &str) -> Result<octocom_api::Client> {
    let base_url = BaseUrl::parse(url)?;
    let key = octocom_api::ApiKey::new(KEY)?;
    Ok(octocom_api::Client::direct(&base_url, Some(key))?)
}

async fn raw(url: &str) -> Result<Counts> {
    let api = direct(url)?;
    let (mut items, mut page) = (0, 0_u64);
    loop {
        page += 1;
        let number = std::num::NonZeroU64::new(page);
        let answer = api
            .list_conversations(None, None, None, None, number, None, None)
            .await?;
        items += answer.data.len() as u64;
        if !answer.pagination.has_more {
            return Ok((items, page));
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Requests(AtomicU64);

impl Observer for Requests {
    fn attempt(&self, _: &AttemptEvent) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// A client that asks for no compression, so that all have the same bytes to read.
pub(crate) fn client(url: &str) -> Result<(Client, Arc<Requests>)> {
    client_with(url, false)
}

fn client_with(url: &str, compressed: bool) -> Result<(Client, Arc<Requests>)> {
    let requests = Arc::new(Requests::default());
    let mut builder = Client::builder()
        .with_base_url(url)
        .with_api_key(KEY.to_owned())
        .with_observer(Arc::clone(&requests));
    if !compressed {
        builder = builder.without_compression();
    }
    Ok((builder.build()?, requests))
}

async fn stream(url: &str, compressed: bool) -> Result<Counts> {
    let (client, requests) = client_with(url, compressed)?;
    let mut stream = client.conversations().list().stream();
    let mut items = 0;
    while stream.try_next().await?.is_some() {
        items += 1;
    }
    Ok((items, requests.0.load(Ordering::Relaxed)))
}

async fn prefetch(url: &str, compressed: bool) -> Result<Counts> {
    let (client, requests) = client_with(url, compressed)?;
    let list = client.conversations().list().offset();
    let mut stream = list.prefetch(AT_ONCE).stream();
    let mut items = 0;
    while stream.try_next().await?.is_some() {
        items += 1;
    }
    Ok((items, requests.0.load(Ordering::Relaxed)))
}

async fn plan(url: &str) -> Result<Counts> {
    let (client, requests) = client(url)?;
    let plan = client.conversations().list().plan(AT_ONCE).await?;
    let mut shards = JoinSet::new();
    for shard in 0..plan.shards().len() {
        let mut stream = client.conversations().shard(&plan, shard)?.stream();
        shards.spawn(async move {
            let mut items = 0;
            while stream.try_next().await?.is_some() {
                items += 1;
            }
            Ok::<u64, octocom_ext::Error>(items)
        });
    }
    let mut items = 0;
    while let Some(shard) = shards.join_next().await {
        items += shard??;
    }
    Ok((items, requests.0.load(Ordering::Relaxed)))
}
