//! Matches the operations of two documents.

use serde_json::Value;

use super::error::CompareError;
use super::finding::Operation;
use super::operation::{self, Context};
use super::pairs::Pairs;
use super::pointer::Pointer;
use super::surface_rules as rules;
use super::unmatched::{self, Unmatched};
use super::view::View;
use super::walk::{Member, Walk};
use super::{document::Site, unclassified};
use crate::METHODS;

/// The method that OpenAPI 3.2 adds.
const QUERY: &str = "query";

/// The methods of a path item, in every version of OpenAPI.
fn methods() -> impl Iterator<Item = &'static str> {
    METHODS.into_iter().chain([QUERY])
}

/// A path of one document.
#[derive(Clone, Debug)]
struct Path<'a> {
    template: &'a str,
    item: Member<'a>,
}

/// Compares all paths. Whether some operation takes the document's security requirements over.
pub(super) fn compare(walk: &mut Walk<'_>) -> Result<bool, CompareError> {
    let unit = walk.unit(None);
    let all = [walk.old.member("paths"), walk.new.member("paths")];
    let [Some(old), Some(new)] = all.map(|site| site.map(Member::There)) else {
        return Ok(false);
    };
    let (mut removed, mut added) = (Vec::new(), Vec::new());
    let mut inherited = false;
    // Equal templates first, and then those that differ in the names of placeholders only.
    let pairs = Pairs::by_key(
        list(&old),
        list(&new),
        |path| path.template,
        |path| path.template,
    )
    .then_by_key(|path| shape(path.template), |path| shape(path.template));
    for (before, after) in pairs.matched {
        inherited |= item(walk, &before, &after, &mut removed, &mut added)?;
    }
    for path in pairs.removed {
        let missing = Member::Missing(new.at().clone());
        let (view, other) = walk.views(at_origin(&path, &old), missing.clone())?;
        let unmatched = operations(&path, &view, &other);
        if unmatched.is_empty() {
            walk.report(unit, rules::UNCLASSIFIED_PATH, &path.item, &missing);
        }
        removed.extend(unmatched);
    }
    for path in pairs.added {
        let missing = Member::Missing(old.at().clone());
        let (other, view) = walk.views(missing.clone(), at_origin(&path, &new))?;
        let unmatched = operations(&path, &view, &other);
        if unmatched.is_empty() {
            walk.report(unit, rules::UNCLASSIFIED_PATH, &missing, &path.item);
        }
        added.extend(unmatched);
    }
    unmatched::report(walk, removed, added)?;
    let (old, new) = walk.views(old, new)?;
    unclassified::compare(
        walk,
        unit,
        (&old, &new),
        rules::UNCLASSIFIED_PATH,
        |_, key, value| key.starts_with('/') && value.is_object(),
    );
    Ok(inherited)
}

fn list<'a>(paths: &Member<'a>) -> Vec<Path<'a>> {
    paths
        .members()
        .filter(|(template, item)| {
            template.starts_with('/') && item.value().is_some_and(Value::is_object)
        })
        .map(|(template, item)| Path { template, item })
        .collect()
}

/// The item of a path, as the start of trails.
fn at_origin<'a>(path: &Path<'a>, paths: &Member<'a>) -> Member<'a> {
    match path.item.value() {
        Some(value) => Member::There(Site::new(value, paths.at().origin(path.template))),
        None => path.item.clone(),
    }
}

/// The template without the names of its placeholders.
fn shape(template: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for character in template.chars() {
        if character == '}' {
            inside = false;
        }
        if !inside {
            text.push(character);
        }
        if character == '{' {
            inside = true;
        }
    }
    text
}

/// The names of the placeholders, in the order of the path.
fn placeholders(template: &str) -> Vec<&str> {
    template
        .split('{')
        .skip(1)
        .filter_map(|part| part.split_once('}'))
        .map(|(name, _)| name)
        .collect()
}

/// Compares two path items. Whether some operation takes the document's security over.
fn item<'a>(
    walk: &mut Walk<'a>,
    before: &Path<'a>,
    after: &Path<'a>,
    removed: &mut Vec<Unmatched<'a>>,
    added: &mut Vec<Unmatched<'a>>,
) -> Result<bool, CompareError> {
    let (root_old, root_new) = (
        Pointer::default().key("paths"),
        Pointer::default().key("paths"),
    );
    let old_item = at_origin(before, &Member::Missing(root_old));
    let new_item = at_origin(after, &Member::Missing(root_new));
    let (old, new) = walk.views(old_item, new_item)?;
    let unit = walk.unit(None);
    let names = (placeholders(before.template), placeholders(after.template));
    // A name that is in another position stands for the value there: parameters are then matched
    // by name, and the path is another one.
    let swapped = names
        .0
        .iter()
        .enumerate()
        .any(|(index, name)| names.1.get(index) != Some(name) && names.1.contains(name));
    let renamed: Vec<(&str, &str)> = if swapped {
        Vec::new()
    } else {
        names.0.into_iter().zip(names.1).collect()
    };
    let mut inherited = false;
    for method in methods() {
        let (old_member, new_member) = (operation_at(&old, method), operation_at(&new, method));
        let name = |path: &Path<'a>| Operation {
            method: method.to_ascii_uppercase().into(),
            path: path.template.into(),
        };
        match (old_member, new_member) {
            (old_member @ Member::There(_), new_member @ Member::There(_)) => {
                let operation = walk.unit(Some(name(before)));
                walk.link(operation, unit);
                if before.template != after.template {
                    let rule = if swapped {
                        rules::PATH_PARAMETERS_SWAPPED
                    } else {
                        rules::PATH_PARAMETER_RENAMED
                    };
                    walk.report_values(
                        operation,
                        rule,
                        (old.at(), Some(before.template.into())),
                        (new.at(), Some(after.template.into())),
                    );
                }
                let context = Context {
                    unit: operation,
                    items: (&old, &new),
                    renamed: &renamed,
                };
                inherited |= operation::compare(walk, &context, old_member, new_member)?;
            }
            (member @ Member::There(_), Member::Missing(_)) => {
                removed.push(Unmatched {
                    name: name(before),
                    member,
                    elsewhere: new.at().clone(),
                });
            }
            (Member::Missing(_), member @ Member::There(_)) => {
                added.push(Unmatched {
                    name: name(after),
                    member,
                    elsewhere: old.at().clone(),
                });
            }
            _ => {}
        }
    }
    unclassified::compare(
        walk,
        unit,
        (&old, &new),
        rules::UNCLASSIFIED_PATH,
        |_, key, value| match key {
            "parameters" | "servers" => value.is_array(),
            _ => methods().any(|method| method == key) && value.is_object(),
        },
    );
    Ok(inherited)
}

/// The operation under `method`; `None` if it is not an object.
fn operation_at<'a>(item: &View<'a>, method: &'a str) -> Member<'a> {
    match Member::of(item, method) {
        member if member.value().is_some_and(Value::is_object) => member,
        member => Member::Missing(member.at().clone()),
    }
}

/// The operations of a path that the other document does not have.
fn operations<'a>(path: &Path<'a>, item: &View<'a>, other: &View<'a>) -> Vec<Unmatched<'a>> {
    methods()
        .map(|method| (method, operation_at(item, method)))
        .filter(|(_, member)| member.value().is_some())
        .map(|(method, member)| Unmatched {
            name: Operation {
                method: method.to_ascii_uppercase().into(),
                path: path.template.into(),
            },
            member,
            elsewhere: other.at().clone(),
        })
        .collect()
}
