//! Tables of text.

/// Columns, aligned by their longest text.
pub(crate) struct Table<const N: usize> {
    rows: Vec<[String; N]>,
}

impl<const N: usize> Table<N> {
    pub(crate) fn new(head: [&str; N]) -> Self {
        Self {
            rows: vec![head.map(str::to_owned)],
        }
    }

    /// Adds a row; what there is none of is a dash.
    pub(crate) fn row(&mut self, cells: [Option<String>; N]) {
        let cells = cells.map(|cell| cell.map_or_else(|| "-".to_owned(), |text| clean(&text)));
        self.rows.push(cells);
    }

    pub(crate) fn write(&self, out: &mut String) {
        let mut widths = [0; N];
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = cell.chars().count().max(*width);
            }
        }
        for row in &self.rows {
            let cells = row.iter().zip(widths);
            let cells: Vec<_> = cells
                .map(|(cell, width)| format!("{cell:width$}"))
                .collect();
            out.push_str(cells.join("  ").trim_end());
            out.push('\n');
        }
    }
}

/// Without what would break a line or steer a terminal.
pub(crate) fn clean(text: &str) -> String {
    let plain = |letter: char| if letter.is_control() { ' ' } else { letter };
    text.chars().map(plain).collect()
}
