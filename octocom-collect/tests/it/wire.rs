//! Answers that no sandbox gives: half emoji, errors with status 200, other types, no `Date`.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use axum::routing::get;
use octocom_collect::{AccountSync, Collector, Export, Format, Output, Status, Stream};
use octocom_ext::{Client, Uuid};
use rusqlite::Connection;

/// A server of conversations as bytes.
#[derive(Default)]
struct Server {
    /// The listed records.
    listed: Vec<Vec<u8>>,
    /// Answers to requests for details, by id.
    details: Vec<(String, Vec<u8>)>,
    /// Ids whose details were asked for.
    asked: Mutex<Vec<String>>,
}

const JSON: [(&str, &str); 1] = [("content-type", "application/json")];

type Shared = State<Arc<Server>>;

impl Server {
    async fn start(self) -> (Arc<Self>, Client) {
        let this = Arc::new(self);
        let router = Router::new()
            .route(
                "/rest/v1/businesses",
                get(async move || (JSON, r#"{"data":[{"id":"7f3c1d52-0000-4000-8000-000000000001","slug":"acme","name":"Acme"}]}"#)),
            )
            .route(
                "/rest/v1/conversations",
                get(async move |State(this): Shared| {
                    let mut body = br#"{"data":["#.to_vec();
                    body.extend(this.listed.join(&b','));
                    body.extend(br#"],"pagination":{"page":1,"limit":50,"hasMore":false}}"#);
                    (JSON, body).into_response()
                }),
            )
            .route(
                "/rest/v1/conversations/{id}",
                get(async move |State(this): Shared, Path(id): Path<String>| {
                    this.asked.lock().unwrap().push(id.clone());
                    let found = this.details.iter().find(|(known, _)| *known == id);
                    let body = found.map(|(_, body)| body.clone());
                    let body = body.unwrap_or_else(|| envelope(&conversation(&id, "\"full\"")));
                    (JSON, body).into_response()
                }),
            )
            .with_state(Arc::clone(&this));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let client = Client::builder()
            .with_base_url(url)
            .with_api_key("key")
            .with_max_attempts(1);
        (this, client.build().unwrap())
    }
}

fn id(number: u128) -> String {
    Uuid::from_u128(number).to_string()
}

/// A conversation with this JSON for its subject.
fn conversation(id: &str, subject: &str) -> Vec<u8> {
    let text = format!(
        r#"{{ "id": "{id}", "publicId": "P", "createdAt": "2024-01-15T10:30:00Z", "subject": {subject},
            "lastMessageCreatedAt": "2024-01-15T10:30:00Z", "type": "email", "isOutbound": false,
            "businessSlug": "acme", "tags": ["a b"], "unknown": 123456789012345678901234567890 }}"#
    );
    text.into_bytes()
}

fn envelope(record: &[u8]) -> Vec<u8> {
    [br#"{"data":"#, record, b"}"].concat()
}

#[tokio::test]
async fn summaries_that_cannot_be_read_are_fetched_by_their_ids() {
    let mut broken = conversation(&id(2), "\"?\"");
    let place = broken.iter().position(|byte| *byte == b'?').unwrap();
    broken[place] = 0xff;
    let server = Server {
        listed: vec![
            conversation(&id(1), r#""half \ud83d""#),
            broken,
            conversation(&id(3), "NaN"),
            conversation(&id(4), "7"),
        ],
        ..Server::default()
    };
    let (server, client) = server.start().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("all.ndjson");
    let export = Export::new(Stream::CONVERSATIONS, Output::file(&path)).details(true);
    let report = Collector::new(client).export(export).await.unwrap();
    assert_eq!(
        (report.status(), report.written()),
        (Status::Done, 4),
        "{:?}",
        report.failures()
    );
    assert_eq!(*server.asked.lock().unwrap(), [id(1), id(2), id(3), id(4)]);
    let text = std::fs::read_to_string(&path).unwrap();
    let first = text.lines().next().unwrap();
    let start = format!(r#"{{"id":"{}","publicId":"P","createdAt":"#, id(1));
    assert!(
        first.starts_with(&start) && first.contains(r#""tags":["a b"]"#),
        "{first}"
    );
    assert!(
        first.ends_with(r#""unknown":123456789012345678901234567890}"#),
        "{first}"
    );
}

#[tokio::test]
async fn without_details_what_is_a_record_is_written_and_the_rest_are_failures() {
    let mut broken = conversation(&id(2), "\"?\"");
    let place = broken.iter().position(|byte| *byte == b'?').unwrap();
    broken[place] = 0xff;
    let server = Server {
        listed: vec![
            conversation(&id(1), r#""half \ud83d""#),
            broken,
            conversation(&id(4), "7"),
            br#"{"error": "oops"}"#.to_vec(),
        ],
        ..Server::default()
    };
    let (_, client) = server.start().await;
    let folder = tempfile::tempdir().unwrap();
    for (format, name) in [(Format::Ndjson, "a.ndjson"), (Format::Csv, "a.csv")] {
        let path = folder.path().join(name);
        let export = Export::new(Stream::CONVERSATIONS, Output::file(&path)).format(format);
        let report = Collector::new(client.clone()).export(export).await.unwrap();
        assert_eq!((report.status(), report.written()), (Status::Incomplete, 2));
        let ids: Vec<_> = report
            .failures()
            .iter()
            .map(|failure| failure.id.clone())
            .collect();
        assert_eq!(ids, [Some(id(2)), None]);
        let again = || {
            let export = Export::new(Stream::CONVERSATIONS, Output::file(&path)).format(format);
            export.existing(octocom_collect::Existing::Resume)
        };
        let report = Collector::new(client.clone())
            .export(again())
            .await
            .unwrap();
        let counts: Vec<_> = report
            .failures()
            .iter()
            .map(|failure| failure.count)
            .collect();
        assert_eq!((report.written(), counts), (0, vec![2, 2]));
    }
    let csv = std::fs::read_to_string(folder.path().join("a.csv")).unwrap();
    assert!(
        csv.contains("half \u{fffd}")
            && csv.contains(",\"{\"\"unknown\"\":123456789012345678901234567890}\""),
        "{csv}"
    );
}

#[tokio::test]
async fn answers_with_status_200_that_are_no_record_are_failures() {
    let other = envelope(&conversation(&id(99), "\"other\""));
    let bodies: Vec<&[u8]> = vec![
        br#"{"error": "internal"}"#,
        br#"{"success": false, "error": "no"}"#,
        br#"{"data": {"error": "internal"}}"#,
        br#"{"data": null}"#,
        br#"{"data": []}"#,
        &other,
        b"[]",
    ];
    let numbers = (1_u128..).zip(&bodies);
    let details = numbers
        .map(|(number, body)| (id(number), body.to_vec()))
        .collect();
    let all = 1..=u128::try_from(bodies.len()).unwrap() + 1;
    let server = Server {
        listed: all
            .map(|number| conversation(&id(number), "\"summary\""))
            .collect(),
        details,
        ..Server::default()
    };
    let (_, client) = server.start().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("all.ndjson");
    let export = Export::new(Stream::CONVERSATIONS, Output::file(&path)).details(true);
    let report = Collector::new(client.clone()).export(export).await.unwrap();
    assert_eq!(
        (report.written(), report.failures().len()),
        (1, bodies.len())
    );
    assert_eq!(report.status(), Status::Incomplete);
    assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 1);
    for failure in report.failures() {
        let line = failure.to_string();
        assert!(
            !line.contains("internal\"") && !line.contains('\n'),
            "{line}"
        );
    }
    // In a database the summaries are there, and the failures.
    let database = folder.path().join("copy.db");
    let sync = AccountSync::new(&database).only(vec![Stream::CONVERSATIONS]);
    let report = Collector::new(client).sync(sync).await.unwrap();
    assert_eq!(
        (report.status(), report.failures().len()),
        (Status::Incomplete, bodies.len())
    );
    let connection = Connection::open(&database).unwrap();
    let count = |query: &str| -> i64 { connection.query_row(query, [], |row| row.get(0)).unwrap() };
    assert_eq!(
        count("SELECT count(*) FROM conversations"),
        i64::try_from(bodies.len()).unwrap() + 1
    );
    assert_eq!(
        count("SELECT count(*) FROM conversations WHERE raw IS NOT NULL"),
        1
    );
}

#[tokio::test]
async fn what_is_listed_and_cannot_be_had_is_not_gone() {
    let (mut first, details) = (conversation(&id(1), "\"?\""), br#"{"error":"no"}"#.to_vec());
    let whole = first.clone();
    let place = first.iter().position(|byte| *byte == b'?').unwrap();
    first[place] = 0xff;
    let server = |listed, details| Server {
        listed,
        details,
        ..Server::default()
    };
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("copy.db");
    let sync = || {
        let sync = AccountSync::new(&database).only(vec![Stream::CONVERSATIONS]);
        sync.refresh(octocom_collect::Refresh::All)
    };
    let (_, client) = server(vec![whole], Vec::new()).start().await;
    Collector::new(client).sync(sync()).await.unwrap();
    for expected in [1, 2, 3] {
        let (_, client) = server(vec![first.clone()], vec![(id(1), details.clone())])
            .start()
            .await;
        let collector = Collector::new(client).same_account(true);
        let report = collector.sync(sync()).await.unwrap();
        assert_eq!(
            (report.status(), report.failures().len()),
            (Status::Incomplete, 1)
        );
        assert_eq!(report.failures()[0].count, expected);
        let connection = Connection::open(&database).unwrap();
        let query = "SELECT count(*) FROM conversations WHERE gone_at IS NULL AND raw IS NOT NULL";
        let there: i64 = connection.query_row(query, [], |row| row.get(0)).unwrap();
        assert_eq!(there, 1);
    }
}

#[tokio::test]
async fn fields_of_another_type_are_null_and_counted() {
    let server = Server {
        listed: vec![
            conversation(&id(1), "7"),
            conversation(&id(2), r#""half \ud83d""#),
        ],
        details: vec![
            (id(1), envelope(&conversation(&id(1), "{\"a\": 1}"))),
            (id(2), envelope(&conversation(&id(2), r#""half \ud83d""#))),
        ],
        ..Server::default()
    };
    let (_, client) = server.start().await;
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("copy.db");
    let sync = AccountSync::new(&database).only(vec![Stream::CONVERSATIONS]);
    let report = Collector::new(client).sync(sync).await.unwrap();
    assert_eq!(report.status(), Status::Done);
    assert_eq!(report.streams[0].counts.odd_fields, 2);
    let connection = Connection::open(&database).unwrap();
    let row = |id: String| -> (Option<String>, String) {
        let query = "SELECT subject, raw FROM conversations WHERE id = ?1";
        connection
            .query_row(query, [id], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap()
    };
    let (subject, raw) = row(id(1));
    assert_eq!(subject, None);
    assert!(raw.contains(r#""subject":{"a":1}"#), "{raw}");
    let (subject, raw) = row(id(2));
    assert_eq!(subject.as_deref(), Some("half \u{fffd}"));
    assert!(raw.contains(r"half \ud83d"), "{raw}");
}
