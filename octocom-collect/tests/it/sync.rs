//! Copies in a SQLite file.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use octocom_collect::{Collector, End, ErrorKind, Refresh, Status, Stream};
use octocom_ext::{DateTime, Sleeper, Utc};
use octocom_sandbox::{Fault, FaultPlan, RecordKind, Sandbox, SandboxSleeper};
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::common::Setup;

const CONVERSATIONS: &str = "SELECT count(*) FROM conversations";
const CURRENT: &str =
    "SELECT count(*) FROM conversations WHERE details_current AND raw IS NOT NULL";

#[tokio::test]
async fn the_whole_account_is_in_one_file() {
    let setup = Setup::new(120).await;
    let copy = setup.copy().histories(true);
    let report = setup.collector().sync(copy).await.unwrap();
    assert_eq!((report.status(), report.end), (Status::Done, End::Complete));
    for (query, expected) in [
        (CONVERSATIONS, 120),
        (CURRENT, 120),
        ("SELECT count(*) FROM businesses", 4),
        ("SELECT count(*) FROM users", 73),
        ("SELECT count(*) FROM teams", 8),
        ("SELECT count(*) FROM macros", 120),
    ] {
        assert_eq!(setup.count(query), expected, "{query}");
    }
    for table in [
        "customers",
        "custom_data",
        "workflows",
        "articles",
        "bot_rules",
        "messages",
        "notes",
        "events",
        "bot_function_calls",
        "tags",
        "topics",
        "metadata",
    ] {
        assert!(
            setup.count(&format!("SELECT count(*) FROM {table}")) > 0,
            "{table}"
        );
    }
    for kind in ["workflows", "articles", "bot_rules"] {
        let versions = format!("SELECT count(*) FROM versions WHERE kind = '{kind}'");
        assert!(setup.count(&versions) > 50, "{kind}");
        // Deleted items are there, and gone.
        let gone = format!("SELECT count(*) FROM {kind} WHERE gone_at IS NOT NULL");
        assert!(setup.count(&gone) > 0, "{kind}");
    }
    assert!(setup.count("SELECT count(*) FROM articles WHERE content <> ''") > 0);
    let versions =
        "SELECT count(*) FROM versions JOIN bot_rules ON item_id = id WHERE gone_at IS NOT NULL";
    assert!(setup.count(versions) > 0);
    assert!(setup.count("SELECT count(*) FROM workflows WHERE json_valid(variants)") > 0);
    assert_eq!(
        setup.count("SELECT count(*) FROM articles WHERE business_slug IS NULL"),
        0
    );

    // A conversation is there with everything in it.
    let raw: String = setup
        .database()
        .query_row(
            "SELECT conversations.raw FROM conversations JOIN messages ON conversation_id = conversations.id
             GROUP BY conversations.id ORDER BY count(*) DESC LIMIT 1",
            [],
            |row| row.get(0),
        )
        .unwrap();
    let raw: Value = serde_json::from_str(&raw).unwrap();
    let id = raw["id"].as_str().unwrap();
    let messages = format!("SELECT count(*) FROM messages WHERE conversation_id = '{id}'");
    assert_eq!(
        setup.count(&messages),
        i64::try_from(raw["messages"].as_array().unwrap().len()).unwrap()
    );
    let fields = format!(
        "SELECT count(*) FROM conversations WHERE id = '{id}' AND subject = raw ->> 'subject'
         AND created_at = raw ->> 'createdAt' AND customer_id = raw ->> '$.customer.id'
         AND type = raw_summary ->> 'type' AND is_outbound = raw_summary ->> 'isOutbound'"
    );
    assert_eq!(setup.count(&fields), 1);
}

#[tokio::test]
async fn a_second_run_changes_nothing_and_asks_little() {
    let setup = Setup::new(60).await;
    setup.sync().await.unwrap();
    let requests = setup.requests("get_conversation");
    let report = setup.sync().await.unwrap();
    assert_eq!(
        (report.status(), report.written()),
        (Status::Done, 0),
        "{:?}",
        report.streams
    );
    assert_eq!(setup.requests("get_conversation"), requests);
    assert_eq!(setup.count(CONVERSATIONS), 60);
    assert_eq!(setup.files(), ["copy.db"]);
}

