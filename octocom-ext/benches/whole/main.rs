//! Whole programs beside each other: the same job, done in the ways a user has.
//!
//! `cargo bench -p octocom-ext --bench whole` starts one server and, for each way, a process of its
//! own that reads and decodes every conversation, 50 a page, from it; the ways take turns, and the
//! median of the rounds counts. Reported are items a second, CPU seconds and peak memory of the
//! client's process, and requests. `-- --quick` does a tenth, and the name of a section that
//! section alone: `listings`, `compression`, `calls` or `sizes`.
//!
//! Linux alone: CPU time and memory come from `/proc`.

mod calls;
mod client;
mod link;
mod process;
mod server;
mod table;

use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use crate::client::Way;
use crate::process::{Background, Client};
use crate::table::Row;

/// Latency in milliseconds, what is read, and rounds of each way: enough for seconds of work, and
/// more rounds where the machine's other doings weigh more.
const LISTINGS: [(u64, u64, usize); 2] = [(0, 50_000, 25), (20, 20_000, 3)];
/// For compression: `true` for the slow link, number of conversations, and rounds of each way.
const COMPRESSION: [(bool, u64, usize); 2] = [(false, 50_000, 9), (true, 20_000, 3)];
/// Sizes that show how cost grows.
const SIZES: [u64; 3] = [10_000, 100_000, 1_000_000];
/// Blocks of calls of one small page, of each kind.
const BLOCKS: u64 = 200;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match words[..] {
        ["server", items, latency] => server::run(items, latency),
        ["client", way, url] => client::run(way, url),
        ["link", url] => link::run(url),
        ["calls", url, blocks] => calls::run(url, blocks),
        _ => compare(&words),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// A part of the measurements, divided by a number.
type Section = (&'static str, fn(u64) -> Result<()>);

fn compare(words: &[&str]) -> Result<()> {
    let share = if words.contains(&"--quick") { 10 } else { 1 };
    let sections: [Section; 4] = [
        ("listings", listings),
        ("compression", compression),
        ("calls", calls),
        ("sizes", sizes),
    ];
    let is_asked = |name| words.contains(&name);
    let all = !sections.iter().any(|(name, _)| is_asked(name));
    for (name, measure) in sections {
        if all || is_asked(name) {
            measure(share)?;
        }
    }
    Ok(())
}

fn listings(share: u64) -> Result<()> {
    for (latency, items, count) in LISTINGS {
        let items = items / share;
        println!("\n{items} conversations, {latency} ms a request, median of {count} rounds\n");
        let server = Background::server(items, latency)?;
        table::print(&rounds(&Way::LISTINGS, server.url(), count, items)?);
    }
    Ok(())
}

fn compression(share: u64) -> Result<()> {
    for (is_slow, items, count) in COMPRESSION {
        let items = items / share;
        let over = match is_slow {
            true => "a link of 40 ms and 10 Mbit/s",
            false => "the loopback",
        };
        println!("\n{items} conversations over {over}, median of {count} rounds\n");
        let server = Background::server(items, 0)?;
        let link = is_slow
            .then(|| Background::link(server.url()))
            .transpose()?;
        let url = link.as_ref().map_or(server.url(), Background::url);
        table::print(&rounds(&Way::COMPRESSION, url, count, items)?);
    }
    Ok(())
}

fn calls(share: u64) -> Result<()> {
    println!("\nOne call of a small page\n");
    calls::print(&Background::server(0, 0)?, BLOCKS / share)
}

fn sizes(share: u64) -> Result<()> {
    println!("\nThe stream with its defaults, one run a size\n");
    for items in SIZES.map(|items| items / share) {
        let server = Background::server(items, 0)?;
        let row = Client::run(Way::Stream, server.url())?;
        table::print_size(items, &row);
    }
    Ok(())
}

/// Runs the ways in turns, and takes the median of each.
fn rounds(ways: &[Way], url: &str, count: usize, items: u64) -> Result<Vec<(Way, Row)>> {
    let mut all: Vec<_> = ways.iter().map(|way| (*way, Vec::new())).collect();
    for _ in 0..count {
        for (way, rows) in &mut all {
            let row = Client::run(*way, url)?;
            if row.items != items {
                bail!("{way:?} read {} items, not {items}", row.items);
            }
            rows.push(row);
        }
    }
    all.into_iter()
        .map(|(way, rows)| Ok((way, Row::median(rows).context("no rounds")?)))
        .collect()
}
