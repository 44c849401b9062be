//! Customers.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::json;

use crate::reply::{Refusal, Reply};
use crate::request::Request;
use crate::schema::is_email;
use crate::store::State;

pub(super) fn list(request: &Request, state: &mut State) -> Result<Reply, Refusal> {
    let (start, end) = request.period()?;
    let customers = &state.customers;
    // A customer without a date matches no filter on dates.
    let matches = |&number: &u64| {
        let at = customers.created_at(number);
        start.is_none_or(|start| at.is_some_and(|at| at >= start))
            && end.is_none_or(|end| at.is_some_and(|at| at <= end))
    };
    let all = 0..customers.count();
    let render = |number| customers.get(number);
    let page = request.page();
    if (start, end) == (None, None) {
        return Ok(Reply::new(
            page.cut(all, |number| render(number).as_ref().clone()),
        ));
    }
    Ok(Reply::new(page.cut(all.filter(matches), |number| {
        render(number).as_ref().clone()
    })))
}

#[derive(Deserialize)]
struct CustomerUpdate {
    name: Option<String>,
    phone: Option<String>,
    email: Option<String>,
    #[serde(default)]
    metadata: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct NewMetadata {
    key: String,
    value: String,
}

pub(super) fn update(request: &Request, state: &mut State) -> Result<Reply, Refusal> {
    let number = of_path(request, state)?;
    let update: CustomerUpdate = request.read()?;
    // The document gives no format here, but customers are listed with one.
    if update
        .email
        .as_deref()
        .is_some_and(|email| !is_email(email))
    {
        return Err(Refusal::invalid("body: /email: not an email address"));
    }
    state.customers.change(number, |customer| {
        customer.name = update.name.or_else(|| customer.name.take());
        customer.phone = update.phone.or_else(|| customer.phone.take());
        customer.email = update.email.or_else(|| customer.email.take());
        customer.metadata.extend(update.metadata);
    });
    let customer = state.customers.get(number);
    let mut shown = json!(*customer);
    shown["metadata"] = json!(customer.metadata);
    Ok(Reply::data(shown))
}

pub(super) fn set_metadata(request: &Request, state: &mut State) -> Result<Reply, Refusal> {
    let number = of_path(request, state)?;
    let NewMetadata { key, value } = request.read()?;
    let told = json!({ "key": key, "value": value });
    state.customers.change(number, |customer| {
        customer.metadata.insert(key, value);
    });
    Ok(Reply::done("Value stored successfully", told))
}

/// The customer that the path names.
fn of_path(request: &Request, state: &State) -> Result<u64, Refusal> {
    let number = state.customers.number(request.uuid("id")?);
    number.ok_or_else(|| Refusal::not_found("Customer"))
}
