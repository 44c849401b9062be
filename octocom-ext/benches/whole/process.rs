//! The processes of a measurement, and what the kernel says of them.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde::de::DeserializeOwned;

use crate::client::Way;
use crate::table::Row;

pub(crate) struct Client;

impl Client {
    /// Runs one way in a process of its own.
    pub(crate) fn run(way: Way, url: &str) -> Result<Row> {
        Self::read(&["client", way.name(), url])
    }

    /// Runs this program again, and reads what it prints.
    pub(crate) fn read<T: DeserializeOwned>(arguments: &[&str]) -> Result<T> {
        let output = Command::new(std::env::current_exe()?)
            .args(arguments)
            .stderr(Stdio::inherit())
            .output()?;
        if !output.status.success() {
            bail!("{arguments:?}: {}", output.status);
        }
        let text = String::from_utf8(output.stdout)?;
        serde_json::from_str(&text).with_context(|| format!("{arguments:?} printed {text:?}"))
    }
}

/// A server or a link in a process of its own, which ends with this value.
pub(crate) struct Background {
    child: Child,
    url: String,
}

impl Background {
    /// Starts conversations in memory, and a latency in milliseconds.
    pub(crate) fn server(items: u64, latency_millis: u64) -> Result<Self> {
        Self::start(&["server", &items.to_string(), &latency_millis.to_string()])
    }

    /// Starts a slow link to a server.
    pub(crate) fn link(server: &str) -> Result<Self> {
        Self::start(&["link", server])
    }

    /// Runs this program again, and reads the URL that it prints.
    fn start(arguments: &[&str]) -> Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let stdout = child.stdout.take().context("no output of the process")?;
        let mut url = String::new();
        BufReader::new(stdout).read_line(&mut url)?;
        let url = url.trim().to_owned();
        Ok(Self { child, url })
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        // It has nothing to lose.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// CPU time of this process: of all threads that it still has, which are all that it had.
///
/// `/proc/self/stat` counts in hundredths of a second, which is too coarse for a run of a fifth.
pub(crate) fn cpu_time() -> Result<Duration> {
    let mut nanos = 0;
    for thread in std::fs::read_dir("/proc/self/task")? {
        let text = std::fs::read_to_string(thread?.path().join("schedstat"))?;
        // The first number is the time on a CPU.
        let first = text.split(' ').next().context("empty schedstat")?;
        nanos += first.parse::<u64>()?;
    }
    Ok(Duration::from_nanos(nanos))
}

/// Most memory that this process has had at once, in KiB.
pub(crate) fn peak_memory() -> Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .context("no VmHWM")?;
    let number = line.trim().trim_end_matches(" kB");
    Ok(number.parse()?)
}
