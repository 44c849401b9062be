//! Schemas that say the same in other words, and their nearest neighbors that do not.

use serde_json::{Value, json};

use super::support::{TestResult, assert_same, in_parameter, in_request, in_response, verdicts};

/// Holds two spellings against each other wherever a schema can stand.
fn same(a: &Value, b: &Value) -> TestResult {
    for wrap in [in_request, in_response, in_parameter] {
        assert_same(&wrap(a), &wrap(b))?;
        assert_same(&wrap(a), &wrap(a))?;
        assert_same(&wrap(b), &wrap(b))?;
    }
    Ok(())
}

/// Two schemas that are not the same are never called so.
fn different(a: &Value, b: &Value) -> TestResult {
    for wrap in [in_request, in_response] {
        assert!(!verdicts(&wrap(a), &wrap(b))?.is_empty(), "{a} -> {b}");
        assert!(!verdicts(&wrap(b), &wrap(a))?.is_empty(), "{b} -> {a}");
    }
    Ok(())
}

#[test]
fn null_is_null_however_it_is_allowed() -> TestResult {
    let spellings = [
        json!({"type": ["string", "null"], "maxLength": 3}),
        json!({"type": "string", "nullable": true, "maxLength": 3}),
        json!({"anyOf": [{"type": "string", "maxLength": 3}, {"type": "null"}]}),
        json!({"oneOf": [{"type": "null"}, {"type": "string", "maxLength": 3}]}),
        json!({"anyOf": [{"type": "string", "maxLength": 3}, {"enum": [null]}]}),
        json!({"anyOf": [{"allOf": [{"type": "string", "maxLength": 3}]}, {"const": null}]}),
        json!({"nullable": true, "allOf": [{"type": "string", "maxLength": 3}]}),
        json!({"nullable": true, "oneOf": [{"type": "string", "maxLength": 3}]}),
    ];
    for a in &spellings {
        for b in &spellings {
            same(a, b)?;
        }
        different(a, &json!({"type": "string", "maxLength": 3}))?;
        different(a, &json!({"type": ["string", "null"]}))?;
    }
    Ok(())
}

#[test]
fn null_beside_several_branches_is_null_beside_the_union() -> TestResult {
    let branches = [
        json!({"type": "object", "properties": {"a": {"type": "string"}}}),
        json!({"type": "array", "items": {"type": "string"}}),
    ];
    let [object, list] = &branches;
    let inside = json!({"oneOf": [object, list, {"type": "null"}]});
    same(&inside, &json!({"oneOf": branches, "nullable": true}))?;
    different(&inside, &json!({"oneOf": branches}))
}

#[test]
fn plain_types_in_a_union_are_a_list_of_types() -> TestResult {
    let types = json!({"type": ["string", "integer"]});
    same(
        &types,
        &json!({"anyOf": [{"type": "string"}, {"type": "integer"}]}),
    )?;
    same(
        &types,
        &json!({"oneOf": [{"type": "integer"}, {"type": "string"}]}),
    )?;
    let nullable = json!({"anyOf": [{"type": "string"}, {"type": "boolean"}, {"type": "null"}]});
    same(&nullable, &json!({"type": ["boolean", "null", "string"]}))?;
    same(
        &json!({"type": ["string", "integer"], "maxLength": 3, "minimum": 1}),
        &json!({"anyOf": [{"type": "string", "maxLength": 3}, {"type": "integer", "minimum": 1}]}),
    )?;
    // A whole number matches both branches, and `oneOf` refuses it.
    different(
        &json!({"type": ["number"]}),
        &json!({"oneOf": [{"type": "number"}, {"type": "integer"}]}),
    )?;
    different(
        &types,
        &json!({"anyOf": [{"type": "string"}, {"type": "boolean"}]}),
    )
}

#[test]
fn single_values_are_a_list_of_values() -> TestResult {
    let values = json!({"type": "string", "enum": ["a", "b"]});
    same(&values, &json!({"enum": ["b", "a"]}))?;
    same(&values, &json!({"oneOf": [{"const": "a"}, {"const": "b"}]}))?;
    same(
        &values,
        &json!({"oneOf": [{"enum": ["b"]}, {"enum": ["a"], "type": "string"}]}),
    )?;
    same(
        &values,
        &json!({"anyOf": [{"enum": ["b", "a"]}, {"const": "a"}]}),
    )?;
    same(
        &json!({"const": "a"}),
        &json!({"enum": ["a"], "type": "string"}),
    )?;
    same(&json!({"const": null}), &json!({"type": "null"}))?;
    same(
        &json!({"enum": ["a", null]}),
        &json!({"type": ["string", "null"], "enum": ["a", null]}),
    )?;
    different(&values, &json!({"oneOf": [{"const": "a"}, {"const": "c"}]}))?;
    // A value in two branches is refused.
    different(
        &values,
        &json!({"oneOf": [{"enum": ["a", "b"]}, {"const": "a"}]}),
    )
}

