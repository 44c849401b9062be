//! A part of a list: a range of creation times.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A half-open range of creation times: `start` is part of it, `end` is not.
///
/// It is about the times as the server prints them, so conversations of one printed timestamp are
/// never split.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shard {
    pub(crate) start: Option<DateTime<Utc>>,
    pub(crate) end: Option<DateTime<Utc>>,
    /// A start date from which the server lists a record from before the shard: so a worker sees
    /// that nothing was left out at its start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) asked_from: Option<DateTime<Utc>>,
}

impl Shard {
    /// Returns the first creation time within; `None` when the shard has no start.
    #[must_use]
    pub fn start(&self) -> Option<DateTime<Utc>> {
        self.start
    }

    /// Returns the first creation time after; `None` when the shard has no end.
    #[must_use]
    pub fn end(&self) -> Option<DateTime<Utc>> {
        self.end
    }

    pub(crate) fn contains(&self, at: DateTime<Utc>) -> bool {
        self.start.is_none_or(|start| at >= start) && self.end.is_none_or(|end| at < end)
    }

    pub(crate) fn check(&self) -> Result<(), String> {
        match (self.start, self.end, self.asked_from) {
            (Some(start), Some(end), _) if end <= start => Err(format!(
                "shard: `end`, {}, is not after `start`, {}",
                end.to_rfc3339(),
                start.to_rfc3339()
            )),
            (start, _, Some(from)) if start.is_none_or(|start| from > start) => {
                Err("shard: `asked_from` is not before `start`".to_owned())
            }
            _ => Ok(()),
        }
    }
}
