//! `octocom history`.

use crate::program::Program;

/// An article of a sandbox that has two versions.
async fn article(program: &Program) -> String {
    let ids = program
        .type_in("articles list --business acme-corp --jq .id")
        .await
        .out;
    for id in ids.lines() {
        let versions = format!("history list articles {id} --business acme-corp");
        if program
            .type_in(&versions)
            .await
            .assert_done()
            .out
            .lines()
            .count()
            > 1
        {
            return id.to_owned();
        }
    }
    panic!("no article has two versions: {ids}");
}

#[tokio::test]
async fn versions_are_listed_compared_and_restored() {
    let program = Program::start().await;
    let id = article(&program).await;
    let history = |verb: &str, more: &str| {
        let words = format!("history {verb} articles {id} {more} --business acme-corp");
        let program = &program;
        async move { program.type_in(&words).await }
    };
    let versions = history("list", "--jq .version").await;
    let oldest = versions
        .assert_done()
        .out
        .lines()
        .last()
        .unwrap()
        .to_owned();
    let diff = history("diff", "").await;
    assert!(diff.assert_done().out.contains("~ /"), "{diff:?}");
    let asked = history("restore", &oldest).await;
    asked.assert_error(2, &["goes back to version", "nobody to ask", "--yes"]);
    assert!(
        asked.err.contains("~ /"),
        "it says first what that changes: {asked:?}"
    );
    let restored = history("restore", &format!("{oldest} --yes")).await;
    assert_eq!(restored.status, 0);
    assert!(
        restored.err.contains("went back to version"),
        "{restored:?}"
    );
    let none = history("restore", "nothing --yes").await;
    none.assert_error(5, &["the item has no version `nothing`"]);
    let early = history("restore", "--before 2001-01-01 --yes").await;
    early.assert_error(5, &["no version is known to be from before 2001-01-01"]);
}

#[tokio::test]
async fn what_was_deleted_comes_back() {
    let program = Program::start().await;
    let mut undeleted = 0;
    for kind in ["articles", "bot-rules", "workflows"] {
        let deleted = format!("history deleted {kind} --jq .id --business acme-corp");
        let ids = program.type_in(&deleted).await.assert_done().out.clone();
        let Some(id) = ids.lines().next() else {
            continue;
        };
        let undelete = format!("history undelete {kind} {id} --yes --business acme-corp");
        program.type_in(&undelete).await.assert_done();
        let left = program.type_in(&deleted).await.out;
        assert!(!left.contains(id), "{kind} {left}");
        undeleted += 1;
    }
    assert!(undeleted > 0);
    let missing = program.type_in("history deleted articles").await;
    missing.assert_error(2, &["`--business` is missing"]);
}
