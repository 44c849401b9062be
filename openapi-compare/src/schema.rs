//! Compares two schemas: types, lists of values, formats, and everything beside.

use std::collections::{BTreeSet, HashSet};

use serde_json::Value;

use super::document::Site;
use super::error::CompareError;
use super::fold::canonical;
use super::formats::{self, Format};
use super::generator::{Effect, Growth};
use super::level::Level;
use super::normal::Normal;
use super::rules::Direction;
use super::unions::has_type;
use super::value_rules::ValueRule;
use super::walk::{Member, Node, Walk};
use super::{bounds, branches, objects, unclassified};

/// Compares two schemas, and notes the schemas inside of them for comparison.
pub(super) fn compare<'a>(walk: &mut Walk<'a>, node: &Node<'a>) -> Result<(), CompareError> {
    if branches::against_one(walk, node)? {
        return Ok(());
    }
    types(walk, node);
    values(walk, node);
    format(walk, node);
    for (key, rules) in KEYWORDS {
        keyword(walk, node, key, rules);
    }
    for (key, rules) in FLAGS {
        flag(walk, node, key, rules);
    }
    bounds::compare(walk, node);
    objects::compare(walk, node)?;
    branches::compare(walk, node)?;
    items(walk, node)?;
    unclassified::schema(walk, node);
    Ok(())
}

/// Keywords that are compared by their value, with the rules for one that is added, changed, removed.
const KEYWORDS: [(&str, [ValueRule; 3]); 3] = [
    (
        "pattern",
        [
            ValueRule::PatternAdded,
            ValueRule::PatternChanged,
            ValueRule::PatternRemoved,
        ],
    ),
    (
        "multipleOf",
        [
            ValueRule::MultipleOfAdded,
            ValueRule::MultipleOfChanged,
            ValueRule::MultipleOfRemoved,
        ],
    ),
    (
        "default",
        [
            ValueRule::DefaultAdded,
            ValueRule::DefaultChanged,
            ValueRule::DefaultRemoved,
        ],
    ),
];

/// Keywords that are either set or not.
const FLAGS: [(&str, [ValueRule; 2]); 4] = [
    (
        "uniqueItems",
        [ValueRule::UniqueItemsSet, ValueRule::UniqueItemsUnset],
    ),
    (
        "readOnly",
        [ValueRule::ReadOnlySet, ValueRule::ReadOnlyUnset],
    ),
    (
        "writeOnly",
        [ValueRule::WriteOnlySet, ValueRule::WriteOnlyUnset],
    ),
    (
        "deprecated",
        [ValueRule::Deprecated, ValueRule::Undeprecated],
    ),
];

impl<'a> Node<'a> {
    /// The member `key` on both sides.
    pub(super) fn members(&self, key: &'a str) -> (Member<'a>, Member<'a>) {
        (self.old.member(key), self.new.member(key))
    }

    /// Reports `rule` for the member `key`.
    pub(super) fn report(&self, walk: &mut Walk<'a>, rule: ValueRule, key: &'a str) {
        self.report_effect(walk, rule, key, rule.at(self.place).effect);
    }

    /// Reports `rule` for the member `key`, with an effect that depends on the values.
    pub(super) fn report_effect(
        &self,
        walk: &mut Walk<'a>,
        rule: ValueRule,
        key: &'a str,
        effect: Effect,
    ) {
        let (old, new) = self.members(key);
        walk.report(
            self.unit,
            rule.at(self.place).with_effect(effect),
            &old,
            &new,
        );
    }
}

/// The types of a schema; one that lists values and names no type has the types of its values.
fn names<'a>(mine: &Normal<'a>, theirs: &Normal<'a>) -> Option<BTreeSet<&'a str>> {
    let (own, other) = (&mine.types().names, &theirs.types().names);
    match (own, other, mine.values()) {
        (None, Some(other), Some(values)) => {
            let known = |value: &&&Value| other.iter().find(|name| has_type(value, name)).copied();
            let found: Vec<Option<&str>> = values.iter().map(|value| known(&value)).collect();
            found.into_iter().collect()
        }
        _ => own.clone(),
    }
}

fn types<'a>(walk: &mut Walk<'a>, node: &Node<'a>) {
    let (mut old, mut new) = (node.old.types().clone(), node.new.types().clone());
    (old.names, new.names) = (names(&node.old, &node.new), names(&node.new, &node.old));
    match (new.cover(&old), old.cover(&new)) {
        (true, true) => {}
        (true, false) => node.report(walk, ValueRule::TypeWidened, "type"),
        (false, true) => node.report(walk, ValueRule::TypeNarrowed, "type"),
        (false, false) => node.report(walk, ValueRule::TypeReplaced, "type"),
    }
    // A schema without types allows null in any case; then the change of types says it all.
    if old.nullable == new.nullable || old.names.is_some() != new.names.is_some() {
        return;
    }
    let rule = if new.nullable {
        ValueRule::BecameNullable
    } else {
        ValueRule::BecameNonNull
    };
    // The values are given as read, so that both ways of writing have one fingerprint.
    let [before, after] = [old.nullable, new.nullable].map(|nullable| Some(Value::Bool(nullable)));
    walk.report_values(
        node.unit,
        rule.at(node.place),
        (node.old.at(), before),
        (node.new.at(), after),
    );
}

