//! Talking to the bot.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{annotations, business};
use crate::bot::CHANNEL;
use crate::model::{Conversation, Sender, Text};
use crate::reply::{Refusal, Reply};
use crate::request::Request;
use crate::store::State;
use crate::timestamp::Timestamp;

/// Most messages that a customer may send in a conversation, as the document says.
const MAX_MESSAGES: usize = 50;
/// Most characters of a subject that is made from a message.
const MAX_SUBJECT_CHARS: usize = 60;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NewBotConversation {
    business_slug: String,
    message: String,
    #[serde(default, rename = "async")]
    asynchronous: bool,
    customer: Option<BotCustomer>,
    #[serde(default)]
    metadata: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct BotCustomer {
    email: Option<String>,
    name: Option<String>,
    phone: Option<String>,
}

#[derive(Deserialize)]
struct NewBotMessage {
    message: String,
    #[serde(default, rename = "async")]
    asynchronous: bool,
}

pub(super) fn start(request: &Request, state: &mut State) -> Result<Reply, Refusal> {
    let body: NewBotConversation = request.read()?;
    let business = business(state, &body.business_slug)?;
    let now = state.clock.tick();
    let metadata = annotations::pairs(body.metadata, now)?;
    state.bot_starts.admit(now).map_err(|wait| {
        Refusal::limited("Rate limit exceeded (100 conversations per hour)", wait)
    })?;
    let (id, public_id) = state.conversations.next_id(now);
    let customer = body
        .customer
        .map(|customer| link(state, &business, customer, id, now));
    let number = state.conversations.add(Conversation {
        subject: body.message.chars().take(MAX_SUBJECT_CHARS).collect(),
        customer_id: customer.map(|number| state.customers.get(number).id),
        metadata,
        via_api: true,
        ..Conversation::new(id, public_id.clone(), business, now)
    });
    state.event(number, "conversation_created", now);
    let ids = json!({ "conversationId": id, "publicId": public_id });
    converse(state, number, &body.message, body.asynchronous, ids)
}

pub(super) fn send(request: &Request, state: &mut State) -> Result<Reply, Refusal> {
    let number = state.conversations.find(request.required("id")?);
    let number = number.ok_or_else(|| Refusal::not_found("Conversation"))?;
    let NewBotMessage {
        message,
        asynchronous,
    } = request.read()?;
    let conversation = state.conversations.get(number);
    if !conversation.via_api {
        let error = "The conversation was not created via the API by your organization";
        return Err(Refusal::new(StatusCode::FORBIDDEN, error));
    }
    let sent = conversation
        .messages
        .iter()
        .filter(|message| message.sender == Sender::Customer);
    if sent.count() >= MAX_MESSAGES {
        // Waiting does not lift a quota, so the response has no Retry-After.
        let error = format!("Message limit exceeded ({MAX_MESSAGES} messages per conversation)");
        return Err(Refusal::new(StatusCode::TOO_MANY_REQUESTS, error));
    }
    converse(state, number, &message, asynchronous, json!({}))
}

/// Stores the customer's message, lets the bot answer, and answers the request in its mode.
fn converse(
    state: &mut State,
    number: u64,
    message: &str,
    asynchronous: bool,
    mut body: Value,
) -> Result<Reply, Refusal> {
    let now = state.clock.tick();
    let channel = Text::Borrowed(CHANNEL);
    let id = state.say(number, Sender::Customer, message.to_owned(), channel, now);
    body["customerMessageId"] = json!(id);
    let answer = state.bot_answer(number, message);
    let (false, Some((text, ready))) = (asynchronous, answer) else {
        return Ok(Reply::data(body));
    };
    let gives_up = now.after(state.bot.gives_up_after);
    // The answer was decided a tick after the message, which is not the bot's slowness.
    if ready.since(state.clock.now()) > state.bot.gives_up_after {
        let timeout = Refusal::new(StatusCode::REQUEST_TIMEOUT, "Bot response timeout");
        return Err(timeout.due(gives_up));
    }
    body["botResponse"] = json!(text);
    Ok(Reply::data(body).due(ready))
}

/// The customer to link: the business's customer with that address, else a new one.
fn link(
    state: &mut State,
    business: &Text,
    given: BotCustomer,
    conversation: Uuid,
    now: Timestamp,
) -> u64 {
    let known = given
        .email
        .as_deref()
        .and_then(|email| state.customers.with_email(business, email));
    let number = known.unwrap_or_else(|| state.customers.add(business.clone(), now));
    state.customers.change(number, |customer| {
        customer.email = given.email.or_else(|| customer.email.take());
        customer.name = given.name.or_else(|| customer.name.take());
        customer.phone = given.phone.or_else(|| customer.phone.take());
        customer.conversation_ids.push(conversation);
    });
    number
}
