//! The closed world: what no other rule reads is prose, a vendor extension, or unclassified.

use std::collections::{BTreeSet, HashSet};

use serde_json::Value;

use super::document::{Document, Site};
use super::fold::json_equal;
use super::keywords;
use super::normal::Normal;
use super::reach::UnitId;
use super::rules::Rule;
use super::surface_rules as rules;
use super::view::View;
use super::walk::{Member, Node, Walk};

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
            walk.report(unit, rule, &Member::of(old, key), &Member::of(new, key));
        }
    }
}

/// Compares the members of two schemas that no rule reads.
pub(super) fn schema<'a>(walk: &mut Walk<'a>, node: &Node<'a>) {
    let (old, new) = (&node.old, &node.new);
    let unclassified = rules::UNCLASSIFIED_SCHEMA;
    if old.odd() != new.odd() && !same(walk, old.odd(), new.odd()) {
        let (before, after) = (old.odd().cloned(), new.odd().cloned());
        walk.report_values(
            node.unit,
            node.place.judge(unclassified),
            (old.at(), before),
            (new.at(), after),
        );
    }
    examples(walk, node);
    let keys: BTreeSet<&'a str> = left(old).chain(left(new)).collect();
    // In the order of the documents.
    let known: Vec<&'a str> = old
        .keys()
        .chain(new.keys().filter(|key| old.get(key).is_none()))
        .collect();
    for key in known.into_iter().filter(|key| keys.contains(key)) {
        let rule = prose(key);
        let read = |schema: &Normal<'a>| match rule {
            Some(_) => schema.said(key),
            None => schema.all(key),
        };
        let (before, after) = (read(old), read(new));
        let equal = |a: &Site<'a>, b: &Site<'a>| match rule {
            Some(_) => json_equal(a.value, b.value),
            None => same(walk, Some(a.value), Some(b.value)),
        };
        let gone = before
            .iter()
            .find(|site| !after.iter().any(|other| equal(site, other)));
        let fresh = after
            .iter()
            .find(|site| !before.iter().any(|other| equal(other, site)));
        if gone.is_none() && fresh.is_none() {
            continue;
        }
        let gone = old.or_here(gone.or(before.first()).cloned());
        let fresh = new.or_here(fresh.or(after.first()).cloned());
        let rule = node.place.judge(rule.unwrap_or(unclassified));
        walk.report(node.unit, rule, &gone, &fresh);
    }
}

/// The keys of a schema that no rule reads, in the shape that they have.
fn left<'a>(schema: &Normal<'a>) -> impl Iterator<Item = &'a str> {
    schema
        .each_member()
        .filter(|(key, value, around)| !keywords::in_schema(around, key, value))
        .map(|(key, _, _)| key)
}

/// Compares the examples of two schemas; 3.1 writes `examples` for `example`.
fn examples<'a>(walk: &mut Walk<'a>, node: &Node<'a>) {
    let read = |schema: &Normal<'a>| {
        let mut examples: Vec<Site<'a>> = schema.said("example");
        for site in schema.said("examples") {
            match Member::There(site.clone()).elements().collect::<Vec<_>>() {
                items if site.value.is_array() => examples.extend(items),
                _ => examples.push(site),
            }
        }
        examples
    };
    let (old, new) = (read(&node.old), read(&node.new));
    let before = Site::first_without(&old, &new);
    let after = Site::first_without(&new, &old);
    if before.is_some() || after.is_some() {
        let (before, after) = (node.old.or_here(before), node.new.or_here(after));
        walk.report(node.unit, rules::EXAMPLE_CHANGED, &before, &after);
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
        "$defs" | "definitions" => rules::DEFINITIONS_CHANGED,
        _ if key.starts_with("x-") => rules::EXTENSION_CHANGED,
        _ => return None,
    })
}

/// Returns `true` if two members are the same JSON; a `$ref` in them is only data.
fn literally_same(old: Option<&Value>, new: Option<&Value>) -> bool {
    match (old, new) {
        (Some(old), Some(new)) => json_equal(old, new),
        (old, new) => old.is_none() && new.is_none(),
    }
}

/// Returns `true` if two members are the same once references are followed.
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

/// Returns `true` if two values are the same but for what they contain, which is put on the list.
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

/// Returns the target of a chain of references; the last one of a chain that leads nowhere.
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
