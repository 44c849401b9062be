//! Decisions that the overlay lacks about a document, with the actions that would take them.

use std::fmt;

use serde_json::{Map, Value, json};

use openapi_compare::escape::one_line;
use openapi_compare::json_pointer::unescaped;

/// The longest text from the document in a message, in characters.
const MAX_CHARS: usize = 200;

/// The missing decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missing {
    OperationId,
    Idempotency,
    Effect,
    Command,
    TypeName,
}

impl Missing {
    /// The member that an overlay update adds.
    pub(crate) fn member(self) -> &'static str {
        match self {
            Self::OperationId => "operationId",
            Self::Idempotency => "x-octocom-idempotency",
            Self::Effect => "x-octocom-effect",
            Self::Command => "x-octocom-command",
            Self::TypeName => "title",
        }
    }

    /// Returns `true` if programs act on the decision, so that no default may stand in for it.
    pub(crate) fn must_be_decided(self) -> bool {
        matches!(self, Self::Effect | Self::Command)
    }
}

/// A decision that a maintainer should take, and what holds until then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Decision {
    /// JSON Pointer to the operation or schema, in the document after the overlay.
    pub(crate) pointer: String,
    pub(crate) missing: Missing,
    /// The value that is used meanwhile.
    pub(crate) assumed: String,
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pointer = one_line(&self.pointer, MAX_CHARS);
        let assumed = one_line(&self.assumed, MAX_CHARS);
        write!(f, "at `{pointer}`: ")?;
        match self.missing {
            Missing::OperationId => write!(
                f,
                "no operation id in the overlay: using the provisional `{assumed}`"
            ),
            Missing::Idempotency | Missing::Effect | Missing::Command => write!(
                f,
                "no `{}` in the overlay: assuming `{assumed}`",
                self.missing.member()
            ),
            Missing::TypeName => write!(
                f,
                "no `title` in the overlay: using the automatic name `{assumed}`"
            ),
        }
    }
}

/// Overlay actions that would take the decisions as they are assumed, one for each place.
///
/// `overlaid` is the document after the overlay, where an action at the overlay's end applies.
pub(crate) fn actions(overlaid: &Value, decisions: &[Decision]) -> Vec<Value> {
    let mut updates: Vec<(&str, Map<String, Value>)> = Vec::new();
    for decision in decisions {
        let member = (
            decision.missing.member().to_owned(),
            Value::String(decision.assumed.clone()),
        );
        match updates.last_mut() {
            Some((pointer, update)) if *pointer == decision.pointer => update.extend([member]),
            _ => updates.push((&decision.pointer, Map::from_iter([member]))),
        }
    }
    updates
        .into_iter()
        .filter_map(|(pointer, update)| {
            let target = json_path(overlaid, pointer)?;
            Some(json!({"target": target, "update": update}))
        })
        .collect()
}

/// The JSONPath (RFC 9535) of a JSON Pointer that leads somewhere.
pub(crate) fn json_path(document: &Value, pointer: &str) -> Option<String> {
    let mut path = String::from("$");
    let mut at = document;
    for token in pointer.split('/').skip(1) {
        let token = unescaped(token);
        at = match at {
            Value::Array(items) => {
                path.push_str(&format!("[{token}]"));
                items.get(token.parse::<usize>().ok()?)?
            }
            _ => {
                path.push_str(&selector(&token));
                at.get(&token)?
            }
        };
    }
    Some(path)
}

fn selector(name: &str) -> String {
    let plain = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric());
    if plain {
        return format!(".{name}");
    }
    let mut quoted = String::from("['");
    for character in name.chars() {
        match character {
            '\'' | '\\' => quoted.extend(['\\', character]),
            c if c.is_control() => quoted.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push_str("']");
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json_path::JsonPath;

    #[test]
    fn decisions_about_one_place_are_one_action_that_finds_it() {
        let odd = "/it's\\ {odd}\u{7}/~";
        let document = json!({"paths": {odd: {"get": {"x": [{}, {"y": {}}]}}}});
        let operation = openapi_compare::json_pointer::child("/paths", odd) + "/get";
        let decision = |pointer: &str, missing, assumed: &str| Decision {
            pointer: pointer.to_owned(),
            missing,
            assumed: assumed.to_owned(),
        };
        let found = actions(
            &document,
            &[
                decision(&operation, Missing::OperationId, "get_odd"),
                decision(&operation, Missing::Idempotency, "safe"),
                decision(&format!("{operation}/x/1/y"), Missing::TypeName, "Odd"),
                decision("/nowhere", Missing::TypeName, "Gone"),
            ],
        );
        let updates: Vec<_> = found.iter().map(|action| &action["update"]).collect();
        assert_eq!(
            updates,
            [
                &json!({"operationId": "get_odd", "x-octocom-idempotency": "safe"}),
                &json!({"title": "Odd"})
            ]
        );
        let target = |index: usize| {
            let path = JsonPath::parse(found[index]["target"].as_str().unwrap()).unwrap();
            path.query(&document).exactly_one().unwrap().clone()
        };
        assert_eq!(target(0), json!({"x": [{}, {"y": {}}]}));
        assert_eq!(target(1), json!({}));
    }
}
