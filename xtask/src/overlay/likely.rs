//! The likely new place of an operation or a field that an action no longer finds.

use std::collections::BTreeSet;

use serde_json::Value;

use openapi_compare::Report;

/// An operation, or a path as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) path: String,
    /// In lower case.
    pub(super) method: Option<String>,
    /// `true` if the comparison says so.
    pub(super) certain: bool,
}

/// A method and a path as people write them.
pub(super) fn named(method: Option<&str>, path: &str) -> String {
    let method = method.unwrap_or_default().to_ascii_uppercase();
    format!("{method} {path}").trim().to_owned()
}

/// Returns the new place of an operation: by the comparison, or else the most similar new one.
pub(super) fn place(
    old: Option<&Value>,
    new: &Value,
    report: Option<&Report>,
    (path, method): (&str, Option<&str>),
) -> Option<Place> {
    let found = report.and_then(|report| compared(report, path, method));
    found.or_else(|| similar(old?, new, path, method))
}

fn compared(report: &Report, path: &str, method: Option<&str>) -> Option<Place> {
    report.findings.iter().find_map(|finding| {
        let is_it = finding.operations().any(|was| {
            *was.path == *path
                && method.is_none_or(|method| was.method.eq_ignore_ascii_case(method))
        });
        if !is_it {
            return None;
        }
        if let Some(now) = &finding.moved {
            return Some(Place {
                path: now.path.to_string(),
                method: Some(now.method.to_ascii_lowercase()),
                certain: true,
            });
        }
        // Placeholders have other names, or have changed places.
        let renamed = finding.rule.starts_with("path-parameter");
        let now = finding.after.as_ref().and_then(Value::as_str);
        now.filter(|_| renamed).map(|now| Place {
            path: now.to_owned(),
            method: method.map(str::to_owned),
            certain: true,
        })
    })
}

/// The path that only the new document has, of the same method, and most like the old one.
fn similar(old: &Value, new: &Value, path: &str, method: Option<&str>) -> Option<Place> {
    let paths = |document: &Value| -> BTreeSet<String> {
        let paths = document.get("paths").and_then(Value::as_object);
        paths
            .into_iter()
            .flat_map(|paths| paths.keys().cloned())
            .collect()
    };
    let item = |document: &Value, path: &str| document.get("paths")?.get(path).cloned();
    let was = item(old, path)?;
    let mut scored: Vec<(usize, String)> = paths(new)
        .difference(&paths(old))
        .filter_map(|candidate| {
            let now = item(new, candidate)?;
            let score = match method {
                Some(method) => {
                    likeness(was.get(method)?, now.get(method)?) + segments(path, candidate)
                }
                None => segments(path, candidate),
            };
            Some((score, candidate.clone()))
        })
        .collect();
    scored.sort();
    let (best, path) = scored.pop()?;
    // One that is as good would make it a guess.
    let alone = scored.last().is_none_or(|(score, _)| *score < best);
    (alone && best >= MIN_LIKENESS).then(|| Place {
        path,
        method: method.map(str::to_owned),
        certain: false,
    })
}

/// The least likeness of two operations that are taken for one.
const MIN_LIKENESS: usize = 3;

/// Returns a score of the likeness of two operations.
fn likeness(was: &Value, now: &Value) -> usize {
    let same = |key: &str| was.get(key).is_some() && was.get(key) == now.get(key);
    [
        ("operationId", 4),
        ("summary", 3),
        ("description", 2),
        ("tags", 1),
        ("responses", 3),
    ]
    .into_iter()
    .filter(|(key, _)| same(key))
    .map(|(_, weight)| weight)
    .sum()
}

/// The number of segments that two paths share, from the end.
fn segments(was: &str, now: &str) -> usize {
    let (was, now) = (was.rsplit('/'), now.rsplit('/'));
    was.zip(now).take_while(|(was, now)| was == now).count()
}

/// The name of a field that the rest of a target begins with, and its new name.
///
/// `at` is the place of the object that had it; both names are returned as the target spells them.
pub(super) fn renamed(report: Option<&Report>, at: &str, rest: &str) -> Option<(String, String)> {
    report?.findings.iter().find_map(|finding| {
        if !finding.rule.ends_with("property-renamed") {
            return None;
        }
        let [was, now] = [&finding.before, &finding.after].map(|side| side.as_ref()?.as_str());
        let (was, now) = (was?, now?);
        let here = finding.locations.iter().any(|location| {
            let parent = location
                .new_pointer
                .rsplit_once('/')
                .map(|(parent, _)| parent);
            parent == Some(at)
        });
        let spelled = |name: &str| format!(".{name}");
        let next = rest.strip_prefix(&spelled(was))?;
        let ends = next.is_empty() || next.starts_with(['.', '[']);
        (here && ends).then(|| (spelled(was), spelled(now)))
    })
}
