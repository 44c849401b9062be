//! A comparison in the light of what is acknowledged and of what can be generated.

mod render;

use chrono::NaiveDate;
use serde::Serialize;

use crate::acknowledged::Acknowledgement;
use crate::generation::Generation;
use crate::overlay::Advice;
use crate::status::NO_CLIENT;
use openapi_compare::{Finding, Gate, Report, UnknownAxis};

pub(crate) use render::write;

/// The result of a comparison, with acknowledgements and generation.
#[derive(Debug)]
pub(crate) struct Assessment {
    /// The findings that nobody has acknowledged: these decide.
    pub(crate) report: Report,
    pub(crate) acknowledged: Vec<Accepted>,
    /// Acknowledgements that are over; their findings decide again.
    pub(crate) expired: Vec<Acknowledgement>,
    /// Acknowledgements of changes that are not there.
    pub(crate) stale: Vec<Acknowledgement>,
    /// Advice about the overlay; empty where it was not asked for.
    pub(crate) advice: Vec<Advice>,
    /// `None` where generating was not asked for.
    pub(crate) generation: Option<Generation>,
}

/// A finding and why it does not count.
#[derive(Debug, Serialize)]
pub(crate) struct Accepted {
    #[serde(flatten)]
    pub(crate) acknowledgement: Acknowledgement,
    pub(crate) finding: Finding,
}

impl Assessment {
    /// Sorts the findings by what is acknowledged `today` (UTC).
    pub(crate) fn new(
        report: Report,
        acknowledgements: Vec<Acknowledgement>,
        today: NaiveDate,
    ) -> Self {
        let mut assessment = Self {
            report,
            acknowledged: Vec::new(),
            expired: Vec::new(),
            stale: Vec::new(),
            advice: Vec::new(),
            generation: None,
        };
        for acknowledgement in acknowledgements {
            assessment.apply(acknowledgement, today);
        }
        assessment
    }

    fn apply(&mut self, acknowledgement: Acknowledgement, today: NaiveDate) {
        let findings = &mut self.report.findings;
        let (found, rest): (Vec<Finding>, Vec<Finding>) = std::mem::take(findings)
            .into_iter()
            .partition(|finding| acknowledgement.covers(finding));
        *findings = rest;
        if found.is_empty() {
            self.stale.push(acknowledgement);
        } else if acknowledgement.expires < today {
            findings.extend(found);
            findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
            self.expired.push(acknowledgement);
        } else {
            let accepted = found.into_iter().map(|finding| Accepted {
                acknowledgement: acknowledgement.clone(),
                finding,
            });
            self.acknowledged.extend(accepted);
        }
    }

    /// The exit status of a command with these gates.
    ///
    /// # Errors
    ///
    /// Fails when a gate names an axis that there is not.
    pub(crate) fn status(&self, gates: &[Gate]) -> Result<u8, UnknownAxis> {
        let status = self.report.exit_status(gates)?;
        Ok(match self.generation {
            Some(Generation::Fails { .. }) => NO_CLIENT,
            Some(Generation::Works { .. }) | None => status,
        })
    }
}

#[cfg(test)]
mod tests;
