#![doc = include_str!("../README.md")]

mod arguments;
mod audit;
mod budget;
mod catalog;
mod composed;
mod confirmation;
mod cursor;
mod failure;
mod http;
mod input_schema;
mod instructions;
mod reads;
mod result;
mod scope;
mod selection;
mod server;
mod stdio;
mod untrusted;
mod writes;

pub use http::{Http, HttpServer};
pub use server::{Server, ServerBuilder, SettingError};

/// Returns the names of the resources whose writes can be [allowed](ServerBuilder::allow).
#[must_use]
pub fn resources() -> Vec<&'static str> {
    catalog::resources().into_iter().collect()
}