#[test]
fn all_of_is_one_object() -> TestResult {
    let a = || json!({"type": "string"});
    let b = || json!({"type": "integer", "minimum": 1});
    let flat =
        json!({"type": "object", "properties": {"a": a(), "b": b()}, "required": ["a", "b"]});
    let spellings = [
        json!({"allOf": [
            {"type": "object", "properties": {"a": a()}, "required": ["a"]},
            {"type": "object", "properties": {"b": b()}, "required": ["b"]},
        ]}),
        json!({"allOf": [
            {"type": "object", "properties": {"b": b()}, "required": ["a", "b"]},
            {"type": "object", "properties": {"a": a()}},
        ]}),
        json!({"type": "object", "properties": {"a": a()}, "allOf": [
            {"allOf": [{"properties": {"b": b()}}, {"required": ["b", "a"]}]},
        ]}),
        // A property of two branches has to match both.
        json!({"type": "object", "required": ["a", "b"], "allOf": [
            {"properties": {"a": a(), "b": {"type": "number", "minimum": 0}}},
            {"properties": {"b": {"type": "integer", "minimum": 1}}},
        ]}),
    ];
    for spelling in &spellings {
        same(&flat, spelling)?;
        let mut other = spelling.clone();
        other["required"] = json!(["a", "b", "c"]);
        different(&flat, &other)?;
    }
    Ok(())
}

#[test]
fn a_closed_branch_refuses_what_its_neighbor_names() -> TestResult {
    let branch = |name: &str, closed: bool| {
        let mut branch = json!({"type": "object", "properties": {name: {"type": "string"}}});
        if closed {
            branch["additionalProperties"] = json!(false);
        }
        branch
    };
    let shut = json!({"allOf": [branch("a", true), branch("b", false)]});
    let mut both = branch("a", true);
    both["properties"]["b"] = json!({"type": "string"});
    different(&shut, &both)
}

#[test]
fn limits_that_say_nothing_or_the_same() -> TestResult {
    same(
        &json!({"type": "string"}),
        &json!({"type": "string", "minLength": 0}),
    )?;
    same(
        &json!({"type": "array"}),
        &json!({"type": "array", "minItems": 0}),
    )?;
    same(
        &json!({"type": "object"}),
        &json!({"type": "object", "minProperties": 0}),
    )?;
    let positive = json!({"type": "integer", "minimum": 1});
    same(
        &positive,
        &json!({"type": "integer", "exclusiveMinimum": 0}),
    )?;
    same(
        &positive,
        &json!({"type": "integer", "minimum": 0, "exclusiveMinimum": true}),
    )?;
    same(&positive, &json!({"type": "integer", "minimum": 0.5}))?;
    same(
        &json!({"type": "integer", "maximum": 9}),
        &json!({"type": "integer", "exclusiveMaximum": 10}),
    )?;
    different(
        &json!({"type": "string"}),
        &json!({"type": "string", "minLength": 1}),
    )?;
    different(&json!({"type": "integer", "minimum": 0}), &positive)?;
    // Between 0 and 1 there are numbers that are not whole.
    different(
        &json!({"type": "number", "minimum": 1}),
        &json!({"type": "number", "exclusiveMinimum": 0}),
    )
}

#[test]
fn texts_of_bytes_in_both_versions() -> TestResult {
    same(
        &json!({"type": "string", "format": "byte"}),
        &json!({"type": "string", "contentEncoding": "base64"}),
    )?;
    same(
        &json!({"type": "string", "format": "binary"}),
        &json!({"type": "string", "contentMediaType": "application/octet-stream"}),
    )?;
    same(
        &json!({"type": "string", "example": "a"}),
        &json!({"type": "string", "examples": ["a"]}),
    )?;
    different(
        &json!({"type": "string", "format": "byte"}),
        &json!({"type": "string", "contentEncoding": "base32"}),
    )
}

#[test]
fn a_list_of_values_is_narrower_than_what_it_replaces() -> TestResult {
    let narrower = [
        json!({"type": "string", "format": "email"}),
        json!({"type": "string", "maxLength": 5, "minLength": 1}),
        json!({"type": "string"}),
        json!({"type": ["string", "integer"]}),
    ];
    for old in narrower {
        let new = json!({"enum": ["a", "b"]});
        for (rule, level, _) in verdicts(&in_response(&old), &in_response(&new))? {
            assert_eq!(level, crate::Level::Additive, "{old}: {rule}");
        }
        for (rule, level, _) in verdicts(&in_request(&new), &in_request(&old))? {
            assert_eq!(level, crate::Level::Additive, "{old}: {rule}");
        }
    }
    // A client that parses ids cannot read these, and one value is longer than the limit.
    for old in [
        json!({"type": "string", "format": "uuid"}),
        json!({"type": "string", "maxLength": 0}),
        json!({"type": "integer"}),
    ] {
        let found = verdicts(
            &in_response(&old),
            &in_response(&json!({"enum": ["a", "b"]})),
        )?;
        assert!(
            found
                .iter()
                .any(|(_, level, _)| *level == crate::Level::Breaking),
            "{old}: {found:?}"
        );
    }
    Ok(())
}

#[test]
fn a_component_that_nothing_uses_is_compared_by_its_meaning_too() -> TestResult {
    let with = |schema: Value| {
        let mut document = in_request(&json!({}));
        document["components"] = json!({"schemas": {"Spare": schema}});
        document
    };
    let old = with(json!({"type": "string", "nullable": true}));
    assert_same(
        &old,
        &with(json!({"anyOf": [{"type": "string"}, {"type": "null"}]})),
    )?;
    assert!(!verdicts(&old, &with(json!({"type": "string"})))?.is_empty());
    Ok(())
}
