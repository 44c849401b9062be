//! Fields of a record that a call asks for, as paths: `customer.email`, `messages.40..80.text`.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// Most paths of a call, and most characters of each.
const MAX_PATHS: usize = 50;
const MAX_CHARS: usize = 200;

/// The first index of a range, and the one behind its last; `None` for the end.
type Bounds = (usize, Option<usize>);

/// A path to a part of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Selection(Vec<Segment>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Segment {
    Name(String),
    /// Items of an array from one index up to another.
    Range(usize, Option<usize>),
}

impl Segment {
    fn read(text: &str) -> Self {
        let number = |text: &str| text.parse::<usize>().ok();
        if let Some(index) = number(text) {
            return Self::Range(index, index.checked_add(1));
        }
        match text.split_once("..") {
            Some((from, "")) if number(from).is_some() => {
                Self::Range(number(from).unwrap_or_default(), None)
            }
            Some((from, to)) => match (number(from), number(to)) {
                (Some(from), Some(to)) => Self::Range(from, Some(to)),
                _ => Self::Name(text.to_owned()),
            },
            None => Self::Name(text.to_owned()),
        }
    }
}

impl Selection {
    /// Reads the argument `fields`: a list of paths.
    pub(crate) fn read(fields: &Value) -> Result<Vec<Self>, String> {
        let expected = "`fields` must be a list of texts, as in [\"id\", \"messages.0..20.text\"]";
        let paths = fields.as_array().ok_or(expected)?;
        if paths.len() > MAX_PATHS {
            let given = paths.len();
            return Err(format!(
                "`fields` has {given} paths, allowed are {MAX_PATHS}"
            ));
        }
        let selections: Result<Vec<_>, String> = paths
            .iter()
            .map(|path| {
                let path = path.as_str().ok_or(expected)?;
                if path.is_empty() || path.chars().count() > MAX_CHARS {
                    let given = path.chars().count();
                    return Err(format!(
                        "a path of `fields` has {given} characters, allowed are 1 to {MAX_CHARS}"
                    ));
                }
                Ok(Self::parse(path))
            })
            .collect();
        let selections = selections?;
        let mut ranges = BTreeMap::new();
        for (names, range) in selections.iter().filter_map(Self::range) {
            let before = ranges.insert(names, range);
            if before.is_some_and(|before| before != range) {
                return Err("`fields` has two ranges of one list; ask for one at a time".to_owned());
            }
        }
        Ok(selections)
    }

    /// Returns the first range, and the names on the path to it.
    fn range(&self) -> Option<(Vec<String>, Bounds)> {
        let mut names = Vec::new();
        for segment in &self.0 {
            match segment {
                Segment::Name(name) => names.push(name.clone()),
                Segment::Range(from, to) => return Some((names, (*from, *to))),
            }
        }
        None
    }

    fn parse(path: &str) -> Self {
        // A range has dots of its own.
        let path = path.replace("..", "\u{0}");
        let segments = path.split('.');
        Self(
            segments
                .map(|segment| Segment::read(&segment.replace('\u{0}', "..")))
                .collect(),
        )
    }

    /// Returns the selection of the rest of an array, from an index on; `None` if this selection has
    /// none of it.
    fn rest(&self, names: &[String], from: usize) -> Option<Self> {
        let mut segments = self.0.iter().cloned();
        let mut rest = Vec::new();
        for name in names {
            match segments.next() {
                Some(Segment::Name(own)) if own == *name => {}
                // All below its end was selected.
                None => {}
                Some(_) => return None,
            }
            rest.push(Segment::Name(name.clone()));
        }
        match segments.next() {
            Some(Segment::Range(_, to)) => rest.push(Segment::Range(from, to)),
            Some(other) => rest.extend([Segment::Range(from, None), other]),
            None => rest.push(Segment::Range(from, None)),
        }
        rest.extend(segments);
        Some(Self(rest))
    }

    /// Returns the part of a record; `None` if the record does not have it.
    fn part(value: &Value, segments: &[Segment]) -> Option<Value> {
        let Some((first, rest)) = segments.split_first() else {
            return Some(value.clone());
        };
        let each = |items: &[Value]| -> Value {
            // Items without it keep their place, so that several paths fit together.
            let empty = || Value::Object(Map::new());
            let parts = items
                .iter()
                .map(|item| Self::part(item, rest).unwrap_or_else(empty));
            Value::Array(parts.collect())
        };
        match (first, value) {
            (Segment::Name(name), Value::Object(members)) => {
                let part = Self::part(members.get(name)?, rest)?;
                Some(Value::Object(Map::from_iter([(name.clone(), part)])))
            }
            (Segment::Name(_), Value::Array(items)) => {
                let has_it = items
                    .iter()
                    .any(|item| Self::part(item, segments).is_some());
                let parts = items.iter().map(|item| {
                    Self::part(item, segments).unwrap_or_else(|| Value::Object(Map::new()))
                });
                has_it.then(|| Value::Array(parts.collect()))
            }
            (Segment::Range(from, to), Value::Array(items)) => {
                let to = to.unwrap_or(items.len()).min(items.len());
                items.get(*from..to).map(each)
            }
            // A member may have a number for its name.
            (Segment::Range(from, _), Value::Object(members)) => {
                let name = from.to_string();
                let part = Self::part(members.get(&name)?, rest)?;
                Some(Value::Object(Map::from_iter([(name, part)])))
            }
            _ => None,
        }
    }
}

