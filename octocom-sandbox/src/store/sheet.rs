//! Spreadsheets.

use serde::{Deserialize, Serialize};

/// The first sheet of a spreadsheet.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Sheet {
    /// Column headers, in the order in which rows brought them.
    #[serde(default)]
    pub(crate) headers: Vec<String>,
    /// Cells by column; a row may be shorter than the headers, and null where it has no cell.
    #[serde(default)]
    pub(crate) rows: Vec<Vec<Option<String>>>,
    /// `true` if the service account lacks editor access.
    #[serde(default)]
    pub(crate) read_only: bool,
}

impl Sheet {
    /// Adds a row. Headers that do not exist are created, in the order of the row.
    pub(crate) fn append(&mut self, cells: Vec<(String, String)>) {
        let mut row = vec![None; self.headers.len()];
        for (header, cell) in cells {
            let known = self.headers.iter().position(|known| *known == header);
            let column = known.unwrap_or_else(|| {
                self.headers.push(header);
                row.push(None);
                self.headers.len() - 1
            });
            row[column] = Some(cell);
        }
        self.rows.push(row);
    }

    /// The rows as pairs of header and cell, in the order of the columns.
    pub(crate) fn pairs(&self) -> Vec<Vec<(String, String)>> {
        let row = |row: &Vec<Option<String>>| {
            let cells = self.headers.iter().zip(row);
            cells
                .filter_map(|(header, cell)| Some((header.clone(), cell.clone()?)))
                .collect()
        };
        self.rows.iter().map(row).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: &[(&str, &str)]) -> Vec<(String, String)> {
        let pair = |(header, cell): &(&str, &str)| ((*header).to_owned(), (*cell).to_owned());
        cells.iter().map(pair).collect()
    }

    #[test]
    fn headers_come_in_the_order_of_the_rows_and_later_rows_follow_them() {
        let mut sheet = Sheet::default();
        sheet.append(row(&[("Zip", "1"), ("City", "Oslo")]));
        sheet.append(row(&[("City", "Bergen"), ("Area", "W"), ("Zip", "2")]));
        sheet.append(row(&[("Area", "E")]));
        assert_eq!(sheet.headers, ["Zip", "City", "Area"]);
        let expected = [
            row(&[("Zip", "1"), ("City", "Oslo")]),
            row(&[("Zip", "2"), ("City", "Bergen"), ("Area", "W")]),
            row(&[("Area", "E")]),
        ];
        assert_eq!(sheet.pairs(), expected);
    }
}
