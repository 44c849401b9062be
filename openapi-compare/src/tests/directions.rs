//! Members that only one side sends (`readOnly`, `writeOnly`) concern that side only.

use serde_json::{Value, json};

use super::support::{TestResult, verdicts, with_operation};
use crate::Level::{self, Additive, Breaking, Cosmetic};

/// A document that reads and answers the same object.
fn both_ways(member: Value, required: Value) -> Value {
    let object = json!({"type": "object", "required": required, "properties": {
        "id": member, "name": {"type": "string"},
    }});
    let content = json!({"application/json": {"schema": {"$ref": "#/components/schemas/User"}}});
    let mut document = with_operation(json!({
        "requestBody": {"content": content},
        "responses": {"200": {"description": "Done", "content": content}},
    }));
    document["components"] = json!({"schemas": {"User": object}});
    document
}

fn levels(old: &Value, new: &Value) -> Result<Vec<(String, Level)>, crate::CompareError> {
    let found = verdicts(old, new)?;
    Ok(found
        .into_iter()
        .map(|(rule, level, _)| (rule, level))
        .collect())
}

fn owned(expected: &[(&str, Level)]) -> Vec<(String, Level)> {
    expected
        .iter()
        .map(|(rule, level)| ((*rule).to_owned(), *level))
        .collect()
}

#[test]
fn a_required_member_that_the_server_writes_is_not_asked_of_clients() -> TestResult {
    let read_only = || json!({"type": "string", "readOnly": true});
    let found = levels(
        &both_ways(read_only(), json!(["name"])),
        &both_ways(read_only(), json!(["name", "id"])),
    )?;
    assert_eq!(
        found,
        owned(&[
            ("request-property-became-required", Cosmetic),
            ("response-property-became-required", Additive),
        ])
    );
    let plain = || json!({"type": "string"});
    let found = levels(
        &both_ways(plain(), json!(["name"])),
        &both_ways(plain(), json!(["name", "id"])),
    )?;
    assert_eq!(
        found,
        owned(&[
            ("request-property-became-required", Breaking),
            ("response-property-became-required", Additive),
        ])
    );
    Ok(())
}

#[test]
fn a_type_matters_where_the_value_is_sent() -> TestResult {
    for (mark, request, response) in [
        ("readOnly", Cosmetic, Breaking),
        ("writeOnly", Breaking, Cosmetic),
    ] {
        let old = both_ways(json!({"type": "string", mark: true}), json!([]));
        let new = both_ways(json!({"type": "boolean", mark: true}), json!([]));
        for (rule, level) in levels(&old, &new)? {
            let expected = if rule.starts_with("request") {
                request
            } else {
                response
            };
            assert_eq!(level, expected, "{mark}: {rule}");
        }
        let mut gone = new.clone();
        gone["components"]["schemas"]["User"]["properties"]
            .as_object_mut()
            .map(|members| members.shift_remove("id"));
        let found = levels(&new, &gone)?;
        let harmless: Vec<_> = found
            .iter()
            .filter(|(_, level)| *level == Cosmetic)
            .collect();
        assert_eq!((found.len(), harmless.len()), (2, 1), "{mark}: {found:?}");
    }
    Ok(())
}

#[test]
fn a_required_member_that_clients_begin_to_write_is_breaking() -> TestResult {
    let found = levels(
        &both_ways(json!({"type": "string", "readOnly": true}), json!(["id"])),
        &both_ways(json!({"type": "string"}), json!(["id"])),
    )?;
    assert!(
        found.contains(&("request-property-became-required".to_owned(), Breaking)),
        "{found:?}"
    );
    Ok(())
}
