//! Operations that only one of the documents has, and where they may have moved.

use std::collections::HashMap;

use serde_json::Value;

use super::digest::Digests;
use super::error::CompareError;
use super::finding::Operation;
use super::generator::Effect;
use super::pointer::Pointer;
use super::surface_rules::{OPERATION_ADDED, OPERATION_MOVED, OPERATION_REMOVED};
use super::walk::{Slot, Walk};

/// An operation that is in one document only.
#[derive(Debug)]
pub(super) struct Lone<'a> {
    pub(super) name: Operation,
    pub(super) slot: Slot<'a>,
    /// The nearest place in the other document.
    pub(super) elsewhere: Pointer<'a>,
}

/// Reports operations without a partner. One that says the same as one and only one of the other
/// document has moved.
pub(super) fn report<'a>(
    walk: &mut Walk<'a>,
    removed: Vec<Lone<'a>>,
    added: Vec<Lone<'a>>,
) -> Result<(), CompareError> {
    let (old, new) = walk.digests();
    let (old, new) = (twins(old, &removed)?, twins(new, &added)?);
    let mut arrived = vec![false; added.len()];
    for (index, lone) in removed.iter().enumerate() {
        let (unit, value) = (walk.unit(Some(lone.name.clone())), name(lone));
        let twin = old.twin(index, &new);
        if let Some(twin) = twin
            && let Some(there) = added.get(twin)
            && let Some(seen) = arrived.get_mut(twin).filter(|seen| !**seen)
        {
            *seen = true;
            let id = |lone: &Lone<'a>| lone.slot.member("operationId").value().cloned();
            let same_name = id(lone).is_some() && id(lone) == id(there);
            let rule = match same_name {
                true => OPERATION_MOVED.with_effect(Effect::None),
                false => OPERATION_MOVED,
            };
            let (before, after) = ((lone.slot.at(), value), (there.slot.at(), name(there)));
            walk.report_values(unit, rule, before, after);
            walk.moved(there.name.clone());
            continue;
        }
        let (before, after) = ((lone.slot.at(), value), (&lone.elsewhere, None));
        walk.report_values(unit, OPERATION_REMOVED, before, after);
    }
    for (lone, _) in added.iter().zip(arrived).filter(|(_, arrived)| !arrived) {
        let (unit, value) = (walk.unit(Some(lone.name.clone())), name(lone));
        let (before, after) = ((&lone.elsewhere, None), (lone.slot.at(), value));
        walk.report_values(unit, OPERATION_ADDED, before, after);
    }
    Ok(())
}

fn name(lone: &Lone<'_>) -> Option<Value> {
    Some(Value::String(lone.name.to_string()))
}

/// What operations are recognized by: what they say and are called, or else what they say.
#[derive(Debug)]
struct Twins {
    keys: Vec<[String; 2]>,
    /// `None` where several operations have a key: then a hint would be a guess.
    only: HashMap<String, Option<usize>>,
}

fn twins<'a>(mut known: Digests<'a, '_>, lone: &[Lone<'a>]) -> Result<Twins, CompareError> {
    let mut keys = Vec::new();
    for lone in lone {
        let digest = known.operation(&lone.slot)?;
        let text = |key| lone.slot.member(key).value().and_then(Value::as_str);
        let names = (&lone.name.method, text("operationId"), text("summary"));
        keys.push([format!("{digest} {names:?}"), digest.to_string()]);
    }
    let mut only = HashMap::new();
    for (index, keys) in keys.iter().enumerate() {
        for key in keys {
            only.entry(key.clone())
                .and_modify(|other| *other = None)
                .or_insert(Some(index));
        }
    }
    Ok(Twins { keys, only })
}

impl Twins {
    /// The one operation of `other` that says the same as the operation `index` of these.
    fn twin(&self, index: usize, other: &Self) -> Option<usize> {
        self.keys.get(index)?.iter().find_map(|key| {
            self.only.get(key).copied().flatten()?;
            other.only.get(key).copied().flatten()
        })
    }
}
