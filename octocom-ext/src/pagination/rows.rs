//! The rows of a page that are still to be delivered.

use std::vec::IntoIter;

use octocom_api::Record;

use super::scan::Mark;

/// Iterates over a page, and leaves out what is not to be delivered.
pub(crate) struct Rows<T> {
    marks: IntoIter<Mark>,
    records: IntoIter<Record<T>>,
    /// Where the next of `records` stands on its page, counted from 0.
    next: usize,
}

impl<T> Rows<T> {
    /// `marks` are in the order of the page.
    pub(crate) fn new(marks: Vec<Mark>, records: Vec<Record<T>>) -> Self {
        Self {
            marks: marks.into_iter(),
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
        self.marks.len()
    }
}

impl<T> Iterator for Rows<T> {
    type Item = (Mark, Record<T>);

    fn next(&mut self) -> Option<Self::Item> {
        let mark = self.marks.next()?;
        let record = self.records.nth(mark.index.checked_sub(self.next)?)?;
        self.next = mark.index + 1;
        Some((mark, record))
    }
}

#[cfg(test)]
mod tests {
    use super::super::row::RowId;
    use super::*;

    #[test]
    fn what_has_no_mark_is_left_out() {
        let mark = |index: usize| Mark {
            index,
            id: RowId::new(index.to_string()),
            created: None,
            keyset: None,
        };
        let records = ["0", "1", "2", "3", "4"]
            .map(|json| Record::<()>::new(bytes::Bytes::from_static(json.as_bytes())));
        let rows = |indices: &[usize]| {
            let marks = indices.iter().copied().map(mark).collect();
            Rows::new(marks, records.to_vec())
        };
        for indices in [&[][..], &[0, 1, 2, 3, 4], &[1, 2, 4], &[4]] {
            let mut rows = rows(indices);
            for left in (0..indices.len()).rev() {
                let (mark, record) = rows.next().unwrap();
                assert_eq!(record.text(), Ok(mark.index.to_string().as_str()));
                assert_eq!(rows.len(), left);
            }
            assert!(rows.next().is_none());
        }
    }
}
