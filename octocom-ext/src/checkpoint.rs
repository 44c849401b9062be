//! Checkpoints, from which a list can be resumed in another process.

mod rows;

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use octocom_api::{ErrorKind, Failure};
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(crate) use rows::{BuildIdHasher, DeliveredRows, RowId};
use rows::{digest, written};

/// Version of the form that checkpoints are written in.
const VERSION: u32 = 2;

/// The position up to which a list was delivered, to resume it later.
///
/// It covers items that the stream has returned, not those that it only fetched. A list that is
/// [resumed](crate::List::resume) from it delivers the rest: exactly in keyset mode; in offset mode
/// exactly if nothing changed meanwhile.
///
/// Store it with serde, or as text with `Display` and `FromStr`; both are the same JSON. Its size
/// is usually below 1 KiB, plus at most 12 bytes for each delivered record of the current tie group
/// (keyset mode) or of the current and the previous page (offset mode). If thousands of pages have
/// the same `createdAt`, save it every few seconds instead of after each page.
///
/// It belongs to a server, an operation, filters and a mode. If any of them differs, or if it was
/// edited, resuming fails before anything is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    version: u32,
    server: String,
    operation: String,
    filters: Value,
    delivered: u64,
    position: Position,
    /// Digest of everything above.
    checksum: String,
}

impl Checkpoint {
    pub(crate) fn new(
        server: &str,
        operation: &str,
        filters: Value,
        delivered: u64,
        position: Position,
    ) -> Self {
        let mut this = Self {
            version: VERSION,
            server: server.to_owned(),
            operation: operation.to_owned(),
            filters,
            delivered,
            position,
            checksum: String::new(),
        };
        this.checksum = this.digest();
        this
    }

    /// Digest of everything but the checksum, the same however the JSON was stored.
    fn digest(&self) -> String {
        let mut text = format!(
            "{} {} {} {} ",
            self.version, self.server, self.operation, self.delivered
        );
        write_sorted(&self.filters, &mut text);
        // A position is a struct, so its text has one form only.
        text.push_str(&serde_json::to_string(&self.position).unwrap_or_default());
        format!("{:016x}", digest(text.as_bytes()))
    }

    /// Returns the number of items delivered so far, including earlier processes.
    #[must_use]
    pub fn delivered(&self) -> u64 {
        self.delivered
    }

    /// Returns the creation time before which every item was delivered, in keyset mode. `None` at the
    /// beginning of a list, and in offset mode.
    #[must_use]
    pub fn created_before(&self) -> Option<DateTime<Utc>> {
        match self.position {
            Position::Keyset { start, .. } => start,
            Position::Offset { .. } => None,
        }
    }

    /// The position, if the checkpoint is one of this listing.
    pub(crate) fn check(
        &self,
        server: &str,
        operation: &str,
        filters: &Value,
    ) -> Result<&Position, String> {
        if self.version != VERSION {
            return Err(format!("`version` is {}, not {VERSION}", self.version));
        }
        if self.server != server {
            return Err(format!("`server` is {}, not {server}", self.server));
        }
        if self.operation != operation {
            return Err(format!(
                "`operation` is {}, not {operation}",
                self.operation
            ));
        }
        // The values may be about customers, so the names have to do.
        let names = |filters: &Value| -> Vec<String> {
            filters
                .as_object()
                .into_iter()
                .flatten()
                .map(|(name, _)| name.clone())
                .collect()
        };
        let mut differing: Vec<_> = names(&self.filters)
            .into_iter()
            .chain(names(filters))
            .filter(|name| self.filters.get(name) != filters.get(name))
            .collect();
        differing.sort_unstable();
        differing.dedup();
        if !differing.is_empty() {
            return Err(format!("`filters` differ in {}", differing.join(", ")));
        }
        self.position.check()?;
        if self.delivered > i64::MAX as u64 {
            return Err(format!(
                "`delivered` is {}, more than {}",
                self.delivered,
                i64::MAX
            ));
        }
        let remembered = self.position.remembered();
        if self.delivered < remembered as u64 {
            return Err(format!(
                "`delivered` is {}, fewer than the {remembered} records of `position`",
                self.delivered
            ));
        }
        if self.checksum != self.digest() {
            return Err("`checksum` does not match: it was edited".to_owned());
        }
        Ok(&self.position)
    }
}

