//! The limit groups of a client, and the state of each limit of the server.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use octocom_api::Operation;
use tokio::sync::Notify;

use crate::limiter::concurrency::Concurrency;
use crate::limiter::cool_down::CoolDown;
use crate::limiter::learned_rate::LearnedRate;

/// Time for which a success of one operation says that the limit group as a whole is open.
const FRESH: Duration = Duration::from_secs(60);
/// Groups that are kept before those without any news are forgotten. A bot that talks in
/// thousands of conversations makes a group of each.
const MAX_IDLE_GROUPS: usize = 1024;

/// The scope of a limit. The API counts its limits by key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct GroupKey {
    /// Number of the client's key, in the order of their setting; `None` for operations without.
    pub(crate) api_key: Option<u64>,
    pub(crate) name: &'static str,
    /// Value of the path parameter that splits the group.
    pub(crate) part: Option<String>,
}

/// One limit of the server, and those of single operations within it.
#[derive(Debug)]
pub(crate) struct Group {
    pub(super) throttle: Throttle,
    pub(super) concurrency: Arc<Concurrency>,
    operations: Mutex<HashMap<&'static str, OperationLimit>>,
    starts: AtomicU64,
    is_retired: AtomicBool,
}

/// The limit of one operation of a group.
#[derive(Debug, Default)]
struct OperationLimit {
    throttle: Arc<Throttle>,
    newest: Option<Newest>,
}

/// The answer to the latest start of an operation.
#[derive(Debug, Clone, Copy)]
struct Newest {
    start: u64,
    accepted: bool,
    at: Instant,
}

/// All limits of a client, made when they are first needed.
#[derive(Debug)]
pub(crate) struct Groups {
    map: Mutex<HashMap<GroupKey, Arc<Group>>>,
    max_concurrency: u32,
    tickets: AtomicU64,
}

impl Groups {
    pub(crate) fn new(max_concurrency: u32) -> Self {
        Self {
            map: Mutex::default(),
            max_concurrency,
            tickets: AtomicU64::new(0),
        }
    }

    /// Returns the next number of a call. Older calls go first after a cool-down.
    pub(crate) fn ticket(&self) -> u64 {
        self.tickets.fetch_add(1, Ordering::Relaxed)
    }

    /// Forgets the groups of a key that was replaced. Calls that wait in them look again.
    pub(crate) fn retire(&self, api_key: u64) {
        let mut map = self.map.lock().unwrap_or_else(PoisonError::into_inner);
        map.retain(|key, group| {
            let is_kept = key.api_key != Some(api_key);
            if !is_kept {
                group.is_retired.store(true, Ordering::Relaxed);
                group.throttle.changed.notify_waiters();
                for limit in group.operations().values() {
                    limit.throttle.changed.notify_waiters();
                }
            }
            is_kept
        });
    }

    /// Returns the group with this key. `now` decides which groups are idle and can be forgotten.
    pub(crate) fn get(&self, key: GroupKey, now: Instant) -> Arc<Group> {
        let mut map = self.map.lock().unwrap_or_else(PoisonError::into_inner);
        if map.len() >= MAX_IDLE_GROUPS && !map.contains_key(&key) {
            map.retain(|_, group| !group.is_idle(now));
        }
        let group = map
            .entry(key)
            .or_insert_with(|| Arc::new(Group::new(self.max_concurrency)));
        Arc::clone(group)
    }
}

impl Group {
    pub(super) fn new(max_concurrency: u32) -> Self {
        Self {
            throttle: Throttle::default(),
            concurrency: Concurrency::new(max_concurrency),
            operations: Mutex::default(),
            starts: AtomicU64::new(0),
            is_retired: AtomicBool::new(false),
        }
    }

    /// Returns `true` if the key of this group was replaced.
    pub(super) fn is_retired(&self) -> bool {
        self.is_retired.load(Ordering::Relaxed)
    }

    /// Returns the throttle of one operation.
    pub(super) fn operation(&self, operation: &Operation) -> Arc<Throttle> {
        Arc::clone(&self.operations().entry(operation.id).or_default().throttle)
    }

    /// Counts a start and returns its number, from 1.
    pub(super) fn count_start(&self) -> u64 {
        self.starts
            .fetch_add(1, Ordering::Relaxed)
            .saturating_add(1)
    }