#[tokio::test]
async fn late_and_changed_conversations_are_found_by_the_servers_clock() {
    let setup = Setup::new(20).await;
    let now: DateTime<Utc> = setup.control().now().into();
    let recent = setup
        .sandbox
        .insert_conversation((now - chrono::TimeDelta::hours(1)).into());
    setup.sync().await.unwrap();
    let late = setup
        .sandbox
        .insert_conversation((now - chrono::TimeDelta::minutes(65)).into());
    let users = setup.client.users().list().all().await.unwrap();
    let note = octocom_sandbox::AgentAction::Note {
        text: "Called back.".to_owned(),
        user_id: Some(users[0].id),
    };
    setup.control().act(&recent.to_string(), note).unwrap();
    // A local clock that is 40 days fast.
    let sleeper = Arc::new(Fast(setup.sandbox.sleeper()));
    let client = setup
        .sandbox
        .client_builder()
        .with_sleeper(sleeper)
        .build()
        .unwrap();
    let collector = Collector::new(client).api_key(setup.sandbox.key());
    let report = collector.sync(setup.copy()).await.unwrap();
    assert_eq!(report.status(), Status::Done);
    let notes = format!(
        "SELECT count(*) FROM notes WHERE conversation_id = '{recent}' AND text = 'Called back.'"
    );
    assert_eq!(setup.count(&notes), 1);
    assert_eq!(
        setup.count(&format!("{CONVERSATIONS} WHERE id = '{late}'")),
        1
    );
    assert_eq!(setup.count(CURRENT), 22);
}

#[tokio::test]
async fn the_refresh_period_decides_what_is_listed_again() {
    let setup = Setup::new(20).await;
    setup.sync().await.unwrap();
    let listed = setup.client.conversations().list().all().await.unwrap();
    let old = listed[0].id.to_string();
    let change = json!({"subject": "Something else"});
    setup
        .control()
        .update(RecordKind::Conversations, &old, change)
        .unwrap();
    let changed = format!("{CONVERSATIONS} WHERE id = '{old}' AND subject = 'Something else'");
    for (refresh, expected) in [
        (Refresh::Nothing, 0),
        (Refresh::Last(Duration::from_secs(3600)), 0),
        (Refresh::All, 1),
    ] {
        setup
            .collector()
            .sync(setup.copy().refresh(refresh))
            .await
            .unwrap();
        assert_eq!(setup.count(&changed), expected, "{refresh:?}");
    }
}

#[tokio::test]
async fn what_was_left_out_is_fetched_by_a_run_with_details() {
    let setup = Setup::new(60).await;
    let conversations = || setup.copy().only(vec![Stream::CONVERSATIONS]);
    let report = setup
        .collector()
        .sync(conversations().details(false))
        .await
        .unwrap();
    assert_eq!((report.status(), report.written()), (Status::Done, 60));
    assert_eq!(
        (setup.requests("get_conversation"), setup.count(CURRENT)),
        (0, 0)
    );
    assert!(setup.count("SELECT count(*) FROM tags") > 0);
    setup.collector().sync(conversations()).await.unwrap();
    assert_eq!(
        (setup.requests("get_conversation"), setup.count(CURRENT)),
        (60, 60)
    );
    assert_eq!(setup.count("SELECT count(*) FROM users"), 0);
}

