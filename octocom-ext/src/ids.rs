//! Ids as parameters.

use std::fmt;
use std::str::FromStr;

use octocom_api::Response;
use octocom_api::types::{self, ConversationRef};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use crate::input::{Checked, text};
use crate::pagination::Item;

/// Length of a UUID with its hyphens.
const UUID_CHARS: usize = 36;

/// The id of a record, as a parameter: a `Uuid`, a text, or the record itself.
///
/// Most operations accept only a UUID. If the text is not a UUID, such a call fails before anything
/// is sent. Where the API also accepts the public id of a conversation (`CONV-2024-001234`), the text
/// is sent unchanged.
///
/// ```
/// use octocom_ext::{Id, Uuid};
///
/// let id = Id::from("550e8400-e29b-41d4-a716-446655440000");
/// assert_eq!(id, Id::from(Uuid::from_u128(0x550e8400_e29b_41d4_a716_446655440000)));
/// let public = Id::from("CONV-2024-001234");
/// assert_eq!((public.uuid(), public.to_string().as_str()), (None, "CONV-2024-001234"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Id(Repr);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Repr {
    Uuid(Uuid),
    Text(String),
}

impl Id {
    /// Returns the UUID; `None` if the id is another text than a UUID of 36 characters.
    #[must_use]
    pub fn uuid(&self) -> Option<Uuid> {
        match self.0 {
            Repr::Uuid(id) => Some(id),
            Repr::Text(_) => None,
        }
    }

    /// Returns the UUID for a parameter that takes nothing else, in any form that a UUID has, or
    /// what is wrong with the id. A text may have been pasted by mistake, so it is not shown.
    pub(crate) fn checked(&self, parameter: &str) -> Checked<Uuid> {
        let text = match &self.0 {
            Repr::Uuid(id) => return Ok(*id),
            Repr::Text(text) => text,
        };
        Uuid::try_parse(text).map_err(|_| {
            let hint = match parameter {
                "conversation id" => " (the public id cannot be used here)",
                "version id" if text.is_empty() => " (the entry has none that can be read)",
                _ => "",
            };
            let length = text.chars().count();
            format!("{parameter}: {length} characters that are not a UUID{hint}")
        })
    }

    /// Returns the id for a parameter that takes a conversation's UUID or public id.
    pub(crate) fn checked_conversation(&self) -> Checked<ConversationRef> {
        text("conversation id", &self.to_string())
    }
}

impl From<Uuid> for Id {
    fn from(id: Uuid) -> Self {
        Self(Repr::Uuid(id))
    }
}

impl From<&Uuid> for Id {
    fn from(id: &Uuid) -> Self {
        Self::from(*id)
    }
}

/// Takes a text in the form of a UUID as a UUID and any other text as it is.
impl From<&str> for Id {
    fn from(text: &str) -> Self {
        // `Uuid` reads other forms as well, which the API may take for public ids.
        let uuid = (text.len() == UUID_CHARS).then(|| Uuid::try_parse(text));
        match uuid {
            Some(Ok(id)) => Self::from(id),
            _ => Self(Repr::Text(text.to_owned())),
        }
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

impl From<&Self> for Id {
    fn from(id: &Self) -> Self {
        id.clone()
    }
}

impl FromStr for Id {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self::from(text))
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Uuid(id) => id.fmt(f),
            Repr::Text(text) => f.pad(text),
        }
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

/// A record stands for its id, also within an [`Item`] or a [`Response`].
macro_rules! has_id {
    ($($record:ident),+) => {$(
        impl From<&types::$record> for Id {
            fn from(record: &types::$record) -> Self {
                Self::from(record.id)
            }
        }

        impl From<Item<types::$record>> for Id {
            fn from(record: Item<types::$record>) -> Self {
                Self::from(record.id)
            }
        }

        impl From<&Item<types::$record>> for Id {
            fn from(record: &Item<types::$record>) -> Self {
                Self::from(record.id)
            }
        }

        impl From<&Response<types::$record>> for Id {
            fn from(record: &Response<types::$record>) -> Self {
                Self::from(record.id)
            }
        }
    )+};
}

has_id!(
    Article,
    BotRule,
    Conversation,
    ConversationSummary,
    Customer,
    Workflow,
    WorkflowWithVariants
);

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
        assert_eq!(Id::from(uuid).uuid(), uuid.parse().ok());
        assert_eq!(Id::from(uuid.to_uppercase()).to_string(), uuid);
        for public in [
            "CONV-2024-001234",
            "550e8400e29b41d4a716446655440000",
            "u1234567-89ab-cdef-0123-456789abcdef",
            "7",
        ] {
            let id = Id::from(public);
            assert_eq!((id.uuid(), id.to_string().as_str()), (None, public));
            assert_eq!(id.checked_conversation().unwrap().as_str(), public);
        }
        let nothing = Id::from("").checked_conversation().unwrap_err();
        assert_eq!(nothing, "conversation id: 0 characters, at least 1 needed");
    }

    #[test]
    fn an_id_is_a_text_in_json() {
        for text in ["CONV-2024-001234", "550e8400-e29b-41d4-a716-446655440000"] {
            let json = serde_json::to_string(&Id::from(text)).unwrap();
            assert_eq!(json, format!("\"{text}\""));
            assert_eq!(serde_json::from_str::<Id>(&json).unwrap(), Id::from(text));
        }
        assert!(serde_json::from_str::<Id>("7").is_err());
    }

    #[test]
    fn a_version_without_an_id_is_refused_by_that() {
        assert_eq!(
            Id::from("").checked("version id").unwrap_err(),
            "version id: 0 characters that are not a UUID (the entry has none that can be read)"
        );
    }
}
