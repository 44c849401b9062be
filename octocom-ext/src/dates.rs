//! Date ranges of listings.

use chrono::{DateTime, Utc};

/// Refuses an end before the start.
pub(crate) fn check_order(
    since: Option<DateTime<Utc>>,
    until: Option<DateTime<Utc>>,
) -> Result<(), String> {
    match (since, until) {
        (Some(since), Some(until)) if until < since => Err(format!(
            "until: {} is before since, {}",
            until.to_rfc3339(),
            since.to_rfc3339()
        )),
        _ => Ok(()),
    }
}
