//! The generated client over a scripted transport: what progenitor sees of each answer.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::transport::BoxFuture;
use crate::types::{Channel, NewMetadata, Pagination, UserPage};
use crate::{BaseUrl, Call, CallRecord, Client, Error, Transport, TransportError};

/// Answers every call alike and keeps what it was asked.
#[derive(Debug)]
struct Scripted {
    status: u16,
    body: &'static str,
    asked: Mutex<Vec<(Method, String, Option<String>)>>,
}

impl Transport for Scripted {
    fn send<'a>(
        &'a self,
        call: Call<'a>,
    ) -> BoxFuture<'a, Result<http::Response<Bytes>, TransportError>> {
        Box::pin(async move {
            let request = &call.request;
            assert_eq!(request.headers().get("api-version"), None);
            let body = request.body().and_then(reqwest::Body::as_bytes);
            self.asked.lock().unwrap().push((
                request.method().clone(),
                request.url().to_string(),
                body.map(|bytes| String::from_utf8_lossy(bytes).into_owned()),
            ));
            call.record.attempt();
            let status = StatusCode::from_u16(self.status).unwrap();
            let body = Bytes::from_static(self.body.as_bytes());
            call.record
                .respond(status, http::HeaderMap::new(), body.clone());
            let mut response = http::Response::new(body);
            *response.status_mut() = status;
            Ok(response)
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
        assert_eq!(answer.into_inner(), expected, "{status} {body:?}");
    }
}

#[tokio::test]
async fn an_open_success_that_is_no_json_keeps_its_text() {
    let (client, _) = client(200, "<html>");
    let record = Arc::new(CallRecord::new());
    let transport = Arc::clone(&client.inner.transport);
    let client = client.recorded(transport, Arc::clone(&record));
    let error = client.list_deleted_articles("acme-corp").await.unwrap_err();
    assert!(
        matches!(error, Error::InvalidResponsePayload(_, _)),
        "{error:?}"
    );
    assert_eq!(record.response().unwrap().body, "<html>");
}

#[tokio::test]
async fn a_described_success_is_not_bent() {
    // 204 is not what the document says, and an empty body is no page of users.
    for (status, body) in [(204, ""), (200, "")] {
        let (client, _) = client(status, body);
        assert!(client.list_users(None).await.is_err(), "{status}");
    }
    // A failure of an operation with an open success stays a failure.
    let (client, _) = client(404, r#"{"error": "gone"}"#);
    let id = Uuid::from_u128(2);
    assert!(client.delete_article(&id, "acme-corp").await.is_err());
}

#[tokio::test]
async fn a_record_holds_what_happened_and_starts_anew_for_the_next_call() {
    let (client, _) = client(401, r#"{"error": "no"}"#);
    let record = Arc::new(CallRecord::new());
    let transport = Arc::clone(&client.inner.transport);
    let recorded = client.recorded(transport, Arc::clone(&record));
    for _ in 0..2 {
        assert!(recorded.list_users(None).await.is_err());
        assert_eq!(record.operation().unwrap().id, "list_users");
        assert_eq!(record.attempts(), 1);
        let response = record.response().unwrap();
        assert_eq!(
            (response.status.as_u16(), response.body.as_ref()),
            (401, &br#"{"error": "no"}"#[..])
        );
    }
    let shown = format!("{record:?}");
    assert!(!shown.contains("error"), "{shown}");
}

#[tokio::test]
async fn an_undecoded_call_leaves_the_body_to_its_caller() {
    let (client, _) = client(200, "anything");
    let record = Arc::new(CallRecord::undecoded());
    let transport = Arc::clone(&client.inner.transport);
    let error = client
        .recorded(transport, Arc::clone(&record))
        .list_users(None)
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Custom(_)), "{error:?}");
    assert_eq!(record.response().unwrap().body, "anything");
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
        let Error::InvalidRequest(message) = error else {
            panic!("{error:?}")
        };
        assert!(
            message.contains("delete_conversation_metadata"),
            "{message}"
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
        .unwrap()
        .into_inner();
    let conversation = &page.data[0];
    assert_eq!(
        conversation.initial_channel,
        Some(Channel::Unknown("carrier-pigeon".to_owned()))
    );
    assert_eq!(conversation.latest_channel, Some(Channel::Email));
    let written = serde_json::to_value(conversation).unwrap();
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

#[test]
fn pages_are_counted_in_integers() {
    let page: UserPage = serde_json::from_value(json!({
        "data": [], "pagination": {"page": 2, "limit": 50, "hasMore": true}
    }))
    .unwrap();
    assert_eq!(
        page.pagination,
        Pagination {
            page: 2,
            limit: 50,
            has_more: true
        }
    );
}
