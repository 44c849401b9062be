//! Advice about the overlay, for one change of a document each.

use super::*;
use openapi_compare::compare;

fn overlay(actions: Value) -> Overlay {
    let overlay = json!({
        "overlay": "1.0.0", "info": {"title": "t", "version": "1"}, "actions": actions
    });
    Overlay::parse(&overlay.to_string()).unwrap()
}

fn document(path: &str, schema: Value) -> Value {
    json!({"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {path: {"get": {
        "responses": {"200": {"description": "d", "content": {"application/json": {
            "schema": schema
        }}}}
    }}}})
}

fn advice(actions: Value, old: &Value, new: &Value) -> Vec<String> {
    let report = compare(old, new).unwrap();
    let advice = overlay(actions).review(Some(old), new, Some(&report));
    advice.iter().map(ToString::to_string).collect()
}

const SCHEMA: &str = "$.paths['/a'].get.responses['200'].content['application/json'].schema";

#[test]
fn an_action_for_a_path_that_moved_is_given_anew() {
    let schema = || json!({"type": "object", "properties": {"a": {"type": "string"}}});
    let actions = json!([{"target": format!("{SCHEMA}.properties.a"), "description": "Name A.",
        "update": {"title": "A"}}]);
    let found = advice(
        actions,
        &document("/a", schema()),
        &document("/b", schema()),
    );
    let moved = SCHEMA.replace("/a", "/b");
    let action = json!({"target": format!("{moved}.properties.a"), "description": "Name A.",
        "update": {"title": "A"}});
    assert_eq!(
        found,
        [format!(
            "action 0, \"Name A.\": `GET /a` is now `GET /b`; replace the action by: {action}"
        )]
    );
}

#[test]
fn a_placeholder_with_another_name_is_a_moved_path() {
    let schema = || json!({"type": "object"});
    let actions = json!([{"target": "$.paths['/a/{id}'].get", "description": "Name it.",
        "update": {"operationId": "a"}}]);
    let found = advice(
        actions,
        &document("/a/{id}", schema()),
        &document("/a/{key}", schema()),
    );
    assert!(
        found[0].contains("`GET /a/{id}` is now `GET /a/{key}`; replace the action by: "),
        "{found:?}"
    );
}

#[test]
fn a_path_that_moved_and_changed_has_a_likely_new_place() {
    let named = |path: &str, schema: Value| {
        let mut document = document(path, schema);
        document["paths"][path]["get"]["summary"] = json!("List things");
        document["paths"]["/v2/others"] = json!({"get": {"summary": "List others",
            "responses": {}}});
        document
    };
    let old = named("/v1/things", json!({"type": "object"}));
    let new = named("/v2/things", json!({"type": "array"}));
    let actions = json!([{"target": "$.paths['/v1/things'].get", "description": "Name it.",
        "update": {"operationId": "a"}}]);
    let found = advice(actions, &old, &new);
    assert!(
        found[0].contains("`GET /v1/things` is gone, and most like `GET /v2/things`; replace"),
        "{found:?}"
    );
}

#[test]
fn a_field_with_another_name_is_followed() {
    let schema = |name: &str| {
        json!({"type": "object", "properties": {name: {"type": "array",
        "items": {"type": "object", "properties": {"a": {"type": "string"}}}}}})
    };
    let actions = json!([{"target": format!("{SCHEMA}.properties.data.items"),
        "description": "Name it.", "update": {"title": "A"}}]);
    let found = advice(
        actions,
        &document("/a", schema("data")),
        &document("/a", schema("rows")),
    );
    let action = json!({"target": format!("{SCHEMA}.properties.rows.items"),
        "description": "Name it.", "update": {"title": "A"}});
    assert_eq!(
        found,
        [format!(
            "action 0, \"Name it.\": `data` is now `rows`; replace the action by: {action}"
        )]
    );
}

