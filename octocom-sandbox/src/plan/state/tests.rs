//! Tests of plans without a server.

use std::time::Duration;

use serde_json::json;

use super::*;

fn fault(text: &str) -> Fault {
    text.parse().unwrap()
}

/// A request for the first page of users.
fn list_users(uri: &Uri) -> Candidate<'_> {
    Candidate {
        operation: Some(&operations::LIST_USERS),
        uri,
        query: &[],
        body: None,
    }
}

/// The faults of a sequence of requests at these times.
fn decisions(plan: FaultPlan, times: &[i64]) -> Vec<String> {
    let contract = Contract::published().unwrap();
    let mut plans = Plans::default();
    plans.add(plan, contract).unwrap();
    let uri = Uri::from_static("/rest/v1/users");
    let request = list_users(&uri);
    let decide = |&at: &i64| plans.decide(&request, Timestamp(at), contract);
    let told = times.iter().map(decide);
    told.map(|decided| decided.flatten())
        .map(|fault| fault.map_or("works".to_owned(), |fault| fault.to_string()))
        .collect()
}

#[test]
fn steps_follow_each_other_by_count_and_by_time() {
    let plan = FaultPlan::on("list_users")
        .times(2, fault("status=503"))
        .works(1)
        .during(Duration::from_secs(3), fault("rate-limit=1"));
    let told = decisions(plan, &[0, 0, 5_000, 10_000, 12_999, 13_000, 13_001]);
    let (unavailable, limited) = ("status=503; before", "rate-limit=1; before");
    let works = "works";
    assert_eq!(
        told,
        [
            unavailable,
            unavailable,
            works,
            limited,
            limited,
            works,
            works
        ]
    );
}

#[test]
fn a_plan_that_repeats_starts_anew_and_one_that_does_not_is_finished() {
    let plan = || FaultPlan::on_everything().times(1, fault("reset")).works(1);
    let told = decisions(plan().repeat(), &[0; 4]);
    assert_eq!(told, ["reset; after", "works", "reset; after", "works"]);
    assert_eq!(decisions(plan(), &[0; 4])[2..], ["works", "works"]);
}

#[test]
fn a_plan_matches_by_path_query_and_body() {
    let contract = Contract::published().unwrap();
    let uri = Uri::from_static("/rest/v1/conversations/7/metadata");
    let body = json!({"key": "a", "value": "b"});
    let request = |query| Candidate {
        operation: Some(&operations::SET_CONVERSATION_METADATA),
        uri: &uri,
        query,
        body: Some(&body),
    };
    let plan = FaultPlan::on_everything;
    let path = |path: &str| matches(&plan().path(path), &request(&[]), contract);
    assert!(path("/rest/v1/conversations/*/metadata"));
    assert!(!path("/rest/v1/conversations/8/metadata") && !path("/rest/v1/conversations/7"));
    let holds = |fields| matches(&plan().body(fields), &request(&[]), contract);
    assert!(holds(json!({"key": "a"})) && !holds(json!({"key": "b"})));
    assert!(!holds(json!({"other": null})));
    let given = [("page".to_owned(), "2".to_owned())];
    let page = |number: &str| matches(&plan().query("page", number), &request(&given), contract);
    assert!(page("2") && !page("1"));
}

#[test]
fn a_parameter_that_is_left_out_has_its_default() {
    let contract = Contract::published().unwrap();
    let uri = Uri::from_static("/rest/v1/users");
    let request = list_users(&uri);
    let page = |number: &str| {
        let plan = FaultPlan::on("list_users").query("page", number);
        matches(&plan, &request, contract)
    };
    assert!(page("1") && !page("2"));
}

#[test]
fn a_plan_that_could_never_match_is_refused_by_the_name_of_its_field() {
    let contract = Contract::published().unwrap();
    let error = |plan| {
        let mut plans = Plans::default();
        let error = plans.add(plan, contract).unwrap_err();
        assert!(plans.all().is_empty());
        error.to_string()
    };
    let once = |plan: FaultPlan| plan.times(1, fault("reset"));
    assert_eq!(
        error(once(FaultPlan::on("list_nothing"))),
        "`operation`: `list_nothing` is not an operation of the API"
    );
    assert_eq!(
        error(once(FaultPlan::on("list_users").query("pgae", "1"))),
        "`query.pgae`: `list_users` has no such query parameter"
    );
    assert_eq!(
        error(once(FaultPlan::on("list_users").body(json!({})))),
        "`body`: `list_users` takes no body"
    );
    assert_eq!(
        error(once(FaultPlan::on("list_users").path("/rest/v1/teams"))),
        "`path`: `/rest/v1/teams` is not a path of the operation"
    );
    assert_eq!(
        error(FaultPlan::on("list_users")),
        "`steps`: is empty, at least one step is needed"
    );
    assert_eq!(
        error(FaultPlan::on("list_users").works(0)),
        "`steps[0].times`: is 0, at least 1"
    );
    let unreachable = FaultPlan::on("list_users").always(fault("reset")).works(1);
    assert!(error(unreachable).starts_with("`steps[0]`: has neither `times` nor `forMs`"));
}
