//! The example `history`: what it reads of a sandbox, and what it changes there.

use std::process::Output;

use octocom_sandbox::Sandbox;
use tokio::process::Command;

use crate::{example, text};

async fn sandbox() -> Sandbox {
    Sandbox::builder().conversations(0).start().await.unwrap()
}

/// Runs the example with these arguments, words as in a shell.
async fn history(sandbox: &Sandbox, arguments: &str) -> Output {
    Command::new(example("history"))
        .args(["--business", "acme-corp"])
        .args(arguments.split(' '))
        .env("OCTOCOM_API_KEY", sandbox.key())
        .env("OCTOCOM_BASE_URL", sandbox.url())
        .output()
        .await
        .unwrap()
}

/// What it prints when it succeeds.
async fn printed(sandbox: &Sandbox, arguments: &str) -> String {
    let output = history(sandbox, arguments).await;
    let told = text(&output.stderr);
    assert!(output.status.success(), "{arguments}: {told}");
    assert_eq!(told, "");
    text(&output.stdout)
}

/// What it prints and says when it fails.
async fn refused(sandbox: &Sandbox, arguments: &str, status: i32) -> (String, String) {
    let output = history(sandbox, arguments).await;
    let told = text(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{arguments}: {told}");
    assert!(!told.contains(sandbox.key()), "{told}");
    (text(&output.stdout), told)
}

/// The first words of a table's rows.
fn ids(table: &str) -> Vec<&str> {
    let rows = table.lines().skip(1);
    rows.map(|row| row.split(' ').next().unwrap()).collect()
}

#[tokio::test]
async fn versions_are_listed_compared_and_restored() {
    let sandbox = sandbox().await;
    for kind in ["workflows", "articles", "bot-rules"] {
        let things = printed(&sandbox, &format!("{kind} ids")).await;
        assert!(things.starts_with("ID "), "{things}");
        let mut chosen = None;
        for id in ids(&things) {
            let versions = printed(&sandbox, &format!("{kind} list {id}")).await;
            assert!(versions.starts_with("VERSION "), "{versions}");
            if ids(&versions).len() > 1 {
                chosen = Some((id, versions));
                break;
            }
        }
        let (id, versions) = chosen.unwrap();
        let [newest, .., oldest] = ids(&versions)[..] else {
            panic!("{versions}");
        };

        let latest = printed(&sandbox, &format!("{kind} diff {id}")).await;
        assert!(latest.contains(&format!("\nto   {newest} of ")), "{latest}");
        let all = printed(&sandbox, &format!("{kind} diff {id} {oldest} {newest}")).await;
        assert!(all.starts_with(&format!("from {oldest} of ")), "{all}");
        assert!(all.lines().count() > 2, "{all}");
        let none = printed(&sandbox, &format!("{kind} diff {id} {newest} {newest}")).await;
        assert!(none.ends_with("\nno difference\n"), "{none}");

        let restore = format!("{kind} restore {id} {oldest}");
        let (shown, told) = refused(&sandbox, &restore, 1).await;
        assert!(shown.contains(&format!("would go back to version {oldest} of ")));
        assert!(shown.lines().count() > 1, "{shown}");
        assert!(told.contains("nothing was changed: add --yes"), "{told}");
        assert_eq!(
            printed(&sandbox, &format!("{kind} list {id}")).await,
            versions
        );

        let done = printed(&sandbox, &format!("{restore} --yes")).await;
        assert!(done.starts_with(&format!("{id} went back to version {oldest} of ")));
        let after = printed(&sandbox, &format!("{kind} list {id}")).await;
        assert_eq!(ids(&after).len(), ids(&versions).len() + 1);
        let restored = ids(&after)[0];
        let none = printed(&sandbox, &format!("{kind} diff {id} {oldest} {restored}")).await;
        assert!(none.ends_with("\nno difference\n"), "{none}");
    }
}

#[tokio::test]
async fn a_time_names_the_version_from_before_it() {
    let sandbox = sandbox().await;
    let things = printed(&sandbox, "articles ids").await;
    let id = ids(&things)[0];
    let versions = printed(&sandbox, &format!("articles list {id}")).await;
    let newest = versions.lines().nth(1).unwrap();
    let mut words = newest.split_whitespace();
    let (newest, time) = (words.next().unwrap(), words.next().unwrap());
    let far = printed(
        &sandbox,
        &format!("articles restore {id} --before 2100-01-01 --yes"),
    )
    .await;
    assert!(far.contains(newest), "{far}");

    let (_, told) = refused(
        &sandbox,
        &format!("articles restore {id} --before 2001-01-01"),
        1,
    )
    .await;
    assert!(
        told.contains("no version is known to be from before 2001-01-01"),
        "{told}"
    );
    // Not its own time, nor what is left of that without a fraction.
    let (shown, _) = refused(
        &sandbox,
        &format!("articles restore {id} --before {time}"),
        1,
    )
    .await;
    assert!(!shown.contains(newest), "{shown}");
    let (_, told) = refused(
        &sandbox,
        &format!("articles restore {id} --before monday"),
        2,
    )
    .await;
    assert!(told.contains("expected a date or RFC 3339"), "{told}");
}

#[tokio::test]
async fn what_was_deleted_is_listed_and_comes_back() {
    let sandbox = sandbox().await;
    for kind in ["workflows", "articles", "bot-rules"] {
        let deleted = printed(&sandbox, &format!("{kind} deleted")).await;
        let before = ids(&deleted);
        let id = before[0];
        let (shown, told) = refused(&sandbox, &format!("{kind} undelete {id}"), 1).await;
        assert!(shown.contains("would come back as of version "), "{shown}");
        assert!(told.contains("nothing was changed: add --yes"), "{told}");
        let done = printed(&sandbox, &format!("{kind} undelete {id} --yes")).await;
        assert_eq!(done, format!("{id} is back\n"));
        let after = printed(&sandbox, &format!("{kind} deleted")).await;
        assert_eq!(ids(&after), before[1..]);
        let things = printed(&sandbox, &format!("{kind} ids")).await;
        assert!(ids(&things).contains(&id));
    }
}

#[tokio::test]
async fn what_cannot_be_done_is_said() {
    let sandbox = sandbox().await;
    let unknown = "00000000-0000-4000-8000-000000000000";
    let (_, told) = refused(&sandbox, &format!("articles list {unknown}"), 1).await;
    assert!(told.contains("404"), "{told}");
    let things = printed(&sandbox, "articles ids").await;
    let id = ids(&things)[0];
    let (_, told) = refused(&sandbox, &format!("articles diff {id} 1 2"), 1).await;
    assert!(
        told.contains("there is no version `1`: see `list`"),
        "{told}"
    );
    for (arguments, why) in [
        (
            format!("articles restore {id}"),
            "<VERSION|--before <TIME>>",
        ),
        (
            format!("articles restore {id} 1 --before 2025-01-01"),
            "cannot be used with",
        ),
        (format!("articles diff {id} 1"), "<NEWER>"),
        (
            "articles list 17".to_owned(),
            "invalid value '17' for '<ID>'",
        ),
        (
            "macros ids".to_owned(),
            "possible values: workflows, articles, bot-rules",
        ),
    ] {
        let (_, told) = refused(&sandbox, &arguments, 2).await;
        assert!(told.contains(why), "{told}");
    }
}

#[tokio::test]
async fn without_a_key_it_reads_a_sandbox_of_its_own() {
    let output = Command::new(example("history"))
        .args(["--business", "acme-corp", "workflows", "ids"])
        .env_remove("OCTOCOM_API_KEY")
        .env_remove("OCTOCOM_BASE_URL")
        .output()
        .await
        .unwrap();
    assert!(output.status.success());
    let told = text(&output.stderr);
    assert!(told.contains("OCTOCOM_API_KEY is not set"), "{told}");
    assert!(text(&output.stdout).lines().count() > 1);
}
