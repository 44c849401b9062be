//! `octocom plan`.

use serde_json::Value;

use crate::program::Program;

#[tokio::test]
async fn a_plan_is_written_once() {
    let program = Program::start().await;
    let shards = |program: &Program| {
        let plan: Value = serde_json::from_str(&program.read("plan.json")).unwrap();
        plan["shards"].as_array().unwrap().len()
    };
    let ended = program.type_in("plan --shards 2 --out plan.json").await;
    assert!(
        ended
            .assert_done()
            .err
            .contains("planned 2 shards of 3 pages"),
        "{ended:?}"
    );
    let again = program.type_in("plan --shards 3 --out plan.json").await;
    again.assert_error(1, &["plan.json", "--overwrite"]);
    assert_eq!(shards(&program), 2);
    program
        .type_in("plan --shards 3 --out plan.json --overwrite")
        .await
        .assert_done();
    assert_eq!(shards(&program), 3);
}

#[tokio::test]
async fn a_plan_on_standard_output_is_data_only() {
    let program = Program::start().await;
    let ended = program
        .type_in("plan --shards 2 --status open --out -")
        .await;
    let plan: Value = serde_json::from_str(&ended.assert_done().out).unwrap();
    assert_eq!(plan["filters"]["status"], "open");
    assert_eq!(ended.err, "");
}

/// A link that leads nowhere is seen by no look at the file, like one that appears during the run.
#[cfg(unix)]
#[tokio::test]
async fn a_file_that_appears_meanwhile_is_not_replaced() {
    let program = Program::start().await;
    let link = program.folder.path().join("plan.json");
    std::os::unix::fs::symlink("nowhere", &link).unwrap();
    let ended = program.type_in("plan --shards 2 --out plan.json").await;
    ended.assert_error(1, &["plan.json is there already", "--overwrite"]);
    assert_eq!(std::fs::read_link(&link).unwrap().to_str(), Some("nowhere"));
    let files = std::fs::read_dir(program.folder.path()).unwrap();
    assert_eq!(files.count(), 1);
}
