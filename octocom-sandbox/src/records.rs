//! Records as JSON: the one way in which a test reads and writes what the sandbox holds.
//!
//! A record has the fields that the API shows, and those that it does not (`archived` of a user,
//! `customerId` of a conversation). What is left out of a new record is filled in. A record is
//! accepted only if the API could show it: it is held against the published document.

mod conversation;
mod directory;
mod knowledge;

use octocom_api::schema::SchemaError;
use octocom_api::{Operation, operations};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::contract::Contract;
use crate::control_error::ControlError;
use crate::store::State;

/// A kind of record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum RecordKind {
    /// Businesses.
    Businesses,
    /// Users, archived ones included.
    Users,
    /// Teams.
    Teams,
    /// Macros.
    Macros,
    /// Customers.
    Customers,
    /// Conversations with their messages, notes, events and metadata.
    Conversations,
    /// Workflows with their versions, deleted ones included.
    Workflows,
    /// Articles with their versions, deleted ones included.
    Articles,
    /// Bot rules with their versions, deleted ones included.
    BotRules,
    /// Spreadsheets, by their own ids, which are not UUIDs.
    Spreadsheets,
    /// Browser sessions.
    BrowserSessions,
}

impl RecordKind {
    /// All kinds. Each comes after those that it refers to.
    pub const ALL: [Self; 11] = [
        Self::Businesses,
        Self::Teams,
        Self::Users,
        Self::Macros,
        Self::Customers,
        Self::Conversations,
        Self::Workflows,
        Self::Articles,
        Self::BotRules,
        Self::Spreadsheets,
        Self::BrowserSessions,
    ];

    /// Returns the name in JSON and paths, such as `botRules`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Businesses => "businesses",
            Self::Users => "users",
            Self::Teams => "teams",
            Self::Macros => "macros",
            Self::Customers => "customers",
            Self::Conversations => "conversations",
            Self::Workflows => "workflows",
            Self::Articles => "articles",
            Self::BotRules => "botRules",
            Self::Spreadsheets => "spreadsheets",
            Self::BrowserSessions => "browserSessions",
        }
    }

    /// Returns the kind with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The operation whose list shows such records.
    fn list(self) -> Option<&'static Operation> {
        Some(match self {
            Self::Businesses => &operations::LIST_BUSINESSES,
            Self::Users => &operations::LIST_USERS,
            Self::Teams => &operations::LIST_TEAMS,
            Self::Macros => &operations::LIST_MACROS,
            Self::Customers => &operations::LIST_CUSTOMERS,
            Self::Conversations => &operations::LIST_CONVERSATIONS,
            Self::Workflows => &operations::LIST_WORKFLOWS,
            Self::Articles => &operations::LIST_ARTICLES,
            Self::BotRules => &operations::LIST_BOT_RULES,
            Self::Spreadsheets | Self::BrowserSessions => return None,
        })
    }
}

/// The state of an organization as records.
pub(crate) struct Records<'a> {
    pub(crate) state: &'a mut State,
    pub(crate) contract: &'a Contract,
}

