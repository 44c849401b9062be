//! Reading conversations and their classification.

use std::time::Duration;

use serde_json::{Value, json};

use super::business;
use crate::behavior::Behavior;
use crate::data::ENTRIES;
use crate::ids::Kind;
use crate::model::{Status, Text};
use crate::reply::{Refusal, Reply};
use crate::request::{Period, Request};
use crate::store::{Conversations, State};
use crate::timestamp::Timestamp;

/// Coarsest unit in which a filter may compare dates, and more.
const SLACK: Duration = Duration::from_secs(2 * 24 * 60 * 60);

pub(super) fn list(request: &Request, state: &mut State) -> Result<Reply, Refusal> {
    let period = request.period()?;
    let status = request.text("status").and_then(Status::named);
    let handed_off = request.flag("handedOff");
    let pair = match (request.text("metadataKey"), request.text("metadataValue")) {
        (None, None) => None,
        (Some(key), Some(value)) => Some((key, value)),
        _ => {
            return Err(Refusal::invalid(
                "metadataKey and metadataValue go together",
            ));
        }
    };
    let conversations = &state.conversations;
    let behavior = request.behavior;
    let now = state.now();
    let numbers = created_in(conversations, period, behavior);
    let created_at = |number| Some(conversations.created_at(number));
    let numbers = behavior.arrange(numbers, created_at, request.ordinal);
    let render = |number| conversations.summary(number, now);
    let page = request.page();
    if (status, handed_off, pair) == (None, None, None) {
        // A range skips to its page at once, a filter has to count.
        return page.cut(numbers, render).map(Reply::new);
    }
    let matches = |&number: &u64| {
        let list_state = conversations.list_state(number);
        status.is_none_or(|status| list_state.status == status)
            && handed_off.is_none_or(|handed_off| list_state.handed_off == handed_off)
            && pair.is_none_or(|(key, value)| conversations.has_pair(number, key, value))
    };
    page.cut(numbers.filter(matches), render).map(Reply::new)
}

/// The conversations that were created in a period, as a server of this behavior compares dates.
fn created_in(
    conversations: &Conversations,
    period: Period,
    behavior: Behavior,
) -> Box<dyn Iterator<Item = u64> + '_> {
    let floor = |micros: i64| Timestamp(micros.div_euclid(1_000));
    let ceiling = |micros: i64| Timestamp(micros.saturating_add(999).div_euclid(1_000));
    let (start, end) = (period.start.map(ceiling), period.end.map(floor));
    if behavior.compares_milliseconds() {
        return conversations.created_between(start, end);
    }
    let start = start.map(|start| start.before(SLACK));
    let end = end.map(|end| end.after(SLACK));
    let near = conversations.created_between(start, end);
    Box::new(near.filter(move |&number| {
        let at = conversations.created_at(number);
        behavior.is_in(period, at, number)
    }))
}

pub(super) fn get(request: &Request, state: &mut State) -> Result<Reply, Refusal> {
    let number = state.conversations.number(request.uuid("id")?);
    let number = number.ok_or_else(|| Refusal::not_found("Conversation"))?;
    Ok(Reply::data(state.detail(number)))
}

impl State {
    /// The detail of a conversation as the API shows it now.
    pub(crate) fn detail(&self, number: u64) -> Value {
        let conversation = self.conversations.get(number);
        let customer = conversation.customer_id;
        let customer = customer.and_then(|id| self.customers.number(id));
        let customer = customer.map(|number| self.customers.get(number).reference());
        let mut detail = conversation.detail(self.now());
        detail["customer"] = customer.unwrap_or(Value::Null);
        detail
    }
}

pub(super) fn list_custom_data(request: &Request, state: &mut State) -> Result<Reply, Refusal> {
    let business = business(state, request.required("businessSlug")?)?;
    let key = request.text("key");
    let period = request.period()?;
    let behavior = request.behavior;
    let conversations = &state.conversations;
    let numbers = conversations
        .numbers()
        .filter(|&number| conversations.business(number) == business);
    // Only keys are needed to count up to the page; values are made for the page itself.
    let items = numbers.flat_map(|number| {
        let keys = (0_usize..).zip(conversations.collected_keys(number));
        keys.map(move |(place, (key, at))| (number, place, key, at))
    });
    let items = items
        .filter(|(_, _, found, _)| key.is_none_or(|key| found == key))
        .filter(|&(number, _, _, at)| period.is_unbounded() || behavior.is_in(period, at, number));
    let ids = state.data.ids(Kind::CustomData);
    let render = |(number, place, key, at): (u64, usize, Text, Timestamp)| {
        let collected = conversations.collected(number);
        json!({
            "id": ids.id(number * ENTRIES + place as u64),
            "conversationId": conversations.id(number),
            "key": key,
            "value": collected.get(place).map(|data| &data.value),
            "createdAt": at,
        })
    };
    request.page().cut(items, render).map(Reply::new)
}
