//! What a run has done, for its last line.

use std::fmt;

/// Conversations by what became of them: each counts once a listing.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) new: u64,
    pub(crate) updated: u64,
    pub(crate) unchanged: u64,
    pub(crate) failed: u64,
}

impl Tally {
    pub(crate) fn add(&mut self, other: &Self) {
        self.new += other.new;
        self.updated += other.updated;
        self.unchanged += other.unchanged;
        self.failed += other.failed;
    }

    pub(crate) fn total(&self) -> u64 {
        self.new + self.updated + self.unchanged + self.failed
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            new,
            updated,
            unchanged,
            failed,
        } = self;
        write!(
            f,
            "{new} new, {updated} updated, {unchanged} unchanged, {failed} failed"
        )
    }
}
