//! The limit groups of a client.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use crate::limit::cool_down::CoolDown;
use crate::limit::permits::Permits;

/// Groups that are kept before those without any news are forgotten. A bot that talks in
/// thousands of conversations makes a group of each.
const MAX_IDLE_GROUPS: usize = 1024;

/// What a limit holds for: the limits of the API are counted by key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct GroupKey {
    /// Which of the client's keys, in the order of their setting; `None` for operations without.
    pub(crate) api_key: Option<u64>,
    pub(crate) name: &'static str,
    /// Value of the path parameter that splits the group.
    pub(crate) part: Option<String>,
}

/// What is known of one limit.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) cool_down: CoolDown,
    pub(crate) permits: Arc<Permits>,
}

/// All limits of a client, made when they are first needed.
#[derive(Debug)]
pub(crate) struct Groups {
    map: Mutex<HashMap<GroupKey, Arc<Group>>>,
    max_concurrency: u32,
}

impl Groups {
    pub(crate) fn new(max_concurrency: u32) -> Self {
        Self {
            map: Mutex::default(),
            max_concurrency,
        }
    }

    pub(crate) fn get(&self, key: GroupKey, now: Instant) -> Arc<Group> {
        let mut map = self.map.lock().unwrap_or_else(PoisonError::into_inner);
        if map.len() >= MAX_IDLE_GROUPS && !map.contains_key(&key) {
            map.retain(|_, group| !group.is_idle(now));
        }
        Arc::clone(map.entry(key).or_insert_with(|| {
            Arc::new(Group {
                cool_down: CoolDown::default(),
                permits: Permits::new(self.max_concurrency),
            })
        }))
    }
}

impl Group {
    /// Whether nobody uses this group nor waits for its cool-down.
    fn is_idle(self: &Arc<Self>, now: Instant) -> bool {
        Arc::strong_count(self) == 1 && self.cool_down.is_over(now) && self.permits.is_idle()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn key(api_key: u64, part: usize) -> GroupKey {
        GroupKey {
            api_key: Some(api_key),
            name: "bot-message",
            part: Some(part.to_string()),
        }
    }

    #[test]
    fn a_group_is_the_same_for_the_same_key_name_and_part_only() {
        let (groups, now) = (Groups::new(4), Instant::now());
        let group = groups.get(key(0, 0), now);
        assert!(Arc::ptr_eq(&group, &groups.get(key(0, 0), now)));
        for other in [
            key(1, 0),
            key(0, 1),
            GroupKey {
                name: "default",
                ..key(0, 0)
            },
            GroupKey {
                part: None,
                ..key(0, 0)
            },
            GroupKey {
                api_key: None,
                ..key(0, 0)
            },
        ] {
            assert!(
                !Arc::ptr_eq(&group, &groups.get(other.clone(), now)),
                "{other:?}"
            );
        }
    }

    #[test]
    fn groups_without_news_are_forgotten_and_others_are_kept() {
        let (groups, now) = (Groups::new(4), Instant::now());
        // Handed on as weak references: a strong one would keep its group by itself.
        let held = groups.get(key(0, 0), now);
        held.cool_down.hold(now, Duration::from_secs(60));
        let held = Arc::downgrade(&{ held });
        let shrunk = groups.get(key(0, 1), now);
        shrunk.permits.try_acquire().unwrap().limited();
        let shrunk = Arc::downgrade(&{ shrunk });
        let busy = groups.get(key(0, 5000), now);
        let permit = busy.permits.try_acquire().unwrap();
        let busy = Arc::downgrade(&{ busy });
        for part in 2..5000 {
            drop(groups.get(key(0, part), now));
            assert!(
                groups.map.lock().unwrap().len() <= MAX_IDLE_GROUPS,
                "{part}"
            );
        }
        assert!(held.upgrade().is_some());
        assert!(busy.upgrade().is_some());
        drop(permit);
        // Else every conversation that was ever limited would be remembered.
        assert!(shrunk.upgrade().is_none());
    }
}
