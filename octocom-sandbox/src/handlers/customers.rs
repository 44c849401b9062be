//! Customers.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use octocom_api::schema::{Schema, SchemaError};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::reply::{Refusal, Reply};
use crate::request::Request;
use crate::store::State;

pub(super) fn list(request: &Request, state: &mut State) -> Result<Reply, Refusal> {
    let period = request.period()?;
    let behavior = request.behavior;
    let customers = &state.customers;
    let created_at = |number| customers.created_at(number);
    let numbers = behavior.arrange(customers.numbers(), created_at, request.ordinal);
    let render = |number| customers.get(number).listed();
    let page = request.page();
    if period.is_unbounded() {
        return page.cut(numbers, render).map(Reply::new);
    }
    // A customer without a date matches no filter on dates.
    let matches = |&number: &u64| {
        let at = created_at(number);
        at.is_some_and(|at| behavior.is_in(period, at, number))
    };
    page.cut(numbers.filter(matches), render).map(Reply::new)
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
    // The document gives no format here, but customers are listed with one. An empty text is no
    // address and takes the one that is there away.
    let invalid = |email: &str| !email.is_empty() && !is_email(email);
    if update.email.as_deref().is_some_and(invalid) {
        return Err(Refusal::invalid("body: /email: not an email address"));
    }
    state.customers.change(number, |customer| {
        customer.name = update.name.or_else(|| customer.name.take());
        customer.phone = update.phone.or_else(|| customer.phone.take());
        if let Some(email) = update.email {
            customer.email = Some(email).filter(|email| !email.is_empty());
        }
        customer.metadata.extend(update.metadata);
    });
    let customer = state.customers.get(number);
    Ok(Reply::data(&*customer))
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

/// Returns `true` if a text is an email address, by the same rules as `format: email`.
fn is_email(text: &str) -> bool {
    static EMAIL: LazyLock<Result<Schema, SchemaError>> =
        LazyLock::new(|| Schema::of_converted(json!({ "format": "email" })));
    EMAIL
        .as_ref()
        .is_ok_and(|schema| schema.check(&Value::from(text)).is_ok())
}
