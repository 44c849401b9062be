//! Changes to limits, and to how schemas are put together.

use serde_json::{Value, json};

use super::schema_table::Case;
use crate::Level::{Additive, Breaking, Cosmetic, Review};
use crate::RustImpact;

pub(super) fn bound_cases() -> Vec<Case> {
    let tighter = [Breaking, Additive];
    let looser = [Additive, Breaking];
    let mut cases = Vec::new();
    let kinds = [
        (
            "string",
            "maxLength",
            false,
            RustImpact::Breaking,
            RustImpact::None,
        ),
        (
            "string",
            "minLength",
            true,
            RustImpact::Breaking,
            RustImpact::None,
        ),
        (
            "array",
            "maxItems",
            false,
            RustImpact::Review,
            RustImpact::None,
        ),
        (
            "array",
            "minItems",
            true,
            RustImpact::Review,
            RustImpact::None,
        ),
        (
            "object",
            "maxProperties",
            false,
            RustImpact::Review,
            RustImpact::None,
        ),
        (
            "object",
            "minProperties",
            true,
            RustImpact::Review,
            RustImpact::None,
        ),
        (
            "integer",
            "maximum",
            false,
            RustImpact::Breaking,
            RustImpact::Breaking,
        ),
        (
            "integer",
            "minimum",
            true,
            RustImpact::Breaking,
            RustImpact::Breaking,
        ),
        (
            "number",
            "maximum",
            false,
            RustImpact::None,
            RustImpact::None,
        ),
        (
            "number",
            "minimum",
            true,
            RustImpact::None,
            RustImpact::None,
        ),
    ];
    for (name, key, lower, presence, value) in kinds {
        let plain = || json!({"type": name});
        let limit = |limit: u32| json!({"type": name, key: limit});
        let (set, removed) = if lower {
            ("lower-bound-set", "lower-bound-removed")
        } else {
            ("upper-bound-set", "upper-bound-removed")
        };
        cases.push((plain(), limit(5), set, tighter, presence));
        cases.push((limit(5), plain(), removed, looser, presence));
        if lower {
            cases.push((limit(5), limit(6), "lower-bound-raised", tighter, value));
            cases.push((limit(6), limit(5), "lower-bound-lowered", looser, value));
        } else {
            cases.push((limit(6), limit(5), "upper-bound-lowered", tighter, value));
            cases.push((limit(5), limit(6), "upper-bound-raised", looser, value));
        }
    }
    let positive = || json!({"type": "number", "minimum": 0, "exclusiveMinimum": true});
    let natural = || json!({"type": "number", "minimum": 0});
    let below = || json!({"type": "number", "exclusiveMaximum": 1});
    let up_to = || json!({"type": "number", "maximum": 1.0});
    cases.push((
        natural(),
        positive(),
        "bound-became-exclusive",
        tighter,
        RustImpact::None,
    ));
    cases.push((
        positive(),
        natural(),
        "bound-became-inclusive",
        looser,
        RustImpact::None,
    ));
    cases.push((
        up_to(),
        below(),
        "bound-became-exclusive",
        tighter,
        RustImpact::None,
    ));
    cases.push((
        below(),
        up_to(),
        "bound-became-inclusive",
        looser,
        RustImpact::None,
    ));
    cases
}

pub(super) fn structure_cases() -> Vec<Case> {
    use RustImpact as Rust;
    let string = || json!({"type": "string"});
    let open = || json!({"type": "object", "properties": {"a": string()}});
    let others = |others: Value| json!({"type": "object", "properties": {"a": string()}, "additionalProperties": others});
    let one_of = |branches: Value| json!({"oneOf": branches});
    let kinds = |key: &str| json!({"oneOf": [{"type": "object", "title": "A"}, {"type": "object", "title": "B"}], "discriminator": {"propertyName": key}});
    // Objects and lists, which no shorter spelling can express.
    let list = || json!({"type": "array", "items": string()});
    let object = || json!({"type": "object", "properties": {"a": string()}});
    let named = || json!({"type": "object", "properties": {"b": string()}, "title": "B"});
    let two = || json!([object(), named()]);
    let swapped = || json!([named(), object()]);
    let three = || json!([object(), named(), list()]);
    vec![
        (
            open(),
            others(json!(false)),
            "additional-properties-closed",
            [Breaking, Additive],
            Rust::Review,
        ),
        (
            others(json!(false)),
            open(),
            "additional-properties-opened",
            [Additive, Review],
            Rust::Review,
        ),
        (
            others(json!(false)),
            others(string()),
            "additional-properties-opened",
            [Additive, Review],
            Rust::Review,
        ),
        (
            others(string()),
            others(json!(false)),
            "additional-properties-closed",
            [Breaking, Additive],
            Rust::Review,
        ),
        (
            open(),
            others(json!(true)),
            "additional-properties-explicit",
            [Cosmetic, Cosmetic],
            Rust::Review,
        ),
        // Any value to a schema, and a changed schema, vary as properties do.
        (
            open(),
            others(string()),
            "type-narrowed",
            [Breaking, Additive],
            Rust::Breaking,
        ),
        (
            others(string()),
            others(json!({})),
            "type-widened",
            [Additive, Breaking],
            Rust::Breaking,
        ),
        (
            others(string()),
            others(json!({"type": "boolean"})),
            "type-replaced",
            [Breaking, Breaking],
            Rust::Breaking,
        ),
        (
            json!({"type": "array", "items": {"type": "integer"}}),
            json!({"type": "array", "items": {"type": "number"}}),
            "type-widened",
            [Additive, Breaking],
            Rust::Breaking,
        ),
        (
            json!({"type": "array"}),
            json!({"type": "array", "items": string()}),
            "type-narrowed",
            [Breaking, Additive],
            Rust::Breaking,
        ),
        (
            json!({"type": "object"}),
            open(),
            "object-gained-properties",
            [Additive, Additive],
            Rust::Breaking,
        ),
        (
            one_of(two()),
            one_of(three()),
            "union-branch-added",
            [Additive, Breaking],
            Rust::Breaking,
        ),
        (
            one_of(three()),
            one_of(two()),
            "union-branch-removed",
            [Breaking, Additive],
            Rust::Breaking,
        ),
        (
            json!({"anyOf": two()}),
            json!({"anyOf": three()}),
            "union-branch-added",
            [Additive, Breaking],
            Rust::Breaking,
        ),
        (
            json!({"anyOf": three()}),
            json!({"anyOf": two()}),
            "union-branch-removed",
            [Breaking, Additive],
            Rust::Breaking,
        ),
        (
            json!({}),
            one_of(two()),
            "union-introduced",
            [Breaking, Additive],
            Rust::Breaking,
        ),
        (
            one_of(two()),
            json!({}),
            "union-dropped",
            [Additive, Breaking],
            Rust::Breaking,
        ),
        (
            one_of(two()),
            one_of(swapped()),
            "branches-reordered",
            [Cosmetic, Cosmetic],
            Rust::Review,
        ),
        (
            object(),
            one_of(json!([object(), list()])),
            "union-branch-added",
            [Additive, Breaking],
            Rust::Breaking,
        ),
        (
            one_of(two()),
            named(),
            "union-branch-removed",
            [Breaking, Additive],
            Rust::Breaking,
        ),
        (
            one_of(two()),
            json!({"anyOf": two()}),
            "union-keyword-changed",
            [Review, Review],
            Rust::Review,
        ),
        (
            kinds("a"),
            kinds("b"),
            "discriminator-changed",
            [Breaking, Breaking],
            Rust::Breaking,
        ),
    ]
}
