//! `octocom sync`.

use rusqlite::Connection;

use crate::program::Program;
#[cfg(unix)]
use crate::program::{end, interrupt};

fn count(program: &Program, table: &str) -> i64 {
    let database = Connection::open(program.path("o.db")).unwrap();
    let query = format!("SELECT count(*) FROM {table}");
    database.query_row(&query, [], |row| row.get(0)).unwrap()
}

#[tokio::test]
async fn the_account_is_copied_and_brought_up_to_date() {
    let program = Program::start().await;
    let ended = program
        .type_in("sync --db o.db --only conversations,users")
        .await;
    assert!(
        ended.assert_done().err.contains("120 conversations"),
        "{ended:?}"
    );
    assert_eq!(ended.out, "");
    assert_eq!(count(&program, "conversations"), 120);
    assert!(count(&program, "messages") > 120 && count(&program, "users") > 0);
    let again = program
        .type_in("sync --db o.db --only conversations,users")
        .await;
    assert!(again.assert_done().err.contains("nothing new"), "{again:?}");
    let refused = program.type_in("sync --db o.db --only nothing").await;
    refused.assert_error(2, &["unknown stream `nothing`"]);
}

#[tokio::test]
async fn what_was_left_out_is_fetched_later() {
    let program = Program::start().await;
    let sync = "sync --db o.db --only conversations";
    program
        .type_in(&format!("{sync} --no-details"))
        .await
        .assert_done();
    assert_eq!(
        (
            count(&program, "conversations"),
            count(&program, "messages")
        ),
        (120, 0)
    );
    program.type_in(sync).await.assert_done();
    assert!(count(&program, "messages") > 120);
}

#[tokio::test]
async fn another_database_or_account_is_refused_and_stays() {
    let (program, other) = (Program::start().await, Program::start().await);
    program.write("o.db", "not a database, but somebody's notes");
    program
        .type_in("sync --db o.db")
        .await
        .assert_error(1, &["o.db", "another file"]);
    assert_eq!(program.read("o.db"), "not a database, but somebody's notes");

    std::fs::remove_file(program.path("o.db")).unwrap();
    let database = Connection::open(program.path("o.db")).unwrap();
    database
        .execute_batch("CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)")
        .unwrap();
    drop(database);
    program
        .type_in("sync --db o.db")
        .await
        .assert_error(1, &["o.db"]);
    assert_eq!(count(&program, "theirs"), 1);

    std::fs::remove_file(program.path("o.db")).unwrap();
    let sync = "sync --db o.db --only users";
    program.type_in(sync).await.assert_done();
    let (key, url) = (
        other.sandbox().key().to_owned(),
        other.sandbox().url().to_owned(),
    );
    let variables = [
        ("OCTOCOM_API_KEY", key.as_str()),
        ("OCTOCOM_BASE_URL", url.as_str()),
    ];
    let ended = program.run_with(&variables, sync).await;
    ended.assert_error(1, &["o.db", &url, "--same-account"]);
}

#[tokio::test]
async fn a_database_of_a_newer_schema_is_refused() {
    let program = Program::start().await;
    program
        .type_in("sync --db o.db --only users")
        .await
        .assert_done();
    let database = Connection::open(program.path("o.db")).unwrap();
    database.execute_batch("PRAGMA user_version = 99").unwrap();
    drop(database);
    program
        .type_in("sync --db o.db --only users")
        .await
        .assert_error(1, &["o.db", "99"]);
}

#[tokio::test]
async fn a_conversation_that_cannot_be_fetched_is_3_until_it_comes() {
    let program = Program::start().await;
    program.refuse_one_conversation().await;
    let sync = "sync --db o.db --only conversations";
    let ended = program.type_in(sync).await;
    ended.assert_error(3, &["1 record could not be fetched", "--accept-failures 1"]);
    assert_eq!(
        program
            .type_in(&format!("{sync} --accept-failures 1"))
            .await
            .status,
        0
    );
    program.sandbox().control().clear_plans();
    program.type_in(sync).await.assert_done();
    assert_eq!(count(&program, "conversations"), 120);
}

#[cfg(unix)]
#[tokio::test]
async fn an_interrupted_sync_goes_on() {
    let program = Program::start().await;
    let sync = "sync --db o.db --only conversations --concurrency 1";
    let child = program.start_until(30, sync).await;
    interrupt(&child).await;
    let ended = end(child).await;
    ended.assert_error(
        130,
        &["interrupted; ", "the same command goes on from there"],
    );
    program.type_in(sync).await.assert_done();
    assert_eq!(count(&program, "conversations"), 120);
}
