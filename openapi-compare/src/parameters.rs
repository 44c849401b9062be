//! Named values around the body: parameters of requests and headers of responses.

use std::collections::HashMap;

use serde_json::Value;

use super::error::CompareError;
use super::operation::Context;
use super::pairs::Pairs;
use super::reach::UnitId;
use super::rules::{Place, Rule};
use super::surface_rules as rules;
use super::value_rules::ValueRule;
use super::view::View;
use super::walk::{Member, Walk};
use super::{content, document::Document, keywords, unclassified};

/// A parameter with what identifies it.
#[derive(Debug)]
struct Parameter<'a> {
    location: &'a str,
    /// In lower case for headers; by the old document's name for renamed path parameters.
    name: String,
    member: Member<'a>,
    view: View<'a>,
}

/// Compares the parameters of two operations, those of their path items included.
pub(super) fn compare<'a>(
    walk: &mut Walk<'a>,
    context: &Context<'a, '_>,
    (old, new): (&View<'a>, &View<'a>),
) -> Result<(), CompareError> {
    let unit = context.unit;
    let renamed: HashMap<&str, &str> = context
        .renamed
        .iter()
        .map(|(old, new)| (*new, *old))
        .collect();
    let before = list(&walk.old, (context.items.0, old), &HashMap::new())?;
    let after = list(&walk.new, (context.items.1, new), &renamed)?;
    let exact = |parameter: &Parameter<'a>| (parameter.location, parameter.name.clone());
    let by_name = |parameter: &Parameter<'a>| parameter.name.clone();
    let exact_pairs = Pairs::by_key(before, after, exact, exact);
    let mut matched = exact_pairs.matched;
    let moved = Pairs::by_key(exact_pairs.removed, exact_pairs.added, by_name, by_name);
    for (before, after) in moved.matched {
        let (old, new) = (
            Member::of(&before.view, "in"),
            Member::of(&after.view, "in"),
        );
        walk.report(unit, rules::PARAMETER_LOCATION_CHANGED, &old, &new);
        matched.push((before, after));
    }
    let missing = |view: &View<'a>| Member::Missing(view.at_key("parameters"));
    let (removed, added) = renamed_pairs(walk, unit, moved.removed, moved.added, &mut matched)?;
    for parameter in removed {
        let rule = match parameter.location {
            "header" | "cookie" => rules::HEADER_PARAMETER_REMOVED,
            _ => rules::PARAMETER_REMOVED,
        };
        walk.report(unit, rule, &parameter.member, &missing(new));
    }
    for parameter in added {
        let rule = if parameter.view.flag("required") {
            rules::PARAMETER_ADDED_REQUIRED
        } else {
            rules::PARAMETER_ADDED_OPTIONAL
        };
        walk.report(unit, rule, &missing(old), &parameter.member);
    }
    let required = [
        rules::PARAMETER_BECAME_REQUIRED,
        rules::PARAMETER_BECAME_OPTIONAL,
    ];
    for (before, after) in matched {
        named(
            walk,
            unit,
            Place::Parameter,
            required,
            (&before.view, &after.view),
        )?;
    }
    Ok(())
}

/// Takes out parameters that have another name and are the same otherwise, where one pair fits.
fn renamed_pairs<'a>(
    walk: &mut Walk<'a>,
    unit: UnitId,
    mut removed: Vec<Parameter<'a>>,
    mut added: Vec<Parameter<'a>>,
    matched: &mut Vec<(Parameter<'a>, Parameter<'a>)>,
) -> Result<(Vec<Parameter<'a>>, Vec<Parameter<'a>>), CompareError> {
    let ([before], [after]) = (removed.as_slice(), added.as_slice()) else {
        return Ok((removed, added));
    };
    let (mut old, mut new) = walk.digests();
    let alike = before.location == after.location
        && before.location != "path"
        && before.view.flag("required") == after.view.flag("required")
        && old.member(&before.view)? == new.member(&after.view)?;
    if alike && let (Some(before), Some(after)) = (removed.pop(), added.pop()) {
        let (old, new) = (
            Member::of(&before.view, "name"),
            Member::of(&after.view, "name"),
        );
        walk.report(unit, rules::PARAMETER_RENAMED, &old, &new);
        matched.push((before, after));
    }
    Ok((removed, added))
}

/// The parameters of an operation: its own, and those of its path item that it does not replace.
fn list<'a>(
    document: &Document<'a>,
    (item, operation): (&View<'a>, &View<'a>),
    renamed: &HashMap<&str, &str>,
) -> Result<Vec<Parameter<'a>>, CompareError> {
    let mut parameters: Vec<Parameter<'a>> = Vec::new();
    let own = Member::of(operation, "parameters");
    for site in own.elements() {
        parameters.push(parameter(document, Member::There(site), renamed)?);
    }
    let replaced: std::collections::HashSet<(&str, String)> = parameters
        .iter()
        .map(|own| (own.location, own.name.clone()))
        .collect();
    for site in Member::of(item, "parameters").elements() {
        let inherited = parameter(document, Member::There(site), renamed)?;
        if !replaced.contains(&(inherited.location, inherited.name.clone())) {
            parameters.push(inherited);
        }
    }
    Ok(parameters)
}

