//! The position of a list: the part of a checkpoint that moves.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::delivered_rows::DeliveredRows;
use super::row_id::{RowId, written};

/// The position up to which a list was delivered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Position {
    Keyset {
        /// Every row created before was delivered; null is the very beginning.
        start: Option<DateTime<Utc>>,
        /// Delivered rows from there on.
        seen: DeliveredRows,
    },
    Offset {
        /// The page of the next row, counted from 1.
        page: u64,
        /// Ids of the page before.
        #[serde(with = "written")]
        previous: Vec<RowId>,
        /// Delivered ids of the page.
        #[serde(with = "written")]
        delivered: Vec<RowId>,
    },
}

impl Position {
    /// Refuses parts that contradict each other, by the name of the field.
    pub(crate) fn check(&self) -> Result<(), String> {
        let most = u64::from(u32::MAX);
        match self {
            Self::Offset { page, .. } if !(1..=most).contains(page) => {
                Err(format!("`position.page` is {page}, not from 1 to {most}"))
            }
            Self::Keyset {
                start: Some(start),
                seen,
            } => match seen.times() {
                Some((first, _)) if first < *start => Err(format!(
                    "`position.seen` has records of {}, before `position.start`, {}",
                    first.to_rfc3339(),
                    start.to_rfc3339()
                )),
                _ => Ok(()),
            },
            _ => Ok(()),
        }
    }

    /// Number of rows whose ids it has.
    pub(crate) fn remembered(&self) -> usize {
        match self {
            Self::Keyset { seen, .. } => seen.len(),
            Self::Offset { delivered, .. } => delivered.len(),
        }
    }
}
