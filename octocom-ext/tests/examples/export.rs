//! The example `export` as its users run it: a process that may be killed at any moment.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::Duration;

use octocom_sandbox::Sandbox;
use serde_json::Value;
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::bell::Bell;
use crate::{example, text};

/// Enough for four checkpoints.
const CONVERSATIONS: u64 = 2_000;

/// A sandbox to export from.
struct Service {
    sandbox: Sandbox,
    bell: Bell,
    folder: TempDir,
}

impl Service {
    /// `rate_limited` is the share of the answers that are 429.
    async fn start(rate_limited: f64) -> Self {
        let bell = Bell::new();
        let sandbox = Sandbox::builder()
            .conversations(CONVERSATIONS)
            .rate_limited(rate_limited, Duration::ZERO)
            .on_request(bell.counter())
            .start()
            .await
            .unwrap();
        Self {
            sandbox,
            bell,
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The example, talking to the sandbox.
    fn command(&self) -> Command {
        let mut command = Command::new(example("export"));
        command
            .env("OCTOCOM_API_KEY", self.sandbox.key())
            .env("OCTOCOM_BASE_URL", self.sandbox.url());
        command
    }

    /// Writes a plan of up to so many shards and returns its path.
    async fn plan(&self, shards: &str) -> String {
        let plan = self
            .command()
            .args(["--plan", shards])
            .output()
            .await
            .unwrap();
        assert!(plan.status.success(), "{}", text(&plan.stderr));
        let path = self.path("plan.json");
        std::fs::write(&path, &plan.stdout).unwrap();
        path.to_string_lossy().into_owned()
    }

    fn spawn(&self, out: &Path, more: &[&str]) -> Child {
        self.command()
            .arg("--out")
            .arg(out)
            .args(more)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap()
    }

    async fn run(&self, out: &Path, more: &[&str]) -> Output {
        self.spawn(out, more).wait_with_output().await.unwrap()
    }

    /// Starts an export and waits until so many requests were answered, or it has ended.
    async fn spawn_until(&self, requests: u64, out: &Path, more: &[&str]) -> Child {
        self.bell.after(requests, || self.spawn(out, more)).await
    }
}

/// The ids of a file, each of its lines one whole record.
fn ids(path: &Path) -> Vec<String> {
    let content = std::fs::read_to_string(path).unwrap();
    assert!(
        content.is_empty() || content.ends_with('\n'),
        "the last line is whole"
    );
    content
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["id"].to_string())
        .collect()
}

#[tokio::test]
async fn every_conversation_is_exported_once_through_429s() {
    let service = Service::start(0.1).await;
    let out = service.path("all.ndjson");
    let output = service.run(&out, &[]).await;
    assert!(output.status.success(), "{}", text(&output.stderr));
    let ids = ids(&out);
    assert_eq!(ids.len() as u64, CONVERSATIONS);
    assert_eq!(
        ids.iter().collect::<BTreeSet<_>>().len() as u64,
        CONVERSATIONS
    );
    let last = text(&output.stdout);
    let summary = format!(
        "exported {CONVERSATIONS} conversations to {}: ",
        out.display()
    );
    assert!(last.starts_with(&summary), "{last}");
    assert!(
        last.contains(" requests, ") && !last.contains(" 0 retries"),
        "{last}"
    );
}

#[tokio::test]
async fn an_export_killed_at_any_moment_and_resumed_is_the_same_file() {
    let service = Service::start(0.0).await;
    let whole = service.path("whole.ndjson");
    assert!(service.run(&whole, &[]).await.status.success());
    let expected = std::fs::read(&whole).unwrap();
    let mut chance = fastrand::Rng::with_seed(7);
    for round in 0..6 {
        let out = service.path(&format!("{round}.ndjson"));
        let checkpoint = service.path(&format!("{round}.ndjson.checkpoint"));
        let mut kills = 0;
        loop {
            let arguments: &[&str] = if checkpoint.exists() {
                &["--resume"]
            } else {
                &[]
            };
            let mut child = service
                .spawn_until(chance.u64(1..35), &out, arguments)
                .await;
            // SIGKILL on Unix; a process that has ended stays ended.
            let _ = child.start_kill();
            let output = child.wait_with_output().await.unwrap();
            if output.status.success() {
                break;
            }
            kills += 1;
            assert!(kills < 50, "{}", text(&output.stderr));
        }
        assert_eq!(
            std::fs::read(&out).unwrap(),
            expected,
            "round {round}, {kills} kills"
        );
    }
}

#[tokio::test]
async fn details_killed_at_any_moment_and_resumed_are_the_same_file() {
    let service = Service::start(0.0).await;
    let whole = service.path("whole.ndjson");
    assert!(service.run(&whole, &["--details"]).await.status.success());
    let expected = std::fs::read(&whole).unwrap();
    let out = service.path("killed.ndjson");
    let checkpoint = service.path("killed.ndjson.checkpoint");
    // The third kill comes right after the start of a resumed run.
    for requests in [700, 600, 2, 500] {
        let resume = if checkpoint.exists() {
            "--resume"
        } else {
            "--restart"
        };
        let mut child = service
            .spawn_until(requests, &out, &["--details", resume])
            .await;
        let _ = child.start_kill();
        assert!(!child.wait_with_output().await.unwrap().status.success());
    }
    assert!(
        service
            .run(&out, &["--details", "--resume"])
            .await
            .status
            .success()
    );
    assert_eq!(std::fs::read(&out).unwrap(), expected);
}

#[tokio::test]
async fn a_resume_that_is_refused_or_fails_at_once_changes_nothing() {
    let service = Service::start(0.0).await;
    let out = service.path("out.ndjson");
    let checkpoint = service.path("out.ndjson.checkpoint");
    let mut child = service.spawn_until(700, &out, &["--details"]).await;
    let _ = child.start_kill();
    child.wait_with_output().await.unwrap();
    let before = std::fs::read(&checkpoint).unwrap();
    let delivered = |bytes: &[u8]| -> Value {
        let saved: Value = serde_json::from_slice(bytes).unwrap();
        saved["checkpoint"]["delivered"].clone()
    };

    // Another listing: the shard of a plan.
    let plan = service.plan("2").await;
    let shard = ["--details", "--resume", "--use-plan", &plan, "--shard", "1"];
    let refused = service.run(&out, &shard).await;
    assert!(text(&refused.stderr).contains("`filters` differ in shard"));
    assert_eq!(std::fs::read(&checkpoint).unwrap(), before);

    // A key that does not work.
    let failed = service
        .command()
        .args(["--details", "--resume", "--out"])
        .arg(&out)
        .env("OCTOCOM_API_KEY", "revoked")
        .output()
        .await
        .unwrap();
    assert!(
        text(&failed.stderr).contains("401"),
        "{}",
        text(&failed.stderr)
    );
    assert_eq!(
        delivered(&std::fs::read(&checkpoint).unwrap()),
        delivered(&before)
    );
    assert!(
        service
            .run(&out, &["--details", "--resume"])
            .await
            .status
            .success()
    );
    let ids = ids(&out);
    assert_eq!(ids.len() as u64, CONVERSATIONS);
    assert_eq!(
        ids.iter().collect::<BTreeSet<_>>().len() as u64,
        CONVERSATIONS
    );
}

#[cfg(unix)]
#[tokio::test]
async fn ctrl_c_leaves_a_readable_file_that_resume_completes() {
    let service = Service::start(0.0).await;
    let out = service.path("interrupted.ndjson");
    let child = service.spawn_until(12, &out, &[]).await;
    let id = child.id().unwrap().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &id])
            .status()
            .await
            .unwrap()
            .success()
    );
    let output = child.wait_with_output().await.unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", text(&output.stderr));
    assert!(text(&output.stdout).starts_with("interrupted: --resume goes on; exported "));
    let before = ids(&out).len() as u64;
    assert!(0 < before && before < CONVERSATIONS, "{before}");

    // Beginning anew by mistake is refused; nothing is lost.
    let refused = service.run(&out, &[]).await;
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        text(&refused.stderr).contains("add --resume"),
        "{}",
        text(&refused.stderr)
    );
    assert_eq!(ids(&out).len() as u64, before);

    assert!(service.run(&out, &["--resume"]).await.status.success());
    assert_eq!(ids(&out).len() as u64, CONVERSATIONS);
    // A finished export goes on with what is new, which is nothing.
    let again = service.run(&out, &["--resume"]).await;
    assert!(text(&again.stdout).starts_with("exported 0 conversations"));
    assert_eq!(ids(&out).len() as u64, CONVERSATIONS);
}

