//! Compares two OpenAPI documents by their meaning and says what each change does to clients.
//!
//! [`compare`] compares two documents and returns a [`Report`] of [`Finding`]s. [`compare_with`]
//! does the same for another [`Generator`]. `README.md` says which spellings are equivalent and
//! lists all rules.
//!
//! ```
//! use openapi_compare::{Level, compare, source};
//!
//! let old = source::parse(b"{openapi: 3.0.3, paths: {/a: {get: {responses: {}}}}}")?;
//! let new = source::parse(b"{openapi: 3.0.3, paths: {}}")?;
//! let report = compare(&old, &new)?;
//! assert_eq!(report.worst(), Some(Level::Breaking));
//! assert_eq!(report.findings[0].rule, "operation-removed");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # A closed world
//!
//! All keys of both documents are compared. If no rule reads a key or the form of its value, the
//! values are compared literally, and a difference is reported with an id that starts with
//! `unclassified` and the level of a breaking change. So an empty report means that the documents
//! are equivalent.
//!
//! # Two verdicts
//!
//! [`Level`] is the effect on the wire: on a client that is not changed. If a server accepts more,
//! that is harmless; if it sends more, it may not be. So the verdict on a schema depends on the
//! direction. [`RustImpact`] is the effect on generated code: if a field becomes optional in a
//! request, that is harmless on the wire but changes its type. [`Bump`] computes the next version
//! from both.
//!
//! # Limits
//!
//! A document may be nested [`MAX_NESTING`] levels deep and a schema wrapped [`MAX_WRAPPERS`]
//! times. At most [`MAX_PAIRS`] pairs of schemas are compared, [`MAX_LINKS`] steps are taken from
//! changes to the operations that they affect, and [`MAX_LISTED`] such operations are listed.
//! Beyond a limit, the comparison fails with an error. Within them, the stack does not grow with
//! the documents.

// On docs.rs, each item shows the feature that it needs.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod bounds;
mod branches;
mod catalog;
mod components;
mod content;
mod digest;
mod document;
mod error;
pub mod escape;
mod filter;
mod finding;
mod fold;
mod formats;
mod gate;
mod generator;
mod group;
pub mod json_pointer;
mod keywords;
mod level;
mod methods;
mod normal;
mod objects;
mod operation;
mod pairs;
mod parameters;
mod paths;
mod pointer;
mod reach;
mod render;
mod report;
mod responses;
mod rules;
mod schema;
mod security;
mod servers;
pub mod source;
mod subject;
mod surface;
mod surface_rules;
mod unclassified;
mod unions;
mod unmatched;
mod value_rules;
mod version;
mod view;
mod walk;

#[cfg(test)]
mod tests;

/// Runs the README's example.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

use serde_json::Value;

pub use catalog::rules_markdown;
pub use error::{CompareError, Side};
pub use filter::Filter;
pub use finding::{Finding, Location, Operation};
pub use gate::{Gate, UnknownAxis, WIRE};
pub use generator::{Arguments, Generator, Growth, Names};
pub use level::{Level, ParseLevelError, RustImpact};

pub use methods::METHODS;
pub use render::{
    Format, JsonReport, MAX_MARKDOWN_BYTES, ParseFormatError, Show, counted, summary, write,
    write_failure, write_github, write_json, write_markdown, write_text, write_visible,
};
pub use report::{Axis, Counts, RUST, Report};
pub use version::Bump;

use document::Document;
use walk::Walk;

/// Largest number of nested arrays and objects in a document.
///
/// `serde_json` refuses files beyond 128 levels; this limit is for values from other sources. Some
/// steps are recursive.
pub const MAX_NESTING: usize = 512;

/// Largest number of references and branches of `allOf` that make up one schema. Chains of
/// references with nothing beside them do not count.
pub const MAX_WRAPPERS: usize = 512;

/// Largest number of pairs of schemas that are compared; beyond it, the comparison fails.
///
/// A document of 20 MB has at most about 700,000 schemas, and a shared schema is compared once for
/// each kind of place where it is used. Only specially crafted documents exceed the limit, and fail
/// after about 10 seconds.
pub const MAX_PAIRS: usize = 2_000_000;

/// Largest number of steps from changes to the operations that they affect; beyond it, the
/// comparison fails.
///
/// For example, 2,000 changed schemas that are shared by 1,000 operations need about 20 million
/// steps.
pub const MAX_LINKS: usize = 200_000_000;

/// Largest number of operations listed in all findings together; beyond it, the comparison fails.
/// This is about 300 MB.
pub const MAX_LISTED: usize = 10_000_000;

/// Compares two published OpenAPI documents, for the strictest [`Generator`].
///
/// # Errors
///
/// Fails if one of them is not an OpenAPI document, has a `$ref` to a place that does not exist, or
/// exceeds a limit; see [`CompareError`].
pub fn compare(old: &Value, new: &Value) -> Result<Report, CompareError> {
    compare_with(old, new, &Generator::default())
}

/// Compares two published OpenAPI documents, for a generator.
///
/// # Errors
///
/// As [`compare`].
pub fn compare_with(
    old: &Value,
    new: &Value,
    generator: &Generator,
) -> Result<Report, CompareError> {
    let old = Document::new(Side::Old, old)?;
    let new = Document::new(Side::New, new)?;
    let mut walk = Walk::new(old, new, *generator);
    surface::compare(&mut walk)?;
    walk.run()?;
    let (found, operations) = walk.finish()?;
    Ok(group::report(found, &operations, *generator))
}
