//! Set-up in one piece: the content of a seed file.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::Control;
use crate::bot_script::ScriptedReply;
use crate::contract::Contract;
use crate::control_error::ControlError;
use crate::plan::FaultPlan;
use crate::records::{RecordKind, Records, read};
use crate::timestamp::Timestamp;
use crate::world::World;

/// Version of the form of seed files. One of another version is refused.
const VERSION: u64 = 1;

/// The content of a seed file.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(crate) struct Setup {
    /// Of the form; may be left out.
    version: Option<u64>,
    time: Option<Timestamp>,
    behavior: Option<Value>,
    plans: Vec<Value>,
    bot_script: Vec<ScriptedReply>,
    keys: Vec<String>,
    records: Map<String, Value>,
    organizations: Vec<OrganizationSetup>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct OrganizationSetup {
    name: String,
    #[serde(default)]
    seed: Option<u64>,
    #[serde(default)]
    conversations: u64,
    #[serde(default)]
    keys: Vec<String>,
    #[serde(default)]
    records: Map<String, Value>,
    #[serde(default)]
    bot_script: Vec<ScriptedReply>,
}

impl Control {
    /// Adds the content of a seed file: records, organizations, keys, plans, behavior, the bot's
    /// script and the time. If any of it is refused, nothing is added.
    ///
    /// # Errors
    ///
    /// The seed has another version, a field that is unknown or of the wrong type, or content that
    /// the functions of [`Control`] refuse. The error names the field, such as
    /// `records.conversations[0].messages[2].sender`.
    pub fn load(&self, seed: Value) -> Result<(), ControlError> {
        let setup = Setup::read(seed)?;
        let mut world = self.server.world();
        let mut changed = world.clone();
        let time = setup.time;
        setup.apply(&mut changed, self.server.contract)?;
        if let Some(time) = time {
            self.server.clock.set_if_later(time)?;
        }
        *world = changed;
        Ok(())
    }
}

impl Setup {
    pub(crate) fn read(seed: Value) -> Result<Self, ControlError> {
        // Before all else: the fields of another version may be others.
        if let Some(version) = seed.get("version").filter(|it| **it != VERSION) {
            let reason = format!("is {version}, this sandbox reads version {VERSION}");
            return Err(ControlError::invalid("version", reason));
        }
        read(seed)
    }

    /// The time that the sandbox's clock is to be set to.
    pub(crate) fn time(&self) -> Option<Timestamp> {
        self.time
    }

    /// Carries everything out but the time.
    pub(crate) fn apply(self, world: &mut World, contract: &Contract) -> Result<(), ControlError> {
        if let Some(changes) = &self.behavior {
            let changed = world.behavior.changed(changes);
            world.behavior = changed.map_err(|error| error.under("behavior"))?;
        }
        for (place, plan) in self.plans.into_iter().enumerate() {
            let under = |error: ControlError| error.under(&format!("plans[{place}]"));
            let plan = FaultPlan::read(plan).map_err(under)?;
            world.plans.add(plan, contract).map_err(under)?;
        }
        let first = OrganizationSetup {
            name: String::new(),
            seed: None,
            conversations: 0,
            keys: self.keys,
            records: self.records,
            bot_script: self.bot_script,
        };
        first.fill(world, 0, contract)?;
        for (place, mut organization) in self.organizations.into_iter().enumerate() {
            let under = |error: ControlError| error.under(&format!("organizations[{place}]"));
            let keys = std::mem::take(&mut organization.keys);
            let added = world.add_organization(
                &organization.name,
                organization.seed,
                organization.conversations,
                keys,
            );
            added.map_err(under)?;
            let last = world.organizations.len() - 1;
            organization.fill(world, last, contract).map_err(under)?;
        }
        Ok(())
    }
}

impl OrganizationSetup {
    /// Adds keys, records and script to an organization.
    fn fill(
        self,
        world: &mut World,
        place: usize,
        contract: &Contract,
    ) -> Result<(), ControlError> {
        for (at, key) in self.keys.into_iter().enumerate() {
            let added = world.add_key(place, key);
            added.map_err(|error| error.under(&format!("keys[{at}]")))?;
        }
        let mut records = self.records;
        let Some(organization) = world.organizations.get_mut(place) else {
            return Err(ControlError::not_found("organization"));
        };
        let state = &mut organization.state;
        crate::bot_script::check(&self.bot_script)?;
        if !self.bot_script.is_empty() {
            state.script = Arc::new(self.bot_script);
        }
        // In the order in which they refer to each other.
        for kind in RecordKind::ALL {
            let Some(listed) = records.remove(kind.name()) else {
                continue;
            };
            let field = format!("records.{}", kind.name());
            let Value::Array(listed) = listed else {
                return Err(ControlError::invalid(field, "is not a list"));
            };
            for (at, record) in listed.into_iter().enumerate() {
                let put = Records { state, contract }.put_into_draft(kind, record);
                put.map_err(|error| error.under(&format!("{field}[{at}]")))?;
            }
        }
        match records.keys().next() {
            None => Ok(()),
            Some(unknown) => {
                let known = RecordKind::ALL.map(RecordKind::name).join(", ");
                let reason = format!("is not a kind of record; known are {known}");
                Err(ControlError::invalid(format!("records.{unknown}"), reason))
            }
        }
    }
}
