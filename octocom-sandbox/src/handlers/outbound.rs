//! Outbound email.

use serde::Deserialize;
use serde_json::json;

use super::business;
use crate::model::{Conversation, Sender};
use crate::record;
use crate::reply::{Refusal, Reply};
use crate::request::Request;
use crate::store::State;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OutboundEmail {
    business_slug: String,
    to: String,
    subject: String,
    text: String,
    customer_name: Option<String>,
    #[serde(default)]
    tags: Vec<String>,
}

pub(super) fn send(request: &Request, state: &mut State) -> Result<Reply, Refusal> {
    let mut email: OutboundEmail = request.read()?;
    let business = business(state, &email.business_slug)?;
    if !state.business(&business).is_some_and(|it| it.sends_email) {
        return Err(Refusal::invalid("The business has no email integration"));
    }
    let mut seen = std::collections::BTreeSet::new();
    email.tags.retain(|tag| seen.insert(tag.clone()));
    for tag in &email.tags {
        state.tag(tag);
    }
    let now = state.clock.tick();
    let (id, public_id) = state.conversations.next_id(now);
    let customer = state.customers.with_email(&business, &email.to);
    let customer = customer.unwrap_or_else(|| state.customers.add(business.clone(), now));
    state.customers.change(customer, |customer| {
        customer.email = Some(email.to.clone());
        customer.name = customer.name.take().or_else(|| email.customer_name.clone());
        customer.conversation_ids.push(id);
    });
    let number = state.conversations.add(Conversation {
        handed_off_at: Some(now),
        subject: email.subject.clone(),
        customer_id: Some(state.customers.get(customer).id),
        tags: email.tags.clone(),
        is_outbound: true,
        via_api: true,
        ..Conversation::new(id, public_id.clone(), business.clone(), now)
    });
    state.event(number, "conversation_created", now);
    state.event(number, "handed_off", now);
    state.say(
        number,
        Sender::Agent,
        email.text.clone(),
        "email".into(),
        now,
    );
    state.outbox_mut().push(record::OutboundEmail {
        conversation_id: id,
        business_slug: business.into_owned(),
        to: email.to,
        subject: email.subject,
        text: email.text,
        customer_name: email.customer_name,
        tags: email.tags,
    });
    Ok(Reply::new(
        json!({ "success": true, "conversationId": id, "publicId": public_id }),
    ))
}
