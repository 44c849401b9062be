//! One call after the other, with and without what octocom-ext adds to it.

use std::ops::AsyncFnMut;
use std::time::Duration;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::client::{client, direct};
use crate::process::{Background, Client, cpu_time};
use crate::table::median;

/// Calls of a block: enough that reading the clock does not count.
const CALLS: u32 = 100;

/// CPU time of a call, in microseconds: medians over the blocks.
#[derive(Debug, Serialize, Deserialize)]
struct Times {
    raw: f64,
    ext: f64,
    /// Of a block and the one next to it.
    difference: f64,
}

pub(crate) fn print(server: &Background, blocks: u64) -> Result<()> {
    let times: Times = Client::read(&["calls", server.url(), &blocks.to_string()])?;
    println!(
        "octocom-api, sent once: {:.1} µs of CPU a call; octocom-ext: {:.1} µs; difference {:.1} µs",
        times.raw, times.ext, times.difference
    );
    Ok(())
}

/// Both kinds in turns within one process, so that both have the same machine. One thread: what is
/// measured is work, not how threads wake each other.
#[tokio::main(flavor = "current_thread")]
pub(crate) async fn run(url: &str, blocks: &str) -> Result<()> {
    let (api, (client, _)) = (direct(url)?, client(url)?);
    let mut pairs = Vec::new();
    for _ in 0..blocks.parse()? {
        let raw = block(async || {
            api.list_teams(None).await?;
            Ok(())
        });
        let raw = raw.await?;
        let ext = block(async || {
            client.api().list_teams(None).await?;
            Ok(())
        });
        pairs.push((raw, ext.await?));
    }
    let middle =
        |column: fn(&(f64, f64)) -> f64| median(pairs.iter().map(column)).context("no blocks");
    let times = Times {
        raw: middle(|(raw, _)| *raw)?,
        ext: middle(|(_, ext)| *ext)?,
        difference: middle(|(raw, ext)| ext - raw)?,
    };
    println!("{}", serde_json::to_string(&times)?);
    Ok(())
}

/// Microseconds of CPU that a call takes.
async fn block(mut call: impl AsyncFnMut() -> Result<()>) -> Result<f64> {
    let before = cpu_time()?;
    for _ in 0..CALLS {
        call().await?;
    }
    let spent: Duration = cpu_time()?.saturating_sub(before);
    Ok(spent.as_secs_f64() * 1e6 / f64::from(CALLS))
}
