//! Two ways to write one thing: types, exclusive bounds, numbers, the order of keys.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::{Number, Value};

use super::normal::Normal;

/// The types a schema allows: `type` and `nullable` read together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Types<'a> {
    /// Without `null`; `None` when the schema names no type and so allows any.
    pub(super) names: Option<BTreeSet<&'a str>>,
    /// `true` if `null` is allowed by name.
    pub(super) nullable: bool,
}

impl<'a> Types<'a> {
    /// The types that all of `sets` allow; `lifted` allows `null` in addition.
    pub(super) fn all_of(sets: Vec<BTreeSet<&'a str>>, lifted: bool) -> Self {
        let mut sets = sets.into_iter().map(|mut set| {
            // Every integer is a number.
            if set.contains("number") {
                set.remove("integer");
            }
            set
        });
        let Some(first) = sets.next() else {
            return Self {
                names: None,
                nullable: lifted,
            };
        };
        let mut names = sets.fold(first, |mine, theirs| both(&mine, &theirs));
        let nullable = names.remove("null") || lifted;
        Self {
            names: Some(names),
            nullable,
        }
    }

    pub(super) fn include(&self, name: &str) -> bool {
        self.names
            .as_ref()
            .is_some_and(|names| names.contains(name))
    }

    /// Returns `true` if the only numbers allowed are whole ones.
    pub(super) fn only_integers(&self) -> bool {
        self.names
            .as_ref()
            .is_some_and(|names| names.contains("integer") && !names.contains("number"))
    }

    /// Returns `true` if every type of `other` is allowed here, `null` aside.
    pub(super) fn cover(&self, other: &Self) -> bool {
        match (&self.names, &other.names) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(mine), Some(theirs)) => theirs
                .iter()
                .all(|name| mine.contains(name) || (*name == "integer" && mine.contains("number"))),
        }
    }
}

/// The types of both sets; an integer is what integers and numbers have in common.
fn both<'a>(mine: &BTreeSet<&'a str>, theirs: &BTreeSet<&'a str>) -> BTreeSet<&'a str> {
    let mut names: BTreeSet<&'a str> = mine.intersection(theirs).copied().collect();
    for (one, other) in [(mine, theirs), (theirs, mine)] {
        if one.contains("integer") && other.contains("number") {
            names.insert("integer");
        }
    }
    names
}

/// An end of a range of numbers.
#[derive(Clone, Debug)]
pub(super) struct Bound {
    pub(super) limit: Number,
    pub(super) exclusive: bool,
    /// The keyword that gives the limit.
    pub(super) key: &'static str,
}

/// The names of the keywords of one end.
#[derive(Clone, Copy, Debug)]
pub(super) struct End {
    pub(super) inclusive: &'static str,
    pub(super) exclusive: &'static str,
    /// `true` if a greater limit is the tighter one.
    pub(super) lower: bool,
}

pub(super) const LOWER: End = End {
    inclusive: "minimum",
    exclusive: "exclusiveMinimum",
    lower: true,
};
pub(super) const UPPER: End = End {
    inclusive: "maximum",
    exclusive: "exclusiveMaximum",
    lower: false,
};

impl End {
    /// Reads the tightest limit that a schema sets.
    ///
    /// `{"minimum": 0, "exclusiveMinimum": true}` and `{"exclusiveMinimum": 0}` are the same, and
    /// so is `{"minimum": 1}` for integers.
    pub(super) fn of(self, schema: &Normal<'_>) -> Option<Bound> {
        let inclusive = schema
            .each(self.inclusive)
            .map(|(value, exclusive)| (value, exclusive, self.inclusive));
        let exclusive = schema
            .each(self.exclusive)
            .map(|(value, _)| (value, true, self.exclusive));
        let whole = schema.types().only_integers();
        let bounds = inclusive
            .chain(exclusive)
            .filter_map(|(value, exclusive, key)| {
                let bound = Bound {
                    limit: value.as_number()?.clone(),
                    exclusive,
                    key,
                };
                Some(if whole { self.whole(bound) } else { bound })
            });
        bounds.reduce(|a, b| if self.is_tighter(&b, &a) { b } else { a })
    }

