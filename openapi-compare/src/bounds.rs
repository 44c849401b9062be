//! Limits on numbers, lengths and counts.

use std::cmp::Ordering;

use serde_json::Value;

use super::fold::{Bound, End, LOWER, UPPER, order};
use super::generator::Effect;
use super::normal::Normal;
use super::value_rules::ValueRule;
use super::walk::{Node, Walk};

/// The quantity that a limit is about; it decides the generated type.
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
        let (old, new) = (plain(&node.old, key, lower), plain(&node.new, key, lower));
        let admits = |bound: &Bound, value: &Value| {
            let size = match (measure, value) {
                (Measure::Length, Value::String(text)) => text.chars().count(),
                (Measure::Count, Value::Array(items)) => items.len(),
                (Measure::Count, Value::Object(members)) => members.len(),
                _ => return true,
            };
            let order = order(&size.into(), &bound.limit);
            order.is_eq() || order.is_gt() == lower
        };
        if !implied(node, (&old, &new), admits) {
            limit(walk, node, lower, measure, (old, new));
        }
    }
    for end in [LOWER, UPPER] {
        let (old, new) = (end.of(&node.old), end.of(&node.new));
        if !implied(node, (&old, &new), |bound, value| end.admits(bound, value)) {
            toggle(walk, node, end, (old.as_ref(), new.as_ref()));
            limit(walk, node, end.lower, Measure::Number, (old, new));
        }
    }
}

/// Returns `true` if one side lists values instead of giving the limit, and all are within it.
fn implied(
    node: &Node<'_>,
    bounds: (&Option<Bound>, &Option<Bound>),
    admits: impl Fn(&Bound, &Value) -> bool,
) -> bool {
    let (bound, values) = match bounds {
        (Some(bound), None) => (bound, node.new.values()),
        (None, Some(bound)) => (bound, node.old.values()),
        (Some(old), Some(new)) => {
            // Between two lists of values, limits that admit all of them say nothing.
            let (Some(before), Some(after)) = (node.old.values(), node.new.values()) else {
                return false;
            };
            let all =
                |bound: &Bound, values: &[&Value]| values.iter().all(|value| admits(bound, value));
            return [old, new]
                .iter()
                .all(|bound| all(bound, before) && all(bound, after));
        }
        (None, None) => return false,
    };
    values.is_some_and(|values| values.iter().all(|value| admits(bound, value)))
}

/// The tightest limit under `key`. A lower limit of zero says nothing.
fn plain(schema: &Normal<'_>, key: &'static str, lower: bool) -> Option<Bound> {
    let limits = schema
        .each(key)
        .filter_map(|(value, _)| value.as_number().cloned());
    let tightest = limits.reduce(|a, b| if order(&b, &a).is_gt() == lower { b } else { a })?;
    let nothing = lower && order(&tightest, &0.into()).is_eq();
    (!nothing).then_some(Bound {
        limit: tightest,
        exclusive: false,
        key,
    })
}

fn limit<'a>(
    walk: &mut Walk<'a>,
    node: &Node<'a>,
    lower: bool,
    measure: Measure,
    (old, new): (Option<Bound>, Option<Bound>),
) {
    let ordering = match (&old, &new) {
        (Some(old), Some(new)) => order(&old.limit, &new.limit),
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
        .with_effect(effect(node, measure, presence));
    let key = |bound: &Option<Bound>, other: &Option<Bound>| {
        bound
            .as_ref()
            .or(other.as_ref())
            .map_or("", |bound| bound.key)
    };
    let old_at = node.old.at_key(key(&old, &new));
    let new_at = node.new.at_key(key(&new, &old));
    let value = |bound: Option<Bound>| bound.map(|bound| Value::Number(bound.limit));
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
    (old, new): (Option<&Bound>, Option<&Bound>),
) {
    let (Some(old), Some(new)) = (old, new) else {
        return;
    };
    if order(&old.limit, &new.limit).is_ne() || old.exclusive == new.exclusive {
        return;
    }
    let rule = if new.exclusive {
        ValueRule::BoundBecameExclusive
    } else {
        ValueRule::BoundBecameInclusive
    };
    let effect = effect(node, Measure::Number, false);
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
    let rule = rule.at(node.place).with_effect(effect);
    walk.report_values(node.unit, rule, (&old_at, before), (&new_at, after));
}

/// Returns the effect of a changed limit on the generated type; `presence`: it came or went.
fn effect(node: &Node<'_>, measure: Measure, presence: bool) -> Effect {
    let integer = node.old.types().include("integer") || node.new.types().include("integer");
    match measure {
        Measure::Length if presence => Effect::Breaking,
        Measure::Count if presence => Effect::Review,
        Measure::Number if integer => Effect::Breaking,
        _ => Effect::None,
    }
}
