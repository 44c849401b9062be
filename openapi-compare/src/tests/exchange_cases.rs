//! Changes to parameters, bodies and responses, and changes that no rule explains.

use serde_json::{Value, json};

use super::support::with_operation;
use super::surface_cases::{
    Case, GONE, LOOK, MORE, both, either, operation, plain, with, with_paths,
};
use crate::Level::{Additive, Breaking, Cosmetic, Review};
use crate::RustImpact::None as Same;

pub(super) fn parameter_cases() -> Vec<Case> {
    let parameters =
        |parameters: Value| with_operation(json!({"parameters": parameters, "responses": {}}));
    let one = |key: &str, value: Value| {
        let mut one = json!({"name": "a", "in": "query", "schema": {"type": "string"}});
        one[key] = value;
        parameters(json!([one]))
    };
    let optional = || one("required", json!(false));
    let required = || one("required", json!(true));
    let none = || parameters(json!([]));
    let mut cases = Vec::new();
    let removed = ("request-parameter-removed", Breaking, GONE);
    cases.extend(either(
        &one("name", json!("a")),
        &one("name", json!("b")),
        ("request-parameter-renamed", Breaking, GONE),
    ));
    cases.extend(both(
        &none(),
        &required(),
        ("request-parameter-added-required", Breaking, GONE),
        removed,
    ));
    cases.extend(both(
        &none(),
        &optional(),
        ("request-parameter-added-optional", Additive, MORE),
        removed,
    ));
    cases.extend(both(
        &optional(),
        &required(),
        ("request-parameter-became-required", Breaking, GONE),
        ("request-parameter-became-optional", Additive, MORE),
    ));
    cases.push((
        one("in", json!("header")),
        none(),
        vec![("request-header-or-cookie-removed", Review, GONE)],
    ));
    cases.push((
        one("in", json!("cookie")),
        none(),
        vec![("request-header-or-cookie-removed", Review, GONE)],
    ));
    cases.extend(either(
        &optional(),
        &one("in", json!("header")),
        ("request-parameter-location-changed", Breaking, Same),
    ));
    let styled = ("request-parameter-style-changed", Breaking, Same);
    cases.extend(either(
        &optional(),
        &one("style", json!("pipeDelimited")),
        styled,
    ));
    cases.extend(either(&optional(), &one("explode", json!(false)), styled));
    cases.extend(either(
        &optional(),
        &one("allowReserved", json!(true)),
        styled,
    ));
    let content = json!([{"name": "a", "in": "query", "content": {"application/json": {"schema": {"type": "string"}}}}]);
    cases.extend(either(
        &optional(),
        &parameters(content),
        ("request-parameter-content-switched", Breaking, Same),
    ));
    cases.extend(both(
        &optional(),
        &one("deprecated", json!(true)),
        ("request-parameter-deprecated", Additive, Same),
        ("request-parameter-undeprecated", Cosmetic, Same),
    ));
    let default = |schema: Value| one("schema", schema);
    let (ten, twenty) = (
        json!({"type": "integer", "default": 10}),
        json!({"type": "integer", "default": 20}),
    );
    let bare = json!({"type": "integer"});
    cases.extend(both(
        &default(bare),
        &default(ten.clone()),
        ("request-parameter-default-added", Review, LOOK),
        ("request-parameter-default-removed", Review, LOOK),
    ));
    cases.extend(either(
        &default(ten),
        &default(twenty),
        ("request-parameter-default-changed", Review, LOOK),
    ));
    cases
}

