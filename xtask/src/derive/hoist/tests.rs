//! Inline schemas that become named types.

use super::*;

fn document(first: Value, second: Value) -> Value {
    json!({"paths": {"/a": {"get": {"operationId": "list_a", "responses": {
        "200": {"content": {"application/json": {"schema": first}}},
        "400": {"content": {"application/json": {"schema": second}}}
    }}}}})
}

fn at<'a>(document: &'a Value, status: &str) -> &'a Value {
    &document["paths"]["/a"]["get"]["responses"][status]["content"]["application/json"]["schema"]
}

#[test]
fn equal_shapes_under_one_name_share_one_type() {
    let schema = |text: &str| {
        json!({"title": "Thing", "description": text,
            "properties": {"description": {"description": text}}})
    };
    let mut subject = document(schema("first"), schema("second"));
    assert_eq!(schemas(&mut subject), Ok(vec![]));
    assert_eq!(
        subject["components"]["schemas"],
        json!({"Thing": {"description": "first",
            "properties": {"description": {"description": "first"}}}})
    );
    assert_eq!(
        at(&subject, "200"),
        &json!({"$ref": "#/components/schemas/Thing"})
    );
    assert_eq!(at(&subject, "400"), at(&subject, "200"));
}

#[test]
fn one_name_for_two_shapes_names_the_odd_one_out() {
    let thing = |member: &str| json!({"title": "Thing", "properties": {member: {}}});
    let mut subject = document(thing("b"), thing("a"));
    subject["paths"]["/a"]["get"]["responses"]["500"] =
        json!({"content": {"application/json": {"schema": thing("a")}}});
    let problems = schemas(&mut subject).unwrap_err();
    let place = |status: &str| {
        format!("/paths/~1a/get/responses/{status}/content/application~1json/schema")
    };
    let action = json!({
        "target": "$.paths['/a'].get.responses['200'].content['application/json'].schema",
        "update": {"title": "ListA200"},
        "description": "Name ListA200.",
    });
    assert_eq!(
        problems,
        [Problem::new(
            place("200"),
            format!(
                "`Thing` has another shape here (b) than in 2 places, of which the first is \
                 `{}` (a). Give it a name of its own, at the end of the overlay's actions: \
                 {action}",
                place("400")
            )
        )]
    );
}

#[test]
fn a_use_keeps_its_own_null_and_its_own_text() {
    let channel = |nullable: bool| {
        let mut schema = json!({"title": "Channel", "enum": ["web"], "type": "string",
            "description": "where it began", "x-octocom-type-description": "a channel"});
        if nullable {
            schema["nullable"] = json!(true);
        }
        schema
    };
    let mut subject = document(channel(true), channel(false));
    assert_eq!(schemas(&mut subject), Ok(vec![]));
    let reference = json!([{"$ref": "#/components/schemas/Channel"}]);
    let text = "where it began";
    assert_eq!(
        at(&subject, "200"),
        &json!({"allOf": reference, "description": text, "nullable": true})
    );
    assert_eq!(
        at(&subject, "400"),
        &json!({"allOf": reference, "description": text})
    );
    assert_eq!(
        subject["components"]["schemas"]["Channel"],
        json!({"enum": ["web"], "type": "string", "description": "a channel"})
    );
}

#[test]
fn a_type_without_a_name_gets_one_and_a_decision() {
    let inner = json!({"items": {"properties": {"a": {}}}});
    let mut subject = document(inner, json!({"title": "no name!", "enum": ["x"]}));
    let decisions = schemas(&mut subject).unwrap();
    let names: Vec<_> = subject["components"]["schemas"]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect();
    assert_eq!(names, ["ListA200Items", "ListA400"]);
    assert_eq!(decisions.len(), 2, "{decisions:?}");
}

#[test]
fn plain_values_stay_inline() {
    let plain = json!({"type": "object", "additionalProperties": {"type": "string"}});
    let mut subject = document(plain.clone(), json!({"type": "string", "format": "uuid"}));
    assert_eq!(schemas(&mut subject), Ok(vec![]));
    assert_eq!(at(&subject, "200"), &plain);
}
