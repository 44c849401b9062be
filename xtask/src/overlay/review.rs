//! What a new document means for the overlay: actions to delete, to replace, or to look at again.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Value, json};

use super::places::{Expanded, leaves, pointer};
use super::{Action, Overlay};
use openapi_compare::Report;
use openapi_compare::escape::{one_line, value};

/// The longest text from a document on a line, in characters.
const MAX_CHARS: usize = 200;

/// The most names of members that a line lists.
const MAX_NAMES: usize = 12;

/// One action of the overlay that a new document concerns, and what to do about it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Advice {
    /// The index of the action.
    index: usize,
    description: String,
    finding: Finding,
}

#[derive(Debug, Clone, PartialEq)]
enum Finding {
    /// The target leads nowhere any more, and this is the action with the place that moved.
    Moved {
        from: String,
        to: String,
        action: Value,
    },
    /// The operation is gone.
    OperationGone { operation: String },
    /// The target leads nowhere; the last part of it that leads somewhere, and what is there.
    Lost { at: String, names: Vec<String> },
    /// The target leads nowhere, and says nothing about a place.
    NoMatch,
    /// The document says by itself what the action makes it say.
    Obsolete,
    /// The document says something new where the action says something else.
    Hides {
        at: String,
        before: Option<Value>,
        after: Option<Value>,
        stays: Option<Value>,
    },
}

impl Advice {
    /// Returns `true` if the document cannot be derived before the action is changed.
    pub(crate) fn is_blocking(&self) -> bool {
        !matches!(self.finding, Finding::Obsolete | Finding::Hides { .. })
    }
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let description = one_line(&self.description, MAX_CHARS);
        write!(f, "action {}, \"{description}\": ", self.index)?;
        let line = |text: &str| one_line(text, MAX_CHARS);
        match &self.finding {
            Finding::Moved { from, to, action } => write!(
                f,
                "`{}` is now `{}`; replace the action by: {}",
                line(from),
                line(to),
                openapi_compare::escape::visible_json(&action.to_string())
            ),
            Finding::OperationGone { operation } => {
                write!(f, "`{}` is gone; delete the action", line(operation))
            }
            Finding::Lost { at, names } => {
                let names = names.iter().take(MAX_NAMES).map(|name| line(name));
                write!(
                    f,
                    "it matches nothing; delete it, or correct its target, which leads as far as \
                     `{}` (there: {})",
                    line(at),
                    names.collect::<Vec<_>>().join(", ")
                )
            }
            Finding::NoMatch => f.write_str(
                "it matches nothing: what it mends is no longer there; delete the action",
            ),
            Finding::Obsolete => f.write_str(
                "your correction is obsolete: the document says the same by itself; delete the \
                 action",
            ),
            Finding::Hides {
                at,
                before,
                after,
                stays,
            } => write!(
                f,
                "it hides a change at `{}`: was {}, is {}, and stays {} by the overlay; delete the \
                 action, or leave it if it still holds",
                line(at),
                value(before.as_ref(), MAX_CHARS),
                value(after.as_ref(), MAX_CHARS),
                value(stays.as_ref(), MAX_CHARS)
            ),
        }
    }
}

impl Overlay {
    /// Says which actions the step from one document to the next concerns.
    pub(crate) fn review(
        &self,
        old: Option<&Value>,
        new: &Value,
        report: Option<&Report>,
    ) -> Vec<Advice> {
        let mut current = new.clone();
        let (mut published, mut recorded) = (Expanded::default(), Expanded::default());
        let mut advice = Vec::new();
        for (index, action) in self.actions.iter().enumerate() {
            let mut add = |finding| {
                advice.push(Advice {
                    index,
                    description: action.description.clone().unwrap_or_default(),
                    finding,
                });
            };
            let applied = action.apply(&mut current);
            if applied.is_err() {
                add(action.lost(new, report));
                continue;
            }
            let after = action.written(new, &mut published);
            // Some actions mend what others make; they have nothing to be held against.
            if !after.is_empty()
                && after
                    .values()
                    .all(|(own, value)| says(own.as_ref(), value.as_ref()))
            {
                add(Finding::Obsolete);
                continue;
            }
            let Some(old) = old else { continue };
            let before = action.written(old, &mut recorded);
            for (place, (now, value)) in &after {
                let Some((was, _)) = before.get(place) else {
                    continue;
                };
                if was != now && !says(now.as_ref(), value.as_ref()) {
                    add(Finding::Hides {
                        at: place.clone(),
                        before: was.clone(),
                        after: now.clone(),
                        stays: value.clone(),
                    });
                    break;
                }
            }
        }
        advice
    }
}

