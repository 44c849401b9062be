//! Version history: the one way workflows, articles and bot rules are kept.

use std::sync::Arc;

use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::ids::Ids;
use crate::timestamp::Timestamp;

/// Things of one kind with all their versions, deleted ones included, oldest first.
#[derive(Debug, Clone)]
pub(crate) struct Catalog<T> {
    entries: Vec<Arc<Entry<T>>>,
    ids: Ids,
    version_ids: Ids,
    /// Number of the next version's id.
    next_version: u64,
}

/// One thing and how it came to be what it is.
#[derive(Debug, Clone)]
pub(crate) struct Entry<T> {
    pub(crate) id: Uuid,
    pub(crate) business: &'static str,
    pub(crate) created_at: Timestamp,
    pub(crate) deleted_at: Option<Timestamp>,
    pub(crate) content: T,
    /// Oldest first.
    versions: Vec<Version<T>>,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Version<T> {
    id: Uuid,
    created_at: Timestamp,
    change_type: Change,
    changed_by: Author,
    snapshot: T,
}

/// What a version did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Change {
    Created,
    Updated,
    Deleted,
    Restored,
}

/// Who did it.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub(crate) enum Author {
    ApiKey,
    User { id: Uuid, name: String },
}

impl<T: Clone + Serialize> Catalog<T> {
    /// An empty catalog; `first_version` keeps the version ids of different catalogs apart.
    pub(crate) fn new(ids: Ids, version_ids: Ids, first_version: u64) -> Self {
        Self {
            entries: Vec::new(),
            ids,
            version_ids,
            next_version: first_version,
        }
    }

    /// What a business has now.
    pub(crate) fn live(&self, business: &str) -> impl Iterator<Item = &Entry<T>> {
        self.of(business).filter(|entry| entry.deleted_at.is_none())
    }

    /// What a business has deleted.
    pub(crate) fn deleted(&self, business: &str) -> impl Iterator<Item = &Entry<T>> {
        self.of(business).filter(|entry| entry.deleted_at.is_some())
    }

    fn of(&self, business: &str) -> impl Iterator<Item = &Entry<T>> {
        self.entries
            .iter()
            .map(|entry| &**entry)
            .filter(move |entry| entry.business == business)
    }

    /// The thing with this id, deleted or not.
    pub(crate) fn find(&self, id: Uuid) -> Option<&Entry<T>> {
        self.position(id).map(|position| &*self.entries[position])
    }

    fn position(&self, id: Uuid) -> Option<usize> {
        let position = usize::try_from(self.ids.number(id)?).ok()?;
        (position < self.entries.len()).then_some(position)
    }

    /// Adds a thing with its first version.
    pub(crate) fn create(
        &mut self,
        business: &'static str,
        content: T,
        author: Author,
        at: Timestamp,
    ) -> Uuid {
        let id = self.ids.id(self.entries.len() as u64);
        let versions = Vec::new();
        let entry = Entry {
            id,
            business,
            created_at: at,
            deleted_at: None,
            content,
            versions,
        };
        self.entries.push(Arc::new(entry));
        self.write(id, Change::Created, author, at, |_| ());
        id
    }

    /// Changes a thing and writes the version that says so; `None` when there is none with this id.
    pub(crate) fn write(
        &mut self,
        id: Uuid,
        change: Change,
        author: Author,
        at: Timestamp,
        edit: impl FnOnce(&mut T),
    ) -> Option<&Entry<T>> {
        let position = self.position(id)?;
        let entry = Arc::make_mut(&mut self.entries[position]);
        edit(&mut entry.content);
        entry.deleted_at = (change == Change::Deleted).then_some(at);
        entry.versions.push(Version {
            id: self.version_ids.id(self.next_version),
            created_at: at,
            change_type: change,
            changed_by: author,
            snapshot: entry.content.clone(),
        });
        self.next_version += 1;
        Some(entry)
    }
}

impl<T: Clone + Serialize> Entry<T> {
    /// The history, newest first.
    pub(crate) fn history(&self) -> Value {
        json!({ "data": self.versions.iter().rev().collect::<Vec<_>>() })
    }

    /// The content as a version captured it, `None` when the version is not one of this thing's.
    pub(crate) fn version(&self, id: Uuid) -> Option<&T> {
        self.versions
            .iter()
            .find(|version| version.id == id)
            .map(|version| &version.snapshot)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Kind;

    fn catalog() -> Catalog<&'static str> {
        Catalog::new(Ids::new(7, Kind::Article), Ids::new(7, Kind::Version), 0)
    }

    #[test]
    fn every_change_leaves_a_version_newest_first() {
        let mut catalog = catalog();
        let id = catalog.create("acme", "one", Author::ApiKey, Timestamp(1));
        catalog.write(
            id,
            Change::Updated,
            Author::ApiKey,
            Timestamp(2),
            |content| *content = "two",
        );
        catalog.write(id, Change::Deleted, Author::ApiKey, Timestamp(3), |_| ());
        let history = catalog.find(id).unwrap().history();
        let read = |version: &Value| (version["changeType"].clone(), version["snapshot"].clone());
        let versions: Vec<_> = history["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(read)
            .collect();
        let expected = [("deleted", "two"), ("updated", "two"), ("created", "one")];
        assert_eq!(
            versions,
            expected.map(|(change, text)| (json!(change), json!(text)))
        );
    }

    #[test]
    fn a_deleted_thing_moves_to_the_other_list_and_restoring_brings_it_back() {
        let mut catalog = catalog();
        let id = catalog.create("acme", "one", Author::ApiKey, Timestamp(1));
        let count = |catalog: &Catalog<_>| {
            (
                catalog.live("acme").count(),
                catalog.deleted("acme").count(),
            )
        };
        assert_eq!(count(&catalog), (1, 0));
        catalog.write(id, Change::Deleted, Author::ApiKey, Timestamp(2), |_| ());
        assert_eq!(count(&catalog), (0, 1));
        catalog.write(id, Change::Restored, Author::ApiKey, Timestamp(3), |_| ());
        assert_eq!(count(&catalog), (1, 0));
        assert_eq!(catalog.live("other").count(), 0);
    }

    #[test]
    fn a_version_of_another_thing_is_not_found() {
        let mut catalog = catalog();
        let one = catalog.create("acme", "one", Author::ApiKey, Timestamp(1));
        let two = catalog.create("acme", "two", Author::ApiKey, Timestamp(1));
        let version = Ids::new(7, Kind::Version).id(1);
        assert_eq!(catalog.find(two).unwrap().version(version), Some(&"two"));
        assert_eq!(catalog.find(one).unwrap().version(version), None);
    }
}
