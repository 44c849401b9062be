//! The report for the body of an issue.

use std::io::{self, Write};

use super::{NO_CHANGES, Show, axes, counted, folded, place, shown, summary, versions};
use crate::escape::{code_span, one_line, value};
use crate::finding::Finding;
use crate::report::Report;

/// Largest size of a report in bytes. GitHub refuses bodies beyond 65,536 characters, and callers
/// append text.
pub const MAX_MARKDOWN_BYTES: usize = 55_000;

/// The longest value, pointer or path that is written, in characters.
const MAX_CHARS: usize = 200;

/// The most operations that are listed for one finding.
const MAX_LISTED: usize = 50;

/// Room for the note on what was cut and for the next versions, in bytes.
const NOTE_BYTES: usize = 600;

/// Writes a report as Markdown of at most [`MAX_MARKDOWN_BYTES`].
///
/// Text from the documents is put in code spans, where markup, mentions and links do not work, on
/// one line of at most 200 characters. Findings that do not fit are omitted, the harmless ones
/// first; the last line has their number.
///
/// # Errors
///
/// Fails if `out` fails.
pub fn write_markdown(report: &Report, show: &Show, out: &mut dyn Write) -> io::Result<()> {
    if report.is_empty() {
        return writeln!(out, "{NO_CHANGES}");
    }
    let mut body = format!("{}.\n", summary(report));
    let mut level = None;
    let (findings, prose) = shown(report, show);
    for (index, finding) in findings.iter().enumerate() {
        let mut entry = String::new();
        if level.replace(finding.level) != Some(finding.level) {
            entry.push_str(&format!("\n### {}\n", heading(finding)));
        }
        entry.push_str(&described(report, finding));
        if body.len() + entry.len() + NOTE_BYTES > MAX_MARKDOWN_BYTES {
            let left = counted(findings.len() - index, "more change");
            body.push_str(&format!(
                "\n{left} left out to stay below the size limit of an issue; the JSON report has \
                 all of them.\n"
            ));
            break;
        }
        body.push_str(&entry);
    }
    let lines = folded(prose).into_iter();
    for line in lines.chain(versions(report, show.current.as_ref())) {
        body.push_str(&format!("\n{line}\n"));
    }
    out.write_all(body.as_bytes())
}

fn heading(finding: &Finding) -> String {
    let mut text = finding.level.to_string();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

/// One item of the list, with everything there is to know about the finding.
fn described(report: &Report, finding: &Finding) -> String {
    let Finding {
        rule,
        meaning,
        subject,
        fingerprint,
        before,
        after,
        ..
    } = finding;
    let mut lines = vec![format!(
        "\n- **{rule}** ({}), fingerprint `{fingerprint}`",
        axes(report, finding)
    )];
    lines.extend(
        subject
            .as_ref()
            .map(|subject| code_span(&one_line(subject, MAX_CHARS))),
    );
    lines.push(meaning.to_string());
    if let Some(moved) = &finding.moved {
        let moved = code_span(&one_line(&moved.to_string(), MAX_CHARS));
        lines.push(format!("Now {moved}"));
    }
    let [before, after] = [before, after].map(|side| code_span(&value(side.as_ref(), MAX_CHARS)));
    lines.push(format!("Before {before}, after {after}"));
    if let Some(location) = finding.locations.first() {
        let [old, new] = [&location.old_pointer, &location.new_pointer]
            .map(|pointer| code_span(&place(pointer, MAX_CHARS)));
        let more = match finding.locations.len() - 1 {
            0 => String::new(),
            more => format!(", and {}", counted(more, "more place")),
        };
        lines.push(if old == new {
            format!("At {old}{more}")
        } else {
            format!("At {old} (old), {new} (new){more}")
        });
    }
    let operations: Vec<String> = finding
        .operations()
        .take(MAX_LISTED)
        .map(|operation| code_span(&one_line(&operation.to_string(), MAX_CHARS)))
        .collect();
    if !operations.is_empty() {
        let more = match finding.operations().count() - operations.len() {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        lines.push(format!("In {}{more}", operations.join(", ")));
    }
    lines.join("<br>\n  ") + "\n"
}
