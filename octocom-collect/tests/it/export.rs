//! Exports to files.

use octocom_collect::{
    Collector, End, ErrorKind, Existing, Export, Filters, Format, Output, Status, Stream,
};
use octocom_ext::DateTime;
use serde_json::Value;

use crate::common::{Setup, by_id, ids};

#[tokio::test]
async fn every_stream_is_written_whole_and_finished() {
    let setup = Setup::new(120).await;
    for stream in Stream::all() {
        let name = format!("{stream}.ndjson");
        let export = Export::new(stream, Output::file(setup.path(&name)));
        let report = setup.collector().export(export).await.unwrap();
        assert_eq!(
            (report.status(), report.end),
            (Status::Done, End::Complete),
            "{stream}"
        );
        let text = setup.read(&name);
        let lines = u64::try_from(text.lines().count()).unwrap();
        assert!(lines > 0 && lines == report.written(), "{stream}: {lines}");
        let csv = format!("{stream}.csv");
        let export = Export::new(stream, Output::file(setup.path(&csv))).format(Format::Csv);
        let report = setup.collector().export(export).await.unwrap();
        assert_eq!(report.written(), lines, "{stream}");
    }
    let conversations = setup.read("conversations.ndjson");
    assert_eq!(by_id(&conversations).len(), 120);
    // Nothing but the outputs and their states is left.
    let files = setup.files();
    let is_expected = |name: &String| {
        name.ends_with(".ndjson") || name.ends_with(".csv") || name.ends_with(".state.json")
    };
    assert!(files.iter().all(is_expected), "{files:?}");
    assert_eq!(files.len(), Stream::all().count() * 4);
}

#[tokio::test]
async fn details_are_the_servers_text_without_white_space() {
    let setup = Setup::new(70).await;
    let report = setup.details("all.ndjson", Existing::Refuse).await.unwrap();
    assert_eq!((report.written(), report.status()), (70, Status::Done));
    let text = setup.read("all.ndjson");
    let conversations = setup.client.conversations();
    let listed = conversations.list().all().await.unwrap();
    let expected: Vec<_> = listed.iter().map(|item| item.id.to_string()).collect();
    assert_eq!(ids(&text), expected);
    let line = text.lines().next().unwrap();
    let answer = conversations.get(&*expected[0]).await.unwrap();
    let same: Value = serde_json::from_str(&answer.raw()).unwrap();
    assert_eq!(serde_json::from_str::<Value>(line).unwrap(), same);
    assert_eq!(setup.requests("get_conversation"), 71);
}

#[tokio::test]
async fn a_finished_export_is_not_replaced_and_has_nothing_to_do() {
    let setup = Setup::new(60).await;
    setup.details("all.ndjson", Existing::Refuse).await.unwrap();
    let before = (
        setup.read("all.ndjson"),
        setup.read("all.ndjson.state.json"),
    );
    let error = setup
        .details("all.ndjson", Existing::Refuse)
        .await
        .unwrap_err();
    assert_eq!((error.kind(), error.exit_status()), (ErrorKind::Exists, 1));
    let error = error.to_string();
    assert!(
        error.contains("--resume") && error.contains("--append"),
        "{error}"
    );
    let requests = setup.sandbox.requests();
    let report = setup.details("all.ndjson", Existing::Resume).await.unwrap();
    assert_eq!(
        (report.end, report.status()),
        (End::NothingToDo, Status::Done)
    );
    assert_eq!(setup.sandbox.requests(), requests);
    let after = (
        setup.read("all.ndjson"),
        setup.read("all.ndjson.state.json"),
    );
    assert_eq!(before, after);
}

#[tokio::test]
async fn appending_takes_what_is_new_and_what_became_visible_late() {
    let setup = Setup::new(60).await;
    setup.details("all.ndjson", Existing::Refuse).await.unwrap();
    let before = setup.read("all.ndjson");
    let newest: Value = serde_json::from_str(before.lines().last().unwrap()).unwrap();
    let newest: DateTime<octocom_ext::Utc> = newest["createdAt"].as_str().unwrap().parse().unwrap();
    let late = newest - chrono::TimeDelta::minutes(5);
    let new = newest + chrono::TimeDelta::hours(1);
    let late = setup.sandbox.insert_conversation(late.into()).to_string();
    let new = setup.sandbox.insert_conversation(new.into()).to_string();
    let requests = setup.requests("get_conversation");
    let report = setup.details("all.ndjson", Existing::Append).await.unwrap();
    assert_eq!((report.written(), report.status()), (2, Status::Done));
    let after = setup.read("all.ndjson");
    assert_eq!(ids(after.strip_prefix(&before).unwrap()), [late, new]);
    // What is there is not fetched again.
    assert_eq!(setup.requests("get_conversation"), requests + 2);
    let report = setup.details("all.ndjson", Existing::Append).await.unwrap();
    assert_eq!((report.written(), report.end), (0, End::Complete));
    assert_eq!(setup.read("all.ndjson"), after);
}

