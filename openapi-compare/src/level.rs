//! The effects of a change: on the wire and on generated Rust code.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

/// The effect of a change on a client that was built from the old document.
///
/// Ordered from harmless to harmful.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Nothing changes on the wire: texts, names, order.
    Cosmetic,
    /// The API can do more; existing clients keep working.
    Additive,
    /// The documents do not show if existing clients keep working; a person must decide.
    Review,
    /// Existing clients can fail.
    Breaking,
}

impl Level {
    /// All levels, from harmless to harmful.
    pub const ALL: [Self; 4] = [Self::Cosmetic, Self::Additive, Self::Review, Self::Breaking];

    /// Returns the level as written on the command line and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cosmetic => "cosmetic",
            Self::Additive => "additive",
            Self::Review => "review",
            Self::Breaking => "breaking",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The error for a text that is not a [`Level`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseLevelError(String);

impl fmt::Display for ParseLevelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} is not one of cosmetic, additive, review, breaking",
            self.0
        )
    }
}

impl std::error::Error for ParseLevelError {}

impl FromStr for Level {
    type Err = ParseLevelError;

    /// Parses `cosmetic`, `additive`, `review` or `breaking`, in lower case.
    ///
    /// # Errors
    ///
    /// [`ParseLevelError`] for any other text.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|level| level.as_str() == text)
            .ok_or_else(|| ParseLevelError(text.to_owned()))
    }
}

/// The effect on code that uses the client, after it is generated from the new document.
///
/// The next version follows from this and [`Level`]. It is derived from the documents alone; `cargo
/// semver-checks` on the generated crate is the final authority.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum RustImpact {
    /// The same items with the same types; documentation or checks at run time may differ.
    None,
    /// New items.
    Additive,
    /// Depends on the generator; look at the difference of the generated code.
    Review,
    /// An item is removed, renamed, or changes its type.
    Breaking,
}

impl RustImpact {
    /// Returns the level of equal weight; `None` for no effect.
    #[must_use]
    pub const fn level(self) -> Option<Level> {
        match self {
            Self::None => None,
            Self::Additive => Some(Level::Additive),
            Self::Review => Some(Level::Review),
            Self::Breaking => Some(Level::Breaking),
        }
    }

    /// Returns the effect as written in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Additive => "additive",
            Self::Review => "review",
            Self::Breaking => "breaking",
        }
    }
}

impl fmt::Display for RustImpact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