/// Compares the lists of allowed values, one finding for each value.
fn values<'a>(walk: &mut Walk<'a>, node: &Node<'a>) {
    let (old, new) = match (node.old.values(), node.new.values()) {
        (None, None) => return,
        (None, Some(_)) => return node.report(walk, ValueRule::EnumIntroduced, listing(&node.new)),
        (Some(_), None) => return node.report(walk, ValueRule::EnumDropped, listing(&node.old)),
        (Some(old), Some(new)) => (Values::of(old), Values::of(new)),
    };
    let at = (
        node.old.at_key(listing(&node.old)),
        node.new.at_key(listing(&node.new)),
    );
    if let ([before], [after]) = (old.values.as_slice(), new.values.as_slice()) {
        if before.0 != after.0 {
            let rule = ValueRule::ConstChanged.at(node.place);
            let (before, after) = (Some(before.1.clone()), Some(after.1.clone()));
            walk.report_values(node.unit, rule, (&at.0, before), (&at.1, after));
        }
        return;
    }
    for value in old.without(&new) {
        let rule = ValueRule::EnumValueRemoved.at(node.place);
        walk.report_values(node.unit, rule, (&at.0, Some(value.clone())), (&at.1, None));
    }
    let mut added = ValueRule::EnumValueAdded.at(node.place);
    let refused = walk.generator.enums == Growth::Closed
        && node.place.direction() == Direction::Response
        && !node.place.is_ignored();
    if refused {
        added = added.with_level(Level::Breaking);
    }
    for value in new.without(&old) {
        walk.report_values(
            node.unit,
            added,
            (&at.0, None),
            (&at.1, Some(value.clone())),
        );
    }
}

/// The keyword that lists the values of a schema.
fn listing(schema: &Normal<'_>) -> &'static str {
    ["enum", "const"]
        .into_iter()
        .find(|key| schema.get(key).is_some())
        .unwrap_or("oneOf")
}

/// A set of JSON values that remembers their order.
struct Values<'a> {
    texts: HashSet<String>,
    values: Vec<(String, &'a Value)>,
}

impl<'a> Values<'a> {
    fn of(values: &[&'a Value]) -> Self {
        let mut texts = HashSet::new();
        let values = values
            .iter()
            .map(|value| (canonical(value), *value))
            .filter(|(text, _)| texts.insert(text.clone()))
            .collect();
        Self { texts, values }
    }

    fn without(&self, other: &Self) -> impl Iterator<Item = &'a Value> {
        self.values
            .iter()
            .filter(|(text, _)| !other.texts.contains(text))
            .map(|(_, value)| *value)
    }
}

fn format<'a>(walk: &mut Walk<'a>, node: &Node<'a>) {
    let (old, new) = (Format::of(&node.old), Format::of(&node.new));
    // The values of a list say by themselves that they have the format.
    let implied = match (&old, &new) {
        (Some(format), None) => node.new.values().map(|values| (format, values)),
        (None, Some(format)) => node.old.values().map(|values| (format, values)),
        _ => None,
    };
    let implied = implied.is_some_and(|(format, values)| format.admits_all(values));
    let Some(rule) = formats::rule(old.as_ref(), new.as_ref()).filter(|_| !implied) else {
        return;
    };
    let typed = [&old, &new].into_iter().flatten().any(Format::is_typed);
    let effect = if typed {
        Effect::Breaking
    } else {
        Effect::None
    };
    let key = old.or(new).map_or("format", |format| format.key);
    node.report_effect(walk, rule, key, effect);
}

/// Compares a keyword by its value: added, changed, removed.
fn keyword<'a>(
    walk: &mut Walk<'a>,
    node: &Node<'a>,
    key: &'static str,
    [added, changed, removed]: [ValueRule; 3],
) {
    let read = |schema: &Normal<'a>| match key {
        "default" => schema.said(key),
        _ => schema.all(key),
    };
    let (old, new) = (read(&node.old), read(&node.new));
    let before = Site::first_without(&old, &new);
    let after = Site::first_without(&new, &old);
    let rule = match (&before, &after) {
        (None, None) => return,
        (None, Some(_)) => added,
        (Some(_), None) => removed,
        (Some(_), Some(_)) => changed,
    };
    let (before, after) = (node.old.or_here(before), node.new.or_here(after));
    walk.report(node.unit, rule.at(node.place), &before, &after);
}

/// Compares a keyword that is either set or not.
fn flag<'a>(walk: &mut Walk<'a>, node: &Node<'a>, key: &'static str, [set, unset]: [ValueRule; 2]) {
    let rule = match (node.old.flag(key), node.new.flag(key)) {
        (false, true) => set,
        (true, false) => unset,
        _ => return,
    };
    // The change of the mark itself is judged as if the value were sent.
    let place = match (key, node.place.is_ignored()) {
        ("readOnly" | "writeOnly", true) => node.place.sent(),
        _ => node.place,
    };
    let (old, new) = node.members(key);
    walk.report(node.unit, rule.at(place), &old, &new);
}

/// Compares what arrays contain; without `items` they contain anything.
fn items<'a>(walk: &mut Walk<'a>, node: &Node<'a>) -> Result<(), CompareError> {
    let fits = |value: &Value| value.is_object() || value.is_boolean();
    let (old, new) = (node.old.inner("items", fits), node.new.inner("items", fits));
    let unreadable = |schema: &Normal<'a>, member: &Member<'a>| {
        member.value().is_none() && schema.get("items").is_some()
    };
    let absent = old.value().is_none() && new.value().is_none();
    if absent || unreadable(&node.old, &old) || unreadable(&node.new, &new) {
        return Ok(());
    }
    walk.schemas(node.unit, node.place.inside(), old, new)
}
