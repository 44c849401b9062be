//! Personal data: columns that are dropped or hashed, and texts that are redacted.

mod apply;
mod guard;
mod key;
mod rules;
mod shape;
#[cfg(test)]
mod tests;

use std::fmt::Write as _;

use crate::stream::Stream;

pub(crate) use self::guard::Guard;
pub use self::key::HashKey;

/// The treatment of personal data in everything that a run writes.
///
/// A record is treated once, before anything of it is stored: its original JSON, columns, tables,
/// failures and state are made of what is left. [`Collector::privacy`](crate::Collector::privacy)
/// takes it.
///
/// # Columns
///
/// A column is named as the API names the field; a dot leads into an object or into each item of a
/// list: `email`, `customer.email`, `messages.text`. A name concerns every stream that has it;
/// `customers:email` is that of one stream. [`columns`](Self::columns) lists the names of a stream.
/// An unknown name is an error.
///
/// Refused, because a later run needs them:
///
/// - dropping a key (`id`, `messages.id`, `metadata.key`); it can be hashed;
/// - hashing numbers and booleans: the hash of one of two values hides nothing;
/// - dropping or hashing what the API is asked by: `id` and `createdAt` of conversations, the ids of
///   workflows, articles, bot rules and their versions, and ids and slugs of businesses.
///
/// # Undocumented values
///
/// As soon as anything is dropped, hashed or redacted, these are left out too, as nobody knows what
/// they hold: fields that the OpenAPI document does not have, values of another JSON type than
/// documented, and values whose form is not documented (`events.metadata`, the snapshot of a
/// version). [`keep_undocumented`](Self::keep_undocumented) keeps them. The texts of the server's
/// errors are left out of failures and errors in any case.
///
/// # Example
///
/// ```
/// use octocom_collect::{HashKey, Privacy};
///
/// let key = HashKey::new("c8f1e0b6a94d4b7f9d3c5e2a7b604813")?;
/// let privacy = Privacy::new()
///     .drop_columns(["customer.name", "customer.phone"])
///     .hash_columns(["customer.email"])
///     .hash_key(key)
///     .redact_text(true);
/// # Ok::<(), octocom_collect::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
#[must_use = "it is given to Collector::privacy"]
pub struct Privacy {
    drop: Vec<String>,
    hash: Vec<String>,
    key: Option<HashKey>,
    redact_text: bool,
    keep_undocumented: bool,
}

impl Privacy {
    /// Returns a treatment that leaves everything as it is.
    pub fn new() -> Self {
        Self::default()
    }

    /// Drops columns: the field is gone, and a column of a table is NULL. Default: none.
    pub fn drop_columns<T: Into<String>>(mut self, columns: impl IntoIterator<Item = T>) -> Self {
        self.drop.extend(columns.into_iter().map(Into::into));
        self
    }

    /// Replaces the values of columns by their HMAC-SHA-256 as 64 hexadecimal digits. Default: none.
    ///
    /// The same text has the same hash in every column and stream, so that tables can still be
    /// joined. Null stays null. A value that is not a text is hashed by its JSON. A list of texts is
    /// hashed text by text.
    pub fn hash_columns<T: Into<String>>(mut self, columns: impl IntoIterator<Item = T>) -> Self {
        self.hash.extend(columns.into_iter().map(Into::into));
        self
    }

    /// Sets the key of the hashes. Needed if any column is hashed. It is never stored; a fingerprint
    /// of it is.
    pub fn hash_key(mut self, key: HashKey) -> Self {
        self.key = Some(key);
        self
    }

    /// Replaces free text by `[redacted]`. Default: `false`.
    ///
    /// Free text is what people and the bot write: subjects and titles, bodies of messages and notes,
    /// events and their data, arguments and results of tools, the reason of a sentiment, values of
    /// custom data, collected data and metadata, contents of macros, rules, and snapshots of
    /// versions. Names, addresses, labels (tags, topics, keys) and ids stay: drop or hash them.
    pub fn redact_text(mut self, redact: bool) -> Self {
        self.redact_text = redact;
        self
    }

    /// Keeps values that the OpenAPI document does not describe, as they are. Default: `false`.
    pub fn keep_undocumented(mut self, keep: bool) -> Self {
        self.keep_undocumented = keep;
        self
    }

    /// Takes the server's words out of an error if anything is dropped, hashed or redacted: they may
    /// quote a record. A run does so itself.
    #[must_use]
    pub fn without_words(&self, error: octocom_ext::Error) -> octocom_ext::Error {
        match self.is_active() {
            true => guard::without_words(error),
            false => error,
        }
    }

    /// Returns the names of a stream's columns.
    #[must_use]
    pub fn columns(stream: Stream) -> Vec<String> {
        shape::names(&shape::of_stream(stream))
    }

    /// Returns `true` if anything is changed.
    pub(crate) fn is_active(&self) -> bool {
        self.redact_text || !self.drop.is_empty() || !self.hash.is_empty()
    }

    /// Returns the settings as text, to be stored; `None` where nothing is changed.
    pub(crate) fn description(&self) -> Option<String> {
        let mut text = String::new();
        for (action, columns) in [("drop", &self.drop), ("hash", &self.hash)] {
            let mut columns: Vec<_> = columns.iter().map(String::as_str).collect();
            columns.sort_unstable();
            columns.dedup();
            if !columns.is_empty() {
                let _ = write!(text, "{action} {}; ", columns.join(", "));
            }
        }
        if let (false, Some(key)) = (self.hash.is_empty(), &self.key) {
            let _ = write!(text, "hash key {}; ", key.fingerprint());
        }
        if self.redact_text {
            text.push_str("redact text; ");
        }
        if self.keep_undocumented {
            text.push_str("keep undocumented; ");
        }
        self.is_active()
            .then(|| text.trim_end_matches("; ").to_owned())
    }
}
