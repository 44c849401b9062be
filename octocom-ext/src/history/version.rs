//! One version of a history.

use std::fmt;

use chrono::{DateTime, Utc};
use serde_json::Value;
use serde_json::value::RawValue;

use super::answer::{Fields, moment, object, sorted};
use super::author::Author;
use super::diff::{FieldChange, diff};
use crate::ids::Id;

const IDS: &[&str] = &["versionId", "version_id", "id"];
/// The times of a version before those that may be of the thing itself.
const TIMES: &[&str] = &[
    "changedAt",
    "changed_at",
    "timestamp",
    "at",
    "createdAt",
    "created_at",
    "date",
    "updatedAt",
];
const AUTHORS: &[&str] = &[
    "changedBy",
    "author",
    "updatedBy",
    "createdBy",
    "deletedBy",
    "user",
    "actor",
    "by",
];
const CHANGES: &[&str] = &[
    "changeType",
    "change",
    "action",
    "event",
    "operation",
    "kind",
    "type",
];
pub(super) const SNAPSHOTS: &[&str] = &[
    "snapshot", "data", "content", "state", "contents", "after", "newData", "entity", "workflow",
    "article", "botRule", "value",
];
/// Members whose value is taken for a snapshot also when it is not an object.
const PLAIN_SNAPSHOTS: &[&str] = &["snapshot", "data", "content"];

/// One version of a workflow, an article or a bot rule.
///
/// Its `Debug` shows only the id and the time.
#[derive(Clone)]
pub struct Version {
    id: Option<Id>,
    at: Option<DateTime<Utc>>,
    author: Option<Author>,
    change: Option<String>,
    snapshot: Option<Value>,
    /// `true` if there is a snapshot, if only in the text.
    has_snapshot: bool,
    raw: Box<RawValue>,
}

impl Version {
    pub(super) fn read(raw: &RawValue) -> Self {
        let fields = Fields::parse(raw);
        let plain = || {
            let mut plain = fields.under(PLAIN_SNAPSHOTS);
            plain.find_map(|value| serde_json::from_str(value.get()).ok().map(sorted))
        };
        let snapshot = fields.under(SNAPSHOTS).find_map(object).or_else(plain);
        Self {
            id: fields.text(IDS).map(Id::from),
            at: fields.under(TIMES).find_map(moment),
            author: Author::from_entry(&fields, AUTHORS),
            change: fields.text(CHANGES),
            has_snapshot: snapshot.is_some()
                || fields
                    .under(SNAPSHOTS)
                    .any(|value| value.get().starts_with('{')),
            snapshot,
            raw: raw.to_owned(),
        }
    }

    /// Returns the id, for [`restore`](crate::Workflows::restore).
    #[must_use]
    pub fn id(&self) -> Option<&Id> {
        self.id.as_ref()
    }

    /// Returns the time of the change.
    #[doc(alias = "created_at")]
    #[must_use]
    pub fn at(&self) -> Option<DateTime<Utc>> {
        self.at
    }

    /// Returns the author of the change.
    ///
    /// ```no_run
    /// # fn example(version: octocom_ext::Version) {
    /// if let Some(author) = version.author() {
    ///     println!("{author}");
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn author(&self) -> Option<&Author> {
        self.author.as_ref()
    }

    /// Returns the kind of the change in the server's words, such as `created` or `restored`.
    #[must_use]
    pub fn change(&self) -> Option<&str> {
        self.change.as_deref()
    }

    /// Returns `true` if the entry has a snapshot, even if it cannot be decoded because it is
    /// nested too deeply or has a number out of range.
    #[must_use]
    pub fn has_snapshot(&self) -> bool {
        self.has_snapshot
    }

    /// Returns the contents at the time of this version, with object members sorted by name.
    #[must_use]
    pub fn snapshot(&self) -> Option<&Value> {
        self.snapshot.as_ref()
    }

    /// Returns the entry's JSON exactly as the server sent it.
    #[must_use]
    pub fn raw(&self) -> &str {
        self.raw.get()
    }

    /// Returns the differences from this version's snapshot to that of a newer version, sorted by
    /// path; `None` if one of them has no snapshot.
    ///
    /// Numbers are compared as serde_json reads them: whole numbers beyond 64 bits as floating
    /// point, unless `arbitrary_precision` is on.
    ///
    /// ```no_run
    /// # async fn example(client: octocom_ext::Client, id: uuid::Uuid) -> Result<(),
    /// octocom_ext::Error> {
    /// let history = client.business("acme-corp").articles().history(id).await?;
    /// if let [newer, older, ..] = history.versions() {
    ///     for change in older.diff(newer).unwrap_or_default() {
    ///         println!("{change}");
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn diff(&self, newer: &Self) -> Option<Vec<FieldChange>> {
        Some(diff(self.snapshot()?, newer.snapshot()?))
    }
}

impl fmt::Debug for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Version")
            .field("id", &self.id)
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}

/// If the version has no readable id, the call fails before anything is sent.
impl From<&Version> for Id {
    fn from(version: &Version) -> Self {
        version.id.clone().unwrap_or_else(|| Self::from(""))
    }
}
