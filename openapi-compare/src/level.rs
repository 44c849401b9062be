//! The two axes a change is judged on: the wire and the generated Rust.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

/// The effect of a change on a client that was built from the old document and is left as it is.
///
/// Ordered from harmless to harmful.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Nothing on the wire changes: prose, names, the order of things.
    Cosmetic,
    /// The API can do more; what worked keeps working.
    Additive,
    /// The documents cannot tell whether an old client keeps working; a person has to decide.
    Review,
    /// An old client can fail, or be refused.
    Breaking,
}

impl Level {
    /// All levels, from harmless to harmful.
    pub const ALL: [Self; 4] = [Self::Cosmetic, Self::Additive, Self::Review, Self::Breaking];

    /// The level as it is written on the command line and in JSON.
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

/// A text that names no [`Level`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseLevelError(String);

impl fmt::Display for ParseLevelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} is none of cosmetic, additive, review, breaking",
            self.0
        )
    }
}

impl std::error::Error for ParseLevelError {}

impl FromStr for Level {
    type Err = ParseLevelError;

    /// Reads `cosmetic`, `additive`, `review` or `breaking`, in lower case.
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

/// The effect of regenerating the client from the new document on code that uses it.
///
/// This decides the version number together with [`Level`]: the worse of the two counts.
/// It is judged from the documents alone, for a generator that makes structs without
/// `#[non_exhaustive]`, enums with it, and one builder per operation; `cargo semver-checks` on the
/// regenerated crate is the arbiter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum RustImpact {
    /// The same items with the same types; at most other documentation or other checks at run time.
    None,
    /// New items beside the old ones.
    Additive,
    /// It depends on the generator; look at the generated difference.
    Review,
    /// An item goes, is renamed, or changes its type.
    Breaking,
}

impl RustImpact {
    /// The level that weighs as much; `None` for no impact.
    #[must_use]
    pub const fn level(self) -> Option<Level> {
        match self {
            Self::None => None,
            Self::Additive => Some(Level::Additive),
            Self::Review => Some(Level::Review),
            Self::Breaking => Some(Level::Breaking),
        }
    }

    /// The impact as it is written in JSON.
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
