//! Two ways to write one thing: nullability, exclusive bounds, numbers, the order of keys.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::{Number, Value};

use super::view::View;

/// The types a schema allows: `type` and `nullable` read together.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Types<'a> {
    /// Without `null`; `None` when the schema names no type and so allows any.
    pub(super) names: Option<BTreeSet<&'a str>>,
    /// Whether `null` is allowed by name.
    pub(super) nullable: bool,
}

impl<'a> Types<'a> {
    /// Reads `{"type": "T", "nullable": true}` and `{"type": ["T", "null"]}` as the same.
    pub(super) fn of(view: &View<'a>) -> Self {
        let mut nullable = view.flag("nullable");
        let mut names = match view.get("type") {
            Some(Value::String(name)) => Some(BTreeSet::from([name.as_str()])),
            Some(Value::Array(items)) => Some(items.iter().filter_map(Value::as_str).collect()),
            _ => None,
        };
        if let Some(names) = &mut names {
            nullable |= names.remove("null");
            // Every integer is a number.
            if names.contains("number") {
                names.remove("integer");
            }
        }
        Self { names, nullable }
    }

    pub(super) fn include(&self, name: &str) -> bool {
        self.names
            .as_ref()
            .is_some_and(|names| names.contains(name))
    }

    /// Whether every type of `other` is allowed here, `null` aside.
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

/// The values of `enum`, without the `null` that a nullable schema may or may not repeat there.
pub(super) fn enumeration<'a>(view: &View<'a>) -> Option<Vec<&'a Value>> {
    let values = view.get("enum")?.as_array()?;
    let nullable = Types::of(view).nullable;
    Some(
        values
            .iter()
            .filter(|value| !(nullable && value.is_null()))
            .collect(),
    )
}

/// An end of a range of numbers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bound<'a> {
    pub(super) limit: &'a Number,
    pub(super) exclusive: bool,
    /// The keyword that gives the limit.
    pub(super) key: &'static str,
}

/// The names of the keywords of one end.
#[derive(Clone, Copy, Debug)]
pub(super) struct End {
    pub(super) inclusive: &'static str,
    pub(super) exclusive: &'static str,
    /// Whether a greater limit is the tighter one.
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
    /// Reads `{"minimum": 0, "exclusiveMinimum": true}` and `{"exclusiveMinimum": 0}` as the same.
    ///
    /// With two numeric keywords the tighter one counts.
    pub(super) fn of<'a>(self, view: &View<'a>) -> Option<Bound<'a>> {
        let number = |key| match view.get(key) {
            Some(Value::Number(number)) => Some(number),
            _ => None,
        };
        let toggled = view.flag(self.exclusive);
        let inclusive = number(self.inclusive).map(|limit| Bound {
            limit,
            exclusive: toggled,
            key: self.inclusive,
        });
        let exclusive = number(self.exclusive).map(|limit| Bound {
            limit,
            exclusive: true,
            key: self.exclusive,
        });
        match (inclusive, exclusive) {
            (Some(a), Some(b)) => {
                let order = order(a.limit, b.limit);
                let tighter = if self.lower {
                    order.is_gt()
                } else {
                    order.is_lt()
                };
                Some(if tighter { a } else { b })
            }
            (a, b) => a.or(b),
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

/// Whether two values are the same JSON: the order of keys and the spelling of numbers aside.
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

fn write_number(number: &Number, text: &mut String) {
    // Beyond 2^53 a float no longer tells neighboring integers apart.
    const MAX_EXACT: f64 = 9_007_199_254_740_992.0;
    let whole = number
        .as_f64()
        .filter(|float| number.is_f64() && float.fract() == 0.0 && float.abs() < MAX_EXACT);
    let _ = match whole {
        // The conversion is exact within the limit, and makes -0.0 a plain zero.
        Some(float) => write!(text, "{}", float as i64),
        None => write!(text, "{number}"),
    };
}
