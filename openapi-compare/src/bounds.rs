//! Limits on numbers, lengths and counts.

use std::cmp::Ordering;

use serde_json::Value;

use super::fold::{Bound, End, LOWER, Types, UPPER, order};
use super::level::RustImpact;
use super::value_rules::ValueRule;
use super::view::View;
use super::walk::{Node, Walk};

/// What a limit counts, which decides what the generator makes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Measure {
    /// The characters of a text: a newtype that checks them.
    Length,
    /// The items of an array or the members of an object: no type, or an array of fixed size.
    Count,
    /// The number itself: an integer's limits pick its type.
    Number,
}

/// Keywords that give a limit by a plain number; whether it is the lower one.
const PLAIN: [(&str, bool, Measure); 6] = [
    ("minLength", true, Measure::Length),
    ("maxLength", false, Measure::Length),
    ("minItems", true, Measure::Count),
    ("maxItems", false, Measure::Count),
    ("minProperties", true, Measure::Count),
    ("maxProperties", false, Measure::Count),
];

pub(super) fn compare<'a>(walk: &mut Walk<'a>, node: &Node<'a>) {
    for (key, lower, measure) in PLAIN {
        let (old, new) = (plain(&node.old, key), plain(&node.new, key));
        limit(walk, node, lower, measure, (old, new));
    }
    for end in [LOWER, UPPER] {
        let (old, new) = (end.of(&node.old), end.of(&node.new));
        limit(walk, node, end.lower, Measure::Number, (old, new));
        toggle(walk, node, end, (old, new));
    }
}

fn plain<'a>(view: &View<'a>, key: &'static str) -> Option<Bound<'a>> {
    match view.get(key)? {
        Value::Number(limit) => Some(Bound {
            limit,
            exclusive: false,
            key,
        }),
        _ => None,
    }
}

fn limit<'a>(
    walk: &mut Walk<'a>,
    node: &Node<'a>,
    lower: bool,
    measure: Measure,
    (old, new): (Option<Bound<'a>>, Option<Bound<'a>>),
) {
    let ordering = match (old, new) {
        (Some(old), Some(new)) => order(old.limit, new.limit),
        _ => Ordering::Equal,
    };
    let rule = match (old.is_some(), new.is_some(), lower, ordering) {
        (false, true, true, _) => ValueRule::LowerBoundSet,
        (false, true, false, _) => ValueRule::UpperBoundSet,
        (true, false, true, _) => ValueRule::LowerBoundRemoved,
        (true, false, false, _) => ValueRule::UpperBoundRemoved,
        (_, _, true, Ordering::Less) => ValueRule::LowerBoundRaised,
        (_, _, true, Ordering::Greater) => ValueRule::LowerBoundLowered,
        (_, _, false, Ordering::Less) => ValueRule::UpperBoundRaised,
        (_, _, false, Ordering::Greater) => ValueRule::UpperBoundLowered,
        (_, _, _, Ordering::Equal) => return,
    };
    let presence = old.is_some() != new.is_some();
    let rule = rule
        .at(node.place)
        .with_rust(impact(node, measure, presence));
    let key = |bound: Option<Bound<'a>>, other: Option<Bound<'a>>| {
        bound.or(other).map_or("", |bound| bound.key)
    };
    let value = |bound: Option<Bound<'a>>| bound.map(|bound| Value::Number(bound.limit.clone()));
    let old_at = node.old.at_key(key(old, new));
    let new_at = node.new.at_key(key(new, old));
    walk.report_values(
        node.unit,
        rule,
        (&old_at, value(old)),
        (&new_at, value(new)),
    );
}

/// Compares whether the same limit belongs to the range.
fn toggle<'a>(
    walk: &mut Walk<'a>,
    node: &Node<'a>,
    end: End,
    (old, new): (Option<Bound<'a>>, Option<Bound<'a>>),
) {
    let (Some(old), Some(new)) = (old, new) else {
        return;
    };
    if order(old.limit, new.limit).is_ne() || old.exclusive == new.exclusive {
        return;
    }
    let rule = if new.exclusive {
        ValueRule::BoundBecameExclusive
    } else {
        ValueRule::BoundBecameInclusive
    };
    let rust = impact(node, Measure::Number, false);
    let [before, after] = [old, new].map(|bound| Some(Value::Bool(bound.exclusive)));
    let old_at = node.old.at_key(if old.exclusive {
        end.exclusive
    } else {
        old.key
    });
    let new_at = node.new.at_key(if new.exclusive {
        end.exclusive
    } else {
        new.key
    });
    let rule = rule.at(node.place).with_rust(rust);
    walk.report_values(node.unit, rule, (&old_at, before), (&new_at, after));
}

/// What a change of a limit does to the generated type; `presence`: it came or went.
fn impact(node: &Node<'_>, measure: Measure, presence: bool) -> RustImpact {
    let integer =
        Types::of(&node.old).include("integer") || Types::of(&node.new).include("integer");
    match measure {
        Measure::Length if presence => RustImpact::Breaking,
        Measure::Count if presence => RustImpact::Review,
        Measure::Number if integer => RustImpact::Breaking,
        _ => RustImpact::None,
    }
}
