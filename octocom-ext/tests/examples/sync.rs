//! The example `sync` as cron runs it: again and again on one file, and killed at any moment.

mod service;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use octocom_sandbox::{Fault, Sandbox};
use rusqlite::Connection;
use serde_json::Value;
use tokio::process::Command;
use uuid::Uuid;

use self::service::{Service, tally};
use crate::bell::Bell;
use crate::text;

const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[tokio::test]
async fn the_first_run_takes_all_and_those_after_it_only_what_is_new() {
    let service = Service::empty().await;
    for hours in 0..70 {
        service.insert(100 * DAY + hours * HOUR);
    }
    let first = service.run("a.db", &[]).await;
    assert_eq!(first, "70 new, 0 updated, 0 unchanged, 0 failed");
    let stored = service.stored("a.db");
    assert_eq!(stored.len(), 70);
    for (id, summary, details) in stored {
        let summary: Value = serde_json::from_str(&summary).unwrap();
        let details: Value = serde_json::from_str(&details.unwrap()).unwrap();
        assert_eq!(
            (&summary["id"], &details["id"]),
            (&Value::from(id.clone()), &Value::from(id))
        );
        assert!(summary["messages"].is_null() && details["messages"].is_array());
    }

    // Nothing of the last 30 days is known yet: one page, and one conversation in full.
    service.insert(HOUR);
    let before = service.sandbox.requests();
    let second = service.run("a.db", &[]).await;
    assert_eq!(second, "1 new, 0 updated, 0 unchanged, 0 failed");
    assert_eq!(service.sandbox.requests() - before, 2);

    // One page to find nothing new, and one of the last 30 days. No row from before the 30 days
    // shows that the server did not raise that date, so the page is read again with a minute, an
    // hour and four days more.
    let third = service.run("a.db", &[]).await;
    assert_eq!(third, "0 new, 0 updated, 1 unchanged, 0 failed");
    assert_eq!(service.sandbox.requests() - before, 2 + 1 + 4);

    let fourth = service.run("a.db", &["--refresh", "none"]).await;
    assert_eq!(fourth, "0 new, 0 updated, 0 unchanged, 0 failed");
    assert_eq!(service.sandbox.requests() - before, 2 + 1 + 4 + 1);
}

#[tokio::test]
async fn a_change_is_seen_within_the_refresh_period_and_not_before_it() {
    let service = Service::empty().await;
    let (old, young) = (service.insert(40 * DAY), service.insert(2 * DAY));
    service.run("a.db", &[]).await;
    service.tag(old).await;
    service.tag(young).await;

    let none = service.run("a.db", &["--refresh", "1d"]).await;
    assert_eq!(none, "0 new, 0 updated, 0 unchanged, 0 failed");
    let refreshed = service.run("a.db", &[]).await;
    assert_eq!(refreshed, "0 new, 1 updated, 0 unchanged, 0 failed");
    assert_eq!(service.tagged("a.db", young), (true, true));
    assert_eq!(service.tagged("a.db", old), (false, false));

    let all = service.run("a.db", &["--refresh", "all"]).await;
    assert_eq!(all, "0 new, 1 updated, 1 unchanged, 0 failed");
    assert_eq!(service.tagged("a.db", old), (true, true));

    // One that became visible late.
    service.insert(3 * DAY);
    let late = service.run("a.db", &[]).await;
    assert_eq!(late, "1 new, 0 updated, 1 unchanged, 0 failed");
}

#[tokio::test]
async fn details_that_were_left_out_are_fetched_when_they_are_wanted() {
    let service = Service::empty().await;
    let id = service.insert(HOUR);
    let without = service.run("a.db", &["--no-details"]).await;
    assert_eq!(without, "1 new, 0 updated, 0 unchanged, 0 failed");
    assert_eq!(service.stored("a.db")[0].2, None);
    let with = service.run("a.db", &[]).await;
    assert_eq!(with, "0 new, 1 updated, 0 unchanged, 0 failed");

    // Details of an older summary stay, and are not taken for current.
    service.tag(id).await;
    service.run("a.db", &["--no-details"]).await;
    assert_eq!(service.tagged("a.db", id), (true, false));
    let again = service.run("a.db", &[]).await;
    assert_eq!(again, "0 new, 1 updated, 0 unchanged, 0 failed");
    assert_eq!(service.tagged("a.db", id), (true, true));
}

