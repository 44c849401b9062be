//! Sources of the key, and the address that it goes to.

use crate::program::Program;

const NO_KEY: (&str, &str) = ("OCTOCOM_API_KEY", "");

#[tokio::test]
async fn the_key_comes_from_a_file() {
    let program = Program::start().await;
    program.write("key.txt", &format!("{}\n", program.sandbox().key()));
    let words = "--api-key-file key.txt users list --max-items 1";
    let ended = program.run_with(&[NO_KEY], words).await;
    assert_eq!(ended.assert_done().out.lines().count(), 1);
}

#[tokio::test]
async fn two_sources_of_a_key_are_refused() {
    let program = Program::start().await;
    program.write("key.txt", "another");
    let ended = program.type_in("users list --api-key-file key.txt").await;
    ended.assert_error(
        2,
        &[
            "two sources",
            "OCTOCOM_API_KEY",
            "key.txt",
            "nothing was sent",
        ],
    );
    program
        .run_given("key-of-a-profile", "config set")
        .await
        .assert_done();
    let ended = program.type_in("users list").await;
    ended.assert_error(2, &["two sources", "OCTOCOM_API_KEY", "profile `default`"]);
    assert!(!ended.err.contains("key-of-a-profile"), "{ended:?}");
    assert_eq!(program.requests(), 0);
}

#[tokio::test]
async fn a_key_that_cannot_be_sent_is_named_by_its_source_and_not_shown() {
    let program = Program::start().await;
    let ended = program
        .run_with(&[("OCTOCOM_API_KEY", "secret key")], "users list")
        .await;
    ended.assert_error(2, &["OCTOCOM_API_KEY"]);
    assert!(!ended.err.contains("secret"), "{ended:?}");
    let ended = program
        .run_with(&[NO_KEY], "--api-key-file nothing.txt users list")
        .await;
    ended.assert_error(2, &["--api-key-file", "nothing.txt", "cannot be read"]);
}

#[tokio::test]
async fn a_key_does_not_go_to_an_address_that_contradicts_its_profile() {
    let program = Program::start().await;
    let set = "config set --base-url https://octocom.example";
    program.run_given("k", set).await.assert_done();
    let ended = program.run_with(&[NO_KEY], "users list").await;
    ended.assert_error(
        2,
        &["two base URLs", "OCTOCOM_BASE_URL", "profile `default`"],
    );
    assert_eq!(program.requests(), 0);
}

#[tokio::test]
async fn plain_http_to_another_machine_is_refused() {
    let program = Program::start().await;
    let ended = program
        .type_in("users list --base-url http://octocom.example")
        .await;
    ended.assert_error(2, &["--base-url"]);
}