pub(super) fn body_cases() -> Vec<Case> {
    let body = |body: Value| operation("requestBody", body);
    let content = |content: Value| body(json!({"content": content}));
    let json_body = || content(json!({"application/json": {"schema": {"type": "string"}}}));
    let required = || {
        body(
            json!({"required": true, "content": {"application/json": {"schema": {"type": "string"}}}}),
        )
    };
    let untold = || content(json!({"application/json": {}}));
    let mut cases = Vec::new();
    let removed = ("request-body-removed", Breaking, GONE);
    cases.extend(both(
        &plain(),
        &json_body(),
        ("request-body-added-optional", Additive, MORE),
        removed,
    ));
    cases.extend(both(
        &plain(),
        &required(),
        ("request-body-added-required", Breaking, GONE),
        removed,
    ));
    cases.extend(both(
        &json_body(),
        &required(),
        ("request-body-became-required", Breaking, GONE),
        ("request-body-became-optional", Additive, MORE),
    ));
    let two =
        content(json!({"application/json": {"schema": {"type": "string"}}, "text/plain": {}}));
    cases.extend(both(
        &json_body(),
        &two,
        ("request-media-type-added", Additive, LOOK),
        ("request-media-type-removed", Breaking, LOOK),
    ));
    let charset =
        content(json!({"application/json; charset=utf-8": {"schema": {"type": "string"}}}));
    cases.extend(either(
        &json_body(),
        &charset,
        ("request-media-type-parameter-changed", Cosmetic, Same),
    ));
    cases.extend(both(
        &untold(),
        &json_body(),
        ("request-body-schema-appeared", Breaking, GONE),
        ("request-body-schema-disappeared", Additive, GONE),
    ));
    let whole = |schema: Value| content(json!({"application/json": {"schema": schema}}));
    cases.extend(both(
        &whole(json!({"type": "string"})),
        &whole(json!({"type": "string", "nullable": true})),
        ("request-body-became-nullable", Additive, GONE),
        ("request-body-became-non-null", Breaking, GONE),
    ));
    cases
}

