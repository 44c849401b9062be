//! Compares two operations.

use super::error::CompareError;
use super::reach::UnitId;
use super::rules::{Direction, Place};
use super::surface_rules as rules;
use super::view::View;
use super::walk::{Member, Walk};
use super::{content, keywords, parameters, responses, security, servers, surface, unclassified};

/// The surroundings of a pair of operations.
#[derive(Debug)]
pub(super) struct Context<'a, 'c> {
    pub(super) unit: UnitId,
    /// The path items.
    pub(super) items: (&'c View<'a>, &'c View<'a>),
    /// The names of the placeholders in the old and in the new path.
    pub(super) renamed: &'c [(&'a str, &'a str)],
}

/// Compares two operations. Whether one of them takes the document's security requirements over.
pub(super) fn compare<'a>(
    walk: &mut Walk<'a>,
    context: &Context<'a, '_>,
    old: Member<'a>,
    new: Member<'a>,
) -> Result<bool, CompareError> {
    let unit = context.unit;
    let (old, new) = walk.views(old, new)?;
    let both = |key: &'a str| (Member::of(&old, key), Member::of(&new, key));
    surface::report_change(
        walk,
        unit,
        rules::OPERATION_ID_CHANGED,
        &both("operationId"),
    );
    tags(walk, unit, (&old, &new));
    deprecation(walk, unit, (&old, &new));
    let inherited = credentials(walk, context, (&old, &new));
    base_urls(walk, context, (&old, &new))?;
    parameters::compare(walk, context, (&old, &new))?;
    request_body(walk, unit, both("requestBody"))?;
    responses::compare(walk, unit, both("responses"))?;
    unclassified::compare(
        walk,
        unit,
        (&old, &new),
        rules::UNCLASSIFIED_OPERATION,
        |_, key, value| keywords::in_operation(key, value),
    );
    Ok(inherited)
}

fn tags<'a>(walk: &mut Walk<'a>, unit: UnitId, (old, new): (&View<'a>, &View<'a>)) {
    let set = |view: &View<'a>| {
        view.texts("tags")
            .collect::<std::collections::BTreeSet<_>>()
    };
    if set(old) != set(new) {
        let (old, new) = (Member::of(old, "tags"), Member::of(new, "tags"));
        walk.report(unit, rules::OPERATION_TAGS_CHANGED, &old, &new);
    }
}

fn deprecation<'a>(walk: &mut Walk<'a>, unit: UnitId, (old, new): (&View<'a>, &View<'a>)) {
    let members = |key| (Member::of(old, key), Member::of(new, key));
    let (before, after) = members("deprecated");
    match (old.flag("deprecated"), new.flag("deprecated")) {
        (false, true) => walk.report(unit, rules::OPERATION_DEPRECATED, &before, &after),
        (true, false) => walk.report(unit, rules::OPERATION_UNDEPRECATED, &before, &after),
        _ => {}
    }
    // Dates in ISO 8601 sort as text; any other change could be either way.
    let earlier = match (old.text("x-sunset"), new.text("x-sunset")) {
        (before, after) if before == after => return,
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(before), Some(after)) => !(is_date(before) && is_date(after) && before < after),
    };
    let rule = if earlier {
        rules::SUNSET_MOVED_EARLIER
    } else {
        rules::SUNSET_MOVED_LATER
    };
    let (before, after) = members("x-sunset");
    walk.report(unit, rule, &before, &after);
}

/// Returns `true` if a text starts as a date of ISO 8601 does.
fn is_date(text: &str) -> bool {
    let mut characters = text.chars();
    "0000-00-00"
        .chars()
        .all(|form| match (form, characters.next()) {
            ('0', Some(character)) => character.is_ascii_digit(),
            (form, character) => character == Some(form),
        })
}

/// Compares the requirements that apply: the operation's own, or else the document's.
fn credentials<'a>(
    walk: &mut Walk<'a>,
    context: &Context<'a, '_>,
    (old, new): (&View<'a>, &View<'a>),
) -> bool {
    let roots = (
        Member::There(walk.old.root()),
        Member::There(walk.new.root()),
    );
    let effective = |view: &View<'a>, root: &Member<'a>| match Member::of(view, "security") {
        Member::Missing(_) => root.member("security"),
        own => own,
    };
    let both = (effective(old, &roots.0), effective(new, &roots.1));
    security::requirements(walk, context.unit, both);
    !old.has("security") || !new.has("security")
}

/// Compares the servers of the operation, or else of its path, or else of the document. Those of
/// the document are compared once, with the document.
fn base_urls<'a>(
    walk: &mut Walk<'a>,
    context: &Context<'a, '_>,
    (old, new): (&View<'a>, &View<'a>),
) -> Result<(), CompareError> {
    let own = |view: &View<'a>, item: &View<'a>| {
        [view, item]
            .into_iter()
            .map(|view| Member::of(view, "servers"))
            .find(|member| member.value().is_some())
    };
    let (before, after) = (own(old, context.items.0), own(new, context.items.1));
    if before.is_none() && after.is_none() {
        return Ok(());
    }
    let before = before.unwrap_or_else(|| Member::There(walk.old.root()).member("servers"));
    let after = after.unwrap_or_else(|| Member::There(walk.new.root()).member("servers"));
    servers::compare(walk, context.unit, (before, after))
}

fn request_body<'a>(
    walk: &mut Walk<'a>,
    unit: UnitId,
    (old_member, new_member): (Member<'a>, Member<'a>),
) -> Result<(), CompareError> {
    let (old, new) = walk.views(old_member.clone(), new_member.clone())?;
    let rule = match (old_member.value().is_some(), new_member.value().is_some()) {
        (false, false) => return Ok(()),
        (false, true) if new.flag("required") => rules::REQUEST_BODY_ADDED_REQUIRED,
        (false, true) => rules::REQUEST_BODY_ADDED_OPTIONAL,
        (true, false) => rules::REQUEST_BODY_REMOVED,
        (true, true) => return request_bodies(walk, unit, (&old, &new)),
    };
    walk.report(unit, rule, &old_member, &new_member);
    Ok(())
}

fn request_bodies<'a>(
    walk: &mut Walk<'a>,
    unit: UnitId,
    (old, new): (&View<'a>, &View<'a>),
) -> Result<(), CompareError> {
    let (before, after) = (Member::of(old, "required"), Member::of(new, "required"));
    match (old.flag("required"), new.flag("required")) {
        (false, true) => walk.report(unit, rules::REQUEST_BODY_BECAME_REQUIRED, &before, &after),
        (true, false) => walk.report(unit, rules::REQUEST_BODY_BECAME_OPTIONAL, &before, &after),
        _ => {}
    }
    let both = (Member::of(old, "content"), Member::of(new, "content"));
    content::compare(walk, unit, Place::body(Direction::Request), both)?;
    unclassified::compare(
        walk,
        unit,
        (old, new),
        rules::UNCLASSIFIED_BODY,
        |_, key, value| match key {
            "required" => value.is_boolean(),
            "content" => value.is_object(),
            _ => false,
        },
    );
    Ok(())
}
