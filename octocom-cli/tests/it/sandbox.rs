//! `--sandbox` and `--sandbox-state`.

use std::process::Stdio;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::program::{Program, end};

const STATE: &str = "--sandbox --sandbox-state state.json";

#[tokio::test]
async fn a_sandbox_needs_no_key_and_uses_none() {
    let program = Program::new();
    let variables = [
        ("OCTOCOM_API_KEY", "a-real-one"),
        ("OCTOCOM_BASE_URL", "https://octocom.example"),
    ];
    let ended = program
        .run_with(&variables, "--sandbox users list --max-items 1")
        .await;
    assert_eq!(ended.assert_done().out.lines().count(), 1);
    let ended = program
        .type_in("--sandbox --base-url http://127.0.0.1:9 users list")
        .await;
    ended.assert_error(2, &["--sandbox", "--base-url"]);
}

#[tokio::test]
async fn a_state_keeps_what_a_command_changed() {
    let program = Program::new();
    let tag = "conversations add-tag --conversation-id CONV-2024-000001 --tag kept";
    program
        .type_in(&format!("{STATE} {tag}"))
        .await
        .assert_done();
    let id = format!("{STATE} conversations list --max-items 1 --jq .id");
    let id = program
        .type_in(&id)
        .await
        .assert_done()
        .out
        .trim()
        .to_owned();
    let get = format!("conversations get {id} --jq .tags");
    let kept = program.type_in(&format!("{STATE} {get}")).await;
    assert!(kept.assert_done().out.contains("kept"), "{kept:?}");
    // Without the file it is as new.
    let new = program.type_in(&format!("--sandbox {get}")).await;
    assert!(!new.assert_done().out.contains("kept"), "{new:?}");
}

#[tokio::test]
async fn a_state_that_is_not_one_is_refused_and_stays() {
    let program = Program::new();
    for content in ["not JSON", "{}", "{\"version\": 99}"] {
        program.write("state.json", content);
        let ended = program.type_in(&format!("{STATE} users list")).await;
        ended.assert_error(
            2,
            &[
                "state.json",
                "does not keep a sandbox",
                "another --sandbox-state",
            ],
        );
        assert_eq!(program.read("state.json"), content);
    }
}

#[tokio::test]
async fn two_commands_at_once_exclude_each_other() {
    let program = Program::new();
    let words: Vec<_> = STATE.split(' ').chain(["chat", "--yes"]).collect();
    let mut command = program.command(&words);
    let mut first = command.stdin(Stdio::piped()).spawn().unwrap();
    // It has begun when it says so.
    let mut told = first.stderr.take().unwrap();
    told.read_exact(&mut [0; 10]).await.unwrap();
    let second = program.type_in(&format!("{STATE} users list")).await;
    second.assert_error(1, &["another command uses the sandbox", "state.json"]);
    drop(first.stdin.take());
    let mut rest = String::new();
    let (told, first) = tokio::join!(told.read_to_string(&mut rest), end(first));
    assert_eq!((told.is_ok(), first.status), (true, 0));
    program
        .type_in(&format!("{STATE} users list"))
        .await
        .assert_done();
}

#[cfg(unix)]
#[tokio::test]
async fn an_interrupted_command_keeps_what_it_changed() {
    let program = Program::new();
    let words: Vec<_> = STATE
        .split(' ')
        .chain(["chat", "--yes", "--synchronous"])
        .collect();
    let mut command = program.command(&words);
    let mut chat = command.stdin(Stdio::piped()).spawn().unwrap();
    let mut typed = chat.stdin.take().unwrap();
    typed.write_all(b"Hello\n").await.unwrap();
    // The bot has answered, so the message is there.
    let mut heard = chat.stdout.take().unwrap();
    heard.read_exact(&mut [0; 5]).await.unwrap();
    crate::program::interrupt(&chat).await;
    assert_eq!(end(chat).await.status, 130);
    let list = "conversations list --since 2026-01-01 --jq .initialChannel";
    let list = program.type_in(&format!("{STATE} {list}")).await;
    assert_eq!(list.assert_done().out.lines().count(), 1, "{list:?}");
}

#[tokio::test]
async fn a_seed_that_contradicts_the_state_is_refused() {
    let program = Program::new();
    program
        .type_in(&format!("{STATE} --sandbox-seed 7 teams list"))
        .await
        .assert_done();
    program
        .type_in(&format!("{STATE} teams list"))
        .await
        .assert_done();
    let ended = program
        .type_in(&format!("{STATE} --sandbox-seed 8 teams list"))
        .await;
    ended.assert_error(2, &["seed 7, not 8"]);
    let ended = program.type_in("--sandbox-seed 8 teams list").await;
    ended.assert_error(2, &["need --sandbox"]);
    let ended = program
        .type_in("--sandbox --sandbox-conversations 2000000000 teams list")
        .await;
    ended.assert_error(2, &["`--sandbox-conversations` is 2000000000"]);
}
