//! Hoisting: inline schemas that become Rust types move to `components/schemas`, by name.
//!
//! The document has no named schema at all. Left alone, progenitor names types after paths and
//! makes one for each place, nine equal paginations among them. So every inline schema that would
//! become a type is moved below the name that the overlay gives it (`title`); equal shapes share
//! one type, and one name for two shapes is a problem at both places.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::schemas::{each_operation, each_schema_mut};
use crate::decision::{Decision, Missing, json_path};
use crate::problem::Problem;

/// Text about the type itself; `description` stays at the place that uses it.
const TYPE_DESCRIPTION: &str = "x-octocom-type-description";

/// Moves every schema that becomes a type to `components/schemas`.
///
/// Returns a decision for each type that the overlay does not name.
pub(crate) fn schemas(document: &mut Value) -> Result<Vec<Decision>, Vec<Problem>> {
    let mut types = Types::default();
    let overlaid = document.clone();
    let prefixes = operation_prefixes(document);
    let existing = document
        .pointer("/components/schemas")
        .and_then(Value::as_object);
    for (name, schema) in existing.into_iter().flatten() {
        types.entries.push(Type {
            name: name.clone(),
            shape: shape(schema),
            schema: schema.clone(),
            pointer: openapi_compare::json_pointer::child("/components/schemas", name),
        });
    }
    let already_named = types.entries.len();

    each_schema_mut(document, &mut |_, pointer, schema| {
        let is_component = types.entries[..already_named]
            .iter()
            .any(|entry| entry.pointer == pointer);
        if is_component {
            // What was inside of it has moved, as it has where the same shape stands inline.
            types.refresh(pointer, schema);
        } else if becomes_a_type(schema) {
            types.hoist(pointer, schema, &prefixes);
        }
    });
    let conflicts = types.conflicts(&overlaid);
    if !conflicts.is_empty() {
        return Err(conflicts);
    }
    let hoisted = types.entries.split_off(already_named);
    if let Some(components) = document
        .as_object_mut()
        .map(|root| root.entry("components").or_insert_with(|| json!({})))
        .and_then(Value::as_object_mut)
        .map(|components| components.entry("schemas").or_insert_with(|| json!({})))
        .and_then(Value::as_object_mut)
    {
        components.extend(hoisted.into_iter().map(|entry| (entry.name, entry.schema)));
    }
    Ok(types.decisions)
}

#[derive(Default)]
struct Types {
    entries: Vec<Type>,
    decisions: Vec<Decision>,
    uses: Vec<Use>,
}

/// A place that has a type's name.
struct Use {
    name: String,
    shape: Value,
    pointer: String,
    /// The name that the type gets if it has to be told apart.
    automatic: String,
}

struct Type {
    name: String,
    /// The schema without what does not change the type.
    shape: Value,
    schema: Value,
    /// The first place of the schema.
    pointer: String,
}

impl Types {
    fn refresh(&mut self, pointer: &str, schema: &Value) {
        if let Some(entry) = self
            .entries
            .iter_mut()
            .find(|entry| entry.pointer == pointer)
        {
            entry.shape = shape(schema);
            entry.schema = schema.clone();
            self.uses.push(Use {
                name: entry.name.clone(),
                shape: entry.shape.clone(),
                pointer: pointer.to_owned(),
                automatic: format!("{}2", entry.name),
            });
        }
    }

    /// Every place whose shape is not the one that most places of its name have, with the overlay
    /// action that gives it a name of its own.
    fn conflicts(&self, overlaid: &Value) -> Vec<Problem> {
        let mut problems = Vec::new();
        for name in self
            .uses
            .iter()
            .map(|used| &used.name)
            .collect::<BTreeSet<_>>()
        {
            let uses: Vec<&Use> = self.uses.iter().filter(|used| used.name == *name).collect();
            let like = |shape: &Value| uses.iter().filter(|used| used.shape == *shape).count();
            // The first of those that have most; where all are alone, the first place counts.
            let Some(usual) = uses.iter().rev().max_by_key(|used| like(&used.shape)) else {
                continue;
            };
            for odd in uses.iter().filter(|used| used.shape != usual.shape) {
                let others = like(&usual.shape);
                let places = if others == 1 { "place" } else { "places" };
                let mut message = format!(
                    "`{name}` has another shape here ({}) than in {others} {places}, of which the \
                     first is `{}` ({}). Give it a name of its own",
                    members(&odd.shape),
                    usual.pointer,
                    members(&usual.shape),
                );
                if let Some(target) = json_path(overlaid, &odd.pointer) {
                    let action = json!({
                        "target": target,
                        "update": {"title": odd.automatic},
                        "description": format!("Name {}.", odd.automatic),
                    });
                    message.push_str(&format!(", at the end of the overlay's actions: {action}"));
                }
                problems.push(Problem::new(odd.pointer.clone(), message));
            }
        }
        problems
    }

