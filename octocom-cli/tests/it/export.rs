//! `octocom export`.

use std::collections::BTreeSet;

use serde_json::Value;

#[cfg(unix)]
use crate::program::interrupt;
use crate::program::{Program, end};

/// The ids of a file, each of its lines one whole record.
fn ids(program: &Program, file: &str) -> Vec<String> {
    let content = program.read(file);
    assert!(content.is_empty() || content.ends_with('\n'), "{content}");
    let lines = content
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines
        .map(|record| record["id"].as_str().unwrap().to_owned())
        .collect()
}

fn distinct(ids: &[String]) -> usize {
    ids.iter().collect::<BTreeSet<_>>().len()
}

#[tokio::test]
async fn a_list_is_exported_once_and_an_output_is_not_replaced() {
    let program = Program::start().await;
    let export = "export conversations --out all.ndjson";
    let ended = program.type_in(export).await;
    let summary = "exported to all.ndjson: 120 conversations; ";
    assert!(ended.assert_done().err.starts_with(summary), "{ended:?}");
    assert_eq!(ended.out, "");
    let before = ids(&program, "all.ndjson");
    assert_eq!((before.len(), distinct(&before)), (120, 120));
    let again = program.type_in(export).await;
    again.assert_error(1, &["all.ndjson", "--resume", "--append", "--overwrite"]);
    assert_eq!(ids(&program, "all.ndjson"), before);
    program
        .type_in(&format!("{export} --resume"))
        .await
        .assert_done();
    program
        .type_in(&format!("{export} --overwrite"))
        .await
        .assert_done();
    assert_eq!(ids(&program, "all.ndjson"), before);
    let quiet = program
        .type_in(&format!("{export} --overwrite --quiet"))
        .await;
    assert_eq!(quiet.assert_done().err, "");
}

#[tokio::test]
async fn a_pipe_gets_data_only() {
    let program = Program::start().await;
    let ended = program
        .type_in("export conversations --out - --max-items 3")
        .await;
    assert_eq!(ended.assert_done().out.lines().count(), 3);
    let csv = "export customers --format csv --columns id,email --out - --max-items 2";
    let csv = program.type_in(csv).await;
    assert_eq!(csv.assert_done().out.lines().next(), Some("id,email"));
    assert_eq!(csv.out.lines().count(), 3);
    let mut child = program
        .command(&["export", "conversations", "--out", "-"])
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let closed = end(child).await;
    assert_eq!(closed.status, 0, "{closed:?}");
    assert!(!closed.err.contains("error"), "{closed:?}");
}

#[tokio::test]
async fn options_that_do_not_fit_are_refused_as_flags() {
    let program = Program::start().await;
    for (words, named) in [
        ("nothing --out x", "possible values: articles,"),
        (
            "users --out x --status open",
            "`--status`: the stream users has no such filter",
        ),
        ("users --out x --business acme-corp", "`--business`"),
        ("users --out x --details", "`--details`"),
        ("users --out x --columns id", "--columns needs --format csv"),
        ("users --out - --resume", "for a file"),
        ("users --out x --resume --overwrite", "--resume"),
        ("users --out x --concurrency 0", "--concurrency"),
        (
            "conversations --out x --since yesterday",
            "a date or RFC 3339",
        ),
        ("conversations --out x --metadata order", "KEY=VALUE"),
        ("conversations --out x --shard 1", "--plan"),
    ] {
        let ended = program.type_in(&format!("export {words}")).await;
        ended.assert_error(2, &[named]);
        assert!(!program.path("x").exists());
    }
    assert_eq!(program.requests(), 0);
}

#[tokio::test]
async fn a_key_that_is_refused_exports_nothing_and_keeps_what_is_there() {
    let program = Program::start().await;
    let export = "export conversations --out all.ndjson";
    program.type_in(export).await.assert_done();
    let before = program.read("all.ndjson");
    let wrong = [("OCTOCOM_API_KEY", "wrong")];
    let ended = program
        .run_with(&wrong, &format!("{export} --overwrite"))
        .await;
    let words = "the API rejected the key (401: Invalid or missing API key); check OCTOCOM_API_KEY";
    ended.assert_error(4, &[words, "nothing was written"]);
    assert_eq!(program.read("all.ndjson"), before);
}

