//! The report for programs.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use crate::escape::visible_json;
use crate::finding::Finding;
use crate::level::{Level, RustImpact};
use crate::report::{Counts, Report};
use crate::version::Bump;

/// A report as JSON, with full values.
#[derive(Debug, Serialize)]
pub struct JsonReport<'a> {
    /// `null` for an empty report.
    worst: Option<Level>,
    worst_rust: RustImpact,
    axes: Vec<AxisVerdict<'a>>,
    counts: Counts,
    findings: Vec<Entry<'a>>,
}

/// The verdict for the users of one generator.
#[derive(Debug, Serialize)]
struct AxisVerdict<'a> {
    name: &'a str,
    worst: RustImpact,
    bump: Bump,
}

#[derive(Debug, Serialize)]
struct Entry<'a> {
    unclassified: bool,
    axes: BTreeMap<&'a str, RustImpact>,
    #[serde(flatten)]
    finding: &'a Finding,
}

impl<'a> JsonReport<'a> {
    /// Returns the JSON form of a report.
    #[must_use]
    pub fn new(report: &'a Report) -> Self {
        Self {
            worst: report.worst(),
            worst_rust: report.worst_rust(),
            axes: report
                .axes
                .iter()
                .map(|axis| AxisVerdict {
                    name: &axis.name,
                    worst: report.worst_on(axis),
                    bump: report.bump(axis),
                })
                .collect(),
            counts: report.counts(),
            findings: report
                .findings
                .iter()
                .map(|finding| Entry {
                    unclassified: finding.is_unclassified(),
                    axes: report
                        .axes
                        .iter()
                        .map(|axis| (axis.name.as_str(), finding.rust_with(&axis.generator)))
                        .collect(),
                    finding,
                })
                .collect(),
        }
    }
}

/// Writes a report as one JSON object and a newline, with full values.
///
/// # Errors
///
/// Fails if `out` fails.
pub fn write_json(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    write_visible(&JsonReport::new(report), out)
}

/// Writes JSON with escaped invisible characters, and a newline.
///
/// # Errors
///
/// Fails if `value` cannot be written as JSON, or if `out` fails.
pub fn write_visible(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let text = serde_json::to_string_pretty(value)?;
    out.write_all(visible_json(&text).as_bytes())?;
    writeln!(out)
}