impl Records<'_> {
    /// Records of a kind in the order of the list.
    pub(crate) fn list(&self, kind: RecordKind, offset: usize, limit: usize) -> Vec<Value> {
        fn cut<T>(
            items: impl Iterator<Item = T>,
            (offset, limit): (usize, usize),
            show: impl Fn(T) -> Value,
        ) -> Vec<Value> {
            items.skip(offset).take(limit).map(show).collect()
        }
        let part = (offset, limit);
        let state = &*self.state;
        let directory = &state.directory;
        match kind {
            RecordKind::Businesses => cut(directory.businesses.iter(), part, |it| json!(it)),
            RecordKind::Users => cut(directory.users.iter(), part, |it| json!(it)),
            RecordKind::Teams => cut(directory.teams.iter(), part, |it| json!(it)),
            RecordKind::Macros => cut(directory.macros.iter(), part, |it| json!(it)),
            RecordKind::Customers => cut(state.customers.numbers(), part, |number| {
                json!(*state.customers.get(number))
            }),
            RecordKind::Conversations => cut(state.conversations.numbers(), part, |number| {
                json!(*state.conversations.get(number))
            }),
            RecordKind::Workflows => cut(state.workflows.all(), part, knowledge::record),
            RecordKind::Articles => cut(state.articles.all(), part, knowledge::record),
            RecordKind::BotRules => cut(state.bot_rules.all(), part, knowledge::record),
            RecordKind::Spreadsheets => cut(state.sheets.iter(), part, |(id, sheet)| {
                directory::sheet_record(id, sheet)
            }),
            RecordKind::BrowserSessions => cut(
                state.browser_sessions().into_iter(),
                part,
                |id| json!({ "id": id }),
            ),
        }
    }

    /// A record by its id; a conversation also by its public id.
    pub(crate) fn get(&self, kind: RecordKind, id: &str) -> Option<Value> {
        let state = &*self.state;
        let uuid = Uuid::parse_str(id).ok();
        let directory = &state.directory;
        fn known<T: Serialize>(
            things: &[T],
            uuid: Option<Uuid>,
            id: impl Fn(&T) -> Uuid,
        ) -> Option<Value> {
            let thing = things.iter().find(|thing| Some(id(thing)) == uuid)?;
            Some(json!(thing))
        }
        match kind {
            RecordKind::Businesses => known(&directory.businesses, uuid, |it| it.id),
            RecordKind::Users => known(&directory.users, uuid, |it| it.id),
            RecordKind::Teams => known(&directory.teams, uuid, |it| it.id),
            RecordKind::Macros => known(&directory.macros, uuid, |it| it.id),
            RecordKind::Customers => {
                let number = state.customers.number(uuid?)?;
                Some(json!(*state.customers.get(number)))
            }
            RecordKind::Conversations => {
                let number = state.conversations.find(id)?;
                Some(json!(*state.conversations.get(number)))
            }
            RecordKind::Workflows => state.workflows.find(uuid?).map(knowledge::record),
            RecordKind::Articles => state.articles.find(uuid?).map(knowledge::record),
            RecordKind::BotRules => state.bot_rules.find(uuid?).map(knowledge::record),
            RecordKind::Spreadsheets => {
                let sheet = state.sheets.get(id)?;
                Some(directory::sheet_record(id, sheet))
            }
            RecordKind::BrowserSessions => {
                let id = uuid.filter(|&id| state.has_browser_session(id))?;
                Some(json!({ "id": id }))
            }
        }
    }

    /// Adds a record, or replaces the one that has its id; returns it with all of its fields.
    pub(crate) fn put(&mut self, kind: RecordKind, record: Value) -> Result<Value, ControlError> {
        let before = self.state.clone();
        let put = self.put_into_draft(kind, record);
        if put.is_err() {
            *self.state = before;
        }
        let id = put?;
        let gone = || ControlError::not_found("the record");
        self.get(kind, &id).ok_or_else(gone)
    }

    /// Adds or replaces a record in a state that is thrown away on an error, and returns its id.
    pub(crate) fn put_into_draft(
        &mut self,
        kind: RecordKind,
        record: Value,
    ) -> Result<String, ControlError> {
        let Value::Object(fields) = record else {
            return Err(ControlError::invalid("", "a record is a JSON object"));
        };
        match kind {
            RecordKind::Businesses => self.put_business(fields),
            RecordKind::Users => self.put_user(fields),
            RecordKind::Teams => self.put_team(fields),
            RecordKind::Macros => self.put_macro(fields),
            RecordKind::Customers => self.put_customer(fields),
            RecordKind::Conversations => self.put_conversation(fields),
            RecordKind::Workflows => self.put_workflow(fields),
            RecordKind::Articles => self.put_article(fields),
            RecordKind::BotRules => self.put_bot_rule(fields),
            RecordKind::Spreadsheets => self.put_sheet(fields),
            RecordKind::BrowserSessions => self.put_session(fields),
        }
    }

    /// Changes the named fields of a record.
    pub(crate) fn patch(
        &mut self,
        kind: RecordKind,
        id: &str,
        changes: Value,
    ) -> Result<Value, ControlError> {
        let Value::Object(changes) = changes else {
            return Err(ControlError::invalid("", "changes are a JSON object"));
        };
        if changes.contains_key("id") {
            return Err(ControlError::invalid("id", "the id of a record stays"));
        }
        let record = self.get(kind, id).ok_or_else(|| missing(kind, id))?;
        let mut record = match record {
            Value::Object(fields) => fields,
            _ => Map::new(),
        };
        record.extend(changes);
        self.put(kind, record.into())
    }

    /// Takes a record away, as if it had never been.
    pub(crate) fn remove(&mut self, kind: RecordKind, id: &str) -> Result<(), ControlError> {
        use crate::store::remove;
        let state = &mut *self.state;
        let uuid = Uuid::parse_str(id).unwrap_or_default();
        let directory = &mut state.directory;
        let removed = match kind {
            RecordKind::Businesses => remove(&mut directory.businesses, uuid),
            RecordKind::Users => remove(&mut directory.users, uuid),
            RecordKind::Teams => remove(&mut directory.teams, uuid),
            RecordKind::Macros => remove(&mut directory.macros, uuid),
            RecordKind::Customers => {
                let number = state.customers.number(uuid);
                number
                    .map(|number| state.customers.remove(number))
                    .is_some()
            }
            RecordKind::Conversations => {
                let number = state.conversations.find(id);
                let removed = number.map(|number| state.conversations.remove(number));
                removed.is_some()
            }
            RecordKind::Workflows => state.workflows.remove(uuid),
            RecordKind::Articles => state.articles.remove(uuid),
            RecordKind::BotRules => state.bot_rules.remove(uuid),
            RecordKind::Spreadsheets => state.sheets_mut().remove(id).is_some(),
            RecordKind::BrowserSessions => state.remove_session(uuid),
        };
        match removed {
            true => Ok(()),
            false => Err(missing(kind, id)),
        }
    }

    /// Refuses a record that the API could not show in its list.
    fn check_listed(&self, kind: RecordKind, listed: Value) -> Result<(), ControlError> {
        let Some(list) = kind.list() else {
            return Ok(());
        };
        let page = json!({
            "data": [listed],
            "pagination": { "page": 1, "limit": 50, "hasMore": false },
        });
        self.check_shown(list, &page, "data[0]")
    }

    /// Refuses what the API could not answer; `prefix` is the record's place in the answer.
    fn check_shown(
        &self,
        operation: &Operation,
        body: &Value,
        prefix: &str,
    ) -> Result<(), ControlError> {
        let refuse = |error: SchemaError| {
            let place = error.place.strip_prefix(prefix).unwrap_or(&error.place);
            ControlError::invalid(place.trim_start_matches('.'), error.message)
        };
        self.contract.check_success(operation, body).map_err(refuse)
    }

    /// Refuses a slug that no business has.
    fn check_business(&self, slug: &str) -> Result<(), ControlError> {
        match self.state.business(slug) {
            Some(_) => Ok(()),
            None => {
                let reason = format!("unknown business `{slug}`");
                Err(ControlError::invalid("businessSlug", reason))
            }
        }
    }
}

