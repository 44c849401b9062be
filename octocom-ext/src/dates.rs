//! Periods: the lists that can be asked for a range of dates.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::pagination::{List, Mode, Query};

/// A range of dates, both ends part of it.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Period {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) since: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) until: Option<DateTime<Utc>>,
}

impl Period {
    /// Refuses an end before the start.
    pub(crate) fn check(&self) -> Result<(), String> {
        match (self.since, self.until) {
            (Some(since), Some(until)) if until < since => Err(format!(
                "until: {} is before since, {}",
                until.to_rfc3339(),
                since.to_rfc3339()
            )),
            _ => Ok(()),
        }
    }
}

/// A query of a list that can be asked for a range of dates.
///
/// Sealed, as [`Query`] is.
pub trait Dated: Query {
    #[doc(hidden)]
    fn period(&mut self) -> &mut Period;
}

/// Dates. A record's date is that of its creation; of a classified value, when it was classified.
impl<Q: Dated, M: Mode<Q>> List<Q, M> {
    /// Records of this date or later.
    pub fn since(mut self, start: DateTime<Utc>) -> Self {
        self.query.period().since = Some(start);
        self
    }

    /// Records of this date or earlier: the end is part of it, as in the API.
    ///
    /// An end before the start is refused before sending.
    pub fn until(mut self, end: DateTime<Utc>) -> Self {
        self.query.period().until = Some(end);
        self
    }
}
