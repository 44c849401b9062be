//! The program at a terminal: a pseudo-terminal of Python's.
#![cfg(unix)]

use std::process::Stdio;

use octocom_ext::operations;
use serde_json::json;
use tokio::io::AsyncWriteExt as _;

use crate::program::{Ended, Program};

/// Runs a program at a terminal of so many columns. What comes on standard input is typed; with
/// a text to wait for, Ctrl-C is typed once it is shown.
const TERMINAL: &str = r#"
import fcntl, os, pty, struct, sys, termios
columns, until, command = int(sys.argv[1]), sys.argv[2].encode(), sys.argv[3:]
pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    os.execv(command[0], command)
os.write(terminal, sys.stdin.buffer.read())
shown, typed = b"", not until
while True:
    try:
        part = os.read(terminal, 65536)
    except OSError:
        break
    if not part:
        break
    shown += part
    if not typed and until in shown:
        os.write(terminal, b"\x03")
        typed = True
sys.stdout.buffer.write(shown)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
"#;

struct Terminal<'a> {
    program: &'a Program,
    columns: u16,
    variables: Vec<(&'a str, &'a str)>,
    until: &'a str,
}

impl<'a> Terminal<'a> {
    fn new(program: &'a Program) -> Self {
        Self {
            program,
            columns: 100,
            variables: vec![("TERM", "xterm-256color")],
            until: "",
        }
    }

    fn columns(self, columns: u16) -> Self {
        Self { columns, ..self }
    }

    fn with(mut self, name: &'a str, value: &'a str) -> Self {
        self.variables.push((name, value));
        self
    }

    /// Types Ctrl-C when this is shown.
    fn interrupt_at(self, until: &'a str) -> Self {
        Self { until, ..self }
    }

