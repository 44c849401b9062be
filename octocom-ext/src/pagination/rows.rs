//! The rows of a page that are still to be delivered.

use std::vec::IntoIter;

use octocom_api::Record;

use super::scan::YieldedRow;

/// Iterates over a page, and leaves out what is not to be delivered.
pub(crate) struct Rows<T> {
    yielded: IntoIter<YieldedRow>,
    records: IntoIter<Record<T>>,
    /// Index of the next of `records` on its page, counted from 0.
    next: usize,
}

impl<T> Rows<T> {
    /// `yielded` are in the order of the page.
    pub(crate) fn new(yielded: Vec<YieldedRow>, records: Vec<Record<T>>) -> Self {
        Self {
            yielded: yielded.into_iter(),
            records: records.into_iter(),
            next: 0,
        }
    }

    /// No rows.
    pub(crate) fn none() -> Self {
        Self::new(Vec::new(), Vec::new())
    }

    /// How many are left.
    pub(crate) fn len(&self) -> usize {
        self.yielded.len()
    }
}

impl<T> Iterator for Rows<T> {
    type Item = (YieldedRow, Record<T>);

    fn next(&mut self) -> Option<Self::Item> {
        let row = self.yielded.next()?;
        let record = self.records.nth(row.index.checked_sub(self.next)?)?;
        self.next = row.index + 1;
        Some((row, record))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkpoint::RowId;

    #[test]
    fn rows_that_are_not_yielded_are_left_out() {
        let row = |index: usize| YieldedRow {
            index,
            id: RowId::new(index.to_string()),
            created: None,
            keyset: None,
        };
        let records = ["0", "1", "2", "3", "4"]
            .map(|json| Record::<()>::new(bytes::Bytes::from_static(json.as_bytes())));
        let rows = |indices: &[usize]| {
            let yielded = indices.iter().copied().map(row).collect();
            Rows::new(yielded, records.to_vec())
        };
        for indices in [&[][..], &[0, 1, 2, 3, 4], &[1, 2, 4], &[4]] {
            let mut rows = rows(indices);
            for left in (0..indices.len()).rev() {
                let (row, record) = rows.next().unwrap();
                assert_eq!(record.text(), Ok(row.index.to_string().as_str()));
                assert_eq!(rows.len(), left);
            }
            assert!(rows.next().is_none());
        }
    }
}
