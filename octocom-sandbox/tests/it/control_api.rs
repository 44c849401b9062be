//! The control API: everything over HTTP, as its own document says.

use std::collections::BTreeSet;

use octocom_api::schema::Schema;
use octocom_sandbox::{Builder, Sandbox};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::api::{Api, send};

fn sandbox() -> Builder {
    Sandbox::builder().conversations(60).seed(7)
}

/// A sandbox whose control API is open, and its document.
struct ControlApi {
    api: Api,
    client: reqwest::Client,
    document: Value,
    called: std::sync::Mutex<BTreeSet<String>>,
}

impl ControlApi {
    async fn open() -> Self {
        let api = Api::start(sandbox().control_api()).await;
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let url = format!("{}/__sandbox/openapi.json", api.sandbox.url());
        let document = send(client.get(url)).await.1;
        Self {
            api,
            client,
            document,
            called: Default::default(),
        }
    }

    /// Calls the control API and holds request and answer against its document.
    async fn call(&self, method: Method, path: &str, body: Value) -> (u16, Value) {
        let url = format!("{}/__sandbox/{path}", self.api.sandbox.url());
        let mut request = self.client.request(method.clone(), url);
        if !body.is_null() {
            request = request.json(&body);
        }
        let (status, answer) = send(request).await;
        let plain = format!("/__sandbox/{}", path.split('?').next().unwrap());
        let templates = self.document["paths"].as_object().unwrap();
        let fits = |template: &str| {
            let (template, path): (Vec<_>, Vec<_>) =
                (template.split('/').collect(), plain.split('/').collect());
            let agree =
                |(wanted, given): (&&str, &&str)| wanted.starts_with('{') || wanted == given;
            template.len() == path.len() && template.iter().zip(&path).all(agree)
        };
        let (template, item) = templates
            .iter()
            .find(|(template, _)| fits(template))
            .unwrap();
        let name = method.as_str().to_lowercase();
        let operation = &item[&name];
        self.called
            .lock()
            .unwrap()
            .insert(format!("{name} {template}"));
        let check = |schema: &Value, value: &Value| {
            let schema = Schema::new(&self.document, schema).unwrap();
            schema
                .check(value)
                .map_err(|error| format!("{name} {plain}: {error}"))
        };
        let content = "/content/application~1json/schema";
        if status == 200 && !body.is_null() {
            let schema = operation["requestBody"].pointer(content).unwrap();
            check(schema, &body).unwrap();
        }
        let answers = &operation["responses"][status.to_string()];
        let shared = answers["$ref"].as_str().map(|place| &place[1..]);
        let answers = shared.map_or(answers, |place| self.document.pointer(place).unwrap());
        let schema = answers.pointer(content);
        let schema = schema.unwrap_or_else(|| panic!("{name} {plain}: no {status}"));
        check(schema, &answer).unwrap();
        (status, answer)
    }

    async fn get(&self, path: &str) -> Value {
        let (status, answer) = self.call(Method::GET, path, Value::Null).await;
        assert_eq!(status, 200, "{answer}");
        answer
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.call(Method::POST, path, body).await;
        assert_eq!(status, 200, "{answer}");
        answer
    }
}

