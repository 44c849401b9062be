//! Guides to topics that concern several types.

#[doc = include_str!("guide/pagination.md")]
pub mod pagination {}

#[doc = include_str!("guide/retry.md")]
pub mod retry {}

#[doc = include_str!("guide/history.md")]
pub mod history {}

#[doc = include_str!("guide/bot.md")]
pub mod bot {}

#[doc = include_str!("guide/observability.md")]
#[doc(alias = "opentelemetry")]
#[doc(alias = "metrics")]
pub mod observability {}

#[doc = include_str!("guide/testing.md")]
#[doc(alias = "mock")]
pub mod testing {}

#[doc = include_str!("guide/upgrading.md")]
pub mod upgrading {}

#[doc = include_str!("guide/operations.md")]
pub mod operations {}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::path::Path;

    use octocom_api::{Authentication, DOCUMENT, Idempotency, operations};
    use serde_json::Value;

    const INTRODUCTION: &str = "\
Operations of the API and the methods that call them.

The generated client, [`Client::api`](crate::Client::api), has a method with the name of each operation.

The column *retried* says whether a request is retried after a failure with an unknown outcome: reads \
and idempotent writes are, other writes are not, because they could take effect twice. The column \
*effect* is the [greatest effect](crate::Effect) that the operation can have.

| operation | request | method | retried | effect |
|---|---|---|---|---|
";

    /// Returns the method that calls an operation, as the overlay names it; `None` when there is none.
    fn method_of(document: &Value, id: &str) -> Option<String> {
        let paths = document["paths"].as_object()?.values();
        let mut operations = paths
            .filter_map(Value::as_object)
            .flat_map(|path| path.values());
        let operation = operations.find(|operation| operation["operationId"] == id)?;
        Some(operation["x-octocom-method"].as_str()?.to_owned())
    }

    fn table() -> Result<String, String> {
        let document: Value = serde_json::from_str(DOCUMENT).map_err(|error| error.to_string())?;
        let mut table = INTRODUCTION.to_owned();
        for operation in operations::ALL {
            let id = operation.id;
            let method = method_of(&document, id).ok_or_else(|| {
                format!("`{id}` has no method: write one and name it in openapi/overlay.json, `x-octocom-method`")
            })?;
            let retried = match operation.idempotency {
                Idempotency::Safe => "yes, a read",
                Idempotency::Idempotent => "yes, idempotent",
                _ => "no",
            };
            let key = match operation.authentication {
                Authentication::None => ", without the key",
                _ => "",
            };
            let (verb, path, effect) = (&operation.method, operation.path, operation.effect);
            writeln!(
                table,
                "| `{id}` | `{verb} {path}`{key} | [`{method}`](crate::{method}) | {retried} | {effect} |"
            )
            .map_err(|error| error.to_string())?;
        }
        Ok(table)
    }

    /// rustdoc checks that the methods exist: each is a link.
    #[test]
    fn every_operation_has_a_method_and_the_table_is_fresh() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/guide/operations.md");
        let table = table().unwrap();
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(&path, &table).unwrap();
        }
        let present = std::fs::read_to_string(&path).unwrap();
        assert!(
            present == table,
            "src/guide/operations.md is stale: run `UPDATE_DOCS=1 cargo test -p octocom-ext guide`"
        );
    }

    #[test]
    fn an_operation_without_a_method_is_noticed() {
        let document = serde_json::json!({"paths": {"/a": {"get": {"operationId": "list_odd"}}}});
        assert_eq!(method_of(&document, "list_odd"), None);
        assert_eq!(method_of(&document, "list_even"), None);
    }
}