#[tokio::test]
async fn the_shards_of_a_plan_are_together_the_whole() {
    let service = Service::start(0.0).await;
    let plan = service.plan("4").await;
    let mut all = Vec::new();
    for shard in ["0", "1", "2", "3"] {
        let out = service.path(&format!("{shard}.ndjson"));
        let output = service
            .run(&out, &["--use-plan", &plan, "--shard", shard])
            .await;
        assert!(output.status.success(), "{}", text(&output.stderr));
        let shard = ids(&out);
        assert!(shard.len().abs_diff(500) <= 100, "{}", shard.len());
        all.extend(shard);
    }
    assert_eq!(all.len() as u64, CONVERSATIONS);
    assert_eq!(
        all.iter().collect::<BTreeSet<_>>().len() as u64,
        CONVERSATIONS
    );
    let output = service
        .run(&service.path("5"), &["--use-plan", &plan, "--shard", "4"])
        .await;
    assert!(text(&output.stderr).contains("shard: 4 is not below 4, the number of shards"));
}

#[tokio::test]
async fn details_are_the_conversations_in_full() {
    let service = Service::start(0.0).await;
    let plan = service.path("details.ndjson");
    let output = service.run(&plan, &["--details"]).await;
    assert!(output.status.success(), "{}", text(&output.stderr));
    let content = std::fs::read_to_string(&plan).unwrap();
    let first: Value = serde_json::from_str(content.lines().next().unwrap()).unwrap();
    assert!(
        first["messages"].is_array() && first["notes"].is_array(),
        "{first}"
    );
    assert_eq!(content.lines().count() as u64, CONVERSATIONS);

    let other = service.run(&plan, &["--resume"]).await;
    assert!(text(&other.stderr).contains("was written with --details"));
}

#[tokio::test]
async fn what_cannot_be_used_is_said_and_nothing_is_written() {
    let service = Service::start(0.0).await;
    let out = service.path("none.ndjson");
    let refused = service.run(&out, &["--resume"]).await;
    assert!(text(&refused.stderr).contains("none.ndjson.checkpoint"));
    assert!(!out.exists());

    let output = service
        .command()
        .arg("--out")
        .arg(&out)
        .env("OCTOCOM_API_KEY", "secret key\n")
        .output()
        .await
        .unwrap();
    let shown = text(&output.stderr);
    assert!(
        shown.contains("OCTOCOM_API_KEY") && !shown.contains("secret"),
        "{shown}"
    );
    assert_eq!(output.status.code(), Some(1));
}