#[tokio::test]
async fn everything_of_the_document_works_over_http() {
    let control = ControlApi::open().await;
    let status = control.get("status").await;
    assert_eq!(status["organizations"][0]["conversations"], 60);
    assert_eq!(control.get("published.json").await["openapi"], "3.0.3");

    // Faults.
    let plan = json!({"operation": "list_users", "steps": [
        {"fault": "status=503", "times": 2}, {"times": 1}, {"fault": "rate-limit=1", "forMs": 3000}]});
    let id = control.post("plans", plan).await["id"].clone();
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(control.api.get("/users").await.0);
    }
    assert_eq!(statuses, [503, 503, 200, 429]);
    assert_eq!(control.get(&format!("plans/{id}")).await["struck"], 3);
    control.post("clock", json!({"advanceMs": 3000})).await;
    assert_eq!(control.api.get("/users").await.0, 200);
    assert_eq!(
        control.get("plans").await["data"].as_array().unwrap().len(),
        1
    );
    let removed = control
        .call(Method::DELETE, &format!("plans/{id}"), Value::Null)
        .await;
    assert_eq!(removed.0, 200);
    let gone = control
        .call(Method::GET, &format!("plans/{id}"), Value::Null)
        .await;
    assert_eq!(gone.0, 404);
    control.call(Method::DELETE, "plans", Value::Null).await;

    // State.
    let snapshot = control.get("snapshot").await;
    let record = json!({"subject": "Mine", "messages": [{"sender": "customer", "text": "Hi"}]});
    let record = control.post("records/conversations", record).await;
    let id = record["id"].as_str().unwrap();
    let reply = json!({"action": "reply", "text": "Hello"});
    let replied = control
        .post(&format!("conversations/{id}/actions"), reply)
        .await;
    assert_eq!(replied["messages"][1]["sender"], "agent");
    let closed = json!({"closedAt": replied["createdAt"]});
    let path = format!("records/conversations/{id}");
    let patched = control.call(Method::PATCH, &path, closed).await.1;
    assert_eq!(patched["closedAt"], replied["createdAt"]);
    assert_eq!(control.get(&path).await, patched);
    let listed = control.get("records/conversations?offset=60&limit=5").await;
    assert_eq!(listed["data"], json!([patched]));
    assert_eq!(
        control.call(Method::DELETE, &path, Value::Null).await.0,
        200
    );
    assert_eq!(control.call(Method::GET, &path, Value::Null).await.0, 404);
    let restored = control.call(Method::PUT, "snapshot", snapshot).await;
    assert_eq!(restored, (200, json!({"success": true})));
    let behavior = json!({"pastTheEnd": "notFound"});
    let changed = control.call(Method::PATCH, "behavior", behavior).await.1;
    assert_eq!(
        (changed["pastTheEnd"].as_str(), changed["ties"].as_str()),
        (Some("notFound"), Some("stable"))
    );
    assert_eq!(control.get("behavior").await, changed);
    assert_eq!(control.api.get("/users?page=9").await.0, 404);
    let script = json!({"script": [{"say": "Hi there."}], "repliesAfterMs": 0});
    let bot = control.call(Method::PATCH, "bot", script).await.1;
    assert_eq!(control.get("bot").await, bot);
    control
        .post("load", json!({"records": {"teams": [{"name": "Late"}]}}))
        .await;
    let later = json!({"time": "2040-01-01T00:00:00Z"});
    control.post("clock", later).await;
    let time = control.get("clock").await["time"].clone();
    assert!(time.as_str().unwrap().starts_with("2040-01-01T00:00:"));

    // Organizations.
    let added = control
        .post("organizations", json!({"name": "b", "conversations": 2}))
        .await;
    let key = added["key"].as_str().unwrap();
    let of_b = control.get("records/conversations?organization=b").await;
    assert_eq!(of_b["data"].as_array().unwrap().len(), 2);
    control
        .post("keys?organization=b", json!({"key": "extra"}))
        .await;
    let revoked = control
        .call(Method::DELETE, &format!("keys/{key}"), Value::Null)
        .await;
    assert_eq!(revoked.0, 200);
    let organizations = control.get("organizations").await;
    assert_eq!(organizations["data"][1]["keys"], json!(["extra"]));

    // Inspection.
    let email =
        json!({"businessSlug": "acme-corp", "to": "m@example.com", "subject": "S", "text": "T"});
    send(
        control
            .api
            .request(Method::POST, "/conversations/outbound-email")
            .json(&email),
    )
    .await;
    assert_eq!(
        control.get("outbox").await["data"][0]["to"],
        "m@example.com"
    );
    assert_eq!(control.get("purchases").await["data"], json!([]));
    let requests = control
        .get("requests?operation=send_outbound_email&limit=1")
        .await;
    assert_eq!(requests["data"][0]["body"], email);
    assert_eq!(requests["data"][0]["headers"]["x-api-key"], "***");
    control.call(Method::DELETE, "requests", Value::Null).await;
    control.call(Method::POST, "reset", Value::Null).await;
    assert_eq!(
        control.get("status").await["organizations"]
            .as_array()
            .unwrap()
            .len(),
        1
    );

    control.get("openapi.json").await;
    let described: BTreeSet<_> = control.document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, item)| {
            let methods = item.as_object().unwrap().keys();
            methods.map(move |method| format!("{method} {path}"))
        })
        .filter(|it| !it.ends_with(" /health") && !it.starts_with("parameters"))
        .collect();
    assert_eq!(*control.called.lock().unwrap(), described);
}

