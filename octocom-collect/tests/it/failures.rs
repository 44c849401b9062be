//! Faults, bad records and slow limits.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use octocom_collect::{
    End, ErrorKind, Event, Existing, Export, Filters, Interrupt, Output, Status,
};
use octocom_sandbox::{Fault, FaultPlan, Sandbox};

use crate::common::{Setup, by_id, ids};

#[tokio::test]
async fn what_is_no_record_is_a_failure_until_it_is_one() {
    for fault in [
        "html=200",
        "empty",
        "half-json",
        "status=403",
        "status=410",
        "status=423",
        "status=500",
    ] {
        let setup = Setup::new(30).await;
        let listed = setup.client.conversations().list().all().await.unwrap();
        let id = listed[7].id.to_string();
        setup.poison(&id, fault);
        let report = setup.details("all.ndjson", Existing::Refuse).await.unwrap();
        assert_eq!(
            (report.status(), report.end),
            (Status::Incomplete, End::Complete),
            "{fault}"
        );
        assert_eq!(report.written(), 29, "{fault}");
        let [failure] = report.failures() else {
            panic!("{fault}")
        };
        assert_eq!(
            (failure.id.as_deref(), failure.count),
            (Some(id.as_str()), 1),
            "{fault}"
        );
        let line = failure.to_string();
        assert!(
            line.starts_with(&format!("conversations {id}: ")) && !line.contains('\n'),
            "{line}"
        );
        assert!(
            !by_id(&setup.read("all.ndjson")).contains_key(&id),
            "{fault}"
        );

        // Asked again, and still not there.
        let report = setup.details("all.ndjson", Existing::Resume).await.unwrap();
        assert_eq!(
            (report.status(), report.failures()[0].count),
            (Status::Incomplete, 2)
        );
        let export = setup
            .conversations("all.ndjson")
            .details(true)
            .existing(Existing::Resume);
        let accepting = setup.collector().accept_failures(1);
        assert_eq!(
            accepting.export(export).await.unwrap().status(),
            Status::Done
        );

        setup.control().clear_plans();
        let report = setup.details("all.ndjson", Existing::Resume).await.unwrap();
        assert_eq!(
            (report.status(), report.written()),
            (Status::Done, 1),
            "{fault}"
        );
        let text = setup.read("all.ndjson");
        assert_eq!(
            (by_id(&text).len(), ids(&text).pop()),
            (30, Some(id)),
            "{fault}"
        );
        let report = setup.details("all.ndjson", Existing::Resume).await.unwrap();
        assert_eq!(report.end, End::NothingToDo);
    }
}

#[tokio::test]
async fn what_is_gone_is_no_failure() {
    let setup = Setup::new(30).await;
    let listed = setup.client.conversations().list().all().await.unwrap();
    setup.poison(&listed[3].id.to_string(), "status=404");
    let report = setup.details("all.ndjson", Existing::Refuse).await.unwrap();
    assert_eq!((report.status(), report.written()), (Status::Done, 29));
    assert_eq!(report.streams[0].counts.gone, 1);
}

#[tokio::test]
async fn a_slow_limit_makes_a_run_slow_and_nothing_else() {
    let builder = Sandbox::builder().conversations(200).token_bucket(5, 1.0);
    let setup = Setup::with(builder).await;
    let report = setup.details("all.ndjson", Existing::Refuse).await.unwrap();
    assert_eq!((report.status(), report.written()), (Status::Done, 200));
    assert_eq!(by_id(&setup.read("all.ndjson")).len(), 200);
}

#[tokio::test]
async fn faults_and_a_slow_limit_together_end_complete() {
    let builder = Sandbox::builder()
        .conversations(200)
        .seed(7)
        .token_bucket(5, 1.0)
        .faults(0.3)
        .fault_kinds(Fault::transient());
    let setup = Setup::with(builder).await;
    let report = setup.details("all.ndjson", Existing::Refuse).await.unwrap();
    assert_eq!(report.status(), Status::Done, "{:?}", report.failures());
    assert_eq!(by_id(&setup.read("all.ndjson")).len(), 200);
}

#[tokio::test]
async fn a_long_closed_window_is_waited_out_and_told() {
    let setup = Setup::new(60).await;
    let plan = FaultPlan::on("get_conversation").works(20);
    let plan = plan.during(Duration::from_secs(400), "rate-limit=300".parse().unwrap());
    setup.control().add_plan(plan).unwrap();
    let waits = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&waits);
    let collector = setup.collector().concurrency(1).on_event(move |event| {
        if let Event::Waiting { delay, .. } = event {
            seen.lock().unwrap().push(*delay);
        }
    });
    let export = setup.conversations("all.ndjson").details(true);
    let report = collector.export(export).await.unwrap();
    assert_eq!((report.status(), report.written()), (Status::Done, 60));
    let longest = waits.lock().unwrap().iter().max().copied().unwrap();
    assert!(longest > Duration::from_secs(120), "{longest:?}");
}

