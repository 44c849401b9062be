//! One version of a history.

use std::fmt;

use chrono::{DateTime, Utc};
use serde_json::Value;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::author::Author;
use super::diff::{FieldChange, diff};
use super::fields::{Fields, object, sorted};
use super::moment::moment;

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
/// Where something that is no object is taken for a snapshot all the same.
const PLAIN_SNAPSHOTS: &[&str] = &["snapshot", "data", "content"];

/// One version: what could be read of it, and its original text.
///
/// Its `Debug` shows id and time alone.
#[derive(Clone)]
pub struct Version {
    id: Option<VersionId>,
    at: Option<DateTime<Utc>>,
    author: Option<Author>,
    change: Option<String>,
    snapshot: Option<Value>,
    /// Whether there is a snapshot, if only in the text.
    has_snapshot: bool,
    raw: Box<RawValue>,
}

impl Version {
    pub(super) fn read(raw: &RawValue) -> Self {
        let fields = Fields::of(raw);
        let plain = || {
            let mut plain = fields.under(PLAIN_SNAPSHOTS);
            plain.find_map(|value| serde_json::from_str(value.get()).ok().map(sorted))
        };
        let snapshot = fields.under(SNAPSHOTS).find_map(object).or_else(plain);
        Self {
            id: fields.text(IDS).map(VersionId),
            at: fields.under(TIMES).find_map(moment),
            author: Author::of(&fields, AUTHORS),
            change: fields.text(CHANGES),
            has_snapshot: snapshot.is_some()
                || fields
                    .under(SNAPSHOTS)
                    .any(|value| value.get().starts_with('{')),
            snapshot,
            raw: raw.to_owned(),
        }
    }

    /// Id, for [`restore`](crate::Workflows::restore).
    ///
    /// ```no_run
    /// # fn example(version: octocom_ext::Version) {
    /// println!("{:?}", version.id());
    /// # }
    /// ```
    #[must_use]
    pub fn id(&self) -> Option<&VersionId> {
        self.id.as_ref()
    }

    /// When the change was made.
    ///
    /// ```no_run
    /// # fn example(version: octocom_ext::Version) {
    /// println!("{:?}", version.at());
    /// # }
    /// ```
    #[must_use]
    pub fn at(&self) -> Option<DateTime<Utc>> {
        self.at
    }

    /// Who made the change.
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

    /// What kind of change it was, in the server's words: `created`, `restored`, say.
    ///
    /// ```no_run
    /// # fn example(version: octocom_ext::Version) {
    /// let is_restored = version.change() == Some("restored");
    /// # }
    /// ```
    #[must_use]
    pub fn change(&self) -> Option<&str> {
        self.change.as_deref()
    }

    /// Whether there is a snapshot, if only in the text: one that is nested too deeply, or has a
    /// number out of range, cannot be decoded.
    ///
    /// ```no_run
    /// # fn example(version: octocom_ext::Version) {
    /// assert!(version.has_snapshot() || version.snapshot().is_none());
    /// # }
    /// ```
    #[must_use]
    pub fn has_snapshot(&self) -> bool {
        self.has_snapshot
    }

    /// The contents as of this version, the members of objects sorted by name.
    ///
    /// ```no_run
    /// # fn example(version: octocom_ext::Version) {
    /// let title = version.snapshot().and_then(|snapshot| snapshot["title"].as_str());
    /// # }
    /// ```
    #[must_use]
    pub fn snapshot(&self) -> Option<&Value> {
        self.snapshot.as_ref()
    }

    /// The entry's JSON as the server sent it, to the byte.
    ///
    /// ```no_run
    /// # fn example(version: octocom_ext::Version) {
    /// println!("{}", version.raw());
    /// # }
    /// ```
    #[must_use]
    pub fn raw(&self) -> &str {
        self.raw.get()
    }

    /// What differs from this version's snapshot to that of a newer one, sorted by path; `None` when
    /// one of them has no snapshot.
    ///
    /// Numbers are compared as serde_json reads them: a whole number beyond 64 bits as floating
    /// point, unless the program switches its `arbitrary_precision` on.
    ///
    /// ```no_run
    /// # async fn example(client: octocom_ext::Client, id: uuid::Uuid) -> Result<(), octocom_ext::Error> {
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

/// Id of a version. The API restores those that are UUIDs.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct VersionId(String);

impl VersionId {
    /// The id as text.
    ///
    /// ```
    /// # use octocom_ext::VersionId;
    /// assert_eq!(VersionId::from("17").as_str(), "17");
    /// ```
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The id as a UUID; `None` when it is none.
    ///
    /// ```
    /// # use octocom_ext::VersionId;
    /// assert_eq!(VersionId::from("17").uuid(), None);
    /// ```
    #[must_use]
    pub fn uuid(&self) -> Option<Uuid> {
        Uuid::try_parse(&self.0).ok()
    }
}

impl From<Uuid> for VersionId {
    fn from(id: Uuid) -> Self {
        Self(id.to_string())
    }
}

impl From<&str> for VersionId {
    fn from(id: &str) -> Self {
        Self(id.to_owned())
    }
}

impl fmt::Display for VersionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
