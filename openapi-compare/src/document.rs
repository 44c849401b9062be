//! One of the two documents: its limits are checked once, its references resolved on demand.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::MAX_NESTING;
use super::error::{CompareError, Side};
use super::pointer::{Pointer, parse_reference, shortened};

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Site<'a> {
    pub(super) value: &'a Value,
    pub(super) at: Pointer<'a>,
}

/// A document within the limits, and a memory of what its references lead to.
#[derive(Debug)]
pub(super) struct Document<'a> {
    side: Side,
    root: &'a Value,
    resolved: RefCell<HashMap<&'a str, Site<'a>>>,
}

impl<'a> Document<'a> {
    /// Checks the limits that everything after relies on.
    ///
    /// The nesting is measured without recursion, because a recursive measure is what the limit
    /// protects from.
    pub(super) fn new(side: Side, root: &'a Value) -> Result<Self, CompareError> {
        check_nesting(side, root)?;
        if !root.get("paths").is_some_and(Value::is_object) {
            return Err(CompareError::NotOpenApi { side });
        }
        Ok(Self {
            side,
            root,
            resolved: RefCell::default(),
        })
    }

    pub(super) fn side(&self) -> Side {
        self.side
    }

    pub(super) fn root(&self) -> Site<'a> {
        Site {
            value: self.root,
            at: Pointer::default(),
        }
    }

    /// The member `key` of the document.
    pub(super) fn member(&self, key: &'a str) -> Option<Site<'a>> {
        let value = self.root.get(key)?;
        Some(Site {
            value,
            at: Pointer::default().key(key),
        })
    }

    /// What the reference found at `at` leads to, at the end of a chain of references with nothing
    /// beside them.
    ///
    /// The end is remembered for the whole chain, so that many uses of a long chain cost no more
    /// than one.
    pub(super) fn resolve(
        &self,
        reference: &'a str,
        at: &Pointer<'a>,
    ) -> Result<Site<'a>, CompareError> {
        let side = self.side;
        let mut chain = vec![reference];
        let mut met = HashSet::from([reference]);
        let mut at = at.clone();
        let end = loop {
            let last = chain.last().copied().unwrap_or(reference);
            if let Some(site) = self.resolved.borrow().get(last) {
                break site.clone();
            }
            let site = self.find(last).ok_or_else(|| CompareError::Unresolvable {
                side,
                pointer: shortened(&at.render()),
                reference: shortened(last),
            })?;
            let Some(next) = pure_reference(site.value) else {
                break site;
            };
            at = site.at.key("$ref");
            if !met.insert(next) {
                return Err(CompareError::Circular {
                    side,
                    pointer: shortened(&at.render()),
                });
            }
            chain.push(next);
        };
        let mut resolved = self.resolved.borrow_mut();
        for reference in chain {
            resolved.insert(reference, end.clone());
        }
        Ok(end)
    }

    /// What `reference` leads to, if anything.
    pub(super) fn find(&self, reference: &str) -> Option<Site<'a>> {
        let mut site = self.root();
        for token in parse_reference(reference)? {
            site = match site.value {
                Value::Object(map) => {
                    let (key, value) = map.get_key_value(token.as_str())?;
                    Site {
                        value,
                        at: site.at.key(key.as_str()),
                    }
                }
                Value::Array(items) => {
                    let index = token.parse().ok()?;
                    Site {
                        value: items.get(index)?,
                        at: site.at.index(index),
                    }
                }
                _ => return None,
            };
        }
        Some(site)
    }
}

/// The text of a reference with nothing beside it.
fn pure_reference(value: &Value) -> Option<&str> {
    value
        .as_object()
        .filter(|map| map.len() == 1)?
        .get("$ref")?
        .as_str()
}

/// Refuses a document nested deeper than [`MAX_NESTING`].
fn check_nesting(side: Side, root: &Value) -> Result<(), CompareError> {
    let mut pending = vec![(root, 0_usize)];
    while let Some((value, depth)) = pending.pop() {
        if depth > MAX_NESTING {
            return Err(CompareError::TooDeep {
                side,
                pointer: shortened(&first_too_deep(root)),
                limit: MAX_NESTING,
            });
        }
        match value {
            Value::Object(map) => pending.extend(map.values().map(|value| (value, depth + 1))),
            Value::Array(items) => pending.extend(items.iter().map(|value| (value, depth + 1))),
            _ => {}
        }
    }
    Ok(())
}

/// The pointer of a place beyond the limit; built only for the message.
fn first_too_deep(root: &Value) -> String {
    let mut pending = vec![(root, Pointer::default(), 0_usize)];
    while let Some((value, at, depth)) = pending.pop() {
        if depth > MAX_NESTING {
            return at.render();
        }
        match value {
            Value::Object(map) => pending.extend(
                map.iter()
                    .map(|(key, value)| (value, at.key(key.as_str()), depth + 1)),
            ),
            Value::Array(items) => pending.extend(
                items
                    .iter()
                    .enumerate()
                    .map(|(i, value)| (value, at.index(i), depth + 1)),
            ),
            _ => {}
        }
    }
    String::new()
}
