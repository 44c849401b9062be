//! Reports for people and for programs, all from [`Report`].

mod github;
mod json;
mod markdown;
mod text;

use std::fmt;
use std::io::{self, Write};
use std::str::FromStr;

use semver::Version;

pub use github::write_github;
pub use json::{JsonReport, write_json, write_visible};
pub use markdown::{MAX_MARKDOWN_BYTES, write_markdown};
pub use text::write_text;

use super::escape::{code_span, one_line};
use super::finding::Finding;
use super::level::Level;
use super::report::{Counts, Report};
use super::version::Bump;

/// The text of a report without findings.
const NO_CHANGES: &str = "No changes: both documents say the same.";

/// The longest message about documents that cannot be compared, in characters.
const MAX_FAILURE_CHARS: usize = 1_000;

/// The format of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// For a terminal.
    #[default]
    Text,
    /// For programs, complete.
    Json,
    /// For the body of an issue, shortened to the maximum size.
    Markdown,
    /// Annotations of a GitHub workflow, one for each finding.
    Github,
}

impl Format {
    const ALL: [(&str, Self); 4] = [
        ("text", Self::Text),
        ("json", Self::Json),
        ("markdown", Self::Markdown),
        ("github", Self::Github),
    ];
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = Self::ALL.iter().find(|(_, format)| format == self);
        f.pad(names.map_or("", |(name, _)| name))
    }
}

/// The error for a text that is not a [`Format`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseFormatError(String);

impl fmt::Display for ParseFormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is not one of text, json, markdown, github", self.0)
    }
}

impl std::error::Error for ParseFormatError {}

impl FromStr for Format {
    type Err = ParseFormatError;

    /// Parses `text`, `json`, `markdown` or `github`.
    ///
    /// # Errors
    ///
    /// [`ParseFormatError`] for any other text.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|(name, _)| *name == text);
        known.map_or_else(
            || Err(ParseFormatError(text.to_owned())),
            |(_, format)| Ok(format),
        )
    }
}

/// The findings to write. JSON always has all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Show {
    /// Lowest level that is written; the worst axis of a finding counts.
    pub level: Level,
    /// `true` to write changes of texts one by one instead of their number.
    pub prose: bool,
    /// Current version, from which the next one is computed.
    pub current: Option<Version>,
}

impl Default for Show {
    fn default() -> Self {
        Self {
            level: Level::Cosmetic,
            prose: false,
            current: None,
        }
    }
}

/// Writes a report in a format.
///
/// # Errors
///
/// Fails if `out` fails.
pub fn write(report: &Report, show: &Show, format: Format, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Text => write_text(report, show, out),
        Format::Json => write_json(report, out),
        Format::Markdown => write_markdown(report, show, out),
        Format::Github => write_github(report, show, out),
    }
}

/// Writes the reason for a missing report, in a format.
///
/// The message may quote a document. It is written on one line, shortened, and without control
/// characters that a terminal or workflow would obey.
///
/// # Errors
///
/// Fails if `out` fails.
pub fn write_failure(message: &str, format: Format, out: &mut dyn Write) -> io::Result<()> {
    let line = one_line(message, MAX_FAILURE_CHARS);
    match format {
        Format::Text => writeln!(out, "{line}"),
        Format::Json => write_visible(&serde_json::json!({"error": message}), out),
        Format::Markdown => writeln!(out, "{}", code_span(&line)),
        Format::Github => github::write_error("documents cannot be compared", &line, out),
    }
}

/// The findings that are written one by one, and how many changes of wording are only counted.
fn shown<'a>(report: &'a Report, show: &Show) -> (Vec<&'a Finding>, usize) {
    let heavy = |finding: &&Finding| {
        let worst = report
            .axes
            .iter()
            .filter_map(|axis| finding.rust_with(&axis.generator).level())
            .fold(finding.level, Level::max);
        worst >= show.level
    };
    let (prose, findings): (Vec<&Finding>, Vec<&Finding>) = report
        .findings
        .iter()
        .filter(heavy)
        .partition(|finding| !show.prose && finding.is_prose());
    (findings, prose.len())
}

/// One line for the changes of wording that are not listed; `None` when there are none.
fn folded(count: usize) -> Option<String> {
    (count > 0).then(|| {
        format!(
            "{} of wording (descriptions, examples and the like).",
            counted(count, "change")
        )
    })
}

/// The verdicts of all axes on a finding, as in `rust: breaking`.
fn axes(report: &Report, finding: &Finding) -> String {
    let verdicts = report.axes.iter().map(|axis| {
        let impact = finding.rust_with(&axis.generator);
        format!("{}: {impact}", axis.name)
    });
    verdicts.collect::<Vec<_>>().join(", ")
}

/// Returns the next version that the changes ask for, a line for each generator.
fn versions(report: &Report, current: Option<&Version>) -> Vec<String> {
    let wire = report
        .worst()
        .map_or_else(|| "none".to_owned(), |worst| worst.to_string());
    let lines = report.axes.iter().map(|axis| {
        let bump = report.bump(axis);
        let number = match current {
            Some(current) if bump != Bump::None => {
                format!("{} after {current}", bump.after(current))
            }
            _ => bump.to_string(),
        };
        format!(
            "Next version: {number} (wire: {wire}, {}: {}).",
            axis.name,
            report.worst_on(axis)
        )
    });
    lines.collect()
}

/// Returns the numbers of findings by level, such as `1 breaking, 2 cosmetic`.
#[must_use]
pub fn summary(report: &Report) -> String {
    let Counts {
        unclassified,
        breaking,
        review,
        additive,
        cosmetic,
    } = report.counts();
    let kinds = [
        (unclassified, "unclassified"),
        (breaking, "breaking"),
        (review, "to review"),
        (additive, "additive"),
        (cosmetic, "cosmetic"),
    ];
    let kinds: Vec<String> = kinds
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, kind)| format!("{count} {kind}"))
        .collect();
    format!(
        "{}: {}",
        counted(report.findings.len(), "change"),
        kinds.join(", ")
    )
}

/// Returns a number with its noun, such as `1 change` or `2 changes`.
#[must_use]
pub fn counted(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

/// A JSON Pointer for people, who would not see the empty one of the document itself.
fn place(pointer: &str, limit: usize) -> String {
    if pointer.is_empty() {
        "(the whole document)".to_owned()
    } else {
        one_line(pointer, limit)
    }
}