/// Returns the parts of a record that are asked for; `None` if it has none of them.
pub(crate) fn select(record: &Value, selections: &[Selection]) -> Option<Value> {
    if selections.is_empty() {
        return Some(record.clone());
    }
    let parts = selections
        .iter()
        .filter_map(|selection| Selection::part(record, &selection.0));
    parts.reduce(merge)
}

fn merge(one: Value, other: Value) -> Value {
    match (one, other) {
        (Value::Object(mut one), Value::Object(other)) => {
            for (name, value) in other {
                let merged = match one.remove(&name) {
                    Some(before) => merge(before, value),
                    None => value,
                };
                one.insert(name, merged);
            }
            Value::Object(one)
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            let both = one.into_iter().zip(other);
            Value::Array(both.map(|(one, other)| merge(one, other)).collect())
        }
        (Value::Array(mut one), Value::Array(other)) => {
            one.extend(other);
            Value::Array(one)
        }
        (_, other) => other,
    }
}

/// Returns the selections of the rest of an array, which was cut at an index.
pub(crate) fn rest(selections: &[Selection], names: &[String], from: usize) -> Vec<Selection> {
    match selections {
        [] => Selection(Vec::new())
            .rest(names, from)
            .into_iter()
            .collect(),
        _ => selections
            .iter()
            .filter_map(|selection| selection.rest(names, from))
            .collect(),
    }
}

/// Returns the index that each selected array starts at, by the names on its path.
pub(crate) fn starts(selections: &[Selection]) -> BTreeMap<Vec<String>, usize> {
    let ranges = selections.iter().filter_map(Selection::range);
    ranges.map(|(names, (from, _))| (names, from)).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn selected(record: &Value, fields: &Value) -> Option<Value> {
        select(record, &Selection::read(fields).unwrap())
    }

    #[test]
    fn paths_take_members_items_and_ranges() {
        let record = json!({"id": "a", "customer": {"name": "n", "email": "e"},
            "messages": [{"text": "0", "at": 0}, {"text": "1", "at": 1}, {"text": "2", "at": 2}]});
        for (fields, expected) in [
            (json!(["id"]), json!({"id": "a"})),
            (
                json!(["customer.email"]),
                json!({"customer": {"email": "e"}}),
            ),
            (
                json!(["messages.1.text"]),
                json!({"messages": [{"text": "1"}]}),
            ),
            (
                json!(["messages.1.."]),
                json!({"messages": [{"text": "1", "at": 1},
                {"text": "2", "at": 2}]}),
            ),
            (
                json!(["messages.0..2.text", "messages.0..2.at", "id"]),
                json!({"id": "a", "messages": [{"text": "0", "at": 0}, {"text": "1", "at": 1}]}),
            ),
            (
                json!(["messages.text"]),
                json!({"messages": [{"text": "0"}, {"text": "1"},
                {"text": "2"}]}),
            ),
        ] {
            assert_eq!(selected(&record, &fields), Some(expected), "{fields}");
        }
        for fields in [
            json!(["nothing"]),
            json!(["id.deeper"]),
            json!(["messages.9.."]),
        ] {
            assert_eq!(selected(&record, &fields), None, "{fields}");
        }
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for fields in [
            json!("id"),
            json!([1]),
            json!([""]),
            json!([" ".repeat(201)]),
        ] {
            assert!(Selection::read(&fields).is_err(), "{fields}");
        }
        let many = json!(vec!["a"; 51]);
        let problem = Selection::read(&many).unwrap_err();
        assert_eq!(problem, "`fields` has 51 paths, allowed are 50");
    }

    #[test]
    fn the_rest_of_an_array_starts_where_it_was_cut() {
        let names = ["messages".to_owned()];
        let record = json!({"id": "a", "messages": [{"t": 0, "u": 0}, {"t": 1, "u": 1},
            {"t": 2, "u": 2}, {"t": 3, "u": 3}]});
        for (fields, expected) in [
            (
                json!([]),
                json!({"messages": [{"t": 2, "u": 2}, {"t": 3, "u": 3}]}),
            ),
            (
                json!(["id", "messages"]),
                json!({"messages": [{"t": 2, "u": 2}, {"t": 3, "u": 3}]}),
            ),
            (
                json!(["messages.t"]),
                json!({"messages": [{"t": 2}, {"t": 3}]}),
            ),
            (json!(["messages.1..3.t"]), json!({"messages": [{"t": 2}]})),
            (
                json!(["messages.1..3.t", "messages.1..3.u"]),
                json!({"messages": [{"t": 2, "u": 2}]}),
            ),
        ] {
            let fields = Selection::read(&fields).unwrap();
            let rest = rest(&fields, &names, 2);
            assert_eq!(starts(&rest), BTreeMap::from([(names.to_vec(), 2)]));
            assert_eq!(select(&record, &rest), Some(expected), "{fields:?}");
        }
        let two = Selection::read(&json!(["messages.0..2", "messages.2..4"]));
        assert!(two.unwrap_err().contains("two ranges of one list"));
    }
}