#[tokio::test]
async fn appending_lists_by_number_again() {
    let setup = Setup::new(10).await;
    let users: Stream = "users".parse().unwrap();
    let export = |existing| {
        let output = Output::file(setup.path("users.csv"));
        Export::new(users, output)
            .format(Format::Csv)
            .existing(existing)
    };
    setup
        .collector()
        .export(export(Existing::Resume))
        .await
        .unwrap();
    let before = setup.read("users.csv");
    let user = serde_json::json!({"email": "new@example.com", "fullName": "A \"new\",\nuser"});
    setup
        .control()
        .insert(octocom_sandbox::RecordKind::Users, user)
        .unwrap();
    let report = setup
        .collector()
        .export(export(Existing::Append))
        .await
        .unwrap();
    assert_eq!(report.written(), 1);
    let after = setup.read("users.csv");
    assert!(
        after.starts_with(&before) && after.contains("\"A \"\"new\"\",\nuser\""),
        "{after}"
    );
}

#[tokio::test]
async fn a_limit_on_records_is_kept_and_gone_on_from() {
    let setup = Setup::new(130).await;
    let mut written = 0;
    for expected in [50, 50, 30] {
        let export = setup
            .conversations("all.ndjson")
            .details(true)
            .existing(Existing::Resume);
        let report = setup
            .collector()
            .max_items(50)
            .export(export)
            .await
            .unwrap();
        assert_eq!(
            (report.written(), report.status()),
            (expected, Status::Done)
        );
        written += usize::try_from(expected).unwrap();
        assert_eq!(by_id(&setup.read("all.ndjson")).len(), written);
    }
    assert_eq!(setup.requests("get_conversation"), 130);
}

#[tokio::test]
async fn filters_and_businesses_choose_the_records() {
    let setup = Setup::new(100).await;
    let filters = Filters {
        handed_off: Some(true),
        ..Filters::default()
    };
    let export = setup.conversations("handed.ndjson").filters(filters);
    setup.collector().export(export).await.unwrap();
    let handed = by_id(&setup.read("handed.ndjson"));
    assert!(!handed.is_empty() && handed.len() < 100, "{}", handed.len());
    assert!(handed.values().all(|it| !it["handedOffAt"].is_null()));
    let other = setup
        .conversations("handed.ndjson")
        .existing(Existing::Resume);
    let error = setup.collector().export(other).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::State);
    assert!(error.to_string().contains("other filters"), "{error}");

    let articles: Stream = "articles".parse().unwrap();
    let of = |slug: &str| {
        let filters = Filters {
            businesses: vec![slug.to_owned()],
            ..Filters::default()
        };
        Export::new(
            articles,
            Output::file(setup.path(&format!("{slug}.ndjson"))),
        )
        .filters(filters)
    };
    let report = setup.collector().export(of("acme-corp")).await.unwrap();
    assert!(report.written() > 50);
    let error = setup.collector().export(of("nobody")).await.unwrap_err();
    assert_eq!(error.exit_status(), 2);
    assert!(
        error
            .to_string()
            .starts_with("`businesses`: the account has no business `nobody`, only acme-corp"),
        "{error}"
    );
}

#[tokio::test]
async fn the_shards_of_a_plan_are_everything_once() {
    let setup = Setup::new(300).await;
    let plan = setup.client.conversations().list().plan(3).await.unwrap();
    let shards = plan.shards().len();
    assert!(shards > 1);
    let mut all = String::new();
    for shard in 0..shards {
        let name = format!("{shard}.ndjson");
        let export = setup.conversations(&name).shard(plan.clone(), shard);
        setup.collector().export(export).await.unwrap();
        all += &setup.read(&name);
    }
    assert_eq!(by_id(&all).len(), 300);
    let export = setup.conversations("none.ndjson").shard(plan, shards);
    let error = setup.collector().export(export).await.unwrap_err();
    assert!(error.to_string().contains("shard: "), "{error}");
    assert!(!setup.path("none.ndjson").exists());
}

#[tokio::test]
async fn bad_options_are_refused_before_anything_is_sent() {
    let setup = Setup::new(10).await;
    let users: Stream = "users".parse().unwrap();
    let details = Export::new(users, Output::file(setup.path("a"))).details(true);
    let error = setup.collector().export(details).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "`details`: users are listed in full already"
    );
    let many = Collector::new(setup.client.clone()).concurrency(0);
    let error = many.export(setup.conversations("a")).await.unwrap_err();
    assert_eq!(error.to_string(), "`concurrency`: 0 is not from 1 to 256");
    assert_eq!((setup.sandbox.requests(), setup.files()), (0, vec![]));
}
