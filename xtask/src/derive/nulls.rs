//! Null folding: 3.1's `null` in a 3.0 document becomes `nullable: true`.
//!
//! The document says 3.0.3 but uses type arrays, also with `null` among the values of an enum;
//! `openapiv3` refuses the first and typify would make the second a value of its own.

use serde_json::{Value, json};

use super::no_longer_applies;
use super::schemas::each_schema_mut;
use crate::problem::Problem;

/// Folds `null` in `type` and `enum` into `nullable`.
pub(crate) fn fold(document: &mut Value) -> Result<Option<String>, Vec<Problem>> {
    let mut folded = 0;
    let mut problems = Vec::new();
    each_schema_mut(document, &mut |_, pointer, schema| match fold_one(schema) {
        Ok(changed) => folded += usize::from(changed),
        Err(message) => problems.push(Problem::new(format!("{pointer}/type"), message)),
    });
    if !problems.is_empty() {
        return Err(problems);
    }
    if folded == 0 {
        Ok(no_longer_applies("null folding"))
    } else {
        Ok(None)
    }
}

fn fold_one(schema: &mut Value) -> Result<bool, String> {
    let Some(schema) = schema.as_object_mut() else {
        return Ok(false);
    };
    let mut changed = false;
    if let Some(Value::Array(types)) = schema.get("type") {
        let mut others = types.iter().filter(|kind| *kind != "null");
        let (Some(only), None) = (others.next(), others.next()) else {
            return Err("3.0 knows one type beside null, not several or none".to_owned());
        };
        let (only, nullable) = (only.clone(), types.iter().any(|kind| kind == "null"));
        schema.insert("type".to_owned(), only);
        if nullable {
            schema.insert("nullable".to_owned(), Value::Bool(true));
        }
        changed = true;
    }
    if schema.get("nullable") == Some(&json!(true))
        && let Some(Value::Array(values)) = schema.get_mut("enum")
    {
        let before = values.len();
        values.retain(|value| !value.is_null());
        changed |= values.len() != before;
    }
    Ok(changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(schema: Value) -> Result<Value, Vec<Problem>> {
        let mut document = json!({"components": {"schemas": {"A": schema}}});
        fold(&mut document)?;
        Ok(document["components"]["schemas"]["A"].take())
    }

    #[test]
    fn a_null_type_and_a_null_value_become_nullable() {
        let schema = json!({"type": ["string", "null"], "enum": ["a", null]});
        assert_eq!(
            folded(schema),
            Ok(json!({"type": "string", "enum": ["a"], "nullable": true}))
        );
        let single = json!({"type": ["string"]});
        assert_eq!(folded(single), Ok(json!({"type": "string"})));
    }

    #[test]
    fn what_three_point_zero_cannot_say_is_a_problem_with_its_place() {
        for types in [json!(["string", "integer"]), json!(["null"])] {
            let problems = folded(json!({"type": types})).unwrap_err();
            assert_eq!(problems[0].pointer, "/components/schemas/A/type");
        }
    }

    #[test]
    fn a_document_without_nulls_says_that_the_fix_is_not_needed() {
        let schema = json!({"type": "string", "nullable": true});
        let mut document = json!({"components": {"schemas": {"A": schema}}});
        let note = fold(&mut document).unwrap().unwrap_or_default();
        assert!(note.contains("found nothing to mend"), "{note}");
        let mut other = json!({"components": {"schemas": {"A": {"type": ["string", "null"]}}}});
        assert_eq!(fold(&mut other), Ok(None));
    }
}
