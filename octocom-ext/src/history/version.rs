//! One version of a history.

use std::fmt;

use chrono::{DateTime, Utc};
use serde_json::Value;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::answer::{Fields, moment, object, sorted};
use super::author::Author;
use super::diff::{FieldChange, diff};
use crate::input::Checked;

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
    id: Option<VersionId>,
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

    /// Returns the id, for [`restore`](crate::Workflows::restore).
    #[must_use]
    pub fn id(&self) -> Option<&VersionId> {
        self.id.as_ref()
    }

    /// Returns the time of the change.
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

/// The id of a version, as a parameter: a [`Version`], a `Uuid` or a text.
///
/// The API restores versions by UUID; an id of another form is refused before anything is sent.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct VersionId(String);

impl VersionId {
    /// Returns the id as text; empty if the version has no readable id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the id as a UUID; `None` if it has another form.
    #[must_use]
    pub fn uuid(&self) -> Option<Uuid> {
        Uuid::try_parse(&self.0).ok()
    }

    /// Returns the UUID to send, or what is wrong with the id.
    pub(crate) fn checked(&self) -> Checked<Uuid> {
        if self.0.is_empty() {
            return Err("version id: the entry has none that can be read".to_owned());
        }
        // A text may have been pasted by mistake, so it is not shown.
        self.uuid().ok_or_else(|| {
            let length = self.0.chars().count();
            format!("version id: {length} characters that are not a UUID")
        })
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

impl From<String> for VersionId {
    fn from(id: String) -> Self {
        Self(id)
    }
}

impl From<&VersionId> for VersionId {
    fn from(id: &VersionId) -> Self {
        id.clone()
    }
}

impl From<&Version> for VersionId {
    fn from(version: &Version) -> Self {
        version.id.clone().unwrap_or_else(|| Self(String::new()))
    }
}

impl fmt::Display for VersionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
