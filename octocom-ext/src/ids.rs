//! Ids as parameters.

use std::fmt;
use std::str::FromStr;

use octocom_api::Response;
use octocom_api::types::{self, ConversationRef};
use serde::{Serialize, Serializer};
use uuid::Uuid;

use crate::input::{Checked, text};
use crate::pagination::Item;

/// Length of a UUID with its hyphens.
const UUID_CHARS: usize = 36;

/// The UUID of a record, as a parameter: a `Uuid`, a text, or the record itself.
///
/// If the text is not a UUID, the call fails before anything is sent.
///
/// ```
/// use octocom_ext::{Id, Uuid};
///
/// let id = Id::from("550e8400-e29b-41d4-a716-446655440000");
/// assert_eq!(id, Id::from(Uuid::from_u128(0x550e8400_e29b_41d4_a716_446655440000)));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Id(Result<Uuid, usize>);

impl Id {
    /// Returns the UUID, or what is wrong with it: the parameter and what was given. A text itself
    /// is not shown: it may have been pasted by mistake.
    pub(crate) fn checked(self, parameter: &str) -> Checked<Uuid> {
        self.0.map_err(|length| {
            let hint = match parameter {
                "conversation id" => " (the public id cannot be used here)",
                _ => "",
            };
            format!("{parameter}: {length} characters that are not a UUID{hint}")
        })
    }
}

/// Fails if the text is not a UUID.
impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Ok(id) => id.serialize(serializer),
            Err(length) => Err(serde::ser::Error::custom(format!(
                "{length} characters that are not a UUID"
            ))),
        }
    }
}

impl From<Uuid> for Id {
    fn from(id: Uuid) -> Self {
        Self(Ok(id))
    }
}

impl From<&Uuid> for Id {
    fn from(id: &Uuid) -> Self {
        Self(Ok(*id))
    }
}

impl From<&str> for Id {
    fn from(text: &str) -> Self {
        Self(Uuid::try_parse(text).map_err(|_| text.chars().count()))
    }
}

impl From<String> for Id {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<&String> for Id {
    fn from(text: &String) -> Self {
        Self::from(text.as_str())
    }
}

/// A record stands for its id, also within an [`Item`] or a [`Response`].
macro_rules! has_id {
    ($target:ident: $($record:ident),+) => {$(
        impl From<&types::$record> for $target {
            fn from(record: &types::$record) -> Self {
                Self::from(record.id)
            }
        }

        impl From<Item<types::$record>> for $target {
            fn from(record: Item<types::$record>) -> Self {
                Self::from(record.id)
            }
        }

        impl From<&Item<types::$record>> for $target {
            fn from(record: &Item<types::$record>) -> Self {
                Self::from(record.id)
            }
        }

        impl From<&Response<types::$record>> for $target {
            fn from(record: &Response<types::$record>) -> Self {
                Self::from(record.id)
            }
        }
    )+};
}

has_id!(
    Id: Article, BotRule, Conversation, ConversationSummary, Customer, Workflow,
    WorkflowWithVariants
);
has_id!(ConversationId: Conversation, ConversationSummary);

/// The UUID or public id of a conversation, for operations that accept either.
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
    /// Returns the UUID; `None` if it is a public id.
    #[must_use]
    pub fn uuid(&self) -> Option<Uuid> {
        match self.0 {
            Repr::Uuid(id) => Some(id),
            Repr::Public(_) => None,
        }
    }

    /// Returns the id as the generated client takes it.
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

/// Takes a text in the form of a UUID as a UUID and any other text as a public id.
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
    fn a_text_that_is_not_a_uuid_is_refused_by_its_parameter() {
        let id = Uuid::from_u128(7);
        for given in [
            Id::from(id),
            Id::from(&id),
            Id::from(id.to_string()),
            Id::from(&id.to_string()),
        ] {
            assert_eq!(given.checked("id"), Ok(id));
        }
        assert_eq!(
            Id::from("CONV-2024-001234").checked("id").unwrap_err(),
            "id: 16 characters that are not a UUID"
        );
    }

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