pub(super) fn response_cases() -> Vec<Case> {
    let responses = |responses: Value| with_operation(json!({"responses": responses}));
    let ok = |ok: Value| responses(json!({"200": ok}));
    let empty = || json!({"description": "Done"});
    let content = |content: Value| ok(json!({"description": "Done", "content": content}));
    let schema = |schema: Value| content(json!({"application/json": {"schema": schema}}));
    let string = || schema(json!({"type": "string"}));
    let mut cases = Vec::new();
    cases.extend(either(
        &responses(json!({"200": empty()})),
        &responses(json!({"201": empty()})),
        ("response-success-status-replaced", Breaking, GONE),
    ));
    cases.extend(both(
        &ok(empty()),
        &responses(json!({"200": empty(), "202": empty()})),
        ("response-success-status-added", Review, LOOK),
        ("response-success-status-removed", Breaking, GONE),
    ));
    cases.extend(both(
        &ok(empty()),
        &responses(json!({"200": empty(), "404": empty()})),
        ("response-other-status-added", Additive, LOOK),
        ("response-other-status-removed", Additive, LOOK),
    ));
    for status in ["default", "4XX"] {
        cases.extend(both(
            &ok(empty()),
            &responses(json!({"200": empty(), status: empty()})),
            ("response-catch-all-added", Additive, LOOK),
            ("response-catch-all-removed", Review, LOOK),
        ));
    }
    // Fourteen operations of the real document answer nothing, or an object without members.
    cases.extend(both(
        &ok(empty()),
        &string(),
        ("response-body-added", Additive, GONE),
        ("response-body-removed", Breaking, GONE),
    ));
    let members = schema(
        json!({"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}),
    );
    cases.push((
        schema(json!({"type": "object"})),
        members,
        vec![("response-body-object-gained-properties", Additive, GONE)],
    ));
    let untold = content(json!({"application/json": {}}));
    cases.extend(both(
        &untold,
        &string(),
        ("response-body-schema-appeared", Additive, GONE),
        ("response-body-schema-disappeared", Review, GONE),
    ));
    let two = content(json!({"application/json": {"schema": {"type": "string"}}, "text/csv": {}}));
    cases.extend(both(
        &string(),
        &two,
        ("response-media-type-added", Additive, LOOK),
        ("response-media-type-removed", Breaking, LOOK),
    ));
    let charset =
        content(json!({"application/json; charset=utf-8": {"schema": {"type": "string"}}}));
    cases.extend(either(
        &string(),
        &charset,
        ("response-media-type-parameter-changed", Cosmetic, Same),
    ));
    let header = |header: Value| ok(json!({"description": "Done", "headers": {"X-Total": header}}));
    let integer =
        |key: &str, value: Value| header(json!({"schema": {"type": "integer"}, key: value}));
    let (optional, required) = (
        integer("required", json!(false)),
        integer("required", json!(true)),
    );
    let added = ("response-header-added", Additive, Same);
    cases.extend(both(
        &ok(empty()),
        &optional,
        added,
        ("response-optional-header-removed", Review, Same),
    ));
    cases.extend(both(
        &ok(empty()),
        &required,
        added,
        ("response-required-header-removed", Breaking, Same),
    ));
    cases.extend(both(
        &required,
        &optional,
        ("response-header-became-optional", Breaking, Same),
        ("response-header-became-required", Additive, Same),
    ));
    cases.extend(either(
        &optional,
        &integer("explode", json!(true)),
        ("response-header-style-changed", Breaking, Same),
    ));
    cases.extend(both(
        &header(json!({"schema": {"type": "integer"}})),
        &header(json!({"schema": {"type": "number"}})),
        ("response-header-type-widened", Breaking, GONE),
        ("response-header-type-narrowed", Additive, GONE),
    ));
    cases
}

pub(super) fn unclassified_cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let ok = |ok: Value| with_operation(json!({"responses": {"200": ok}}));
    let media_type = |json: Value| {
        operation(
            "requestBody",
            json!({"content": {"application/json": json}}),
        )
    };
    let parameter = |parameter: Value| operation("parameters", json!([parameter]));
    for (old, new, rule) in [
        (
            plain(),
            with("webhooks", json!({"a": {}})),
            "unclassified-document-member",
        ),
        (
            plain(),
            with(
                "info",
                json!({"title": "Things", "version": "1", "mood": "good"}),
            ),
            "unclassified-info-member",
        ),
        (
            with("servers", json!([{"url": "/"}])),
            with("servers", json!([{"url": "/", "variables": {"a": {}}}])),
            "unclassified-server-member",
        ),
        (
            with("tags", json!([{"name": "A"}])),
            with("tags", json!([{"name": "A", "parent": "B"}])),
            "unclassified-tag-member",
        ),
        (
            plain(),
            with("components", json!({"widgets": {}})),
            "unclassified-component",
        ),
        (
            with("components", json!({"securitySchemes": {"a": {}}})),
            with("components", json!({"securitySchemes": {"a": {"odd": 1}}})),
            "unclassified-security",
        ),
        (
            with_paths(json!({"/a": {"get": {}}})),
            with_paths(json!({"/a": {"get": {}, "copy": {}}})),
            "unclassified-path-member",
        ),
        (
            with_paths(json!({})),
            with_paths(json!({"/a": {}})),
            "unclassified-path-member",
        ),
        (
            plain(),
            operation("callbacks", json!({"a": {}})),
            "unclassified-operation-member",
        ),
        (
            parameter(json!({"name": "a", "in": "query"})),
            parameter(json!({"name": "a", "in": "query", "allowEmptyValue": true})),
            "unclassified-parameter-member",
        ),
        (
            ok(json!({"description": "Done"})),
            ok(json!({"description": "Done", "links": {"a": {}}})),
            "unclassified-response-member",
        ),
        (
            media_type(json!({})),
            media_type(json!({"encoding": {"a": {}}})),
            "unclassified-body-member",
        ),
    ] {
        cases.extend(either(&old, &new, (rule, Breaking, LOOK)));
    }
    cases
}
