//! Everything that a sandbox can be reset, snapshot and restored with.

use std::sync::Arc;

use octocom_api::{Authentication, Operation};
use uuid::Uuid;

use crate::behavior::Behavior;
use crate::clock::ClockPosition;
use crate::control_error::ControlError;
use crate::data::Data;
use crate::limit::TokenBucket;
use crate::plan::Plans;
use crate::reply::Refusal;
use crate::store::{SHEET, State};

/// Name of the organization that is there from the start.
pub(crate) const DEFAULT_ORGANIZATION: &str = "default";
/// Most organizations of a sandbox.
const MAX_ORGANIZATIONS: usize = 100;
/// Most keys of an organization.
const MAX_KEYS: usize = 100;

/// The organizations and what goes wrong with their requests.
///
/// A copy is cheap, as what it holds is shared until it is changed.
#[derive(Debug, Clone)]
pub(crate) struct World {
    /// The first one is that from the start.
    pub(crate) organizations: Vec<Organization>,
    pub(crate) plans: Plans,
    pub(crate) behavior: Behavior,
    pub(crate) bucket: Option<TokenBucket>,
    /// Position of the clock.
    pub(crate) clock: ClockPosition,
}

/// An organization with its keys and data.
#[derive(Debug, Clone)]
pub(crate) struct Organization {
    pub(crate) name: String,
    pub(crate) keys: Vec<String>,
    pub(crate) state: State,
}

impl World {
    /// The organization of this name; the one from the start for `None`.
    pub(crate) fn organization(&self, name: Option<&str>) -> Result<usize, ControlError> {
        let name = name.unwrap_or(DEFAULT_ORGANIZATION);
        let place = self.organizations.iter().position(|it| it.name == name);
        place.ok_or_else(|| ControlError::not_found(format!("organization `{name}`")))
    }

    /// The organization whose key a request has.
    pub(crate) fn with_key(&self, key: &[u8]) -> Option<usize> {
        let has = |organization: &Organization| {
            let mut keys = organization.keys.iter();
            keys.any(|known| known.as_bytes() == key)
        };
        self.organizations.iter().position(has)
    }

    /// The organization that a request is for, and whether its key says so.
    pub(crate) fn addressed(
        &self,
        operation: &Operation,
        key: Option<&[u8]>,
        session: Option<Uuid>,
    ) -> Result<usize, Refusal> {
        if operation.authentication == Authentication::ApiKey {
            let refused = || {
                Refusal::new(
                    axum::http::StatusCode::UNAUTHORIZED,
                    "Invalid or missing API key",
                )
            };
            return key.and_then(|key| self.with_key(key)).ok_or_else(refused);
        }
        // Without a key only what is named in the path tells.
        let has = |organization: &Organization| {
            session.is_some_and(|session| organization.state.has_browser_session(session))
        };
        Ok(self.organizations.iter().position(has).unwrap_or(0))
    }

    /// Adds an organization with seeded data of its own, and returns its first key.
    pub(crate) fn add_organization(
        &mut self,
        name: &str,
        seed: Option<u64>,
        conversations: u64,
        keys: Vec<String>,
    ) -> Result<(), ControlError> {
        let invalid = |field: &str, reason: &str| Err(ControlError::invalid(field, reason));
        if name.is_empty() {
            return invalid("name", "is empty");
        }
        if self.organizations.iter().any(|it| it.name == name) {
            return invalid("name", &format!("`{name}` exists already"));
        }
        if self.organizations.len() >= MAX_ORGANIZATIONS {
            return invalid(
                "name",
                &format!("at most {MAX_ORGANIZATIONS} organizations"),
            );
        }
        if conversations > crate::builder::MAX_CONVERSATIONS {
            let most = crate::builder::MAX_CONVERSATIONS;
            return invalid(
                "conversations",
                &format!("is {conversations}, at most {most}"),
            );
        }
        let Some(first) = self.organizations.first() else {
            return Err(ControlError::not_found("the first organization"));
        };
        // Another seed, so that no id of one organization is one of another's.
        let place = self.organizations.len() as u64;
        let seed = seed.unwrap_or_else(|| first.state.data.seed().wrapping_add(1_000 * place));
        if self
            .organizations
            .iter()
            .any(|it| it.state.data.seed() == seed)
        {
            return invalid("seed", &format!("{seed} is another organization's"));
        }
        let state = State::new(
            Arc::new(Data::new(seed, conversations)),
            first.state.clock.clone(),
            first.state.bot,
            std::iter::once(SHEET.to_owned()),
        );
        self.organizations.push(Organization {
            name: name.to_owned(),
            keys: Vec::new(),
            state,
        });
        let added = self.organizations.len() - 1;
        let keys = match keys.is_empty() {
            true => vec![default_key(seed)],
            false => keys,
        };
        for (at, key) in keys.into_iter().enumerate() {
            let result = self.add_key(added, key);
            if let Err(error) = result {
                self.organizations.pop();
                return Err(error.under(&format!("keys[{at}]")));
            }
        }
        Ok(())
    }

    /// Lets an organization be addressed by a further key.
    pub(crate) fn add_key(&mut self, place: usize, key: String) -> Result<(), ControlError> {
        let invalid = |reason: &str| Err(ControlError::invalid("", reason));
        if !is_key(&key) {
            return invalid("is not visible ASCII, or empty");
        }
        if self.with_key(key.as_bytes()).is_some() {
            return invalid("is in use already");
        }
        let Some(organization) = self.organizations.get_mut(place) else {
            return Err(ControlError::not_found("organization"));
        };
        if organization.keys.len() >= MAX_KEYS {
            return invalid(&format!("an organization has at most {MAX_KEYS} keys"));
        }
        organization.keys.push(key);
        Ok(())
    }

    /// Refuses a key from now on; false when it is not one.
    pub(crate) fn revoke_key(&mut self, key: &str) -> bool {
        let place = self.with_key(key.as_bytes());
        if let Some(organization) = place.and_then(|place| self.organizations.get_mut(place)) {
            organization.keys.retain(|known| known != key);
        }
        place.is_some()
    }
}

/// Returns `true` if a text can be an API key: visible ASCII, not empty.
pub(crate) fn is_key(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_graphic())
}

/// The key of an organization that is not given one.
pub(crate) fn default_key(seed: u64) -> String {
    format!("sandbox-key-{seed:08x}")
}
