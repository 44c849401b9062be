//! The program in a folder and an environment of its own.

use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use octocom_sandbox::{Builder, FaultPlan, Sandbox};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};
use tokio::sync::Notify;

/// Conversations of a sandbox of the tests: three pages.
const CONVERSATIONS: u64 = 120;

/// A folder to run the program in, and perhaps a server to run it against.
pub(crate) struct Program {
    pub(crate) folder: TempDir,
    sandbox: Option<Sandbox>,
    bell: Arc<Bell>,
}

/// Rings at each request of the sandbox.
#[derive(Default)]
struct Bell {
    requests: AtomicU64,
    rung: Notify,
}

/// Output and status of a run.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ended {
    /// Asserts the status, and that the last line is the only `error:` line and has these words.
    #[track_caller]
    pub(crate) fn assert_error(&self, status: i32, words: &[&str]) {
        assert_eq!(self.status, status, "{self:?}");
        let is_error = |line: &&str| line.starts_with("error: ");
        let errors: Vec<_> = self.err.lines().filter(is_error).collect();
        assert_eq!(errors.len(), 1, "{self:?}");
        assert_eq!(self.err.lines().last(), Some(errors[0]), "{self:?}");
        for word in words {
            assert!(errors[0].contains(word), "`{word}` is not in {self:?}");
        }
    }

    #[track_caller]
    pub(crate) fn assert_done(&self) -> &Self {
        assert_eq!(self.status, 0, "{self:?}");
        assert!(!self.err.contains("error"), "{self:?}");
        self
    }
}

impl Program {
    /// Without a server: for `--sandbox`, or for what fails before anything is sent.
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            sandbox: None,
            bell: Arc::default(),
        }
    }

    /// With a sandbox as its server.
    pub(crate) async fn start() -> Self {
        Self::with(|builder| builder).await
    }

    /// With a sandbox that is set up.
    pub(crate) async fn with(set_up: impl FnOnce(Builder) -> Builder) -> Self {
        let bell = Arc::new(Bell::default());
        let ringing = Arc::clone(&bell);
        let builder = Sandbox::builder().conversations(CONVERSATIONS);
        let builder = builder.on_request(move |_| {
            ringing.requests.fetch_add(1, Ordering::SeqCst);
            ringing.rung.notify_waiters();
        });
        Self {
            folder: tempfile::tempdir().unwrap(),
            sandbox: Some(set_up(builder).start().await.unwrap()),
            bell,
        }
    }

    pub(crate) fn sandbox(&self) -> &Sandbox {
        self.sandbox.as_ref().unwrap()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    pub(crate) fn write(&self, name: &str, content: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        self.command_of(env!("CARGO_BIN_EXE_octocom"), arguments)
    }

    /// A command of another program.
    pub(crate) fn command_of(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .env("HOME", self.folder.path())
            .env("XDG_CONFIG_HOME", self.path("config"))
            .env("APPDATA", self.path("config"))
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        if let Some(sandbox) = &self.sandbox {
            command
                .env("OCTOCOM_API_KEY", sandbox.key())
                .env("OCTOCOM_BASE_URL", sandbox.url());
        }
        command
    }

    /// Runs to the end.
    pub(crate) async fn run(&self, arguments: &[&str]) -> Ended {
        end(self.command(arguments).spawn().unwrap()).await
    }

    /// Runs with words that are separated by spaces.
    pub(crate) async fn type_in(&self, words: &str) -> Ended {
        let words: Vec<_> = words.split_whitespace().collect();
        self.run(&words).await
    }

    /// Runs with environment variables; an empty one is taken away.
    pub(crate) async fn run_with(&self, variables: &[(&str, &str)], words: &str) -> Ended {
        let words: Vec<_> = words.split_whitespace().collect();
        let mut command = self.command(&words);
        for (name, value) in variables {
            match value.is_empty() {
                true => command.env_remove(name),
                false => command.env(name, value),
            };
        }
        end(command.spawn().unwrap()).await
    }

    /// Runs with text at standard input.
    pub(crate) async fn run_given(&self, text: &str, words: &str) -> Ended {
        let words: Vec<_> = words.split_whitespace().collect();
        let mut command = self.command(&words);
        let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
        // The program may end before it has read everything.
        let _ = child.stdin.take().unwrap().write_all(text.as_bytes()).await;
        end(child).await
    }

    /// Starts the program, and returns once its sandbox has had so many requests, or it has ended.
    pub(crate) async fn start_until(&self, requests: u64, words: &str) -> Child {
        let words: Vec<_> = words.split_whitespace().collect();
        self.spawn_until(requests, self.command(&words)).await
    }

    /// Starts a command in the same way.
    pub(crate) async fn spawn_until(&self, requests: u64, mut command: Command) -> Child {
        let target = self.requests() + requests;
        let mut child = command.spawn().unwrap();
        loop {
            let rung = self.bell.rung.notified();
            if self.requests() >= target {
                return child;
            }
            tokio::select! {
                () = rung => {}
                _ = child.wait() => return child,
            }
        }
    }

    /// Lets the sandbox refuse the details of its first conversation, until its plans are cleared.
    pub(crate) async fn refuse_one_conversation(&self) {
        let id = self
            .type_in("conversations list --max-items 1 --jq .id")
            .await
            .out;
        let path = format!("/rest/v1/conversations/{}", id.trim());
        let plan = FaultPlan::on("get_conversation").path(path);
        let plan = plan.always("status=423".parse().unwrap());
        self.sandbox().control().add_plan(plan).unwrap();
    }

    /// Requests that the sandbox has had.
    pub(crate) fn requests(&self) -> u64 {
        self.bell.requests.load(Ordering::SeqCst)
    }
}

/// Waits for the end of a run.
pub(crate) async fn end(child: Child) -> Ended {
    let output = child.wait_with_output().await.unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ended {
        // A process that a signal ended has no status.
        status: output.status.code().unwrap_or(-1),
        out: text(output.stdout),
        err: text(output.stderr),
    }
}

/// Sends the signal of Ctrl-C.
#[cfg(unix)]
pub(crate) async fn interrupt(child: &Child) {
    let id = child.id().unwrap().to_string();
    let sent = Command::new("kill").args(["-INT", &id]).status().await;
    assert!(sent.unwrap().success());
}
