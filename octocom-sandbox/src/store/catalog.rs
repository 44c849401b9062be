//! Version history: the one way workflows, articles and bot rules are kept.

use std::collections::HashMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::ids::Ids;
use crate::model::Text;
use crate::timestamp::Timestamp;

/// Things of one kind with all their versions, deleted ones included, oldest first.
#[derive(Debug, Clone)]
pub(crate) struct Catalog<T> {
    ids: Ids,
    version_ids: Ids,
    kept: SavedCatalog<T>,
}

/// Everything about a catalog that has to be stored to have it again.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SavedCatalog<T> {
    /// By number; `None` for one that was taken away.
    entries: Vec<Option<Arc<Entry<T>>>>,
    /// Numbers by ids that do not follow from them.
    by_id: HashMap<Uuid, usize>,
    /// Number of the next version's id.
    next_version: u64,
}

/// One thing and how it came to be what it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Entry<T> {
    pub(crate) id: Uuid,
    #[serde(rename = "businessSlug")]
    pub(crate) business: Text,
    pub(crate) created_at: Timestamp,
    #[serde(default)]
    pub(crate) deleted_at: Option<Timestamp>,
    pub(crate) content: T,
    /// Oldest first.
    pub(crate) versions: Vec<Version<T>>,
}

/// One entry of a history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Version<T> {
    pub(crate) id: Uuid,
    pub(crate) created_at: Timestamp,
    pub(crate) change_type: Change,
    pub(crate) changed_by: Author,
    pub(crate) snapshot: T,
}

/// The change that a version stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Change {
    Created,
    Updated,
    Deleted,
    Restored,
}

/// The author of a change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", deny_unknown_fields)]
pub(crate) enum Author {
    ApiKey,
    User { id: Uuid, name: String },
}

impl<T: Clone + Serialize> Catalog<T> {
    /// An empty catalog; `first_version` keeps the version ids of different catalogs apart.
    pub(crate) fn new(ids: Ids, version_ids: Ids, first_version: u64) -> Self {
        let kept = SavedCatalog {
            entries: Vec::new(),
            by_id: HashMap::new(),
            next_version: first_version,
        };
        Self::restored(ids, version_ids, kept)
    }

    /// The part that has to be stored to have it again.
    pub(super) fn kept(&self) -> &SavedCatalog<T> {
        &self.kept
    }

    /// The same catalog with what was stored.
    pub(super) fn with_kept(&self, kept: SavedCatalog<T>) -> Self {
        Self::restored(self.ids, self.version_ids, kept)
    }

    fn restored(ids: Ids, version_ids: Ids, kept: SavedCatalog<T>) -> Self {
        Self {
            ids,
            version_ids,
            kept,
        }
    }

    /// Everything, deleted things included.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Entry<T>> {
        self.kept.entries.iter().flatten().map(|entry| &**entry)
    }

    /// Things of a business that are not deleted.
    pub(crate) fn live(&self, business: &str) -> impl Iterator<Item = &Entry<T>> {
        self.of(business).filter(|entry| entry.deleted_at.is_none())
    }

    /// Deleted things of a business.
    pub(crate) fn deleted(&self, business: &str) -> impl Iterator<Item = &Entry<T>> {
        self.of(business).filter(|entry| entry.deleted_at.is_some())
    }

    fn of(&self, business: &str) -> impl Iterator<Item = &Entry<T>> {
        self.all().filter(move |entry| entry.business == business)
    }

    /// The thing with this id, deleted or not.
    pub(crate) fn find(&self, id: Uuid) -> Option<&Entry<T>> {
        let position = self.position(id)?;
        self.kept.entries.get(position)?.as_deref()
    }

    fn position(&self, id: Uuid) -> Option<usize> {
        let there = |position: &usize| {
            let entry = self.kept.entries.get(*position).and_then(Option::as_ref);
            entry.is_some_and(|entry| entry.id == id)
        };
        let derived = self.ids.number(id).and_then(|it| usize::try_from(it).ok());
        let known = || self.kept.by_id.get(&id).copied();
        derived.filter(there).or_else(known).filter(there)
    }

    /// Id of the next thing to be added.
    pub(crate) fn next_id(&self) -> Uuid {
        self.ids.id(self.kept.entries.len() as u64)
    }

    /// An id for a new version.
    pub(crate) fn next_version_id(&mut self) -> Uuid {
        self.kept.next_version += 1;
        self.version_ids.id(self.kept.next_version - 1)
    }

    /// Adds a thing with its history, or replaces the one that has its id.
    pub(crate) fn put(&mut self, entry: Entry<T>) {
        match self.position(entry.id) {
            Some(position) => self.kept.entries[position] = Some(Arc::new(entry)),
            None => {
                let position = self.kept.entries.len();
                if self.next_id() != entry.id {
                    self.kept.by_id.insert(entry.id, position);
                }
                self.kept.entries.push(Some(Arc::new(entry)));
            }
        }
    }

    /// Takes a thing away with its history, as if it had never been; false when there is none.
    pub(crate) fn remove(&mut self, id: Uuid) -> bool {
        let position = self.position(id);
        if let Some(position) = position {
            self.kept.entries[position] = None;
        }
        position.is_some()
    }

    /// Adds a thing with its first version.
    pub(crate) fn create(
        &mut self,
        business: Text,
        content: T,
        author: Author,
        at: Timestamp,
    ) -> Uuid {
        let id = self.next_id();
        let versions = Vec::new();
        let entry = Entry {
            id,
            business,
            created_at: at,
            deleted_at: None,
            content,
            versions,
        };
        self.put(entry);
        self.write(id, Change::Created, author, at, |_| ());
        id
    }

    /// Changes a thing and writes the version that says so; `None` when nothing has this id.
    pub(crate) fn write(
        &mut self,
        id: Uuid,
        change: Change,
        author: Author,
        at: Timestamp,
        edit: impl FnOnce(&mut T),
    ) -> Option<&Entry<T>> {
        let position = self.position(id)?;
        let version_id = self.next_version_id();
        let entry = Arc::make_mut(self.kept.entries.get_mut(position)?.as_mut()?);
        edit(&mut entry.content);
        entry.deleted_at = (change == Change::Deleted).then_some(at);
        entry.versions.push(Version {
            id: version_id,
            created_at: at,
            change_type: change,
            changed_by: author,
            snapshot: entry.content.clone(),
        });
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

    fn catalog() -> Catalog<Text> {
        Catalog::new(Ids::new(7, Kind::Article), Ids::new(7, Kind::Version), 0)
    }

    #[test]
    fn every_change_leaves_a_version_newest_first() {
        let mut catalog = catalog();
        let id = catalog.create("acme".into(), "one".into(), Author::ApiKey, Timestamp(1));
        catalog.write(
            id,
            Change::Updated,
            Author::ApiKey,
            Timestamp(2),
            |content| *content = "two".into(),
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
        let id = catalog.create("acme".into(), "one".into(), Author::ApiKey, Timestamp(1));
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
        let one = catalog.create("acme".into(), "one".into(), Author::ApiKey, Timestamp(1));
        let two = catalog.create("acme".into(), "two".into(), Author::ApiKey, Timestamp(1));
        let version = Ids::new(7, Kind::Version).id(1);
        assert_eq!(
            catalog.find(two).unwrap().version(version),
            Some(&Text::from("two"))
        );
        assert_eq!(catalog.find(one).unwrap().version(version), None);
    }
}
