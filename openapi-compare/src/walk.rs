//! The state of one comparison: what is still to be compared, what was found, and for whom.
//!
//! Schemas are compared from a list of pending pairs instead of by recursion, so that neither a
//! chain of references nor a cycle can use up the stack.
//!
//! A *unit* is what findings belong to: an operation, or a pair of schemas that references lead to.
//! Such a pair is compared once for each place it is used in, however many operations lead to it;
//! which ones do is worked out at the end, and only for units with findings.

use std::cell::RefCell;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet, VecDeque};

use serde_json::Value;

use super::MAX_PAIRS;
use super::digest::{Digests, Known};
use super::document::{Document, Site};
use super::error::CompareError;
use super::finding::Operation;
use super::normal::Normal;
use super::pointer::Pointer;
use super::reach::{Operations, Reach, Unit, UnitId};
use super::rules::{Place, Rule};
use super::surface_rules::TYPE_NAME_CHANGED;
use super::view::View;
use super::{Generator, schema};

/// Two schemas that are to be compared.
#[derive(Debug)]
pub(super) struct Node<'a> {
    pub(super) unit: UnitId,
    pub(super) place: Place,
    pub(super) old: Normal<'a>,
    pub(super) new: Normal<'a>,
    /// The places where the schemas were found, references not followed.
    pub(super) members: (Member<'a>, Member<'a>),
}

/// A member that may be missing.
#[derive(Clone, Debug)]
pub(super) enum Member<'a> {
    /// It is there.
    There(Site<'a>),
    /// It is not; this is the nearest place around it.
    Missing(Pointer<'a>),
}

impl<'a> Member<'a> {
    /// The member `key` of `view`.
    pub(super) fn of(view: &View<'a>, key: &'a str) -> Self {
        view.site(key)
            .map_or_else(|| Self::Missing(view.at().clone()), Self::There)
    }

    pub(super) fn value(&self) -> Option<&'a Value> {
        match self {
            Self::There(site) => Some(site.value),
            Self::Missing(_) => None,
        }
    }

    pub(super) fn at(&self) -> &Pointer<'a> {
        match self {
            Self::There(site) => &site.at,
            Self::Missing(at) => at,
        }
    }

    /// The same member, known by `label`.
    pub(super) fn labelled(self, label: String) -> Self {
        match self {
            Self::There(site) => Self::There(site.labelled(label)),
            missing @ Self::Missing(_) => missing,
        }
    }

    /// The members of the object here; none when it is missing or no object.
    pub(super) fn members(&self) -> impl Iterator<Item = (&'a str, Self)> + use<'a> {
        let at = self.at().clone();
        self.value()
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
            .map(move |(key, value)| {
                (
                    key.as_str(),
                    Self::There(Site::new(value, at.key(key.as_str()))),
                )
            })
    }

    /// The elements of the array here; none when it is missing or no array.
    pub(super) fn elements(&self) -> impl Iterator<Item = Site<'a>> + use<'a> {
        let at = self.at().clone();
        let items = self.value().and_then(Value::as_array).into_iter().flatten();
        items
            .enumerate()
            .map(move |(index, value)| Site::new(value, at.index(index)))
    }

    /// The member `key` of the object here.
    pub(super) fn member(&self, key: &'a str) -> Self {
        match self.value().and_then(|value| value.get(key)) {
            Some(value) => Self::There(Site::new(value, self.at().key(key))),
            None => Self::Missing(self.at().clone()),
        }
    }

    /// The view of the member, or that of nothing.
    pub(super) fn view(self, document: &Document<'a>) -> Result<View<'a>, CompareError> {
        match self {
            Self::There(site) => View::new(document, site),
            Self::Missing(at) => Ok(View::missing(at)),
        }
    }
}

/// A difference before it is grouped with its like.
#[derive(Debug)]
pub(super) struct Found<'a> {
    pub(super) unit: UnitId,
    pub(super) rule: Rule,
    pub(super) old: Pointer<'a>,
    pub(super) new: Pointer<'a>,
    pub(super) before: Option<Value>,
    pub(super) after: Option<Value>,
    pub(super) moved: Option<Operation>,
}