/// Writes JSON with the members of objects in alphabetical order.
fn write_sorted(value: &Value, text: &mut String) {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_unstable_by_key(|(name, _)| *name);
            for (name, value) in members {
                text.push_str(name);
                text.push('=');
                write_sorted(value, text);
                text.push(';');
            }
        }
        other => text.push_str(&other.to_string()),
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

impl FromStr for Checkpoint {
    type Err = octocom_api::Error;

    fn from_str(text: &str) -> Result<Self, octocom_api::Error> {
        let mut json = serde_json::Deserializer::from_str(text);
        serde_path_to_error::deserialize(&mut json).map_err(|error| {
            let mut failure = Failure::new(ErrorKind::InvalidRequest);
            failure.detail = Some(format!("checkpoint: `{}` is not readable", error.path()));
            failure.into()
        })
    }
}

/// The position up to which a list was delivered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Position {
    Keyset {
        /// Every row created before was delivered; null is the very beginning.
        start: Option<DateTime<Utc>>,
        /// Delivered rows from there on.
        seen: DeliveredRows,
    },
    Offset {
        /// The page of the next row, counted from 1.
        page: u64,
        /// Ids of the page before.
        #[serde(with = "written")]
        previous: Vec<RowId>,
        /// Delivered ids of the page.
        #[serde(with = "written")]
        delivered: Vec<RowId>,
    },
}

impl Position {
    /// Refuses parts that contradict each other, by the name of the field.
    pub(crate) fn check(&self) -> Result<(), String> {
        let most = u64::from(u32::MAX);
        match self {
            Self::Offset { page, .. } if !(1..=most).contains(page) => {
                Err(format!("`position.page` is {page}, not from 1 to {most}"))
            }
            Self::Keyset {
                start: Some(start),
                seen,
            } => match seen.times() {
                Some((first, _)) if first < *start => Err(format!(
                    "`position.seen` has records of {}, before `position.start`, {}",
                    first.to_rfc3339(),
                    start.to_rfc3339()
                )),
                _ => Ok(()),
            },
            _ => Ok(()),
        }
    }