#[tokio::test]
async fn a_record_that_cannot_be_fetched_is_3_until_it_comes() {
    let program = Program::start().await;
    program.refuse_one_conversation().await;
    let export = "export conversations --details --out all.ndjson --concurrency 1";
    let ended = program.type_in(export).await;
    ended.assert_error(
        3,
        &[
            "1 record could not be fetched: conversations ",
            "--accept-failures 1",
        ],
    );
    assert!(ended.err.contains("warning: conversations "), "{ended:?}");
    let accepted = format!("{export} --resume --accept-failures 1");
    assert_eq!(program.type_in(&accepted).await.status, 0);
    program.sandbox().control().clear_plans();
    program
        .type_in(&format!("{export} --resume"))
        .await
        .assert_done();
    let ids = ids(&program, "all.ndjson");
    assert_eq!((ids.len(), distinct(&ids)), (120, 120));
}

#[cfg(unix)]
#[tokio::test]
async fn an_interrupted_export_says_what_is_complete_and_goes_on() {
    let program = Program::start().await;
    let whole = "export conversations --details --out whole.ndjson --concurrency 1";
    program.type_in(whole).await.assert_done();
    let export = "export conversations --details --out all.ndjson --concurrency 1";
    let child = program.start_until(40, export).await;
    interrupt(&child).await;
    let ended = end(child).await;
    ended.assert_error(
        130,
        &[
            "interrupted; ",
            " records of this run are complete",
            "--resume",
        ],
    );
    assert!(!program.path("all.ndjson").exists(), "it is not whole");
    program
        .type_in(&format!("{export} --resume"))
        .await
        .assert_done();
    assert_eq!(program.read("all.ndjson"), program.read("whole.ndjson"));
}

#[tokio::test]
async fn the_shards_of_a_plan_are_together_the_whole() {
    let program = Program::start().await;
    program
        .type_in("plan --shards 3 --out plan.json")
        .await
        .assert_done();
    let mut all = Vec::new();
    for shard in ["0", "1", "2"] {
        let out = format!("{shard}.ndjson");
        let words = format!("export conversations --plan plan.json --out {out}");
        let ended = match shard {
            "0" => program.type_in(&format!("{words} --shard 0")).await,
            index => {
                program
                    .run_with(&[("JOB_COMPLETION_INDEX", index)], &words)
                    .await
            }
        };
        ended.assert_done();
        all.extend(ids(&program, &out));
    }
    assert_eq!((all.len(), distinct(&all)), (120, 120));
    let words = "export conversations --plan plan.json --out 4.ndjson";
    let ended = program.type_in(&format!("{words} --shard 3")).await;
    ended.assert_error(2, &["--shard: 3 is not below 3"]);
    program
        .type_in(words)
        .await
        .assert_error(2, &["--shard", "JOB_COMPLETION_INDEX"]);
    let job = |index: &'static str, words: &'static str| {
        let program = &program;
        async move {
            program
                .run_with(&[("JOB_COMPLETION_INDEX", index)], words)
                .await
        }
    };
    let ended = job(
        "first",
        "export conversations --plan plan.json --out 5.ndjson",
    )
    .await;
    ended.assert_error(2, &["JOB_COMPLETION_INDEX is not a number"]);
    // Without a plan the variable means nothing.
    job("1", "export teams --out teams.ndjson")
        .await
        .assert_done();
    let ended = program
        .type_in(&format!("{words} --shard 0 --status open"))
        .await;
    ended.assert_error(2, &["a plan has filters of its own"]);
}

#[tokio::test]
async fn a_plan_of_another_server_or_none_is_refused() {
    let (program, other) = (Program::start().await, Program::start().await);
    program
        .type_in("plan --shards 2 --out plan.json")
        .await
        .assert_done();
    other.write("plan.json", &program.read("plan.json"));
    let words = "export conversations --plan plan.json --shard 0 --out 0.ndjson";
    let ended = other.type_in(words).await;
    ended.assert_error(2, &["plan", "`server` is http://127.0.0.1:"]);
    assert!(!other.path("0.ndjson").exists());
    for content in ["", "{}", "{\"version\":1}"] {
        other.write("plan.json", content);
        let ended = other.type_in(words).await;
        ended.assert_error(2, &["`plan.json` is not a plan", "octocom plan"]);
    }
    other.write(
        "plan.json",
        &program
            .read("plan.json")
            .replace("\"version\": 2", "\"version\": 9"),
    );
    other
        .type_in(words)
        .await
        .assert_error(2, &["plan", "`version` is 9"]);
}

