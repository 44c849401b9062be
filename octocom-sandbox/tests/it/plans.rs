//! Faults by plan: which requests, in which order, for how long.

use std::time::Duration;

use octocom_sandbox::{Fault, FaultPlan, RequestFilter, Sandbox};
use reqwest::Method;
use serde_json::json;

use crate::api::{Api, api, send};

fn fault(text: &str) -> Fault {
    text.parse().unwrap()
}

async fn status(api: &Api, path: &str) -> u16 {
    api.get(path).await.0
}

#[tokio::test]
async fn the_next_requests_of_an_operation_fail_and_no_others() {
    let api = api().await;
    let control = api.sandbox.control();
    let plan = FaultPlan::on("list_users").times(2, fault("status=503"));
    let id = control.add_plan(plan).unwrap();
    let mut statuses = Vec::new();
    for path in ["/users", "/teams", "/users", "/users"] {
        statuses.push(status(&api, path).await);
    }
    assert_eq!(statuses, [503, 200, 503, 200]);
    let plan = &control.plans()[0];
    let told = (plan.id, plan.matched, plan.struck, plan.finished);
    assert_eq!(told, (id, 2, 2, true));
}

#[tokio::test]
async fn a_scenario_goes_through_its_steps_in_the_sandboxs_time() {
    let api = api().await;
    let control = api.sandbox.control();
    let plan = FaultPlan::on("list_users")
        .times(2, fault("status=503"))
        .works(1)
        .during(Duration::from_secs(3), fault("rate-limit=1"));
    control.add_plan(plan).unwrap();
    let mut statuses = Vec::new();
    for _ in 0..5 {
        statuses.push(status(&api, "/users").await);
    }
    assert_eq!(statuses, [503, 503, 200, 429, 429]);
    control.advance(Duration::from_secs(3));
    assert_eq!(status(&api, "/users").await, 200);
}

#[tokio::test]
async fn one_page_of_a_list_fails() {
    let api = api().await;
    let control = api.sandbox.control();
    let on = |page: &str| FaultPlan::on("list_conversations").query("page", page);
    control
        .add_plan(on("3").times(1, fault("status=500")))
        .unwrap();
    // A request that leaves the page out asks for the first.
    control
        .add_plan(on("1").times(1, fault("html=502")))
        .unwrap();
    let mut statuses = Vec::new();
    for path in ["?page=2", "?page=3", "?page=3"] {
        statuses.push(status(&api, &format!("/conversations{path}")).await);
    }
    assert_eq!(statuses, [200, 500, 200]);
    let first = api.request(Method::GET, "/conversations").send().await;
    assert_eq!(first.unwrap().status(), 502);
}

#[tokio::test]
async fn a_plan_matches_by_body_and_by_path() {
    let api = api().await;
    let control = api.sandbox.control();
    let plan = FaultPlan::on("add_conversation_tag").body(json!({"tag": "vip"}));
    control
        .add_plan(plan.always(fault("status=500; before")))
        .unwrap();
    let tag = |tag: &str| {
        let body = json!({"conversationId": "CONV-2024-000001", "tag": tag});
        send(api.request(Method::POST, "/conversations/tags").json(&body))
    };
    assert_eq!(tag("vip").await.0, 500);
    assert_eq!(tag("other").await.0, 200);
    control.clear_plans();
    assert_eq!(tag("vip").await.0, 200);

    let plan = FaultPlan::on_everything().path("/rest/v1/conversations/*");
    control.add_plan(plan.always(fault("status=500"))).unwrap();
    let id = api.read("/conversations").await["data"][0]["id"].clone();
    let id = id.as_str().unwrap();
    assert_eq!(status(&api, &format!("/conversations/{id}")).await, 500);
    let metadata = format!("/conversations/{id}/metadata");
    assert_eq!(status(&api, &metadata).await, 200);
}

#[tokio::test]
async fn the_oldest_plan_decides_and_the_header_goes_before_every_plan() {
    let api = api().await;
    let control = api.sandbox.control();
    for (count, text) in [(1, "status=500"), (1, "status=502")] {
        let plan = FaultPlan::on("list_users").times(count, fault(text));
        control.add_plan(plan).unwrap();
    }
    let request = api
        .request(Method::GET, "/users")
        .header(octocom_sandbox::FAULT_HEADER, "status=504");
    assert_eq!(send(request).await.0, 504);
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(status(&api, "/users").await);
    }
    assert_eq!(statuses, [500, 502, 200]);
}

#[tokio::test]
async fn a_removed_plan_decides_about_nothing_and_a_step_that_works_spares_the_share() {
    let builder = Sandbox::builder().conversations(10).faults(1.0);
    let api = Api::start(builder.fault_kinds([fault("status=503")])).await;
    let control = api.sandbox.control();
    let id = control
        .add_plan(FaultPlan::on("list_users").works(2))
        .unwrap();
    assert_eq!(status(&api, "/users").await, 200);
    assert!(control.remove_plan(id));
    assert!(!control.remove_plan(id));
    assert_eq!(status(&api, "/users").await, 503);
}

#[tokio::test]
async fn a_plan_that_is_refused_changes_nothing() {
    let api = api().await;
    let control = api.sandbox.control();
    let plan = FaultPlan::on("list_everything").times(1, fault("reset"));
    let error = control.add_plan(plan).unwrap_err();
    assert_eq!(error.field(), Some("operation"));
    assert!(control.plans().is_empty());
}

#[tokio::test]
async fn a_request_that_the_client_gave_up_is_recorded_without_a_status() {
    let api = api().await;
    let control = api.sandbox.control();
    let plan = FaultPlan::on("list_users").times(1, fault("hang"));
    control.add_plan(plan).unwrap();
    let given_up = api.request(Method::GET, "/users");
    let given_up = given_up.timeout(Duration::from_millis(50)).send().await;
    assert!(given_up.unwrap_err().is_timeout());
    let all = RequestFilter::all();
    while control.requests(&all).is_empty() {
        tokio::task::yield_now().await;
    }
    let record = &control.requests(&all)[0].record;
    let told = (record.status, record.fault.as_deref());
    assert_eq!(told, (None, Some("hang; after")));
}
