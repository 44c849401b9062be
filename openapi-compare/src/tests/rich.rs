//! A document with one of everything, beside the real one, which has no shared parts.

use serde_json::{Value, json};

/// Unions, combined schemas, limits, headers, credentials, servers and shared parameters.
pub(super) fn rich() -> Value {
    let pet = json!({
        "oneOf": [
            {"type": "object", "title": "Cat", "properties": {"lives": {"type": "integer", "maximum": 9}}},
            {"type": "object", "title": "Dog", "properties": {"tricks": {"type": "array", "items": {"type": "string"}}}},
            {"type": "string", "enum": ["fish", "bird"]},
        ],
        "discriminator": {"propertyName": "kind"},
    });
    let owner = json!({
        "allOf": [
            {"type": "object", "required": ["name"], "properties": {"name": {"type": "string", "minLength": 1}}},
            {"type": "object", "properties": {"age": {"type": ["integer", "null"], "minimum": 0, "exclusiveMinimum": true}}},
        ],
    });
    let measures = json!({
        "type": "object",
        "additionalProperties": {"type": "number", "multipleOf": 0.5, "exclusiveMaximum": 100},
        "minProperties": 1,
        "maxProperties": 5,
    });
    let settings = json!({
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "id": {"type": "string", "format": "uuid", "readOnly": true},
            "secret": {"type": "string", "writeOnly": true, "pattern": "^[a-z]+$"},
            "mode": {"type": "string", "const": "fast", "default": "fast"},
            "tags": {"type": "array", "uniqueItems": true, "maxItems": 3, "items": {"type": "string"}},
            "odd": {"not": {"type": "string"}, "anyOf": [{"minLength": 1}, {"maximum": 3}]},
        },
    });
    let content = |schema: &Value| json!({"application/json": {"schema": schema}, "text/csv": {}});
    json!({
        "openapi": "3.0.3",
        "info": {"title": "Rich", "version": "1", "license": {"name": "MIT"}},
        "tags": [{"name": "A", "description": "First"}, {"name": "B"}],
        "externalDocs": {"url": "https://docs.example"},
        "paths": {
            "/pets/{id}": {
                "summary": "Pets",
                "parameters": [
                    {"name": "id", "in": "path", "required": true, "schema": {"type": "string"}},
                    {"name": "X-Trace", "in": "header", "schema": {"type": "string"}},
                ],
                "get": {
                    "operationId": "getPet",
                    "deprecated": true,
                    "tags": ["A", "B"],
                    "parameters": [
                        {"name": "ids", "in": "query", "style": "pipeDelimited", "explode": false,
                         "schema": {"type": "array", "items": {"type": "integer", "format": "int32"}}},
                        {"name": "filter", "in": "query", "content": {"application/json": {"schema": measures}}},
                    ],
                    "responses": {
                        "200": {
                            "description": "A pet",
                            "headers": {"X-Total": {"required": true, "schema": {"type": "integer"}}},
                            "content": content(&pet),
                        },
                        "4XX": {"description": "No pet", "content": content(&owner)},
                        "default": {"description": "Else"},
                    },
                },
                "put": {
                    "requestBody": {"required": true, "content": content(&settings)},
                    "responses": {"200": {"description": "Done", "content": content(&measures)}, "204": {"description": "Same"}},
                },
            },
            "/owners": {"post": {
                "requestBody": {"content": content(&owner)},
                "responses": {"201": {"description": "Made", "content": content(&settings)}},
            }},
        },
    })
}
