//! `openapi/acknowledged.json`: changes that are accepted on purpose, for a while.

use std::collections::BTreeSet;
use std::fmt;
use std::io::ErrorKind;

use anyhow::{Context as _, Result};
use chrono::NaiveDate;
use openapi_compare::Finding;
use serde::{Deserialize, Serialize};

use crate::problem::{Problem, Problems};
use crate::root::{ACKNOWLEDGED, Root};

/// One accepted change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Acknowledgement {
    /// Fingerprint of the finding, as reports show it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) fingerprint: Option<String>,
    /// Instead: the rule of all findings that are accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) rule: Option<String>,
    /// With a rule: the path that the operations of the findings have, or are below.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) path: Option<String>,
    /// Why the change is accepted.
    pub(crate) reason: String,
    /// The last day on which it is.
    pub(crate) expires: NaiveDate,
}

impl Acknowledgement {
    /// Returns `true` if the finding is the one acknowledged, or has its rule and no operation
    /// outside of its path.
    pub(crate) fn covers(&self, finding: &Finding) -> bool {
        if let Some(fingerprint) = &self.fingerprint {
            return finding.fingerprint == *fingerprint;
        }
        let below = |path: &str| {
            let filter = self.path.as_deref().unwrap_or_default();
            path.strip_prefix(filter.trim_end_matches('/'))
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.rule.as_deref() == Some(finding.rule)
            && finding.operations().next().is_some()
            && finding.operations().all(|operation| below(&operation.path))
    }
}

impl fmt::Display for Acknowledgement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [fingerprint, rule, path] =
            [&self.fingerprint, &self.rule, &self.path].map(|text| text.as_deref());
        match (fingerprint, rule) {
            (Some(fingerprint), _) => write!(f, "[{fingerprint}]")?,
            (None, rule) => write!(
                f,
                "[{} at {}]",
                rule.unwrap_or_default(),
                path.unwrap_or_default()
            )?,
        }
        write!(f, " until {}: {}", self.expires, self.reason)
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    acknowledged: Vec<Acknowledgement>,
}

/// Reads all acknowledgements. A workspace without the file has none.
pub(crate) fn read(root: &Root) -> Result<Vec<Acknowledgement>> {
    let path = root.join(ACKNOWLEDGED);
    let shown = path.display().to_string();
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error).with_context(|| format!("reading `{shown}`")),
    };
    let mut json = serde_json::Deserializer::from_str(&text);
    let file: File = serde_path_to_error::deserialize(&mut json)
        .with_context(|| format!("`{shown}` is not a list of acknowledgements"))?;
    let problems = problems(&file.acknowledged);
    if problems.is_empty() {
        Ok(file.acknowledged)
    } else {
        Err(Problems::in_file(shown, problems).into())
    }
}

fn problems(entries: &[Acknowledgement]) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut seen = BTreeSet::new();
    for (index, entry) in entries.iter().enumerate() {
        let is_digit = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
        let whole = |text: &String| text.len() == 16 && text.chars().all(is_digit);
        let key = (&entry.fingerprint, &entry.rule, &entry.path);
        let message = match key {
            (Some(text), None, None) if !whole(text) => {
                "a fingerprint has 16 lowercase hexadecimal digits"
            }
            (Some(_), None, None) | (None, Some(_), Some(_)) if !seen.insert(key) => {
                "the same is acknowledged twice"
            }
            (None, Some(_), Some(path)) if !path.starts_with('/') => "a path begins with `/`",
            (Some(_), None, None) | (None, Some(_), Some(_)) => {
                if !entry.reason.trim().is_empty() {
                    continue;
                }
                "an acknowledgement needs a reason"
            }
            _ => "an acknowledgement has either `fingerprint`, or `rule` and `path`",
        };
        problems.push(Problem::new(format!("/acknowledged/{index}"), message));
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn read_from(content: &Value) -> Result<Vec<Acknowledgement>> {
        let folder = tempfile::tempdir()?;
        let root = Root::new(folder.path());
        assert_eq!(read(&root)?, [], "without a file there is none");
        std::fs::create_dir_all(folder.path().join("openapi"))?;
        std::fs::write(root.join(ACKNOWLEDGED), content.to_string())?;
        read(&root)
    }

    fn entry(fingerprint: &str, reason: &str, expires: &str) -> Value {
        json!({"fingerprint": fingerprint, "reason": reason, "expires": expires})
    }

    #[test]
    fn the_checked_in_file_is_read() -> Result<()> {
        assert!(Root::discover().join(ACKNOWLEDGED).exists());
        read(&Root::discover())?;
        Ok(())
    }

    #[test]
    fn entries_have_fingerprint_reason_and_last_day() -> Result<()> {
        let found = read_from(&json!({"acknowledged": [
            entry("0123456789abcdef", "announced", "2026-02-28")
        ]}))?;
        assert_eq!(
            found,
            [Acknowledgement {
                fingerprint: Some("0123456789abcdef".to_owned()),
                rule: None,
                path: None,
                reason: "announced".to_owned(),
                expires: NaiveDate::from_ymd_opt(2026, 2, 28).unwrap(),
            }]
        );
        Ok(())
    }

    #[test]
    fn what_is_no_acknowledgement_is_refused_at_its_place() {
        let good = entry("0123456789abcdef", "announced", "2026-02-28");
        for (entries, expected) in [
            (json!([entry("0123", "r", "2026-02-28")]), "/acknowledged/0"),
            (
                json!([entry("0123456789ABCDEF", "r", "2026-02-28")]),
                "16 lowercase",
            ),
            (
                json!([entry("0123456789abcdef", " ", "2026-02-28")]),
                "needs a reason",
            ),
            (
                json!([entry("0123456789abcdef", "r", "2026-02-30")]),
                "acknowledged[0].expires",
            ),
            (json!([good, good]), "acknowledged twice"),
            (json!([{"fingerprint": "0123456789abcdef"}]), "reason"),
            (
                json!([{"rule": "a", "reason": "r", "expires": "2026-02-28"}]),
                "`rule` and `path`",
            ),
            (
                json!([{"rule": "a", "path": "b", "reason": "r", "expires": "2026-02-28"}]),
                "begins with `/`",
            ),
            (json!({}), "acknowledged"),
        ] {
            let message = format!(
                "{:#}",
                read_from(&json!({"acknowledged": entries})).unwrap_err()
            );
            assert!(message.contains(expected), "{expected}: {message}");
        }
    }
}