#[tokio::test]
async fn a_poisoned_conversation_is_had_when_it_can_be() {
    let setup = Setup::new(60).await;
    let listed = setup.client.conversations().list().all().await.unwrap();
    let id = listed[7].id.to_string();
    setup.poison(&id, "status=500");
    let report = setup.sync().await.unwrap();
    assert_eq!(
        (report.status(), report.failures().len()),
        (Status::Incomplete, 1)
    );
    // The summary is there, and everything else.
    assert_eq!((setup.count(CONVERSATIONS), setup.count(CURRENT)), (60, 59));
    let report = setup.sync().await.unwrap();
    assert_eq!(
        (report.status(), report.failures()[0].count),
        (Status::Incomplete, 2)
    );
    setup.control().clear_plans();
    let report = setup.sync().await.unwrap();
    assert_eq!((report.status(), setup.count(CURRENT)), (Status::Done, 60));
    assert_eq!(setup.count("SELECT count(*) FROM octocom_failures"), 0);
}

#[tokio::test]
async fn a_refused_list_stops_no_other() {
    let setup = Setup::new(20).await;
    let plan = FaultPlan::on("list_macros");
    setup
        .control()
        .add_plan(plan.always("status=403".parse().unwrap()))
        .unwrap();
    let report = setup.sync().await.unwrap();
    assert_eq!(report.status(), Status::Incomplete);
    let failure = report.failures()[0].to_string();
    assert!(failure.starts_with("macros, the whole list: "), "{failure}");
    assert_eq!(
        (
            setup.count(CURRENT),
            setup.count("SELECT count(*) FROM users")
        ),
        (20, 73)
    );
    setup.control().clear_plans();
    assert_eq!(setup.sync().await.unwrap().status(), Status::Done);
    assert_eq!(setup.count("SELECT count(*) FROM macros"), 120);
}

#[tokio::test]
async fn what_is_not_listed_twice_is_gone_and_comes_back() {
    let setup = Setup::new(20).await;
    setup.sync().await.unwrap();
    let gone = "SELECT count(*) FROM teams WHERE gone_at IS NOT NULL";
    let teams = setup.client.teams().list().all().await.unwrap();
    let id = teams[0].id.to_string();
    let record = setup.control().record(RecordKind::Teams, &id).unwrap();
    setup.control().remove(RecordKind::Teams, &id).unwrap();
    let listed = setup.client.conversations().list().all().await.unwrap();
    assert!(setup.sandbox.remove_conversation(listed[0].id));
    let lost = format!("{CONVERSATIONS} WHERE gone_at IS NOT NULL");
    for expected in [0, 1] {
        let all = setup.copy().refresh(Refresh::All);
        setup.collector().sync(all).await.unwrap();
        assert_eq!(
            (setup.count(gone), setup.count(&lost)),
            (expected, expected)
        );
    }
    setup.control().insert(RecordKind::Teams, record).unwrap();
    setup.sync().await.unwrap();
    assert_eq!(
        (setup.count(gone), setup.count("SELECT count(*) FROM teams")),
        (0, 8)
    );
}

#[tokio::test]
async fn other_databases_and_files_are_refused_unchanged() {
    let setup = Setup::new(5).await;
    let path = setup.path("copy.db");
    let refusal = |error: octocom_collect::Error| {
        assert_eq!(
            (error.kind(), error.exit_status()),
            (ErrorKind::Database, 1),
            "{error}"
        );
        error.to_string()
    };
    std::fs::write(
        &path,
        "no database, but a text that is long enough to be read as one".repeat(20),
    )
    .unwrap();
    let error = refusal(setup.sync().await.unwrap_err());
    assert!(error.contains("copy.db` is not a database"), "{error}");
    std::fs::remove_file(&path).unwrap();
    let other = Connection::open(&path).unwrap();
    other
        .execute_batch("CREATE TABLE mine (x); INSERT INTO mine VALUES (7)")
        .unwrap();
    let error = refusal(setup.sync().await.unwrap_err());
    assert!(error.contains("is of another program"), "{error}");
    assert_eq!(
        (setup.count("SELECT x FROM mine"), setup.sandbox.requests()),
        (7, 0)
    );
    drop(other);
    std::fs::remove_file(&path).unwrap();
    setup.sync().await.unwrap();
    setup
        .database()
        .execute_batch("PRAGMA user_version = 99")
        .unwrap();
    let error = refusal(setup.sync().await.unwrap_err());
    assert!(
        error.contains("has schema version 99, and this program knows 2"),
        "{error}"
    );
    assert_eq!(setup.count(CONVERSATIONS), 5);
}

