//! One of the two documents: its limits are checked once, its references resolved on demand.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use serde_json::Value;

use super::MAX_NESTING;
use super::error::{CompareError, Side};
use super::fold::json_equal;
use super::pointer::{Pointer, parse_reference, shortened};

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Site<'a> {
    pub(super) value: &'a Value,
    pub(super) at: Pointer<'a>,
    /// Schemas that a value here has to match as well.
    others: Option<Rc<Vec<Site<'a>>>>,
    /// `true` if other places lead here without a `$ref`.
    shared: bool,
}

impl<'a> Site<'a> {
    pub(super) fn new(value: &'a Value, at: Pointer<'a>) -> Self {
        Self {
            value,
            at,
            others: None,
            shared: false,
        }
    }

    /// The same place, known by `label`.
    pub(super) fn labelled(self, label: String) -> Self {
        Self {
            at: self.at.labelled(label),
            ..self
        }
    }

    /// The same place, known to be reached from several others.
    pub(super) fn reached_by_name(self) -> Self {
        Self {
            shared: true,
            ..self
        }
    }

    pub(super) fn is_shared(&self) -> bool {
        self.shared
    }

    /// Lets a value here match the schema at `other` as well.
    pub(super) fn and(&mut self, other: Self) {
        Rc::make_mut(self.others.get_or_insert_default()).push(other);
    }

    /// The first of `mine` whose value none of `theirs` has.
    pub(super) fn first_without(mine: &[Self], theirs: &[Self]) -> Option<Self> {
        let known = |site: &Self| {
            theirs
                .iter()
                .any(|other| json_equal(site.value, other.value))
        };
        mine.iter().find(|site| !known(site)).cloned()
    }

    /// The schemas that a value here has to match as well.
    pub(super) fn others(&self) -> impl Iterator<Item = Self> + '_ {
        self.others.iter().flat_map(|others| others.iter().cloned())
    }
}

/// A document within the limits, and a memory of what its references lead to.
#[derive(Debug)]
pub(super) struct Document<'a> {
    side: Side,
    root: &'a Value,
    resolved: RefCell<HashMap<&'a str, Site<'a>>>,
    identities: RefCell<HashMap<Vec<usize>, usize>>,
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
            identities: RefCell::default(),
        })
    }

    /// The same document, with nothing remembered.
    pub(super) fn afresh(&self) -> Self {
        Self {
            side: self.side,
            root: self.root,
            resolved: RefCell::default(),
            identities: RefCell::default(),
        }
    }

    pub(super) fn side(&self) -> Side {
        self.side
    }

    pub(super) fn root(&self) -> Site<'a> {
        Site::new(self.root, Pointer::default())
    }

    /// The member `key` of the document.
    pub(super) fn member(&self, key: &'a str) -> Option<Site<'a>> {
        let value = self.root.get(key)?;
        Some(Site::new(value, Pointer::default().key(key)))
    }

    /// Returns the target of the reference found at `at`, at the end of a chain of references with nothing
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

    /// A number for the objects at `addresses` taken together: 0 for none of them, and the same
    /// for the same ones.
    pub(super) fn identity(&self, addresses: Vec<usize>) -> usize {
        match addresses.as_slice() {
            [] => 0,
            [address] => *address,
            _ => {
                let mut known = self.identities.borrow_mut();
                // Objects stand at even addresses, so odd numbers are free.
                let next = known.len() * 2 + 1;
                *known.entry(addresses).or_insert(next)
            }
        }
    }

    /// Returns the target of `reference`, if there is one.
    pub(super) fn find(&self, reference: &str) -> Option<Site<'a>> {
        let mut site = self.root();
        for token in parse_reference(reference)? {
            site = match site.value {
                Value::Object(map) => {
                    let (key, value) = map.get_key_value(token.as_str())?;
                    Site::new(value, site.at.key(key.as_str()))
                }
                Value::Array(items) => {
                    let index = token.parse().ok()?;
                    Site::new(items.get(index)?, site.at.index(index))
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
