//! A comparison in the light of what is acknowledged and of what can be generated.

mod render;

use chrono::NaiveDate;
use serde::Serialize;

use crate::acknowledged::Acknowledgement;
use crate::generation::Generation;
use crate::status::NO_CLIENT;
use openapi_compare::{Finding, Level, Report};

pub(crate) use render::{Format, write};

/// What a comparison amounts to.
#[derive(Debug)]
pub(crate) struct Assessment {
    /// The findings that nobody has acknowledged: these decide.
    pub(crate) report: Report,
    pub(crate) acknowledged: Vec<Accepted>,
    /// Acknowledgements that are over; their findings decide again.
    pub(crate) expired: Vec<Acknowledgement>,
    /// Acknowledgements of changes that are not there.
    pub(crate) stale: Vec<Acknowledgement>,
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
            generation: None,
        };
        for acknowledgement in acknowledgements {
            assessment.apply(acknowledgement, today);
        }
        assessment
    }

    fn apply(&mut self, acknowledgement: Acknowledgement, today: NaiveDate) {
        let findings = &mut self.report.findings;
        let found = findings
            .iter()
            .position(|finding| finding.fingerprint == acknowledgement.fingerprint);
        match found {
            None => self.stale.push(acknowledgement),
            Some(_) if acknowledgement.expires < today => self.expired.push(acknowledgement),
            Some(index) => {
                let finding = findings.remove(index);
                self.acknowledged.push(Accepted {
                    acknowledgement,
                    finding,
                });
            }
        }
    }

    /// The exit status of a command that gates at `fail_on`.
    pub(crate) fn status(&self, fail_on: Level) -> u8 {
        match self.generation {
            Some(Generation::Fails { .. }) => NO_CLIENT,
            Some(Generation::Works { .. }) | None => self.report.exit_status(fail_on),
        }
    }
}

#[cfg(test)]
mod tests;
