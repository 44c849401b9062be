//! The report is empty exactly when the documents say the same, whatever is edited.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use super::lens::lens;
use super::rich::rich;
use super::support::{TestResult, real};

use crate::compare;
use crate::json_pointer::child;

/// An edit of a place; numbers select among the members that it has.
#[derive(Clone, Debug)]
enum Edit {
    /// A leaf gets another value.
    Leaf(u8),
    /// A member is taken away, renamed, or added.
    Key(u8, usize),
    /// An element is taken away, repeated, or moved.
    Item(u8, usize),
    /// A whole branch is replaced by something else.
    Branch(u8),
}

fn edits() -> impl Strategy<Value = (usize, Edit)> {
    let edit = prop_oneof![
        any::<u8>().prop_map(Edit::Leaf),
        (any::<u8>(), any::<usize>()).prop_map(|(how, which)| Edit::Key(how, which)),
        (any::<u8>(), any::<usize>()).prop_map(|(how, which)| Edit::Item(how, which)),
        any::<u8>().prop_map(Edit::Branch),
    ];
    (any::<usize>(), edit)
}

/// The pointers of all values that `edit` can work on.
fn candidates(document: &Value, edit: &Edit) -> Vec<String> {
    let mut found = Vec::new();
    let mut pending = vec![(String::new(), document)];
    while let Some((pointer, value)) = pending.pop() {
        let fits = match edit {
            Edit::Leaf(_) => !value.is_object() && !value.is_array(),
            Edit::Key(..) => value.is_object(),
            Edit::Item(..) => value.as_array().is_some_and(|items| !items.is_empty()),
            Edit::Branch(_) => true,
        };
        // Without `paths` nothing is left to compare.
        if fits && !matches!(pointer.as_str(), "" | "/paths") {
            found.push(pointer.clone());
        }
        match value {
            Value::Object(map) => {
                pending.extend(map.iter().map(|(key, value)| (child(&pointer, key), value)))
            }
            Value::Array(items) => pending.extend(
                items
                    .iter()
                    .enumerate()
                    .map(|(i, value)| (format!("{pointer}/{i}"), value)),
            ),
            _ => {}
        }
    }
    found
}

/// Edits one place, and returns its pointer.
fn apply(document: &mut Value, place: usize, edit: &Edit) -> String {
    let candidates = candidates(document, edit);
    let Some(pointer) = candidates.get(place % candidates.len().max(1)) else {
        return String::new();
    };
    if let Some(value) = document.pointer_mut(pointer) {
        change(value, edit);
    }
    pointer.clone()
}

fn change(value: &mut Value, edit: &Edit) {
    match edit {
        Edit::Leaf(how) => *value = leaf(value, *how),
        Edit::Key(how, which) => {
            let Some(map) = value.as_object_mut() else {
                return;
            };
            let key = map.keys().nth(which % map.len().max(1)).cloned();
            match (how % 3, key) {
                (0, Some(key)) => {
                    map.shift_remove(&key);
                }
                (1, Some(key)) => {
                    if let Some(value) = map.shift_remove(&key) {
                        map.insert(format!("{key}x"), value);
                    }
                }
                _ => {
                    let (key, value) = member(*which);
                    map.insert(key, value);
                }
            }
        }
        Edit::Item(how, which) => {
            let Some(items) = value.as_array_mut() else {
                return;
            };
            let index = which % items.len();
            match how % 3 {
                0 => drop(items.remove(index)),
                1 => items.push(items[index].clone()),
                _ => items.rotate_left(index),
            }
        }
        Edit::Branch(how) => *value = replacement(*how),
    }
}

/// Keywords that have several spellings, which the lens does not know.
const SPELLED: [&str; 8] = [
    "enum",
    "const",
    "oneOf",
    "anyOf",
    "allOf",
    "minLength",
    "minItems",
    "minProperties",
];

/// Returns `true` if the edit at `pointer` may have changed the spelling only, and is left to the
/// tests of spellings.
fn may_be_spelling(documents: [&Value; 2], pointer: &str) -> bool {
    let inside = pointer.split('/').any(|token| SPELLED.contains(&token));
    let spelled = |value: &Value| SPELLED.iter().any(|key| value.get(key).is_some());
    let around = pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
    inside
        || documents.iter().any(|document| {
            [pointer, around]
                .iter()
                .any(|place| document.pointer(place).is_some_and(spelled))
        })
}

fn leaf(value: &Value, how: u8) -> Value {
    match (value, how % 4) {
        (Value::String(text), 0) => json!(format!("{text}x")),
        (Value::Bool(flag), 0) => json!(!flag),
        (Value::Number(number), 0) => json!(number.as_f64().unwrap_or_default() + 1.0),
        (Value::Number(number), 1) => json!(number.as_f64()),
        (_, 2) => Value::Null,
        (_, 3) => json!("integer"),
        _ => json!(how),
    }
}

