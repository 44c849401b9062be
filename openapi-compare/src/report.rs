//! All findings of a comparison, and the exit status they amount to.

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
    /// Worst first, and then in the order of the documents.
    pub findings: Vec<Finding>,
    /// The impact of the changes on generated code, for each generator. The first is the one that
    /// [`Finding::rust`] is about.
    pub axes: Vec<Axis>,
}

/// The name of the first axis beside the wire.
pub const RUST: &str = "rust";

/// A generator whose users are affected by a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Axis {
    /// The name in reports, such as that of a crate.
    pub name: String,
    /// The way it writes code.
    #[serde(skip)]
    pub generator: Generator,
}

/// The number of findings of each kind.
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
    /// Returns `true` if the documents say the same.
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

    /// The number of findings of each kind.
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

    /// The worst verdict for the users of one generator.
    #[must_use]
    pub fn worst_on(&self, axis: &Axis) -> RustImpact {
        self.findings
            .iter()
            .map(|finding| finding.rust_with(&axis.generator))
            .max()
            .unwrap_or(RustImpact::None)
    }

    /// The part of the version number of what a generator makes that has to go up.
    #[must_use]
    pub fn bump(&self, axis: &Axis) -> Bump {
        Bump::of(self.worst(), self.worst_on(axis))
    }

    /// Returns the exit status of a command with these gates, of which the worst counts.
    ///
    /// 0 when there is nothing, or nothing as bad as a gate; 1 when the worst change behind a gate
    /// is cosmetic or additive; 2 when it is review, breaking or unclassified.
    ///
    /// # Errors
    ///
    /// Fails when a gate names an axis that the report does not have.
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