/// Returns `true` if a value of the document says what an update would make it say.
fn says(own: Option<&Value>, update: Option<&Value>) -> bool {
    match (own, update) {
        (Some(Value::Array(own)), Some(Value::Array(update))) => {
            update.iter().all(|item| own.contains(item))
        }
        (own, update) => own == update,
    }
}

/// What a document says at a place, and what an action makes of it; `None` for nothing.
type Written = BTreeMap<String, (Option<Value>, Option<Value>)>;

impl Action {
    /// Every member that the action sets or removes, by its place in the published document.
    fn written(&self, document: &Value, expanded: &mut Expanded) -> Written {
        let places = self.places(document, expanded).unwrap_or_default();
        let mut members = BTreeMap::new();
        for place in places {
            match &self.update {
                Some(update) => leaves(&pointer(&place), update, &mut members),
                None => {
                    members.insert(pointer(&place), None);
                }
            }
        }
        members
            .into_iter()
            .map(|(place, value)| {
                let own = document.pointer(&place).cloned();
                (place, (own, value))
            })
            .collect()
    }

    /// Why the target leads nowhere, and where it might lead.
    fn lost(&self, new: &Value, report: Option<&Report>) -> Finding {
        let Some((path, method)) = operation(&self.target) else {
            return Finding::NoMatch;
        };
        let has = |path: &str| {
            new.get("paths")
                .is_some_and(|paths| paths.get(path).is_some())
        };
        let moved = report
            .into_iter()
            .flat_map(|report| &report.findings)
            .find_map(|finding| {
                let now = finding.moved.as_ref()?;
                let was = finding.operations().find(|was| {
                    *was.path == *path
                        && method
                            .as_deref()
                            .is_none_or(|method| was.method.eq_ignore_ascii_case(method))
                })?;
                Some((was.clone(), now.clone()))
            });
        if let Some((was, now)) = moved {
            let mut action = self.clone();
            action.target = action
                .target
                .replacen(&quoted(&path), &quoted(&now.path), 1);
            if was.method != now.method
                && let Some(method) = &method
            {
                let step = |method: &str| format!("].{}", method.to_ascii_lowercase());
                action.target = action.target.replacen(&step(method), &step(&now.method), 1);
            }
            return Finding::Moved {
                from: was.to_string(),
                to: now.to_string(),
                action: json!(action),
            };
        }
        let method_gone = method
            .as_deref()
            .is_some_and(|method| new["paths"][&path].get(method).is_none());
        if !has(&path) || method_gone {
            let method = method.unwrap_or_default().to_ascii_uppercase();
            return Finding::OperationGone {
                operation: format!("{method} {path}").trim().to_owned(),
            };
        }
        self.as_far_as(new)
    }

    /// How far the target leads, step by step.
    fn as_far_as(&self, new: &Value) -> Finding {
        let mut last = ("$".to_owned(), Vec::new());
        for (end, _) in self
            .target
            .match_indices(['.', '['])
            .skip(1)
            .chain([(self.target.len(), "")])
        {
            let Some(part) = self.target.get(..end) else {
                continue;
            };
            let Ok(path) = serde_json_path::JsonPath::parse(part) else {
                continue;
            };
            let places = Expanded::default().places(&path, new, true);
            let Some(place) = places.first() else { break };
            let names = new.pointer(&pointer(place)).and_then(Value::as_object);
            let names = names
                .into_iter()
                .flat_map(|members| members.keys().cloned());
            last = (pointer(place), names.collect());
        }
        Finding::Lost {
            at: last.0,
            names: last.1,
        }
    }
}

/// A name as targets quote it.
fn quoted(name: &str) -> String {
    format!("['{name}']")
}

/// The path and the method that a target begins with.
fn operation(target: &str) -> Option<(String, Option<String>)> {
    let rest = target.strip_prefix("$.paths['")?;
    let (path, rest) = rest.split_once("']")?;
    let method = rest
        .strip_prefix('.')
        .map(|rest| rest.split(['.', '[']).next().unwrap_or_default().to_owned());
    Some((path.to_owned(), method))
}

#[cfg(test)]
mod tests {
    use super::*;
    use openapi_compare::compare;

    fn overlay(actions: Value) -> Overlay {
        let overlay = json!({
            "overlay": "1.0.0", "info": {"title": "t", "version": "1"}, "actions": actions
        });
        Overlay::parse(&overlay.to_string()).unwrap()
    }

