//! The one server: conversations in memory, rendered beforehand, and a latency.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::Deserialize;
use uuid::Uuid;

const PAGE_SIZE: usize = 50;

struct Rows {
    /// Each row as JSON, created a second after the one before.
    rows: Vec<String>,
    latency: Duration,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Asked {
    page: Option<usize>,
    start_date: Option<DateTime<Utc>>,
    end_date: Option<DateTime<Utc>>,
}

#[tokio::main]
pub(crate) async fn run(items: &str, latency_millis: &str) -> Result<()> {
    let items: u32 = items.parse()?;
    let rows = Arc::new(Rows {
        rows: (0..items).map(row).collect(),
        latency: Duration::from_millis(latency_millis.parse()?),
    });
    let app = Router::new()
        .route("/rest/v1/conversations", get(conversations))
        .route("/rest/v1/teams", get(teams))
        .with_state(rows);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    std::io::stdout().flush()?;
    axum::serve(listener, app).await?;
    Ok(())
}

async fn conversations(
    State(state): State<Arc<Rows>>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    if !state.latency.is_zero() {
        tokio::time::sleep(state.latency).await;
    }
    let all = state.rows.len();
    let seconds = |at: DateTime<Utc>| (at - DateTime::UNIX_EPOCH).num_milliseconds().max(0);
    let index = |millis: i64| usize::try_from(millis).unwrap_or(0);
    let first = asked
        .start_date
        .map_or(0, |at| index(seconds(at)).div_ceil(1000));
    let end = asked
        .end_date
        .map_or(all, |at| index(seconds(at)) / 1000 + 1)
        .min(all);
    let page = asked.page.unwrap_or(1);
    let from = (first + (page - 1) * PAGE_SIZE).min(end);
    let to = (from + PAGE_SIZE).min(end);
    let body = format!(
        r#"{{"data":[{}],"pagination":{{"page":{page},"limit":{PAGE_SIZE},"hasMore":{}}}}}"#,
        state.rows[from..to].join(","),
        to < end
    );
    let json = (CONTENT_TYPE, "application/json");
    let accepted = headers
        .get(ACCEPT_ENCODING)
        .and_then(|accepted| accepted.to_str().ok());
    if accepted != Some("gzip") {
        return ([json], body).into_response();
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    match encoder
        .write_all(body.as_bytes())
        .and_then(|()| encoder.finish())
    {
        Ok(body) => ([json, (CONTENT_ENCODING, "gzip")], body).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

async fn teams() -> impl IntoResponse {
    let body = r#"{"data":[],"pagination":{"page":1,"limit":50,"hasMore":false}}"#;
    ([(CONTENT_TYPE, "application/json")], body)
}

fn row(number: u32) -> String {
    let created = DateTime::UNIX_EPOCH + TimeDelta::seconds(number.into());
    let created = created.to_rfc3339_opts(SecondsFormat::Millis, true);
    let id = Uuid::from_u128(u128::from(number) << 64 | 0x4000_8000_0000_0000_0000);
    // As text, for the order of the document: that of a map is alphabetical.
    format!(
        r#"{{"id":"{id}","publicId":"CONV-2024-{number:06}","createdAt":"{created}","closedAt":"{created}","handedOffAt":null,"lastMessageCreatedAt":"{created}","subject":"Where is my order #1042? It should have been here on Monday","sentiment":"negative","topics":["shipping","delay"],"type":"customer","isOutbound":false,"businessSlug":"acme-corp","initialChannel":"web","latestChannel":"email","tags":["vip","shipping"]}}"#
    )
}
