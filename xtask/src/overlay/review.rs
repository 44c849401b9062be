//! Advice about the overlay for a new document: actions to delete, replace, or look at again.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Value, json};

use super::likely;
use super::places::{Expanded, leaves, pointer};
use super::{Action, Overlay};
use crate::decision::json_path;
use openapi_compare::Report;
use openapi_compare::escape::{one_line, value, visible_json};

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
        /// `true` if both say the same; otherwise the new place is the likeliest.
        certain: bool,
        action: Value,
    },
    /// The target leads nowhere, and what it led to is still there.
    Retarget { actions: Vec<Value> },
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
            Finding::Moved {
                from,
                to,
                certain,
                action,
            } => write!(
                f,
                "`{}` is {} `{}`; replace the action by: {}",
                line(from),
                if *certain {
                    "now"
                } else {
                    "gone, and most like"
                },
                line(to),
                visible_json(&action.to_string())
            ),
            Finding::Retarget { actions } => {
                let actions = actions
                    .iter()
                    .map(|action| visible_json(&action.to_string()));
                write!(
                    f,
                    "it matches nothing, and what it was about is still there; replace the action \
                     by: {}",
                    actions.collect::<Vec<_>>().join(", ")
                )
            }
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
            Finding::NoMatch => {
                f.write_str("it matches nothing: what it corrects is gone; delete the action")
            }
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
                add(action.lost(old, new, report));
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

/// The value of a document at a place, and the value that an action gives it; `None` for nothing.
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
    fn lost(&self, old: Option<&Value>, new: &Value, report: Option<&Report>) -> Finding {
        let Some((path, method)) = operation(&self.target) else {
            return self.still_there(old, new);
        };
        let item = new.get("paths").and_then(|paths| paths.get(&path));
        let there = item.is_some_and(|item| {
            method
                .as_deref()
                .is_none_or(|method| item.get(method).is_some())
        });
        if there {
            return self.as_far_as(new, report);
        }
        let from = likely::named(method.as_deref(), &path);
        let Some(place) = likely::place(old, new, report, (&path, method.as_deref())) else {
            return Finding::OperationGone { operation: from };
        };
        let mut action = self.clone();
        let target = &mut action.target;
        *target = target.replacen(&quoted(&path), &quoted(&place.path), 1);
        if let (Some(was), Some(now)) = (&method, &place.method) {
            *target = target.replacen(&format!("].{was}"), &format!("].{now}"), 1);
        }
        Finding::Moved {
            from,
            to: likely::named(place.method.as_deref(), &place.path),
            certain: place.certain,
            action: json!(action),
        }
    }

    /// Returns `true` if what the action was about is still there: not what it sets, which upstream may have
    /// mended, but the places.
    fn still_there(&self, old: Option<&Value>, new: &Value) -> Finding {
        let written = old
            .map(|old| self.written(old, &mut Expanded::default()))
            .unwrap_or_default();
        let mut actions = Vec::new();
        let places = old
            .and_then(|old| self.places(old, &mut Expanded::default()).ok())
            .unwrap_or_default();
        for place in places.iter().map(|place| pointer(place)) {
            let untouched = written
                .iter()
                .filter(|(member, _)| member.starts_with(&place))
                .any(|(member, (was, _))| was.as_ref() == new.pointer(member));
            if let Some(target) = json_path(new, &place).filter(|_| untouched) {
                let mut action = self.clone();
                action.target = target;
                actions.push(json!(action));
            }
        }
        if actions.is_empty() {
            Finding::NoMatch
        } else {
            Finding::Retarget { actions }
        }
    }

    /// Follows the target as far as it leads, step by step.
    fn as_far_as(&self, new: &Value, report: Option<&Report>) -> Finding {
        let mut last = ("$".to_owned(), Vec::new());
        let mut reached = 0;
        let ends = self.target.match_indices(['.', '[']).map(|(end, _)| end);
        for end in ends.skip(1).chain([self.target.len()]) {
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
            reached = end;
        }
        let (at, names) = last;
        let rest = self.target.get(reached..).unwrap_or_default();
        if let Some((was, now)) = likely::renamed(report, &at, rest) {
            let mut action = self.clone();
            let before = self.target.get(..reached).unwrap_or_default();
            action.target = format!("{before}{}", rest.replacen(&was, &now, 1));
            return Finding::Moved {
                from: was.trim_start_matches('.').to_owned(),
                to: now.trim_start_matches('.').to_owned(),
                certain: true,
                action: json!(action),
            };
        }
        Finding::Lost { at, names }
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
mod tests;