#[tokio::test]
async fn runs_killed_at_any_moment_come_to_the_same_rows() {
    let service = Service::start(Sandbox::builder().conversations(300)).await;
    let whole = service.run("whole.db", &[]).await;
    assert_eq!(whole, "300 new, 0 updated, 0 unchanged, 0 failed");
    let expected = service.stored("whole.db");
    let mut chance = fastrand::Rng::with_seed(11);
    let mut kills = 0;
    for round in 0..4 {
        let db = format!("{round}.db");
        loop {
            let spawn = || service.spawn(&db, &["--refresh", "all"]);
            let mut child = service.bell.after(chance.u64(1..220), spawn).await;
            // SIGKILL on Unix; a process that has ended stays ended.
            let _ = child.start_kill();
            let output = child.wait_with_output().await.unwrap();
            if output.status.success() {
                break;
            }
            kills += 1;
            assert!(kills < 100, "{}", text(&output.stderr));
        }
        assert_eq!(
            service.stored(&db),
            expected,
            "round {round}, {kills} kills"
        );
    }
    assert!(kills > 4, "{kills}");
}

#[tokio::test]
async fn a_failed_run_keeps_what_it_has_and_the_next_goes_on() {
    let service = Service::start(Sandbox::builder().conversations(120)).await;
    let mut revoked = service.command("a.db", &[]);
    let output = revoked
        .env("OCTOCOM_API_KEY", "revoked")
        .output()
        .await
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let told = text(&output.stderr);
    assert!(
        told.contains("the next run goes on from here") && told.contains("401"),
        "{told}"
    );
    assert!(text(&output.stdout).ends_with(": 0 new, 0 updated, 0 unchanged, 0 failed\n"));
    let next = service.run("a.db", &[]).await;
    assert_eq!(next, "120 new, 0 updated, 0 unchanged, 0 failed");
}

#[cfg(unix)]
#[tokio::test]
async fn two_runs_on_one_file_exclude_each_other() {
    let service = Service::start(Sandbox::builder().conversations(300)).await;
    let child = service.bell.after(20, || service.spawn("a.db", &[])).await;
    let id = child.id().unwrap().to_string();
    let signal = async |name: &str| {
        let sent = Command::new("kill").args([name, &id]).status().await;
        assert!(sent.unwrap().success());
    };
    signal("-STOP").await;
    // Another name of the file is no way around.
    std::os::unix::fs::symlink(service.path("a.db"), service.path("b.db")).unwrap();
    for db in ["a.db", "b.db"] {
        let told = service.refused(db, &[], 1).await;
        assert!(told.contains("another run is at work on"), "{told}");
    }
    // It can be read meanwhile.
    service.stored("a.db");
    signal("-CONT").await;
    let first = tally(&child.wait_with_output().await.unwrap());
    assert_eq!(first, "300 new, 0 updated, 0 unchanged, 0 failed");
}

#[tokio::test]
async fn a_conversation_that_vanishes_is_kept_as_it_was_listed() {
    let vanishing = Arc::new(OnceLock::<(Arc<Sandbox>, Uuid)>::new());
    let seen = Arc::clone(&vanishing);
    let sandbox = Sandbox::builder()
        .conversations(0)
        .on_request(move |request| {
            if let (Some("list_conversations"), Some((sandbox, id))) =
                (request.operation, seen.get())
            {
                sandbox.remove_conversation(*id);
            }
        });
    let service = Service {
        sandbox: Arc::new(sandbox.start().await.unwrap()),
        bell: Bell::new(),
        folder: tempfile::tempdir().unwrap(),
    };
    service.insert(HOUR);
    let gone = service.insert(HOUR);
    let _ = vanishing.set((Arc::clone(&service.sandbox), gone));
    let run = service.run("a.db", &[]).await;
    assert_eq!(run, "1 new, 0 updated, 0 unchanged, 1 failed");
    let stored = service.stored("a.db");
    let kept = stored.iter().find(|(id, ..)| *id == gone.to_string());
    assert_eq!(kept.unwrap().2, None);
    let [(operation, error, _)] = &service.failures("a.db")[..] else {
        panic!("one failure");
    };
    assert_eq!(operation, "get_conversation");
    assert!(error.contains("404"), "{error}");
}

