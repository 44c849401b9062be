//! All findings of a comparison, and the exit status they amount to.

use serde::Serialize;

use super::finding::Finding;
use super::level::{Level, RustImpact};

/// The findings of one comparison.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// Worst first, and then in the order of the documents.
    pub findings: Vec<Finding>,
}

/// How many findings there are of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Counts {
    /// Changes that no rule explains. They are not counted as breaking here.
    pub unclassified: usize,
    /// Changes that can make an old client fail.
    pub breaking: usize,
    /// Changes that a person has to decide about.
    pub review: usize,
    /// Changes that let the API do more.
    pub additive: usize,
    /// Changes that do not reach the wire.
    pub cosmetic: usize,
}

impl Report {
    /// Whether the documents say the same.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }

    /// The worst wire verdict; `None` for an empty report.
    #[must_use]
    pub fn worst(&self) -> Option<Level> {
        self.findings.iter().map(|finding| finding.level).max()
    }

    /// The worst verdict on generated code; [`RustImpact::None`] for an empty report.
    #[must_use]
    pub fn worst_rust(&self) -> RustImpact {
        self.findings
            .iter()
            .map(|finding| finding.rust)
            .max()
            .unwrap_or(RustImpact::None)
    }

    /// How many findings there are of each kind.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for finding in &self.findings {
            let count = match finding.level {
                _ if finding.is_unclassified() => &mut counts.unclassified,
                Level::Breaking => &mut counts.breaking,
                Level::Review => &mut counts.review,
                Level::Additive => &mut counts.additive,
                Level::Cosmetic => &mut counts.cosmetic,
            };
            *count += 1;
        }
        counts
    }

    /// The exit status of a command that gates at `fail_on`.
    ///
    /// 0 when there is nothing, or nothing as bad as `fail_on`; 1 when the worst is cosmetic or
    /// additive; 2 when it is review, breaking or unclassified.
    /// Only the wire verdict counts.
    #[must_use]
    pub fn exit_status(&self, fail_on: Level) -> u8 {
        match self.worst() {
            Some(worst) if worst >= fail_on => match worst {
                Level::Cosmetic | Level::Additive => 1,
                Level::Review | Level::Breaking => 2,
            },
            _ => 0,
        }
    }
}
