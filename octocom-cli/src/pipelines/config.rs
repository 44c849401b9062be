//! The configuration of a pipeline: a JSON object in a file.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use octocom_collect::{Privacy, Refresh};
use octocom_ext::Client;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, Value, json};

use super::read_json;
use crate::commands::sync::refresh;
use crate::failure::{Failure, Result};
use crate::filters::time;
use crate::privacy::PrivacyArgs;
use crate::status::Status;
use crate::terminal::tell_line;
use crate::waits::Waits;

/// The place of the key, as messages name it.
pub(super) const KEY: &str = "`api_key` of the configuration";

/// The configuration.
#[derive(Debug)]
pub(super) struct Config {
    api_key: SecretString,
    base_url: Option<String>,
    /// Conversations that were created before are left out.
    pub(super) start_date: Option<DateTime<Utc>>,
    pub(super) refresh: Refresh,
    pub(super) accept_failures: u64,
    pub(super) same_account: bool,
    privacy: PrivacyArgs,
}

/// The settings: their names, and their JSON Schemas.
pub(super) fn settings() -> Map<String, Value> {
    let settings = json!({
        "api_key": {
            "type": "string",
            "title": "API key",
            "description": "Key of the Octocom API.",
            "airbyte_secret": true,
            "order": 0,
        },
        "start_date": {
            "type": "string",
            "title": "Start date",
            "description": "Conversations created before are left out: a date or RFC 3339. \
                            Default: all.",
            "examples": ["2026-01-31", "2026-01-31T09:00:00Z"],
            "order": 1,
        },
        "refresh": {
            "type": "string",
            "title": "Refresh period",
            "description": "Age of the conversations that each run sends again, as in 30d; or all; \
                            or none.",
            "default": "7d",
            "order": 2,
        },
        "accept_failures": {
            "type": "integer",
            "title": "Accepted failures",
            "description": "A run succeeds although up to this many records could not be fetched.",
            "minimum": 0,
            "default": 0,
            "order": 3,
        },
        "same_account": {
            "type": "boolean",
            "title": "Same account",
            "description": "Take the state to be of this account, although the key or the server's \
                            name has changed.",
            "default": false,
            "order": 4,
        },
        "base_url": {
            "type": "string",
            "title": "Base URL",
            "description": "Address of the API. Default: the live service.",
            "order": 5,
        },
        "drop": {
            "type": "array",
            "items": { "type": "string" },
            "title": "Dropped columns",
            "description": "Columns that are left out, by the names of the API: customer.email, \
                            messages.text, customers:email.",
            "order": 6,
        },
        "hash": {
            "type": "array",
            "items": { "type": "string" },
            "title": "Hashed columns",
            "description": "Columns whose values are replaced by their HMAC-SHA-256.",
            "order": 7,
        },
        "hash_key_file": {
            "type": "string",
            "title": "File of the hash key",
            "description": "File with the key of the hashes, at least 32 bytes. Default: the \
                            variable OCTOCOM_HASH_KEY.",
            "order": 8,
        },
        "redact_text": {
            "type": "boolean",
            "title": "Redact text",
            "description": "Replace subjects, bodies of messages and notes, and other free text by \
                            [redacted].",
            "default": false,
            "order": 9,
        },
        "keep_undocumented": {
            "type": "boolean",
            "title": "Keep what is undocumented",
            "description": "Keep what the API does not document, which is left out where columns \
                            are dropped, hashed or redacted.",
            "default": false,
            "order": 10,
        },
    });
    match settings {
        Value::Object(settings) => settings,
        _ => Map::new(),
    }
}

