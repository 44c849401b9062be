//! Versions that changes require.

use std::fmt;

use semver::Version;
use serde::Serialize;

use super::level::{Level, RustImpact};

/// The part of a version that must be increased, from 1.0.0 on. For earlier versions, see
/// [`Bump::after`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Bump {
    /// Nothing changed: no release is needed.
    None,
    /// The same API.
    Patch,
    /// Additions.
    Minor,
    /// Changes that break users.
    Major,
}

impl Bump {
    /// Returns the part for a change of this level. A change to review counts as breaking.
    #[must_use]
    pub const fn for_changes(wire: Option<Level>, rust: RustImpact) -> Self {
        match (wire, rust) {
            (Some(Level::Breaking | Level::Review), _)
            | (_, RustImpact::Breaking | RustImpact::Review) => Self::Major,
            (Some(Level::Additive), _) | (_, RustImpact::Additive) => Self::Minor,
            (Some(Level::Cosmetic), RustImpact::None) => Self::Patch,
            (None, RustImpact::None) => Self::None,
        }
    }

    /// Returns the next version after `current`, without pre-release and build parts.
    ///
    /// Before 1.0.0, a breaking change increases the second number and any other change the third.
    ///
    /// ```
    /// use openapi_compare::Bump;
    ///
    /// # fn main() -> Result<(), semver::Error> {
    /// let after = |bump: Bump, text: &str| text.parse().map(|current| bump.after(&current).to_string());
    /// assert_eq!(after(Bump::Major, "0.3.1")?, "0.4.0");
    /// assert_eq!(after(Bump::Minor, "0.3.1")?, "0.3.2");
    /// assert_eq!(after(Bump::Minor, "1.3.1")?, "1.4.0");
    /// assert_eq!(after(Bump::None, "1.3.1")?, "1.3.1");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn after(self, current: &Version) -> Version {
        let (major, minor, patch) = (current.major, current.minor, current.patch);
        match (self, major) {
            (Self::None, _) => current.clone(),
            (Self::Major, 0) => Version::new(0, minor + 1, 0),
            (Self::Major, _) => Version::new(major + 1, 0, 0),
            (Self::Minor, 1..) => Version::new(major, minor + 1, 0),
            (Self::Minor | Self::Patch, _) => Version::new(major, minor, patch + 1),
        }
    }
}

impl fmt::Display for Bump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::None => "no release",
            Self::Patch => "a patch release",
            Self::Minor => "a minor release (a patch before 1.0.0)",
            Self::Major => "a major release (a minor one before 1.0.0)",
        })
    }
}
