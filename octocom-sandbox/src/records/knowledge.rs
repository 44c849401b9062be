//! Workflows, articles and bot rules as records, with their histories.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{RecordKind, Records, each, fill, read};
use crate::control_error::ControlError;
use crate::data::slug;
use crate::handlers::{Knowledge, listed};
use crate::store::{Author, Change, Entry, Version};

/// Fields of a record that are not its content.
const OWN: [&str; 5] = ["id", "businessSlug", "createdAt", "deletedAt", "versions"];

/// A thing as a record: its content beside its id, business, dates and versions, newest first.
pub(super) fn record<T: Clone + Serialize>(entry: &Entry<T>) -> Value {
    let mut record = json!(entry.content);
    record["id"] = json!(entry.id);
    record["businessSlug"] = json!(entry.business);
    record["createdAt"] = json!(entry.created_at);
    record["deletedAt"] = json!(entry.deleted_at);
    record["versions"] = json!(entry.versions.iter().rev().collect::<Vec<_>>());
    record
}

impl Records<'_> {
    pub(super) fn put_workflow(
        &mut self,
        mut fields: Map<String, Value>,
    ) -> Result<String, ControlError> {
        if let Some(title) = fields.get("title").and_then(Value::as_str) {
            let slug = slug(title);
            fill(&mut fields, "slug", || json!(slug));
        }
        let all = self.state.workflows.all();
        let last = all
            .filter_map(|entry| entry.content.priority.as_i64())
            .max();
        fill(&mut fields, "priority", || {
            json!(last.unwrap_or(0).saturating_add(10))
        });
        for (position, variant) in each(&mut fields, "variants").enumerate() {
            let id = self.state.variant_id();
            fill(variant, "id", || json!(id));
            fill(variant, "position", || json!(position));
        }
        self.put_knowledge::<crate::model::Workflow>(RecordKind::Workflows, fields)
    }

    pub(super) fn put_article(
        &mut self,
        fields: Map<String, Value>,
    ) -> Result<String, ControlError> {
        self.put_knowledge::<crate::model::Article>(RecordKind::Articles, fields)
    }

    pub(super) fn put_bot_rule(
        &mut self,
        fields: Map<String, Value>,
    ) -> Result<String, ControlError> {
        self.put_knowledge::<crate::model::BotRule>(RecordKind::BotRules, fields)
    }

    fn put_knowledge<T: Knowledge + DeserializeOwned>(
        &mut self,
        kind: RecordKind,
        mut fields: Map<String, Value>,
    ) -> Result<String, ControlError> {
        let state = &mut *self.state;
        let now = state.clock.tick();
        fill(&mut fields, "id", || json!(T::catalog(state).next_id()));
        fill(&mut fields, "businessSlug", || {
            json!(state.first_business())
        });
        fill(&mut fields, "createdAt", || json!(now));
        fill(&mut fields, "deletedAt", || Value::Null);
        let mut own = Map::new();
        for name in OWN {
            if let Some(value) = fields.remove(name) {
                own.insert(name.to_owned(), value);
            }
        }
        let content: T = read(fields.clone().into())?;
        let versions = own.remove("versions");
        let versions = match versions {
            Some(Value::Array(versions)) if !versions.is_empty() => {
                self.read_versions::<T>(versions, &fields)?
            }
            None => self.first_versions(&content, &own)?,
            Some(_) => {
                let reason = "not a list with at least one version";
                return Err(ControlError::invalid("versions", reason));
            }
        };
        own.insert("content".to_owned(), json!(content));
        own.insert("versions".to_owned(), json!(versions));
        let entry: Entry<T> = read(own.into())?;
        self.check_business(&entry.business)?;
        self.check_listed(kind, listed(&entry))?;
        let id = entry.id.to_string();
        T::catalog_mut(self.state).put(entry);
        Ok(id)
    }

    /// The history of a thing that is given none: it was created, and deleted where it says so.
    fn first_versions<T: Knowledge>(
        &mut self,
        content: &T,
        own: &Map<String, Value>,
    ) -> Result<Vec<Version<T>>, ControlError> {
        let mut versions = Vec::new();
        for (name, change) in [
            ("createdAt", Change::Created),
            ("deletedAt", Change::Deleted),
        ] {
            let at = own.get(name).filter(|at| !at.is_null());
            if let Some(at) = at {
                let created_at = read(at.clone()).map_err(|error| error.under(name))?;
                versions.push(Version {
                    id: T::catalog_mut(self.state).next_version_id(),
                    created_at,
                    change_type: change,
                    changed_by: Author::ApiKey,
                    snapshot: content.clone(),
                });
            }
        }
        Ok(versions)
    }

    /// Versions as they were given, newest first; fields that a snapshot leaves out are those of
    /// the content.
    fn read_versions<T: Knowledge + DeserializeOwned>(
        &mut self,
        versions: Vec<Value>,
        content: &Map<String, Value>,
    ) -> Result<Vec<Version<T>>, ControlError> {
        let mut read_versions = Vec::new();
        for (place, mut version) in versions.into_iter().enumerate() {
            let under = |error: ControlError| error.under(&format!("versions[{place}]"));
            if let Value::Object(fields) = &mut version {
                let id = T::catalog_mut(self.state).next_version_id();
                fill(fields, "id", || json!(id));
                fill(fields, "changedBy", || json!({ "type": "apiKey" }));
                let mut snapshot = content.clone();
                if let Some(Value::Object(given)) = fields.remove("snapshot") {
                    snapshot.extend(given);
                }
                fields.insert("snapshot".to_owned(), snapshot.into());
            }
            let version: Version<T> = read(version).map_err(under)?;
            read_versions.push(version);
        }
        // The newest comes first where they share a date.
        read_versions.reverse();
        read_versions.sort_by_key(|version| version.created_at);
        let mut ids: Vec<Uuid> = read_versions.iter().map(|version| version.id).collect();
        ids.sort_unstable();
        ids.dedup();
        match ids.len() == read_versions.len() {
            true => Ok(read_versions),
            false => Err(ControlError::invalid("versions", "two have the same id")),
        }
    }
}
