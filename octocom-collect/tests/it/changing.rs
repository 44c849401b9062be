//! Servers that change between pages and between runs, and that are in trouble for a while.

use std::collections::{BTreeSet, HashMap};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::Router;
use axum::extract::{Query, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use octocom_collect::{
    AccountSync, Collector, End, Existing, Export, Output, Pipeline, PipelineState, Refresh,
    Report, Sink, Status, Stream, Table,
};
use octocom_ext::{Client, DateTime, Utc, Uuid};
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::common::ids;

const PAGE: usize = 10;

/// Sees each request, by path and page, before it is answered. May answer it.
type Hook = Box<dyn FnMut(&mut World, &str, usize) -> Option<(u16, String)> + Send>;

/// Records, behaviour and log of the server.
struct World {
    businesses: Vec<String>,
    /// Rows by path and business.
    lists: HashMap<(&'static str, &'static str), Vec<String>>,
    conversations: Vec<(DateTime<Utc>, String)>,
    hook: Option<Hook>,
    now: DateTime<Utc>,
    log: Vec<String>,
}

struct Lab {
    world: Arc<Mutex<World>>,
    collector: Collector,
    folder: tempfile::TempDir,
}

impl Lab {
    async fn new() -> Self {
        let world = Arc::new(Mutex::new(World {
            businesses: vec!["acme".to_owned()],
            lists: HashMap::new(),
            conversations: Vec::new(),
            hook: None,
            now: at(0),
            log: Vec::new(),
        }));
        let router = Router::new().fallback(answer);
        let router = router.with_state(Arc::clone(&world));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let client = Client::builder().with_base_url(url).with_api_key("key");
        let client = client.with_max_attempts(1).build().unwrap();
        Self {
            world,
            collector: Collector::new(client).api_key("key"),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }

    fn rows(&self, path: &'static str, numbers: impl Iterator<Item = u128>) {
        let rows = numbers.map(plain).collect();
        self.world().lists.insert((path, ""), rows);
    }

    fn hook(
        &self,
        hook: impl FnMut(&mut World, &str, usize) -> Option<(u16, String)> + Send + 'static,
    ) {
        self.world().hook = Some(Box::new(hook));
    }

    fn export(&self, stream: &str, existing: Existing) -> Export {
        let stream: Stream = stream.parse().unwrap();
        let output = Output::file(self.folder.path().join("all.ndjson"));
        let export = Export::new(stream, output).existing(existing);
        export.details(stream == Stream::CONVERSATIONS)
    }

    /// Exports conversations in full, and copies them.
    async fn collect(&self, existing: Existing) -> [Report; 2] {
        let export = self
            .collector
            .export(self.export("conversations", existing));
        let sync = self.collector.sync(self.copy(&["conversations"]));
        [export.await.unwrap(), sync.await.unwrap()]
    }

    /// Numbers of the records of the export.
    fn exported(&self) -> BTreeSet<u128> {
        let text = std::fs::read_to_string(self.folder.path().join("all.ndjson")).unwrap();
        let ids = ids(&text);
        let numbers: BTreeSet<_> = ids
            .iter()
            .map(|id| Uuid::try_parse(id).unwrap().as_u128())
            .collect();
        assert_eq!(numbers.len(), ids.len());
        numbers
    }

    fn copy(&self, streams: &[&str]) -> AccountSync {
        let streams = streams.iter().map(|stream| stream.parse().unwrap());
        AccountSync::new(self.folder.path().join("copy.db")).only(streams.collect())
    }

    fn count(&self, what: &str) -> i64 {
        let database = Connection::open(self.folder.path().join("copy.db")).unwrap();
        let query = format!("SELECT count(*) FROM {what}");
        database.query_row(&query, [], |row| row.get(0)).unwrap()
    }
}

async fn answer(State(world): State<Arc<Mutex<World>>>, request: Request) -> Response {
    let Query(query): Query<HashMap<String, String>> = Query::try_from_uri(request.uri()).unwrap();
    let path = request.uri().path().trim_start_matches("/rest/v1/");
    let page = query.get("page").map_or(1, |page| page.parse().unwrap());
    let mut world = world.lock().unwrap();
    world.log.push(path.to_owned());
    let mut answer = None;
    if let Some(mut hook) = world.hook.take() {
        answer = hook(&mut world, path, page);
        world.hook.get_or_insert(hook);
    }
    let (status, body) = answer.unwrap_or_else(|| documented(&world, path, &query, page));
    let date = httpdate::fmt_http_date(world.now.into());
    let headers = [
        ("content-type", "application/json".to_owned()),
        ("date", date),
    ];
    let status = StatusCode::from_u16(status).unwrap();
    (status, headers, body).into_response()
}

fn documented(
    world: &World,
    path: &str,
    query: &HashMap<String, String>,
    page: usize,
) -> (u16, String) {
    if path == "businesses" {
        let row = |slug: &String| json!({ "id": slug, "slug": slug, "name": slug }).to_string();
        let rows: Vec<_> = world.businesses.iter().map(row).collect();
        return (200, format!(r#"{{"data":[{}]}}"#, rows.join(",")));
    }
    if let Some(id) = path.strip_prefix("conversations/") {
        let found = world.conversations.iter().find(|(_, raw)| raw.contains(id));
        return match found {
            Some((_, raw)) => (200, format!(r#"{{"data":{raw}}}"#)),
            None => (404, r#"{"error":"not found"}"#.to_owned()),
        };
    }
    let rows: Vec<String> = if path == "conversations" {
        let time = |name: &str| -> Option<DateTime<Utc>> { query.get(name)?.parse().ok() };
        let since = time("startDate");
        let mut rows = world.conversations.clone();
        rows.retain(|(at, _)| since.is_none_or(|since| *at >= since));
        rows.sort_by_key(|(at, _)| *at);
        rows.into_iter().map(|(_, raw)| raw).collect()
    } else {
        let slug = query.get("businessSlug").map_or("", String::as_str);
        let rows = world.lists.get(&(path, slug));
        rows.or(world.lists.get(&(path, "")))
            .cloned()
            .unwrap_or_default()
    };
    if path.ends_with("/deleted") {
        return (200, format!(r#"{{"data":[{}]}}"#, rows.join(",")));
    }
    let from = ((page - 1) * PAGE).min(rows.len());
    let to = (from + PAGE).min(rows.len());
    let (data, has_more) = (rows[from..to].join(","), to < rows.len());
    let pagination = json!({ "page": page, "limit": PAGE, "hasMore": has_more });
    (
        200,
        format!(r#"{{"data":[{data}],"pagination":{pagination}}}"#),
    )
}

fn id(number: u128) -> String {
    Uuid::from_u128(number).to_string()
}

fn plain(number: u128) -> String {
    json!({ "id": id(number), "name": format!("n{number}") }).to_string()
}

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_705_314_600 + seconds, 0).unwrap()
}

fn conversation(number: u128, at: DateTime<Utc>) -> (DateTime<Utc>, String) {
    let raw = json!({ "id": id(number), "publicId": "P", "createdAt": at, "subject": "s",
        "lastMessageCreatedAt": at, "type": "email", "isOutbound": false,
        "businessSlug": "acme", "tags": [] });
    (at, raw.to_string())
}

/// So many conversations, one every so many seconds.
fn conversations(count: u128, seconds: i64) -> Vec<(DateTime<Utc>, String)> {
    let numbers = 1..=count;
    numbers
        .zip(1..)
        .map(|(number, place)| conversation(number, at(seconds * place)))
        .collect()
}

/// The number of the conversation whose details a request asks for.
fn details_of(path: &str) -> Option<u128> {
    let id = path.strip_prefix("conversations/")?;
    Some(Uuid::try_parse(id).unwrap().as_u128())
}

fn refused(status: u16) -> Option<(u16, String)> {
    Some((status, r#"{"error":"no"}"#.to_owned()))
}

#[tokio::test]
async fn conversations_are_not_gone_because_a_server_in_trouble_answers_404() {
    let lab = Lab::new().await;
    lab.world().conversations = conversations(30, 60);
    lab.hook(|_, path, _| {
        let html = || (404, "<html>no such route</html>".to_owned());
        details_of(path).map(|_| html())
    });
    for report in lab.collect(Existing::Refuse).await {
        assert_eq!(report.status(), Status::Incomplete);
        assert_eq!(report.failures().len(), 30);
    }
    lab.world().hook = None;
    for report in lab.collect(Existing::Resume).await {
        assert_eq!(report.status(), Status::Done);
    }
    assert_eq!(lab.exported(), (1..=30).collect());
    assert_eq!(
        lab.count("conversations WHERE gone_at IS NULL AND raw IS NOT NULL"),
        30
    );
}

#[tokio::test]
async fn a_conversation_that_is_missing_once_is_asked_for_once_more() {
    let lab = Lab::new().await;
    lab.world().conversations = conversations(12, 60);
    let mut missing = 0;
    lab.hook(move |_, path, _| match details_of(path)? {
        // One is back, the other is gone.
        3 if missing == 0 => {
            missing += 1;
            refused(404)
        }
        5 => refused(404),
        _ => None,
    });
    let report = lab
        .collector
        .sync(lab.copy(&["conversations"]))
        .await
        .unwrap();
    let counts = report.streams[0].counts;
    assert_eq!(
        (report.status(), counts.new + counts.updated, counts.gone),
        (Status::Done, 11, 1)
    );
    assert_eq!(lab.count("conversations WHERE gone_at IS NOT NULL"), 1);
    let asked = |number| {
        let path = format!("conversations/{}", id(number));
        lab.world().log.iter().filter(|it| **it == path).count()
    };
    assert_eq!([1, 3, 5].map(asked), [1, 2, 2]);
}

#[tokio::test]
async fn refusals_that_are_scattered_stop_no_run() {
    let lab = Lab::new().await;
    lab.world().conversations = conversations(60, 60);
    lab.hook(|_, path, _| match details_of(path)? % 5 {
        0 => refused(403),
        _ => None,
    });
    for round in 0..3 {
        for report in lab.collect(Existing::Append).await {
            assert_eq!(
                (report.status(), report.failures().len()),
                (Status::Incomplete, 12)
            );
        }
        let new = conversation(1001 + 5 * round, at(100_000));
        lab.world().conversations.push(new);
    }
    assert_eq!((lab.exported().len(), lab.count("conversations")), (50, 62));
}

#[tokio::test]
async fn what_fails_does_not_use_up_the_limit_and_comes_last() {
    let lab = Lab::new().await;
    lab.world().conversations = conversations(40, 60);
    lab.hook(|_, path, _| match details_of(path)? {
        1..=5 => refused(410),
        _ => None,
    });
    let collector = lab.collector.clone().max_items(5);
    for _ in 0..8 {
        let export = lab.export("conversations", Existing::Append);
        collector.export(export).await.unwrap();
    }
    assert_eq!(lab.exported(), (6..=40).collect());
    let before = lab.world().log.len();
    let new = conversation(41, at(60 * 41));
    lab.world().conversations.push(new);
    let export = lab.export("conversations", Existing::Append);
    lab.collector.export(export).await.unwrap();
    let log = lab.world().log[before..].to_vec();
    let details: Vec<_> = log.iter().filter_map(|path| details_of(path)).collect();
    assert_eq!((details[0], details.len()), (41, 6));
}

#[tokio::test]
async fn a_conversation_that_still_fails_has_its_new_summary() {
    let lab = Lab::new().await;
    lab.world().conversations = conversations(5, 60);
    lab.hook(|_, path, _| match details_of(path)? {
        3 => refused(410),
        _ => None,
    });
    for subject in ["s", "changed"] {
        for (_, raw) in &mut lab.world().conversations {
            *raw = raw.replace(r#""subject":"s""#, &format!(r#""subject":"{subject}""#));
        }
        let report = lab.collector.sync(lab.copy(&["conversations"])).await;
        assert_eq!(report.unwrap().failures().len(), 1);
        let condition = format!("conversations WHERE subject = '{subject}'");
        assert_eq!(lab.count(&condition), 5);
    }
}

#[tokio::test]
async fn a_history_that_still_fails_is_still_a_failure() {
    let lab = Lab::new().await;
    lab.rows("articles", 1..=3);
    lab.hook(|_, path, _| {
        let is_it = path == format!("articles/{}/versions", id(2));
        if is_it { refused(410) } else { None }
    });
    let sync = || {
        let copy = lab.copy(&["articles", "article-versions"]);
        lab.collector.sync(copy)
    };
    for count in 1..=3 {
        let report = sync().await.unwrap();
        assert_eq!(report.status(), Status::Incomplete);
        assert_eq!(report.failures()[0].count, count);
    }
    lab.world().hook = None;
    assert_eq!(sync().await.unwrap().status(), Status::Done);
}

#[tokio::test]
async fn a_list_by_number_that_is_resumed_is_listed_again_from_its_start() {
    let lab = Lab::new().await;
    lab.rows("customers", 1..=35);
    lab.hook(|_, path, page| match (path, page) {
        ("customers", 3) => refused(403),
        _ => None,
    });
    let export = lab
        .collector
        .export(lab.export("customers", Existing::Refuse));
    export.await.unwrap_err();
    // Rows of page 3 and 4 move to the first two pages.
    lab.rows("customers", 13..=35);
    lab.world().hook = None;
    let export = lab
        .collector
        .export(lab.export("customers", Existing::Resume));
    assert_eq!(export.await.unwrap().status(), Status::Done);
    assert_eq!(lab.exported(), (1..=35).collect());
}

#[tokio::test]
async fn a_list_that_never_holds_still_is_not_done() {
    let lab = Lab::new().await;
    lab.rows("customers", 1..=35);
    lab.hook(|world, path, page| {
        let rows = world.lists.get_mut(&("customers", ""))?;
        match (path, page) {
            ("customers", 2) => rows.insert(0, plain(100)),
            ("customers", 3) => rows.retain(|row| !row.contains(&id(100))),
            _ => {}
        }
        None
    });
    let export = lab
        .collector
        .export(lab.export("customers", Existing::Refuse));
    let report = export.await.unwrap();
    assert_eq!(
        (report.status(), report.end),
        (Status::Incomplete, End::Complete)
    );
    lab.world().hook = None;
    let export = lab
        .collector
        .export(lab.export("customers", Existing::Resume));
    assert_eq!(export.await.unwrap().status(), Status::Done);
    assert!(lab.exported().is_superset(&(1..=35).collect()));
}

#[tokio::test]
async fn a_last_page_that_is_listed_again_is_no_movement() {
    let lab = Lab::new().await;
    lab.rows("customers", 1..=25);
    lab.hook(|world, path, page| {
        if path != "customers" || page < 3 {
            return None;
        }
        let last = world.lists[&("customers", "")][20..].join(",");
        let pagination = json!({ "page": page, "limit": PAGE, "hasMore": page == 3 });
        Some((
            200,
            format!(r#"{{"data":[{last}],"pagination":{pagination}}}"#),
        ))
    });
    let export = lab
        .collector
        .export(lab.export("customers", Existing::Refuse));
    assert_eq!(export.await.unwrap().status(), Status::Done);
    assert_eq!(lab.exported(), (1..=25).collect());
    let log = lab.world().log.clone();
    assert_eq!(log.iter().filter(|path| *path == "customers").count(), 4);
}

#[tokio::test]
async fn a_business_that_is_not_listed_for_a_moment_is_outstanding() {
    let lab = Lab::new().await;
    lab.world().businesses.push("other".to_owned());
    for (slug, numbers) in [("acme", 1..=15), ("other", 101..=115)] {
        let rows = numbers.map(plain).collect();
        lab.world().lists.insert(("articles", slug), rows);
    }
    let limited = lab.collector.clone().max_items(18);
    let export = limited.export(lab.export("articles", Existing::Resume));
    assert_eq!(export.await.unwrap().end, End::MaxItems);
    let other = lab.world().businesses.pop().unwrap();
    let export = lab
        .collector
        .export(lab.export("articles", Existing::Resume));
    assert_eq!(export.await.unwrap().status(), Status::Incomplete);
    lab.world().businesses.push(other);
    let export = lab
        .collector
        .export(lab.export("articles", Existing::Resume));
    assert_eq!(export.await.unwrap().status(), Status::Done);
    assert_eq!(lab.exported().len(), 30);
    // A copy of an account that had businesses, and lists none.
    let sync = || lab.collector.sync(lab.copy(&["articles"]));
    assert_eq!(sync().await.unwrap().status(), Status::Done);
    let businesses = std::mem::take(&mut lab.world().businesses);
    assert_eq!(sync().await.unwrap().status(), Status::Incomplete);
    lab.world().businesses = businesses;
    assert_eq!(sync().await.unwrap().status(), Status::Done);
}

#[tokio::test]
async fn a_record_keeps_the_spelling_of_its_listed_id() {
    let lab = Lab::new().await;
    lab.world().conversations = vec![conversation(0xabcdef, at(60))];
    let upper = |raw: &str| raw.replace("abcdef", "ABCDEF");
    let raw = lab.world().conversations[0].1.clone();
    lab.world().conversations[0].1 = upper(&raw);
    lab.hook(move |_, path, _| {
        let details = details_of(path).map(|_| format!(r#"{{"data":{raw}}}"#));
        details.map(|details| (200, details))
    });
    for _ in 0..2 {
        lab.collector
            .sync(lab.copy(&["conversations"]))
            .await
            .unwrap();
    }
    assert_eq!(lab.count("conversations WHERE details_current = 1"), 1);
    assert_eq!(lab.count("conversations"), 1);
}

#[tokio::test]
async fn a_refresh_that_was_cut_off_keeps_the_date_that_it_began_with() {
    let day = 24 * 3600;
    let lab = Lab::new().await;
    lab.world().conversations = conversations(40, 600);
    for (now, limit) in [(day, 100), (7 * day - 600, 10), (8 * day - 600, 100)] {
        lab.world().now = at(now);
        let collector = lab.collector.clone().max_items(limit);
        collector.sync(lab.copy(&["conversations"])).await.unwrap();
    }
    let log = lab.world().log.clone();
    let fetched = |number| {
        log.iter()
            .filter(|path| details_of(path) == Some(number))
            .count()
    };
    assert_eq!(
        (1..=40).map(fetched).collect::<BTreeSet<_>>(),
        BTreeSet::from([2])
    );
}

#[tokio::test]
async fn an_item_that_was_restored_is_not_gone_while_it_is_listed() {
    let lab = Lab::new().await;
    lab.rows("articles", 1..=5);
    let deleted = json!({ "id": id(3), "deletedAt": at(0) }).to_string();
    let never_listed = json!({ "id": id(9), "deletedAt": at(0) }).to_string();
    let rows = vec![deleted, never_listed];
    lab.world().lists.insert(("articles/deleted", ""), rows);
    for _ in 0..2 {
        let copy = lab.copy(&["articles", "deleted-articles"]);
        lab.collector.sync(copy).await.unwrap();
        assert_eq!(lab.count("articles WHERE gone_at IS NOT NULL"), 1);
    }
    lab.rows("articles", [1, 2, 4, 5].into_iter());
    let copy = lab.copy(&["articles", "deleted-articles"]);
    lab.collector.sync(copy).await.unwrap();
    assert_eq!(lab.count("articles WHERE gone_at IS NOT NULL"), 2);
}

#[tokio::test]
async fn failures_of_records_can_be_accepted_and_those_of_lists_cannot() {
    for (fails, status) in [(3, Status::Done), (1, Status::Incomplete)] {
        let lab = Lab::new().await;
        lab.world().conversations = conversations(5, 60);
        lab.hook(move |_, path, _| match (path, details_of(path)) {
            ("conversations", _) if fails == 1 => refused(403),
            (_, Some(3)) => refused(410),
            _ => None,
        });
        let collector = lab.collector.clone().accept_failures(1);
        let sync = collector.sync(lab.copy(&["conversations"]));
        let report = sync.await.unwrap();
        assert_eq!((report.failures().len(), report.status()), (1, status));
    }
}

#[tokio::test]
async fn a_copy_that_was_cut_off_begins_with_what_it_did_not_come_to() {
    let lab = Lab::new().await;
    lab.rows("customers", 1..=5);
    lab.world().conversations = conversations(5, 60);
    lab.hook(|_, path, _| match path {
        "conversations" => refused(401),
        _ => None,
    });
    let streams = ["customers", "conversations"];
    lab.collector.sync(lab.copy(&streams)).await.unwrap_err();
    lab.world().hook = None;
    for order in [
        ["conversations", "customers"],
        ["customers", "conversations"],
    ] {
        lab.world().log.clear();
        lab.collector.sync(lab.copy(&streams)).await.unwrap();
        let mut log = lab.world().log.clone();
        log.retain(|path| streams.contains(&path.as_str()));
        log.dedup();
        assert_eq!(log, order);
    }
}

/// Keeps the ids of what it is sent, and the state.
struct Kept {
    ids: BTreeSet<String>,
    state: PipelineState,
}

impl Sink for Kept {
    fn begin(&mut self, _: &Table) -> io::Result<()> {
        Ok(())
    }

    fn record(&mut self, _: &Table, json: &str, _: DateTime<Utc>) -> io::Result<()> {
        let record: Value = serde_json::from_str(json)?;
        self.ids.insert(record["id"].to_string());
        Ok(())
    }

    fn save(&mut self, state: &PipelineState, _: &[&Table]) -> io::Result<()> {
        self.state = state.clone();
        Ok(())
    }

    fn end(&mut self, _: &Table) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn pipelines_with_a_limit_get_on() {
    for (name, margin) in [
        ("customers", 600),
        ("conversations", 0),
        ("conversations", 600),
    ] {
        let lab = Lab::new().await;
        lab.rows("customers", 1..=100);
        // Within one margin.
        lab.world().conversations = conversations(100, 2);
        let limited = lab.collector.clone().max_items(20);
        let collector = limited.margin(Duration::from_secs(margin));
        let (ids, state) = (BTreeSet::new(), PipelineState::default());
        let mut sink = Kept { ids, state };
        for _ in 0..6 {
            let mut tables = Table::all();
            tables.retain(|table| table.name() == name);
            let pipeline = Pipeline::new(tables).state(sink.state.clone());
            let pipeline = pipeline.refresh(Refresh::Nothing);
            collector.pipe(pipeline, &mut sink).await.unwrap();
        }
        assert_eq!(sink.ids.len(), 100, "{name}, margin of {margin} s");
    }
}
