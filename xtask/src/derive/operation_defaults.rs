//! Defaults of operations that the overlay does not mention: safe for GET, otherwise unsafe.

use serde_json::Value;

use super::schemas::{each_operation, operation_pointers};
use crate::decision::{Decision, Missing};

/// Gives every operation an id and an idempotency class, and reports those that need a decision.
pub(crate) fn complete(document: &mut Value) -> Vec<Decision> {
    let mut decisions = Vec::new();
    let mut ids = Vec::new();
    each_operation(document, |path, method, _, _| {
        ids.push((provisional_id(method, path), method == "get"))
    });
    for (pointer, (id, is_get)) in operation_pointers(document).into_iter().zip(ids) {
        let Some(operation) = document
            .pointer_mut(&pointer)
            .and_then(Value::as_object_mut)
        else {
            continue;
        };
        let class = if is_get { "safe" } else { "unsafe" };
        // Programs ask before they do the most that an operation could do.
        let is_safe = match operation.get(Missing::Idempotency.member()) {
            Some(decided) => decided == "safe",
            None => is_get,
        };
        let effect = if is_safe { "reads" } else { "sends" };
        let assumptions = [
            (Missing::OperationId, id.clone()),
            (Missing::Idempotency, class.to_owned()),
            (Missing::Effect, effect.to_owned()),
            (Missing::Command, provisional_command(&id)),
        ];
        for (missing, assumed) in assumptions {
            if !operation.contains_key(missing.member()) {
                let value = Value::String(assumed.clone());
                operation.insert(missing.member().to_owned(), value);
                decisions.push(Decision {
                    pointer: pointer.clone(),
                    missing,
                    assumed,
                });
            }
        }
    }
    decisions
}

/// The words of an operation without a name: its provisional id as the verb of one group.
fn provisional_command(id: &str) -> String {
    format!("unnamed {}", id.replace('_', "-"))
}

/// An id from method and path: `GET /rest/v1/widgets/{id}` is `get_widgets_by_id`.
fn provisional_id(method: &str, path: &str) -> String {
    let path = path.strip_prefix("/rest/v1").unwrap_or(path);
    let mut id = method.to_owned();
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        id.push('_');
        let name = segment.trim_start_matches('{').trim_end_matches('}');
        if name != segment {
            id.push_str("by_");
        }
        id.extend(
            name.chars()
                .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }),
        );
    }
    id.make_ascii_lowercase();
    id
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_operation_without_decisions_gets_careful_ones_and_is_reported() {
        let mut document = json!({"paths": {
            "/rest/v1/widgets/{id}": {"get": {}, "delete": {"operationId": "delete_widget"}},
            "/rest/v1/done": {"post": {"operationId": "done", "x-octocom-idempotency": "safe",
                "x-octocom-effect": "reads", "x-octocom-command": "things do"}}
        }});
        let decisions = complete(&mut document);
        let at = |pointer: &str| document.pointer(pointer).cloned();
        let widgets = "/paths/~1rest~1v1~1widgets~1{id}";
        assert_eq!(
            at(&format!("{widgets}/get")),
            Some(
                json!({"operationId": "get_widgets_by_id", "x-octocom-idempotency": "safe",
                "x-octocom-effect": "reads", "x-octocom-command": "unnamed get-widgets-by-id"})
            )
        );
        assert_eq!(
            at(&format!("{widgets}/delete")),
            Some(
                json!({"operationId": "delete_widget", "x-octocom-idempotency": "unsafe",
                "x-octocom-effect": "sends", "x-octocom-command": "unnamed delete-widgets-by-id"})
            )
        );
        let open: Vec<_> = decisions
            .iter()
            .map(|decision| (decision.pointer.as_str(), decision.missing.member()))
            .collect();
        let [get, delete] = ["get", "delete"].map(|method| format!("{widgets}/{method}"));
        assert_eq!(
            open,
            [
                (get.as_str(), "operationId"),
                (&get, "x-octocom-idempotency"),
                (&get, "x-octocom-effect"),
                (&get, "x-octocom-command"),
                (&delete, "x-octocom-idempotency"),
                (&delete, "x-octocom-effect"),
                (&delete, "x-octocom-command"),
            ]
        );
    }
}
