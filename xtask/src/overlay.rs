//! OpenAPI Overlay 1.0: our decisions about the document, applied to it.
//!
//! The rules are those of the [specification](https://spec.openapis.org/overlay/v1.0.0.html):
//! an update of an object merges into it, member by member; an update of an array is appended;
//! `remove` takes the target out of its parent. Beyond it, an action that matches nothing is a
//! problem, because it decides about something that is no longer there.

use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::Value;
use serde_json_path::{JsonPath, PathElement};

use crate::problem::{Problem, Problems};
use openapi_compare::json_pointer::child;

/// An Overlay document.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Overlay {
    /// Version of the Overlay specification.
    overlay: String,
    #[expect(dead_code, reason = "required by the specification, read by people")]
    info: Info,
    actions: Vec<Action>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "required by the specification, read by people")]
struct Info {
    title: String,
    version: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Action {
    target: String,
    #[expect(dead_code, reason = "the reason for the action, read by people")]
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    update: Option<Value>,
    #[serde(default)]
    remove: bool,
}

impl Overlay {
    /// Reads and checks an Overlay document.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("reading `{}`", path.display()))?;
        Self::parse(&text).with_context(|| format!("`{}` is no overlay", path.display()))
    }

    pub(crate) fn parse(text: &str) -> Result<Self> {
        let mut json = serde_json::Deserializer::from_str(text);
        let overlay: Self = serde_path_to_error::deserialize(&mut json)?;
        let mut problems = Vec::new();
        if !overlay.overlay.starts_with("1.0.") {
            let message = format!("expected version 1.0.x, found `{}`", overlay.overlay);
            problems.push(Problem::new("/overlay", message));
        }
        if overlay.actions.is_empty() {
            problems.push(Problem::new(
                "/actions",
                "an overlay needs at least one action",
            ));
        }
        for (index, action) in overlay.actions.iter().enumerate() {
            if action.remove == action.update.is_some() {
                let message = "an action has either `update` or `remove: true`";
                problems.push(Problem::new(format!("/actions/{index}"), message));
            }
            if let Err(error) = JsonPath::parse(&action.target) {
                let message = format!("not a JSONPath: {error}");
                problems.push(Problem::new(format!("/actions/{index}/target"), message));
            }
        }
        if problems.is_empty() {
            Ok(overlay)
        } else {
            Err(Problems::in_file("overlay", problems).into())
        }
    }

    /// Applies every action in order.
    ///
    /// # Errors
    ///
    /// All actions that match nothing or a value that cannot be updated, by their place in the
    /// overlay.
    pub(crate) fn apply(&self, document: &mut Value) -> Result<(), Vec<Problem>> {
        let mut problems = Vec::new();
        for (index, action) in self.actions.iter().enumerate() {
            if let Err(message) = action.apply(document) {
                let message = format!("{message}: {}", action.target);
                problems.push(Problem::new(format!("/actions/{index}"), message));
            }
        }
        if problems.is_empty() {
            Ok(())
        } else {
            Err(problems)
        }
    }
}

impl Action {
    fn apply(&self, document: &mut Value) -> Result<(), String> {
        let path = JsonPath::parse(&self.target).map_err(|error| error.to_string())?;
        let mut places: Vec<Vec<Token>> = path
            .query_located(document)
            .locations()
            .map(|location| location.iter().map(Token::from).collect())
            .collect();
        if places.is_empty() {
            return Err("the action matches nothing".to_owned());
        }
        // Last first, so that removing an item of an array leaves the places before it valid.
        places.sort();
        places.dedup();
        for place in places.iter().rev() {
            match &self.update {
                Some(update) => update_at(document, place, update)?,
                None => remove_at(document, place)?,
            }
        }
        Ok(())
    }
}

/// One step of a place in a document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Token {
    Index(usize),
    Name(String),
}

impl From<&PathElement<'_>> for Token {
    fn from(element: &PathElement<'_>) -> Self {
        match element {
            PathElement::Name(name) => Self::Name((*name).to_owned()),
            PathElement::Index(index) => Self::Index(*index),
        }
    }
}

fn pointer(place: &[Token]) -> String {
    place
        .iter()
        .fold(String::new(), |parent, token| match token {
            Token::Name(name) => child(&parent, name),
            Token::Index(index) => child(&parent, &index.to_string()),
        })
}

fn update_at(document: &mut Value, place: &[Token], update: &Value) -> Result<(), String> {
    let pointer = pointer(place);
    match document.pointer_mut(&pointer) {
        Some(target @ (Value::Object(_) | Value::Array(_))) => {
            if target.is_object() != update.is_object() && target.is_object() {
                return Err(format!(
                    "only an object can update the object at `{pointer}`"
                ));
            }
            merge(target, update);
            Ok(())
        }
        Some(_) => Err(format!("`{pointer}` is neither an object nor an array")),
        None => Err(format!(
            "`{pointer}` is gone: an action may not remove what it updates"
        )),
    }
}

