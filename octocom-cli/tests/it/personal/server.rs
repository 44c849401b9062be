//! A server of an account with a secret in every text.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use octocom_api::{Operation, operations};
use serde_json::{Map, Value, json};

/// Stands in every text of the account.
pub(super) const SECRET: &str = "s3cr3t";
/// Ids of two records of every list. Of the second, nothing can be fetched.
pub(super) const IDS: [&str; 2] = [
    "7f3c1d52-0000-4000-8000-000000000001",
    "7f3c1d52-0000-4000-8000-000000000002",
];

/// A server whose answers follow from the OpenAPI document, with a secret in every text.
pub(super) struct Server {
    document: Value,
    /// Number of answers: every text is another one each time.
    answers: AtomicU64,
    /// Answers that are given before the key is refused.
    pub(super) left: AtomicI64,
}

impl Server {
    pub(super) async fn start() -> (Arc<Self>, String) {
        let this = Arc::new(Self {
            document: serde_json::from_str(octocom_api::DOCUMENT).unwrap(),
            answers: AtomicU64::new(0),
            left: AtomicI64::new(i64::MAX),
        });
        let router = Router::new().fallback(answer).with_state(Arc::clone(&this));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        (this, url)
    }

    fn text(&self) -> String {
        format!("{SECRET} {}", self.answers.load(Ordering::SeqCst))
    }

    /// A value of a schema, with texts that the document does not know beside those that it does.
    fn value(&self, name: &str, schema: &Value) -> Value {
        let schema = self.resolved(schema);
        match schema["type"].as_str() {
            Some("object") if schema["properties"].is_object() => {
                let properties = schema["properties"].as_object().into_iter().flatten();
                let members =
                    properties.map(|(name, schema)| (name.clone(), self.value(name, schema)));
                let mut members: Map<String, Value> = members.collect();
                if name != "pagination" {
                    members.insert("undocumented".to_owned(), self.any());
                }
                Value::Object(members)
            }
            Some("array") => json!([self.value(name, &schema["items"])]),
            Some("string") => match (name, schema["format"].as_str(), &schema["enum"]) {
                ("slug" | "businessSlug", ..) => json!("acme"),
                (_, Some("uuid"), _) => json!(IDS[0]),
                (_, Some("date-time"), _) => json!("2026-01-01T00:00:00Z"),
                (_, _, Value::Array(values)) => values[0].clone(),
                _ => json!(self.text()),
            },
            Some("boolean") => json!(name == "isAgent"),
            Some("integer" | "number") => json!(1),
            _ => self.any(),
        }
    }

    fn any(&self) -> Value {
        json!({ self.text(): [self.text(), { "email": self.text() }] })
    }

    fn resolved<'a>(&'a self, schema: &'a Value) -> &'a Value {
        let reference = schema["$ref"]
            .as_str()
            .or(schema["allOf"][0]["$ref"].as_str());
        match reference {
            Some(reference) => self.document.pointer(&reference[1..]).unwrap(),
            None => schema,
        }
    }

    fn answer(&self, operation: &Operation, path: &str) -> (StatusCode, Value) {
        let refusal = |code: u16| {
            let status = StatusCode::from_u16(code).unwrap();
            (status, json!({ "error": self.text() }))
        };
        if self.left.fetch_sub(1, Ordering::SeqCst) <= 0 {
            return refusal(401);
        }
        let place = format!(
            "/paths/{}/get/responses/200/content/application~1json/schema",
            operation.path.replace('/', "~1")
        );
        let schema = self.document.pointer(&place).unwrap_or(&Value::Null);
        let mut answer = match operation.id {
            _ if path.contains(IDS[1]) => return refusal(423),
            "list_deleted_bot_rules" => return refusal(403),
            id if id.starts_with("list_deleted") => json!({ "data": [{
                "id": IDS[0], "title": self.text(), "deletedAt": "2026-01-02T00:00:00Z",
                "deletedBy": self.text(), "content": self.text(),
            }] }),
            id if id.ends_with("_versions") => json!({ "data": [{
                "id": IDS[0], "createdAt": "2026-01-01T00:00:00Z", "createdBy": self.text(),
                "snapshot": { "title": self.text(), "content": self.text(), "variants": self.any() },
            }] }),
            _ => self.value("", schema),
        };
        if operation.page_size.is_some() {
            answer["pagination"] = json!({ "page": 1, "limit": 50, "hasMore": false });
            let mut second = answer["data"][0].clone();
            second["id"] = json!(IDS[1]);
            let rows = answer["data"].as_array_mut().unwrap();
            rows.push(second);
            // Not a record.
            rows.push(json!([self.text()]));
        }
        (StatusCode::OK, answer)
    }
}

async fn answer(State(this): State<Arc<Server>>, request: Request) -> Response {
    this.answers.fetch_add(1, Ordering::SeqCst);
    let path = request.uri().path().to_owned();
    let fits = |operation: &&&Operation| {
        let (asked, known) = (path.split('/'), operation.path.split('/'));
        operation.method == "GET"
            && asked.clone().count() == known.clone().count()
            && asked
                .zip(known)
                .all(|(asked, known)| asked == known || known.starts_with('{'))
    };
    // A literal segment fits better than a parameter.
    let mut fitting: Vec<_> = operations::ALL.iter().filter(fits).collect();
    fitting.sort_by_key(|operation| operation.path.matches('{').count());
    let (status, body) = this.answer(fitting[0], &path);
    (status, axum::Json(body)).into_response()
}
