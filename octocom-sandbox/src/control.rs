//! Control over a running sandbox.

mod agent;
mod setup;
mod snapshot;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde_json::Value;
use uuid::Uuid;

use crate::behavior::Behavior;
use crate::bot_script::ScriptedReply;
use crate::contract::PUBLISHED;
use crate::control_error::ControlError;
use crate::plan::{FaultPlan, PlanId, PlanStatus};
use crate::received::{ReceivedRequest, RequestFilter};
use crate::record::{OutboundEmail, Purchase};
use crate::records::{RecordKind, Records, missing};
use crate::server::Server;
use crate::store::{BotPace, Sheet, State};
use crate::timestamp::Timestamp;

pub use agent::AgentAction;
pub(crate) use setup::Setup;
pub use snapshot::Snapshot;

/// A hundred years.
const MAX_ADVANCE: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

/// Controls a running sandbox; returned by [`Sandbox::control`](crate::Sandbox::control).
///
/// Clones are cheap. Changes take effect at once; a refused change changes nothing. The HTTP
/// control API has the same functions.
///
/// Records, emails and purchases belong to one organization: the first one, or the one chosen with
/// [`organization`](Self::organization). Faults, behavior, the clock and received requests belong
/// to the sandbox.
#[derive(Debug, Clone)]
pub struct Control {
    pub(crate) server: Arc<Server>,
    organization: Option<String>,
}

/// Summary of an organization.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct OrganizationSummary {
    /// Name; `default` for the first one.
    pub name: String,
    /// API keys.
    pub keys: Vec<String>,
    /// Seed of its data.
    pub seed: u64,
    /// Number of its conversations.
    pub conversations: u64,
    /// Number of its customers.
    pub customers: u64,
}

impl Control {
    pub(crate) fn new(server: Arc<Server>) -> Self {
        Self {
            server,
            organization: None,
        }
    }

    /// Adds a plan of faults and returns its id.
    ///
    /// # Errors
    ///
    /// The plan names an operation, path or parameter that does not exist, has no steps or steps
    /// that are never reached, or there are 1,000 plans already.
    pub fn add_plan(&self, plan: FaultPlan) -> Result<PlanId, ControlError> {
        self.server.world().plans.add(plan, self.server.contract)
    }

    /// Returns the plans and their progress, oldest first.
    #[must_use]
    pub fn plans(&self) -> Vec<PlanStatus> {
        self.server.world().plans.all().to_vec()
    }

