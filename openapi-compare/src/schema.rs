//! What two schemas say about a value: types, lists of values, formats, and everything beside.

use serde_json::Value;

use super::error::CompareError;
use super::fold::{Types, canonical, enumeration, json_equal};
use super::level::RustImpact;
use super::surface_rules::UNCLASSIFIED_SCHEMA;
use super::value_rules::ValueRule;
use super::walk::{Node, Slot, Walk};
use super::{bounds, branches, keywords, leftovers, objects};

/// Compares two schemas, and notes the schemas inside of them for comparison.
pub(super) fn compare<'a>(walk: &mut Walk<'a>, node: &Node<'a>) -> Result<(), CompareError> {
    types(walk, node);
    values(walk, node);
    format(walk, node);
    keyword(
        walk,
        node,
        "const",
        [
            ValueRule::ConstAdded,
            ValueRule::ConstChanged,
            ValueRule::ConstRemoved,
        ],
    );
    keyword(
        walk,
        node,
        "pattern",
        [
            ValueRule::PatternAdded,
            ValueRule::PatternChanged,
            ValueRule::PatternRemoved,
        ],
    );
    keyword(
        walk,
        node,
        "multipleOf",
        [
            ValueRule::MultipleOfAdded,
            ValueRule::MultipleOfChanged,
            ValueRule::MultipleOfRemoved,
        ],
    );
    keyword(
        walk,
        node,
        "default",
        [
            ValueRule::DefaultAdded,
            ValueRule::DefaultChanged,
            ValueRule::DefaultRemoved,
        ],
    );
    flag(
        walk,
        node,
        "uniqueItems",
        [ValueRule::UniqueItemsSet, ValueRule::UniqueItemsUnset],
    );
    flag(
        walk,
        node,
        "readOnly",
        [ValueRule::ReadOnlySet, ValueRule::ReadOnlyUnset],
    );
    flag(
        walk,
        node,
        "writeOnly",
        [ValueRule::WriteOnlySet, ValueRule::WriteOnlyUnset],
    );
    flag(
        walk,
        node,
        "deprecated",
        [ValueRule::Deprecated, ValueRule::Undeprecated],
    );
    bounds::compare(walk, node);
    objects::compare(walk, node)?;
    branches::compare(walk, node)?;
    items(walk, node)?;
    leftovers::compare(
        walk,
        node.unit,
        (&node.old, &node.new),
        UNCLASSIFIED_SCHEMA,
        keywords::in_schema,
    );
    Ok(())
}

impl<'a> Node<'a> {
    /// The member `key` on both sides.
    pub(super) fn slots(&self, key: &'a str) -> (Slot<'a>, Slot<'a>) {
        (Slot::of(&self.old, key), Slot::of(&self.new, key))
    }

    /// Reports `rule` for the member `key`.
    pub(super) fn report(&self, walk: &mut Walk<'a>, rule: ValueRule, key: &'a str) {
        self.report_rust(walk, rule, key, rule.at(self.place).rust);
    }

    /// Reports `rule` for the member `key`, with an impact that depends on the values.
    pub(super) fn report_rust(
        &self,
        walk: &mut Walk<'a>,
        rule: ValueRule,
        key: &'a str,
        rust: RustImpact,
    ) {
        let (old, new) = self.slots(key);
        walk.report(self.unit, rule.at(self.place).with_rust(rust), &old, &new);
    }
}

fn types<'a>(walk: &mut Walk<'a>, node: &Node<'a>) {
    let (old, new) = (Types::of(&node.old), Types::of(&node.new));
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
    let (old, new) = match (enumeration(&node.old), enumeration(&node.new)) {
        (None, None) => return,
        (None, Some(_)) => return node.report(walk, ValueRule::EnumIntroduced, "enum"),
        (Some(_), None) => return node.report(walk, ValueRule::EnumDropped, "enum"),
        (Some(old), Some(new)) => (Values::of(&old), Values::of(&new)),
    };
    let at = (node.old.at_key("enum"), node.new.at_key("enum"));
    for value in old.without(&new) {
        let rule = ValueRule::EnumValueRemoved.at(node.place);
        walk.report_values(node.unit, rule, (&at.0, Some(value.clone())), (&at.1, None));
    }
    for value in new.without(&old) {
        let rule = ValueRule::EnumValueAdded.at(node.place);
        walk.report_values(node.unit, rule, (&at.0, None), (&at.1, Some(value.clone())));
    }
}

/// A set of JSON values that remembers their order.
struct Values<'a> {
    texts: std::collections::HashSet<String>,
    values: Vec<(String, &'a Value)>,
}

impl<'a> Values<'a> {
    fn of(values: &[&'a Value]) -> Self {
        let mut texts = std::collections::HashSet::new();
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

/// Formats that the generator gives a type of its own; the others stay texts and numbers.
const TYPED_FORMATS: &[&str] = &[
    "uuid",
    "date",
    "date-time",
    "ip",
    "ipv4",
    "ipv6",
    "float",
    "double",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
];

/// Formats whose values all have the second format, too.
const CONTAINED_FORMATS: &[(&str, &str)] = &[("int32", "int64"), ("float", "double")];

fn format<'a>(walk: &mut Walk<'a>, node: &Node<'a>) {
    let (old, new) = (node.old.text("format"), node.new.text("format"));
    let rule = match (old, new) {
        (old, new) if old == new => return,
        (None, _) => ValueRule::FormatAdded,
        (_, None) => ValueRule::FormatRemoved,
        (Some(old), Some(new)) if CONTAINED_FORMATS.contains(&(old, new)) => {
            ValueRule::FormatWidened
        }
        (Some(old), Some(new)) if CONTAINED_FORMATS.contains(&(new, old)) => {
            ValueRule::FormatNarrowed
        }
        _ => ValueRule::FormatChanged,
    };
    let typed = [old, new]
        .into_iter()
        .flatten()
        .any(|format| TYPED_FORMATS.contains(&format));
    let rust = if typed {
        RustImpact::Breaking
    } else {
        RustImpact::None
    };
    node.report_rust(walk, rule, "format", rust);
}

/// Compares a keyword by its value: added, changed, removed.
fn keyword<'a>(
    walk: &mut Walk<'a>,
    node: &Node<'a>,
    key: &'a str,
    [added, changed, removed]: [ValueRule; 3],
) {
    let rule = match (node.old.get(key), node.new.get(key)) {
        (None, None) => return,
        (None, Some(_)) => added,
        (Some(_), None) => removed,
        (Some(old), Some(new)) if json_equal(old, new) => return,
        _ => changed,
    };
    node.report(walk, rule, key);
}

/// Compares a keyword that is either set or not.
fn flag<'a>(walk: &mut Walk<'a>, node: &Node<'a>, key: &'a str, [set, unset]: [ValueRule; 2]) {
    match (node.old.flag(key), node.new.flag(key)) {
        (false, true) => node.report(walk, set, key),
        (true, false) => node.report(walk, unset, key),
        _ => {}
    }
}

/// Compares what arrays contain; without `items` they contain anything.
fn items<'a>(walk: &mut Walk<'a>, node: &Node<'a>) -> Result<(), CompareError> {
    let (old, new) = node.slots("items");
    let readable = |slot: &Slot<'a>| {
        slot.value()
            .is_none_or(|value| value.is_object() || value.is_boolean())
    };
    let absent = old.value().is_none() && new.value().is_none();
    if absent || !readable(&old) || !readable(&new) {
        return Ok(());
    }
    walk.schemas(node.unit, node.place.inside(), old, new)
}