    /// Runs the program; both of its outputs are what the terminal showed.
    async fn run(&self, typed: &str, words: &str) -> Ended {
        let own = self.program.command(&[]);
        let own = own.as_std();
        let mut python = tokio::process::Command::new("python3");
        python
            .args(["-c", TERMINAL, &self.columns.to_string(), self.until])
            .arg(own.get_program())
            .args(words.split_whitespace())
            .env_clear()
            .current_dir(self.program.folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        for (name, value) in own.get_envs() {
            python.env(name, value.unwrap_or_default());
        }
        // What makes `python3` the one of this machine.
        for name in ["HOME", "PYENV_ROOT", "PYENV_VERSION"] {
            if let Some(value) = std::env::var_os(name) {
                python.env(name, value);
            }
        }
        python.envs(self.variables.iter().copied());
        let mut child = python.spawn().unwrap();
        let mut input = child.stdin.take().unwrap();
        input.write_all(typed.as_bytes()).await.unwrap();
        drop(input);
        let output = child.wait_with_output().await.unwrap();
        Ended {
            status: output.status.code().unwrap(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::new(),
        }
    }
}

#[tokio::test]
async fn a_list_is_a_table_that_fits() {
    let program = Program::start().await;
    for columns in [40, 80, 200] {
        let terminal = Terminal::new(&program).columns(columns);
        let ended = terminal.run("", "conversations list --max-items 3").await;
        assert_eq!(
            (ended.status, ended.out.lines().count()),
            (0, 4),
            "{ended:?}"
        );
        let fits = |line: &str| line.trim_end().chars().count() <= usize::from(columns);
        assert!(ended.out.lines().all(fits), "{columns} {ended:?}");
        assert!(!ended.out.contains('\u{1b}'), "{ended:?}");
    }
}

#[tokio::test]
async fn what_customers_write_does_not_steer_the_terminal() {
    let program = Program::start().await;
    let record = json!({
        "subject": "\u{1b}[2J\u{202e}gone",
        "messages": [{"sender": "customer", "text": "x", "channel": "web"}],
        "createdAt": "2023-01-01T00:00:00Z",
    });
    let control = program.sandbox().control();
    control
        .insert(octocom_sandbox::RecordKind::Conversations, record)
        .unwrap();
    for form in ["table", "json", "ndjson", "csv"] {
        let list = format!("conversations list --max-items 1 --columns subject -o {form}");
        let ended = Terminal::new(&program).run("", &list).await;
        assert!(ended.out.contains("gone"), "{form} {ended:?}");
        assert!(
            !ended.out.contains(['\u{1b}', '\u{202e}']),
            "{form} {ended:?}"
        );
    }
}

#[tokio::test]
async fn what_needs_care_is_asked_about() {
    let program = Program::start().await;
    let id = program
        .type_in("articles list --business acme-corp --max-items 1 --jq .id")
        .await;
    let delete = format!("articles delete {} --business acme-corp", id.out.trim());
    let requests = program.requests();
    let no = Terminal::new(&program).run("n\n", &delete).await;
    assert_eq!(no.status, 1, "{no:?}");
    let question = "`articles delete` deletes. Go on? [y/N]";
    assert!(
        no.out.contains(question) && no.out.contains("not confirmed"),
        "{no:?}"
    );
    let nobody = Terminal::new(&program)
        .with("CI", "true")
        .run("y\n", &delete)
        .await;
    assert_eq!(nobody.status, 2, "{nobody:?}");
    assert_eq!(program.requests(), requests);
    let yes = Terminal::new(&program).run("y\n", &delete).await;
    assert_eq!(yes.status, 0, "{yes:?}");
    let id = operations::DELETE_ARTICLE.id;
    let filter = octocom_sandbox::RequestFilter::all().operation(id);
    assert_eq!(program.sandbox().control().requests(&filter).len(), 1);
}

#[tokio::test]
async fn progress_is_drawn_where_it_can_be() {
    let program = Program::start().await;
    let export = "export conversations --details --out all.ndjson --overwrite";
    let summary = "exported to all.ndjson: 120 conversations";
    let drawn = Terminal::new(&program).columns(30).run("", export).await;
    assert!(
        drawn.out.contains('\u{1b}') && drawn.out.contains(summary),
        "{drawn:?}"
    );
    for (name, value) in [("TERM", "dumb"), ("TERM", "")] {
        let plain = Terminal::new(&program)
            .with(name, value)
            .run("", export)
            .await;
        assert!(plain.out.starts_with(summary), "{plain:?}");
    }
}

#[tokio::test]
async fn a_wait_is_told_and_can_be_interrupted() {
    let program =
        Program::with(|it| it.rate_limited(1.0, std::time::Duration::from_secs(60))).await;
    let terminal = Terminal::new(&program).interrupt_at(" s: rate limit");
    let ended = terminal
        .run("", "export conversations --out all.ndjson")
        .await;
    assert_eq!(ended.status, 130, "{ended:?}");
    // The line is drawn again as the rest shrinks: a slow machine may first see a second less.
    let is_told =
        (50..=60).any(|rest| ended.out.contains(&format!("waiting {rest} s: rate limit")));
    assert!(is_told, "{ended:?}");
    assert!(ended.out.contains("stopping: "), "{ended:?}");
    assert!(ended.out.contains("error: interrupted"), "{ended:?}");
}

#[tokio::test]
async fn help_has_colors_only_where_they_are_wanted() {
    let program = Program::new();
    let colored = Terminal::new(&program).run("", "--help").await;
    assert!(colored.out.contains('\u{1b}'), "{colored:?}");
    for (name, value) in [("NO_COLOR", "1"), ("TERM", "dumb")] {
        let plain = Terminal::new(&program)
            .with(name, value)
            .run("", "--help")
            .await;
        assert!(!plain.out.contains('\u{1b}'), "{name} {plain:?}");
        for part in ["Examples:", "Environment:", "Exit status:"] {
            assert!(plain.out.contains(part), "{plain:?}");
        }
    }
}