impl Config {
    /// Reads a configuration file. Settings that are not known are warned of.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let json = read_json("--config", path)?;
        let file = path.display();
        let Some(members) = json.as_object() else {
            return Err(Failure::usage(format!(
                "`--config` {file} is not a JSON object"
            )));
        };
        let known = settings();
        for name in members.keys().filter(|name| !known.contains_key(*name)) {
            tell_line(&format!(
                "warning: `{name}` of {file} is not known, and is ignored"
            ));
        }
        Self::new(members).map_err(|refused| match refused {
            Refused::NoKey => Failure::new(
                Status::Unauthorized,
                format!("`api_key` is missing in the configuration {file}"),
            ),
            Refused::Value(name, expected) => {
                Failure::usage(format!("`{name}` of the configuration {file}: {expected}"))
            }
        })
    }

    fn new(members: &Map<String, Value>) -> Result<Self, Refused> {
        // An empty text is what an interface sends for a field that was left empty.
        let get = |name| {
            let value = members.get(name);
            value.filter(|value| !value.is_null() && *value != "")
        };
        let text = |name, expected: &str| match get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.as_str())),
            Some(_) => Err(Refused::Value(name, expected.to_owned())),
        };
        let parsed = |name, error: String| Refused::Value(name, error);
        let api_key = text("api_key", "expected a text")?.ok_or(Refused::NoKey)?;
        let date = text("start_date", "expected a date or RFC 3339, in quotes")?;
        let date = date.map(time).transpose();
        let period = text("refresh", "expected a text, as in \"30d\"")?;
        let period = period.map(refresh).transpose();
        let accept_failures = match get("accept_failures") {
            None => 0,
            Some(value) => {
                // Variables of the environment are texts.
                let number = value.as_u64();
                let number = number.or_else(|| value.as_str()?.parse().ok());
                let expected = "expected a whole number of at least 0";
                number.ok_or_else(|| parsed("accept_failures", expected.to_owned()))?
            }
        };
        let flag = |name| match get(name) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(Value::String(flag)) if flag == "true" || flag == "false" => Ok(flag == "true"),
            Some(_) => Err(parsed(name, "expected true or false".to_owned())),
        };
        let list = |name| {
            let texts = match get(name) {
                None => Some(Vec::new()),
                Some(Value::String(texts)) => Some(texts.split(',').map(str::to_owned).collect()),
                Some(texts) => serde_json::from_value(texts.clone()).ok(),
            };
            texts.ok_or_else(|| parsed(name, "expected a list of texts".to_owned()))
        };
        let privacy = PrivacyArgs {
            drop: list("drop")?,
            hash: list("hash")?,
            hash_key_file: text("hash_key_file", "expected a text")?.map(PathBuf::from),
            redact_text: flag("redact_text")?,
            keep_undocumented: flag("keep_undocumented")?,
        };
        Ok(Self {
            api_key: api_key.into(),
            base_url: text("base_url", "expected a text")?.map(ToOwned::to_owned),
            start_date: date.map_err(|error| parsed("start_date", error))?,
            refresh: period
                .map_err(|error| parsed("refresh", error))?
                .unwrap_or_default(),
            accept_failures,
            same_account: flag("same_account")?,
            privacy,
        })
    }

    pub(super) fn key(&self) -> &str {
        self.api_key.expose_secret()
    }

    /// Returns the treatment of personal data.
    pub(super) fn privacy(&self) -> Result<Privacy> {
        self.privacy.settings("`hash_key_file`")
    }

    /// Connects nothing yet.
    pub(super) fn client(&self, waits: &Arc<Waits>) -> Result<Client> {
        let mut builder = Client::builder()
            .with_user_agent_suffix(concat!("octocom-cli/", env!("CARGO_PKG_VERSION")))
            .with_observer(Arc::clone(waits))
            .with_api_key(self.api_key.clone());
        if let Some(url) = &self.base_url {
            builder = builder.with_base_url(url.clone());
        }
        builder.build().map_err(|error| {
            // The setters are not what was written.
            let message = error.to_string().replace("with_api_key", "api_key");
            Failure::usage(message.replace("with_base_url", "base_url"))
        })
    }
}

/// The reason why a configuration cannot be used.
#[derive(Debug, PartialEq, Eq)]
enum Refused {
    NoKey,
    /// The setting, and what is expected of it.
    Value(&'static str, String),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &Value) -> Result<Config, Refused> {
        Config::new(json.as_object().unwrap())
    }

    #[test]
    fn settings_are_read_as_they_are_or_as_text() {
        let config = read(&json!({
            "api_key": "k", "base_url": "", "start_date": "2026-01-31", "refresh": "all",
            "accept_failures": "3", "same_account": "true", "other": 1,
        }));
        let config = config.unwrap();
        assert_eq!((config.key(), &config.base_url), ("k", &None));
        assert_eq!(
            config.start_date.unwrap().to_rfc3339(),
            "2026-01-31T00:00:00+00:00"
        );
        assert_eq!(config.refresh, Refresh::All);
        assert_eq!((config.accept_failures, config.same_account), (3, true));
        let default = read(&json!({"api_key": "k"})).unwrap();
        assert_eq!(
            (default.start_date, default.refresh),
            (None, Refresh::default())
        );
        assert!(!format!("{default:?}").contains("\"k\""), "{default:?}");
        let lists = read(&json!({"api_key": "k", "drop": "a,b", "hash": ["c"]})).unwrap();
        assert_eq!(
            (lists.privacy.drop, lists.privacy.hash),
            (vec!["a".to_owned(), "b".to_owned()], vec!["c".to_owned()])
        );
    }

    #[test]
    fn a_setting_that_cannot_be_used_is_named() {
        for json in [json!({}), json!({"api_key": ""}), json!({"api_key": null})] {
            assert_eq!(read(&json).unwrap_err(), Refused::NoKey);
        }
        for (name, value) in [
            ("api_key", json!(7)),
            ("start_date", json!("yesterday")),
            ("start_date", json!(2026)),
            ("refresh", json!("7 days")),
            ("accept_failures", json!(-1)),
            ("same_account", json!("yes")),
            ("base_url", json!(false)),
            ("drop", json!([7])),
            ("hash", json!({})),
            ("hash_key_file", json!(7)),
            ("redact_text", json!(1)),
        ] {
            let mut json = json!({"api_key": "k"});
            json[name] = value;
            match read(&json).unwrap_err() {
                Refused::Value(refused, _) => assert_eq!(refused, name),
                refused => panic!("{refused:?}"),
            }
        }
    }
}