    fn is_tighter(self, a: &Bound, b: &Bound) -> bool {
        match order(&a.limit, &b.limit) {
            Ordering::Equal => a.exclusive && !b.exclusive,
            order => order.is_gt() == self.lower,
        }
    }

    /// The nearest whole number within the limit, where that is exact.
    fn whole(self, bound: Bound) -> Bound {
        let step = if self.lower { 1 } else { -1 };
        let limit = match (bound.limit.as_i128(), bound.limit.as_f64()) {
            (Some(limit), _) if bound.exclusive => limit + step,
            (Some(limit), _) => limit,
            (None, Some(limit)) if limit.abs() < MAX_EXACT => {
                let inside = if self.lower {
                    limit.ceil()
                } else {
                    limit.floor()
                };
                // The conversion is exact within the limit.
                let whole = inside as i128;
                if bound.exclusive && inside == limit {
                    whole + step
                } else {
                    whole
                }
            }
            _ => return bound,
        };
        match Number::from_i128(limit) {
            Some(limit) => Bound {
                limit,
                exclusive: false,
                key: bound.key,
            },
            None => bound,
        }
    }

    /// Returns `true` unless `value` is a number outside of the limit.
    pub(super) fn admits(self, bound: &Bound, value: &Value) -> bool {
        let Some(number) = value.as_number() else {
            return true;
        };
        match order(number, &bound.limit) {
            Ordering::Equal => !bound.exclusive,
            order => order.is_gt() == self.lower,
        }
    }
}

/// Compares numbers by value, whether they are written as `1` or `1.0`.
pub(super) fn order(a: &Number, b: &Number) -> Ordering {
    match (a.as_i128(), b.as_i128()) {
        (Some(a), Some(b)) => a.cmp(&b),
        // Numbers from JSON are finite, so that they always compare.
        _ => a
            .as_f64()
            .partial_cmp(&b.as_f64())
            .unwrap_or(Ordering::Equal),
    }
}

/// Returns `true` if two values are the same JSON: the order of keys and the spelling of numbers aside.
pub(super) fn json_equal(a: &Value, b: &Value) -> bool {
    a == b || canonical(a) == canonical(b)
}

/// One text for all spellings of a value.
///
/// Recursive; the nesting of documents is limited before anything gets here.
pub(super) fn canonical(value: &Value) -> String {
    let mut text = String::new();
    write_canonical(value, &mut text);
    text
}

fn write_canonical(value: &Value, text: &mut String) {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<_> = map.iter().collect();
            keys.sort_by_key(|(key, _)| key.as_str());
            text.push('{');
            for (key, value) in keys {
                let _ = write!(text, "{key:?}:");
                write_canonical(value, text);
                text.push(',');
            }
            text.push('}');
        }
        Value::Array(items) => {
            text.push('[');
            for item in items {
                write_canonical(item, text);
                text.push(',');
            }
            text.push(']');
        }
        Value::Number(number) => write_number(number, text),
        Value::String(string) => {
            let _ = write!(text, "{string:?}");
        }
        other => {
            let _ = write!(text, "{other}");
        }
    }
}

/// Beyond 2^53 a float no longer tells neighboring integers apart.
const MAX_EXACT: f64 = 9_007_199_254_740_992.0;

fn write_number(number: &Number, text: &mut String) {
    let whole = number
        .as_f64()
        .filter(|float| number.is_f64() && float.fract() == 0.0 && float.abs() < MAX_EXACT);
    let _ = match whole {
        // The conversion is exact within the limit, and makes -0.0 a plain zero.
        Some(float) => write!(text, "{}", float as i64),
        None => write!(text, "{number}"),
    };
}