#[tokio::test]
async fn an_output_that_is_not_what_its_state_says_is_refused_and_stays() {
    let program = Program::start().await;
    let export = "export conversations --out all.ndjson";
    program.type_in(export).await.assert_done();
    let whole = program.read("all.ndjson");
    let half = whole.get(..whole.len() / 2).unwrap().to_owned();
    let longer = format!("{whole}more\n");
    let edited = whole
        .replacen("open", "shut", 1)
        .replacen("closed", "opened", 1);
    for content in [half, longer, edited] {
        if content == whole {
            continue;
        }
        program.write("all.ndjson", &content);
        let ended = program.type_in(&format!("{export} --append")).await;
        ended.assert_error(1, &["all.ndjson", "--overwrite"]);
        assert_eq!(program.read("all.ndjson"), content);
    }
}

#[tokio::test]
async fn a_broken_state_is_refused_and_nothing_is_lost() {
    let program = Program::start().await;
    let export = "export conversations --out all.ndjson";
    program.type_in(export).await.assert_done();
    let whole = program.read("all.ndjson");
    for state in ["", "{", "{}", "[1]"] {
        program.write("all.ndjson.state.json", state);
        let ended = program.type_in(&format!("{export} --append")).await;
        ended.assert_error(1, &["all.ndjson.state.json"]);
        assert_eq!(program.read("all.ndjson"), whole);
        assert_eq!(program.read("all.ndjson.state.json"), state);
    }
}

#[tokio::test]
async fn a_sandbox_is_the_same_server_in_each_run() {
    let program = Program::new();
    let sandbox = "--sandbox --sandbox-conversations 60";
    let export = "export conversations --out all.ndjson";
    program
        .type_in(&format!("{sandbox} {export} --max-items 20"))
        .await
        .assert_done();
    program
        .type_in(&format!("{sandbox} {export} --resume"))
        .await
        .assert_done();
    assert_eq!(ids(&program, "all.ndjson").len(), 60);
    let other = format!("{sandbox} --sandbox-seed 2 {export} --append");
    let ended = program.type_in(&other).await;
    ended.assert_error(1, &["all.ndjson", "sandbox of seed 1", "sandbox of seed 2"]);
}

#[cfg(feature = "parquet")]
#[tokio::test]
async fn shards_are_exported_to_one_folder_of_parquet() {
    let program = Program::start().await;
    program
        .type_in("plan --shards 2 --out plan.json")
        .await
        .assert_done();
    let export = "export conversations --plan plan.json --format parquet --out all --shard";
    for shard in 0..2 {
        let ended = program.type_in(&format!("{export} {shard}")).await;
        let err = &ended.assert_done().err;
        assert!(err.starts_with("exported to all: "), "{ended:?}");
        let part = program.path(&format!("all/shard-0000{shard}-00000.parquet"));
        assert_eq!(std::fs::read(part).unwrap()[..4], *b"PAR1");
    }
    let again = program.type_in(&format!("{export} 1")).await;
    again.assert_error(1, &["`all`", "--resume", "--append", "--overwrite"]);
    let resumed = program.type_in(&format!("{export} 1 --resume")).await;
    resumed.assert_done();
    let piped = program
        .type_in("export conversations --format parquet --out -")
        .await;
    piped.assert_error(2, &["--format parquet", "--out"]);
}

#[cfg(not(feature = "parquet"))]
#[tokio::test]
async fn parquet_is_refused_by_a_program_without_it() {
    let program = Program::start().await;
    let ended = program
        .type_in("export conversations --format parquet --out all")
        .await;
    ended.assert_error(2, &["without parquet", "--features parquet"]);
    assert!(!program.path("all").exists());
}
