//! The generated client over a scripted transport: what its methods make of each answer.

mod every_operation;

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::transport::BoxFuture;
use crate::types::{Channel, NewMetadata};
use crate::{Answer, BaseUrl, Call, Client, Error, Transport};

/// Answers every call alike and keeps what it was asked.
#[derive(Debug)]
struct Scripted {
    status: u16,
    body: &'static str,
    asked: Mutex<Vec<(Method, String, Option<String>)>>,
}

impl Transport for Scripted {
    fn send<'a>(&'a self, call: Call<'a>) -> BoxFuture<'a, Result<Answer, Error>> {
        Box::pin(async move {
            let request = &call.request;
            assert_eq!(request.headers().get("api-version"), None);
            let body = request.body().and_then(reqwest::Body::as_bytes);
            self.asked.lock().unwrap().push((
                request.method().clone(),
                request.url().to_string(),
                body.map(|bytes| String::from_utf8_lossy(bytes).into_owned()),
            ));
            let status = StatusCode::from_u16(self.status).unwrap();
            let body = Bytes::from_static(self.body.as_bytes());
            Ok(Answer::new(call.operation, status, HeaderMap::new(), body))
        })
    }
}

fn client(status: u16, body: &'static str) -> (Client, Arc<Scripted>) {
    let transport = Arc::new(Scripted {
        status,
        body,
        asked: Mutex::default(),
    });
    let base_url = BaseUrl::parse("http://127.0.0.1:9/stem/").unwrap();
    let http = reqwest::Client::new();
    (
        Client::with_transport(&base_url, http, transport.clone()),
        transport,
    )
}

const ID: Uuid = Uuid::from_u128(1);

#[tokio::test]
async fn a_request_goes_to_the_path_of_its_operation_below_the_base_url() {
    let (client, transport) = client(200, "{}");
    let metadata = NewMetadata {
        key: "a".parse().unwrap(),
        value: "b".parse().unwrap(),
    };
    // The answer lacks what the document requires, which is another matter.
    assert!(
        client
            .set_conversation_metadata(&ID, &metadata)
            .await
            .is_err()
    );
    assert_eq!(
        *transport.asked.lock().unwrap(),
        [(
            Method::POST,
            format!("http://127.0.0.1:9/stem/rest/v1/conversations/{ID}/metadata"),
            Some(json!({"key": "a", "value": "b"}).to_string())
        )]
    );
}

