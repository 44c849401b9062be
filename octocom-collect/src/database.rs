//! The SQLite file of a copy: tables of records, and the progress beside them.

mod children;
mod conversations;
mod opening;
mod progress;
mod records;
mod store;
mod tables;
mod values;
mod views;

pub(crate) use store::Database;
