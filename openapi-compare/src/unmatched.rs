//! Operations that only one of the documents has, and where they may have moved.

use std::collections::HashMap;

use serde_json::Value;

use super::digest::Digests;
use super::error::CompareError;
use super::finding::Operation;
use super::generator::Effect;
use super::pointer::Pointer;
use super::surface_rules::{OPERATION_ADDED, OPERATION_MOVED, OPERATION_REMOVED};
use super::walk::{Member, Walk};

/// An operation that is in one document only.
#[derive(Debug)]
pub(super) struct Unmatched<'a> {
    pub(super) name: Operation,
    pub(super) member: Member<'a>,
    /// The nearest place in the other document.
    pub(super) elsewhere: Pointer<'a>,
}

/// Reports operations without a partner. One that says the same as one and only one of the other
/// document has moved.
pub(super) fn report<'a>(
    walk: &mut Walk<'a>,
    removed: Vec<Unmatched<'a>>,
    added: Vec<Unmatched<'a>>,
) -> Result<(), CompareError> {
    let (old, new) = walk.digests();
    let (old, new) = (move_hints(old, &removed)?, move_hints(new, &added)?);
    let mut arrived = vec![false; added.len()];
    for (index, operation) in removed.iter().enumerate() {
        let (unit, value) = (walk.unit(Some(operation.name.clone())), name(operation));
        let partner = old.partner(index, &new);
        if let Some(partner) = partner
            && let Some(there) = added.get(partner)
            && let Some(seen) = arrived.get_mut(partner).filter(|seen| !**seen)
        {
            *seen = true;
            let id =
                |operation: &Unmatched<'a>| operation.member.member("operationId").value().cloned();
            let same_name = id(operation).is_some() && id(operation) == id(there);
            let rule = match same_name {
                true => OPERATION_MOVED.with_effect(Effect::None),
                false => OPERATION_MOVED,
            };
            let (before, after) = (
                (operation.member.at(), value),
                (there.member.at(), name(there)),
            );
            walk.report_values(unit, rule, before, after);
            walk.moved(there.name.clone());
            continue;
        }
        let (before, after) = ((operation.member.at(), value), (&operation.elsewhere, None));
        walk.report_values(unit, OPERATION_REMOVED, before, after);
    }
    for (operation, _) in added.iter().zip(arrived).filter(|(_, arrived)| !arrived) {
        let (unit, value) = (walk.unit(Some(operation.name.clone())), name(operation));
        let (before, after) = ((&operation.elsewhere, None), (operation.member.at(), value));
        walk.report_values(unit, OPERATION_ADDED, before, after);
    }
    Ok(())
}

fn name(operation: &Unmatched<'_>) -> Option<Value> {
    Some(Value::String(operation.name.to_string()))
}

/// The keys by which moved operations are recognized: content and names, or else content.
#[derive(Debug)]
struct MoveHints {
    keys: Vec<[String; 2]>,
    /// `None` where several operations have a key: then a hint would be a guess.
    only: HashMap<String, Option<usize>>,
}

fn move_hints<'a>(
    mut known: Digests<'a, '_>,
    operation: &[Unmatched<'a>],
) -> Result<MoveHints, CompareError> {
    let mut keys = Vec::new();
    for operation in operation {
        let digest = known.operation(&operation.member)?;
        let text = |key| operation.member.member(key).value().and_then(Value::as_str);
        let names = (&operation.name.method, text("operationId"), text("summary"));
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
    Ok(MoveHints { keys, only })
}

impl MoveHints {
    /// The one operation of `other` that says the same as the operation `index` of these.
    fn partner(&self, index: usize, other: &Self) -> Option<usize> {
        self.keys.get(index)?.iter().find_map(|key| {
            self.only.get(key).copied().flatten()?;
            other.only.get(key).copied().flatten()
        })
    }
}
