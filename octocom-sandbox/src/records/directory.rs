//! Businesses, users, teams, macros, spreadsheets and browser sessions as records.

use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{RecordKind, Records, fill, read};
use crate::control_error::ControlError;
use crate::ids::Kind;
use crate::model::{Business, Macro, Team, User};
use crate::store::{Directory, Identified, Sheet, put};

impl Records<'_> {
    /// An id that is not taken, of things of which there are so many.
    fn free_id(&self, kind: Kind, count: usize, taken: impl Fn(Uuid) -> bool) -> Value {
        let ids = self.state.data.ids(kind);
        let mut ids = (count as u64..).map(|number| ids.id(number));
        json!(ids.find(|&id| !taken(id)))
    }

    /// Puts a thing of the directory in place: an id is filled in, `check` may refuse it, and the
    /// API has to be able to show it.
    fn put_listed<T: Identified + DeserializeOwned>(
        &mut self,
        (record, ids): (RecordKind, Kind),
        mut fields: Map<String, Value>,
        things: fn(&mut Directory) -> &mut Arc<Vec<T>>,
        check: impl FnOnce(&Self, &T) -> Result<(), ControlError>,
        listed: fn(&T) -> Value,
    ) -> Result<String, ControlError> {
        let known = Arc::clone(things(&mut self.state.directory));
        let taken = |id| known.iter().any(|thing| thing.id() == id);
        let id = self.free_id(ids, known.len(), taken);
        fill(&mut fields, "id", || id);
        let thing: T = read(fields.into())?;
        check(self, &thing)?;
        self.check_listed(record, listed(&thing))?;
        let id = thing.id().to_string();
        drop(known);
        put(things(&mut self.state.directory), thing);
        Ok(id)
    }

    pub(super) fn put_business(
        &mut self,
        fields: Map<String, Value>,
    ) -> Result<String, ControlError> {
        let check = |this: &Self, business: &Business| {
            let others = this.state.directory.businesses.iter();
            let mut others = others.filter(|other| other.id != business.id);
            if !business.slug.is_empty() && !others.any(|other| other.slug == business.slug) {
                return Ok(());
            }
            let reason = format!("`{}` is empty or another business's", business.slug);
            Err(ControlError::invalid("slug", reason))
        };
        let kind = (RecordKind::Businesses, Kind::Business);
        self.put_listed(
            kind,
            fields,
            |it| &mut it.businesses,
            check,
            Business::listed,
        )
    }

    pub(super) fn put_user(&mut self, fields: Map<String, Value>) -> Result<String, ControlError> {
        let check = |this: &Self, user: &User| {
            let teams = &this.state.directory.teams;
            let unknown = |id: &Uuid| !teams.iter().any(|team| team.id == *id);
            match user.team_id.filter(unknown) {
                None => Ok(()),
                Some(team) => {
                    let reason = format!("unknown team `{team}`");
                    Err(ControlError::invalid("teamId", reason))
                }
            }
        };
        let kind = (RecordKind::Users, Kind::User);
        self.put_listed(kind, fields, |it| &mut it.users, check, User::listed)
    }

    pub(super) fn put_team(
        &mut self,
        mut fields: Map<String, Value>,
    ) -> Result<String, ControlError> {
        let now = self.state.clock.tick();
        fill(&mut fields, "createdAt", || json!(now));
        let created_at = fields.get("createdAt").cloned();
        fill(&mut fields, "updatedAt", || {
            created_at.unwrap_or(Value::Null)
        });
        let kind = (RecordKind::Teams, Kind::Team);
        let listed = |team: &Team| json!(team);
        self.put_listed(kind, fields, |it| &mut it.teams, |_, _| Ok(()), listed)
    }

    pub(super) fn put_macro(&mut self, fields: Map<String, Value>) -> Result<String, ControlError> {
        let check = |this: &Self, one: &Macro| match &one.business_slug {
            Some(slug) => this.check_business(slug),
            None => Ok(()),
        };
        let kind = (RecordKind::Macros, Kind::Macro);
        self.put_listed(kind, fields, |it| &mut it.macros, check, |one| json!(one))
    }

    pub(super) fn put_sheet(
        &mut self,
        mut fields: Map<String, Value>,
    ) -> Result<String, ControlError> {
        let Some(Value::String(id)) = fields.remove("id") else {
            return Err(ControlError::invalid(
                "id",
                "a spreadsheet needs a text as its id",
            ));
        };
        if id.is_empty() {
            return Err(ControlError::invalid("id", "is empty"));
        }
        let sheet: Sheet = read(fields.into())?;
        for (place, row) in sheet.rows.iter().enumerate() {
            if row.len() > sheet.headers.len() {
                let reason = format!("{} cells, but {} headers", row.len(), sheet.headers.len());
                return Err(ControlError::invalid(format!("rows[{place}]"), reason));
            }
        }
        self.state.sheets_mut().insert(id.clone(), sheet);
        Ok(id)
    }

    pub(super) fn put_session(
        &mut self,
        mut fields: Map<String, Value>,
    ) -> Result<String, ControlError> {
        let count = self.state.browser_sessions().len();
        let taken = |id| self.state.has_browser_session(id);
        let id = self.free_id(Kind::BrowserSession, count, taken);
        fill(&mut fields, "id", || id);
        let Session { id } = read(fields.into())?;
        self.state.add_session(id);
        Ok(id.to_string())
    }
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Session {
    id: Uuid,
}

/// A spreadsheet as a record; every row has a cell or null for each header.
pub(super) fn sheet_record(id: &str, sheet: &Sheet) -> Value {
    let row = |row: &Vec<Option<String>>| {
        let mut row = row.clone();
        row.resize(sheet.headers.len(), None);
        row
    };
    let rows: Vec<_> = sheet.rows.iter().map(row).collect();
    json!({ "id": id, "headers": sheet.headers, "rows": rows, "readOnly": sheet.read_only })
}
