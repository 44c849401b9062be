//! A number for what a schema or an operation says, to find its like in the other document.
//!
//! Equal things have equal digests, however they are written; prose is left out. Below a certain
//! depth everything looks alike, so that cycles end. Things with equal digests are compared in
//! full afterwards, so a digest decides only what is compared with what.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hasher as _};

use serde_json::Value;

use super::document::{Document, Site};
use super::error::CompareError;
use super::fold::{LOWER, UPPER, canonical};
use super::formats::Format;
use super::keywords::is_annotation;
use super::normal::{Normal, Union};
use super::view::View;
use super::walk::Member;

/// The depth of nested schemas to which digests differ.
const MAX_DEPTH: usize = 12;

/// The digests of one document that are known.
///
/// Each schema's is computed once for each depth left, however often it is asked for.
pub(super) type Known = HashMap<(usize, usize), u64>;

/// Computes the digests of one document.
#[derive(Debug)]
pub(super) struct Digests<'a, 'd> {
    document: &'d Document<'a>,
    known: &'d mut Known,
}

impl<'a, 'd> Digests<'a, 'd> {
    pub(super) fn new(document: &'d Document<'a>, known: &'d mut Known) -> Self {
        Self { document, known }
    }

    pub(super) fn document(&self) -> &'d Document<'a> {
        self.document
    }

    /// The digest of the schema at `site`.
    pub(super) fn schema(&mut self, site: &Site<'a>) -> Result<u64, CompareError> {
        self.at_depth(Member::There(site.clone()), MAX_DEPTH)
    }

    /// The digest of the schema of a parameter.
    pub(super) fn member(&mut self, holder: &View<'a>) -> Result<u64, CompareError> {
        self.at_depth(Member::of(holder, "schema"), MAX_DEPTH)
    }

    /// The digest of what an operation reads and answers, whatever it is called and wherever it
    /// stands; path parameters are left out, because they belong to the path.
    pub(super) fn operation(&mut self, operation: &Member<'a>) -> Result<u64, CompareError> {
        let mut parts = Vec::new();
        for site in operation.member("parameters").elements() {
            let view = View::new(self.document, site)?;
            if view.text("in") != Some("path") {
                let schema = self.member(&view)?;
                let head = (view.text("in"), view.text("name"), view.flag("required"));
                parts.push(hash(&(head, schema)));
            }
        }
        parts.push(hash(&(
            "body",
            self.content(operation.member("requestBody"))?,
        )));
        for (status, response) in operation.member("responses").members() {
            parts.push(hash(&(status, self.content(response)?)));
        }
        parts.sort_unstable();
        Ok(hash(&parts))
    }

    fn content(&mut self, member: Member<'a>) -> Result<u64, CompareError> {
        let view = member.view(self.document)?;
        let mut parts = vec![hash(&view.flag("required"))];
        for (media_type, member) in Member::of(&view, "content").members() {
            let schema = self.at_depth(member.member("schema"), MAX_DEPTH)?;
            parts.push(hash(&(media_type, schema)));
        }
        parts.sort_unstable();
        Ok(hash(&parts))
    }

    /// The digest of a union: what its branches say, in any order.
    pub(super) fn union(&mut self, union: &Union<'a>) -> Result<u64, CompareError> {
        self.branches(union, MAX_DEPTH)
    }

    fn branches(&mut self, union: &Union<'a>, depth: usize) -> Result<u64, CompareError> {
        let branches = union.branches.iter();
        self.all(
            branches.map(|site| ("", Member::There(site.clone()))),
            depth,
        )
    }

    fn at_depth(&mut self, member: Member<'a>, depth: usize) -> Result<u64, CompareError> {
        let schema = Normal::of(self.document, &member)?;
        if let Some(odd) = schema.odd() {
            return Ok(hash(&canonical(odd)));
        }
        let key = (schema.id(), depth);
        if let Some(known) = self.known.get(&key).filter(|_| key.0 != 0) {
            return Ok(*known);
        }
        let digest = if depth == 0 {
            0
        } else {
            self.normal(&schema, depth - 1)?
        };
        self.known.insert(key, digest);
        Ok(digest)
    }

    fn normal(&mut self, schema: &Normal<'a>, depth: usize) -> Result<u64, CompareError> {
        let types = schema.types();
        let bounds = [LOWER, UPPER].map(|end| {
            let bound = end.of(schema);
            bound.map(|bound| (canonical(&Value::Number(bound.limit)), bound.exclusive))
        });
        let mut parts = vec![hash(&(types.nullable, schema.is_closed()))];
        // A list of values says what types and limits say, and more.
        match schema.values() {
            Some(values) => {
                let mut values: Vec<_> = values.iter().map(|value| canonical(value)).collect();
                values.sort_unstable();
                parts.push(hash(&values));
            }
            None => {
                let format = Format::of(schema);
                parts.push(hash(&(
                    &types.names,
                    bounds,
                    format.map(|format| format.name()),
                )));
            }
        }
        parts.push(hash(&schema.required()));
        parts.push(
            self.all(
                schema
                    .properties()
                    .into_iter()
                    .map(|(name, site)| (name, Member::There(site))),
                depth,
            )?,
        );
        for union in schema.unions() {
            parts.push(self.branches(union, depth)?);
        }
        for key in ["items", "additionalProperties"] {
            let inner = schema.inner(key, Value::is_object);
            if inner.value().is_some() {
                parts.push(hash(&(key, self.at_depth(inner, depth)?)));
            }
        }
        for key in schema.keys().filter(|key| !is_read(key)) {
            for site in schema.all(key) {
                // The boolean keywords mean nothing when they are false.
                if site.value != &Value::Bool(false) {
                    parts.push(hash(&(key, canonical(site.value))));
                }
            }
        }
        parts.sort_unstable();
        Ok(hash(&parts))
    }

    /// The digest of schemas in any order.
    fn all(
        &mut self,
        members: impl Iterator<Item = (&'a str, Member<'a>)>,
        depth: usize,
    ) -> Result<u64, CompareError> {
        let mut parts = Vec::new();
        for (name, member) in members {
            parts.push(hash(&(name, self.at_depth(member, depth)?)));
        }
        parts.sort_unstable();
        Ok(hash(&parts))
    }
}

fn hash(value: &impl std::hash::Hash) -> u64 {
    // Keys are fixed, so that the result is the same in every run.
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// Returns `true` for keywords that are read above, or constrain nothing.
fn is_read(key: &str) -> bool {
    const READ: [&str; 14] = [
        "type",
        "nullable",
        "enum",
        "const",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "format",
        "properties",
        "required",
        "items",
        "additionalProperties",
        "discriminator",
    ];
    // A lower limit of zero says nothing, and other limits differ later on.
    READ.contains(&key) || key.starts_with("min") || key.starts_with("max") || is_annotation(key)
}
