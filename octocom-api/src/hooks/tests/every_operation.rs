//! A success of every operation is `Ok` from its generated method, with the smallest body that the
//! document allows.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::transport::BoxFuture;
use crate::{Answer, BaseUrl, Call, Client, Error, Operation, Transport, operations};

/// Answers each operation with its documented success.
#[derive(Debug)]
struct Documented {
    document: Value,
    called: Mutex<Vec<&'static str>>,
}

impl Transport for Documented {
    fn send<'a>(&'a self, call: Call<'a>) -> BoxFuture<'a, Result<Answer, Error>> {
        self.called.lock().unwrap().push(call.operation.id);
        let status = StatusCode::from_u16(call.operation.success_status).unwrap();
        let body = Bytes::from(success(&self.document, call.operation).to_string());
        let answer = Answer::new(call.operation, status, HeaderMap::new(), body);
        Box::pin(async move { Ok(answer) })
    }
}

/// Returns the smallest success of an operation.
fn success(document: &Value, operation: &Operation) -> Value {
    let path = operation.path.replace('/', "~1");
    let method = operation.method.as_str().to_ascii_lowercase();
    let status = operation.success_status;
    let pointer =
        format!("/paths/{path}/{method}/responses/{status}/content/application~1json/schema");
    let schema = document.pointer(&pointer);
    schema.map_or(Value::Null, |schema| smallest(document, schema))
}

/// Returns the smallest value of a schema.
fn smallest(document: &Value, schema: &Value) -> Value {
    if let Some(reference) = schema["$ref"].as_str() {
        let schema = document.pointer(reference.trim_start_matches('#'));
        return smallest(document, schema.unwrap());
    }
    if let Some(first) = schema["allOf"].get(0).or(schema["enum"].get(0)) {
        return match schema["allOf"].is_array() {
            true => smallest(document, first),
            false => first.clone(),
        };
    }
    match (schema["type"].as_str(), schema["format"].as_str()) {
        (Some("object"), _) => {
            let required = schema["required"].as_array().into_iter().flatten();
            let members: Map<String, Value> = required
                .filter_map(Value::as_str)
                .map(|name| {
                    let member = smallest(document, &schema["properties"][name]);
                    (name.to_owned(), member)
                })
                .collect();
            Value::Object(members)
        }
        (Some("array"), _) => json!([]),
        (Some("boolean"), _) => json!(true),
        (Some("integer" | "number"), _) => json!(1),
        (Some("string"), Some("uuid")) => json!(Uuid::nil()),
        (Some("string"), Some("date-time")) => json!("2024-01-15T10:30:00Z"),
        (Some("string"), _) => json!("text"),
        _ => Value::Null,
    }
}

/// Returns the smallest request body of an operation.
fn body<T: DeserializeOwned>(document: &Value, operation: &Operation) -> T {
    let path = operation.path.replace('/', "~1");
    let method = operation.method.as_str().to_ascii_lowercase();
    let pointer = format!("/paths/{path}/{method}/requestBody/content/application~1json/schema");
    let schema = document.pointer(&pointer).unwrap();
    serde_json::from_value(smallest(document, schema)).unwrap()
}

#[tokio::test]
async fn a_documented_success_of_every_operation_is_ok() {
    let document: Value = serde_json::from_str(crate::DOCUMENT).unwrap();
    let transport = Arc::new(Documented {
        document: document.clone(),
        called: Mutex::default(),
    });
    let base_url = BaseUrl::parse("http://127.0.0.1:9").unwrap();
    let client = Client::with_transport(&base_url, reqwest::Client::new(), transport.clone());
    let (slug, id) = ("acme-corp", Uuid::from_u128(1));
    let id = &id;
    let reference = &"CONV-1".parse().unwrap();
    let key = &"order".parse().unwrap();
    macro_rules! call {
        ($($method:ident($($argument:expr),*);)*) => {$({
            let answer = client.$method($($argument),*).await;
            let answer = answer.unwrap_or_else(|error| panic!("{error}"));
            assert!(answer.status().is_success());
        })*};
    }
    macro_rules! send {
        ($($row:ident => $method:ident[$($argument:expr),*];)*) => {$({
            let body = body(&document, &operations::$row);
            let answer = client.$method($($argument,)* &body).await;
            let answer = answer.unwrap_or_else(|error| panic!("{error}"));
            assert!(answer.status().is_success());
        })*};
    }
    call! {
        list_conversations(None, None, None, None, None, None, None);
        get_conversation(id);
        list_customers(None, None, None);
        list_custom_data(slug, None, None, None, None, None);
        list_users(None);
        list_teams(None);
        list_macros(None);
        list_businesses();
        list_workflows(slug, None);
        list_articles(slug, None);
        list_bot_rules(slug, None);
        list_workflow_versions(id, slug);
        list_article_versions(id, slug);
        list_bot_rule_versions(id, slug);
        list_deleted_workflows(slug);
        list_deleted_articles(slug);
        list_deleted_bot_rules(slug);
        delete_workflow(id);
        delete_article(id, slug);
        delete_bot_rule(id, slug);
        list_conversation_metadata(id);
        get_conversation_metadata(id, key);
        delete_conversation_metadata(id, key);
    }
    send! {
        CREATE_WORKFLOW => create_workflow[];
        CREATE_ARTICLE => create_article[];
        CREATE_BOT_RULE => create_bot_rule[];
        UPDATE_WORKFLOW => update_workflow[id];
        UPDATE_ARTICLE => update_article[id];
        UPDATE_BOT_RULE => update_bot_rule[id];
        RESTORE_WORKFLOW => restore_workflow[id];
        RESTORE_ARTICLE => restore_article[id];
        RESTORE_BOT_RULE => restore_bot_rule[id];
        APPEND_SHEET_ROW => append_sheet_row[];
        ADD_CONVERSATION_TAG => add_conversation_tag[];
        CREATE_CONVERSATION_EVENT => create_conversation_event[];
        SET_CONVERSATION_METADATA => set_conversation_metadata[id];
        UPDATE_CUSTOMER => update_customer[id];
        SET_CUSTOMER_METADATA => set_customer_metadata[id];
        START_BOT_CONVERSATION => start_bot_conversation[];
        SEND_BOT_MESSAGE => send_bot_message[reference];
        RECORD_PURCHASE => record_purchase[id];
    }
    // The shortest text is not an email address.
    let mut email: crate::types::OutboundEmail = body(&document, &operations::SEND_OUTBOUND_EMAIL);
    email.to = "mia@example.com".to_owned();
    assert!(client.send_outbound_email(&email).await.is_ok());

    let mut called = transport.called.lock().unwrap().clone();
    called.sort_unstable();
    let mut all: Vec<_> = operations::ALL
        .iter()
        .map(|operation| operation.id)
        .collect();
    all.sort_unstable();
    assert_eq!(called, all);
}
