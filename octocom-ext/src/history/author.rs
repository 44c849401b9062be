//! Authors of changes.

use std::fmt;

use serde_json::value::RawValue;
use uuid::Uuid;

use super::answer::{Fields, text};

/// The author of a change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Author {
    /// Id, in any form.
    pub id: Option<String>,
    /// Name.
    pub name: Option<String>,
    /// Email address.
    pub email: Option<String>,
    /// Kind of author in the server's words, such as `user` or `apiKey`.
    pub kind: Option<String>,
}

impl Author {
    /// Reads who is named in an entry, in the first of some places that names anyone.
    pub(super) fn read_in(entry: &Fields<'_>, places: &'static [&'static str]) -> Option<Self> {
        entry.under(places).map(Self::read).find_map(Self::named)
    }

    /// As [`read_in`](Self::read_in), and otherwise from fields of the entry that name parts of an author.
    pub(super) fn from_entry(entry: &Fields<'_>, places: &'static [&'static str]) -> Option<Self> {
        Self::read_in(entry, places).or_else(|| {
            Self {
                id: entry.text(&["userId", "changedById", "createdById", "authorId"]),
                name: entry.text(&["userName", "changedByName", "createdByName", "authorName"]),
                email: entry.text(&["userEmail", "changedByEmail", "authorEmail"]),
                kind: None,
            }
            .named()
        })
    }

    fn read(value: &RawValue) -> Self {
        let Some(text) = text(value) else {
            let fields = Fields::parse(value);
            return Self {
                id: fields.text(&["id", "userId", "_id"]),
                name: fields.text(&["name", "fullName", "displayName", "username"]),
                email: fields.text(&["email"]),
                kind: fields.text(&["type", "kind"]),
            };
        };
        let is_number = !value.get().starts_with('"');
        let mut author = Self::default();
        if is_number || Uuid::try_parse(&text).is_ok() {
            author.id = Some(text);
        } else if text.contains('@') {
            author.email = Some(text);
        } else {
            author.name = Some(text);
        }
        author
    }

    fn named(self) -> Option<Self> {
        (self != Self::default()).then_some(self)
    }
}

/// Prints the name, or else the email address, the id or the kind.
impl fmt::Display for Author {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let best = [&self.name, &self.email, &self.id, &self.kind];
        f.pad(best.into_iter().flatten().next().map_or("", String::as_str))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACES: &[&str] = &["changedBy", "createdBy", "author", "user", "actor", "by"];

    fn read(json: &str) -> Option<(String, String, String)> {
        let raw: &RawValue = serde_json::from_str(json).unwrap();
        let author = Author::from_entry(&Fields::parse(raw), PLACES)?;
        Some((
            author.id.unwrap_or_default(),
            author.name.unwrap_or_default(),
            author.email.unwrap_or_default(),
        ))
    }

    #[test]
    fn an_author_is_a_text_an_object_or_fields_of_the_entry() {
        let uuid = "550e8400-e29b-41d4-a716-446655440000";
        for (json, (id, name, email)) in [
            (r#"{"changedBy": "Mia"}"#.to_owned(), ("", "Mia", "")),
            (
                r#"{"createdBy": "mia@x.com"}"#.to_owned(),
                ("", "", "mia@x.com"),
            ),
            (format!(r#"{{"author": "{uuid}"}}"#), (uuid, "", "")),
            (r#"{"user": 17}"#.to_owned(), ("17", "", "")),
            (
                r#"{"changedBy": null, "user": {"id": 1, "name": "Mia", "email": "m@x"}}"#
                    .to_owned(),
                ("1", "Mia", "m@x"),
            ),
            (
                r#"{"actor": {"fullName": "Mia B"}}"#.to_owned(),
                ("", "Mia B", ""),
            ),
            (
                r#"{"changedBy": {}, "by": "Bo"}"#.to_owned(),
                ("", "Bo", ""),
            ),
            (
                r#"{"userId": "u1", "userName": "Mia"}"#.to_owned(),
                ("u1", "Mia", ""),
            ),
        ] {
            let expected = Some((id.to_owned(), name.to_owned(), email.to_owned()));
            assert_eq!(read(&json), expected, "{json}");
        }
        for json in [
            "{}",
            r#"{"changedBy": null}"#,
            r#"{"author": []}"#,
            r#"{"by": true}"#,
            "[]",
        ] {
            assert_eq!(read(json), None, "{json}");
        }
    }

    #[test]
    fn the_best_name_is_shown() {
        let author = |name: Option<&str>, email: Option<&str>| Author {
            id: Some("7".to_owned()),
            name: name.map(str::to_owned),
            email: email.map(str::to_owned),
            kind: None,
        };
        assert_eq!(author(Some("Mia"), Some("m@x")).to_string(), "Mia");
        assert_eq!(author(None, Some("m@x")).to_string(), "m@x");
        assert_eq!(author(None, None).to_string(), "7");
        let raw: &RawValue = serde_json::from_str(r#"{"changedBy": {"type": "apiKey"}}"#).unwrap();
        let key = Author::from_entry(&Fields::parse(raw), PLACES).unwrap();
        assert_eq!(
            (key.kind.as_deref(), key.to_string().as_str()),
            (Some("apiKey"), "apiKey")
        );
    }
}
