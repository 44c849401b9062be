//! The measurements and their table.

use serde::{Deserialize, Serialize};

use crate::client::Way;

/// One run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Row {
    pub(crate) items: u64,
    pub(crate) requests: u64,
    pub(crate) wall_seconds: f64,
    pub(crate) cpu_seconds: f64,
    pub(crate) peak_kib: u64,
}

impl Row {
    /// The median of each column by itself.
    pub(crate) fn median(rows: Vec<Self>) -> Option<Self> {
        let first = rows.first()?.clone();
        let middle = |column: fn(&Self) -> f64| median(rows.iter().map(column));
        Some(Self {
            wall_seconds: middle(|row| row.wall_seconds)?,
            cpu_seconds: middle(|row| row.cpu_seconds)?,
            peak_kib: middle(|row| row.peak_kib as f64)? as u64,
            ..first
        })
    }

    fn per_second(&self) -> f64 {
        self.items as f64 / self.wall_seconds
    }
}

/// The value in the middle; `None` of none.
pub(crate) fn median(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

/// A Markdown table; ratios are to the first row.
pub(crate) fn print(rows: &[(Way, Row)]) {
    println!("| way | items/s | ratio | CPU µs/item | ratio | peak MiB | requests |");
    println!("|---|---:|---:|---:|---:|---:|---:|");
    let Some((_, base)) = rows.first() else {
        return;
    };
    let micros = |row: &Row| row.cpu_seconds * 1e6 / row.items as f64;
    for (way, row) in rows {
        println!(
            "| {} | {:.0} | {:.2} | {:.1} | {:.2} | {:.1} | {} |",
            way.label(),
            row.per_second(),
            row.per_second() / base.per_second(),
            micros(row),
            micros(row) / micros(base),
            row.peak_kib as f64 / 1024.0,
            row.requests,
        );
    }
}

pub(crate) fn print_size(items: u64, row: &Row) {
    println!(
        "{items:>9} items: {:>7.0} items/s, {:.1} µs CPU an item, {:.1} MiB at most",
        row.per_second(),
        row.cpu_seconds * 1e6 / row.items as f64,
        row.peak_kib as f64 / 1024.0,
    );
}
