//! Records that could not be had.

use std::fmt;

use octocom_ext::{Checkpoint, DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A record that could not be had, to be asked for again by each later run.
///
/// `Display` is one line with the stream, the id, the reason and how often it failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct Failure {
    /// Name of the stream.
    pub stream: String,
    /// Slug of the business, for streams that are listed for each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub business: Option<String>,
    /// The record's id; `None` where it could not be read, or where a whole list failed.
    pub id: Option<String>,
    /// Digest of the text of a record without a readable id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) digest: Option<String>,
    /// The place that failed.
    pub place: Place,
    /// The reason, on one line and without the record's content.
    pub reason: String,
    /// Status of the answer, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Time of the first failure, by the server's clock.
    pub first_seen: DateTime<Utc>,
    /// Time of the last failure, by the server's clock.
    pub last_seen: DateTime<Utc>,
    /// Number of runs in which it failed.
    pub count: u32,
    /// Place in the list before the record, where it can only be found there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) before: Option<Box<Before>>,
}

/// A place in a list, some rows before a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Before {
    pub(crate) place: Checkpoint,
    /// Rows between the place and the record.
    pub(crate) rows: u64,
}

/// The place where a record failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Place {
    /// A record of a list.
    List,
    /// A record in full.
    Details,
    /// A whole list: of a business, or the history of one item, say.
    WholeList,
}

impl Place {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Details => "details",
            Self::WholeList => "whole_list",
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.stream)?;
        if let Some(business) = &self.business {
            write!(f, " of {business}")?;
        }
        match (&self.id, self.place) {
            (Some(id), _) => write!(f, " {id}")?,
            (None, Place::WholeList) => f.write_str(", the whole list")?,
            (None, _) => f.write_str(", a record without a readable id")?,
        }
        write!(f, ": {}", self.reason)?;
        if self.count > 1 {
            write!(f, " ({} runs)", self.count)?;
        }
        Ok(())
    }
}