#[tokio::test]
async fn what_is_refused_names_its_field_and_changes_nothing() {
    let control = ControlApi::open().await;
    let before = control.get("snapshot").await;
    let cases = [
        (
            Method::POST,
            "plans",
            json!({"operation": "list_x", "fault": "reset"}),
            "operation",
        ),
        (
            Method::POST,
            "plans",
            json!({"operation": "list_users", "fault": "x"}),
            "fault",
        ),
        (
            Method::POST,
            "plans",
            json!({"operation": "list_users", "times": "x"}),
            "times",
        ),
        (
            Method::POST,
            "plans",
            json!({"fault": "reset", "forMs": 0}),
            "forMs",
        ),
        (
            Method::POST,
            "plans",
            json!({"color": 1, "fault": "reset"}),
            "color",
        ),
        (
            Method::POST,
            "load",
            json!({"records": {"users": [{}]}}),
            "records.users[0].email",
        ),
        (Method::PUT, "snapshot", json!({"version": 99}), "version"),
        (
            Method::POST,
            "records/users",
            json!({"email": "a"}),
            "fullName",
        ),
        (Method::PATCH, "behavior", json!({"ties": "x"}), "ties"),
        (
            Method::PATCH,
            "bot",
            json!({"script": [{"sai": ""}]}),
            "script[0].sai",
        ),
        (Method::POST, "clock", json!({}), "advanceMs"),
        (
            Method::POST,
            "clock",
            json!({"time": "2001-01-01T00:00:00Z"}),
            "time",
        ),
        (Method::POST, "organizations", json!({"name": ""}), "name"),
        (Method::POST, "keys", json!({"key": "ü"}), "key"),
        (Method::GET, "requests?status=x", Value::Null, "status"),
        (Method::GET, "requests?color=x", Value::Null, "color"),
        (
            Method::GET,
            "requests?operation=list_x",
            Value::Null,
            "operation",
        ),
        (Method::GET, "records/users?limit=0", Value::Null, "limit"),
        (
            Method::POST,
            "conversations/CONV-2024-000001/actions",
            json!({"action": "fly"}),
            "action",
        ),
        (Method::POST, "load", Value::Null, "body"),
    ];
    for (method, path, body, field) in cases {
        let (status, answer) = control.call(method, path, body.clone()).await;
        assert_eq!(
            (status, &answer["field"]),
            (400, &json!(field)),
            "{path} {body} {answer}"
        );
        assert!(answer["error"].as_str().unwrap().len() > 5, "{answer}");
    }
    for path in [
        "records/animals",
        "records/users/x",
        "outbox?organization=none",
        "plans/x",
    ] {
        let (status, answer) = control.call(Method::GET, path, Value::Null).await;
        assert_eq!(status, 404, "{path}: {answer}");
    }
    let after = control.get("snapshot").await;
    assert_eq!(after["organizations"], before["organizations"]);
    assert_eq!(after["plans"], before["plans"]);
}

#[tokio::test]
async fn it_is_closed_unless_asked_for_and_needs_its_token() {
    let closed = Api::start(sandbox()).await;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let status = |api: &Api| client.get(format!("{}/__sandbox/status", api.sandbox.url()));
    let (code, answer) = send(status(&closed)).await;
    assert_eq!(code, 404);
    assert!(
        answer["error"].as_str().unwrap().contains("closed"),
        "{answer}"
    );

    let guarded = Api::start(sandbox().control_token("open-sesame")).await;
    let with = |token: &str| send(status(&guarded).header("x-sandbox-token", token));
    assert_eq!(send(status(&guarded)).await.0, 401);
    assert_eq!(with("wrong").await.0, 401);
    assert_eq!(with("open-sesame").await.0, 200);
    assert_eq!(guarded.sandbox.requests(), 0);

    let refused = sandbox()
        .address("0.0.0.0:0".parse().unwrap())
        .control_api()
        .start()
        .await;
    let message = refused.err().unwrap().to_string();
    let expected = "`control_token` is missing on 0.0.0.0:0, allowed is a token, or an address that is loopback";
    assert_eq!(message, expected);
    let address = "0.0.0.0:0".parse().unwrap();
    let started = sandbox().address(address).control_token("t").start().await;
    assert!(started.is_ok());
}

#[tokio::test]
async fn without_a_token_websites_and_other_host_names_are_refused() {
    let control = ControlApi::open().await;
    let url = format!("{}/__sandbox/status", control.api.sandbox.url());
    let with = async |name: &str, value: &str| {
        let request = control.client.get(&url).header(name, value);
        request.send().await.unwrap().status()
    };
    assert_eq!(
        with("origin", "https://evil.example").await,
        StatusCode::FORBIDDEN
    );
    assert_eq!(with("host", "evil.example").await, StatusCode::FORBIDDEN);
    for host in ["localhost", "localhost:80", "127.0.0.1", "[::1]:9"] {
        assert_eq!(with("host", host).await, StatusCode::OK, "{host}");
    }
}

#[tokio::test]
async fn unknown_paths_and_methods_are_refused_and_not_counted() {
    let control = ControlApi::open().await;
    let answer = |method: Method, path: &str| {
        let url = format!("{}/__sandbox/{path}", control.api.sandbox.url());
        send(control.client.request(method, url))
    };
    assert_eq!(answer(Method::GET, "nothing").await.0, 404);
    assert_eq!(answer(Method::PUT, "plans").await.0, 405);
    assert_eq!(control.api.sandbox.requests(), 0);
}
