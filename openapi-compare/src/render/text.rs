//! The report for a terminal.

use std::io::{self, Write};

use super::{NO_CHANGES, Show, axes, counted, folded, place, shown, summary, versions};
use crate::escape::{one_line, value};
use crate::finding::{Finding, Location};
use crate::report::Report;

/// The longest value, pointer or path that is printed, in characters.
const MAX_CHARS: usize = 200;

/// The most operations, and the most places, that are listed for one finding.
const MAX_LISTED: usize = 20;

/// Writes a report as plain text, without colors.
///
/// Text from the documents is put on one line of at most 200 characters, with escaped control
/// characters.
///
/// # Errors
///
/// Fails if `out` fails.
pub fn write_text(report: &Report, show: &Show, out: &mut dyn Write) -> io::Result<()> {
    if report.is_empty() {
        return writeln!(out, "{NO_CHANGES}");
    }
    writeln!(out, "{}", summary(report))?;
    let (findings, prose) = shown(report, show);
    for finding in findings {
        write_finding(report, finding, out)?;
    }
    writeln!(out)?;
    if let Some(line) = folded(prose) {
        writeln!(out, "{line}")?;
    }
    for line in versions(report, show.current.as_ref()) {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

fn write_finding(report: &Report, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let Finding {
        rule,
        level,
        meaning,
        subject,
        fingerprint,
        before,
        after,
        ..
    } = finding;
    writeln!(out)?;
    let axes = axes(report, finding);
    writeln!(out, "{level} ({axes}) {rule} [{fingerprint}]")?;
    if let Some(subject) = subject {
        writeln!(out, "  {}", one_line(subject, MAX_CHARS))?;
    }
    writeln!(out, "  {meaning}")?;
    if let Some(moved) = &finding.moved {
        writeln!(out, "  now: {}", one_line(&moved.to_string(), MAX_CHARS))?;
    }
    writeln!(out, "  before: {}", value(before.as_ref(), MAX_CHARS))?;
    writeln!(out, "  after:  {}", value(after.as_ref(), MAX_CHARS))?;
    for location in finding.locations.iter().take(MAX_LISTED) {
        write_location(location, out)?;
    }
    let more = finding.locations.len().saturating_sub(MAX_LISTED);
    if more > 0 {
        writeln!(out, "  and at {}", counted(more, "more place"))?;
    }
    Ok(())
}

fn write_location(location: &Location, out: &mut dyn Write) -> io::Result<()> {
    let Location {
        old_pointer,
        new_pointer,
        operations,
    } = location;
    let (old, new) = (place(old_pointer, MAX_CHARS), place(new_pointer, MAX_CHARS));
    if old_pointer == new_pointer {
        writeln!(out, "  at {old}")?;
    } else {
        writeln!(out, "  at {old} (old)")?;
        writeln!(out, "     {new} (new)")?;
    }
    for operation in operations.iter().take(MAX_LISTED) {
        writeln!(out, "     {}", one_line(&operation.to_string(), MAX_CHARS))?;
    }
    let more = operations.len().saturating_sub(MAX_LISTED);
    if more > 0 {
        writeln!(out, "     and {}", counted(more, "more operation"))?;
    }
    Ok(())
}