#[tokio::test]
async fn a_record_that_cannot_be_decoded_is_kept_as_text() {
    let malformed: Fault = "malformed-item; after".parse().unwrap();
    let sandbox = Sandbox::builder().conversations(60);
    let service = Service::start(sandbox.faults(1.0).fault_kinds([malformed])).await;
    let run = service.run("a.db", &["--no-details"]).await;
    let failures = service.failures("a.db");
    let (stored, failed) = (service.stored("a.db").len(), failures.len());
    assert_eq!(
        run,
        format!("{stored} new, 0 updated, 0 unchanged, {failed} failed")
    );
    assert!(stored >= 58 && failed > 0, "{run}");
    for (operation, error, text) in failures {
        assert_eq!(operation, "list_conversations");
        assert!(error.contains("`id`"), "{error}");
        let record: Value = serde_json::from_str(&text).unwrap();
        assert!(record["id"].is_object() && record["subject"].is_string());
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_used_is_left_as_it_is() {
    let service = Service::empty().await;
    let path = |name| service.path(name);
    let made = |name, version| {
        let connection = Connection::open(path(name)).unwrap();
        let batch = format!("CREATE TABLE IF NOT EXISTS a (b); PRAGMA user_version = {version}");
        connection.execute_batch(&batch).unwrap();
    };
    made("newer.db", 2);
    let told = service.refused("newer.db", &[], 1).await;
    let newer = "its schema version is 2, and this program knows 1: use a newer one";
    assert!(told.contains(newer), "{told}");

    made("other.db", 0);
    let told = service.refused("other.db", &[], 1).await;
    assert!(
        told.contains("it is a database of something else"),
        "{told}"
    );

    std::fs::write(
        path("text.db"),
        "no database, and long enough to be looked at".repeat(20),
    )
    .unwrap();
    let told = service.refused("text.db", &[], 1).await;
    assert!(told.contains("text.db`: file is not a database"), "{told}");

    let told = service.refused("no/folder.db", &[], 1).await;
    assert!(told.contains("folder.db`: "), "{told}");

    // What a sandbox has filled is not gone on with from another server.
    service.run("mine.db", &[]).await;
    let mut other = service.command("mine.db", &[]);
    let output = other.env_remove("OCTOCOM_API_KEY").output().await.unwrap();
    let told = text(&output.stderr);
    let different = format!(
        "it was filled from {}, not from a sandbox",
        service.sandbox.url()
    );
    assert!(told.contains(&different), "{told}");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(service.sandbox.requests(), 1);
}

#[tokio::test]
async fn a_bad_refresh_is_refused_before_anything_is_done() {
    let service = Service::empty().await;
    let unit = "expected `all`, `none` or a whole number with s, m, h or d";
    for (refresh, why) in [
        ("", unit),
        ("30", unit),
        ("d", unit),
        ("-1d", unit),
        ("1.5h", unit),
        ("2w", unit),
        ("30D", unit),
        ("3\u{e9}", unit),
        ("0d", "no time at all: say `none`"),
        ("36501d", "more than 36500d: say `all`"),
        ("99999999999999999999s", "more than 36500d: say `all`"),
    ] {
        let argument = format!("--refresh={refresh}");
        let told = service.refused("a.db", &[&argument], 2).await;
        assert!(
            told.contains("--refresh <AGE>") && told.contains(why),
            "{told}"
        );
    }
    assert!(!service.path("a.db").exists());
    for refresh in ["1s", "90m", "36500d"] {
        service.run("a.db", &["--refresh", refresh]).await;
    }
}

#[tokio::test]
async fn a_page_and_its_checkpoint_are_written_together_or_not_at_all() {
    let service = Service::start(Sandbox::builder().conversations(120)).await;
    let failing = [
        // In the middle of the second page, and after its rows.
        "BEFORE INSERT ON conversations WHEN (SELECT count(*) FROM conversations) = 70",
        "BEFORE UPDATE ON progress WHEN (SELECT count(*) FROM conversations) > 50",
    ];
    for (number, when) in failing.iter().enumerate() {
        let db = format!("{number}.db");
        // Makes the tables and stops at the first request.
        let mut made = service.command(&db, &[]);
        made.env("OCTOCOM_API_KEY", "revoked");
        made.output().await.unwrap();
        let connection = Connection::open(service.path(&db)).unwrap();
        let fail = format!("CREATE TRIGGER fail {when} BEGIN SELECT RAISE(ABORT, 'full'); END");
        connection.execute_batch(&fail).unwrap();

        let told = service.refused(&db, &["--no-details"], 1).await;
        assert!(told.contains("writing the database: full"), "{told}");
        assert_eq!(service.stored(&db).len(), 50);

        connection.execute_batch("DROP TRIGGER fail").unwrap();
        let rest = service
            .run(&db, &["--no-details", "--refresh", "none"])
            .await;
        assert_eq!(rest, "70 new, 0 updated, 0 unchanged, 0 failed");
    }
}