    fn hoist(&mut self, pointer: &str, schema: &mut Value, prefixes: &[(String, String)]) {
        let Some(mut hoisted) = schema.as_object().cloned() else {
            return;
        };
        let nullable = hoisted.shift_remove("nullable");
        let site_description = hoisted.get("description").cloned();
        let own_description = hoisted.shift_remove(TYPE_DESCRIPTION);
        let title = hoisted.shift_remove("title");
        let keeps_site = own_description.is_some();
        if let Some(own) = own_description {
            hoisted.insert("description".to_owned(), own);
        }
        let hoisted = Value::Object(hoisted);
        let shape = shape(&hoisted);
        let name = match title
            .as_ref()
            .and_then(Value::as_str)
            .filter(|title| is_type_name(title))
        {
            Some(title) => title.to_owned(),
            None => self.automatic_name(pointer, prefixes, &shape),
        };
        self.uses.push(Use {
            name: name.clone(),
            shape: shape.clone(),
            pointer: pointer.to_owned(),
            automatic: base_name(pointer, prefixes),
        });
        if !self.entries.iter().any(|entry| entry.name == name) {
            self.entries.push(Type {
                name: name.clone(),
                shape,
                schema: hoisted,
                pointer: pointer.to_owned(),
            });
        }
        *schema = use_of(&name, nullable, site_description.filter(|_| keeps_site));
    }

    fn automatic_name(
        &mut self,
        pointer: &str,
        prefixes: &[(String, String)],
        shape: &Value,
    ) -> String {
        let base = base_name(pointer, prefixes);
        let taken = |name: &str| {
            self.entries
                .iter()
                .any(|entry| entry.name == name && &entry.shape != shape)
        };
        let name = std::iter::once(base.clone())
            .chain((2..).map(|number| format!("{base}{number}")))
            .find(|name| !taken(name))
            .unwrap_or(base);
        self.decisions.push(Decision {
            pointer: pointer.to_owned(),
            missing: Missing::TypeName,
            assumed: name.clone(),
        });
        name
    }
}

/// Describes a shape in a few words: its members, values, or type.
fn members(shape: &Value) -> String {
    let names: Vec<&str> = match (shape.get("properties"), shape.get("enum")) {
        (Some(Value::Object(members)), _) => members.keys().map(String::as_str).collect(),
        (_, Some(Value::Array(values))) => values.iter().filter_map(Value::as_str).collect(),
        _ => shape
            .get("type")
            .and_then(Value::as_str)
            .into_iter()
            .collect(),
    };
    names.join(", ")
}

/// A name from the operation and the place of a schema in it.
fn base_name(pointer: &str, prefixes: &[(String, String)]) -> String {
    let (prefix, rest) = prefixes
        .iter()
        .find_map(|(operation, name)| Some((name.as_str(), pointer.strip_prefix(operation)?)))
        .unwrap_or(("", pointer));
    let mut base = pascal_case(prefix);
    for token in rest.split('/') {
        let structural = [
            "content",
            "schema",
            "properties",
            "responses",
            "application~1json",
        ];
        if !structural.contains(&token) {
            base.push_str(&pascal_case(token));
        }
    }
    base
}

/// A reference to a named type. `allOf` carries what may not stand beside `$ref` in 3.0.
fn use_of(name: &str, nullable: Option<Value>, description: Option<Value>) -> Value {
    let reference = json!({"$ref": format!("#/components/schemas/{name}")});
    if nullable.is_none() && description.is_none() {
        return reference;
    }
    let mut wrapper = Map::new();
    wrapper.insert("allOf".to_owned(), json!([reference]));
    wrapper.extend(description.map(|text| ("description".to_owned(), text)));
    wrapper.extend(nullable.map(|value| ("nullable".to_owned(), value)));
    Value::Object(wrapper)
}

/// Returns `true` if typify makes a type of its own from a schema.
fn becomes_a_type(schema: &Value) -> bool {
    let has = |keyword: &str| schema.get(keyword).is_some();
    let is_string = schema.get("type").is_some_and(|kind| kind == "string");
    let is_choice = has("anyOf") || has("oneOf");
    let is_intersection = schema
        .get("allOf")
        .and_then(Value::as_array)
        .is_some_and(|branches| branches.len() > 1);
    has("properties")
        || has("enum")
        || is_choice
        || is_intersection
        || is_string && (has("minLength") || has("maxLength") || has("pattern"))
}

/// A schema without the annotations, which do not change its type.
pub(super) fn shape(schema: &Value) -> Value {
    match schema {
        Value::Object(members) => {
            let annotation =
                |key: &str| matches!(key, "description" | "example" | "examples" | "externalDocs");
            let kept = members
                .iter()
                .filter_map(|(key, value)| match (key.as_str(), value) {
                    // Names of properties are no keywords.
                    ("properties", Value::Object(properties)) => {
                        let inner = properties
                            .iter()
                            .map(|(k, v)| (k.clone(), shape(v)))
                            .collect();
                        Some((key.clone(), Value::Object(inner)))
                    }
                    ("enum" | "default", value) => Some((key.clone(), value.clone())),
                    (keyword, _) if annotation(keyword) => None,
                    (_, value) => Some((key.clone(), shape(value))),
                });
            Value::Object(kept.collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(shape).collect()),
        other => other.clone(),
    }
}

/// JSON Pointer and id of every operation.
fn operation_prefixes(document: &Value) -> Vec<(String, String)> {
    let mut prefixes = Vec::new();
    each_operation(document, |_, _, pointer, operation| {
        if let Some(id) = operation.get("operationId").and_then(Value::as_str) {
            prefixes.push((format!("{pointer}/"), id.to_owned()));
        }
    });
    prefixes
}

pub(super) fn is_type_name(title: &str) -> bool {
    title.starts_with(|first: char| first.is_ascii_uppercase())
        && title.chars().all(|c| c.is_ascii_alphanumeric())
}

fn pascal_case(text: &str) -> String {
    let words = text
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    words
        .flat_map(|word| {
            let mut letters = word.chars();
            letters
                .next()
                .map(|first| first.to_ascii_uppercase())
                .into_iter()
                .chain(letters)
        })
        .collect()
}

#[cfg(test)]
mod tests;