    /// Number of rows whose ids it has.
    pub(crate) fn remembered(&self) -> usize {
        match self {
            Self::Keyset { seen, .. } => seen.len(),
            Self::Offset { delivered, .. } => delivered.len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const SERVER: &str = "https://api.example.com/";

    fn text() -> String {
        // As text: the order of a map's keys depends on how serde_json was built.
        r#"{"version":2,"server":"https://api.example.com/","operation":"list_users","filters":{},
            "delivered":7,"position":{"mode":"offset","page":2,"previous":"","delivered":
            "AAAAAAAAAAE"},"checksum":"140a3dc175e058a7"}"#
            .to_owned()
    }

    fn keyset(start: &str, seen: &Value, delivered: u64) -> Checkpoint {
        let position = json!({"mode": "keyset", "start": start, "seen": seen});
        let position = serde_json::from_value(position).unwrap();
        let filters = json!({"since": "2024-01-01T00:00:00Z", "status": "open"});
        Checkpoint::new(SERVER, "list_conversations", filters, delivered, position)
    }

    #[test]
    fn a_checkpoint_comes_back_from_its_text() {
        let checkpoint: Checkpoint = text().parse().unwrap();
        assert_eq!(checkpoint.delivered(), 7);
        assert_eq!(
            checkpoint.to_string().parse::<Checkpoint>().unwrap(),
            checkpoint
        );
        let position = checkpoint.check(SERVER, "list_users", &json!({}));
        assert!(position.is_ok(), "{position:?}");
    }

    #[test]
    fn only_a_checkpoint_of_keyset_mode_has_a_creation_time() {
        let start = "2024-01-15T10:29:59Z";
        let checkpoint = keyset(start, &json!({}), 9);
        assert_eq!(checkpoint.created_before(), start.parse().ok());
        let checkpoint: Checkpoint = text().parse().unwrap();
        assert_eq!(checkpoint.created_before(), None);
    }

    #[test]
    fn a_corrupted_checkpoint_is_refused_by_its_field() {
        for (from, to, field) in [
            ("\"delivered\":7", "\"delivered\":-7", "delivered"),
            ("\"page\":2", "\"page\":\"x\"", "position"),
            ("\"version\":2,", "", "."),
            ("\"server\"", "\"host\"", "."),
            // Cut off, wherever that leaves the reader.
            ("\"checksum\":\"", "", ""),
            ("\"AAAAAAAAAAE\"", "\"a\"", "position"),
        ] {
            let broken = text().replacen(from, to, 1);
            assert_ne!(broken, text());
            let message = broken.parse::<Checkpoint>().unwrap_err().to_string();
            assert!(
                message.contains(&format!("checkpoint: `{field}")),
                "{broken}: {message}"
            );
        }
    }

    #[test]
    fn a_checkpoint_of_another_listing_is_refused_with_the_reason() {
        let checkpoint: Checkpoint = text().parse().unwrap();
        let check = |server, operation, filters| {
            let position = checkpoint.check(server, operation, &filters);
            position.err().unwrap_or_default()
        };
        assert_eq!(
            check(SERVER, "list_teams", json!({})),
            "`operation` is list_users, not list_teams"
        );
        assert_eq!(
            check(
                SERVER,
                "list_users",
                json!({"status": "open", "since": null})
            ),
            "`filters` differ in since, status"
        );
        assert_eq!(
            check("https://other.example.com/", "list_users", json!({})),
            "`server` is https://api.example.com/, not https://other.example.com/"
        );
        let older: Checkpoint = text()
            .replace("\"version\":2", "\"version\":1")
            .parse()
            .unwrap();
        assert_eq!(
            older.check(SERVER, "list_users", &json!({})),
            Err("`version` is 1, not 2".to_owned())
        );
    }

    #[test]
    fn parts_that_contradict_each_other_are_refused_by_name() {
        let seen = json!({"2024-01-15T10:30:00Z": "AAAAAAAAAAEAAAAAAAAAAg"});
        let check = |checkpoint: Checkpoint| {
            let filters = checkpoint.filters.clone();
            let position = checkpoint.check(SERVER, "list_conversations", &filters);
            position.map(|_| ())
        };
        assert_eq!(check(keyset("2024-01-15T10:29:59Z", &seen, 2)), Ok(()));
        for (checkpoint, named) in [
            (keyset("2024-01-15T10:30:01Z", &seen, 2), "`position.seen`"),
            (keyset("2024-01-15T10:29:59Z", &seen, 1), "`delivered`"),
            (
                keyset("2024-01-15T10:29:59Z", &seen, u64::MAX),
                "`delivered`",
            ),
        ] {
            let reason = check(checkpoint).unwrap_err();
            assert!(reason.starts_with(named), "{reason}");
        }
        let zero = text().replace("\"page\":2", "\"page\":0");
        let zero: Checkpoint = zero.parse().unwrap();
        assert_eq!(
            zero.check(SERVER, "list_users", &json!({})),
            Err("`position.page` is 0, not from 1 to 4294967295".to_owned())
        );
    }

    #[test]
    fn whatever_is_edited_is_refused() {
        let seen = json!({"2024-01-15T10:30:00Z": "AAAAAAAAAAE"});
        let text = keyset("2024-01-15T10:29:59Z", &seen, 9).to_string();
        let filters = json!({"status": "open", "since": "2024-01-01T00:00:00Z"});
        let check = |text: &str| {
            let checkpoint: Checkpoint = text.parse().unwrap();
            let position = checkpoint.check(SERVER, "list_conversations", &filters);
            position.map(|_| ())
        };
        assert_eq!(check(&text), Ok(()));
        for (from, to) in [
            ("10:29:59Z", "10:29:58Z"),
            ("\"delivered\":9", "\"delivered\":8"),
            ("AAAAAAAAAAE", "AAAAAAAAAAI"),
            ("10:30:00Z", "10:31:00Z"),
            ("\"checksum\":\"", "\"checksum\":\"0"),
        ] {
            let edited = text.replacen(from, to, 1);
            assert_ne!(edited, text);
            assert_eq!(
                check(&edited),
                Err("`checksum` does not match: it was edited".to_owned()),
                "{from}"
            );
        }
    }
}
