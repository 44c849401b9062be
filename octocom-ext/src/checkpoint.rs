//! Checkpoints: how far a listing was delivered, to go on from there in another process.

use std::fmt;
use std::str::FromStr;

use octocom_api::{ErrorKind, Failure};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::pagination::Position;

/// Version of the form that checkpoints are written in.
const VERSION: u32 = 1;

/// The place that a list was delivered to, to resume from.
///
/// It counts what the stream has handed out, not what it has fetched. A listing that is
/// [resumed](crate::List::resume) from it delivers the rest: in keyset mode exactly, in offset mode
/// exactly if nothing changed meanwhile.
///
/// It can be stored with serde, or as text with `Display` and `FromStr` (both are the same JSON).
/// Its size is typically below 1 KiB, plus about 25 bytes for each row of the present instant
/// (keyset mode) or of the present page and the one before (offset mode).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    version: u32,
    operation: String,
    filters: Value,
    delivered: u64,
    position: Position,
}

impl Checkpoint {
    pub(crate) fn new(operation: &str, filters: Value, delivered: u64, position: Position) -> Self {
        Self {
            version: VERSION,
            operation: operation.to_owned(),
            filters,
            delivered,
            position,
        }
    }

    /// Number of items that were delivered so far, in this process and those before.
    #[must_use]
    pub fn delivered(&self) -> u64 {
        self.delivered
    }

    /// The position, if the checkpoint is one of this listing.
    pub(crate) fn check(&self, operation: &str, filters: &Value) -> Result<&Position, String> {
        if self.version != VERSION {
            return Err(format!("`version` is {}, not {VERSION}", self.version));
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
        let most = u64::from(u32::MAX);
        match self.position {
            Position::Offset { page, .. } if !(1..=most).contains(&page) => {
                return Err(format!("`position.page` is {page}, not from 1 to {most}"));
            }
            _ if self.delivered > i64::MAX as u64 => {
                return Err(format!(
                    "`delivered` is {}, which nobody can count",
                    self.delivered
                ));
            }
            _ => {}
        }
        Ok(&self.position)
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn text() -> String {
        // As text: the order of a map's keys depends on how serde_json was built.
        r#"{"version":1,"operation":"list_users","filters":{},"delivered":7,
            "position":{"mode":"offset","page":2,"previous":[],"delivered":["=a"]}}"#
            .to_owned()
    }

    #[test]
    fn a_checkpoint_comes_back_from_its_text() {
        let checkpoint: Checkpoint = text().parse().unwrap();
        assert_eq!(checkpoint.delivered(), 7);
        assert_eq!(
            checkpoint.to_string().parse::<Checkpoint>().unwrap(),
            checkpoint
        );
        assert!(checkpoint.check("list_users", &json!({})).is_ok());
    }

    #[test]
    fn a_corrupted_checkpoint_is_refused_by_its_field() {
        for (from, to, field) in [
            ("\"delivered\":7", "\"delivered\":-7", "delivered"),
            ("\"page\":2", "\"page\":\"x\"", "position"),
            ("\"version\":1,", "", "."),
            // Cut off, wherever that leaves the reader.
            ("\"=a\"]}}", "", ""),
            ("\"=a\"", "\"a\"", "position"),
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
        assert_eq!(
            checkpoint.check("list_teams", &json!({})),
            Err("`operation` is list_users, not list_teams".to_owned())
        );
        assert_eq!(
            checkpoint.check("list_users", &json!({"status": "open", "since": null})),
            Err("`filters` differ in since, status".to_owned())
        );
        let newer: Checkpoint = text()
            .replace("\"version\":1", "\"version\":2")
            .parse()
            .unwrap();
        assert_eq!(
            newer.check("list_users", &json!({})),
            Err("`version` is 2, not 1".to_owned())
        );
        let zero: Checkpoint = text().replace("\"page\":2", "\"page\":0").parse().unwrap();
        assert!(zero.check("list_users", &json!({})).is_err());
    }
}