#[test]
fn what_a_search_no_longer_finds_is_looked_for_where_it_was() {
    let schema = |first: &str| {
        document(
            "/a",
            json!({"type": "string", "enum": [first, "web", "email"]}),
        )
    };
    let actions = json!([{"target": "$..[?@.enum[0] == 'a']", "description": "Name it.",
        "update": {"title": "Channel"}}]);
    let found = advice(actions, &schema("a"), &schema("b"));
    let action = json!({"target": SCHEMA, "description": "Name it.",
        "update": {"title": "Channel"}});
    assert_eq!(
        found,
        [format!(
            "action 0, \"Name it.\": it matches nothing, and what it was about is still there; \
             replace the action by: {action}"
        )]
    );
}

#[test]
fn an_action_for_what_is_gone_is_to_be_deleted() {
    let actions = json!([
        {"target": "$.paths['/a'].get", "description": "Name it.", "update": {"operationId": "a"}},
        {"target": "$..[?@.example == 'x']", "description": "Mend.", "update": {"example": "y"}},
    ]);
    let old = document("/a", json!({"type": "string", "example": "x"}));
    let mut new = old.clone();
    new["paths"] = json!({});
    assert_eq!(
        advice(actions, &old, &new),
        [
            "action 0, \"Name it.\": `GET /a` is gone; delete the action",
            "action 1, \"Mend.\": it matches nothing: what it corrects is gone; delete the \
             action",
        ]
    );
}

#[test]
fn a_target_that_leads_only_so_far_says_what_is_there() {
    let actions = json!([{"target": format!("{SCHEMA}.properties.a"), "description": "Name A.",
        "update": {"title": "A"}}]);
    let object = |name: &str, kind: &str| {
        document(
            "/a",
            json!({"type": "object", "properties": {name: {"type": kind}}}),
        )
    };
    let found = advice(actions, &object("a", "string"), &object("b", "boolean"));
    let place = "/paths/~1a/get/responses/200/content/application~1json/schema/properties";
    assert_eq!(
        found,
        [format!(
            "action 0, \"Name A.\": it matches nothing; delete it, or correct its target, \
             which leads as far as `{place}` (there: b)"
        )]
    );
}

#[test]
fn a_correction_that_the_document_makes_itself_is_obsolete() {
    let actions =
        || json!([{"target": SCHEMA, "description": "Whole.", "update": {"type": "integer"}}]);
    let (old, new) = (
        document("/a", json!({"type": "number"})),
        document("/a", json!({"type": "integer"})),
    );
    assert_eq!(
        advice(actions(), &old, &new),
        [
            "action 0, \"Whole.\": your correction is obsolete: the document says the same by \
          itself; delete the action"
        ]
    );
    assert_eq!(advice(actions(), &old, &old), [""; 0]);
}

#[test]
fn a_change_at_the_same_member_is_never_hidden_silently() {
    let actions =
        || json!([{"target": SCHEMA, "description": "Whole.", "update": {"type": "integer"}}]);
    let (old, new) = (
        document("/a", json!({"type": "number"})),
        document("/a", json!({"type": "string"})),
    );
    let place = "/paths/~1a/get/responses/200/content/application~1json/schema/type";
    assert_eq!(
        advice(actions(), &old, &new),
        [format!(
            "action 0, \"Whole.\": it hides a change at `{place}`: was \"number\", is \
             \"string\", and stays \"integer\" by the overlay; delete the action, or leave it \
             if it still holds"
        )]
    );
    // A change beside the member is not hidden.
    let beside = document("/a", json!({"type": "number", "minimum": 1}));
    assert_eq!(advice(actions(), &old, &beside), [""; 0]);
}

#[test]
fn targets_follow_references() {
    let actions = json!([{"target": format!("{SCHEMA}.properties.page"), "description": "Page.",
        "update": {"type": "integer"}}]);
    let mut new = document("/a", json!({"$ref": "#/components/schemas/P"}));
    new["components"]["schemas"]["P"] =
        json!({"properties": {"page": {"$ref": "#/components/schemas/N"}}});
    new["components"]["schemas"]["N"] = json!({"type": "number"});
    let mut applied = new.clone();
    overlay(actions).apply(&mut applied).unwrap();
    assert_eq!(
        applied["components"]["schemas"]["N"],
        json!({"type": "integer"})
    );
    assert_eq!(
        applied["components"]["schemas"]["P"],
        new["components"]["schemas"]["P"]
    );
}
