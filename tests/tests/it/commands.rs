//! The commands that people are told to type: each is known here with what runs it.
//!
//! A command that is new in one of the texts fails this test until something runs it. Those of the
//! first README are run by `octocom-ext/tests/examples/readme.rs`.

/// Commands in `sh` blocks, by text, and where they are run.
const KNOWN: [(&str, &[&str]); 4] = [
    // `octocom-sandbox/tests/it/readme.rs` takes them from the texts.
    (
        include_str!("../../../octocom-sandbox/README.md"),
        &[
            "cargo run -p octocom-sandbox -- --port 4010 --conversations 10000 --seed 7 --faults 0.1",
        ],
    ),
    (
        include_str!("../../../octocom-sandbox/docs/record-faults.md"),
        &[concat!(
            "cargo run -p octocom-sandbox -- --port 4010 --seed 42 --faults 0.3 ",
            r#"--fault "reset; after" --fault "status=503; before" 2> requests.ndjson"#
        )],
    ),
    // Its synopses are held against `--help` in `xtask/tests/readme.rs`.
    (include_str!("../../../xtask/README.md"), &[]),
    (include_str!("../../../octocom-api/README.md"), &[]),
];

#[test]
fn every_command_of_the_texts_is_run_somewhere() {
    for (text, known) in KNOWN {
        let blocks = text.split("```sh\n").skip(1);
        let lines = blocks.filter_map(|block| block.split("```").next());
        let commands: Vec<_> = lines.flat_map(str::lines).collect();
        assert_eq!(commands, known);
    }
}
