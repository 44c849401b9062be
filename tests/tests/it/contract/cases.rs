//! One operation: how it is called, and what should be seen of that.

use std::future::Future;

use futures_util::{Stream, StreamExt};
use octocom_ext::BoxFuture;
use octocom_ext::{Client, Error, Item, Operation, Response};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

/// The id of whatever a path names.
pub(crate) const ID: Uuid = Uuid::from_u128(0x0198_c5a1_0000_7000_8000_0000_0000_000a);
/// Another id.
pub(crate) const OTHER: Uuid = Uuid::from_u128(0x0198_c5a1_0000_7000_8000_0000_0000_000b);
pub(crate) const AT: &str = "2024-01-15T10:30:00Z";

type Call = Box<dyn Fn(Client) -> BoxFuture<'static, Result<Value, Error>> + Send + Sync>;

pub(crate) struct Case {
    pub(crate) operation: &'static Operation,
    /// Calls the operation's ergonomic method; the value is what it returned, as JSON.
    pub(crate) call: Call,
    /// Path and query of the request.
    pub(crate) target: String,
    pub(crate) body: Option<Value>,
    /// The documented success, `null` for none.
    pub(crate) answer: Value,
    /// The value that the method returns for it.
    pub(crate) decoded: Value,
}

impl Case {
    /// A case without a body, whose answer's `data` is what the method returns.
    pub(crate) fn new<F, Fut, T>(
        operation: &'static Operation,
        target: impl Into<String>,
        answer: Value,
        call: F,
    ) -> Self
    where
        F: Fn(Client) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<T, Error>> + Send + 'static,
        T: Serialize,
    {
        Self {
            operation,
            target: format!("/rest/v1{}", target.into()),
            body: None,
            decoded: answer.get("data").cloned().unwrap_or(Value::Null),
            answer,
            call: Box::new(move |client| {
                let call = call(client);
                Box::pin(async move { Ok(json!(call.await?)) })
            }),
        }
    }

    pub(crate) fn body(self, body: Value) -> Self {
        Self {
            body: Some(body),
            ..self
        }
    }

    /// The method's value, if it differs from the `data` of the response.
    pub(crate) fn decoded(self, decoded: Value) -> Self {
        Self { decoded, ..self }
    }

    /// The method returns the whole answer.
    pub(crate) fn decoded_whole(self) -> Self {
        Self {
            decoded: self.answer.clone(),
            ..self
        }
    }

    /// The method returns the status and the answer as JSON.
    pub(crate) fn open(self) -> Self {
        let decoded = json!([self.operation.success_status, self.answer]);
        self.decoded(decoded)
    }
}

/// Status and value of an answer that the document leaves open.
pub(crate) fn open(response: Response<Value>) -> Value {
    json!([response.status().as_u16(), response.into_value()])
}

/// Status and text of an answer to a deletion.
pub(crate) fn deleted(response: Response<()>) -> Value {
    let answer: Value = serde_json::to_value(&response).unwrap();
    json!([response.status().as_u16(), answer])
}

/// The items of a listing.
pub(crate) async fn items<T: Serialize>(
    mut stream: impl Stream<Item = Result<Item<T>, Error>> + Unpin,
) -> Result<Vec<Value>, Error> {
    let mut items = Vec::new();
    while let Some(item) = stream.next().await {
        items.push(json!(*item?));
    }
    Ok(items)
}

/// The only page of a list.
pub(crate) fn page(item: Value) -> Value {
    json!({"data": [item], "pagination": {"page": 1, "limit": 50, "hasMore": false}})
}
