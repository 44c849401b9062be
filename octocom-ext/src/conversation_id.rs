//! What names a conversation: its UUID or its public id.

use std::fmt;
use std::str::FromStr;

use octocom_api::types::ConversationRef;
use uuid::Uuid;

use crate::input::{Checked, text};

/// Length of a UUID with its hyphens.
const UUID_CHARS: usize = 36;

/// A conversation's UUID or public id, for the operations that take either.
///
/// ```
/// use octocom_ext::ConversationId;
///
/// let by_public_id = ConversationId::from("CONV-2024-001234");
/// assert_eq!(by_public_id.uuid(), None);
/// let by_uuid = ConversationId::from("550e8400-e29b-41d4-a716-446655440000");
/// assert!(by_uuid.uuid().is_some());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ConversationId(Repr);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Repr {
    Uuid(Uuid),
    Public(String),
}

impl ConversationId {
    /// The UUID, when it is one.
    ///
    /// ```
    /// # use octocom_ext::ConversationId;
    /// assert_eq!(ConversationId::from("CONV-2024-001234").uuid(), None);
    /// ```
    #[must_use]
    pub fn uuid(&self) -> Option<Uuid> {
        match self.0 {
            Repr::Uuid(id) => Some(id),
            Repr::Public(_) => None,
        }
    }

    /// As the generated client takes it.
    pub(crate) fn checked(&self) -> Checked<ConversationRef> {
        text("conversation id", &self.to_string())
    }
}

impl From<Uuid> for ConversationId {
    fn from(id: Uuid) -> Self {
        Self(Repr::Uuid(id))
    }
}

impl From<&Uuid> for ConversationId {
    fn from(id: &Uuid) -> Self {
        Self::from(*id)
    }
}

/// A text in the form of a UUID is one; any other is a public id.
impl From<&str> for ConversationId {
    fn from(text: &str) -> Self {
        // `Uuid` reads other forms as well, which the API may take for public ids.
        let uuid = (text.len() == UUID_CHARS).then(|| Uuid::try_parse(text));
        match uuid {
            Some(Ok(id)) => Self::from(id),
            _ => Self(Repr::Public(text.to_owned())),
        }
    }
}

impl From<String> for ConversationId {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<&String> for ConversationId {
    fn from(text: &String) -> Self {
        Self::from(text.as_str())
    }
}

impl FromStr for ConversationId {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self::from(text))
    }
}

impl fmt::Display for ConversationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Uuid(id) => id.fmt(f),
            Repr::Public(id) => f.pad(id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_a_uuid_only_in_its_form() {
        let uuid = "550e8400-e29b-41d4-a716-446655440000";
        assert_eq!(ConversationId::from(uuid).uuid(), uuid.parse().ok());
        assert_eq!(ConversationId::from(uuid.to_uppercase()).to_string(), uuid);
        for public in [
            "CONV-2024-001234",
            "550e8400e29b41d4a716446655440000",
            "u1234567-89ab-cdef-0123-456789abcdef",
            "7",
        ] {
            let id = ConversationId::from(public);
            assert_eq!((id.uuid(), id.to_string().as_str()), (None, public));
            assert_eq!(id.checked().unwrap().as_str(), public);
        }
        let nothing = ConversationId::from("").checked().unwrap_err();
        assert_eq!(nothing, "conversation id: 0 characters, at least 1 needed");
    }
}
