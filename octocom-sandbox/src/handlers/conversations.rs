//! Reading conversations and their classification.

use serde_json::{Value, json};

use super::business;
use crate::data::{Data, ENTRIES};
use crate::ids::Kind;
use crate::model::Status;
use crate::reply::{Refusal, Reply};
use crate::request::Request;
use crate::store::State;

pub(super) fn list(request: &Request, state: &mut State) -> Result<Reply, Refusal> {
    let (start, end) = request.period()?;
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
    let now = state.now();
    let period = conversations.created_between(start, end);
    let render = |number| conversations.summary(number, now);
    let page = request.page();
    if (status, handed_off, pair) == (None, None, None) {
        // A range skips to its page at once, a filter has to count.
        return Ok(Reply::new(page.cut(period, render)));
    }
    let matches = |&number: &u64| {
        let standing = conversations.standing(number);
        status.is_none_or(|status| standing.status == status)
            && handed_off.is_none_or(|handed_off| standing.handed_off == handed_off)
            && pair.is_none_or(|(key, value)| conversations.has_pair(number, key, value))
    };
    Ok(Reply::new(page.cut(period.filter(matches), render)))
}

pub(super) fn get(request: &Request, state: &mut State) -> Result<Reply, Refusal> {
    let number = state.conversations.number(request.uuid("id")?);
    let number = number.ok_or_else(|| Refusal::not_found("Conversation"))?;
    let conversation = state.conversations.get(number);
    let customer = conversation
        .customer
        .map(|customer| state.customers.get(customer).reference());
    let now = state.now();
    let mut detail = json!(*conversation);
    detail["customer"] = customer.unwrap_or(Value::Null);
    // A reply that is still to come is not there yet, nor what the bot did for it.
    let calls = conversation
        .bot_function_calls
        .iter()
        .filter(|call| call.created_at <= now);
    detail["botFunctionCalls"] = json!(calls.collect::<Vec<_>>());
    let seen = conversation
        .messages
        .iter()
        .filter(|message| message.created_at <= now);
    detail["messages"] = json!(seen.collect::<Vec<_>>());
    Ok(Reply::data(detail))
}

pub(super) fn list_custom_data(request: &Request, state: &mut State) -> Result<Reply, Refusal> {
    let business = business(state, request.required("businessSlug")?)?;
    let key = request.text("key");
    let (start, end) = request.period()?;
    let conversations = &state.conversations;
    let classified = |number| Data::classified_at(conversations.created_at(number));
    let numbers = conversations
        .numbers()
        .filter(|&number| start.is_none_or(|start| classified(number) >= start))
        .filter(|&number| end.is_none_or(|end| classified(number) <= end))
        .filter(|&number| conversations.business(number) == business);
    // Only keys are needed to count up to the page; values are made for the page itself.
    let items = numbers.flat_map(|number| {
        let keys = (0_usize..).zip(conversations.collected_keys(number));
        keys.map(move |(place, found)| (number, place, *found))
    });
    let items = items.filter(|(_, _, found)| key.is_none_or(|key| *found == key));
    let ids = state.data.ids(Kind::CustomData);
    let render = |(number, place, key): (u64, usize, &str)| {
        let collected = state.data.collected(number);
        json!({
            "id": ids.id(number * ENTRIES + place as u64),
            "conversationId": state.data.conversation_id(number),
            "key": key,
            "value": collected.get(place).map(|data| &data.value),
            "createdAt": classified(number),
        })
    };
    Ok(Reply::new(request.page().cut(items, render)))
}
