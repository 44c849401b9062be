//! OpenAPI Overlay 1.0: our decisions about the document, applied to it.
//!
//! The rules are those of the [specification](https://spec.openapis.org/overlay/v1.0.0.html):
//! an update of an object merges into it, member by member; an update of an array is appended;
//! `remove` takes the target out of its parent. Beyond it, paths follow `$ref`, what an array has
//! already is not appended again, and an action that matches nothing is a problem, because it
//! decides about something that is gone.

use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json_path::JsonPath;

use crate::problem::{Problem, Problems};

mod apply;
mod likely;
mod places;
mod review;

pub(crate) use review::Advice;

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

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Action {
    target: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    update: Option<Value>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    remove: bool,
}

impl Overlay {
    /// Reads and checks an Overlay document.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("reading `{}`", path.display()))?;
        Self::parse(&text).with_context(|| format!("`{}` is not an overlay", path.display()))
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
    /// overlay and their description.
    pub(crate) fn apply(&self, document: &mut Value) -> Result<(), Vec<Problem>> {
        let mut problems = Vec::new();
        for (index, action) in self.actions.iter().enumerate() {
            if let Err(message) = action.apply(document) {
                let message = format!("{}{message}: {}", action.named(), action.target);
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
    /// The description, to begin a message with.
    fn named(&self) -> String {
        self.description
            .as_deref()
            .map_or_else(String::new, |text| format!("\"{text}\": "))
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
