//! How far back a run looks for changes.

use std::str::FromStr;

use anyhow::{Context, Error, Result, bail};
use chrono::{DateTime, TimeDelta, Utc};

/// Longest age that can be given: a hundred years. More is a slip of units, or means `all`.
const MAX_DAYS: i64 = 36_500;

/// Which conversations are listed again, by their creation date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refresh {
    All,
    None,
    Last(TimeDelta),
}

impl Refresh {
    /// The first creation date to list again, `None` for all; or nothing to list at all.
    pub(crate) fn since(self, now: DateTime<Utc>) -> Option<Option<DateTime<Utc>>> {
        match self {
            Self::All => Some(None),
            Self::None => None,
            Self::Last(age) => Some(now.checked_sub_signed(age)),
        }
    }
}

impl FromStr for Refresh {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "all" => return Ok(Self::All),
            "none" => return Ok(Self::None),
            _ => {}
        }
        let expected = "expected `all`, `none` or a whole number with s, m, h or d, as in `30d`";
        let unit = text.chars().last().context(expected)?;
        let seconds = match unit {
            's' => 1,
            'm' => 60,
            'h' => 60 * 60,
            'd' => 24 * 60 * 60,
            _ => bail!(expected),
        };
        let number = &text[..text.len() - unit.len_utf8()];
        if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            bail!(expected);
        }
        let age = number
            .parse()
            .ok()
            .and_then(|number: i64| number.checked_mul(seconds))
            .and_then(TimeDelta::try_seconds)
            .filter(|age| age.num_seconds() <= MAX_DAYS * 24 * 60 * 60);
        match age {
            None => bail!("more than {MAX_DAYS}d: say `all` to list everything again"),
            Some(age) if age.is_zero() => bail!("no time at all: say `none` to list nothing again"),
            Some(age) => Ok(Self::Last(age)),
        }
    }
}
