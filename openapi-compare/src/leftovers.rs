//! The closed world: what no other rule reads is prose, a vendor extension, or unclassified.

use std::collections::HashSet;

use serde_json::Value;

use super::document::Document;
use super::fold::json_equal;
use super::reach::UnitId;
use super::rules::Rule;
use super::surface_rules as rules;
use super::view::View;
use super::walk::{Slot, Walk};

/// Compares the members that `understood` does not hold for on both sides.
pub(super) fn compare<'a>(
    walk: &mut Walk<'a>,
    unit: UnitId,
    (old, new): (&View<'a>, &View<'a>),
    unclassified: Rule,
    understood: impl Fn(&View<'a>, &str, &Value) -> bool,
) {
    if old.odd() != new.odd() && !same(walk, old.odd(), new.odd()) {
        let before = old.odd().cloned();
        let after = new.odd().cloned();
        walk.report_values(unit, unclassified, (old.at(), before), (new.at(), after));
    }
    let added = new.keys().filter(|key| !old.has(key));
    let keys: Vec<&'a str> = old.keys().chain(added).collect();
    for key in keys {
        let (before, after) = (old.get(key), new.get(key));
        let left = before.is_some_and(|value| !understood(old, key, value))
            || after.is_some_and(|value| !understood(new, key, value));
        if !left {
            continue;
        }
        let (rule, equal) = match prose(key) {
            Some(rule) => (rule, literally_same(before, after)),
            None => (unclassified, same(walk, before, after)),
        };
        if !equal {
            walk.report(unit, rule, &Slot::of(old, key), &Slot::of(new, key));
        }
    }
}

/// The rule for a member that says something without constraining anything.
fn prose(key: &str) -> Option<Rule> {
    Some(match key {
        "title" => rules::TITLE_CHANGED,
        "summary" => rules::SUMMARY_CHANGED,
        "description" => rules::DESCRIPTION_CHANGED,
        "example" | "examples" => rules::EXAMPLE_CHANGED,
        "externalDocs" => rules::EXTERNAL_DOCS_CHANGED,
        "$comment" => rules::COMMENT_CHANGED,
        _ if key.starts_with("x-") => rules::EXTENSION_CHANGED,
        _ => return None,
    })
}

/// Whether two members are the same JSON; a `$ref` in them is only data.
fn literally_same(old: Option<&Value>, new: Option<&Value>) -> bool {
    match (old, new) {
        (Some(old), Some(new)) => json_equal(old, new),
        (old, new) => old.is_none() && new.is_none(),
    }
}

/// Whether two members are the same once references are followed.
///
/// Pairs that are met again are taken to be the same, so that cycles end; when nothing differs in
/// the end, that was right. Answers are remembered, as shared parts are asked for again and again.
fn same<'a>(walk: &Walk<'a>, old: Option<&'a Value>, new: Option<&'a Value>) -> bool {
    let (Some(old), Some(new)) = (old, new) else {
        return old.is_none() && new.is_none();
    };
    let start = (followed(&walk.old, old), followed(&walk.new, new));
    let mut seen = HashSet::new();
    let mut pending = vec![start];
    while let Some((old, new)) = pending.pop() {
        let (old, new) = (followed(&walk.old, old), followed(&walk.new, new));
        if !seen.insert((std::ptr::from_ref(old), std::ptr::from_ref(new))) {
            continue;
        }
        let equal = match walk.known_same(old, new) {
            Some(known) => known,
            None => alike(walk, old, new, &mut pending),
        };
        if !equal {
            walk.remember_same(start.0, start.1, false);
            return false;
        }
    }
    for (old, new) in seen {
        walk.remember_same(old, new, true);
    }
    true
}

/// Whether two values are the same but for what they contain, which is put on the list.
fn alike<'a>(
    walk: &Walk<'a>,
    old: &'a Value,
    new: &'a Value,
    pending: &mut Vec<(&'a Value, &'a Value)>,
) -> bool {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            old.len() == new.len()
                && old.iter().all(|(key, old)| {
                    let Some(new) = new.get(key) else {
                        return false;
                    };
                    // A reference with something beside it counts by what it leads to.
                    let targets = if key == "$ref" {
                        target(&walk.old, old).zip(target(&walk.new, new))
                    } else {
                        None
                    };
                    pending.push(targets.unwrap_or((old, new)));
                    true
                })
        }
        (Value::Array(old), Value::Array(new)) => {
            pending.extend(old.iter().zip(new));
            old.len() == new.len()
        }
        (old, new) => json_equal(old, new),
    }
}

/// What a chain of pure references leads to; the last one of a chain that leads nowhere.
fn followed<'a>(document: &Document<'a>, value: &'a Value) -> &'a Value {
    let mut seen = HashSet::new();
    let mut value = value;
    while let Value::Object(map) = value {
        let Some(reference) = map.get("$ref").filter(|_| map.len() == 1) else {
            break;
        };
        let Some(next) = target(document, reference) else {
            break;
        };
        if !seen.insert(std::ptr::from_ref(next)) {
            break;
        }
        value = next;
    }
    value
}

fn target<'a>(document: &Document<'a>, reference: &Value) -> Option<&'a Value> {
    document.find(reference.as_str()?).map(|site| site.value)
}