fn merge(target: &mut Value, update: &Value) {
    match (target, update) {
        (Value::Object(target), Value::Object(update)) => {
            for (key, value) in update {
                match target.get_mut(key) {
                    Some(member) => merge(member, value),
                    None => {
                        target.insert(key.clone(), value.clone());
                    }
                }
            }
        }
        (Value::Array(target), Value::Array(update)) => target.extend(update.iter().cloned()),
        (Value::Array(target), update) => target.push(update.clone()),
        (target, update) => *target = update.clone(),
    }
}

fn remove_at(document: &mut Value, place: &[Token]) -> Result<(), String> {
    let Some((last, parent)) = place.split_last() else {
        return Err("the whole document cannot be removed".to_owned());
    };
    match (document.pointer_mut(&pointer(parent)), last) {
        (Some(Value::Object(object)), Token::Name(name)) => {
            // `shift_remove` keeps the order of the other keys.
            object.shift_remove(name);
            Ok(())
        }
        (Some(Value::Array(array)), Token::Index(index)) if *index < array.len() => {
            array.remove(*index);
            Ok(())
        }
        // A parent that matched as well is removed after its children, so nothing is missing here.
        _ => Err(format!("`{}` is gone", pointer(place))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn apply(actions: Value, mut document: Value) -> Result<Value, String> {
        let overlay = json!({
            "overlay": "1.0.0", "info": {"title": "t", "version": "1"}, "actions": actions
        });
        let overlay = Overlay::parse(&overlay.to_string()).map_err(|e| format!("{e:#}"))?;
        match overlay.apply(&mut document) {
            Ok(()) => Ok(document),
            Err(problems) => Err(problems
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("; ")),
        }
    }

    #[test]
    fn objects_merge_arrays_append_and_the_rest_is_replaced() {
        let document = json!({"a": {"b": 1, "c": {"d": [1]}}, "e": [1, 2]});
        let update = json!([
            {"target": "$.a", "update": {"b": 2, "c": {"d": [2], "n": null}}},
            {"target": "$.e", "update": 3},
        ]);
        let expected = json!({"a": {"b": 2, "c": {"d": [1, 2], "n": null}}, "e": [1, 2, 3]});
        assert_eq!(apply(update, document), Ok(expected));
    }

    #[test]
    fn removing_several_items_of_an_array_removes_those_and_no_others() {
        let document = json!({"a": [{"x": 1}, {"y": 2}, {"x": 3}, {"y": 4}]});
        let remove = json!([{"target": "$.a[?@.x]", "remove": true}]);
        assert_eq!(
            apply(remove, document),
            Ok(json!({"a": [{"y": 2}, {"y": 4}]}))
        );
    }

    #[test]
    fn an_action_that_matches_nothing_is_a_problem_at_its_place() {
        let actions = json!([
            {"target": "$.a", "update": {"b": 1}},
            {"target": "$.nowhere", "update": {"b": 1}},
            {"target": "$.gone", "remove": true},
        ]);
        assert_eq!(
            apply(actions, json!({"a": {}})),
            Err("at `/actions/1`: the action matches nothing: $.nowhere; \
                 at `/actions/2`: the action matches nothing: $.gone"
                .to_owned())
        );
    }

    #[test]
    fn what_cannot_be_updated_is_a_problem() {
        let primitive = json!([{"target": "$.a", "update": {"b": 1}}]);
        assert_eq!(
            apply(primitive, json!({"a": 1})),
            Err("at `/actions/0`: `/a` is neither an object nor an array: $.a".to_owned())
        );
        let mixed = json!([{"target": "$.a", "update": [1]}]);
        assert_eq!(
            apply(mixed, json!({"a": {}})),
            Err("at `/actions/0`: only an object can update the object at `/a`: $.a".to_owned())
        );
    }

    #[test]
    fn an_overlay_that_breaks_the_specification_is_refused() {
        let cases = [
            (json!([]), "at least one action"),
            (
                json!([{"target": "$.a"}]),
                "either `update` or `remove: true`",
            ),
            (
                json!([{"target": "$.a", "update": 1, "remove": true}]),
                "either `update`",
            ),
            (json!([{"target": "a..", "update": 1}]), "not a JSONPath"),
            (
                json!([{"target": "$.a", "update": 1, "extra": 1}]),
                "actions[0]",
            ),
        ];
        for (actions, expected) in cases {
            let message = apply(actions, json!({})).unwrap_err();
            assert!(message.contains(expected), "{message}");
        }
        let version = r#"{"overlay": "2.0.0", "info": {"title": "t", "version": "1"},
            "actions": [{"target": "$", "update": {}}]}"#;
        let message = format!("{:#}", Overlay::parse(version).unwrap_err());
        assert!(message.contains("expected version 1.0.x"), "{message}");
    }
}
