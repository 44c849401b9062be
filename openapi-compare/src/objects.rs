//! The members of objects: which there are, which must be, and whether there may be others.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::document::Document;
use super::error::CompareError;
use super::fold::Types;
use super::rules::{Direction, Rule};
use super::surface_rules as rules;
use super::value_rules::{DirectionRule, ValueRule};
use super::view::{Fold, View};
use super::walk::{Node, Slot, Walk};

pub(super) fn compare<'a>(walk: &mut Walk<'a>, node: &Node<'a>) -> Result<(), CompareError> {
    if gained(walk, node) {
        return additional(walk, node);
    }
    members(walk, node)?;
    required(walk, node);
    additional(walk, node)
}

/// The members of the object under `properties`.
fn properties<'a>(view: &View<'a>) -> Option<&'a Map<String, Value>> {
    view.get("properties").and_then(Value::as_object)
}

fn names<'a>(view: &View<'a>) -> BTreeSet<&'a str> {
    if view.get("required").is_some_and(super::keywords::is_texts) {
        view.texts("required").collect()
    } else {
        BTreeSet::new()
    }
}

/// Whether the object named no member and now does. Such an object had no type of its own, so
/// that one finding says more than one for each member.
fn gained<'a>(walk: &mut Walk<'a>, node: &Node<'a>) -> bool {
    let bare = Types::of(&node.old).names == Some(BTreeSet::from(["object"]))
        && properties(&node.old).is_none_or(Map::is_empty)
        && names(&node.old).is_empty()
        && node
            .old
            .get("additionalProperties")
            .is_none_or(|value| value == &Value::Bool(true))
        && !["allOf", "oneOf", "anyOf"]
            .iter()
            .any(|key| node.old.has(key));
    let Some(members) = properties(&node.new) else {
        return false;
    };
    if !bare || members.is_empty() {
        return false;
    }
    let demanded = node.place.direction() == Direction::Request && !names(&node.new).is_empty();
    let rule = if demanded {
        ValueRule::ObjectGainedRequiredProperties
    } else {
        ValueRule::ObjectGainedProperties
    };
    node.report(walk, rule, "properties");
    true
}

fn members<'a>(walk: &mut Walk<'a>, node: &Node<'a>) -> Result<(), CompareError> {
    let (old, new) = node.slots("properties");
    for (name, before) in old.members() {
        let after = new.member(name);
        if after.value().is_some() {
            walk.schemas(node.unit, node.place.inside(), before, after)?;
        } else {
            walk.report(node.unit, removal(node, name), &before, &after);
        }
    }
    for (name, after) in new.members() {
        let before = old.member(name);
        if before.value().is_none() {
            let rule = addition(&walk.new, node, name, after.clone())?;
            walk.report(node.unit, rule, &before, &after);
        }
    }
    Ok(())
}

/// The rule for a member that is gone.
fn removal(node: &Node<'_>, name: &str) -> Rule {
    match node.place.direction() {
        Direction::Request if is_closed(&node.new) => rules::REQUEST_PROPERTY_REMOVED_CLOSED,
        Direction::Request => rules::REQUEST_PROPERTY_REMOVED,
        Direction::Response if names(&node.old).contains(name) => {
            rules::RESPONSE_PROPERTY_REMOVED_REQUIRED
        }
        Direction::Response => rules::RESPONSE_PROPERTY_REMOVED_OPTIONAL,
    }
}

/// The rule for a member that is new.
fn addition<'a>(
    document: &Document<'a>,
    node: &Node<'a>,
    name: &str,
    member: Slot<'a>,
) -> Result<Rule, CompareError> {
    let direction = node.place.direction();
    if direction == Direction::Response && is_closed(&node.old) {
        return Ok(rules::RESPONSE_PROPERTY_ADDED_CLOSED);
    }
    // A member that only the other side writes is not asked of this one.
    let elsewhere = match direction {
        Direction::Request => "readOnly",
        Direction::Response => "writeOnly",
    };
    let required = names(&node.new).contains(name)
        && !member
            .view(document, Fold::Schema { keep: None })?
            .flag(elsewhere);
    let rule = if required {
        DirectionRule::PropertyAddedRequired
    } else {
        DirectionRule::PropertyAddedOptional
    };
    Ok(rule.at(direction))
}

/// Compares which members must be there, for those that came or went with nothing else said.
fn required<'a>(walk: &mut Walk<'a>, node: &Node<'a>) {
    let (old, new) = (names(&node.old), names(&node.new));
    let has = |view: &View<'a>, name: &str| {
        properties(view).is_some_and(|members| members.contains_key(name))
    };
    let at = (node.old.at_key("required"), node.new.at_key("required"));
    let text = |name: &str| Some(Value::String(name.to_owned()));
    for name in new
        .difference(&old)
        .filter(|name| has(&node.old, name) || !has(&node.new, name))
    {
        let rule = DirectionRule::PropertyBecameRequired.at(node.place.direction());
        walk.report_values(node.unit, rule, (&at.0, None), (&at.1, text(name)));
    }
    for name in old
        .difference(&new)
        .filter(|name| has(&node.new, name) || !has(&node.old, name))
    {
        let rule = DirectionRule::PropertyBecameOptional.at(node.place.direction());
        walk.report_values(node.unit, rule, (&at.0, text(name)), (&at.1, None));
    }
}

/// Whether members without a name are refused.
fn is_closed(view: &View<'_>) -> bool {
    view.get("additionalProperties") == Some(&Value::Bool(false))
}

/// What an object says about members it does not name.
enum Others<'a> {
    /// Anything goes.
    Open(Slot<'a>),
    /// None may come.
    Closed,
    /// They must match a schema.
    Schema(Slot<'a>),
}

impl<'a> Others<'a> {
    fn of(document: &Document<'a>, view: &View<'a>) -> Result<Self, CompareError> {
        if is_closed(view) {
            return Ok(Self::Closed);
        }
        let slot = Slot::of(view, "additionalProperties");
        if !slot.value().is_some_and(Value::is_object) {
            return Ok(Self::Open(slot));
        }
        let schema = slot.clone().view(document, Fold::Schema { keep: None })?;
        let empty = schema.keys().next().is_none() && schema.odd().is_none();
        Ok(if empty {
            Self::Open(slot)
        } else {
            Self::Schema(slot)
        })
    }
}

fn additional<'a>(walk: &mut Walk<'a>, node: &Node<'a>) -> Result<(), CompareError> {
    const KEY: &str = "additionalProperties";
    let place = node.place.inside();
    match (
        Others::of(&walk.old, &node.old)?,
        Others::of(&walk.new, &node.new)?,
    ) {
        (Others::Closed, Others::Closed) => {}
        (Others::Closed, _) => node.report(walk, ValueRule::AdditionalPropertiesOpened, KEY),
        (_, Others::Closed) => node.report(walk, ValueRule::AdditionalPropertiesClosed, KEY),
        (Others::Open(old), Others::Open(new)) => {
            if old.value().is_some() != new.value().is_some() {
                node.report(walk, ValueRule::AdditionalPropertiesExplicit, KEY);
            }
        }
        // Saying nothing allows everything, as the schema that says nothing does.
        (Others::Open(old), Others::Schema(new)) => {
            walk.schemas(node.unit, place, Slot::Missing(old.at().clone()), new)?;
        }
        (Others::Schema(old), Others::Open(new)) => {
            walk.schemas(node.unit, place, old, Slot::Missing(new.at().clone()))?;
        }
        (Others::Schema(old), Others::Schema(new)) => walk.schemas(node.unit, place, old, new)?,
    }
    Ok(())
}
