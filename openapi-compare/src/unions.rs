//! Unions that say no more than a simpler keyword does.

use std::collections::{BTreeSet, HashSet};

use serde_json::{Map, Value};

use super::document::{Document, Site};
use super::error::CompareError;
use super::fold::canonical;
use super::keywords::is_annotation;

/// The keywords that list alternatives.
pub(super) const UNION_KEYWORDS: [&str; 2] = ["oneOf", "anyOf"];

/// A union in its simplest form.
#[derive(Debug)]
pub(super) enum Branches<'a> {
    /// `null` and nothing else.
    OnlyNull,
    /// One schema, perhaps beside `null`.
    One { branch: Site<'a>, null: bool },
    /// Plain types, each in one branch.
    Types {
        types: BTreeSet<&'a str>,
        branches: Vec<Site<'a>>,
    },
    /// Single values.
    Values {
        values: Vec<&'a Value>,
        branches: Vec<Site<'a>>,
    },
    /// Alternatives that have to be told apart.
    Several { branches: Vec<Site<'a>>, null: bool },
}

impl Branches<'_> {
    /// Returns `true` if `null` stands beside the branches.
    pub(super) fn null(&self) -> bool {
        match self {
            Self::One { null, .. } | Self::Several { null, .. } => *null,
            Self::OnlyNull | Self::Types { .. } | Self::Values { .. } => false,
        }
    }
}

/// Folds the branches of the union under `key`.
pub(super) fn fold<'a>(
    document: &Document<'a>,
    key: &'static str,
    branches: Vec<Site<'a>>,
) -> Result<Branches<'a>, CompareError> {
    let mut plain = Vec::new();
    let mut rest = Vec::new();
    let mut null = false;
    for branch in branches {
        let unwrapped = unwrapped(document, branch.clone())?;
        if is_null(&unwrapped) {
            null = true;
        } else {
            plain.push(unwrapped);
            rest.push(branch);
        }
    }
    if rest.len() < 2 {
        return Ok(match rest.pop() {
            Some(branch) => Branches::One { branch, null },
            None => Branches::OnlyNull,
        });
    }
    let exclusive = key == "oneOf";
    if let Some(mut values) = all_values(&plain, exclusive) {
        if null {
            values.push(&Value::Null);
        }
        return Ok(Branches::Values {
            values,
            branches: plain,
        });
    }
    if let Some(mut types) = all_types(&plain) {
        if null {
            types.insert("null");
        }
        return Ok(Branches::Types {
            types,
            branches: plain,
        });
    }
    Ok(Branches::Several {
        branches: rest,
        null,
    })
}

/// The schema inside of references and wrappers with nothing beside them.
fn unwrapped<'a>(document: &Document<'a>, mut site: Site<'a>) -> Result<Site<'a>, CompareError> {
    let mut seen = HashSet::new();
    while let Value::Object(map) = site.value
        && map.len() == 1
        && seen.insert(std::ptr::from_ref(map))
    {
        if let Some(reference) = map.get("$ref").and_then(Value::as_str) {
            site = document.resolve(reference, &site.at.key("$ref"))?;
            continue;
        }
        let Some((key, Value::Array(items))) = map.iter().next() else {
            break;
        };
        match items.as_slice() {
            [inner @ Value::Object(_)] if is_combinator(key) => {
                site = Site::new(inner, site.at.key(key.as_str()).index(0));
            }
            _ => break,
        }
    }
    Ok(site)
}

fn is_combinator(key: &str) -> bool {
    key == "allOf" || UNION_KEYWORDS.contains(&key)
}

