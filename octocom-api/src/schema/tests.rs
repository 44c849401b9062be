//! The conversion of schemas, and the check of a text's top level.

use super::*;

fn converted(schema: Value) -> Value {
    let document = json!({"components": {"schemas": {
        "Name": {"type": "string", "minLength": 1},
        "Loop": {"type": "array", "items": {"$ref": "#/components/schemas/Loop"}},
    }}});
    to_2020_12(&document, &schema).unwrap_or_else(|error| json!({"error": error.to_string()}))
}

#[test]
fn null_is_folded_into_type_and_enum() {
    let schema = json!({"type": "string", "enum": ["a"], "nullable": true});
    assert_eq!(
        converted(schema),
        json!({"type": ["string", "null"], "enum": ["a", null]})
    );
    let schema = json!({"type": "string", "enum": ["a"], "nullable": false});
    assert_eq!(converted(schema), json!({"type": "string", "enum": ["a"]}));
}

#[test]
fn lists_of_types_stay_and_take_null_once() {
    let list = json!({"type": ["array", "null"], "items": {"type": ["string", "integer"]}});
    assert_eq!(converted(list.clone()), list);
    let schema = json!({"type": ["string", "integer"], "nullable": true});
    let expected = json!({"type": ["string", "integer", "null"]});
    assert_eq!(converted(schema), expected);
    let schema = json!({"type": ["string", "null"], "nullable": true});
    assert_eq!(converted(schema), json!({"type": ["string", "null"]}));
}

#[test]
fn null_among_the_values_of_an_enum_stays_and_is_there_once() {
    let schema = json!({"type": ["string", "null"], "enum": ["a", null]});
    assert_eq!(converted(schema.clone()), schema);
    let nullable = json!({"type": "string", "nullable": true, "enum": ["a", null]});
    assert_eq!(converted(nullable), schema);
}

#[test]
fn numeric_exclusive_bounds_stay() {
    let schema = json!({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 9});
    assert_eq!(converted(schema.clone()), schema);
}

#[test]
fn null_beside_a_composition_becomes_an_alternative() {
    let name = json!({"$ref": "#/components/schemas/Name"});
    let schema = json!({"allOf": [name, {"maxLength": 9}], "nullable": true});
    let name = json!({"type": "string", "minLength": 1});
    assert_eq!(
        converted(schema),
        json!({"anyOf": [{"allOf": [name, {"maxLength": 9}]}, {"type": "null"}]})
    );
}

#[test]
fn boolean_exclusive_bounds_become_numeric() {
    let schema =
        json!({"minimum": 0, "exclusiveMinimum": true, "exclusiveMaximum": false, "maximum": 9});
    assert_eq!(
        converted(schema),
        json!({"minimum": 0, "exclusiveMinimum": 0, "maximum": 9})
    );
}

#[test]
fn properties_named_like_keywords_are_kept() {
    let schema = json!({"properties": {"nullable": {"type": "string"}, "example": {"example": 1}}});
    assert_eq!(
        converted(schema),
        json!({"properties": {"nullable": {"type": "string"}, "example": {}}})
    );
}

#[test]
fn a_reference_to_nowhere_or_to_itself_is_an_error() {
    let error = |name: &str| {
        converted(json!({ "$ref": format!("#/components/schemas/{name}") }))["error"].clone()
    };
    assert_eq!(error("Gone"), "`#/components/schemas/Gone` leads nowhere");
    assert_eq!(
        error("Loop"),
        "`#/components/schemas/Loop` leads back to itself"
    );
}

#[test]
fn a_lone_branch_of_all_of_is_folded_in_unless_it_would_be_lost() {
    let reference = json!({"$ref": "#/components/schemas/Name"});
    let beside = json!({"allOf": [reference], "description": "A title.", "default": "x"});
    let expected =
        json!({"type": "string", "minLength": 1, "description": "A title.", "default": "x"});
    assert_eq!(converted(beside), expected);
    for kept in [
        json!({"allOf": [reference], "minLength": 2}),
        json!({"allOf": [reference, reference]}),
    ] {
        assert!(converted(kept)["allOf"].is_array());
    }
}

#[test]
fn members_at_the_top_level_are_there_and_of_their_type() {
    let schema = json!({"required": ["data", "pagination"], "properties": {
        "data": {"type": "array"}, "pagination": {"type": "object"}
    }});
    let check =
        |text: &str| check_top_level(&schema, text.as_bytes()).map_err(|error| error.json_path);
    assert_eq!(
        check(r#"{"data": [1, "\ud800"], "pagination": {}, "x": 1}"#),
        Ok(())
    );
    for (text, place) in [
        (r#"{"data": []}"#, "."),
        (r#"{"error": "no"}"#, "."),
        (r#"{"data": {}, "pagination": {}}"#, "data"),
        (r#"{"data": [], "pagination": null}"#, "pagination"),
        ("[]", "."),
        ("null", "."),
    ] {
        assert_eq!(check(text), Err(place.to_owned()), "{text}");
    }
    assert_eq!(check_top_level(&json!({}), b"<html>"), Ok(()));
    let optional = json!({"properties": {"key": {"type": "string"}}});
    assert_eq!(
        check_top_level(&optional, br#"{"key": "a", "x": 1}"#),
        Ok(())
    );
    for text in ["{}", r#"{"error": "no"}"#, r#"{"key": null}"#] {
        assert!(
            check_top_level(&optional, text.as_bytes()).is_err(),
            "{text}"
        );
    }
}

#[test]
fn enums_are_opened_and_nothing_else() {
    let mut schema = json!({"properties": {
        "enum": {"type": "string", "enum": ["a"]}, "b": {"items": {"enum": [1], "minimum": 1}}
    }});
    without_enums(&mut schema);
    let expected = json!({"properties": {
        "enum": {"type": "string"}, "b": {"items": {"minimum": 1}}
    }});
    assert_eq!(schema, expected);
}