/// One comparison under way.
#[derive(Debug)]
pub(super) struct Walk<'a> {
    pub(super) old: Document<'a>,
    pub(super) new: Document<'a>,
    pub(super) generator: Generator,
    old_digests: Known,
    new_digests: Known,
    sames: RefCell<HashMap<(*const Value, *const Value), bool>>,
    units: Vec<Unit>,
    shared: HashMap<(Place, usize, usize), UnitId>,
    renamed: HashSet<(UnitId, &'a str, &'a str)>,
    links: HashSet<(UnitId, UnitId)>,
    pending: VecDeque<Node<'a>>,
    pairs: usize,
    found: Vec<Found<'a>>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(old: Document<'a>, new: Document<'a>, generator: Generator) -> Self {
        Self {
            old,
            new,
            generator,
            old_digests: Known::new(),
            new_digests: Known::new(),
            sames: RefCell::default(),
            units: Vec::new(),
            shared: HashMap::new(),
            renamed: HashSet::new(),
            links: HashSet::new(),
            pending: VecDeque::new(),
            pairs: 0,
            found: Vec::new(),
        }
    }

    /// A unit for `operation`, or for what concerns the document as a whole.
    pub(super) fn unit(&mut self, operation: Option<Operation>) -> UnitId {
        self.units.push(Unit {
            operation,
            parents: Vec::new(),
        });
        UnitId(self.units.len() - 1)
    }

    /// Lets what is found in `child` concern the operations of `parent`.
    pub(super) fn link(&mut self, parent: UnitId, child: UnitId) {
        if parent != child
            && self.links.insert((parent, child))
            && let Some(unit) = self.units.get_mut(child.0)
        {
            unit.parents.push(parent);
        }
    }

    /// Reports the difference between two members.
    pub(super) fn report(&mut self, unit: UnitId, rule: Rule, old: &Member<'a>, new: &Member<'a>) {
        let before = old.value().cloned();
        let after = new.value().cloned();
        self.report_values(unit, rule, (old.at(), before), (new.at(), after));
    }

    /// Reports a difference between two values that need not stand in the documents as such.
    pub(super) fn report_values(
        &mut self,
        unit: UnitId,
        rule: Rule,
        (old, before): (&Pointer<'a>, Option<Value>),
        (new, after): (&Pointer<'a>, Option<Value>),
    ) {
        let (old, new) = (old.clone(), new.clone());
        self.found.push(Found {
            unit,
            rule,
            old,
            new,
            before,
            after,
            moved: None,
        });
    }

    /// Adds a hint to the last report: the operation moved.
    pub(super) fn moved(&mut self, operation: Operation) {
        if let Some(found) = self.found.last_mut() {
            found.moved = Some(operation);
        }
    }

    /// Returns the result of an earlier literal comparison of two members, if there was one.
    pub(super) fn known_same(&self, old: &Value, new: &Value) -> Option<bool> {
        self.sames
            .borrow()
            .get(&(std::ptr::from_ref(old), std::ptr::from_ref(new)))
            .copied()
    }

    /// Remembers what two members turned out to be. The addresses are never followed.
    pub(super) fn remember_same(&self, old: *const Value, new: *const Value, same: bool) {
        self.sames.borrow_mut().insert((old, new), same);
    }

    /// Returns the digests of each document.
    pub(super) fn digests(&mut self) -> (Digests<'a, '_>, Digests<'a, '_>) {
        (
            Digests::new(&self.old, &mut self.old_digests),
            Digests::new(&self.new, &mut self.new_digests),
        )
    }

    /// Two objects that are no schemas, references followed.
    pub(super) fn views(
        &self,
        old: Member<'a>,
        new: Member<'a>,
    ) -> Result<(View<'a>, View<'a>), CompareError> {
        Ok((old.view(&self.old)?, new.view(&self.new)?))
    }

    /// Notes two schemas for comparison. A missing one allows everything.
    pub(super) fn schemas(
        &mut self,
        unit: UnitId,
        place: Place,
        old: Member<'a>,
        new: Member<'a>,
    ) -> Result<(), CompareError> {
        let (old_schema, new_schema) = (Normal::of(&self.old, &old)?, Normal::of(&self.new, &new)?);
        let mut unit = unit;
        // Values that are no objects, and missing ones, have no id to be known by.
        let key = (place, old_schema.id(), new_schema.id());
        let shared = old_schema.is_shared() || new_schema.is_shared();
        self.type_names(unit, &old_schema, &new_schema);
        if shared && key.1 != 0 && key.2 != 0 {
            if let Some(known) = self.shared.get(&key).copied() {
                self.link(unit, known);
                return Ok(());
            }
            let own = self.unit(None);
            self.link(unit, own);
            self.shared.insert(key, own);
            unit = own;
        }
        self.pairs += 1;
        if self.pairs > MAX_PAIRS {
            return Err(CompareError::TooLarge {
                what: "pairs of schemas",
                limit: MAX_PAIRS,
            });
        }
        self.pending.push_back(Node {
            unit,
            place,
            old: old_schema,
            new: new_schema,
            members: (old, new),
        });
        Ok(())
    }

    /// Reports that a schema is known by another name: once for a pair of names and a unit, and
    /// always at the same place, so that a renamed component is one finding.
    fn type_names(&mut self, unit: UnitId, old: &Normal<'a>, new: &Normal<'a>) {
        let (Some(before), Some(after)) = (old.name(), new.name()) else {
            return;
        };
        if before == after || !self.renamed.insert((unit, before, after)) {
            return;
        }
        let at = |name: &'a str| {
            Pointer::default()
                .key("components")
                .key("schemas")
                .key(name)
        };
        self.report_values(
            unit,
            TYPE_NAME_CHANGED,
            (&at(before), Some(before.into())),
            (&at(after), Some(after.into())),
        );
    }

    /// Returns `true` if two schemas say the same, apart from everything else.
    pub(super) fn same_schema(
        &self,
        old: Member<'a>,
        new: Member<'a>,
    ) -> Result<bool, CompareError> {
        let mut walk = Walk::new(self.old.afresh(), self.new.afresh(), self.generator);
        let unit = walk.unit(None);
        walk.schemas(unit, Place::ResponseProperty, old, new)?;
        walk.run()?;
        Ok(walk.found.is_empty())
    }

    /// Compares all pending schemas and those they lead to.
    pub(super) fn run(&mut self) -> Result<(), CompareError> {
        while let Some(node) = self.pending.pop_front() {
            schema::compare(self, &node)?;
        }
        Ok(())
    }

    /// Everything found, and for each unit with findings the operations that lead to it.
    pub(super) fn finish(self) -> Result<(Vec<Found<'a>>, Operations), CompareError> {
        let mut reach = Reach::new(self.units);
        let mut operations = HashMap::new();
        for found in &self.found {
            if let Entry::Vacant(entry) = operations.entry(found.unit) {
                entry.insert(reach.operations(found.unit)?);
            }
        }
        Ok((self.found, operations))
    }
}
