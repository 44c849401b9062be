//! Behavior of the sandbox where the OpenAPI document leaves a choice.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::control_error::ControlError;
use crate::records::read;
use crate::request::Period;
use crate::rng::mix;
use crate::timestamp::Timestamp;

/// The sandbox's behavior where the OpenAPI document leaves a choice. The default is the most
/// convenient one for clients.
///
/// A client that works with every combination does not depend on undocumented behavior.
///
/// ```
/// use octocom_sandbox::{Behavior, PastTheEnd, Ties};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mut unkind = Behavior::default();
/// unkind.ties = Ties::Random;
/// unkind.past_the_end = PastTheEnd::NotFound;
/// assert_eq!(unkind, "ties=random,pastTheEnd=notFound".parse()?);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Behavior {
    /// Unit in which `startDate` and `endDate` are compared with creation dates.
    pub filter_precision: FilterPrecision,
    /// Rounding of creation dates, which are stored in microseconds and printed in milliseconds. It
    /// matters only if filters compare microseconds.
    pub rounding: Rounding,
    /// Tells if the filter `startDate` includes that date.
    pub start_date: Bound,
    /// Tells if the filter `endDate` includes that date.
    pub end_date: Bound,
    /// Order of conversations and customers with the same creation date.
    pub ties: Ties,
    /// Response to a page past the end of a list.
    pub past_the_end: PastTheEnd,
}

/// Unit in which filters compare dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum FilterPrecision {
    /// Microseconds. Clients see milliseconds, so a record can be outside of a filter although its
    /// printed date is inside.
    Microseconds,
    /// Milliseconds, as printed.
    #[default]
    Milliseconds,
    /// Whole seconds; dates are cut.
    Seconds,
    /// Whole minutes; dates are cut.
    Minutes,
    /// Whole days in UTC; dates are cut.
    Days,
}

/// Rounding of microseconds to milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Rounding {
    /// Cut off.
    #[default]
    Down,
    /// To the nearest.
    Nearest,
    /// Up.
    Up,
}

/// Tells if a date filter includes its date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Bound {
    /// The date is included.
    #[default]
    Inclusive,
    /// The date is excluded.
    Exclusive,
}

/// Order of records with the same date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Ties {
    /// Always the same order.
    #[default]
    Stable,
    /// The stable order, reversed.
    Reversed,
    /// Another order in each request.
    Random,
}

/// Response to a page past the end of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum PastTheEnd {
    /// A page without items.
    #[default]
    Empty,
    /// The last page, with its own number.
    LastPage,
    /// 404.
    NotFound,
}

impl Behavior {
    /// Returns `true` if filters can be answered by the order of milliseconds alone.
    pub(crate) fn compares_milliseconds(self) -> bool {
        self.filter_precision == FilterPrecision::Milliseconds
            && self.start_date == Bound::Inclusive
            && self.end_date == Bound::Inclusive
    }

    /// Returns `true` if a record of this printed date is in a period.
    pub(crate) fn is_in(self, period: Period, printed: Timestamp, number: u64) -> bool {
        let unit = match self.filter_precision {
            FilterPrecision::Microseconds => 1,
            FilterPrecision::Milliseconds => 1_000,
            FilterPrecision::Seconds => 1_000_000,
            FilterPrecision::Minutes => 60 * 1_000_000,
            FilterPrecision::Days => 24 * 60 * 60 * 1_000_000,
        };
        let kept = match self.filter_precision {
            FilterPrecision::Microseconds => self.kept_micros(printed, number),
            _ => printed.0.saturating_mul(1_000),
        };
        let cut = |micros: i64| micros.div_euclid(unit);
        // A bound between two milliseconds rounds into the period.
        let start = period.start.map(|start| match self.filter_precision {
            FilterPrecision::Milliseconds => start.saturating_add(unit - 1).div_euclid(unit),
            _ => cut(start),
        });
        let after = start.is_none_or(|start| match self.start_date {
            Bound::Inclusive => cut(kept) >= start,
            Bound::Exclusive => cut(kept) > start,
        });
        let before = period.end.is_none_or(|end| match self.end_date {
            Bound::Inclusive => cut(kept) <= cut(end),
            Bound::Exclusive => cut(kept) < cut(end),
        });
        after && before
    }

    /// The date in microseconds that is printed as this one.
    fn kept_micros(self, printed: Timestamp, number: u64) -> i64 {
        // Never whole milliseconds, so that every record is affected.
        let fraction = 1 + i64::try_from(mix(number) % 999).unwrap_or(0);
        let micros = printed.0.saturating_mul(1_000);
        match self.rounding {
            Rounding::Down => micros + fraction,
            Rounding::Nearest => micros - 500 + fraction,
            Rounding::Up => micros - fraction,
        }
    }

    /// Numbers in the order of their dates, with those that share one as this server has them.
    pub(crate) fn arrange<'a>(
        self,
        numbers: Box<dyn Iterator<Item = u64> + 'a>,
        at: impl Fn(u64) -> Option<Timestamp> + 'a,
        ordinal: u64,
    ) -> Box<dyn Iterator<Item = u64> + 'a> {
        let by_micros = self.filter_precision == FilterPrecision::Microseconds;
        if self.ties == Ties::Stable && !by_micros {
            return numbers;
        }
        let mut numbers = numbers.peekable();
        let group = move || {
            let first = numbers.next()?;
            let shared = at(first);
            let mut group = vec![first];
            while let Some(next) = numbers.next_if(|&number| at(number) == shared) {
                group.push(next);
            }
            match (self.ties, shared) {
                (Ties::Reversed, _) => group.reverse(),
                (Ties::Random, _) => group.sort_by_key(|&number| mix(mix(ordinal) ^ number)),
                (Ties::Stable, Some(shared)) => {
                    group.sort_by_key(|&number| self.kept_micros(shared, number));
                }
                (Ties::Stable, None) => {}
            }
            Some(group)
        };
        Box::new(std::iter::from_fn(group).flatten())
    }

    /// The behavior with the fields of a JSON object changed.
    pub(crate) fn changed(self, changes: &Value) -> Result<Self, ControlError> {
        let Value::Object(changes) = changes else {
            return Err(ControlError::invalid("", "not a JSON object"));
        };
        let mut all = json!(self);
        for (name, value) in changes {
            all[name.as_str()] = value.clone();
        }
        read(all)
    }
}

impl FromStr for Behavior {
    type Err = InvalidBehavior;

    /// Parses `name=value` pairs, separated by commas, with the names of the JSON form, such as
    /// `ties=random,filterPrecision=microseconds`.
    fn from_str(text: &str) -> Result<Self, InvalidBehavior> {
        let mut changes = serde_json::Map::new();
        for pair in text.split(',').filter(|pair| !pair.trim().is_empty()) {
            let Some((name, value)) = pair.split_once('=') else {
                return Err(InvalidBehavior(format!("`{pair}` is not `name=value`")));
            };
            changes.insert(name.trim().to_owned(), value.trim().into());
        }
        Self::default()
            .changed(&changes.into())
            .map_err(|error| InvalidBehavior(error.to_string()))
    }
}

/// The error for a text that does not describe a behavior.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidBehavior(String);

impl std::fmt::Display for InvalidBehavior {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidBehavior {}