#[tokio::test]
async fn a_limit_that_is_never_lifted_ends_the_run_with_everything_kept() {
    let setup = Setup::new(60).await;
    let plan = FaultPlan::on("get_conversation").works(20);
    setup
        .control()
        .add_plan(plan.always("rate-limit=300".parse().unwrap()))
        .unwrap();
    let error = setup
        .details("all.ndjson", Existing::Refuse)
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.exit_status()),
        (ErrorKind::Call, 6),
        "{error}"
    );
    let report = error.report().unwrap();
    assert_eq!((report.written(), report.failures().len()), (20, 0));
    assert!(!setup.path("all.ndjson").exists());
    let kept = by_id(&setup.read("all.ndjson.part"));
    assert_eq!(kept.len(), 20);
    setup.control().clear_plans();
    let report = setup.details("all.ndjson", Existing::Resume).await.unwrap();
    assert_eq!((report.status(), report.written()), (Status::Done, 40));
    assert!(kept.keys().all(|id| setup.requests_for(id) == 1));
}

#[tokio::test]
async fn ten_refusals_in_a_row_stop_the_run() {
    for (fault, status) in [("status=500", 1), ("status=403", 4)] {
        let setup = Setup::new(60).await;
        let plan = FaultPlan::on("get_conversation").works(20);
        setup
            .control()
            .add_plan(plan.always(fault.parse().unwrap()))
            .unwrap();
        let error = setup
            .details("all.ndjson", Existing::Refuse)
            .await
            .unwrap_err();
        assert_eq!(error.exit_status(), status, "{error}");
        assert!(
            error
                .to_string()
                .starts_with("10 records in a row failed in the same way"),
            "{error}"
        );
        assert_eq!(by_id(&setup.read("all.ndjson.part")).len(), 20);
        setup.control().clear_plans();
        let report = setup.details("all.ndjson", Existing::Resume).await.unwrap();
        assert_eq!(
            (report.status(), report.written()),
            (Status::Done, 40),
            "{fault}"
        );
    }
}

#[tokio::test]
async fn a_revoked_key_ends_the_run_and_nothing_is_a_failure() {
    let setup = Setup::new(60).await;
    let plan = FaultPlan::on("get_conversation").works(20);
    setup
        .control()
        .add_plan(plan.always("status=401".parse().unwrap()))
        .unwrap();
    let error = setup
        .details("all.ndjson", Existing::Refuse)
        .await
        .unwrap_err();
    assert_eq!(error.exit_status(), 4);
    assert_eq!(error.report().unwrap().failures().len(), 0);
    setup.control().clear_plans();
    let report = setup.details("all.ndjson", Existing::Resume).await.unwrap();
    assert_eq!((report.status(), report.written()), (Status::Done, 40));
}

#[tokio::test]
async fn an_interrupt_keeps_everything() {
    let setup = Setup::new(60).await;
    let interrupt = Interrupt::new();
    let trigger = interrupt.clone();
    let collector = setup
        .collector()
        .interrupt(interrupt)
        .on_event(move |event| {
            if matches!(event, Event::Progress { counts, .. } if counts.new == 25) {
                trigger.trigger();
            }
        });
    let export = setup.conversations("all.ndjson").details(true);
    let report = collector.export(export).await.unwrap();
    assert_eq!(
        (report.end, report.status().exit_status()),
        (End::Interrupted, 130)
    );
    assert!(report.written() >= 25 && report.written() < 60);
    let report = setup.details("all.ndjson", Existing::Resume).await.unwrap();
    assert_eq!(report.status(), Status::Done);
    assert_eq!(by_id(&setup.read("all.ndjson")).len(), 60);
    assert_eq!(setup.requests("get_conversation"), 60);
}

#[tokio::test]
async fn a_record_that_is_never_answered_is_passed_over() {
    let setup = Setup::new(30).await;
    let listed = setup.client.conversations().list().all().await.unwrap();
    // The last one: no other is had meanwhile.
    let id = listed[29].id.to_string();
    setup.poison(&id, "reset");
    let report = setup.details("all.ndjson", Existing::Refuse).await.unwrap();
    assert_eq!(
        (report.status(), report.written()),
        (Status::Incomplete, 29)
    );
    assert_eq!(report.failures()[0].id.as_deref(), Some(id.as_str()));
    setup.control().clear_plans();
    let report = setup.details("all.ndjson", Existing::Resume).await.unwrap();
    assert_eq!((report.status(), report.written()), (Status::Done, 1));
}

