//! Recent conversations of a customer, who is given by id, email or a conversation.

use futures_util::{StreamExt as _, stream};
use octocom_api::operations;
use octocom_ext::Uuid;
use serde_json::{Map, Value, json};

use super::{Composed, text};
use crate::arguments::{CORRECT, View};
use crate::failure::Failure;
use crate::reads::{call, show};
use crate::server::Inner;

/// Customers of a page.
const PAGE: u64 = 50;
/// Conversations that are fetched, and those at once.
const MOST_CONVERSATIONS: usize = 20;
const AT_ONCE: usize = 4;
/// Fields of a conversation that the result has.
const FIELDS: [&str; 9] = [
    "id",
    "publicId",
    "businessSlug",
    "subject",
    "createdAt",
    "closedAt",
    "handedOffAt",
    "topics",
    "tags",
];

/// The customer that is looked for.
enum Wanted {
    Id(String),
    Email(String),
}

impl Wanted {
    fn is(&self, customer: &Map<String, Value>) -> bool {
        let (field, wanted) = match self {
            Self::Id(id) => ("id", id),
            Self::Email(email) => ("email", email),
        };
        let value = customer.get(field).and_then(Value::as_str);
        value.is_some_and(|value| value.eq_ignore_ascii_case(wanted))
    }
}

pub(super) async fn run(
    server: &Inner,
    view: View,
    arguments: &Map<String, Value>,
) -> Result<Value, Failure> {
    let most = PAGE * Composed::Customer.max_pages(arguments)?;
    let given = (
        text(arguments, "customerId")?,
        text(arguments, "email")?,
        text(arguments, "conversationId")?,
    );
    let wanted = match given {
        (Some(id), None, None) => Wanted::Id(id.to_owned()),
        (None, Some(email), None) => Wanted::Email(email.to_owned()),
        (None, None, Some(_)) => {
            let id = arguments.get("conversationId");
            let id = server.scope.uuid("conversationId", id)?;
            let conversation = server.scope.conversation(&server.client, id).await?;
            match conversation["customer"]["id"].as_str() {
                Some(customer) => Wanted::Id(customer.to_owned()),
                None => {
                    return Err(Failure::new(
                        "not_found",
                        "the conversation names no customer",
                        "search by email, or take another conversation",
                    ));
                }
            }
        }
        _ => {
            return Err(Failure::arguments(
                "give exactly one of `customerId`, `email` and `conversationId`",
                CORRECT,
            ));
        }
    };
    let (customers, scanned, is_whole) = find(server, &wanted, most).await?;
    let ids = customers
        .iter()
        .flat_map(|customer| customer["conversationIds"].as_array().into_iter().flatten())
        .filter_map(|id| Uuid::try_parse(id.as_str()?).ok());
    let ids: Vec<_> = ids.collect();
    let count = ids.len();
    // The API does not say in which order the ids are, so the result says if some were left out.
    let (ids, is_all) = match count > MOST_FETCHED {
        true => (ids[count - MOST_FETCHED..].to_vec(), false),
        false => (ids, true),
    };
    let fetched = stream::iter(ids)
        .map(|id| server.scope.conversation(&server.client, id))
        .buffered(AT_ONCE)
        .collect::<Vec<_>>()
        .await;
    let mut conversations = Vec::new();
    for conversation in fetched {
        match conversation {
            Ok(conversation) => conversations.push(part(&conversation, &FIELDS)),
            // Gone, or of another business than the customer.
            Err(failure) if ["not_found", "refused"].contains(&failure.kind) => {}
            Err(failure) => return Err(failure),
        }
    }
    conversations.sort_by(|one, other| other["createdAt"].as_str().cmp(&one["createdAt"].as_str()));
    conversations.truncate(MOST_CONVERSATIONS);
    let customers: Vec<_> = customers
        .iter()
        .map(|customer| {
            part(
                customer,
                &["id", "name", "email", "businessSlug", "createdAt"],
            )
        })
        .collect();
    let answer = json!({
        "customers": customers,
        "conversations": conversations,
        "conversations_of_customer": count,
        "newest_of_all": is_all,
        "customers_scanned": scanned,
        "all_customers_scanned": is_whole,
    });
    show(server, &operations::GET_CONVERSATION, view, answer)
}

/// Most conversations of a customer that are fetched to find the newest.
const MOST_FETCHED: usize = 50;

/// Looks through the customers. Returns those that match, how many were looked at, and whether that
/// was all there was to look at: an id is found once, an email perhaps in several businesses.
async fn find(
    server: &Inner,
    wanted: &Wanted,
    most: u64,
) -> Result<(Vec<Value>, u64, bool), Failure> {
    let operation = &operations::LIST_CUSTOMERS;
    let list = call(&server.client, operation, Map::new())?;
    let list = list.list().map_err(|error| Failure::call(&error))?;
    let mut stream = list.max_items(most).stream();
    let (mut found, mut scanned) = (Vec::new(), 0);
    while let Some(customer) = stream.next().await {
        scanned += 1;
        match customer {
            Ok(customer) if wanted.is(&customer) && server.scope.admits(operation, &customer) => {
                found.push(Value::Object(customer.into_value()));
                if matches!(wanted, Wanted::Id(_)) {
                    return Ok((found, scanned, true));
                }
            }
            Err(error) if !error.is_item() => return Err(Failure::call(&error)),
            _ => {}
        }
    }
    Ok((found, scanned, scanned < most))
}

fn part(value: &Value, names: &[&str]) -> Value {
    let members = names
        .iter()
        .map(|name| ((*name).to_owned(), value[name].clone()));
    Value::Object(members.collect())
}
