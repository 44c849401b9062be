//! The two ways through the pages of a list.

use super::filters::Filters;
use super::keyset::KeysetScan;
use super::offset::OffsetScan;
use super::scan::Scan;

/// A way through the pages of a list: [`Keyset`] or [`Offset`].
///
/// Sealed.
pub trait Mode: private::Start + Copy + Send + Sync + Unpin + 'static {}

mod private {
    use super::{Filters, Scan};

    pub trait Start {
        /// Returns a scan from the beginning.
        #[allow(private_interfaces, reason = "sealed: nobody else calls it")]
        fn start(filters: &Filters, from_page: u64) -> Scan;
    }
}

pub(crate) use private::Start;

/// Page 1 again and again, each time with a later start date.
///
/// Complete while rows are inserted, deleted and updated during the scan.
#[doc(alias = "cursor")]
#[derive(Debug, Clone, Copy)]
pub enum Keyset {}

/// One page number after the other.
///
/// Exact while nothing changes; a row can be missed when rows before it are deleted.
#[derive(Debug, Clone, Copy)]
pub enum Offset {}

impl Mode for Keyset {}
impl Mode for Offset {}

#[allow(private_interfaces, reason = "sealed: nobody else calls it")]
impl Start for Keyset {
    fn start(filters: &Filters, _: u64) -> Scan {
        let bounds = filters.bounds();
        let shard = filters.shard.filter(|shard| shard.start == bounds.first());
        let start = shard.and_then(|shard| shard.asked_from);
        Scan::Keyset(Box::new(KeysetScan::new(bounds, start)))
    }
}

#[allow(private_interfaces, reason = "sealed: nobody else calls it")]
impl Start for Offset {
    fn start(_: &Filters, from_page: u64) -> Scan {
        Scan::Offset(OffsetScan::new(from_page))
    }
}
