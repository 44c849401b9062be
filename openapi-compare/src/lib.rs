//! Compares two OpenAPI documents by what they mean, and says what each change does to a client.
//!
//! # What counts as a change
//!
//! The documents are compared as they were published, through a lens that folds away what is only
//! a matter of representation. These pairs say the same, and nothing is reported for them:
//!
//! - `{"type": ["T", "null"]}` and `{"type": "T", "nullable": true}`; with either, `null` among the
//!   values of `enum` or not;
//! - `{"minimum": 0, "exclusiveMinimum": true}` and `{"exclusiveMinimum": 0}`, likewise maxima;
//! - any order of keys, and of `required`, `enum`, `type`, tags, parameters and security
//!   alternatives; `1` and `1.0`;
//! - a `$ref` and what it leads to, for schemas, parameters, headers, bodies, responses and path
//!   items; cycles included;
//! - `{"allOf": [X]}` and X;
//! - parameters of a path and the same parameters in each of its operations;
//! - a boolean that is `false` and the same one left out; `style` and `explode` with their defaults
//!   and without; an `items` that allows everything and none.
//!
//! Operations are known by method and path, never by `operationId`. Names of placeholders do not
//! tell paths apart.
//!
//! # A closed world
//!
//! All keys of both documents are looked at. A key that no rule reads, or one with a value in a
//! shape that its rule does not read, is compared literally, and a difference is reported under an
//! id that starts with `unclassified`, at the level of a breaking change. So an empty report means
//! that the documents say the same, and not that the rules had nothing to say.
//!
//! # Two verdicts
//!
//! [`Level`] judges the wire: what becomes of a client that is left as it is. What a server accepts
//! in addition is harmless, what it sends in addition may not be, so verdicts on schemas depend on
//! the direction. A value added to an enum is additive in both, because the client's enums keep
//! values they do not know. [`RustImpact`] judges the generated code: a field made optional is
//! harmless in a request and yet changes its type.
//!
//! # Limits
//!
//! A document may be nested [`MAX_NESTING`] levels deep and a schema wrapped [`MAX_WRAPPERS`] times;
//! [`MAX_PAIRS`] pairs of schemas are compared, [`MAX_LINKS`] steps taken from changes to the
//! operations they concern, and [`MAX_LISTED`] such operations listed. Beyond a limit the comparison
//! is refused with an error. Within them the stack does not grow with the documents.

mod bounds;
mod branches;
mod components;
mod content;
mod digest;
mod document;
mod error;
pub mod escape;
mod finding;
mod fold;
mod group;
pub mod json_pointer;
mod keywords;
mod leftovers;
mod level;
mod lone;
mod methods;
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
mod surface;
mod surface_rules;
mod value_rules;
mod view;
mod walk;

#[cfg(test)]
mod tests;

use serde_json::Value;

pub use error::{CompareError, Side};
pub use finding::{Finding, Location, Operation};
pub use level::{Level, ParseLevelError, RustImpact};

pub use methods::METHODS;
pub use render::{
    JsonReport, MAX_MARKDOWN_BYTES, counted, summary, write_json, write_markdown, write_text,
    write_visible,
};
pub use report::{Counts, Report};

use document::Document;
use walk::Walk;

/// How many levels of arrays and objects a document may have.
///
/// `serde_json` refuses files beyond 128 levels; the limit is for values that were built otherwise.
/// It bounds the few steps that are recursive.
pub const MAX_NESTING: usize = 512;

/// How many references and single-element combinators may stand around one schema.
/// References with nothing beside them are not counted.
pub const MAX_WRAPPERS: usize = 64;

/// How many pairs of schemas are compared before the comparison is refused.
///
/// A document of 20 MB cannot hold more than about 700,000 schemas of its own, and one that is
/// shared is compared once for each kind of place it is used in. Only documents made for it need
/// more, by cycles of different lengths; those are refused after about 10 seconds.
pub const MAX_PAIRS: usize = 2_000_000;

/// How many steps are taken back from changes to the operations they concern before the comparison
/// is refused.
///
/// Two thousand changed schemas that a thousand operations share need about 20 million.
pub const MAX_LINKS: usize = 200_000_000;

/// How many operations are listed, over all findings, before the comparison is refused: about
/// 300 MB.
pub const MAX_LISTED: usize = 10_000_000;

/// Compares two OpenAPI documents, as published.
///
/// # Errors
///
/// When one of them is no OpenAPI document, has a `$ref` that leads nowhere, or is beyond the
/// limits; see [`CompareError`].
pub fn compare(old: &Value, new: &Value) -> Result<Report, CompareError> {
    let old = Document::new(Side::Old, old)?;
    let new = Document::new(Side::New, new)?;
    let mut walk = Walk::new(old, new);
    surface::compare(&mut walk)?;
    walk.run()?;
    let (found, operations) = walk.finish()?;
    Ok(group::report(found, &operations))
}
