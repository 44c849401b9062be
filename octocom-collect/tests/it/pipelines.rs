//! Pipelines: records and states in a file, one a line.

mod lines;

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, SystemTime};

use octocom_collect::{Collector, ErrorKind, Pipeline, PipelineState, Refresh, Status};
use octocom_ext::{DateTime, Utc};
use octocom_sandbox::{RecordKind, Sandbox};
use serde_json::{Value, json};

use crate::common::Setup;
use lines::{TABLES, append, lines, records, state, tables};

pub(crate) use lines::{pipe, rows};

#[tokio::test]
async fn later_runs_send_what_is_new_what_may_have_changed_and_whole_lists() {
    let setup = Setup::new(30).await;
    let (first, second) = (setup.path("first"), setup.path("second"));
    let report = pipe(&setup.collector(), &first).await.unwrap();
    assert_eq!(report.status(), Status::Done);
    assert_eq!(records(&first, "conversations").len(), 30);
    let ended = lines(&first)
        .iter()
        .filter(|line| line.get("end").is_some())
        .count();
    assert_eq!(ended, TABLES.len());

    let now = setup.control().now();
    let day = Duration::from_secs(24 * 60 * 60);
    let new = setup.sandbox.insert_conversation(now - day).to_string();
    let pipeline = || Pipeline::new(tables(&TABLES)).refresh(Refresh::Last(2 * day));
    let run = async |from: &Path, to: &Path| {
        let pipeline = pipeline().state(state(from));
        append(&setup.collector(), pipeline, to).await.unwrap()
    };
    run(&first, &second).await;
    let sent = records(&second, "conversations");
    assert_eq!(
        sent.iter()
            .filter(|record| record["id"] == new.as_str())
            .count(),
        1,
        "{sent:?}"
    );
    assert_eq!(
        records(&second, "macros").len(),
        records(&first, "macros").len()
    );
    // It is within the refresh period, so it is sent again; once only, though it was listed twice.
    let third = setup.path("third");
    run(&second, &third).await;
    let sent = records(&third, "conversations");
    assert_eq!(
        sent.iter()
            .filter(|record| record["id"] == new.as_str())
            .count(),
        1,
        "{sent:?}"
    );
    // Without a refresh period, only the margin is.
    let fourth = setup.path("fourth");
    let pipeline = pipeline().refresh(Refresh::Nothing).state(state(&third));
    let late = setup.sandbox.insert_conversation(now).to_string();
    append(&setup.collector(), pipeline, &fourth).await.unwrap();
    let sent = records(&fourth, "conversations");
    assert!(
        sent.iter().any(|record| record["id"] == late.as_str()),
        "{sent:?}"
    );
    assert!(sent.len() <= 2, "{sent:?}");
}

#[tokio::test]
async fn a_refresh_that_was_cut_off_goes_on() {
    let setup = Setup::new(5).await;
    let (first, second, third) = (
        setup.path("first"),
        setup.path("second"),
        setup.path("third"),
    );
    pipe(&setup.collector(), &first).await.unwrap();
    let (now, day) = (setup.control().now(), Duration::from_secs(24 * 60 * 60));
    let new = |age: u32| {
        setup
            .sandbox
            .insert_conversation(now - day - age * Duration::from_secs(60))
    };
    let mut recent: Vec<_> = (0..60).map(|age| new(age).to_string()).collect();
    recent.sort();
    let run = async |collector: Collector, from: &Path, to: &Path| {
        let pipeline = Pipeline::new(tables(&TABLES)).state(state(from));
        append(&collector, pipeline, to).await.unwrap();
    };
    run(setup.collector(), &first, &second).await;
    let refresh = |output: &Path| {
        let state = state(output).to_json();
        state["bookmarks"]["conversations"]["scans"][0]["refresh"].clone()
    };
    assert_eq!(refresh(&second), Value::Null);
    // All macros, the conversations of the margin, and a few of the refresh.
    let macros = records(&first, "macros").len() as u64;
    run(setup.collector().max_items(macros + 30), &second, &third).await;
    assert!(refresh(&third)["since"].is_string(), "{}", refresh(&third));
    let fourth = setup.path("fourth");
    run(setup.collector(), &third, &fourth).await;
    assert_eq!(refresh(&fourth), Value::Null);
    let sent = [&third, &fourth].map(|output| records(output, "conversations"));
    let sent: BTreeSet<_> = sent
        .iter()
        .flatten()
        .filter_map(|it| it["id"].as_str())
        .collect();
    assert!(
        recent.iter().all(|id| sent.contains(id.as_str())),
        "{}",
        sent.len()
    );
}