    fn document(path: &str, schema: Value) -> Value {
        json!({"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {path: {"get": {
            "responses": {"200": {"description": "d", "content": {"application/json": {
                "schema": schema
            }}}}
        }}}})
    }

    fn advice(actions: Value, old: &Value, new: &Value) -> Vec<String> {
        let report = compare(old, new).unwrap();
        let advice = overlay(actions).review(Some(old), new, Some(&report));
        advice.iter().map(ToString::to_string).collect()
    }

    const SCHEMA: &str = "$.paths['/a'].get.responses['200'].content['application/json'].schema";

    #[test]
    fn an_action_for_a_path_that_moved_is_given_anew() {
        let schema = || json!({"type": "object", "properties": {"a": {"type": "string"}}});
        let actions = json!([{"target": format!("{SCHEMA}.properties.a"), "description": "Name A.",
            "update": {"title": "A"}}]);
        let found = advice(
            actions,
            &document("/a", schema()),
            &document("/b", schema()),
        );
        let moved = SCHEMA.replace("/a", "/b");
        let action = json!({"target": format!("{moved}.properties.a"), "description": "Name A.",
            "update": {"title": "A"}});
        assert_eq!(
            found,
            [format!(
                "action 0, \"Name A.\": `GET /a` is now `GET /b`; replace the action by: {action}"
            )]
        );
    }

    #[test]
    fn an_action_for_what_is_gone_is_to_be_deleted() {
        let actions = json!([
            {"target": "$.paths['/a'].get", "description": "Name it.", "update": {"operationId": "a"}},
            {"target": "$..[?@.example == 'x']", "description": "Mend.", "update": {"example": "y"}},
        ]);
        let old = document("/a", json!({"type": "string", "example": "x"}));
        let mut new = old.clone();
        new["paths"] = json!({});
        assert_eq!(
            advice(actions, &old, &new),
            [
                "action 0, \"Name it.\": `GET /a` is gone; delete the action",
                "action 1, \"Mend.\": it matches nothing: what it mends is no longer there; delete \
                 the action",
            ]
        );
    }

    #[test]
    fn a_target_that_leads_only_so_far_says_what_is_there() {
        let actions = json!([{"target": format!("{SCHEMA}.properties.a"), "description": "Name A.",
            "update": {"title": "A"}}]);
        let object = |name: &str, kind: &str| {
            document(
                "/a",
                json!({"type": "object", "properties": {name: {"type": kind}}}),
            )
        };
        let found = advice(actions, &object("a", "string"), &object("b", "boolean"));
        let place = "/paths/~1a/get/responses/200/content/application~1json/schema/properties";
        assert_eq!(
            found,
            [format!(
                "action 0, \"Name A.\": it matches nothing; delete it, or correct its target, \
                 which leads as far as `{place}` (there: b)"
            )]
        );
    }

    #[test]
    fn a_correction_that_the_document_makes_itself_is_obsolete() {
        let actions =
            || json!([{"target": SCHEMA, "description": "Whole.", "update": {"type": "integer"}}]);
        let (old, new) = (
            document("/a", json!({"type": "number"})),
            document("/a", json!({"type": "integer"})),
        );
        assert_eq!(
            advice(actions(), &old, &new),
            [
                "action 0, \"Whole.\": your correction is obsolete: the document says the same by \
              itself; delete the action"
            ]
        );
        assert_eq!(advice(actions(), &old, &old), [""; 0]);
    }

    #[test]
    fn a_change_at_the_same_member_is_never_hidden_silently() {
        let actions =
            || json!([{"target": SCHEMA, "description": "Whole.", "update": {"type": "integer"}}]);
        let (old, new) = (
            document("/a", json!({"type": "number"})),
            document("/a", json!({"type": "string"})),
        );
        let place = "/paths/~1a/get/responses/200/content/application~1json/schema/type";
        assert_eq!(
            advice(actions(), &old, &new),
            [format!(
                "action 0, \"Whole.\": it hides a change at `{place}`: was \"number\", is \
                 \"string\", and stays \"integer\" by the overlay; delete the action, or leave it \
                 if it still holds"
            )]
        );
        // A change beside the member is not hidden.
        let beside = document("/a", json!({"type": "number", "minimum": 1}));
        assert_eq!(advice(actions(), &old, &beside), [""; 0]);
    }

    #[test]
    fn targets_follow_references() {
        let actions = json!([{"target": format!("{SCHEMA}.properties.page"), "description": "Page.",
            "update": {"type": "integer"}}]);
        let mut new = document("/a", json!({"$ref": "#/components/schemas/P"}));
        new["components"]["schemas"]["P"] =
            json!({"properties": {"page": {"$ref": "#/components/schemas/N"}}});
        new["components"]["schemas"]["N"] = json!({"type": "number"});
        let mut applied = new.clone();
        overlay(actions).apply(&mut applied).unwrap();
        assert_eq!(
            applied["components"]["schemas"]["N"],
            json!({"type": "integer"})
        );
        assert_eq!(
            applied["components"]["schemas"]["P"],
            new["components"]["schemas"]["P"]
        );
    }
}
