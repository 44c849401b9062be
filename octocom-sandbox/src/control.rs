//! Control over a running sandbox: what a test sets up, lets go wrong and looks at.

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

/// Control over a running sandbox, from [`Sandbox::control`](crate::Sandbox::control).
///
/// It is cheap to clone. Everything that it does takes effect at once; what it refuses changes
/// nothing. The same functions are the HTTP control API.
///
/// Records, purchases and the like are those of one organization: the one from the start, or that
/// of [`organization`](Self::organization). Faults, behavior, the clock and the received requests
/// are the sandbox's.
#[derive(Debug, Clone)]
pub struct Control {
    pub(crate) server: Arc<Server>,
    organization: Option<String>,
}

/// An organization as others see it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct OrganizationSummary {
    /// Name, `default` for the one from the start.
    pub name: String,
    /// API keys that it accepts.
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

    /// Adds a plan of faults, and returns its number.
    ///
    /// # Errors
    ///
    /// The plan names an operation, path or parameter that does not exist, has no step or steps
    /// that are never reached, or there are 1,000 plans already.
    pub fn add_plan(&self, plan: FaultPlan) -> Result<PlanId, ControlError> {
        self.server.world().plans.add(plan, self.server.contract)
    }

    /// The plans and how far they have come, oldest first.
    #[must_use]
    pub fn plans(&self) -> Vec<PlanStatus> {
        self.server.world().plans.all().to_vec()
    }

    /// Removes a plan; returns `false` if no plan has this number.
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

    /// Returns how the sandbox behaves where the document leaves room.
    #[must_use]
    pub fn behavior(&self) -> Behavior {
        self.server.world().behavior
    }

    /// Changes how the sandbox behaves where the document leaves room.
    pub fn set_behavior(&self, behavior: Behavior) {
        self.server.world().behavior = behavior;
    }

    /// Adds a record, or replaces the one that has its `id`. Returns it with all of its fields.
    ///
    /// The record has the fields that the API shows, and those that it does not: `customerId`,
    /// `type`, `isOutbound`, `snoozed` and `viaApi` of a conversation, `metadata` of a customer,
    /// `archived` of a user, `sendsEmail` of a business, `businessSlug`, `deletedAt` and `versions`
    /// of a workflow, article or bot rule. What is left out is filled in.
    ///
    /// # Errors
    ///
    /// A field that is unknown, missing or of the wrong type, one that the API could not show, or
    /// one that refers to something that does not exist. The error names it.
    pub fn insert(&self, kind: RecordKind, record: Value) -> Result<Value, ControlError> {
        self.with_records(|records| records.put(kind, record))?
    }

    /// Changes the named fields of a record. Returns it with all of its fields.
    ///
    /// # Errors
    ///
    /// No record has this id, or as for [`insert`](Self::insert).
    pub fn update(
        &self,
        kind: RecordKind,
        id: &str,
        changes: Value,
    ) -> Result<Value, ControlError> {
        self.with_records(|records| records.patch(kind, id, changes))?
    }

    /// Takes a record away, as if it had never been.
    ///
    /// # Errors
    ///
    /// No record has this id.
    pub fn remove(&self, kind: RecordKind, id: &str) -> Result<(), ControlError> {
        self.with_records(|records| records.remove(kind, id))?
    }

    /// Returns a record by its id; a conversation also by its public id.
    ///
    /// # Errors
    ///
    /// No record has this id.
    pub fn record(&self, kind: RecordKind, id: &str) -> Result<Value, ControlError> {
        let record = self.with_records(|records| records.get(kind, id))?;
        record.ok_or_else(|| missing(kind, id))
    }

    /// Returns up to `limit` records of a kind from a place in their list on.
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

    /// The sandbox's time.
    #[must_use]
    pub fn now(&self) -> SystemTime {
        self.server.clock.now().into()
    }

    /// Moves the sandbox's clock forward: replies of the bot become due, limits are lifted. At most
    /// a hundred years at a time.
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

    /// Sets the sandbox's clock, from which on it runs as before.
    ///
    /// # Errors
    ///
    /// The time is earlier than the sandbox's: its time never runs backwards.
    pub fn set_time(&self, time: SystemTime) -> Result<(), ControlError> {
        self.server.clock.set_if_later(Timestamp::from(time))
    }

    /// Makes everything as it was at the start: data, clock, plans, behavior, keys and received
    /// requests.
    pub fn reset(&self) {
        self.server.reset();
    }

    /// The organizations, that from the start first.
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

    /// Control over the records of another organization.
    ///
    /// # Errors
    ///
    /// No organization has this name.
    pub fn organization(&self, name: &str) -> Result<Self, ControlError> {
        self.server.world().organization(Some(name))?;
        Ok(Self {
            server: Arc::clone(&self.server),
            organization: Some(name.to_owned()),
        })
    }

    /// Adds an organization with so many seeded conversations of its own, and returns its key.
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

    /// Lets the organization be addressed by a further API key.
    ///
    /// # Errors
    ///
    /// The key is empty, not visible ASCII or in use, or the organization has 100 already.
    pub fn add_key(&self, key: impl Into<String>) -> Result<(), ControlError> {
        let mut world = self.server.world();
        let place = world.organization(self.organization.as_deref())?;
        let added = world.add_key(place, key.into());
        added.map_err(|error| error.under("key"))
    }

    /// Refuses an API key from now on, with 401; returns `false` if it is not one.
    #[expect(
        clippy::must_use_candidate,
        reason = "the effect may be all that is wanted"
    )]
    pub fn revoke_key(&self, key: &str) -> bool {
        self.server.world().revoke_key(key)
    }

    /// Lets the bot say what a test wants; replaces the script that is there.
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

    /// The bot's script, with what is left of it.
    ///
    /// # Errors
    ///
    /// The organization does not exist any more.
    pub fn bot_script(&self) -> Result<Vec<ScriptedReply>, ControlError> {
        self.with_state(|state| state.script.to_vec())
    }

    /// Changes how fast the bot is; see [`bot_replies_after`](crate::Builder::bot_replies_after)
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

    /// The latest requests to the API that pass a filter, in the order of arrival. How many are
    /// kept is up to [`keep_requests`](crate::Builder::keep_requests).
    #[must_use]
    pub fn requests(&self, filter: &RequestFilter) -> Vec<ReceivedRequest> {
        self.server.received().read(filter)
    }

    /// Forgets the received requests.
    pub fn clear_requests(&self) {
        self.server.received().clear();
    }

    /// Emails that were sent, oldest first.
    ///
    /// # Errors
    ///
    /// The organization does not exist any more.
    pub fn outbox(&self) -> Result<Vec<OutboundEmail>, ControlError> {
        self.with_state(|state| state.outbox.to_vec())
    }

    /// Purchases that were recorded, oldest first.
    ///
    /// # Errors
    ///
    /// The organization does not exist any more.
    pub fn purchases(&self) -> Result<Vec<Purchase>, ControlError> {
        self.with_state(|state| state.purchases.to_vec())
    }

    /// Rows that were added to a spreadsheet, oldest first: header and cell of each, in the order
    /// of the columns.
    ///
    /// # Errors
    ///
    /// There is no such spreadsheet.
    pub fn sheet_rows(&self, id: &str) -> Result<Vec<Vec<(String, String)>>, ControlError> {
        let rows = self.with_state(|state| state.sheets.get(id).map(Sheet::pairs))?;
        rows.ok_or_else(|| missing(RecordKind::Spreadsheets, id))
    }

    /// Browser sessions for which purchases can be recorded.
    ///
    /// # Errors
    ///
    /// The organization does not exist any more.
    pub fn browser_sessions(&self) -> Result<Vec<Uuid>, ControlError> {
        self.with_state(|state| state.browser_sessions())
    }

    /// The OpenAPI document as published, as JSON text.
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
