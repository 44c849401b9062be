//! Filters for reports.

use super::finding::{Finding, Operation};
use super::report::Report;

/// A filter for operations. The default matches all of them and the document itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    paths: Vec<String>,
    operations: Vec<String>,
}

impl Filter {
    /// Matches operations at this path and below it.
    #[must_use]
    pub fn with_path(mut self, path: impl Into<String>) -> Self {
        self.paths.push(path.into());
        self
    }

    /// Matches one operation, such as `GET /things/{id}`.
    #[must_use]
    pub fn with_operation(mut self, operation: impl Into<String>) -> Self {
        self.operations.push(operation.into());
        self
    }

    fn is_empty(&self) -> bool {
        self.paths.is_empty() && self.operations.is_empty()
    }

    fn keeps(&self, operation: &Operation) -> bool {
        let below = |path: &String| {
            let path = path.trim_end_matches('/');
            operation
                .path
                .strip_prefix(path)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let named = |name: &String| {
            let mut words = name.split_whitespace();
            words
                .next()
                .is_some_and(|method| method.eq_ignore_ascii_case(&operation.method))
                && words.next() == Some(&*operation.path)
        };
        self.paths.iter().any(below) || self.operations.iter().any(named)
    }

    /// Returns only the findings for operations that match, without other places.
    ///
    /// With any filter, findings about the document as a whole are dropped.
    #[must_use]
    pub fn apply(&self, mut report: Report) -> Report {
        if self.is_empty() {
            return report;
        }
        report.findings.retain_mut(|finding: &mut Finding| {
            finding.locations.retain_mut(|location| {
                location
                    .operations
                    .retain(|operation| self.keeps(operation));
                !location.operations.is_empty()
            });
            !finding.locations.is_empty()
        });
        report
    }
}
