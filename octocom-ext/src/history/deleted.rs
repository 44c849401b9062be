//! Deleted items, which can be restored.

use std::fmt;

use chrono::{DateTime, Utc};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::answer::{Fields, ParsedList, moment};
use super::author::Author;
use super::version::SNAPSHOTS;

const AUTHORS: &[&str] = &["deletedBy", "removedBy"];
const TIMES: &[&str] = &["deletedAt", "deleted_at", "removedAt"];
const TITLES: &[&str] = &["title", "name"];

/// The deleted workflows, articles or bot rules of a business, in the server's order.
///
/// The [guide](crate::guide::history) says how the list is found in the response.
#[derive(Clone)]
pub struct DeletedItems(ParsedList<DeletedItem>);

/// A deleted workflow, article or bot rule.
///
/// The id is looked for under `entityId`, the specific name (`workflowId`, `articleId`,
/// `botRuleId`) and `id`; the title under `title` and `name`, there or in a snapshot; the time
/// under `deletedAt`, `deleted_at` and `removedAt`; the author under `deletedBy` and `removedBy`.
#[derive(Clone)]
pub struct DeletedItem {
    id: Option<Uuid>,
    title: Option<String>,
    deleted_at: Option<DateTime<Utc>>,
    author: Option<Author>,
    raw: Box<RawValue>,
}

impl DeletedItems {
    /// `ids` are the names under which the items' own ids may stand.
    pub(crate) fn read(raw: Box<RawValue>, ids: &'static [&'static str]) -> Self {
        Self(ParsedList::read(raw, |raw| DeletedItem::read(raw, ids)))
    }

    /// Returns the items.
    #[must_use]
    pub fn items(&self) -> &[DeletedItem] {
        &self.0.records
    }

    /// Returns an iterator over the items.
    pub fn iter(&self) -> std::slice::Iter<'_, DeletedItem> {
        self.items().iter()
    }

    /// Returns the JSON of the response as the server sent it; `null` if it had no body.
    #[must_use]
    pub fn raw(&self) -> &str {
        self.0.raw.get()
    }

    /// Returns `true` if a list was found in the response. Otherwise there are no items; see
    /// [`raw`](Self::raw).
    ///
    /// ```no_run
    /// # fn example(deleted: octocom_ext::DeletedItems) {
    /// if !deleted.is_recognized() {
    ///     println!("{}", deleted.raw());
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn is_recognized(&self) -> bool {
        self.0.is_recognized
    }

    /// Returns `true` if the response says that there are more items (`hasMore`).
    #[must_use]
    pub fn has_more(&self) -> bool {
        self.0.has_more
    }
}

impl DeletedItem {
    fn read(raw: &RawValue, ids: &'static [&'static str]) -> Self {
        let fields = Fields::parse(raw);
        let id = |name| Uuid::try_parse(&fields.text(name)?).ok();
        let title_within = || {
            fields
                .under(SNAPSHOTS)
                .find_map(|inner| Fields::parse(inner).text(TITLES))
        };
        Self {
            id: ids.chunks(1).find_map(id),
            title: fields.text(TITLES).or_else(title_within),
            deleted_at: fields.under(TIMES).find_map(moment),
            author: Author::read_in(&fields, AUTHORS),
            raw: raw.to_owned(),
        }
    }

    /// Returns the id, for [`undelete`](crate::Workflows::undelete).
    #[must_use]
    pub fn id(&self) -> Option<Uuid> {
        self.id
    }

    /// Returns the title or name.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// Returns the time of the deletion.
    #[must_use]
    pub fn deleted_at(&self) -> Option<DateTime<Utc>> {
        self.deleted_at
    }

    /// Returns the author of the deletion, if the server names one.
    ///
    /// ```no_run
    /// # fn example(item: octocom_ext::DeletedItem) {
    /// if let Some(author) = item.author() {
    ///     println!("{author}");
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn author(&self) -> Option<&Author> {
        self.author.as_ref()
    }

    /// Returns the item's JSON exactly as the server sent it.
    #[must_use]
    pub fn raw(&self) -> &str {
        self.raw.get()
    }
}

impl<'a> IntoIterator for &'a DeletedItems {
    type Item = &'a DeletedItem;
    type IntoIter = std::slice::Iter<'a, DeletedItem>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.records.iter()
    }
}

/// Shows only the ids.
impl fmt::Debug for DeletedItems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeletedItems")
            .field("items", &self.0.records)
            .field("is_recognized", &self.0.is_recognized)
            .field("has_more", &self.0.has_more)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for DeletedItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeletedItem")
            .field("id", &self.id)
            .field("deleted_at", &self.deleted_at)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IDS: &[&str] = &["entityId", "articleId", "id"];

    #[test]
    fn what_can_be_read_is_read_and_the_rest_is_kept() {
        let id = "550e8400-e29b-41d4-a716-446655440000";
        let text = format!(
            r#"{{"data": [
                {{"id": "{id}", "title": "Returns", "deletedAt": "2024-01-15T10:30:00Z", "deletedBy": "Mia"}},
                {{"id": "17", "articleId": "{id}", "name": "Old", "createdBy": "Ann"}},
                {{"id": 17, "workflowId": "{id}", "snapshot": {{"title": "Within"}}}}, "text"]}}"#
        );
        let deleted = DeletedItems::read(serde_json::from_str(&text).unwrap(), IDS);
        assert_eq!(
            (deleted.raw(), deleted.is_recognized()),
            (text.as_str(), true)
        );
        let read: Vec<_> = deleted
            .into_iter()
            .map(|item| (item.id().map(|id| id.to_string()), item.title()))
            .collect();
        assert_eq!(
            read,
            [
                (Some(id.to_owned()), Some("Returns")),
                (Some(id.to_owned()), Some("Old")),
                (None, Some("Within")),
                (None, None)
            ]
        );
        let first = &deleted.items()[0];
        assert_eq!(first.deleted_at(), "2024-01-15T10:30:00Z".parse().ok());
        assert_eq!(
            first.author().map(ToString::to_string).as_deref(),
            Some("Mia")
        );
        assert_eq!(
            deleted.items()[1].author(),
            None,
            "who created it has not deleted it"
        );
        assert_eq!(deleted.items()[3].raw(), "\"text\"");
    }

    #[test]
    fn a_shape_that_nobody_foresaw_is_kept_whole() {
        let deleted = DeletedItems::read(serde_json::from_str(r#"{"odd": [1]}"#).unwrap(), IDS);
        assert_eq!(deleted.raw(), r#"{"odd": [1]}"#);
        assert!(deleted.items().is_empty() && !deleted.is_recognized());
    }
}
