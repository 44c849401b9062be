//! Reports of comparisons.

use serde::Serialize;

use super::finding::Finding;
use super::gate::{Gate, UnknownAxis, WIRE};
use super::generator::Generator;
use super::level::{Level, RustImpact};
use super::version::Bump;

/// The findings of one comparison.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// Findings, worst first, then in the order of the documents.
    pub findings: Vec<Finding>,
    /// Effects on generated code, for each generator. The first one is that of [`Finding::rust`].
    pub axes: Vec<Axis>,
}

/// Default name of the first generator's axis.
pub const RUST: &str = "rust";

/// A generator and its name in reports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Axis {
    /// Name in reports, such as that of a crate.
    pub name: String,
    /// Generator.
    #[serde(skip)]
    pub generator: Generator,
}

/// Numbers of findings by level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Counts {
    /// Unclassified changes, which are not included in `breaking`.
    pub unclassified: usize,
    /// Breaking changes.
    pub breaking: usize,
    /// Changes to review.
    pub review: usize,
    /// Additive changes.
    pub additive: usize,
    /// Cosmetic changes.
    pub cosmetic: usize,
}

impl Report {
    /// Returns `true` if the documents are equivalent.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }

    /// Returns the worst level; `None` for an empty report.
    #[must_use]
    pub fn worst(&self) -> Option<Level> {
        self.findings.iter().map(|finding| finding.level).max()
    }

    /// Returns the worst effect on generated code; [`RustImpact::None`] for an empty report.
    #[must_use]
    pub fn worst_rust(&self) -> RustImpact {
        self.findings
            .iter()
            .map(|finding| finding.rust)
            .max()
            .unwrap_or(RustImpact::None)
    }

    /// Returns the numbers of findings by level.
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

    /// Returns the worst effect for one generator.
    #[must_use]
    pub fn worst_on(&self, axis: &Axis) -> RustImpact {
        self.findings
            .iter()
            .map(|finding| finding.rust_with(&axis.generator))
            .max()
            .unwrap_or(RustImpact::None)
    }

    /// Returns which part of the version must be increased for a generator.
    #[must_use]
    pub fn bump(&self, axis: &Axis) -> Bump {
        Bump::for_changes(self.worst(), self.worst_on(axis))
    }

    /// Returns the exit status of a command with these gates.
    ///
    /// 0 if no change reaches a gate; 1 if the worst change that does
    /// is cosmetic or additive; 2 if it is review, breaking or unclassified.
    ///
    /// # Errors
    ///
    /// Fails if a gate has an axis that the report does not have.
    pub fn exit_status(&self, gates: &[Gate]) -> Result<u8, UnknownAxis> {
        let mut statuses = gates.iter().map(|gate| self.behind(gate));
        statuses.try_fold(0, |worst, status| Ok(worst.max(status?)))
    }

    fn behind(&self, gate: &Gate) -> Result<u8, UnknownAxis> {
        let worst = if gate.axis == WIRE {
            self.worst()
        } else {
            let axis = self.axes.iter().find(|axis| axis.name == gate.axis);
            let axis = axis.ok_or_else(|| UnknownAxis {
                asked: gate.axis.clone(),
                known: std::iter::once(WIRE)
                    .chain(self.axes.iter().map(|axis| axis.name.as_str()))
                    .map(str::to_owned)
                    .collect(),
            })?;
            self.worst_on(axis).level()
        };
        Ok(match worst.filter(|worst| *worst >= gate.level) {
            Some(Level::Cosmetic | Level::Additive) => 1,
            Some(Level::Review | Level::Breaking) => 2,
            None => 0,
        })
    }
}
