//! Completions in a real shell, and man pages.

use tokio::process::Command;

use crate::program::Program;

const COMPLETE: &str = r#"
    source ./octocom.bash
    words() {
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
        _octocom octocom "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
        echo "${COMPREPLY[*]}"
    }
    complete -p octocom
    words octocom conv
    words octocom conversations add
    words octocom conversations list --sta
    words octocom conversations list --status ""
"#;

#[tokio::test]
async fn bash_completes_commands_flags_and_values() {
    let program = Program::new();
    let script = program.type_in("completions bash").await;
    program.write("octocom.bash", &script.assert_done().out);
    let mut bash = Command::new("bash");
    bash.args(["-c", COMPLETE])
        .current_dir(program.folder.path());
    let told = String::from_utf8(bash.output().await.unwrap().stdout).unwrap();
    let lines: Vec<_> = told.lines().collect();
    assert!(lines[0].contains("_octocom"), "{told}");
    let expected = [
        "conversations",
        "add-tag",
        "--status",
        "open closed snoozed",
    ];
    assert_eq!(lines[1..], expected, "{told}");
}

#[tokio::test]
async fn four_shells_have_completions() {
    let program = Program::new();
    for shell in ["bash", "fish", "powershell", "zsh"] {
        let ended = program.run(&["completions", shell]).await;
        assert!(
            ended.assert_done().out.contains("record-purchase"),
            "{shell}"
        );
    }
    program
        .type_in("completions csh")
        .await
        .assert_error(2, &["csh"]);
}

#[tokio::test]
async fn man_pages_are_made_and_rendered() {
    let program = Program::new();
    let page = program.type_in("man").await;
    assert!(page.assert_done().out.contains(".TH octocom 1"));
    program.type_in("man --dir pages").await.assert_done();
    let pages = std::fs::read_dir(program.path("pages")).unwrap();
    assert!(pages.count() > octocom_ext::operations::ALL.len());
    // `man` is not everywhere, and where documentation is left out it renders nothing.
    let mut man = Command::new("man");
    man.args(["-l", "pages/octocom-conversations-add-tag.1"]);
    man.env("MANPAGER", "cat")
        .current_dir(program.folder.path());
    if let Ok(rendered) = man.output().await
        && rendered.status.success()
    {
        let text = String::from_utf8_lossy(&rendered.stdout).into_owned();
        let is_rendered = text.contains("add-tag") && !text.contains(".SH");
        assert!(is_rendered || text.contains("minimized"), "{text}");
    }
}

#[tokio::test]
async fn versions_of_program_and_document_are_told() {
    let version = Program::new().type_in("--version").await;
    let (program, document) = (env!("CARGO_PKG_VERSION"), octocom_api::API_VERSION);
    let expected = format!("octocom {program}, OpenAPI document {document}\n");
    assert_eq!(version.assert_done().out, expected);
}