/// Members that rules read, in shapes they read and in others.
fn member(which: usize) -> (String, Value) {
    let members = [
        ("nullable", json!(true)),
        ("nullable", json!(false)),
        ("type", json!("string")),
        ("type", json!(["string", "null"])),
        ("type", json!([])),
        ("enum", json!(["a", null])),
        ("required", json!(true)),
        ("required", json!(["id"])),
        ("required", json!([])),
        ("minimum", json!(0)),
        ("exclusiveMinimum", json!(true)),
        ("exclusiveMaximum", json!(3)),
        ("maxLength", json!(7)),
        ("pattern", json!("^a")),
        ("format", json!("uuid")),
        ("items", json!({})),
        ("items", json!({"type": "string"})),
        ("items", json!([])),
        ("properties", json!({})),
        ("properties", json!({"a": {"type": "string"}})),
        ("additionalProperties", json!(false)),
        ("additionalProperties", json!(true)),
        ("additionalProperties", json!({"type": "string"})),
        ("oneOf", json!([{}, {"type": "string"}])),
        ("allOf", json!([{"type": "string"}, {"minLength": 1}])),
        ("not", json!({})),
        ("deprecated", json!(true)),
        ("deprecated", json!(false)),
        ("readOnly", json!(true)),
        ("uniqueItems", json!(false)),
        ("default", json!(null)),
        ("const", json!(1)),
        ("x-more", json!({"more": 1})),
        ("operationId", json!("a")),
        (
            "parameters",
            json!([{"name": "q", "in": "query", "schema": {"type": "string"}}]),
        ),
        ("content", json!({})),
        ("headers", json!({"X-A": {"required": true}})),
        ("servers", json!([])),
        ("description", json!("other")),
        ("somethingNew", json!([1, 2])),
        ("style", json!("form")),
        ("discriminator", json!({"propertyName": "a"})),
    ];
    let (key, value) = &members[which % members.len()];
    ((*key).to_owned(), value.clone())
}

fn replacement(how: u8) -> Value {
    match how % 8 {
        0 => json!({}),
        1 => json!([]),
        2 => json!(true),
        3 => json!({"type": "object"}),
        4 => json!({"type": ["string", "null"], "format": "uuid"}),
        5 => json!({"schema": {"type": "number"}}),
        6 => json!([{"type": "string"}, "a", 1]),
        _ => Value::Null,
    }
}

/// Edits `document` at random and asks comparator and lens whether it still says the same.
///
/// `PROPTEST_CASES` tries as many cases instead; the default is what a second or two allows for.
fn hold_for(document: &Value, cases: u32) -> TestResult {
    let seen = lens(document);
    let asked = std::env::var("PROPTEST_CASES").ok();
    let cases = asked.and_then(|text| text.parse().ok()).unwrap_or(cases);
    let mut runner = TestRunner::new(Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    });
    let strategy = prop::collection::vec(edits(), 1..4);
    runner.run(&strategy, |edits| judge(document, &seen, &edits))?;
    Ok(())
}

/// Edits `document` and asks comparator and lens, which has `seen` the original, whether it still
/// says the same.
fn judge(document: &Value, seen: &Value, edits: &[(usize, Edit)]) -> Result<(), TestCaseError> {
    let mut edited = document.clone();
    let mut places = Vec::new();
    for (place, edit) in edits {
        places.push(apply(&mut edited, *place, edit));
    }
    let report = |old: &Value, new: &Value| {
        compare(old, new).map_err(|error| TestCaseError::fail(error.to_string()))
    };
    let there = report(document, &edited)?;
    let same = &lens(&edited) == seen;
    prop_assert!(there.is_empty() || !same, "{:?}", there);
    // Another edit beside one of the spelling may change nothing.
    let mut respelled = edited.clone();
    let is_spelling = |place: &String| may_be_spelling([document, &edited], place);
    for place in places.iter().filter(|place| is_spelling(place)) {
        if let (Some(value), Some(own)) = (respelled.pointer_mut(place), document.pointer(place)) {
            value.clone_from(own);
        }
    }
    let spelling = places.iter().all(is_spelling) || &lens(&respelled) == seen;
    prop_assert!(
        !there.is_empty() || same || spelling,
        "an edit at {:?} is not seen",
        places
    );
    prop_assert_eq!(&report(document, &edited)?, &there, "two runs differ");
    let back = report(&edited, document)?;
    prop_assert_eq!(back.is_empty(), there.is_empty(), "{:?}", back);
    let itself = report(&edited, &edited)?;
    prop_assert!(
        itself.is_empty(),
        "an edited document differs from itself: {:?}",
        itself
    );
    Ok(())
}

/// Branches in another order, which is spelling, beside a tag given twice, which says nothing.
#[test]
fn an_edit_of_the_spelling_beside_one_that_says_nothing_is_no_change() {
    let document = rich();
    let edits = [
        (
            1_513_680_436_066_582_747,
            Edit::Item(2, 985_190_194_940_901_925),
        ),
        (10_833_044_409_082_862_845, Edit::Item(103, 0)),
    ];
    judge(&document, &lens(&document), &edits).unwrap();
}

#[test]
fn the_report_is_empty_exactly_when_the_real_document_says_the_same() -> TestResult {
    hold_for(&real()?, 16)
}

#[test]
fn the_report_is_empty_exactly_when_a_document_with_everything_says_the_same() -> TestResult {
    hold_for(&rich(), 150)
}