#[tokio::test]
async fn a_database_of_version_1_is_migrated() {
    let setup = Setup::new(5).await;
    setup.sync().await.unwrap();
    let scans = "SELECT group_concat(name) FROM
        (SELECT name FROM pragma_table_info('octocom_scans') ORDER BY name)";
    let columns = || -> String {
        let database = setup.database();
        database.query_row(scans, [], |row| row.get(0)).unwrap()
    };
    let before = columns();
    setup
        .database()
        .execute_batch(
            "ALTER TABLE octocom_scans DROP COLUMN refresh_since;
             ALTER TABLE octocom_scans ADD COLUMN rereads INTEGER NOT NULL DEFAULT 0;
             PRAGMA user_version = 1;",
        )
        .unwrap();
    assert_ne!(columns(), before);
    setup.sandbox.insert_conversation(setup.control().now());
    let report = setup.sync().await.unwrap();
    assert_eq!(report.status(), Status::Done);
    assert_eq!((columns(), setup.count(CONVERSATIONS)), (before, 6));
    assert_eq!(setup.count("PRAGMA user_version"), 2);
}

/// A run that was killed has a place in the list; so has one that is finished.
#[tokio::test]
async fn a_copy_that_goes_on_looks_back_for_late_conversations() {
    for finished in [0, 1] {
        let setup = Setup::new(20).await;
        let now = setup.control().now();
        let ago = |minutes: u64| now - std::time::Duration::from_secs(60 * minutes);
        setup.sandbox.insert_conversation(ago(30));
        let collector = setup.collector();
        let sync = || {
            let copy = setup.copy().refresh(octocom_collect::Refresh::Nothing);
            collector.sync(copy.only(vec![Stream::CONVERSATIONS]))
        };
        sync().await.unwrap();
        setup
            .database()
            .execute("UPDATE octocom_scans SET finished = ?1", [finished])
            .unwrap();
        setup.sandbox.insert_conversation(ago(35));
        setup.sandbox.insert_conversation(ago(5));
        sync().await.unwrap();
        assert_eq!(setup.count(CONVERSATIONS), 23);
        // Further back than the margin nothing is looked for.
        setup.sandbox.insert_conversation(ago(20));
        sync().await.unwrap();
        assert_eq!(setup.count(CONVERSATIONS), 23);
    }
}

#[tokio::test]
async fn columns_that_an_older_database_lacks_are_added_and_filled() {
    let setup = Setup::new(20).await;
    setup.sync().await.unwrap();
    let sum = "SELECT count(*) FROM users WHERE is_agent = (raw ->> 'isAgent') AND full_name = raw ->> 'fullName'";
    let database = setup.database();
    database
        .execute_batch(
            "DROP VIEW messages_per_conversation;
             ALTER TABLE users DROP COLUMN is_agent; ALTER TABLE users DROP COLUMN full_name;
             ALTER TABLE conversations DROP COLUMN language;
             ALTER TABLE messages DROP COLUMN text; DROP TABLE topics;",
        )
        .unwrap();
    drop(database);
    setup
        .collector()
        .sync(setup.copy().only(vec!["teams".parse().unwrap()]))
        .await
        .unwrap();
    assert_eq!(setup.count(sum), 73);
    assert_eq!(
        setup.count(&format!(
            "{CONVERSATIONS} WHERE language = raw ->> 'language'"
        )),
        20
    );
    assert_eq!(
        setup.count("SELECT count(*) FROM messages_per_conversation"),
        20
    );
    assert_eq!(setup.count("SELECT count(*) FROM topics"), 0);
    // What is written from now on goes to the right columns.
    setup
        .collector()
        .sync(setup.copy().refresh(Refresh::All))
        .await
        .unwrap();
    let wrong =
        "SELECT count(*) FROM messages WHERE text <> raw ->> 'text' OR sender <> raw ->> 'sender'";
    assert_eq!(setup.count(wrong), 0);
    assert!(setup.count("SELECT count(*) FROM topics") > 0);
}

