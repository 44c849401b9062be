//! Finds the operations that a finding concerns: those that lead to the unit it was made in.

use std::collections::HashMap;

use super::error::CompareError;
use super::finding::Operation;
use super::{MAX_LINKS, MAX_LISTED};

/// The index of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct UnitId(pub(super) usize);

/// An operation, or something that several operations share.
#[derive(Debug)]
pub(super) struct Unit {
    pub(super) operation: Option<Operation>,
    /// The units that lead here.
    pub(super) parents: Vec<UnitId>,
}

/// For each unit with findings, the operations they concern.
pub(super) type Operations = HashMap<UnitId, Vec<Operation>>;

/// Follows units back to operations, within the limits.
#[derive(Debug)]
pub(super) struct Reach {
    units: Vec<Unit>,
    /// For each unit, the number of the last search that met it.
    met: Vec<usize>,
    searches: usize,
    links: usize,
    listed: usize,
}

impl Reach {
    pub(super) fn new(units: Vec<Unit>) -> Self {
        Self {
            met: vec![0; units.len()],
            units,
            searches: 0,
            links: 0,
            listed: 0,
        }
    }

    /// The operations of a unit and of those that lead to it, in the order they were made.
    pub(super) fn operations(&mut self, start: UnitId) -> Result<Vec<Operation>, CompareError> {
        self.searches += 1;
        let mut found = Vec::new();
        let mut pending = vec![start];
        while let Some(id) = pending.pop() {
            let (Some(unit), Some(met)) = (self.units.get(id.0), self.met.get_mut(id.0)) else {
                continue;
            };
            if std::mem::replace(met, self.searches) == self.searches {
                continue;
            }
            if unit.operation.is_some() {
                found.push(id);
            }
            pending.extend(&unit.parents);
            self.links += 1 + unit.parents.len();
            if self.links > MAX_LINKS {
                let what = "links between changes and operations";
                return Err(CompareError::TooLarge {
                    what,
                    limit: MAX_LINKS,
                });
            }
        }
        self.listed += found.len();
        if self.listed > MAX_LISTED {
            let what = "operations that are listed for changes";
            return Err(CompareError::TooLarge {
                what,
                limit: MAX_LISTED,
            });
        }
        found.sort_unstable();
        Ok(found
            .iter()
            .filter_map(|id| self.units.get(id.0)?.operation.clone())
            .collect())
    }
}
