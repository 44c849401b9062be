//! The filters of a list, and the shards that a list is cut into.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use octocom_api::types::{ConversationStatus, MetadataFilterKey, MetadataValue};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::keyset::{BORDER_SLACK, Bounds};
use crate::input::{Checked, text};

/// The filters of a list. Each operation takes some of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Filters {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) business_slug: Option<Arc<str>>,
    /// Records created at this time or later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) since: Option<DateTime<Utc>>,
    /// Records created at this time or earlier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) until: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<ConversationStatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) handed_off: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) metadata: Option<(String, String)>,
    /// Name of a classification.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) shard: Option<Shard>,
    /// Arguments that this version has no field for, by their name in the document.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub(crate) other: Map<String, Value>,
}

impl Filters {
    /// Returns the filters of a list that belongs to a business.
    pub(crate) fn of_business(slug: Arc<str>) -> Self {
        Self {
            business_slug: Some(slug),
            ..Self::default()
        }
    }

    /// Refuses filters that contradict each other.
    pub(crate) fn check(&self) -> Result<(), String> {
        if let (Some(since), Some(until)) = (self.since, self.until)
            && until < since
        {
            return Err(format!(
                "until: {} is before since, {}",
                until.to_rfc3339(),
                since.to_rfc3339()
            ));
        }
        self.metadata()?;
        self.shard.as_ref().map_or(Ok(()), Shard::check)?;
        if self.bounds().is_empty() {
            return Err("shard: it lies outside `since` and `until`".to_owned());
        }
        Ok(())
    }

    /// Returns the metadata pair as the generated client takes it.
    pub(crate) fn metadata(&self) -> Checked<Option<(MetadataFilterKey, MetadataValue)>> {
        let Some((key, value)) = &self.metadata else {
            return Ok(None);
        };
        Ok(Some((
            text("metadata key", key)?,
            text("metadata value", value)?,
        )))
    }

    /// Returns the slug of the business, for the operations that need one.
    pub(crate) fn business_slug(&self) -> &str {
        self.business_slug.as_deref().unwrap_or_default()
    }

    /// Returns the start date to ask for by page numbers.
    pub(crate) fn start(&self) -> Option<DateTime<Utc>> {
        let shard = self.shard.and_then(|shard| shard.start);
        let shard = shard.map(|start| start.checked_sub_signed(BORDER_SLACK).unwrap_or(start));
        self.since.max(shard)
    }

    /// Returns the end date to ask for by page numbers, itself included.
    pub(crate) fn end(&self) -> Option<DateTime<Utc>> {
        let shard = self.shard.and_then(|shard| shard.end);
        let shard = shard.map(|end| end.checked_add_signed(BORDER_SLACK).unwrap_or(end));
        [self.until, shard].into_iter().flatten().min()
    }

    /// Returns the creation times that belong to the list.
    pub(crate) fn bounds(&self) -> Bounds {
        let shard = self.shard.unwrap_or_default();
        Bounds {
            since: self.since,
            until: self.until,
            start: shard.start,
            end: shard.end,
        }
    }

    /// Returns `true` if a record belongs to the list. The server cannot be asked for a shard alone.
    pub(crate) fn contain(&self, created: Option<DateTime<Utc>>) -> bool {
        match (self.shard, created) {
            (Some(shard), Some(created)) => shard.contains(created),
            _ => true,
        }
    }

    /// Returns the filters as JSON, for a checkpoint to compare.
    pub(crate) fn to_json(&self) -> Value {
        // Filters that cannot be written as JSON equal only others of their kind.
        serde_json::to_value(self).unwrap_or(Value::Null)
    }
}

/// A range of creation times, from its start up to but not including its end.
///
/// The times are compared as the server prints them, so conversations with the same printed time
/// are never divided.
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

impl From<&Self> for Shard {
    fn from(shard: &Self) -> Self {
        *shard
    }
}

impl Shard {
    /// Returns the first creation time of the range; `None` if it has no start.
    #[must_use]
    pub fn start(&self) -> Option<DateTime<Utc>> {
        self.start
    }

    /// Returns the first creation time after the range; `None` if it has no end.
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