    /// Returns the number of the latest start.
    pub(super) fn starts(&self) -> u64 {
        self.starts.load(Ordering::Relaxed)
    }

    /// Records the answer to start number `start` of an operation.
    pub(super) fn record(&self, operation: &Operation, start: u64, accepted: bool, at: Instant) {
        let mut operations = self.operations();
        let newest = &mut operations.entry(operation.id).or_default().newest;
        if newest.is_none_or(|newest| newest.start < start) {
            *newest = Some(Newest {
                start,
                accepted,
                at,
            });
        }
    }

    /// Returns `true` if a refusal that names no delay concerns this operation only: it has a
    /// quota of its own, or the server accepts other operations of the group meanwhile.
    pub(super) fn is_refused_alone(&self, operation: &Operation, now: Instant) -> bool {
        let is_open = |limit: &OperationLimit| {
            limit.newest.is_some_and(|newest| {
                newest.accepted && now.saturating_duration_since(newest.at) <= FRESH
            })
        };
        operation.quota.is_some()
            || self
                .operations()
                .iter()
                .any(|(id, limit)| *id != operation.id && is_open(limit))
    }

    fn operations(&self) -> MutexGuard<'_, HashMap<&'static str, OperationLimit>> {
        self.operations
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns `true` if nobody uses this group nor waits for its cool-down.
    fn is_idle(self: &Arc<Self>, now: Instant) -> bool {
        Arc::strong_count(self) == 1
            && self.throttle.is_idle(now)
            && self.concurrency.is_idle()
            && self
                .operations()
                .values()
                .all(|limit| limit.throttle.is_idle(now))
    }
}

/// The throttle of a limit group, or of one operation in it.
#[derive(Debug, Default)]
pub(super) struct Throttle {
    state: Mutex<State>,
    /// Held by the call that starts next. First come, first served; a call that is dropped leaves
    /// the queue.
    pub(super) turnstile: tokio::sync::Mutex<()>,
    /// Tells waiting calls that they have to look again.
    pub(super) changed: Notify,
}

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) cool_down: CoolDown,
    pub(super) rate: LearnedRate,
}

/// A refusal, as the throttle takes it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Refusal {
    /// Number of the start that was refused.
    pub(super) start: u64,
    /// Starts of the group so far.
    pub(super) starts: u64,
    /// The delay that the server named.
    pub(super) delay: Option<Duration>,
    /// It was a 429, which says how many requests are too many.
    pub(super) is_rate: bool,
}

impl Throttle {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Holds calls back because of an answer.
    pub(super) fn refuse(&self, now: Instant, refusal: Refusal) {
        let Refusal {
            start,
            starts,
            delay,
            is_rate,
        } = refusal;
        let mut state = self.state();
        let is_new = state.cool_down.is_new(start);
        let changed = state.cool_down.refuse(now, start, starts, delay);
        if is_rate {
            let rest = state.cool_down.rest(now);
            let named = delay.is_some();
            state.rate.refuse(now, rest, named, is_new || changed);
        }
        drop(state);
        if changed {
            self.changed.notify_waiters();
        }
    }

    /// Records that the server accepted a request.
    pub(super) fn accept(&self, now: Instant, start: u64, is_probe: bool) {
        let mut state = self.state();
        let is_new = state.cool_down.is_new(start);
        let opened = state.cool_down.accept(start, is_probe);
        let faster = state.rate.accept(now, is_new);
        drop(state);
        if opened || faster {
            self.changed.notify_waiters();
        }
    }

    /// Returns `true` if nothing is held back.
    pub(super) fn is_idle(&self, now: Instant) -> bool {
        self.state().cool_down.rest(now).is_zero()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limiter::groups::Refusal;

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
        let refusal = Refusal {
            start: held.count_start(),
            starts: 1,
            delay: Some(Duration::from_secs(60)),
            is_rate: true,
        };
        held.throttle.refuse(now, refusal);
        let held = Arc::downgrade(&{ held });
        let shrunk = groups.get(key(0, 1), now);
        shrunk.concurrency.try_acquire().unwrap().limited();
        let shrunk = Arc::downgrade(&{ shrunk });
        let busy = groups.get(key(0, 5000), now);
        let permit = busy.concurrency.try_acquire().unwrap();
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
