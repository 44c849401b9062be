//! An assessment for people and for programs.

use std::io::{self, Write};

use serde::Serialize;

use super::{Accepted, Assessment};
use crate::acknowledged::Acknowledgement;
use crate::generation::Generation;
use openapi_compare::escape::{code_span, one_line};
use openapi_compare::{Format, JsonReport, Show, counted, write_visible};

/// The longest text from outside on one line, in characters.
const MAX_CHARS: usize = 200;

/// The most lines of one kind beside the report, so that Markdown fits into an issue.
const MAX_LINES: usize = 8;

/// The most actions of the overlay that a text lists, and the longest line about one.
const MAX_ACTIONS: usize = 200;
const MAX_ACTION_CHARS: usize = 10_000;

/// Instead of a report without findings, when there were some.
const ALL_ACKNOWLEDGED: &str = "No changes but those that are acknowledged.";

#[derive(Serialize)]
struct Json<'a> {
    #[serde(flatten)]
    report: JsonReport<'a>,
    acknowledged: &'a [Accepted],
    expired: &'a [Acknowledgement],
    stale: &'a [Acknowledgement],
    overlay: Vec<String>,
    generation: Option<&'a Generation>,
    arrival: &'a str,
}

/// Writes an assessment. `arrival` says where the new document came from.
pub(crate) fn write(
    assessment: &Assessment,
    arrival: &str,
    format: Format,
    show: &Show,
    out: &mut dyn Write,
) -> io::Result<()> {
    let report = &assessment.report;
    let all_acknowledged = report.is_empty() && !assessment.acknowledged.is_empty();
    match format {
        Format::Json => {
            return write_visible(
                &Json {
                    report: JsonReport::new(report),
                    acknowledged: &assessment.acknowledged,
                    expired: &assessment.expired,
                    stale: &assessment.stale,
                    overlay: assessment.advice.iter().map(ToString::to_string).collect(),
                    generation: assessment.generation.as_ref(),
                    arrival,
                },
                out,
            );
        }
        Format::Markdown => writeln!(out, "{}\n", code_span(&one_line(arrival, MAX_CHARS)))?,
        Format::Github => {}
        _ => writeln!(out, "{}", one_line(arrival, MAX_CHARS))?,
    }
    if all_acknowledged && format != Format::Github {
        writeln!(out, "{ALL_ACKNOWLEDGED}")?;
    } else {
        openapi_compare::write(report, show, format, out)?;
    }
    let [verdicts, overlay] = [sections(assessment), overlay(assessment)];
    for (title, lines) in verdicts {
        write_section(&title, &lines, (MAX_LINES, MAX_CHARS), format, out)?;
    }
    // An action that is cut cannot be pasted.
    let limits = match format {
        Format::Markdown => (MAX_LINES, 3 * MAX_CHARS),
        _ => (MAX_ACTIONS, MAX_ACTION_CHARS),
    };
    for (title, lines) in overlay {
        write_section(&title, &lines, limits, format, out)?;
    }
    Ok(())
}

/// Returns the sections about the overlay.
fn overlay(assessment: &Assessment) -> Vec<(String, Vec<String>)> {
    let (blocking, rest): (Vec<_>, Vec<_>) = assessment
        .advice
        .iter()
        .partition(|advice| advice.is_blocking());
    let sections = [
        (
            "To do in openapi/overlay.json, before the document can be accepted",
            blocking,
        ),
        ("To look at in openapi/overlay.json", rest),
    ];
    sections
        .into_iter()
        .filter(|(_, advice)| !advice.is_empty())
        .map(|(title, advice)| {
            let lines = advice.into_iter().map(ToString::to_string);
            (title.to_owned(), lines.collect())
        })
        .collect()
}

/// Returns the sections below the report: a title and its lines.
fn sections(assessment: &Assessment) -> Vec<(String, Vec<String>)> {
    let mut sections = Vec::new();
    let accepted = assessment.acknowledged.iter().map(|accepted| {
        let Accepted {
            acknowledgement,
            finding,
        } = accepted;
        format!("{} {acknowledgement}", finding.rule)
    });
    let entries = |entries: &[Acknowledgement]| -> Vec<String> {
        entries.iter().map(ToString::to_string).collect()
    };
    let titled = [
        ("Acknowledged, and not counted", accepted.collect()),
        (
            "Expired: these acknowledgements hold no longer",
            entries(&assessment.expired),
        ),
        (
            "Stale: nothing to acknowledge, remove from openapi/acknowledged.json",
            entries(&assessment.stale),
        ),
    ];
    for (title, lines) in titled {
        if !lines.is_empty() {
            sections.push((title.to_owned(), lines));
        }
    }
    match &assessment.generation {
        Some(Generation::Works {
            operations,
            types,
            notes,
        }) => {
            let [operations, types] = [(operations, "operation"), (types, "type")]
                .map(|(count, noun)| counted(*count, noun));
            let title = format!("A client can be generated: {operations}, {types}");
            sections.push((title, notes.clone()));
        }
        Some(Generation::Fails { problems }) => {
            sections.push(("No client can be generated".to_owned(), problems.clone()));
        }
        None => {}
    }
    sections
}

fn write_section(
    title: &str,
    lines: &[String],
    (max_lines, max_chars): (usize, usize),
    format: Format,
    out: &mut dyn Write,
) -> io::Result<()> {
    if format == Format::Github {
        let lines = lines.iter().take(max_lines).map(|line| format!("; {line}"));
        let line = one_line(
            &format!("{title}{}", lines.collect::<String>()),
            8 * MAX_CHARS,
        );
        return writeln!(out, "::notice::{}", line.replace('%', "%25"));
    }
    let is_text = format == Format::Text;
    let end = if lines.is_empty() { "." } else { ":" };
    writeln!(out, "\n{title}{end}")?;
    if !is_text && !lines.is_empty() {
        writeln!(out)?;
    }
    for line in lines.iter().take(max_lines) {
        let line = one_line(line, max_chars);
        if is_text {
            writeln!(out, "  {line}")?;
        } else {
            writeln!(out, "- {}", code_span(&line))?;
        }
    }
    match lines.len().saturating_sub(max_lines) {
        0 => Ok(()),
        more if is_text => writeln!(out, "  and {more} more"),
        more => writeln!(out, "- and {more} more"),
    }
}
