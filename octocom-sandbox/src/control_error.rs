//! Why the control API refuses something.

use std::fmt;

/// The reason why a change of the sandbox was refused. The state is unchanged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ControlError {
    kind: Kind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Invalid { field: String, reason: String },
    NotFound { what: String },
}

impl ControlError {
    pub(crate) fn invalid(field: impl Into<String>, reason: impl Into<String>) -> Self {
        let (field, reason) = (field.into(), reason.into());
        Self {
            kind: Kind::Invalid { field, reason },
        }
    }

    pub(crate) fn not_found(what: impl Into<String>) -> Self {
        let what = what.into();
        Self {
            kind: Kind::NotFound { what },
        }
    }

    /// The same error of a field further down.
    pub(crate) fn under(self, place: &str) -> Self {
        match self.kind {
            Kind::Invalid { field, reason } if field.is_empty() => Self::invalid(place, reason),
            Kind::Invalid { field, reason } => {
                let separator = if field.starts_with('[') { "" } else { "." };
                Self::invalid(format!("{place}{separator}{field}"), reason)
            }
            Kind::NotFound { what } => Self::invalid(place, format!("{what} does not exist")),
        }
    }

    /// Returns the invalid field, such as `records.conversations[0].messages[2].sender`; `None` if
    /// something does not exist.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        match &self.kind {
            Kind::Invalid { field, .. } => Some(field),
            Kind::NotFound { .. } => None,
        }
    }

    /// Returns `true` if the named record or organization does not exist.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(self.kind, Kind::NotFound { .. })
    }
}

impl fmt::Display for ControlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Invalid { field, reason } if field.is_empty() => f.write_str(reason),
            Kind::Invalid { field, reason } => write!(f, "`{field}`: {reason}"),
            Kind::NotFound { what } => write!(f, "{what} does not exist"),
        }
    }
}

impl std::error::Error for ControlError {}