/// The error about a record that does not exist.
pub(crate) fn missing(kind: RecordKind, id: &str) -> ControlError {
    ControlError::not_found(format!("record `{id}` of {}", kind.name()))
}

/// Reads a JSON value as a type; the error names the field.
pub(crate) fn read<T: DeserializeOwned>(value: Value) -> Result<T, ControlError> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string();
        let reason = error.into_inner().to_string();
        let field = match path.as_str() {
            // A field that is missing or unknown is named by the reason alone.
            "." => named_field(&reason).unwrap_or_default().to_owned(),
            _ => path,
        };
        ControlError::invalid(field, reason)
    })
}

/// The field that serde names in ``missing field `x` `` and the like.
fn named_field(reason: &str) -> Option<&str> {
    let named = ["missing field `", "unknown field `"];
    let rest = named.iter().find_map(|start| reason.strip_prefix(start))?;
    rest.split('`').next()
}

/// Fills a field in where it is missing.
fn fill(fields: &mut Map<String, Value>, name: &str, make: impl FnOnce() -> Value) {
    if !fields.contains_key(name) {
        fields.insert(name.to_owned(), make());
    }
}

/// The objects of a list field, to be filled in.
fn each<'a>(
    fields: &'a mut Map<String, Value>,
    name: &str,
) -> impl Iterator<Item = &'a mut Map<String, Value>> {
    let items = fields.get_mut(name).and_then(Value::as_array_mut);
    items.into_iter().flatten().filter_map(Value::as_object_mut)
}
