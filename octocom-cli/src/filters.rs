//! Filters of lists, as flags.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use clap::Args;
use clap::builder::PossibleValuesParser;
use octocom_collect::Filters;
use octocom_ext::types::{ConversationStatus, ConversationSummary};
use octocom_ext::{Keyset, List};

/// Filters of the records to export.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Filters")]
pub(crate) struct FilterArgs {
    /// Conversations of this status
    #[arg(long, value_name = "STATUS", value_parser = statuses())]
    status: Option<String>,
    /// Records created at this time or later: a date (its start in UTC) or RFC 3339
    ///
    /// The API knows creation dates only: it cannot be asked for what has changed since a date.
    #[arg(long, value_name = "TIME", value_parser = time)]
    since: Option<DateTime<Utc>>,
    /// Records created at this time or earlier: a date (its start in UTC) or RFC 3339
    #[arg(long, value_name = "TIME", value_parser = time)]
    until: Option<DateTime<Utc>>,
    /// Conversations that were handed off to a human agent, or with `false` those that were not
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    handed_off: Option<bool>,
    /// Conversations with exactly this metadata pair
    #[arg(long, value_name = "KEY=VALUE", value_parser = pair)]
    metadata: Option<(String, String)>,
}

impl FilterArgs {
    /// Returns `true` if everything is wanted.
    pub(crate) fn is_empty(&self) -> bool {
        self.status.is_none()
            && self.since.is_none()
            && self.until.is_none()
            && self.handed_off.is_none()
            && self.metadata.is_none()
    }

    /// The filters of a stream that is collected.
    pub(crate) fn to_filters(&self) -> Filters {
        Filters {
            status: self.status.as_deref().map(ConversationStatus::from),
            since: self.since,
            until: self.until,
            handed_off: self.handed_off,
            metadata: self.metadata.clone(),
            ..Filters::default()
        }
    }

    /// The filters of a list of conversations.
    pub(crate) fn apply(
        &self,
        mut list: List<ConversationSummary, Keyset>,
    ) -> List<ConversationSummary, Keyset> {
        if let Some(status) = &self.status {
            list = list.status(status.as_str());
        }
        if let Some(since) = self.since {
            list = list.since(since);
        }
        if let Some(until) = self.until {
            list = list.until(until);
        }
        if let Some(handed_off) = self.handed_off {
            list = list.handed_off(handed_off);
        }
        if let Some((key, value)) = &self.metadata {
            list = list.metadata(key, value);
        }
        list
    }
}

/// The statuses that the document lists.
fn statuses() -> PossibleValuesParser {
    PossibleValuesParser::new(
        ConversationStatus::KNOWN
            .iter()
            .map(ConversationStatus::as_str),
    )
}

/// A time: RFC 3339, or a date, which is its first moment in UTC.
pub(crate) fn time(text: &str) -> Result<DateTime<Utc>, String> {
    if let Ok(date) = text.parse::<NaiveDate>() {
        return Ok(date.and_time(NaiveTime::MIN).and_utc());
    }
    match DateTime::parse_from_rfc3339(text) {
        Ok(time) => Ok(time.to_utc()),
        Err(_) => {
            Err("expected a date or RFC 3339, as in 2026-01-31 or 2026-01-31T09:00:00Z".into())
        }
    }
}

/// A key and a value, separated by the first `=`.
fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("expected KEY=VALUE".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_a_date_or_rfc_3339() {
        let midnight = time("2026-01-31").unwrap();
        assert_eq!(midnight.to_rfc3339(), "2026-01-31T00:00:00+00:00");
        assert_eq!(time("2026-01-31T01:00:00+01:00"), Ok(midnight));
        for text in ["", "2026-02-30", "yesterday", "2026-01-31T09:00"] {
            assert!(time(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_pair_is_split_at_the_first_equals_sign() {
        assert_eq!(
            pair("order=1=2"),
            Ok(("order".to_owned(), "1=2".to_owned()))
        );
        assert_eq!(pair("order="), Ok(("order".to_owned(), String::new())));
        assert!(pair("order").is_err() && pair("=1").is_err());
    }
}
