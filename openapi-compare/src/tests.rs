//! The rules as tables, and what has to hold for all documents.

// A test that indexes into what is not there fails, as it should.
#![allow(clippy::indexing_slicing)]

mod directions;
mod discriminators;
mod exchange_cases;
mod generated;
mod generators;
mod identity;
mod lens;
mod property;
mod readme;
mod rendering;
mod rich;
mod robustness;
mod schema_structure;
mod schema_table;
mod schema_values;
mod spellings;
mod structure;
mod support;
mod surface_cases;
mod surface_table;