/// Returns `true` if the schema allows `null` and nothing else.
fn is_null(site: &Site<'_>) -> bool {
    let Value::Object(map) = site.value else {
        return false;
    };
    let only = |value: &Value| match value {
        Value::Array(items) => {
            !items.is_empty() && items.iter().all(|item| item.is_null() || item == "null")
        }
        other => other == "null",
    };
    let nulls = |value: &Value| {
        value
            .as_array()
            .is_some_and(|items| !items.is_empty() && items.iter().all(Value::is_null))
    };
    let says_null = map.get("type").is_some_and(only)
        || map.get("enum").is_some_and(nulls)
        || map.get("const").is_some_and(Value::is_null);
    says_null
        && map.keys().all(|key| {
            matches!(key.as_str(), "type" | "enum" | "const" | "nullable") || is_annotation(key)
        })
}

/// The values of branches that list values and say nothing else.
fn all_values<'a>(branches: &[Site<'a>], exclusive: bool) -> Option<Vec<&'a Value>> {
    let mut values = Vec::new();
    let mut seen = HashSet::new();
    for branch in branches {
        let map = branch.value.as_object()?;
        let listed: Vec<&Value> = match (map.get("enum"), map.get("const")) {
            (Some(Value::Array(items)), None) if !items.is_empty() => items.iter().collect(),
            (None, Some(value)) => vec![value],
            _ => return None,
        };
        let others = |key: &String| {
            !matches!(key.as_str(), "enum" | "const") && !is_prose_or_type(map, key, &listed)
        };
        if map.keys().any(others) {
            return None;
        }
        for value in listed {
            if seen.insert(canonical(value)) {
                values.push(value);
            } else if exclusive {
                // A value that two branches allow is one that the union refuses.
                return None;
            }
        }
    }
    Some(values)
}

/// Returns `true` for annotations, and for a type that the listed values have.
fn is_prose_or_type(map: &Map<String, Value>, key: &str, values: &[&Value]) -> bool {
    if key == "type" {
        return map
            .get("type")
            .and_then(Value::as_str)
            .is_some_and(|name| values.iter().all(|value| has_type(value, name)));
    }
    is_annotation(key)
}

/// Returns `true` if `value` has the type that JSON Schema calls `name`.
pub(super) fn has_type(value: &Value, name: &str) -> bool {
    match name {
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "number" => value.is_number(),
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "object" => value.is_object(),
        "array" => value.is_array(),
        "null" => value.is_null(),
        _ => false,
    }
}

/// The types of branches that have one type each and limit only values of this type.
fn all_types<'a>(branches: &[Site<'a>]) -> Option<BTreeSet<&'a str>> {
    let mut types = BTreeSet::new();
    let mut formats = 0;
    for branch in branches {
        let map = branch.value.as_object()?;
        let name = map.get("type")?.as_str()?;
        let own = limits(name)?;
        for key in map.keys().map(String::as_str) {
            match key {
                "type" => {}
                "format" => formats += 1,
                _ if own.contains(&key) || is_annotation(key) => {}
                _ => return None,
            }
        }
        // A whole number is a number, too: one value would match both branches.
        let taken = match name {
            "integer" => types.contains("number"),
            "number" => types.contains("integer"),
            _ => false,
        };
        if taken || !types.insert(name) {
            return None;
        }
    }
    (formats < 2).then_some(types)
}

/// The keywords that say something about values of a type only; `None` for types with schemas
/// inside, whose branches have to be told apart.
fn limits(name: &str) -> Option<&'static [&'static str]> {
    Some(match name {
        "string" => &["minLength", "maxLength", "pattern"],
        "integer" | "number" => &[
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "multipleOf",
        ],
        "boolean" => &[],
        _ => return None,
    })
}

/// Returns `true` if no value can match two of the branches, as far as their types tell.
pub(super) fn is_disjoint<'a>(
    document: &Document<'a>,
    branches: &[Site<'a>],
) -> Result<bool, CompareError> {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for branch in branches {
        let normal = super::normal::Normal::new(document, branch)?;
        let Some(names) = normal.types().names.clone() else {
            return Ok(false);
        };
        for name in names {
            let name = if name == "integer" { "number" } else { name };
            if !seen.insert(name) {
                return Ok(false);
            }
        }
    }
    Ok(true)
}
