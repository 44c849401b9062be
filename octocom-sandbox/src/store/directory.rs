//! Businesses, users, teams and macros.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::data::Data;
use crate::model::{Business, Macro, Team, User};

/// Everything that the organization has and no operation changes.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Directory {
    pub(crate) businesses: Arc<Vec<Business>>,
    pub(crate) users: Arc<Vec<User>>,
    pub(crate) teams: Arc<Vec<Team>>,
    pub(crate) macros: Arc<Vec<Macro>>,
}

impl Directory {
    /// The directory at the start.
    pub(super) fn new(data: &Data) -> Self {
        Self {
            businesses: Arc::new(data.businesses.clone()),
            users: Arc::new(data.users.clone()),
            teams: Arc::new(data.teams.clone()),
            macros: Arc::new(data.macros.clone()),
        }
    }
}

/// A thing that is known by its id.
pub(crate) trait Identified: Clone {
    fn id(&self) -> Uuid;
}

macro_rules! identified {
    ($($kind:ty),*) => {$(
        impl Identified for $kind {
            fn id(&self) -> Uuid {
                self.id
            }
        }
    )*};
}

identified!(Business, User, Team, Macro);

/// Adds a thing at the end, or replaces the one that has its id.
pub(crate) fn put<T: Identified>(things: &mut Arc<Vec<T>>, thing: T) {
    let things = Arc::make_mut(things);
    match things.iter_mut().find(|known| known.id() == thing.id()) {
        Some(known) => *known = thing,
        None => things.push(thing),
    }
}

/// Takes a thing away; false when nothing has this id.
pub(crate) fn remove<T: Identified>(things: &mut Arc<Vec<T>>, id: Uuid) -> bool {
    let known = things.iter().any(|thing| thing.id() == id);
    if known {
        Arc::make_mut(things).retain(|thing| thing.id() != id);
    }
    known
}