    /// Removes a plan. Returns `false` if it does not exist.
    #[expect(
        clippy::must_use_candidate,
        reason = "the effect may be all that is wanted"
    )]
    pub fn remove_plan(&self, id: PlanId) -> bool {
        self.server.world().plans.remove(id)
    }

    /// Removes all plans.
    pub fn clear_plans(&self) {
        self.server.world().plans.clear();
    }

    /// Returns the behavior where the OpenAPI document leaves a choice.
    #[must_use]
    pub fn behavior(&self) -> Behavior {
        self.server.world().behavior
    }

    /// Changes the behavior where the OpenAPI document leaves a choice.
    pub fn set_behavior(&self, behavior: Behavior) {
        self.server.world().behavior = behavior;
    }

    /// Adds a record, or replaces the one with its `id`. Returns the record with all fields.
    ///
    /// A record has the fields of the API and some more: `customerId`, `type`, `isOutbound`,
    /// `snoozed` and `viaApi` of a conversation, `metadata` of a customer, `archived` of a user,
    /// `sendsEmail` of a business, and `businessSlug`, `deletedAt` and `versions` of a workflow,
    /// article or bot rule. Missing fields are filled in.
    ///
    /// # Errors
    ///
    /// A field is unknown, missing, of the wrong type, not possible in the API, or refers to a
    /// record that does not exist. The error names the field.
    pub fn insert(&self, kind: RecordKind, record: Value) -> Result<Value, ControlError> {
        self.with_records(|records| records.put(kind, record))?
    }

    /// Changes some fields of a record. Returns the record with all fields.
    ///
    /// # Errors
    ///
    /// The record does not exist, or as for [`insert`](Self::insert).
    pub fn update(
        &self,
        kind: RecordKind,
        id: &str,
        changes: Value,
    ) -> Result<Value, ControlError> {
        self.with_records(|records| records.patch(kind, id, changes))?
    }

    /// Removes a record without a trace.
    ///
    /// # Errors
    ///
    /// The record does not exist.
    pub fn remove(&self, kind: RecordKind, id: &str) -> Result<(), ControlError> {
        self.with_records(|records| records.remove(kind, id))?
    }

    /// Returns a record by its id; a conversation also by its public id.
    ///
    /// # Errors
    ///
    /// The record does not exist.
    pub fn record(&self, kind: RecordKind, id: &str) -> Result<Value, ControlError> {
        let record = self.with_records(|records| records.get(kind, id))?;
        record.ok_or_else(|| missing(kind, id))
    }

    /// Returns up to `limit` records of a kind, starting at a position of their list.
    ///
    /// # Errors
    ///
    /// The organization does not exist any more.
    pub fn records(
        &self,
        kind: RecordKind,
        offset: usize,
        limit: usize,
    ) -> Result<Vec<Value>, ControlError> {
        self.with_records(|records| records.list(kind, offset, limit))
    }

    /// Returns the sandbox's time.
    #[must_use]
    pub fn now(&self) -> SystemTime {
        self.server.clock.now().into()
    }

    /// Moves the sandbox's clock forward, by at most a hundred years: replies of the bot become
    /// due, and rate limits end.
    pub fn advance(&self, by: Duration) {
        self.server.clock.advance(by.min(MAX_ADVANCE));
    }

    pub(crate) fn advance_within(&self, by: Duration) -> Result<(), ControlError> {
        if by > MAX_ADVANCE {
            let most = MAX_ADVANCE.as_millis();
            let reason = format!("is {}, at most {most}", by.as_millis());
            return Err(ControlError::invalid("advanceMs", reason));
        }
        self.advance(by);
        Ok(())
    }

    /// Sets the sandbox's clock, which then continues from there.
    ///
    /// # Errors
    ///
    /// The time is earlier than the sandbox's time.
    pub fn set_time(&self, time: SystemTime) -> Result<(), ControlError> {
        self.server.clock.set_if_later(Timestamp::from(time))
    }

    /// Returns everything to the state at the start: data, clock, plans, behavior, keys and
    /// received requests.
    pub fn reset(&self) {
        self.server.reset();
    }

    /// Returns the organizations, the first one first.
    #[must_use]
    pub fn organizations(&self) -> Vec<OrganizationSummary> {
        let world = self.server.world();
        let summary = |it: &crate::world::Organization| OrganizationSummary {
            name: it.name.clone(),
            keys: it.keys.clone(),
            seed: it.state.data.seed(),
            conversations: it.state.conversations.len(),
            customers: it.state.customers.len(),
        };
        world.organizations.iter().map(summary).collect()
    }

    /// Returns a control for the records of another organization.
    ///
    /// # Errors
    ///
    /// The organization does not exist.
    pub fn organization(&self, name: &str) -> Result<Self, ControlError> {
        self.server.world().organization(Some(name))?;
        Ok(Self {
            server: Arc::clone(&self.server),
            organization: Some(name.to_owned()),
        })
    }

    /// Adds an organization with this number of seeded conversations and returns its key.
    ///
    /// # Errors
    ///
    /// The name is empty or taken, or there are 100 organizations already.
    pub fn add_organization(&self, name: &str, conversations: u64) -> Result<String, ControlError> {
        let mut world = self.server.world();
        world.add_organization(name, None, conversations, Vec::new())?;
        let added = world.organizations.last();
        let key = added.and_then(|it| it.keys.first()).cloned();
        key.ok_or_else(|| ControlError::not_found("the key"))
    }

    /// Adds an API key to the organization.
    ///
    /// # Errors
    ///
    /// The key is empty, not visible ASCII or in use, or the organization has 100 keys already.
    pub fn add_key(&self, key: impl Into<String>) -> Result<(), ControlError> {
        let mut world = self.server.world();
        let place = world.organization(self.organization.as_deref())?;
        let added = world.add_key(place, key.into());
        added.map_err(|error| error.under("key"))
    }

    /// Revokes an API key: requests with it are answered with 401. Returns `false` if it does not
    /// exist.
    #[expect(
        clippy::must_use_candidate,
        reason = "the effect may be all that is wanted"
    )]
    pub fn revoke_key(&self, key: &str) -> bool {
        self.server.world().revoke_key(key)
    }

    /// Sets the script of the bot, instead of an earlier one.
    ///
    /// # Errors
    ///
    /// A reply takes more than 30 days, or the organization does not exist any more.
    pub fn script_bot(
        &self,
        replies: impl IntoIterator<Item = ScriptedReply>,
    ) -> Result<(), ControlError> {
        let script: Vec<_> = replies.into_iter().collect();
        crate::bot_script::check(&script)?;
        self.with_state(|state| state.script = Arc::new(script))
    }

    /// Returns the script of the bot, with the remaining numbers of uses.
    ///
    /// # Errors
    ///
    /// The organization does not exist any more.
    pub fn bot_script(&self) -> Result<Vec<ScriptedReply>, ControlError> {
        self.with_state(|state| state.script.to_vec())
    }

    /// Changes the speed of the bot; see [`bot_replies_after`](crate::Builder::bot_replies_after)
    /// and [`bot_gives_up_after`](crate::Builder::bot_gives_up_after).
    ///
    /// # Errors
    ///
    /// A time is more than 30 days, or the organization does not exist any more.
    pub fn set_bot_pace(
        &self,
        replies_after: Duration,
        gives_up_after: Duration,
    ) -> Result<(), ControlError> {
        for (field, time) in [
            ("repliesAfterMs", replies_after),
            ("givesUpAfterMs", gives_up_after),
        ] {
            crate::bot_script::check_delay(field, time)?;
        }
        let pace = BotPace {
            replies_after,
            gives_up_after,
        };
        self.with_state(|state| state.bot = pace)
    }

    pub(crate) fn bot_pace(&self) -> Result<BotPace, ControlError> {
        self.with_state(|state| state.bot)
    }

    /// Returns the latest requests to the API that match a filter, in order of arrival.
    /// [`keep_requests`](crate::Builder::keep_requests) sets how many are kept.
    #[must_use]
    pub fn requests(&self, filter: &RequestFilter) -> Vec<ReceivedRequest> {
        self.server.received().read(filter)
    }

    /// Forgets the received requests.
    pub fn clear_requests(&self) {
        self.server.received().clear();
    }

    /// Returns the emails that were sent, oldest first.
    ///
    /// # Errors
    ///
    /// The organization does not exist any more.
    pub fn outbox(&self) -> Result<Vec<OutboundEmail>, ControlError> {
        self.with_state(|state| state.outbox.to_vec())
    }

    /// Returns the purchases that were recorded, oldest first.
    ///
    /// # Errors
    ///
    /// The organization does not exist any more.
    pub fn purchases(&self) -> Result<Vec<Purchase>, ControlError> {
        self.with_state(|state| state.purchases.to_vec())
    }

    /// Returns the rows that were added to a spreadsheet, oldest first: header and value of each
    /// cell, in the order of the columns.
    ///
    /// # Errors
    ///
    /// The spreadsheet does not exist.
    pub fn sheet_rows(&self, id: &str) -> Result<Vec<Vec<(String, String)>>, ControlError> {
        let rows = self.with_state(|state| state.sheets.get(id).map(Sheet::pairs))?;
        rows.ok_or_else(|| missing(RecordKind::Spreadsheets, id))
    }

    /// Returns the browser sessions for which purchases can be recorded.
    ///
    /// # Errors
    ///
    /// The organization does not exist any more.
    pub fn browser_sessions(&self) -> Result<Vec<Uuid>, ControlError> {
        self.with_state(|state| state.browser_sessions())
    }

    /// Returns the published OpenAPI document, as JSON text.
    #[must_use]
    pub fn published_document(&self) -> &'static str {
        PUBLISHED
    }

    fn with_state<T>(&self, run: impl FnOnce(&mut State) -> T) -> Result<T, ControlError> {
        let mut world = self.server.world();
        let place = world.organization(self.organization.as_deref())?;
        let organization = world.organizations.get_mut(place);
        let organization = organization.ok_or_else(|| ControlError::not_found("organization"))?;
        Ok(run(&mut organization.state))
    }

    fn with_records<T>(&self, run: impl FnOnce(&mut Records<'_>) -> T) -> Result<T, ControlError> {
        let contract = self.server.contract;
        self.with_state(|state| run(&mut Records { state, contract }))
    }
}
