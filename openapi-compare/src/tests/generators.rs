//! The same change for different generators.

use serde_json::json;

use super::support::{TestResult, in_response, with_operation};
use crate::{Arguments, Generator, Growth, Level, Names, RustImpact, compare_with};

#[test]
fn each_option_changes_the_verdict_on_what_it_is_about() -> TestResult {
    let strict = Generator::default();
    let parameters =
        |parameters| with_operation(json!({"parameters": parameters, "responses": {}}));
    let query = json!([{"name": "q", "in": "query", "schema": {"type": "string"}}]);
    let object = |properties| in_response(&json!({"type": "object", "properties": properties}));
    let a = json!({"a": {"type": "string"}});
    let ab = json!({"a": {"type": "string"}, "b": {"type": "string"}});
    let named = |id: &str| with_operation(json!({"operationId": id, "responses": {}}));
    let values = |values| in_response(&json!({"type": "string", "enum": values}));
    let rows = [
        (
            parameters(json!([])),
            parameters(query),
            strict.with_arguments(Arguments::Builder),
            RustImpact::Additive,
        ),
        (
            object(a),
            object(ab),
            strict.with_fields(Growth::Open),
            RustImpact::Additive,
        ),
        (
            named("a"),
            named("b"),
            strict.with_names(Names::Map),
            RustImpact::None,
        ),
        (
            values(json!(["a"])),
            values(json!(["a", "b"])),
            strict.with_enums(Growth::Open),
            RustImpact::Additive,
        ),
    ];
    for (old, new, lenient, expected) in rows {
        let report = compare_with(&old, &new, &strict)?;
        assert_eq!(report.worst_rust(), RustImpact::Breaking, "{new}");
        let report = compare_with(&old, &new, &lenient)?;
        assert_eq!(report.worst_rust(), expected, "{new}");
        let again: Vec<_> = report
            .findings
            .iter()
            .map(|finding| finding.rust_with(&strict))
            .collect();
        assert_eq!(again, [RustImpact::Breaking], "{new}");
    }
    Ok(())
}

#[test]
fn a_field_that_callers_have_to_give_breaks_them_however_types_may_grow() -> TestResult {
    let object = |required| {
        super::support::in_request(&json!({"type": "object", "required": required,
            "properties": {"a": {"type": "string"}}}))
    };
    let mut new = object(json!(["b"]));
    let body = "/paths/~1things~1{id}/post/requestBody/content/application~1json/schema\
                /properties/value/properties";
    if let Some(members) = new.pointer_mut(body) {
        members["b"] = json!({"type": "string"});
    }
    let open = Generator::default().with_fields(Growth::Open);
    let report = compare_with(&object(json!([])), &new, &open)?;
    assert_eq!(report.findings[0].rule, "request-property-added-required");
    assert_eq!(report.worst_rust(), RustImpact::Breaking);
    Ok(())
}

#[test]
fn a_value_that_a_server_begins_to_send_breaks_clients_with_closed_enums() -> TestResult {
    let values = |values| in_response(&json!({"type": "string", "enum": values}));
    let (old, new) = (values(json!(["a"])), values(json!(["a", "b"])));
    let closed = compare_with(&old, &new, &Generator::default())?;
    assert_eq!(closed.worst(), Some(Level::Breaking));
    let open = Generator::default().with_enums(Growth::Open);
    let open = compare_with(&old, &new, &open)?;
    assert_eq!(open.worst(), Some(Level::Additive));
    Ok(())
}
