//! The report as annotations of a GitHub workflow.

use std::io::{self, Write};

use super::{Show, folded, shown, versions};
use crate::escape::{one_line, value};
use crate::finding::Finding;
use crate::level::Level;
use crate::report::Report;

/// The longest message, in characters.
const MAX_CHARS: usize = 1_000;

/// The longest value in a message, in characters.
const MAX_VALUE_CHARS: usize = 100;

/// Writes an annotation for each finding: an error for a breaking change, a warning for a change to
/// review, and a notice otherwise.
///
/// # Errors
///
/// Fails if `out` fails.
pub fn write_github(report: &Report, show: &Show, out: &mut dyn Write) -> io::Result<()> {
    let (findings, prose) = shown(report, show);
    for finding in findings {
        let kind = match finding.level {
            Level::Breaking => "error",
            Level::Review => "warning",
            Level::Additive | Level::Cosmetic => "notice",
        };
        annotation(kind, finding.rule, &message(finding), out)?;
    }
    let lines = folded(prose).into_iter();
    for line in lines.chain(versions(report, show.current.as_ref())) {
        annotation("notice", "documents compared", &line, out)?;
    }
    Ok(())
}

/// Writes an annotation of a failure.
pub(super) fn write_error(title: &str, text: &str, out: &mut dyn Write) -> io::Result<()> {
    annotation("error", title, text, out)
}

fn message(finding: &Finding) -> String {
    let mut operations = finding.operations();
    let first = operations.next().map(ToString::to_string);
    let more = match operations.count() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let place = first.map_or_else(String::new, |first| format!("{first}{more}: "));
    let subject = finding
        .subject
        .as_ref()
        .map_or_else(String::new, |subject| format!("{subject}: "));
    let [before, after] =
        [&finding.before, &finding.after].map(|side| value(side.as_ref(), MAX_VALUE_CHARS));
    format!(
        "{place}{subject}{} Before {before}, after {after}.",
        finding.meaning
    )
}

/// Text from documents is put on one line, and the characters that end a command are escaped.
fn annotation(kind: &str, title: &str, text: &str, out: &mut dyn Write) -> io::Result<()> {
    let escaped = one_line(text, MAX_CHARS).replace('%', "%25");
    writeln!(out, "::{kind} title={title}::{escaped}")
}
