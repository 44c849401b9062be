//! Records as values of columns: nested JSON taken apart into the leaves of a Parquet schema.
//!
//! A leaf has a definition level for every place, which says how deep its path is present, and a
//! repetition level, which says the list that the place continues (the format's "Dremel" encoding).

use octocom_ext::DateTime;
use parquet::data_type::ByteArray;
use serde_json::value::RawValue;

use super::schema::Columns;
use crate::column::ColumnType;
use crate::record::{members, string};

/// A record on its way to a file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry<'a> {
    pub(super) key: &'a str,
    pub(super) business: Option<&'a str>,
    pub(super) listed: i64,
    /// Microseconds since 1970 in UTC.
    pub(super) written: i64,
    pub(super) raw: &'a str,
}

/// The values of some records, by leaf.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub(super) leaves: Vec<Leaf>,
    pub(super) count: usize,
    /// Approximate size in memory.
    pub(super) bytes: usize,
}

/// The values of a column without parts.
#[derive(Debug, Default)]
pub(super) struct Leaf {
    pub(super) values: Values,
    pub(super) definitions: Vec<i16>,
    pub(super) repetitions: Vec<i16>,
}

#[derive(Debug, Default)]
pub(super) enum Values {
    /// No value yet, of whatever type.
    #[default]
    None,
    Texts(Vec<ByteArray>),
    Booleans(Vec<bool>),
    Integers(Vec<i64>),
    Numbers(Vec<f64>),
}

/// The levels of a place.
#[derive(Debug, Clone, Copy)]
struct Place {
    definition: i16,
    repetition: i16,
    /// Lists around it.
    lists: i16,
}

impl Rows {
    /// Adds a record. Returns how many of its fields have another JSON type than documented: their
    /// values are null.
    pub(super) fn push(&mut self, columns: &Columns, entry: Entry<'_>) -> u64 {
        let members = members(entry.raw).unwrap_or_default();
        let top = Place {
            definition: 0,
            repetition: 0,
            lists: 0,
        };
        let mut row = Row {
            rows: self,
            leaf: 0,
            odd: 0,
        };
        for column in &columns.documented {
            let value = members.get(&column.name).copied();
            row.put(&column.kind, value, top);
        }
        let present = Place {
            definition: 1,
            ..top
        };
        if columns.adds_business {
            match entry.business {
                Some(slug) => row.text(slug.to_owned(), present),
                None => {
                    row.null(top);
                }
            }
        }
        row.text(entry.key.to_owned(), top);
        row.add(top, |values| values.push_integer(entry.listed));
        row.add(top, |values| values.push_integer(entry.written));
        row.text(entry.raw.to_owned(), top);
        let odd = row.odd;
        self.count += 1;
        odd
    }
}

/// A record that is taken apart.
struct Row<'a> {
    rows: &'a mut Rows,
    leaf: usize,
    odd: u64,
}

impl Row<'_> {
    fn put(&mut self, kind: &ColumnType, value: Option<&RawValue>, place: Place) {
        let Some(value) = value.filter(|value| value.get() != "null") else {
            return self.nulls(kind, place);
        };
        let there = Place {
            definition: place.definition + 1,
            ..place
        };
        let is_taken = match kind {
            ColumnType::List { items } => self.list(items, value, there),
            ColumnType::Object { fields } => match members(value.get()) {
                Some(members) => {
                    for field in fields {
                        self.put(&field.kind, members.get(&field.name).copied(), there);
                    }
                    true
                }
                None => false,
            },
            _ => self.scalar(kind, value, there),
        };
        if !is_taken {
            self.odd += 1;
            self.nulls(kind, place);
        }
    }

    fn list(&mut self, kind: &ColumnType, value: &RawValue, place: Place) -> bool {
        let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(value.get()) else {
            return false;
        };
        if items.is_empty() {
            self.nulls(kind, place);
            return true;
        }
        let first = self.leaf;
        let lists = place.lists + 1;
        for (index, item) in items.into_iter().enumerate() {
            // The leaves of an item are those of the one before.
            self.leaf = first;
            let repetition = if index == 0 { place.repetition } else { lists };
            let place = Place {
                definition: place.definition + 1,
                repetition,
                lists,
            };
            self.put(kind, Some(item), place);
        }
        true
    }

    fn scalar(&mut self, kind: &ColumnType, value: &RawValue, place: Place) -> bool {
        let text = value.get();
        match kind {
            ColumnType::String => string(value).map(|text| self.text(text, place)),
            ColumnType::Timestamp => string(value)
                .and_then(|text| DateTime::parse_from_rfc3339(&text).ok())
                .map(|time| {
                    let micros = time.timestamp_micros();
                    self.add(place, |values| values.push_integer(micros));
                }),
            ColumnType::Boolean => text.parse().ok().map(|value| {
                self.add(place, |values| match values {
                    Values::Booleans(values) => values.push(value),
                    other => *other = Values::Booleans(vec![value]),
                });
            }),
            ColumnType::Integer => text.parse().ok().map(|value| {
                self.add(place, |values| values.push_integer(value));
            }),
            ColumnType::Number => {
                let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
                number.map(|value| {
                    self.add(place, |values| match values {
                        Values::Numbers(values) => values.push(value),
                        other => *other = Values::Numbers(vec![value]),
                    });
                })
            }
            _ => {
                self.text(text.to_owned(), place);
                Some(())
            }
        }
        .is_some()
    }

    fn text(&mut self, text: String, place: Place) {
        self.rows.bytes += text.len() + size_of::<ByteArray>();
        let text = ByteArray::from(text.into_bytes());
        self.add(place, |values| match values {
            Values::Texts(values) => values.push(text),
            other => *other = Values::Texts(vec![text]),
        });
    }

    /// Adds a value to the next leaf.
    fn add(&mut self, place: Place, push: impl FnOnce(&mut Values)) {
        push(&mut self.null(place).values);
        self.rows.bytes += size_of::<i64>();
    }

    /// Adds a place without a value to the next leaf.
    fn null(&mut self, place: Place) -> &mut Leaf {
        if self.rows.leaves.len() <= self.leaf {
            self.rows.leaves.resize_with(self.leaf + 1, Leaf::default);
        }
        self.rows.bytes += 2 * size_of::<i16>();
        let leaf = &mut self.rows.leaves[self.leaf];
        self.leaf += 1;
        leaf.definitions.push(place.definition);
        leaf.repetitions.push(place.repetition);
        leaf
    }

    /// Adds a place without a value to every leaf of a type.
    fn nulls(&mut self, kind: &ColumnType, place: Place) {
        match kind {
            ColumnType::List { items } => self.nulls(items, place),
            ColumnType::Object { fields } => {
                for field in fields {
                    self.nulls(&field.kind, place);
                }
            }
            _ => {
                self.null(place);
            }
        }
    }
}

impl Values {
    fn push_integer(&mut self, value: i64) {
        match self {
            Self::Integers(values) => values.push(value),
            other => *other = Self::Integers(vec![value]),
        }
    }
}
