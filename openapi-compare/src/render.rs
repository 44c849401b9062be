//! Reports for people and for programs, all from [`Report`].

mod json;
mod markdown;
mod text;

pub use json::{JsonReport, write_json, write_visible};
pub use markdown::{MAX_MARKDOWN_BYTES, write_markdown};
pub use text::write_text;

use super::report::{Counts, Report};

/// What a report says when there is nothing to say.
const NO_CHANGES: &str = "No changes: both documents say the same.";

/// The number of findings of each kind that there are, as in `1 breaking, 2 cosmetic`.
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

/// A number with its noun, as in `1 change` and `2 changes`.
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
        crate::escape::one_line(pointer, limit)
    }
}
