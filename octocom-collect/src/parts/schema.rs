//! Columns as a Parquet schema.

use std::sync::Arc;

use parquet::basic::{LogicalType, Repetition, Type as Physical};
use parquet::errors::Result;
use parquet::schema::types::{Type, TypePtr};

use crate::column::{Column, ColumnType};
use crate::error::Error;
use crate::privacy::Guard;
use crate::stream::Stream;

/// The columns of a folder's files: those of the document, and then the ones below.
#[derive(Debug, Clone)]
pub(crate) struct Columns {
    pub(super) documented: Vec<Column>,
    /// `true` if the slug of the business is not a field of the records.
    pub(super) adds_business: bool,
    pub(super) schema: TypePtr,
}

/// Name of the column with the slug of the business.
pub(super) const BUSINESS: &str = "businessSlug";
/// Name of the column with the record's id, as text.
pub(super) const KEY: &str = "recordKey";
/// Name of the column with a hash of the record as it was listed.
pub(super) const LISTED: &str = "listedHash";
/// Name of the column with the time of writing. It grows from record to record.
pub(super) const WRITTEN: &str = "writtenAt";
/// Name of the column with the original JSON.
pub(super) const RAW: &str = "raw";

impl Columns {
    pub(crate) fn new(stream: Stream, details: bool, guard: &Guard) -> crate::error::Result<Self> {
        let failed = |error| Error::options(format!("`format`: no schema can be made: {error}"));
        let mut documented = stream.columns(details);
        // An empty column would look as if there were no values.
        documented.retain(|column| !guard.drops(stream, &column.name));
        Self::of(stream, documented).map_err(failed)
    }

    fn of(stream: Stream, documented: Vec<Column>) -> Result<Self> {
        let is_own = |name: &str| [BUSINESS, KEY, LISTED, WRITTEN, RAW].contains(&name);
        let mut fields = Vec::new();
        // A field of the API that has the name of one of these stands in `raw` only.
        let documented: Vec<_> = documented
            .into_iter()
            .filter(|column| column.name == BUSINESS || !is_own(&column.name))
            .collect();
        for column in &documented {
            fields.push(node(&column.name, &column.kind, Repetition::OPTIONAL)?);
        }
        let adds_business =
            stream.is_of_business() && documented.iter().all(|column| column.name != BUSINESS);
        if adds_business {
            fields.push(node(BUSINESS, &ColumnType::String, Repetition::OPTIONAL)?);
        }
        for (name, kind) in [
            (KEY, ColumnType::String),
            (LISTED, ColumnType::Integer),
            (WRITTEN, ColumnType::Timestamp),
            (RAW, ColumnType::String),
        ] {
            fields.push(node(name, &kind, Repetition::REQUIRED)?);
        }
        let schema = Type::group_type_builder("record").with_fields(fields);
        Ok(Self {
            documented,
            adds_business,
            schema: Arc::new(schema.build()?),
        })
    }
}

fn node(name: &str, kind: &ColumnType, repetition: Repetition) -> Result<TypePtr> {
    let primitive = |physical, logical| {
        Type::primitive_type_builder(name, physical)
            .with_repetition(repetition)
            .with_logical_type(logical)
            .build()
    };
    let group = |logical, fields| {
        Type::group_type_builder(name)
            .with_repetition(repetition)
            .with_logical_type(logical)
            .with_fields(fields)
            .build()
    };
    let node = match kind {
        ColumnType::String | ColumnType::Json => {
            primitive(Physical::BYTE_ARRAY, Some(LogicalType::String))
        }
        ColumnType::Boolean => primitive(Physical::BOOLEAN, None),
        ColumnType::Integer => primitive(Physical::INT64, None),
        ColumnType::Number => primitive(Physical::DOUBLE, None),
        ColumnType::Timestamp => primitive(
            Physical::INT64,
            Some(LogicalType::timestamp(
                true,
                parquet::basic::TimeUnit::MICROS,
            )),
        ),
        ColumnType::List { items } => {
            // The three levels of the format's rules for lists.
            let element = node("element", items, Repetition::OPTIONAL)?;
            let list = Type::group_type_builder("list")
                .with_repetition(Repetition::REPEATED)
                .with_fields(vec![element])
                .build()?;
            group(Some(LogicalType::List), vec![Arc::new(list)])
        }
        ColumnType::Object { fields } => {
            let fields = fields
                .iter()
                .map(|field| node(&field.name, &field.kind, Repetition::OPTIONAL));
            group(None, fields.collect::<Result<_>>()?)
        }
    };
    Ok(Arc::new(node?))
}
