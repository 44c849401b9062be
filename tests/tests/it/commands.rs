//! The commands that people are told to type: something runs each of them, so that none rots.
//!
//! A command that is new in a Markdown file fails this test until it is accounted for here, and so
//! does one that is accounted for here and stands nowhere.

mod known;
mod targets;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::markdown;
use known::{KNOWN, TAKEN};

/// What runs a command.
enum Runner {
    /// `.ci/run` has the command itself, but for `--locked`.
    Gate,
    /// Lines of `.ci/run` that begin like this do what the command does, or more.
    GateAs(&'static [&'static str]),
    /// The file of a test, and what it has of the command.
    Test(&'static str, &'static str),
    /// Nothing that the gate could afford, for this reason. What it names exists.
    Nothing(&'static str),
}

/// The repository's folder.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The lines of the gate's script that are run, without `--locked`.
///
/// The gate refuses to change the lock file; who works on the dependencies does not.
fn gate(script: &str) -> Vec<String> {
    let script = script.replace("\\\n", " ").replace(" --locked", "");
    let lines = script.lines().map(str::trim);
    let lines = lines.filter(|line| !line.starts_with('#') && !line.is_empty());
    lines
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

/// What is not accounted for, or accounted for without need.
fn findings(
    commands: &BTreeSet<(PathBuf, String)>,
    known: &[(&str, Runner)],
    taken: &[(&str, &str)],
    gate: &[String],
    test: impl Fn(&str) -> String,
) -> Vec<String> {
    let mut found = Vec::new();
    for (file, command) in commands {
        let is_known = known.iter().any(|(text, _)| text == command);
        let is_taken = taken.iter().any(|(prefix, _)| command.starts_with(prefix));
        if !is_known && !is_taken {
            found.push(format!("{}: nothing runs `{command}`", file.display()));
        }
    }
    let stands = |fits: &dyn Fn(&str) -> bool| commands.iter().any(|(_, command)| fits(command));
    for (command, runner) in known {
        if !stands(&|text| text == *command) {
            found.push(format!("no text has `{command}` any more"));
        }
        let in_gate = |begin: &str| gate.iter().any(|line| line.starts_with(begin));
        match runner {
            Runner::Gate if !gate.iter().any(|line| line == command) => {
                found.push(format!(".ci/run has no `{command}`"));
            }
            Runner::GateAs(lines) => {
                let missing = lines.iter().filter(|line| !in_gate(line));
                found.extend(missing.map(|line| format!(".ci/run has no `{line}`: `{command}`")));
            }
            Runner::Test(file, part) if !test(file).contains(part) => {
                found.push(format!("{file} has no `{part}`: `{command}`"));
            }
            Runner::Nothing("") => found.push(format!("no reason: `{command}`")),
            Runner::Gate | Runner::Test(..) | Runner::Nothing(_) => {}
        }
    }
    for (prefix, file) in taken {
        if !stands(&|text| text.starts_with(prefix)) {
            found.push(format!("no text has a command `{prefix}` any more"));
        }
        if !test(file).contains(&format!("\"{prefix}\"")) {
            found.push(format!("{file} takes no commands `{prefix}`"));
        }
    }
    found
}

fn read(file: &str) -> String {
    std::fs::read_to_string(root().join(file)).unwrap_or_default()
}

#[test]
fn every_command_of_the_texts_is_run_somewhere() {
    let commands = markdown::commands(&root()).unwrap();
    let found = findings(&commands, &KNOWN, &TAKEN, &gate(&read(".ci/run")), read);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn what_nothing_runs_and_what_stands_nowhere_is_found() {
    let text = "`cargo a`, `cargo b`, `cargo c`, `cargo d` and `scripts/e`\n\n```sh\nmake f\n```\n";
    let commands = markdown::commands_of(text).into_iter();
    let commands = commands.map(|command| ("A.md".into(), command)).collect();
    let gate = gate("# cargo d\ncargo a \\\n  --locked\nscripts/x --locked --y\n");
    assert_eq!(gate, ["cargo a", "scripts/x --y"]);
    let test = |file: &str| match file {
        "c.rs" => "run(\"c\"); const RUN: &str = \"scripts/e\";".to_owned(),
        _ => String::new(),
    };
    let known = [
        ("cargo a", Runner::Gate),
        ("cargo b", Runner::GateAs(&["scripts/x"])),
        ("cargo c", Runner::Test("c.rs", "\"c\"")),
        ("cargo d", Runner::Nothing("slow")),
    ];
    let taken = [("scripts/e", "c.rs")];
    assert_eq!(
        findings(&commands, &known, &taken, &gate, test),
        ["A.md: nothing runs `make f`"]
    );

    let known = [
        ("cargo d", Runner::Gate),
        ("cargo b", Runner::GateAs(&["scripts/x", "scripts/z"])),
        ("cargo c", Runner::Test("b.rs", "\"c\"")),
        ("cargo a", Runner::Nothing("")),
        ("cargo g", Runner::Nothing("slow")),
    ];
    let taken = [
        ("scripts/e", "b.rs"),
        ("make ", "c.rs"),
        ("cargo h", "c.rs"),
    ];
    assert_eq!(
        findings(&commands, &known, &taken, &gate, test),
        [
            ".ci/run has no `cargo d`",
            ".ci/run has no `scripts/z`: `cargo b`",
            "b.rs has no `\"c\"`: `cargo c`",
            "no reason: `cargo a`",
            "no text has `cargo g` any more",
            "b.rs takes no commands `scripts/e`",
            "c.rs takes no commands `make `",
            "no text has a command `cargo h` any more",
            "c.rs takes no commands `cargo h`",
        ]
    );
}

#[test]
fn commands_are_lines_of_shell_blocks_and_spans_that_begin_with_a_program() {
    let text = "\
Run `cargo test
--workspace` or ``A=1 B=\"2 3\" cargo x && scripts/a``; not `cargo`, `cargo xtask`, `scripts/`,
`A=1`, `src/a.rs`, ```` `cargo no` ```` or an open `.

`scripts/b` ends a paragraph.

```sh
# A remark.
anything --at all \\
    --on two lines
$ cargo c
```

````text
│  cargo d [--e]      a remark
cargo f G
        [--h]
        and prose
```
`cargo no`
````

```rust
cargo.no();
```

- In a list:
  ~~~sh title=\"x\"
  make i
  ~~~
> ```console
> $ make j
> ```

| `.ci/run` | `./scripts/k --l` and `env A=1 cargo m` |
|---|---|
";
    assert_eq!(
        markdown::commands_of(text),
        [
            "cargo test --workspace",
            "A=1 B=\"2 3\" cargo x",
            "scripts/a",
            "scripts/b",
            "anything --at all --on two lines",
            "cargo c",
            "cargo d [--e]",
            "cargo f G [--h]",
            "make i",
            "make j",
            ".ci/run",
            "./scripts/k --l",
            "env A=1 cargo m",
        ]
    );
}

#[test]
fn words_are_those_of_a_shell() {
    assert_eq!(
        markdown::words("A=\"b c\" d  'e \"f' \"\" g"),
        ["A=b c", "d", "e \"f", "", "g"]
    );
    assert_eq!(markdown::variable("A_B=c"), Some("A_B"));
    for word in ["a=b", "=b", "A", "--a=b"] {
        assert_eq!(markdown::variable(word), None, "{word}");
    }
}