fn parameter<'a>(
    document: &Document<'a>,
    member: Member<'a>,
    renamed: &HashMap<&str, &str>,
) -> Result<Parameter<'a>, CompareError> {
    let view = member.clone().view(document)?;
    let (location, name) = (
        view.text("in").unwrap_or(""),
        view.text("name").unwrap_or(""),
    );
    let name = match location {
        "header" => name.to_ascii_lowercase(),
        "path" => renamed.get(name).copied().unwrap_or(name).to_owned(),
        _ => name.to_owned(),
    };
    let member = member.labelled(format!("{location}:{name}"));
    // The label has to be on everything inside of the parameter, too.
    let view = if view.is_shared() {
        view
    } else {
        member.clone().view(document)?
    };
    Ok(Parameter {
        location,
        name,
        member,
        view,
    })
}

/// Compares response headers by their names, which have no case.
pub(super) fn headers<'a>(
    walk: &mut Walk<'a>,
    unit: UnitId,
    (old, new): (Member<'a>, Member<'a>),
) -> Result<(), CompareError> {
    let list = |headers: &Member<'a>| headers.members().collect::<Vec<_>>();
    let key = |(name, _): &(&'a str, Member<'a>)| name.to_ascii_lowercase();
    let pairs = Pairs::by_key(list(&old), list(&new), key, key);
    for (_, header) in pairs.removed {
        let missing = Member::Missing(new.at().clone());
        let (view, _) = walk.views(header.clone(), missing.clone())?;
        let rule = if view.flag("required") {
            rules::RESPONSE_HEADER_REMOVED_REQUIRED
        } else {
            rules::RESPONSE_HEADER_REMOVED_OPTIONAL
        };
        walk.report(unit, rule, &header, &missing);
    }
    for (_, header) in pairs.added {
        let missing = Member::Missing(old.at().clone());
        walk.report(unit, rules::RESPONSE_HEADER_ADDED, &missing, &header);
    }
    let required = [
        rules::RESPONSE_HEADER_BECAME_REQUIRED,
        rules::RESPONSE_HEADER_BECAME_OPTIONAL,
    ];
    for ((_, before), (_, after)) in pairs.matched {
        let (before, after) = walk.views(before, after)?;
        named(walk, unit, Place::Header, required, (&before, &after))?;
    }
    Ok(())
}

/// Compares two parameters or two headers.
fn named<'a>(
    walk: &mut Walk<'a>,
    unit: UnitId,
    place: Place,
    [became_required, became_optional]: [Rule; 2],
    (old, new): (&View<'a>, &View<'a>),
) -> Result<(), CompareError> {
    let members = |key: &'a str| (Member::of(old, key), Member::of(new, key));
    for (key, set, unset) in [
        ("required", became_required, became_optional),
        (
            "deprecated",
            ValueRule::Deprecated.at(place),
            ValueRule::Undeprecated.at(place),
        ),
    ] {
        let (before, after) = members(key);
        match (old.flag(key), new.flag(key)) {
            (false, true) => walk.report(unit, set, &before, &after),
            (true, false) => walk.report(unit, unset, &before, &after),
            _ => {}
        }
    }
    // Another location has its own rule, and brings its usual notation with it.
    let usual = usual_style(old, place);
    let (before, after) = (Notation::of(old, usual), Notation::of(new, usual));
    if before != after {
        let key = before.differing(&after);
        let (before, after) = members(key);
        walk.report(unit, ValueRule::StyleChanged.at(place), &before, &after);
    }
    values(walk, unit, place, (old, new))?;
    unclassified::compare(
        walk,
        unit,
        (old, new),
        rules::UNCLASSIFIED_PARAMETER,
        |_, key, value| keywords::in_parameter(key, value),
    );
    Ok(())
}

/// Compares what is said about the value, by a schema or by a media type.
fn values<'a>(
    walk: &mut Walk<'a>,
    unit: UnitId,
    place: Place,
    (old, new): (&View<'a>, &View<'a>),
) -> Result<(), CompareError> {
    let members = |key: &'a str| (Member::of(old, key), Member::of(new, key));
    let has_content = |view: &View<'a>| view.get("content").is_some_and(Value::is_object);
    if has_content(old) != has_content(new) {
        let key = if has_content(old) {
            "content"
        } else {
            "schema"
        };
        let other = if has_content(new) {
            "content"
        } else {
            "schema"
        };
        let (before, after) = (Member::of(old, key), Member::of(new, other));
        walk.report(unit, ValueRule::ContentSwitched.at(place), &before, &after);
        return Ok(());
    }
    let (before, after) = members("schema");
    if before.value().is_some() || after.value().is_some() {
        walk.schemas(unit, place, before, after)?;
    }
    content::compare(walk, unit, place, members("content"))
}

/// The style of a value that names none.
fn usual_style(view: &View<'_>, place: Place) -> &'static str {
    match view.text("in") {
        Some("query" | "cookie") if place == Place::Parameter => "form",
        _ => "simple",
    }
}

/// The notation of a value as text. Members that are missing have a default that depends on the location.
#[derive(Debug, PartialEq, Eq)]
struct Notation<'a> {
    style: &'a str,
    explode: bool,
    allow_reserved: bool,
}

impl<'a> Notation<'a> {
    fn of(view: &View<'a>, usual: &'static str) -> Self {
        let style = view.text("style").unwrap_or(usual);
        let explode = view.get("explode").and_then(Value::as_bool);
        Self {
            style,
            explode: explode.unwrap_or(style == "form"),
            allow_reserved: view.flag("allowReserved"),
        }
    }

    /// The first member that is not the same.
    fn differing(&self, other: &Self) -> &'static str {
        if self.style != other.style {
            "style"
        } else if self.explode != other.explode {
            "explode"
        } else {
            "allowReserved"
        }
    }
}