#[tokio::test]
async fn a_stream_that_is_left_out_fails_no_run() {
    let setup = Setup::new(5).await;
    let (first, second) = (setup.path("first"), setup.path("second"));
    let listed = setup
        .control()
        .records(RecordKind::Conversations, 0, 10)
        .unwrap();
    setup.poison(listed[2]["id"].as_str().unwrap(), "status=423");
    let report = pipe(&setup.collector(), &first).await.unwrap();
    assert_eq!(report.status(), Status::Incomplete);
    let pipeline = Pipeline::new(tables(&["macros"])).state(state(&first));
    let report = append(&setup.collector(), pipeline, &second).await.unwrap();
    assert_eq!(report.status(), Status::Done);
    // Its failures are not forgotten.
    let failures = |output: &Path| {
        let state = state(output).to_json();
        state["bookmarks"]["conversations"]["failures"].clone()
    };
    assert_eq!(failures(&second), failures(&first));
}

#[tokio::test]
async fn what_is_gone_is_sent_once_more() {
    let setup = Setup::new(5).await;
    let output = setup.path("out");
    let collector = setup.collector();
    let wanted = ["conversations", "articles"];
    let listed = setup
        .control()
        .records(RecordKind::Conversations, 0, 10)
        .unwrap();
    let gone = listed[1]["id"].as_str().unwrap().to_owned();
    setup.poison(&gone, "status=404");
    append(&collector, Pipeline::new(tables(&wanted)), &output)
        .await
        .unwrap();
    let sent = records(&output, "conversations");
    let found: Vec<_> = sent
        .iter()
        .filter(|record| record["id"] == gone.as_str())
        .collect();
    assert_eq!(found.len(), 1);
    assert!(
        found[0]["gone_at"].is_string() && found[0]["subject"].is_string(),
        "{found:?}"
    );
    assert!(
        sent.iter().filter(|it| it["gone_at"].is_null()).count() == 4,
        "{sent:?}"
    );
    let deleted = records(&output, "articles");
    let deleted = deleted
        .iter()
        .filter(|record| record["gone_at"].is_string())
        .count();
    assert!(deleted > 0);
}

#[tokio::test]
async fn failures_are_kept_small_and_asked_for_again() {
    let setup = Setup::new(5).await;
    let output = setup.path("out");
    let listed = setup
        .control()
        .records(RecordKind::Conversations, 0, 10)
        .unwrap();
    let id = listed[2]["id"].as_str().unwrap();
    setup.poison(id, "status=423");
    let report = pipe(&setup.collector(), &output).await.unwrap();
    assert_eq!(report.status(), Status::Incomplete);
    let ends = |output: &Path| -> Vec<String> {
        let ends = lines(output)
            .into_iter()
            .filter_map(|line| Some(line.get("end")?.to_string()));
        ends.collect()
    };
    assert_eq!(
        ends(&output),
        ["\"macros\""],
        "what has a failure is not complete"
    );
    let saved = state(&output).to_json();
    let failures = saved["bookmarks"]["conversations"]["failures"]
        .as_array()
        .unwrap();
    assert_eq!((failures.len(), &failures[0]["id"]), (1, &json!(id)));
    assert!(failures[0]["reason"].as_str().unwrap().chars().count() <= 120);

    let accepted = setup.path("accepted");
    let collector = setup.collector().accept_failures(1);
    let pipeline = Pipeline::new(tables(&TABLES)).state(state(&output));
    let report = append(&collector, pipeline, &accepted).await.unwrap();
    assert_eq!(report.status(), Status::Done);
    assert_eq!(ends(&accepted).len(), TABLES.len());

    setup.control().clear_plans();
    let mended = setup.path("mended");
    let pipeline = Pipeline::new(tables(&TABLES)).state(state(&accepted));
    let report = append(&setup.collector(), pipeline, &mended).await.unwrap();
    assert_eq!(report.status(), Status::Done);
    assert!(
        records(&mended, "conversations")
            .iter()
            .any(|record| record["id"] == id)
    );
    let saved = state(&mended).to_json();
    assert_eq!(saved["bookmarks"]["conversations"]["failures"], json!([]));
}

