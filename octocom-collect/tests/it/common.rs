//! A sandbox, its client, and a folder to write to.

use std::collections::BTreeMap;
use std::path::PathBuf;

use octocom_collect::{AccountSync, Collector, Error, Existing, Export, Output, Report, Stream};
use octocom_ext::Client;
use octocom_sandbox::{Builder, Control, FaultPlan, RequestFilter, Sandbox};
use rusqlite::Connection;
use serde_json::Value;

/// A sandbox and a folder.
pub(crate) struct Setup {
    pub(crate) sandbox: Sandbox,
    pub(crate) client: Client,
    folder: tempfile::TempDir,
}

impl Setup {
    /// Starts a sandbox of so many conversations.
    pub(crate) async fn new(conversations: u64) -> Self {
        Self::with(Sandbox::builder().conversations(conversations)).await
    }

    pub(crate) async fn with(builder: Builder) -> Self {
        let (sandbox, client) = builder.start_with_client().await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        Self {
            sandbox,
            client,
            folder,
        }
    }

    pub(crate) fn control(&self) -> Control {
        self.sandbox.control()
    }

    /// Returns a path in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// Names of the files in the folder, sorted.
    pub(crate) fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = names.collect();
        names.sort();
        names
    }

    /// A collector whose waits take no time.
    pub(crate) fn collector(&self) -> Collector {
        let client = self.sandbox.client_builder().build().unwrap();
        Collector::new(client).api_key(self.sandbox.key())
    }

    pub(crate) fn conversations(&self, name: &str) -> Export {
        Export::new(Stream::CONVERSATIONS, Output::file(self.path(name)))
    }

    /// Exports conversations in full.
    pub(crate) async fn details(&self, name: &str, existing: Existing) -> Result<Report, Error> {
        let export = self.conversations(name).details(true).existing(existing);
        self.collector().export(export).await
    }

    /// Copies everything but histories to a database.
    pub(crate) async fn sync(&self) -> Result<Report, Error> {
        self.collector().sync(self.copy()).await
    }

    pub(crate) fn copy(&self) -> AccountSync {
        AccountSync::new(self.path("copy.db"))
    }

    pub(crate) fn database(&self) -> Connection {
        Connection::open(self.path("copy.db")).unwrap()
    }

    /// The number in the only row and column of a query.
    pub(crate) fn count(&self, query: &str) -> i64 {
        self.database()
            .query_row(query, [], |row| row.get(0))
            .unwrap()
    }

    /// Adds a fault to the details of one conversation.
    pub(crate) fn poison(&self, id: &str, fault: &str) {
        let plan = FaultPlan::on("get_conversation").path(format!("/rest/v1/conversations/{id}"));
        self.control()
            .add_plan(plan.always(fault.parse().unwrap()))
            .unwrap();
    }

    /// Number of times that the details of a conversation were answered.
    pub(crate) fn requests_for(&self, id: &str) -> usize {
        let path = format!("/rest/v1/conversations/{id}");
        self.control()
            .requests(&RequestFilter::all().path(path).status(200))
            .len()
    }

    /// Number of requests to an operation.
    pub(crate) fn requests(&self, operation: &str) -> usize {
        self.control()
            .requests(&RequestFilter::all().operation(operation))
            .len()
    }
}

/// Records by their ids.
pub(crate) fn by_id(ndjson: &str) -> BTreeMap<String, Value> {
    let records = ndjson
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    let mut by_id = BTreeMap::new();
    for record in records {
        let record: Value = record;
        let id = record["id"].as_str().unwrap().to_owned();
        assert!(
            by_id.insert(id.clone(), record).is_none(),
            "{id} is there twice"
        );
    }
    by_id
}

/// Ids of the records of a file, in their order.
pub(crate) fn ids(ndjson: &str) -> Vec<String> {
    let id = |line: &str| {
        serde_json::from_str::<Value>(line).unwrap()["id"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    ndjson.lines().map(id).collect()
}
