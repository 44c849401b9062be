//! A sandbox, files to sync it to, and what is in them.

use std::path::PathBuf;
use std::process::{Output, Stdio};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use octocom_ext::Client;
use octocom_sandbox::{Builder, Sandbox};
use rusqlite::Connection;
use serde_json::Value;
use tempfile::TempDir;
use tokio::process::{Child, Command};
use uuid::Uuid;

use crate::bell::Bell;
use crate::{example, text};

pub(super) struct Service {
    pub(super) sandbox: Arc<Sandbox>,
    pub(super) bell: Bell,
    pub(super) folder: TempDir,
}

/// What is stored of a conversation: id, summary, details.
pub(super) type Stored = (String, String, Option<String>);

impl Service {
    pub(super) async fn start(sandbox: Builder) -> Self {
        let bell = Bell::new();
        let sandbox = sandbox.on_request(bell.counter()).start().await.unwrap();
        Self {
            sandbox: Arc::new(sandbox),
            bell,
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// With no conversations but those that the test makes.
    pub(super) async fn empty() -> Self {
        Self::start(Sandbox::builder().conversations(0)).await
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn command(&self, db: &str, more: &[&str]) -> Command {
        command(&self.sandbox, self.path(db), more)
    }

    pub(super) fn spawn(&self, db: &str, more: &[&str]) -> Child {
        self.command(db, more).spawn().unwrap()
    }

    /// Runs to the end; returns what the last line says.
    pub(super) async fn run(&self, db: &str, more: &[&str]) -> String {
        tally(&self.command(db, more).output().await.unwrap())
    }

    /// Runs to the end, which is a failure; returns what is said.
    pub(super) async fn refused(&self, db: &str, more: &[&str], status: i32) -> String {
        let output = self.command(db, more).output().await.unwrap();
        let told = text(&output.stderr);
        assert_eq!(output.status.code(), Some(status), "{told}");
        assert!(!told.contains(self.sandbox.key()), "{told}");
        told
    }

    pub(super) fn insert(&self, age: Duration) -> Uuid {
        self.sandbox.insert_conversation(SystemTime::now() - age)
    }

    pub(super) async fn tag(&self, id: Uuid) {
        let client = Client::builder()
            .with_base_url(self.sandbox.url())
            .with_api_key(self.sandbox.key().to_owned())
            .build()
            .unwrap();
        let tagged = client.conversations().add_tag(id, "changed").await;
        tagged.unwrap();
    }

    pub(super) fn stored(&self, db: &str) -> Vec<Stored> {
        let connection = Connection::open(self.path(db)).unwrap();
        let query = "SELECT id, summary, details FROM conversations ORDER BY id";
        let mut query = connection.prepare(query).unwrap();
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
        rows.unwrap().map(Result::unwrap).collect()
    }

    /// Operation, error and text of what could not be read.
    pub(super) fn failures(&self, db: &str) -> Vec<(String, String, String)> {
        let connection = Connection::open(self.path(db)).unwrap();
        let query = "SELECT operation, error, text FROM failures";
        let mut query = connection.prepare(query).unwrap();
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
        rows.unwrap().map(Result::unwrap).collect()
    }

    /// Whether the tag shows in the summary and in the details of a conversation.
    pub(super) fn tagged(&self, db: &str, id: Uuid) -> (bool, bool) {
        let id = id.to_string();
        let stored = self.stored(db);
        let (_, summary, details) = stored.iter().find(|(own, ..)| *own == id).unwrap();
        let has = |text: &str| {
            let value: Value = serde_json::from_str(text).unwrap();
            let tags = value["tags"].as_array().unwrap().clone();
            tags.contains(&Value::from("changed"))
        };
        (has(summary), has(details.as_ref().unwrap()))
    }
}

fn command(sandbox: &Sandbox, db: PathBuf, more: &[&str]) -> Command {
    let mut command = Command::new(example("sync"));
    command
        .env("OCTOCOM_API_KEY", sandbox.key())
        .env("OCTOCOM_BASE_URL", sandbox.url())
        .arg("--db")
        .arg(db)
        .args(more)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

pub(super) fn tally(output: &Output) -> String {
    assert!(output.status.success(), "{}", text(&output.stderr));
    let last = text(&output.stdout);
    last.trim_end().rsplit_once(": ").unwrap().1.to_owned()
}
