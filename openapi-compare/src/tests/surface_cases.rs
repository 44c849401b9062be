//! Changes to operations, to the document around them, and to what credentials they ask for.

use serde_json::{Value, json};

use super::exchange_cases::{body_cases, parameter_cases, response_cases, unclassified_cases};
use super::support::with_operation;
use crate::Level::{self, Additive, Breaking, Cosmetic, Review};
use crate::RustImpact::{self, None as Same};

/// Two documents and everything that is found between them, sorted by rule.
pub(super) type Case = (Value, Value, Vec<(&'static str, Level, RustImpact)>);

pub(super) const GONE: RustImpact = RustImpact::Breaking;
pub(super) const MORE: RustImpact = RustImpact::Additive;
pub(super) const LOOK: RustImpact = RustImpact::Review;

pub(super) fn cases() -> Vec<Case> {
    let mut cases = operation_cases();
    cases.extend(document_cases());
    cases.extend(security_cases());
    cases.extend(parameter_cases());
    cases.extend(body_cases());
    cases.extend(response_cases());
    cases.extend(unclassified_cases());
    cases
}

/// The pair both ways round.
pub(super) fn both(
    old: &Value,
    new: &Value,
    there: (&'static str, Level, RustImpact),
    back: (&'static str, Level, RustImpact),
) -> [Case; 2] {
    [
        (old.clone(), new.clone(), vec![there]),
        (new.clone(), old.clone(), vec![back]),
    ]
}

/// The pair both ways round, where both mean the same.
pub(super) fn either(
    old: &Value,
    new: &Value,
    rule: (&'static str, Level, RustImpact),
) -> [Case; 2] {
    both(old, new, rule, rule)
}

pub(super) fn with_paths(paths: Value) -> Value {
    json!({"openapi": "3.0.3", "info": {"title": "Things", "version": "1"}, "paths": paths})
}

pub(super) fn with(key: &str, value: Value) -> Value {
    let mut document = with_operation(json!({"responses": {}}));
    document[key] = value;
    document
}

pub(super) fn operation(key: &str, value: Value) -> Value {
    with_operation(json!({"responses": {}, key: value}))
}

pub(super) fn plain() -> Value {
    with_operation(json!({"responses": {}}))
}

fn operation_cases() -> Vec<Case> {
    let a = json!({"operationId": "a", "responses": {"200": {"description": "A"}}});
    let b = json!({"operationId": "b", "responses": {"404": {"description": "B"}}});
    let id = json!([{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}]);
    let key =
        json!([{"name": "key", "in": "path", "required": true, "schema": {"type": "string"}}]);
    let mut cases = Vec::new();
    let one = with_paths(json!({"/a": {"get": a}}));
    let two = with_paths(json!({"/a": {"get": a}, "/b": {"get": b}}));
    let deleted = with_paths(json!({"/a": {"get": a, "delete": b}}));
    let added = ("operation-added", Additive, MORE);
    let removed = ("operation-removed", Breaking, GONE);
    cases.extend(both(&one, &two, added, removed));
    cases.extend(both(&one, &deleted, added, removed));
    // A path with other words in it, and another method.
    let elsewhere = with_paths(json!({"/a/now": {"get": a}}));
    let otherwise = with_paths(json!({"/a": {"post": a}}));
    let moved = ("operation-moved", Breaking, RustImpact::None);
    cases.push((one.clone(), elsewhere, vec![moved]));
    cases.push((one, otherwise, vec![moved]));
    cases.extend(either(
        &with_paths(json!({"/a/{id}": {"get": {"parameters": id, "responses": {}}}})),
        &with_paths(json!({"/a/{key}": {"get": {"parameters": key, "responses": {}}}})),
        ("path-parameter-renamed", Cosmetic, GONE),
    ));
    let two = |path: &str| {
        let parameter = |name: &str| json!({"name": name, "in": "path", "required": true});
        let parameters = [parameter("x"), parameter("y")];
        with_paths(json!({path: {"get": {"parameters": parameters, "responses": {}}}}))
    };
    cases.extend(either(
        &two("/a/{x}/{y}"),
        &two("/a/{y}/{x}"),
        ("path-parameters-swapped", Breaking, GONE),
    ));
    let renamed = ("operation-id-changed", Cosmetic, GONE);
    cases.extend(either(
        &plain(),
        &operation("operationId", json!("a")),
        renamed,
    ));
    cases.extend(either(
        &operation("operationId", json!("a")),
        &operation("operationId", json!("b")),
        renamed,
    ));
    cases.extend(either(
        &operation("tags", json!(["A"])),
        &operation("tags", json!(["B"])),
        ("operation-tags-changed", Cosmetic, Same),
    ));
    cases.extend(both(
        &plain(),
        &operation("deprecated", json!(true)),
        ("operation-deprecated", Additive, Same),
        ("operation-undeprecated", Cosmetic, Same),
    ));
    let earlier = ("operation-sunset-moved-earlier", Review, Same);
    let later = ("operation-sunset-moved-later", Cosmetic, Same);
    let sunset = |date: &str| operation("x-sunset", json!(date));
    cases.extend(both(
        &sunset("2026-12-31"),
        &sunset("2026-06-30"),
        earlier,
        later,
    ));
    cases.extend(both(&plain(), &sunset("2026-06-30"), earlier, later));
    cases.extend(either(&sunset("soon"), &sunset("later"), earlier));
    cases.extend(either(
        &plain(),
        &operation("summary", json!("A")),
        ("summary-changed", Cosmetic, Same),
    ));
    cases.extend(either(
        &plain(),
        &operation("description", json!("A")),
        ("description-changed", Cosmetic, Same),
    ));
    cases.extend(either(
        &plain(),
        &operation("externalDocs", json!({})),
        ("external-docs-changed", Cosmetic, Same),
    ));
    cases.extend(either(
        &plain(),
        &operation("x-other", json!(1)),
        ("extension-changed", Cosmetic, Same),
    ));
    cases
}

fn document_cases() -> Vec<Case> {
    let mut cases = Vec::new();
    cases.extend(either(
        &plain(),
        &with("openapi", json!("3.1.0")),
        ("openapi-version-changed", Cosmetic, Same),
    ));
    cases.extend(either(
        &plain(),
        &with("openapi", json!("4.0.0")),
        ("openapi-version-unknown", Review, LOOK),
    ));
    let named = |name: &str| {
        let reference = json!({"$ref": format!("#/components/schemas/{name}")});
        let mut document = super::support::in_response(&reference);
        document["components"] = json!({"schemas": {name: {"type": "object", "title": "T"}}});
        document
    };
    cases.extend(either(
        &named("A"),
        &named("B"),
        ("type-name-changed", Cosmetic, GONE),
    ));
    cases.extend(either(
        &plain(),
        &with("info", json!({"title": "Things", "version": "2"})),
        ("info-version-changed", Cosmetic, Same),
    ));
    cases.extend(either(
        &plain(),
        &with("info", json!({"title": "Other", "version": "1"})),
        ("info-changed", Cosmetic, Same),
    ));
    cases.extend(either(
        &plain(),
        &with(
            "info",
            json!({"title": "Things", "version": "1", "description": "A"}),
        ),
        ("description-changed", Cosmetic, Same),
    ));
    cases.extend(either(
        &plain(),
        &with("tags", json!([{"name": "A"}])),
        ("document-tag-changed", Cosmetic, Same),
    ));
    cases.extend(either(
        &with("tags", json!([{"name": "A"}])),
        &with("tags", json!([{"name": "A", "description": "A"}])),
        ("description-changed", Cosmetic, Same),
    ));
    cases.extend(either(
        &plain(),
        &with("x-other", json!(1)),
        ("extension-changed", Cosmetic, Same),
    ));
    let servers = |urls: &[&str]| {
        with(
            "servers",
            urls.iter().map(|url| json!({"url": url})).collect(),
        )
    };
    cases.extend(either(
        &servers(&["https://a"]),
        &servers(&["https://b"]),
        ("server-url-changed", Breaking, LOOK),
    ));
    cases.extend(both(
        &servers(&["https://a"]),
        &servers(&["https://a", "https://b"]),
        ("server-added", Additive, LOOK),
        ("server-removed", Review, LOOK),
    ));
    cases.extend(either(
        &servers(&["https://a", "https://b"]),
        &servers(&["https://b", "https://a"]),
        ("servers-reordered", Review, LOOK),
    ));
    cases.extend(either(
        &operation("servers", json!([{"url": "https://a"}])),
        &operation("servers", json!([{"url": "https://b"}])),
        ("server-url-changed", Breaking, LOOK),
    ));
    let unused = |schema: Value| with("components", json!({"schemas": {"Unused": schema}}));
    cases.extend(either(
        &plain(),
        &unused(json!({"type": "string"})),
        ("unused-component-changed", Cosmetic, LOOK),
    ));
    cases.extend(either(
        &unused(json!({"allOf": []})),
        &unused(json!({"allOf": [{"type": "object"}]})),
        ("unused-subtype-changed", Review, LOOK),
    ));
    let schema =
        |key: &str, text: &str| super::support::in_response(&json!({"type": "string", key: text}));
    let definitions = |name: &str| {
        super::support::in_response(&json!({"$defs": {name: {"type": "string"}}, "type": "string"}))
    };
    cases.extend(either(
        &definitions("a"),
        &definitions("b"),
        ("definitions-changed", Cosmetic, LOOK),
    ));
    cases.extend(either(
        &schema("title", "A"),
        &schema("title", "B"),
        ("title-changed", Cosmetic, GONE),
    ));
    cases.extend(either(
        &schema("description", "A"),
        &schema("description", "B"),
        ("description-changed", Cosmetic, Same),
    ));
    cases.extend(either(
        &schema("example", "A"),
        &schema("example", "B"),
        ("example-changed", Cosmetic, Same),
    ));
    cases.extend(either(
        &schema("$comment", "A"),
        &schema("$comment", "B"),
        ("comment-changed", Cosmetic, Same),
    ));
    cases.extend(either(
        &schema("x-a", "A"),
        &schema("x-a", "B"),
        ("extension-changed", Cosmetic, Same),
    ));
    cases
}

fn security_cases() -> Vec<Case> {
    let asked = |security: Value| with("security", security);
    let added = ("security-requirement-added", Breaking, LOOK);
    let removed = ("security-requirement-removed", Additive, Same);
    let mut cases = Vec::new();
    let key = json!([{"key": []}]);
    cases.push((plain(), asked(key.clone()), vec![added]));
    cases.push((asked(key.clone()), plain(), vec![removed]));
    cases.push((plain(), operation("security", key.clone()), vec![added]));
    cases.push((
        asked(json!([{"key": []}])),
        asked(json!([{"key": [], "token": []}])),
        vec![added],
    ));
    cases.push((
        asked(json!([{"token": ["read"]}])),
        asked(json!([{"token": ["read", "write"]}])),
        vec![("security-scope-added", Breaking, LOOK)],
    ));
    cases.push((
        asked(json!([{"token": ["read", "write"]}])),
        asked(json!([{"token": ["read"]}])),
        vec![removed],
    ));
    cases.extend(both(
        &asked(key),
        &asked(json!([{"key": []}, {"token": []}])),
        ("security-alternative-added", Additive, Same),
        ("security-alternative-removed", Breaking, LOOK),
    ));
    let scheme = |scheme: Value| with("components", json!({"securitySchemes": {"key": scheme}}));
    let header = json!({"type": "apiKey", "in": "header", "name": "X-API-Key"});
    cases.extend(both(
        &plain(),
        &scheme(header.clone()),
        ("security-scheme-added", Additive, Same),
        ("security-scheme-removed", Breaking, LOOK),
    ));
    for other in [
        json!({"type": "http", "in": "header", "name": "X-API-Key"}),
        json!({"type": "apiKey", "in": "query", "name": "X-API-Key"}),
        json!({"type": "apiKey", "in": "header", "name": "X-Key"}),
    ] {
        cases.extend(either(
            &scheme(header.clone()),
            &scheme(other),
            ("security-scheme-changed", Breaking, LOOK),
        ));
    }
    cases
}