#[tokio::test]
async fn open_successes_are_any_json_or_nothing_with_any_2xx() {
    let cases = [
        (200, r#"{"a": [1]}"#, json!({"a": [1]})),
        (200, "[1]", json!([1])),
        (200, "", Value::Null),
        (204, "", Value::Null),
        (202, r#""later""#, json!("later")),
    ];
    for (status, body, expected) in cases {
        let (client, _) = client(status, body);
        let answer = client
            .list_workflow_versions(&ID, "acme-corp")
            .await
            .unwrap();
        assert_eq!(*answer.parse().unwrap(), expected, "{status} {body:?}");
    }
}

#[tokio::test]
async fn an_open_success_that_is_not_json_keeps_its_text() {
    let (client, _) = client(200, "<html>");
    let answer = client.list_deleted_articles("acme-corp").await.unwrap();
    assert_eq!(answer.raw(), "<html>");
    let error = answer.parse().unwrap_err();
    assert!(error.is_decode(), "{error:?}");
    assert_eq!(
        (error.body(), error.json_path(), error.attempts()),
        (&b"<html>"[..], Some("."), 1)
    );
}

#[tokio::test]
async fn a_described_success_needs_its_body() {
    for (status, body) in [(204, ""), (200, ""), (200, "[]")] {
        let (client, _) = client(status, body);
        let error = client.list_users(None).await.unwrap_err();
        assert!(error.is_decode(), "{status} {body:?}");
        assert_eq!(error.status().unwrap().as_u16(), status);
    }
    // A failure of an operation with an open success stays a failure.
    let (client, _) = client(404, r#"{"error": "gone"}"#);
    let id = Uuid::from_u128(2);
    let error = client.delete_article(&id, "acme-corp").await.unwrap_err();
    assert!(error.is_not_found() && error.message().as_deref() == Some("gone"));
}

#[tokio::test]
async fn a_typed_success_may_have_any_2xx() {
    let (client, _) = client(207, r#"{"data": [], "pagination": {"hasMore": false}}"#);
    let page = client.list_users(None).await.unwrap();
    assert_eq!((page.status().as_u16(), page.data.len()), (207, 0));
}

#[tokio::test]
async fn a_write_whose_answer_cannot_be_decoded_may_have_been_processed() {
    let body = r#"{"data": {"id": "no UUID", "title": "Returns"}}"#;
    let (client, _) = client(201, body);
    let article = serde_json::from_value(json!({
        "businessSlug": "acme-corp", "title": "Returns", "content": "Within 30 days."
    }));
    let error = client.create_article(&article.unwrap()).await.unwrap();
    let error = error.parse().unwrap_err();
    assert!(error.may_have_been_processed(), "{error}");
    assert_eq!(error.body(), br#"{"id": "no UUID", "title": "Returns"}"#);
    assert_eq!(
        error.to_string(),
        "create_article failed with status 201: could not decode the JSON at `id`: a value of \
         another form at line 1 column 16 after 1 attempt; it may have been processed"
    );
}

#[tokio::test]
async fn a_path_parameter_that_changes_the_path_is_refused_before_the_transport() {
    for key in [".", ".."] {
        let (client, transport) = client(200, "{}");
        let segment = key.parse().unwrap();
        let error = client
            .delete_conversation_metadata(&ID, &segment)
            .await
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "delete_conversation_metadata failed: a path parameter is empty, `.` or `..`, \
             nothing was sent"
        );
        assert_eq!(transport.asked.lock().unwrap().len(), 0, "{key}");
    }
    let (client, transport) = client(200, r#"{"success": true, "message": "ok"}"#);
    let segment = "a\\b/..".parse().unwrap();
    assert!(
        client
            .delete_conversation_metadata(&ID, &segment)
            .await
            .is_ok()
    );
    let asked = transport.asked.lock().unwrap();
    assert!(asked[0].1.ends_with("/metadata/a%5Cb%2F.."), "{asked:?}");
}

#[tokio::test]
async fn unknown_values_and_fields_are_decoded_and_written_back() {
    let body = r#"{"data": [{"id": "00000000-0000-0000-0000-000000000001", "publicId": "C-1",
        "createdAt": "2024-01-15T10:30:00Z", "subject": "s", "new": {"field": 1},
        "lastMessageCreatedAt": "2024-01-15T10:30:00Z", "type": "internal", "isOutbound": false,
        "businessSlug": "acme-corp", "initialChannel": "carrier-pigeon", "latestChannel": "email",
        "tags": []}], "pagination": {"page": 1, "limit": 50, "hasMore": false}}"#;
    let (client, _) = client(200, body);
    let page = client
        .list_conversations(None, None, None, None, None, None, None)
        .await
        .unwrap();
    let conversation = page.data[0].parse().unwrap();
    assert_eq!(
        conversation.initial_channel,
        Some(Channel::Unknown("carrier-pigeon".to_owned()))
    );
    assert_eq!(conversation.latest_channel, Some(Channel::Email));
    let written = serde_json::to_value(&conversation).unwrap();
    assert_eq!(written["initialChannel"], "carrier-pigeon");
    assert_eq!(written["type"], "internal");
}

#[test]
fn an_open_enum_maps_known_texts_and_keeps_the_others() {
    assert_eq!("email".parse::<Channel>(), Ok(Channel::Email));
    assert_eq!(Channel::from("phone-call").to_string(), "phone-call");
    assert!(matches!(
        Channel::from("phone-call".to_owned()),
        Channel::PhoneCall
    ));
    // However it was made, a value is equal to what has its text.
    assert_eq!(Channel::Unknown("email".to_owned()), Channel::Email);
    assert_ne!(Channel::from("fax"), Channel::Email);
    for channel in Channel::KNOWN {
        let text = channel.as_str();
        assert!(
            !matches!(Channel::from(text), Channel::Unknown(_)),
            "{text}"
        );
        let json = serde_json::to_string(channel).unwrap();
        assert_eq!(serde_json::from_str::<Channel>(&json).unwrap(), *channel);
    }
    assert!(serde_json::from_str::<Channel>("1").is_err());
}

#[tokio::test]
async fn a_response_is_serialized_as_the_server_sent_it() {
    let body = r#"{"data": {"id": "00000000-0000-0000-0000-000000000001", "title": "t",
        "language": null, "createdAt": "2024-01-15T10:30:00Z", "isPublic": true,
        "isActive": true, "new": {"b": 1, "a": 2}}}"#;
    let (client, _) = client(201, body);
    let article = serde_json::from_value(json!({
        "businessSlug": "acme-corp", "title": "t", "content": "c"
    }));
    let created = client.create_article(&article.unwrap()).await.unwrap();
    let created = created.parse().unwrap();
    assert_eq!(created.title, "t");
    let text = body.strip_prefix(r#"{"data": "#).unwrap();
    let text = text.strip_suffix('}').unwrap();
    assert_eq!(serde_json::to_string(&created).unwrap(), text);
    assert_eq!(created.raw(), text);
    assert_eq!(created.clone(), created);
}

#[tokio::test]
async fn a_client_shows_no_header() {
    let mut headers = HeaderMap::new();
    headers.insert("x-tenant", http::HeaderValue::from_static("sesame"));
    let http = reqwest::Client::builder().default_headers(headers);
    let base_url = BaseUrl::parse("http://127.0.0.1:9").unwrap();
    let transport = Arc::new(crate::Direct::new(None));
    let client = Client::with_transport(&base_url, http.build().unwrap(), transport);
    let shown = format!("{client:?}");
    assert!(
        shown.contains("127.0.0.1") && !shown.contains("sesame"),
        "{shown}"
    );
}