#[tokio::test]
async fn a_state_of_another_account_is_refused() {
    let setup = Setup::new(3).await;
    let output = setup.path("out");
    pipe(&setup.collector(), &output).await.unwrap();
    let (other, client) = Sandbox::builder()
        .seed(2)
        .start_with_client()
        .await
        .unwrap();
    let collector = Collector::new(client)
        .api_key(other.key())
        .same_account(true);
    let error = pipe(&collector, &output).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Account);
    assert!(
        error
            .to_string()
            .starts_with("the state belongs to the account"),
        "{error}"
    );
    // Only the businesses were asked for.
    assert_eq!(other.requests(), 1);
}

#[tokio::test]
async fn a_table_that_joins_later_begins_at_the_start() {
    let setup = Setup::new(10).await;
    let (first, second) = (setup.path("first"), setup.path("second"));
    let some = Pipeline::new(tables(&["conversations", "tags"]));
    append(&setup.collector(), some, &first).await.unwrap();
    let all = Pipeline::new(tables(&TABLES)).state(state(&first));
    append(&setup.collector(), all, &second).await.unwrap();
    assert_eq!(records(&second, "conversations").len(), 10);
    assert!(records(&second, "messages").len() > 10);
    // And is incremental from then on, also if the other one leaves.
    let third = setup.path("third");
    let fewer = Pipeline::new(tables(&["messages"])).state(state(&second));
    append(&setup.collector(), fewer, &third).await.unwrap();
    assert_eq!(records(&third, "messages").len(), 0);
    // Each table by itself has the same.
    let fourth = setup.path("fourth");
    let mut apart = Pipeline::new(tables(&["conversations", "messages"]));
    for table in tables(&["conversations", "messages"]) {
        let part = PipelineState::from_json(&state(&second).of_table(&table)).unwrap();
        apart = apart.table_state(table.name(), part);
    }
    append(&setup.collector(), apart.clone(), &fourth)
        .await
        .unwrap();
    assert_eq!(records(&fourth, "conversations").len(), 0);
    let whole = setup.path("whole");
    append(&setup.collector(), apart.from_start("messages"), &whole)
        .await
        .unwrap();
    assert!(records(&whole, "messages").len() > 10);
}

#[tokio::test]
async fn a_start_date_leaves_older_conversations_out() {
    let setup = Setup::new(5).await;
    let now: DateTime<Utc> = SystemTime::into(setup.control().now());
    let output = setup.path("out");
    let day = Duration::from_secs(24 * 60 * 60);
    let new = setup
        .sandbox
        .insert_conversation(setup.control().now() - day)
        .to_string();
    let pipeline = Pipeline::new(tables(&TABLES)).since(Some(now - 2 * day));
    append(&setup.collector(), pipeline, &output).await.unwrap();
    let sent = records(&output, "conversations");
    assert_eq!(
        sent.iter().map(|record| &record["id"]).collect::<Vec<_>>(),
        [new.as_str()]
    );
}
