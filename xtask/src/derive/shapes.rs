//! Several shapes of answers: the generator knows one success and one error of an operation.
//!
//! progenitor stops with an assertion where an operation documents two types of success, or two of
//! errors. Errors that differ become any JSON, so that the method still exists, and callers read the
//! body by status. Of several successes one is left, which takes any 2xx and any JSON.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::hoist::shape;
use super::schemas::operation_pointers;
use openapi_compare::json_pointer::child;

/// Unites the answers of each kind, and returns the operations for which that was needed, with the
/// statuses of the kind.
pub(crate) fn unite(document: &mut Value) -> Vec<(String, String)> {
    let mut united = Vec::new();
    for pointer in operation_pointers(document) {
        let answers = child(&pointer, "responses");
        spell_out_default(document, &answers);
        let successes = statuses(document, &answers, is_success);
        if successes.len() > 1 {
            for (status, _) in successes.iter().skip(1) {
                remove(document, &answers, status);
            }
            untype(document, &answers, &successes[..1]);
            united.push((pointer.clone(), names(&successes)));
        }
        let errors = statuses(document, &answers, is_error);
        let shapes: BTreeSet<&str> = errors.iter().map(|(_, shape)| shape.as_str()).collect();
        if shapes.len() > 1 {
            untype(document, &answers, &errors);
            united.push((pointer, names(&errors)));
        }
    }
    united
}

/// Writes `default` beside a success as the statuses that are left for it: the generator would take
/// it for a second success.
fn spell_out_default(document: &mut Value, answers: &str) {
    if statuses(document, answers, is_success).is_empty() {
        return;
    }
    let Some(answers) = document.pointer_mut(answers).and_then(Value::as_object_mut) else {
        return;
    };
    if let Some(default) = answers.shift_remove("default") {
        for range in ["4XX", "5XX"] {
            answers.entry(range).or_insert_with(|| default.clone());
        }
    }
}

/// The answers of a kind: each status with the shape of its body as text.
type Answers = Vec<(String, String)>;

fn names(answers: &[(String, String)]) -> String {
    let names: Vec<&str> = answers.iter().map(|(status, _)| status.as_str()).collect();
    names.join(", ")
}

fn remove(document: &mut Value, answers: &str, status: &str) {
    if let Some(answers) = document.pointer_mut(answers).and_then(Value::as_object_mut) {
        answers.shift_remove(status);
    }
}

/// Lets answers have any JSON as their body.
fn untype(document: &mut Value, answers: &str, statuses: &[(String, String)]) {
    for (status, _) in statuses {
        let place = child(answers, status);
        if let Some(response) = document.pointer_mut(&place).and_then(Value::as_object_mut) {
            let any = json!({"application/json": {"schema": {}}});
            response.insert("content".to_owned(), any);
        }
    }
}

fn is_success(status: &str) -> bool {
    status.starts_with('2')
}

fn is_error(status: &str) -> bool {
    status == "default" || status.starts_with(['4', '5'])
}

/// The answers of a kind, by status.
fn statuses(document: &Value, answers: &str, is_kind: fn(&str) -> bool) -> Answers {
    let answers = document.pointer(answers).and_then(Value::as_object);
    let mut found: Answers = answers
        .into_iter()
        .flatten()
        .filter(|(status, _)| is_kind(status))
        .map(|(status, response)| (status.clone(), body(document, response)))
        .collect();
    found.sort();
    found
}

/// The shape of a body as text, its media types included.
fn body(document: &Value, response: &Value) -> String {
    let reference = response.get("$ref").and_then(Value::as_str);
    let response = reference
        .and_then(|reference| document.pointer(reference.strip_prefix('#')?))
        .unwrap_or(response);
    response
        .get("content")
        .map(shape)
        .unwrap_or_default()
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(responses: Value) -> Value {
        json!({"paths": {"/a": {"get": {"responses": responses}}}})
    }

    fn body(schema: Value) -> Value {
        json!({"description": "d", "content": {"application/json": {"schema": schema}}})
    }

    #[test]
    fn errors_of_two_shapes_become_any_json_and_the_success_stays() {
        let reference = || body(json!({"$ref": "#/components/schemas/ErrorBody"}));
        let mut subject = document(json!({
            "200": body(json!({"type": "string"})),
            "400": reference(),
            "429": body(json!({"$ref": "#/components/schemas/Limited"})),
        }));
        let united = unite(&mut subject);
        assert_eq!(
            united,
            [("/paths/~1a/get".to_owned(), "400, 429".to_owned())]
        );
        assert_eq!(
            subject,
            document(json!({
                "200": body(json!({"type": "string"})),
                "400": body(json!({})),
                "429": body(json!({})),
            }))
        );
    }

    #[test]
    fn of_several_successes_one_is_left_and_takes_anything() {
        let mut subject = document(json!({
            "202": body(json!({"type": "integer"})),
            "200": body(json!({"type": "string"})),
        }));
        let united = unite(&mut subject);
        assert_eq!(
            united,
            [("/paths/~1a/get".to_owned(), "200, 202".to_owned())]
        );
        assert_eq!(subject, document(json!({"200": body(json!({}))})));
    }

    #[test]
    fn a_default_beside_a_success_is_all_errors() {
        let mut subject = document(json!({
            "200": body(json!({"type": "string"})),
            "5XX": body(json!({"type": "object"})),
            "default": body(json!({"type": "object"})),
        }));
        assert_eq!(unite(&mut subject), []);
        assert_eq!(
            subject,
            document(json!({
                "200": body(json!({"type": "string"})),
                "5XX": body(json!({"type": "object"})),
                "4XX": body(json!({"type": "object"})),
            }))
        );
    }

    #[test]
    fn other_media_types_are_other_shapes() {
        let text = json!({"description": "d", "content": {"text/plain": {"schema": {}}}});
        let mut subject = document(json!({"400": {"description": "d"}, "409": text}));
        assert_eq!(unite(&mut subject).len(), 1);
        assert_eq!(
            subject,
            document(json!({"400": body(json!({})), "409": body(json!({}))}))
        );
    }

    #[test]
    fn equal_shapes_stay() {
        let mut subject = document(json!({
            "200": body(json!({"type": "string"})),
            "400": body(json!({"type": "object", "description": "a"})),
            "401": body(json!({"type": "object", "description": "b"})),
        }));
        let before = subject.clone();
        assert_eq!(unite(&mut subject), []);
        assert_eq!(subject, before);
    }
}
