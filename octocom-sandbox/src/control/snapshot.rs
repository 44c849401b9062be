//! Snapshots: everything that a sandbox holds, to come back to.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Control;
use crate::behavior::Behavior;
use crate::clock::{Clock, ClockPosition};
use crate::control_error::ControlError;
use crate::limit::TokenBucket;
use crate::plan::Plans;
use crate::records::read;
use crate::store::{SavedState, State};
use crate::world::{Organization, World};

/// Version of the form of snapshots. One of another version is refused.
const VERSION: u64 = 1;

/// A copy of the state of a sandbox: data, keys, plans, behavior and the clock.
///
/// It serializes to JSON, to be restored in another process. The form depends on the version of
/// this crate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Snapshot(Value);

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Stored {
    version: u64,
    clock: ClockPosition,
    behavior: Behavior,
    plans: Plans,
    organizations: Vec<StoredOrganization>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct StoredOrganization {
    name: String,
    keys: Vec<String>,
    state: SavedState,
}

impl Control {
    /// Takes a snapshot. Its size depends on what was changed and on the number of workflows,
    /// articles and bot rules, but not on the number of seeded conversations.
    ///
    /// # Errors
    ///
    /// The state cannot be written as JSON, which would be an error of this crate.
    pub fn snapshot(&self) -> Result<Snapshot, ControlError> {
        let world = self.server.world();
        let organization = |it: &Organization| StoredOrganization {
            name: it.name.clone(),
            keys: it.keys.clone(),
            state: it.state.kept(),
        };
        let stored = Stored {
            version: VERSION,
            clock: self.server.clock.position(),
            behavior: world.behavior,
            plans: world.plans.clone(),
            organizations: world.organizations.iter().map(organization).collect(),
        };
        drop(world);
        let json = serde_json::to_value(stored);
        json.map(Snapshot)
            .map_err(|error| ControlError::invalid("snapshot", error.to_string()))
    }

    /// Replaces the state of the sandbox by a snapshot. Received requests are kept.
    ///
    /// # Errors
    ///
    /// The snapshot has another version or is invalid.
    pub fn restore(&self, snapshot: &Snapshot) -> Result<(), ControlError> {
        let bucket = self.server.world().bucket.clone();
        let world = snapshot.read(&self.server.clock, bucket)?;
        self.server.replace(world);
        Ok(())
    }
}

impl Snapshot {
    /// Returns a snapshot from its JSON, which is checked when it is restored.
    #[must_use]
    pub fn from_json(json: Value) -> Self {
        Self(json)
    }

    /// Returns the snapshot as JSON.
    #[must_use]
    pub fn as_json(&self) -> &Value {
        &self.0
    }

    /// The world that was stored.
    pub(crate) fn read(
        &self,
        clock: &Clock,
        bucket: Option<TokenBucket>,
    ) -> Result<World, ControlError> {
        let version = self.0.get("version").unwrap_or(&Value::Null);
        if *version != VERSION {
            let reason = format!("is {version}, this sandbox reads version {VERSION}");
            return Err(ControlError::invalid("version", reason));
        }
        let stored: Stored = read(self.0.clone())?;
        if stored.organizations.is_empty() {
            return Err(ControlError::invalid("organizations", "is empty"));
        }
        let organization = |it: StoredOrganization| Organization {
            name: it.name,
            keys: it.keys,
            state: State::restored(it.state, clock.clone()),
        };
        let organizations = stored.organizations.into_iter().map(organization);
        Ok(World {
            organizations: organizations.collect(),
            plans: stored.plans,
            behavior: stored.behavior,
            bucket,
            clock: stored.clock,
        })
    }
}