#[tokio::test]
async fn another_account_is_refused_and_a_second_writer_too() {
    let setup = Setup::new(20).await;
    setup.sync().await.unwrap();
    let key = setup.control().add_organization("other", 5).unwrap();
    let other = setup
        .sandbox
        .client_builder()
        .with_api_key(key.clone())
        .build()
        .unwrap();
    let error = Collector::new(other)
        .api_key(&key)
        .sync(setup.copy())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Account);
    assert_eq!(setup.count(CONVERSATIONS), 20);
    let state: String = setup
        .database()
        .query_row("SELECT owner FROM octocom_state", [], |row| row.get(0))
        .unwrap();
    assert!(!state.contains(setup.sandbox.key()), "{state}");
}

#[tokio::test]
async fn a_slow_limit_and_faults_make_a_copy_slow_and_nothing_else() {
    let builder = Sandbox::builder()
        .conversations(100)
        .seed(3)
        .token_bucket(5, 1.0)
        .faults(0.3)
        .fault_kinds(Fault::transient());
    let setup = Setup::with(builder).await;
    let only = ["conversations", "users", "articles"].map(|name| name.parse().unwrap());
    let copy = setup.copy().only(only.to_vec());
    let report = setup.collector().sync(copy).await.unwrap();
    assert_eq!(report.status(), Status::Done, "{:?}", report.failures());
    assert_eq!(
        (
            setup.count(CURRENT),
            setup.count("SELECT count(*) FROM users")
        ),
        (100, 73)
    );
}

#[tokio::test]
async fn a_server_that_has_moved_is_said_to_be_the_same() {
    let setup = Setup::new(20).await;
    setup.sync().await.unwrap();
    let moved = setup
        .sandbox
        .client_builder()
        .with_server_name("elsewhere")
        .build()
        .unwrap();
    let collector = Collector::new(moved).api_key(setup.sandbox.key());
    let error = collector.sync(setup.copy()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Account);
    let requests = setup.requests("get_conversation");
    let report = collector
        .same_account(true)
        .sync(setup.copy())
        .await
        .unwrap();
    assert_eq!((report.status(), report.written()), (Status::Done, 0));
    assert_eq!(setup.requests("get_conversation"), requests);
}

#[tokio::test]
async fn views_answer_what_people_ask() {
    let setup = Setup::new(200).await;
    setup.sync().await.unwrap();
    let closed = "SELECT sum(conversations) FROM closed_by_month_and_sentiment";
    assert_eq!(
        setup.count(closed),
        setup.count(&format!("{CONVERSATIONS} WHERE closed_at IS NOT NULL"))
    );
    let topics = "SELECT sum(conversations) FROM conversations_by_topic";
    assert_eq!(
        setup.count(topics),
        setup.count("SELECT count(*) FROM topics")
    );
    let handed = "SELECT count(*) FROM time_to_hand_off WHERE seconds >= 0";
    assert_eq!(
        setup.count(handed),
        setup.count(&format!("{CONVERSATIONS} WHERE handed_off_at IS NOT NULL"))
    );
    let messages = "SELECT sum(messages) FROM messages_per_conversation";
    assert_eq!(
        setup.count(messages),
        setup.count("SELECT count(*) FROM messages")
    );
}

/// A clock that is 40 days fast.
#[derive(Debug)]
struct Fast(SandboxSleeper);

impl Sleeper for Fast {
    fn sleep(&self, duration: Duration) -> octocom_ext::BoxFuture<'_, ()> {
        self.0.sleep(duration)
    }

    fn expire(&self, left: Duration) -> octocom_ext::BoxFuture<'_, ()> {
        self.0.expire(left)
    }

    fn now(&self) -> Instant {
        self.0.now()
    }

    fn system_time(&self) -> SystemTime {
        self.0.system_time() + Duration::from_secs(40 * 24 * 60 * 60)
    }
}
