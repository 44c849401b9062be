//! The time of a comparison: of the real document, and of one as large as a big public API.
//!
//! Limits to stay below, in release: 100 ms for the real document, 2 s for 12 MB.

use serde_json::{Map, Value, json};

use openapi_compare::compare;

fn main() {
    divan::main();
}

/// The size of the generated document in bytes, about that of GitHub's.
const GENERATED_BYTES: usize = 12_000_000;

fn real() -> Value {
    let text = include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../openapi/octocom.json"
    ));
    serde_json::from_str(text).unwrap_or_default()
}

/// A document in which every third property is a reference to a shared schema, cycles included.
fn generated() -> Value {
    const PROPERTIES: usize = 12;
    const SCHEMAS: usize = 2_000;
    let object = |seed: usize, references: bool| {
        let members: Map<String, Value> = (0..PROPERTIES)
            .map(|index| {
                let number = (seed * 31 + index * 17) % SCHEMAS;
                let schema = match index % 3 {
                    0 if references => json!({"$ref": format!("#/components/schemas/S{number}")}),
                    1 => json!({"type": ["string", "null"], "format": "date-time", "description": "When it happened"}),
                    _ => json!({"type": "array", "items": {"type": "string", "enum": ["open", "closed"], "maxLength": 40}}),
                };
                (format!("property{index}"), schema)
            })
            .collect();
        json!({"type": "object", "properties": members, "required": ["property1", "property2"]})
    };
    let schemas: Map<String, Value> = (0..SCHEMAS)
        .map(|index| (format!("S{index}"), object(index, true)))
        .collect();
    let mut bytes = Value::Object(schemas.clone()).to_string().len();
    let mut paths = Map::new();
    while bytes < GENERATED_BYTES {
        let seed = paths.len();
        let content = |schema: Value| json!({"application/json": {"schema": schema}});
        let item = json!({"post": {
            "operationId": format!("operation{seed}"),
            "parameters": [
                {"name": "id", "in": "path", "required": true, "schema": {"type": "string"}},
                {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 1}},
            ],
            "requestBody": {"required": true, "content": content(object(seed, false))},
            "responses": {
                "200": {"description": "Done", "content": content(object(seed + 1, true))},
                "404": {"description": "Gone", "content": content(object(seed + 2, false))},
            },
        }});
        bytes += item.to_string().len();
        paths.insert(format!("/things/{seed}/{{id}}"), item);
    }
    json!({
        "openapi": "3.0.3",
        "info": {"title": "Generated", "version": "1"},
        "paths": paths,
        "components": {"schemas": schemas},
    })
}

/// A copy in which every hundredth object with a type has changed.
fn edited(document: &Value) -> Value {
    let mut edited = document.clone();
    let mut count = 0;
    edit(&mut edited, &mut count);
    edited
}

fn edit(value: &mut Value, count: &mut usize) {
    match value {
        Value::Object(map) => {
            map.values_mut().for_each(|value| edit(value, count));
            if map.get("type").is_some_and(Value::is_string) {
                *count += 1;
                if count.is_multiple_of(100) {
                    map.insert("nullable".to_owned(), Value::Bool(true));
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|value| edit(value, count)),
        _ => {}
    }
}

#[divan::bench]
fn real_document_against_an_edited_copy(bencher: divan::Bencher<'_, '_>) {
    let old = real();
    let new = edited(&old);
    bencher.bench_local(|| compare(&old, &new).map(|report| report.findings.len()));
}

#[divan::bench]
fn real_document_against_itself(bencher: divan::Bencher<'_, '_>) {
    let old = real();
    bencher.bench_local(|| compare(&old, &old).map(|report| report.findings.len()));
}

#[divan::bench(sample_count = 10)]
fn generated_12_mb_against_an_edited_copy(bencher: divan::Bencher<'_, '_>) {
    let old = generated();
    let new = edited(&old);
    bencher.bench_local(|| compare(&old, &new).map(|report| report.findings.len()));
}

#[divan::bench(sample_count = 10)]
fn generated_12_mb_against_itself(bencher: divan::Bencher<'_, '_>) {
    let old = generated();
    bencher.bench_local(|| compare(&old, &old).map(|report| report.findings.len()));
}
