//! The forms of data.

use serde_json::Value;

use crate::program::{Program, end};

#[tokio::test]
async fn a_list_has_four_forms() {
    let program = Program::start().await;
    let list = |more: &str| format!("teams list --max-items 2 {more}");
    let ndjson = program.type_in(&list("")).await;
    let name = |item: Value| item["name"].clone();
    let lines = ndjson.assert_done().out.lines();
    let names: Vec<_> = lines
        .map(|line| name(serde_json::from_str(line).unwrap()))
        .collect();
    assert_eq!(names.len(), 2);
    let json = program.type_in(&list("-o json")).await;
    let json: Vec<Value> = serde_json::from_str(&json.assert_done().out).unwrap();
    assert_eq!(json.into_iter().map(name).collect::<Vec<_>>(), names);
    let csv = program.type_in(&list("-o csv --columns name,id")).await;
    assert_eq!(csv.assert_done().out.lines().next(), Some("name,id"));
    assert_eq!(csv.out.lines().count(), 3);
    let table = program.type_in(&list("-o table")).await;
    let lines: Vec<_> = table.assert_done().out.lines().collect();
    assert_eq!(lines.len(), 3, "{table:?}");
    assert!(lines[0].starts_with(" id "), "{table:?}");
    let none = program
        .type_in("conversations list --since 2099-01-01T00:00:00Z -o json")
        .await;
    assert_eq!(none.assert_done().out, "[]\n");
}

#[tokio::test]
async fn columns_and_filters_pick_from_each_item() {
    let program = Program::start().await;
    let list = |more: &str| format!("conversations list --max-items 1 {more}");
    let picked = program.type_in(&list("--columns publicId,nothing")).await;
    let expected = "{\"publicId\":\"CONV-2024-000001\",\"nothing\":null}\n";
    assert_eq!(picked.out, expected);
    let words = "`--columns`: no item has the field `nothing`, only id, publicId,";
    picked.assert_error(2, &[words]);
    let picked = program.type_in(&list("--columns publicId,closedAt")).await;
    assert_eq!(picked.assert_done().out.lines().count(), 1);
    let filtered = program.type_in(&list("--jq .publicId")).await;
    assert_eq!(filtered.assert_done().out, "CONV-2024-000001\n");
    program
        .type_in(&list("--jq .publicId.x"))
        .await
        .assert_error(1, &["--jq"]);
}

#[tokio::test]
async fn a_closed_pipe_ends_quietly() {
    let program = Program::start().await;
    let mut child = program.command(&["conversations", "list"]).spawn().unwrap();
    drop(child.stdout.take());
    let ended = end(child).await;
    assert_eq!((ended.status, ended.err.as_str()), (0, ""));
}

#[tokio::test]
async fn messages_that_nobody_reads_are_no_reason_to_end() {
    let program = Program::start().await;
    let set = ["plan", "--shards", "2", "--out", "plan.json"];
    let mut child = program.command(&set).spawn().unwrap();
    drop(child.stderr.take());
    assert_eq!(end(child).await.status, 0);
    assert!(program.path("plan.json").exists());
}

#[tokio::test]
async fn one_thing_comes_without_its_envelope() {
    let program = Program::start().await;
    let id = program
        .type_in("conversations list --max-items 1 --jq .id")
        .await
        .out;
    let get = format!("conversations get {} -o json", id.trim());
    let got = program.type_in(&get).await;
    let conversation: Value = serde_json::from_str(&got.assert_done().out).unwrap();
    assert_eq!(conversation["id"], id.trim());
    assert!(conversation["messages"].is_array());
}
