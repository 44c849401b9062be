//! Personal data: the arguments of a run, and the key of hashes.

use std::path::{Path, PathBuf};

use clap::Args;
use octocom_collect::{HashKey, Privacy};

use crate::failure::{Failure, Result};
use crate::files;

/// Variable with the key of hashes.
pub(crate) const HASH_KEY_VARIABLE: &str = "OCTOCOM_HASH_KEY";

/// Treatment of personal data.
///
/// An output that was begun with other settings is refused.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Personal data")]
pub(crate) struct PrivacyArgs {
    /// Leave columns out, such as customer.email or customers:email; also from the original JSON
    #[arg(long, value_name = "COLUMN,…", value_delimiter = ',')]
    pub(crate) drop: Vec<String>,
    /// Replace the values of columns by hashes, the same for the same value and key
    #[arg(long, value_name = "COLUMN,…", value_delimiter = ',')]
    pub(crate) hash: Vec<String>,
    /// File with the key of the hashes, at least 32 bytes [default: OCTOCOM_HASH_KEY]
    #[arg(long, value_name = "FILE", requires = "hash")]
    pub(crate) hash_key_file: Option<PathBuf>,
    /// Replace subjects, bodies of messages and notes, and other free text by `[redacted]`
    #[arg(long)]
    pub(crate) redact_text: bool,
    /// Keep what the API does not document, which is left out beside the options above
    #[arg(long)]
    pub(crate) keep_undocumented: bool,
}

impl PrivacyArgs {
    /// Returns the settings. `option` names that of the key's file.
    pub(crate) fn settings(&self, option: &str) -> Result<Privacy> {
        let treats = self.redact_text || !self.drop.is_empty() || !self.hash.is_empty();
        if self.keep_undocumented && !treats {
            return Err(Failure::usage(
                "keeping what is undocumented needs something that is dropped, hashed or redacted",
            ));
        }
        let mut privacy = Privacy::new()
            .drop_columns(&self.drop)
            .hash_columns(&self.hash)
            .redact_text(self.redact_text)
            .keep_undocumented(self.keep_undocumented);
        if !self.hash.is_empty() {
            privacy = privacy.hash_key(hash_key(self.hash_key_file.as_deref(), option)?);
        }
        Ok(privacy)
    }
}

/// Reads the key of hashes: from a file, or else from the environment. `option` names the setting of
/// the file.
pub(crate) fn hash_key(file: Option<&Path>, option: &str) -> Result<HashKey> {
    let variable = std::env::var_os(HASH_KEY_VARIABLE);
    let (key, origin) = match (file, variable) {
        (Some(_), Some(_)) => {
            return Err(Failure::usage(format!(
                "there are two sources of a hash key: {option} and {HASH_KEY_VARIABLE}"
            ))
            .advise("take one away; nothing was sent"));
        }
        (Some(path), None) => {
            let key = std::fs::read(path).map_err(|error| {
                let path = files::quoted(path);
                Failure::usage(format!("`{option}` {path} cannot be read: {error}"))
            })?;
            (key, format!("the file {}", files::quoted(path)))
        }
        (None, Some(key)) => (key.into_encoded_bytes(), HASH_KEY_VARIABLE.to_owned()),
        (None, None) => {
            return Err(Failure::usage(format!(
                "hashing needs a key: set {option} or {HASH_KEY_VARIABLE}"
            ))
            .advise(
                "make one with `openssl rand -hex 32`, and keep it: another key gives other hashes",
            ));
        }
    };
    HashKey::new(key).map_err(|error| Failure::usage(format!("{origin}: {error}")))
}
