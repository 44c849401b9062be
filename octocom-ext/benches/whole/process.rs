//! The client's process, and what the kernel says of it.

use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::client::Way;
use crate::server::Server;
use crate::table::Row;

/// Ticks of `/proc/self/stat` a second, the same on every Linux that Rust runs on.
const TICKS: u64 = 100;

pub(crate) struct Client;

impl Client {
    /// Runs one way in a process of its own.
    pub(crate) fn run(way: Way, server: &Server, items: u64) -> Result<Row> {
        let program = std::env::current_exe()?;
        let output = Command::new(program)
            .args(["client", way.name(), server.url(), &items.to_string()])
            .stderr(Stdio::inherit())
            .output()?;
        if !output.status.success() {
            bail!("{way:?}: {}", output.status);
        }
        let text = String::from_utf8(output.stdout)?;
        serde_json::from_str(&text).with_context(|| format!("{way:?} printed {text:?}"))
    }
}

/// CPU time of this process, all threads, ended ones included.
pub(crate) fn cpu_time() -> Result<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    // The name of the program, in parentheses, may hold anything.
    let (_, fields) = stat.rsplit_once(") ").context("no name")?;
    let fields: Vec<&str> = fields.split(' ').collect();
    let ticks =
        |index: usize| -> Result<u64> { Ok(fields.get(index).context("too few fields")?.parse()?) };
    // utime and stime: fields 14 and 15 of proc(5), counted from the first, which is the id.
    let ticks = ticks(11)? + ticks(12)?;
    Ok(Duration::from_millis(ticks * 1000 / TICKS))
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
