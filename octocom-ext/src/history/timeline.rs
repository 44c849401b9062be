//! The history of one workflow, article or bot rule.

use std::fmt;

use chrono::{DateTime, TimeZone, Utc};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::answer::ParsedList;
use super::version::Version;
use crate::ids::Id;
use crate::input::Checked;

/// The version history of a workflow, an article or a bot rule, newest version first.
///
/// Versions are sorted by time if all of them have one; otherwise the server's order is used. The
/// [guide](crate::guide::history) says how versions are found in the response.
#[derive(Clone)]
pub struct History(ParsedList<Version>);

impl History {
    pub(crate) fn read(raw: Box<RawValue>) -> Self {
        let mut listing = ParsedList::read(raw, Version::read);
        newest_first(&mut listing.records);
        Self(listing)
    }

    /// Returns the versions, newest first.
    #[must_use]
    pub fn versions(&self) -> &[Version] {
        &self.0.records
    }

    /// Returns an iterator over the versions, newest first.
    pub fn iter(&self) -> std::slice::Iter<'_, Version> {
        self.versions().iter()
    }

    /// Returns the newest version.
    #[must_use]
    pub fn latest(&self) -> Option<&Version> {
        self.0.records.first()
    }

    /// Returns the version that was current at a time: the newest one of that time or earlier.
    /// Versions without a readable time are skipped.
    ///
    /// ```no_run
    /// # async fn example(client: octocom_ext::Client, id: uuid::Uuid) -> Result<(), Box<dyn
    /// std::error::Error>> {
    /// let history = client.business("acme-corp").workflows().history(id).await?;
    /// let new_year: chrono::DateTime<chrono::Utc> = "2025-01-01T00:00:00Z".parse()?;
    /// println!("{:?}", history.at(new_year).and_then(|version| version.snapshot()));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn at<Z: TimeZone>(&self, time: DateTime<Z>) -> Option<&Version> {
        self.newest(|at| at <= time)
    }

    /// Returns the newest version from before a time: the one to restore if something went wrong
    /// then. Versions without a readable time are skipped.
    ///
    /// ```no_run
    /// # fn example(history: octocom_ext::History) {
    /// let yesterday = chrono::Utc::now() - chrono::TimeDelta::days(1);
    /// println!("{:?}", history.before(yesterday));
    /// # }
    /// ```
    #[must_use]
    pub fn before<Z: TimeZone>(&self, time: DateTime<Z>) -> Option<&Version> {
        self.newest(|at| at < time)
    }

    /// Returns the version with this id.
    #[must_use]
    pub fn get(&self, id: impl Into<Id>) -> Option<&Version> {
        let id = id.into();
        let is_it = |own: &Id| *own == id;
        self.0
            .records
            .iter()
            .find(|version| version.id().is_some_and(is_it))
    }

    /// Returns the version that an undelete restores: the newest one with a snapshot and an id, or
    /// if no snapshot can be read, the newest one with an id.
    #[must_use]
    pub fn restorable(&self) -> Option<&Version> {
        let identified = || {
            self.0
                .records
                .iter()
                .filter(|version| version.id().is_some())
        };
        identified()
            .find(|version| version.has_snapshot())
            .or_else(|| identified().next())
    }

    /// The UUID of what an undelete restores, or why it cannot.
    pub(crate) fn to_undelete(&self) -> Checked<Uuid> {
        match self.restorable() {
            Some(version) => Id::from(version).checked("version id"),
            None => Err(format!(
                "version id: none of the {} versions has one that can be read",
                self.0.records.len()
            )),
        }
    }

    /// Returns the JSON of the response as the server sent it; `null` if it had no body.
    #[must_use]
    pub fn raw(&self) -> &str {
        self.0.raw.get()
    }

    /// Returns `true` if a list was found in the response. Otherwise there are no versions; see
    /// [`raw`](Self::raw).
    ///
    /// ```no_run
    /// # fn example(history: octocom_ext::History) {
    /// if !history.is_recognized() {
    ///     println!("{}", history.raw());
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn is_recognized(&self) -> bool {
        self.0.is_recognized
    }

    /// Returns `true` if the response says that there are more versions (`hasMore`). The OpenAPI
    /// document has no way to get them.
    #[must_use]
    pub fn has_more(&self) -> bool {
        self.0.has_more
    }

    fn newest(&self, wanted: impl Fn(DateTime<Utc>) -> bool) -> Option<&Version> {
        let dated = self
            .0
            .records
            .iter()
            .filter(|version| version.at().is_some_and(&wanted));
        // Of one time, the first is the newest.
        dated.reduce(|newest, next| match next.at() > newest.at() {
            true => next,
            false => newest,
        })
    }
}

/// Brings versions into their order. A list whose times go up is turned round, so that versions of
/// one time, and those without one, stay in the order of the server; only where all have a time is
/// anything else sorted.
fn newest_first(versions: &mut [Version]) {
    let times: Vec<_> = versions.iter().filter_map(Version::at).collect();
    let goes_up = times.is_sorted();
    let goes_down = times.is_sorted_by(|a, b| a >= b);
    match (goes_up, goes_down) {
        (_, true) => {}
        (true, false) => versions.reverse(),
        (false, false) if times.len() == versions.len() => {
            versions.sort_by_key(|version| std::cmp::Reverse(version.at()));
        }
        (false, false) => {}
    }
}

impl<'a> IntoIterator for &'a History {
    type Item = &'a Version;
    type IntoIter = std::slice::Iter<'a, Version>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.records.iter()
    }
}

/// Omits the snapshots and the JSON.
impl fmt::Debug for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("History")
            .field("versions", &self.0.records)
            .field("is_recognized", &self.0.is_recognized)
            .field("has_more", &self.0.has_more)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
