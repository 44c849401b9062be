//! A run of the programs on the account, and everything that they write.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use serde_json::{Value, json};

use super::HASH_KEY;
use super::server::Server;
use crate::program::{Ended, Program};

/// A folder, the server, and everything that was written.
pub(super) struct Account {
    pub(super) program: Program,
    server: Arc<Server>,
    pub(super) url: String,
    written: Vec<(String, Vec<u8>)>,
}

impl Account {
    pub(super) async fn new() -> Self {
        let (server, url) = Server::start().await;
        Self {
            program: Program::new(),
            server,
            url,
            written: Vec::new(),
        }
    }

    async fn run(&mut self, words: &str, flags: &[&str]) -> Ended {
        self.run_program(env!("CARGO_BIN_EXE_octocom"), words, flags)
            .await
    }

    pub(super) async fn run_program(
        &mut self,
        program: &str,
        words: &str,
        flags: &[&str],
    ) -> Ended {
        let mut arguments: Vec<_> = words.split_whitespace().collect();
        // The programs of pipelines have them in a file.
        let is_octocom = program == env!("CARGO_BIN_EXE_octocom");
        arguments.extend(flags.iter().filter(|_| is_octocom));
        let mut command = self.program.command_of(program, &arguments);
        command
            .env("OCTOCOM_API_KEY", "key")
            .env("OCTOCOM_BASE_URL", &self.url);
        if flags.contains(&"--hash") {
            command.env("OCTOCOM_HASH_KEY", HASH_KEY);
        }
        let ended = crate::program::end(command.spawn().unwrap()).await;
        for (stream, text) in [("stdout", &ended.out), ("stderr", &ended.err)] {
            self.written
                .push((format!("{stream} of {words}"), text.clone().into_bytes()));
        }
        self.keep_files();
        ended
    }

    /// Keeps what the folder holds now.
    fn keep_files(&mut self) {
        for entry in std::fs::read_dir(self.program.folder.path()).unwrap() {
            let path = entry.unwrap().path();
            let name = Path::new(path.file_name().unwrap()).display().to_string();
            self.written.push((name, std::fs::read(path).unwrap()));
        }
    }

    /// Names of what has a text in it.
    pub(super) fn places_of(&self, text: &str) -> Vec<&str> {
        let has = |bytes: &[u8]| {
            bytes
                .windows(text.len())
                .any(|window| window == text.as_bytes())
        };
        let places = self.written.iter().filter(|(_, bytes)| has(bytes));
        let mut places: Vec<_> = places.map(|(name, _)| name.as_str()).collect();
        places.sort_unstable();
        places.dedup();
        places
    }

    /// Sends the whole account to pipelines, twice.
    pub(super) async fn pipe(&mut self, flags: &[&str], settings: Value) {
        let tap = env!("CARGO_BIN_EXE_tap-octocom");
        let source = env!("CARGO_BIN_EXE_source-octocom");
        let mut config = json!({ "api_key": "key", "base_url": self.url, "refresh": "all" });
        config
            .as_object_mut()
            .unwrap()
            .extend(settings.as_object().unwrap().clone());
        self.program.write("config.json", &config.to_string());
        let ended = self.run_program(tap, "--config config.json", flags).await;
        let message = |line: &str| serde_json::from_str::<Value>(line).unwrap();
        let mut messages = ended.out.lines().map(message);
        let state = messages
            .rfind(|message| message["type"] == "STATE")
            .unwrap();
        self.program
            .write("state.json", &state["value"].to_string());
        self.run_program(tap, "--config config.json --state state.json", flags)
            .await;
        self.run_program(source, "check --config config.json", flags)
            .await;
        let catalog = self.run_program(source, "discover", flags).await.out;
        let streams = message(&catalog)["catalog"]["streams"].clone();
        let streams = streams.as_array().unwrap().iter().map(|stream| {
            json!({ "stream": stream, "sync_mode": "full_refresh", "destination_sync_mode": "append" })
        });
        let catalog = json!({ "streams": streams.collect::<Vec<_>>() });
        self.program.write("catalog.json", &catalog.to_string());
        self.run_program(
            source,
            "read --config config.json --catalog catalog.json",
            flags,
        )
        .await;
        self.server.left.store(4, Ordering::SeqCst);
        self.run_program(tap, "--config config.json --state state.json", flags)
            .await;
        self.server.left.store(i64::MAX, Ordering::SeqCst);
    }

    /// Writes the whole account in every way.
    pub(super) async fn write(&mut self, flags: &[&str]) {
        for stream in octocom_collect::Stream::all() {
            let words = format!("export {stream} --out {stream}");
            let ended = self.run(&format!("{words}.csv --format csv"), flags).await;
            assert!(matches!(ended.status, 0 | 3 | 4), "{ended:?}");
            let ended = self.run(&format!("{words}.ndjson"), flags).await;
            assert!(matches!(ended.status, 0 | 3 | 4), "{ended:?}");
        }
        let words = "export conversations --details --out details.ndjson";
        for words in [words, &format!("{words} --resume"), "export users --out -"] {
            assert_eq!(self.run(words, flags).await.status, 3);
        }
        assert_eq!(
            self.run("sync --histories --db copy.db", flags)
                .await
                .status,
            3
        );
        // With a reader, the log of the database stays.
        let reader = rusqlite::Connection::open(self.program.path("copy.db")).unwrap();
        reader
            .execute_batch("BEGIN; SELECT count(*) FROM octocom_state;")
            .unwrap();
        let count: i64 = reader
            .query_row("SELECT count(*) FROM conversations", [], |row| row.get(0))
            .unwrap();
        assert_eq!(count, 2);
        assert_eq!(
            self.run("sync --histories --refresh all --db copy.db", flags)
                .await
                .status,
            3
        );
        assert!(
            self.written
                .iter()
                .any(|(name, bytes)| name == "copy.db-wal" && !bytes.is_empty())
        );
        drop(reader);
        // A key that is refused on the way leaves an unfinished file.
        self.server.left.store(3, Ordering::SeqCst);
        let ended = self
            .run(
                "export conversations --details --concurrency 1 --out cut.ndjson",
                flags,
            )
            .await;
        assert_eq!(ended.status, 4, "{ended:?}");
        assert!(
            self.written
                .iter()
                .any(|(name, _)| name == "cut.ndjson.part")
        );
    }
}