#[tokio::test]
async fn businesses_that_cannot_be_read_are_no_empty_lists() {
    let setup = Setup::new(10).await;
    let plan = FaultPlan::on("list_businesses");
    setup
        .control()
        .add_plan(plan.always("status=403".parse().unwrap()))
        .unwrap();
    let articles = |filters| {
        let output = Output::file(setup.path("articles.ndjson"));
        Export::new("articles".parse().unwrap(), output).filters(filters)
    };
    let error = setup
        .collector()
        .export(articles(Filters::default()))
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("cannot be read with this key"),
        "{error}"
    );
    assert_eq!(setup.files(), Vec::<String>::new());
    let filters = Filters {
        businesses: vec!["acme-corp".to_owned()],
        ..Filters::default()
    };
    assert!(
        setup
            .collector()
            .export(articles(filters))
            .await
            .unwrap()
            .written()
            > 50
    );
    let report = setup.sync().await.unwrap();
    assert_eq!(report.status(), Status::Incomplete);
    let failed = |name: &str| {
        report
            .failures()
            .iter()
            .any(|failure| failure.stream == name)
    };
    assert!(failed("articles") && failed("businesses") && !failed("users"));
    setup.control().clear_plans();
    assert_eq!(setup.sync().await.unwrap().status(), Status::Done);
}

#[tokio::test]
async fn a_list_whose_records_move_between_pages_is_listed_again() {
    let setup = Setup::new(10).await;
    let plan = FaultPlan::on("list_macros").query("page", "2");
    setup
        .control()
        .add_plan(plan.times(1, "repeated-page".parse().unwrap()))
        .unwrap();
    let notices = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&notices);
    let collector = setup.collector().on_event(move |event| {
        if let Event::Notice(notice) = event {
            seen.lock().unwrap().push(notice.clone());
        }
    });
    let output = Output::file(setup.path("macros.ndjson"));
    let report = collector
        .export(Export::new("macros".parse().unwrap(), output))
        .await
        .unwrap();
    assert_eq!((report.status(), report.written()), (Status::Done, 120));
    let expected = "macros: records may have moved between pages meanwhile; listing again";
    assert_eq!(*notices.lock().unwrap(), [expected]);
}

#[tokio::test]
async fn a_run_that_is_interrupted_before_it_begins_leaves_nothing() {
    let setup = Setup::new(10).await;
    let interrupt = Interrupt::new();
    interrupt.trigger();
    let collector = setup.collector().interrupt(interrupt);
    let error = collector
        .export(setup.conversations("all.ndjson"))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.exit_status()),
        (ErrorKind::Interrupted, 130)
    );
    let error = collector.sync(setup.copy()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    assert_eq!((setup.files(), setup.sandbox.requests()), (vec![], 0));
}

#[tokio::test]
async fn a_conversation_above_the_size_cap_is_passed_over() {
    let setup = Setup::new(20).await;
    let text = "x".repeat(300_000);
    let message = serde_json::json!({"sender": "customer", "text": text, "channel": "email"});
    let record = serde_json::json!({"subject": "Large", "messages": [message]});
    let large = setup
        .control()
        .insert(octocom_sandbox::RecordKind::Conversations, record)
        .unwrap();
    let small = setup
        .sandbox
        .client_builder()
        .with_max_body_bytes(200_000)
        .build()
        .unwrap();
    let export = setup.conversations("all.ndjson").details(true);
    let collector = octocom_collect::Collector::new(small);
    let report = collector.export(export).await.unwrap();
    assert_eq!(
        (report.status(), report.written()),
        (Status::Incomplete, 20)
    );
    assert_eq!(report.failures()[0].id.as_deref(), large["id"].as_str());
    let report = setup.details("all.ndjson", Existing::Resume).await.unwrap();
    assert_eq!((report.status(), report.written()), (Status::Done, 1));
}

#[tokio::test]
async fn a_deadline_keeps_everything() {
    let builder = Sandbox::builder().conversations(60).token_bucket(5, 1.0);
    let setup = Setup::with(builder).await;
    let export = || {
        setup
            .conversations("all.ndjson")
            .details(true)
            .existing(Existing::Resume)
    };
    let collector = setup.collector().deadline(Duration::from_secs(20));
    let report = collector.export(export()).await.unwrap();
    assert_eq!(
        (report.end, report.status()),
        (End::Deadline, Status::Incomplete)
    );
    let kept = by_id(&setup.read("all.ndjson.part"));
    assert!(!kept.is_empty() && kept.len() < 60, "{}", kept.len());
    let report = setup.collector().export(export()).await.unwrap();
    assert_eq!(report.status(), Status::Done);
    assert_eq!(by_id(&setup.read("all.ndjson")).len(), 60);
    assert!(kept.keys().all(|id| setup.requests_for(id) == 1));
}

#[tokio::test]
async fn a_list_that_answers_html_for_a_while_is_listed_all_the_same() {
    let setup = Setup::new(120).await;
    let plan = FaultPlan::on("list_conversations").works(1);
    setup
        .control()
        .add_plan(plan.times(7, "html=200".parse().unwrap()))
        .unwrap();
    let report = setup.details("all.ndjson", Existing::Refuse).await.unwrap();
    assert_eq!((report.status(), report.written()), (Status::Done, 120));
}
