//! Gates: the changes that make a command fail.

use std::fmt;
use std::str::FromStr;

use super::level::{Level, ParseLevelError};

/// A threshold on an axis, such as `review` or `rust:breaking`: changes at or above it make a
/// command fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gate {
    /// Axis: `wire`, or the name of a generator's axis.
    pub axis: String,
    /// Lowest level that fails.
    pub level: Level,
}

/// Default axis of a gate.
pub const WIRE: &str = "wire";

impl Default for Gate {
    /// `wire:additive`.
    fn default() -> Self {
        Self {
            axis: WIRE.to_owned(),
            level: Level::Additive,
        }
    }
}

impl FromStr for Gate {
    type Err = ParseLevelError;

    /// Reads `LEVEL` or `AXIS:LEVEL`.
    ///
    /// # Errors
    ///
    /// Fails if the level is unknown. The axis is checked later, with a report.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (axis, level) = text.rsplit_once(':').unwrap_or((WIRE, text));
        Ok(Self {
            axis: axis.to_owned(),
            level: level.parse()?,
        })
    }
}

impl fmt::Display for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.axis, self.level)
    }
}

/// The error for a gate with an unknown axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownAxis {
    pub(super) asked: String,
    pub(super) known: Vec<String>,
}

impl fmt::Display for UnknownAxis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} is not an axis of this comparison, which has {}",
            self.asked,
            self.known.join(", ")
        )
    }
}

impl std::error::Error for UnknownAxis {}
