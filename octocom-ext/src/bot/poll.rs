//! Asking again and again until a conversation has what is waited for.

use std::time::Duration;

use uuid::Uuid;

use super::snapshot::Snapshot;
use crate::client::Client;
use crate::error::Error;
use crate::retry::Backoff;

/// Delays between two looks: half a second, doubling to 5 seconds. The bot takes a few seconds as a
/// rule; somebody is waiting, and the API's limit on requests is not known.
const DELAYS: Backoff = Backoff {
    initial: Duration::from_millis(500),
    max: Duration::from_secs(5),
};
/// Time for the last snapshot, which is taken when the deadline is over.
const LAST_LOOK: Duration = Duration::from_secs(5);
/// Looks in a row that may find no conversation: a server that answers from a copy of its data
/// shows
/// a new one late, but not as late as after these, 7.5 seconds.
const MAX_MISSING: u32 = 4;

/// Looks at a conversation until `find` finds something in it; `None` at the deadline.
///
/// # Errors
///
/// The error of a snapshot that is not going to pass; else the last failure, when the time is over
/// before a look has succeeded after it.
pub(super) async fn poll<T>(
    client: &Client,
    id: Uuid,
    deadline: Duration,
    mut find: impl FnMut(&Snapshot) -> Option<T>,
) -> Result<Option<T>, Error> {
    let started = client.now();
    let left = || deadline.saturating_sub(client.now().saturating_duration_since(started));
    let mut looks: u32 = 0;
    let mut missing: u32 = 0;
    loop {
        let in_time = client.within(left().max(LAST_LOOK));
        let failure = match Snapshot::fetch(&in_time, id).await {
            Ok(snapshot) => {
                missing = 0;
                if let Some(found) = find(&snapshot) {
                    return Ok(Some(found));
                }
                None
            }
            Err(error) if error.is_not_found() && missing < MAX_MISSING => {
                missing += 1;
                Some(error)
            }
            Err(error) if error.is_retryable() => Some(error),
            Err(error) => return Err(error),
        };
        let left = left();
        if left.is_zero() {
            return failure.map_or(Ok(None), Err);
        }
        looks = looks.saturating_add(1);
        client.sleeper().sleep(DELAYS.bound(looks).min(left)).await;
    }
}
