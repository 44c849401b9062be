//! Asking again and again until a conversation has what is waited for.

use std::time::Duration;

use octocom_api::types::Conversation;
use uuid::Uuid;

use crate::client::Client;
use crate::conversations;
use crate::error::Error;
use crate::retry::Backoff;

/// Delays between two looks: half a second, doubling to 5 seconds. The bot takes a few seconds as a
/// rule; somebody is waiting, and the API's limit on requests is not known.
const DELAYS: Backoff = Backoff {
    initial: Duration::from_millis(500),
    max: Duration::from_secs(5),
};
/// Time for the last look, which is taken when the deadline is over.
const LAST_LOOK: Duration = Duration::from_secs(5);

/// Looks at a conversation until `find` finds something in it; `None` at the deadline.
pub(super) async fn poll<T>(
    client: &Client,
    id: Uuid,
    deadline: Duration,
    mut find: impl FnMut(&Conversation) -> Option<T>,
) -> Result<Option<T>, Error> {
    let started = client.now();
    let left = || deadline.saturating_sub(client.now().saturating_duration_since(started));
    let mut looks: u32 = 0;
    loop {
        let in_time = client.within(left().max(LAST_LOOK));
        let conversation = conversations::fetch(&in_time, id).await?;
        if let Some(found) = find(&conversation) {
            return Ok(Some(found));
        }
        let left = left();
        if left.is_zero() {
            return Ok(None);
        }
        looks = looks.saturating_add(1);
        client.sleeper().sleep(DELAYS.bound(looks).min(left)).await;
    }
}
