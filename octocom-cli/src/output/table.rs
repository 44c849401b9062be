//! Tables for people.

use comfy_table::{ColumnConstraint, ContentArrangement, Row, Table as Drawn, Width, presets};

use crate::json_text;
use crate::output::{VALUE, names};
use crate::text::escape;

/// Rows that are looked at before the first is drawn.
const ROWS_AHEAD: usize = 50;
/// Columns that are shown where nobody chose.
const MAX_COLUMNS: usize = 6;
/// Width that a terminal has for each column that is shown where nobody chose.
const COLUMN_SHARE: u16 = 20;
/// Widest column.
const MAX_WIDTH: u16 = 60;
/// Narrowest column of a terminal with no room.
const MIN_WIDTH: u16 = 6;
/// Space around and between columns.
const PADDING: u16 = 2;

/// A table that is drawn in parts: rows come out while the list goes on.
pub(crate) struct Table {
    width: u16,
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
    /// Widths of the columns, once the first part is drawn.
    widths: Vec<u16>,
}

impl Table {
    pub(crate) fn new(width: u16) -> Self {
        Self {
            width,
            columns: Vec::new(),
            rows: Vec::new(),
            widths: Vec::new(),
        }
    }

    /// Takes an item. Returns the next part of the table once it is full.
    pub(crate) fn add(&mut self, json: &str, columns: Option<&[String]>) -> Option<String> {
        if self.columns.is_empty() {
            self.columns = match columns {
                Some(columns) => columns.to_vec(),
                None => chosen(json, self.width),
            };
        }
        let cell = |name: &String| match json_text::pick(json, name) {
            Some(value) => escape(&json_text::cell(value)),
            None if name == VALUE => escape(&json_text::cell(json)),
            None => String::new(),
        };
        self.rows.push(self.columns.iter().map(cell).collect());
        (self.rows.len() >= ROWS_AHEAD).then(|| self.rest())
    }

    /// Returns what is not drawn yet.
    pub(crate) fn rest(&mut self) -> String {
        if self.rows.is_empty() {
            return String::new();
        }
        let rows = std::mem::take(&mut self.rows);
        let mut drawn = Drawn::new();
        drawn.load_style(presets::NOTHING);
        drawn.set_content_arrangement(ContentArrangement::Dynamic);
        drawn.set_width(self.width);
        if self.widths.is_empty() {
            self.widths = widths(&self.columns, &rows, self.width);
            // As they are written after `--columns`.
            let mut header = Row::from(self.columns.iter().map(|name| escape(name)));
            header.max_height(1);
            drawn.set_header(header);
        }
        for row in rows {
            let mut row = Row::from(row);
            row.max_height(1);
            drawn.add_row(row);
        }
        let constraints = self.widths.iter();
        let constraints = constraints.map(|width| ColumnConstraint::Absolute(Width::Fixed(*width)));
        drawn.set_constraints(constraints);
        drawn
            .lines()
            .map(|line| line.trim_end().to_owned() + "\n")
            .collect()
    }
}

/// Names that tell what a thing is.
const TELLING: [&str; 7] = [
    "id", "publicId", "slug", "title", "subject", "name", "fullName",
];

/// Columns where nobody chose: those that tell what a thing is, then the first that are not lists
/// or objects.
fn chosen(json: &str, width: u16) -> Vec<String> {
    let is_plain = |name: &String| {
        let value = json_text::pick(json, name).unwrap_or_default();
        name == VALUE || !value.starts_with(['{', '['])
    };
    let most = usize::from(width / COLUMN_SHARE).clamp(2, MAX_COLUMNS);
    let mut names: Vec<_> = names(json).into_iter().filter(is_plain).collect();
    let place = |name: &String| TELLING.iter().position(|it| it == name);
    names.sort_by_key(|name| place(name).unwrap_or(TELLING.len()));
    match names.is_empty() {
        true => vec![VALUE.to_owned()],
        false => names.into_iter().take(most).collect(),
    }
}

/// Columns that are copied from the table, so they are shown whole.
const COPIED: [&str; 3] = ["id", "publicId", "version"];

/// Widths that fit the terminal: the widest columns give way first, and those that are copied last.
fn widths(columns: &[String], rows: &[Vec<String>], most: u16) -> Vec<u16> {
    let wide = |text: &String| u16::try_from(text.chars().count()).unwrap_or(u16::MAX);
    let mut widths: Vec<u16> = columns.iter().map(wide).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(wide(cell)).min(MAX_WIDTH);
        }
    }
    for width in &mut widths {
        *width += PADDING;
    }
    loop {
        let sum: u32 = widths.iter().map(|width| u32::from(*width)).sum();
        if sum <= u32::from(most) {
            return widths;
        }
        let is_copied = |at: usize| {
            columns
                .get(at)
                .is_some_and(|name| COPIED.contains(&name.as_str()))
        };
        let narrower = widths
            .iter()
            .enumerate()
            .filter(|(_, width)| **width > MIN_WIDTH);
        let widest = narrower.max_by_key(|(at, width)| (!is_copied(*at), **width));
        let Some(at) = widest.map(|(at, _)| at) else {
            return widths;
        };
        widths[at] -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_one_line_each_and_fit_the_terminal() {
        let mut table = Table::new(80);
        let long = "word ".repeat(30);
        let json = format!(
            r#"{{"id":"1","o":{{}},"text":"{long}\u001b[31m","n":null,"big":12345678901234567890123}}"#
        );
        assert_eq!(table.add(&json, None), None);
        assert_eq!(table.add(r#"{"id":"2","text":"short"}"#, None), None);
        let drawn = table.rest();
        let lines: Vec<_> = drawn.lines().collect();
        assert_eq!(lines.len(), 3, "{drawn}");
        assert!(
            lines.iter().all(|line| line.chars().count() <= 80),
            "{drawn}"
        );
        assert!(
            lines[0].contains("id") && lines[0].contains("big"),
            "{drawn}"
        );
        assert!(
            !drawn.contains('\u{1b}') && !lines[0].contains(" o "),
            "{drawn}"
        );
        // The next part has no header and the same columns.
        assert_eq!(table.add(r#"{"id":"3","text":"x"}"#, None), None);
        let more = table.rest();
        assert_eq!(more.lines().count(), 1, "{more}");
        assert_eq!(more.find('x'), lines[2].find("short"), "{drawn}{more}");
    }

    #[test]
    fn fifty_rows_come_out_before_the_end() {
        let mut table = Table::new(80);
        let parts = (0..120).filter_map(|number| table.add(&format!("{{\"id\":{number}}}"), None));
        assert_eq!(parts.count(), 2);
        assert_eq!(table.rest().lines().count(), 20);
        assert_eq!(table.rest(), "");
    }
}
