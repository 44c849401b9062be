//! The store of shared parts. What operations use is compared where they use it.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::document::Document;
use super::error::CompareError;
use super::fold::json_equal;
use super::pointer::parse_reference;
use super::reach::UnitId;
use super::surface_rules as rules;
use super::walk::{Member, Walk};
use super::{security, unclassified};

/// Sections that hold parts to be referred to.
const SECTIONS: [&str; 9] = [
    "schemas",
    "parameters",
    "responses",
    "requestBodies",
    "headers",
    "pathItems",
    "examples",
    "links",
    "callbacks",
];

pub(super) fn compare<'a>(
    walk: &mut Walk<'a>,
    unit: UnitId,
    old: Member<'a>,
    new: Member<'a>,
) -> Result<(), CompareError> {
    let key = "securitySchemes";
    security::schemes(walk, unit, (old.member(key), new.member(key)))?;
    let (used_before, used_after) = (used(&walk.old), used(&walk.new));
    for section in SECTIONS {
        let (before, after) = (old.member(section), new.member(section));
        let added = after
            .members()
            .map(|(name, _)| name)
            .filter(|name| before.member(name).value().is_none());
        let names: Vec<&str> = before
            .members()
            .map(|(name, _)| name)
            .chain(added)
            .collect();
        for name in names {
            let part = (section.to_owned(), name.to_owned());
            if !used_before.contains(&part) && !used_after.contains(&part) {
                unused(
                    walk,
                    unit,
                    section,
                    (before.member(name), after.member(name)),
                )?;
            }
        }
    }
    let (old, new) = walk.views(old, new)?;
    unclassified::compare(
        walk,
        unit,
        (&old, &new),
        rules::UNCLASSIFIED_COMPONENT,
        |_, key, value| value.is_object() && (SECTIONS.contains(&key) || key == "securitySchemes"),
    );
    Ok(())
}

/// Compares a part that nothing refers to in either document.
fn unused<'a>(
    walk: &mut Walk<'a>,
    unit: UnitId,
    section: &str,
    (old, new): (Member<'a>, Member<'a>),
) -> Result<(), CompareError> {
    let equal = match (old.value(), new.value()) {
        (Some(before), Some(after)) => {
            json_equal(before, after)
                || section == "schemas" && walk.same_schema(old.clone(), new.clone())?
        }
        (old, new) => old.is_none() && new.is_none(),
    };
    if equal {
        return Ok(());
    }
    // A schema may name its base with `allOf` while the base does not name it back.
    let subtype = [&old, &new]
        .iter()
        .any(|member| member.member("allOf").value().is_some());
    let rule = if subtype {
        rules::UNUSED_SUBTYPE_CHANGED
    } else {
        rules::UNUSED_COMPONENT_CHANGED
    };
    walk.report(unit, rule, &old, &new);
    Ok(())
}

/// A component, by section and name.
type Part = (String, String);

/// The components that something outside of the components leads to, over any number of steps.
fn used(document: &Document<'_>) -> HashSet<Part> {
    let mut uses: HashMap<Option<Part>, Vec<Part>> = HashMap::new();
    let root = document.root().value;
    let components = root.get("components").and_then(Value::as_object);
    let outside = root
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(key, _)| *key != "components");
    for (_, value) in outside {
        uses.entry(None).or_default().extend(references(value));
    }
    for (section, parts) in components.into_iter().flatten() {
        for (name, value) in parts.as_object().into_iter().flatten() {
            let part = (section.clone(), name.clone());
            uses.entry(Some(part))
                .or_default()
                .extend(references(value));
        }
    }
    let mut used = HashSet::new();
    let mut pending = vec![None];
    while let Some(user) = pending.pop() {
        for part in uses.remove(&user).unwrap_or_default() {
            if used.insert(part.clone()) {
                pending.push(Some(part));
            }
        }
    }
    used
}

/// The components that are referred to anywhere in `value`, by `$ref` or by a mapping.
fn references(value: &Value) -> HashSet<Part> {
    let mut found = HashSet::new();
    let mut pending = vec![value];
    while let Some(value) = pending.pop() {
        match value {
            Value::Object(map) => {
                for (key, value) in map {
                    match (key.as_str(), value) {
                        ("$ref", Value::String(text)) => found.extend(part(text)),
                        ("mapping", Value::Object(kinds)) => {
                            found.extend(kinds.values().filter_map(Value::as_str).map(|text| {
                                part(text).unwrap_or_else(|| ("schemas".into(), text.into()))
                            }));
                            pending.push(value);
                        }
                        _ => pending.push(value),
                    }
                }
            }
            Value::Array(items) => pending.extend(items),
            _ => {}
        }
    }
    found
}

/// The component that a reference leads into.
fn part(reference: &str) -> Option<Part> {
    let mut tokens = parse_reference(reference)?.into_iter();
    let components = tokens.next()?;
    (components == "components").then_some((tokens.next()?, tokens.next()?))
}
