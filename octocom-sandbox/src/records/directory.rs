//! Businesses, users, teams, macros, spreadsheets and browser sessions as records.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{RecordKind, Records, fill, read};
use crate::control_error::ControlError;
use crate::ids::Kind;
use crate::model::{Business, Macro, Team, User};
use crate::store::{Sheet, put};

impl Records<'_> {
    /// An id that is not taken, of things of which there are so many.
    fn free_id(&self, kind: Kind, count: usize, taken: impl Fn(Uuid) -> bool) -> Value {
        let ids = self.state.data.ids(kind);
        let mut ids = (count as u64..).map(|number| ids.id(number));
        json!(ids.find(|&id| !taken(id)))
    }

    pub(super) fn put_business(
        &mut self,
        mut fields: Map<String, Value>,
    ) -> Result<String, ControlError> {
        let known = &self.state.directory.businesses;
        let taken = |id| known.iter().any(|it| it.id == id);
        let id = self.free_id(Kind::Business, known.len(), taken);
        fill(&mut fields, "id", || id);
        let business: Business = read(fields.into())?;
        let others = known.iter().filter(|other| other.id != business.id);
        if business.slug.is_empty() || others.clone().any(|other| other.slug == business.slug) {
            let reason = format!("`{}` is empty or another business's", business.slug);
            return Err(ControlError::invalid("slug", reason));
        }
        self.check_listed(RecordKind::Businesses, business.listed())?;
        let id = business.id.to_string();
        put(&mut self.state.directory.businesses, business);
        Ok(id)
    }

    pub(super) fn put_user(
        &mut self,
        mut fields: Map<String, Value>,
    ) -> Result<String, ControlError> {
        let known = &self.state.directory.users;
        let taken = |id| known.iter().any(|it| it.id == id);
        let id = self.free_id(Kind::User, known.len(), taken);
        fill(&mut fields, "id", || id);
        let user: User = read(fields.into())?;
        let teams = &self.state.directory.teams;
        if let Some(team) = user
            .team_id
            .filter(|id| !teams.iter().any(|it| it.id == *id))
        {
            let reason = format!("there is no team `{team}`");
            return Err(ControlError::invalid("teamId", reason));
        }
        self.check_listed(RecordKind::Users, user.listed())?;
        let id = user.id.to_string();
        put(&mut self.state.directory.users, user);
        Ok(id)
    }

    pub(super) fn put_team(
        &mut self,
        mut fields: Map<String, Value>,
    ) -> Result<String, ControlError> {
        let known = &self.state.directory.teams;
        let taken = |id| known.iter().any(|it| it.id == id);
        let id = self.free_id(Kind::Team, known.len(), taken);
        fill(&mut fields, "id", || id);
        let now = self.state.clock.tick();
        fill(&mut fields, "createdAt", || json!(now));
        let created_at = fields.get("createdAt").cloned();
        fill(&mut fields, "updatedAt", || {
            created_at.unwrap_or(Value::Null)
        });
        let team: Team = read(fields.into())?;
        self.check_listed(RecordKind::Teams, json!(team))?;
        let id = team.id.to_string();
        put(&mut self.state.directory.teams, team);
        Ok(id)
    }

    pub(super) fn put_macro(
        &mut self,
        mut fields: Map<String, Value>,
    ) -> Result<String, ControlError> {
        let known = &self.state.directory.macros;
        let taken = |id| known.iter().any(|it| it.id == id);
        let id = self.free_id(Kind::Macro, known.len(), taken);
        fill(&mut fields, "id", || id);
        let one: Macro = read(fields.into())?;
        if let Some(slug) = &one.business_slug {
            self.check_business(slug)?;
        }
        self.check_listed(RecordKind::Macros, json!(one))?;
        let id = one.id.to_string();
        put(&mut self.state.directory.macros, one);
        Ok(id)
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
