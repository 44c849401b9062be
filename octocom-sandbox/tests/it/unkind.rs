//! Servers that differ where the document is silent.

use std::collections::BTreeSet;

use octocom_sandbox::{Behavior, Bound, FilterPrecision, PastTheEnd, Rounding, Sandbox, Ties};
use serde_json::{Value, json};

use crate::api::{Api, error};

async fn server(behavior: Behavior) -> Api {
    let builder = Sandbox::builder().conversations(260).seed(7);
    Api::start(builder.behavior(behavior)).await
}

fn ids(items: &[Value]) -> Vec<String> {
    let id = |item: &Value| item["id"].as_str().unwrap().to_owned();
    items.iter().map(id).collect()
}

/// The conversations that share their date with another, in the order of the list.
fn tied(items: &[Value]) -> Vec<&Value> {
    let shared = |item: &&Value| {
        let same = items
            .iter()
            .filter(|it| it["createdAt"] == item["createdAt"]);
        same.count() > 1
    };
    items.iter().filter(shared).collect()
}

#[tokio::test]
async fn ties_are_stable_reversed_or_another_order_in_each_request() {
    let mut behavior = Behavior::default();
    let stable = server(behavior).await.all("/conversations").await;
    assert!(tied(&stable).len() > 10);
    behavior.ties = Ties::Reversed;
    let reversed = server(behavior).await.all("/conversations").await;
    assert_ne!(ids(&stable), ids(&reversed));
    behavior.ties = Ties::Random;
    let random = server(behavior).await;
    let once = random.all("/conversations").await;
    let twice = random.all("/conversations").await;
    assert_ne!(ids(&once), ids(&twice));
    for other in [&reversed, &once, &twice] {
        let dates = |items: &[Value]| -> Vec<Value> {
            items.iter().map(|item| item["createdAt"].clone()).collect()
        };
        assert_eq!(dates(other), dates(&stable));
    }
    let set = |items: &[Value]| BTreeSet::from_iter(ids(items));
    assert_eq!(set(&reversed), set(&stable));
}

/// Counts the conversations that a filter on exactly their own date finds.
async fn found_by_own_date(api: &Api) -> usize {
    let mut found = 0;
    for item in api.read("/conversations").await["data"].as_array().unwrap() {
        let at = item["createdAt"].as_str().unwrap();
        let path = format!("/conversations?startDate={at}&endDate={at}");
        found +=
            usize::from(ids(&api.all(&path).await).contains(&ids(std::slice::from_ref(item))[0]));
    }
    found
}

#[tokio::test]
async fn filters_compare_in_units_that_are_not_those_that_are_printed() {
    let mut behavior = Behavior::default();
    assert_eq!(found_by_own_date(&server(behavior).await).await, 50);
    behavior.filter_precision = FilterPrecision::Microseconds;
    for rounding in [Rounding::Down, Rounding::Nearest, Rounding::Up] {
        behavior.rounding = rounding;
        assert!(found_by_own_date(&server(behavior).await).await <= 2);
    }
    // Cut off, all lie after their printed date; rounded up, all before.
    let first = async |rounding, parameter: &str| {
        let mut behavior = behavior;
        behavior.rounding = rounding;
        let api = server(behavior).await;
        let first = api.read("/conversations").await["data"][0].clone();
        let at = first["createdAt"].as_str().unwrap();
        let listed = api.all(&format!("/conversations?{parameter}={at}")).await;
        ids(&listed).contains(&ids(&[first])[0])
    };
    assert!(first(Rounding::Down, "startDate").await);
    assert!(!first(Rounding::Down, "endDate").await);
    assert!(!first(Rounding::Up, "startDate").await);
    assert!(first(Rounding::Up, "endDate").await);
}

#[tokio::test]
async fn days_and_bounds_take_in_more_or_less() {
    let count = async |behavior: Behavior, query: &str| {
        let api = server(behavior).await;
        let path = format!("/conversations?{query}");
        api.all(&path).await.len()
    };
    let day = "startDate=2024-06-01T12:00:00Z&endDate=2024-06-03T12:00:00Z";
    let whole = "startDate=2024-06-01T00:00:00Z&endDate=2024-06-03T23:59:59.999Z";
    let kind = Behavior::default();
    let mut days = kind;
    days.filter_precision = FilterPrecision::Days;
    assert_eq!(count(days, day).await, count(kind, whole).await);

    let api = server(kind).await;
    let at = api.read("/conversations").await["data"][0]["createdAt"].clone();
    let at = at.as_str().unwrap();
    let same = api
        .all(&format!("/conversations?startDate={at}&endDate={at}"))
        .await
        .len();
    let from = format!("startDate={at}");
    let mut exclusive = kind;
    exclusive.start_date = Bound::Exclusive;
    assert_eq!(
        count(exclusive, &from).await,
        count(kind, &from).await - same
    );
    let until = format!("endDate={at}");
    exclusive.end_date = Bound::Exclusive;
    assert_eq!(count(exclusive, &until).await, 0);
    assert_eq!(count(kind, &until).await, same);
}

#[tokio::test]
async fn a_page_past_the_end_is_empty_the_last_one_or_not_found() {
    let mut behavior = Behavior::default();
    let page = "/conversations?page=9";
    assert_eq!(server(behavior).await.read(page).await["data"], json!([]));
    behavior.past_the_end = PastTheEnd::LastPage;
    let last = server(behavior).await;
    assert_eq!(
        last.read(page).await,
        last.read("/conversations?page=6").await
    );
    behavior.past_the_end = PastTheEnd::NotFound;
    let refusing = server(behavior).await;
    let refused = (404, "Page not found".to_owned());
    assert_eq!(error(refusing.get(page).await), refused);
    assert_eq!(
        refusing.read("/conversations?page=6").await["pagination"]["hasMore"],
        false
    );
    // An empty list has a first page.
    let empty = refusing
        .read("/conversations?endDate=2000-01-01T00:00:00Z")
        .await;
    assert_eq!(empty["data"], json!([]));
}

#[tokio::test]
async fn behavior_changes_at_run_time() {
    let api = server(Behavior::default()).await;
    let mut behavior = api.sandbox.control().behavior();
    behavior.past_the_end = PastTheEnd::NotFound;
    api.sandbox.control().set_behavior(behavior);
    assert_eq!(api.get("/users?page=9").await.0, 404);
}
