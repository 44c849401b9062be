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
use super::fold::{LOWER, Types, UPPER, canonical, enumeration};
use super::keywords::is_annotation;
use super::view::{Fold, View};
use super::walk::Slot;

/// How many schemas inside of schemas are told apart.
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
        self.at_depth(Slot::There(site.clone()), MAX_DEPTH)
    }

    /// The digest of what an operation reads and answers, whatever it is called and wherever it
    /// stands; path parameters are left out, because they belong to the path.
    pub(super) fn operation(&mut self, operation: &Slot<'a>) -> Result<u64, CompareError> {
        let mut parts = Vec::new();
        for site in operation.member("parameters").elements() {
            let view = View::new(self.document, site, Fold::References)?;
            if view.text("in") != Some("path") {
                let schema = self.at_depth(Slot::of(&view, "schema"), MAX_DEPTH)?;
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

    fn content(&mut self, slot: Slot<'a>) -> Result<u64, CompareError> {
        let view = slot.view(self.document, Fold::References)?;
        let mut parts = vec![hash(&view.flag("required"))];
        for (media_type, slot) in Slot::of(&view, "content").members() {
            let schema = self.at_depth(slot.member("schema"), MAX_DEPTH)?;
            parts.push(hash(&(media_type, schema)));
        }
        parts.sort_unstable();
        Ok(hash(&parts))
    }

    fn at_depth(&mut self, slot: Slot<'a>, depth: usize) -> Result<u64, CompareError> {
        let view = slot.view(self.document, Fold::Schema { keep: None })?;
        let id = view.id();
        if let Some(odd) = view.odd() {
            return Ok(hash(&canonical(odd)));
        }
        if let Some(known) = self.known.get(&(id, depth)) {
            return Ok(*known);
        }
        let digest = if depth == 0 {
            0
        } else {
            self.view(&view, depth - 1)?
        };
        self.known.insert((id, depth), digest);
        Ok(digest)
    }

    fn view(&mut self, view: &View<'a>, depth: usize) -> Result<u64, CompareError> {
        let types = Types::of(view);
        let bounds = [LOWER, UPPER].map(|end| {
            end.of(view).map(|bound| {
                (
                    canonical(&Value::Number(bound.limit.clone())),
                    bound.exclusive,
                )
            })
        });
        let mut parts = vec![hash(&(types.names, types.nullable, bounds))];
        if let Some(values) = enumeration(view) {
            let mut values: Vec<_> = values.into_iter().map(canonical).collect();
            values.sort_unstable();
            parts.push(hash(&values));
        }
        if let Some(inside) = view.inside() {
            parts.push(self.at_depth(Slot::There(inside.clone()), depth)?);
        }
        for key in view.keys() {
            let slot = Slot::of(view, key);
            let part = match key {
                "type" | "nullable" | "enum" | "minimum" | "maximum" | "exclusiveMinimum"
                | "exclusiveMaximum" => continue,
                "properties" => self.all(slot.members(), depth)?,
                "allOf" | "oneOf" | "anyOf" => {
                    let branches = slot.elements().map(|site| ("", Slot::There(site)));
                    self.all(branches, depth)?
                }
                "items" => self.at_depth(slot, depth)?,
                "additionalProperties" if slot.value().is_some_and(Value::is_object) => {
                    self.at_depth(slot, depth)?
                }
                "required" => {
                    let mut names: Vec<_> = view.texts(key).collect();
                    names.sort_unstable();
                    hash(&names)
                }
                "additionalProperties" => hash(&slot.value().map(canonical)),
                // Of the keywords that are left, the boolean ones mean nothing when they are false.
                _ if is_annotation(key) || slot.value() == Some(&Value::Bool(false)) => continue,
                _ => hash(&slot.value().map(canonical)),
            };
            parts.push(hash(&(key, part)));
        }
        parts.sort_unstable();
        Ok(hash(&parts))
    }

    /// The digest of schemas in any order.
    fn all(
        &mut self,
        slots: impl Iterator<Item = (&'a str, Slot<'a>)>,
        depth: usize,
    ) -> Result<u64, CompareError> {
        let mut parts = Vec::new();
        for (name, slot) in slots {
            parts.push(hash(&(name, self.at_depth(slot, depth)?)));
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
