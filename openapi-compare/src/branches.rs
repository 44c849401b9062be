//! Combined schemas: which branches are which, and which came and went.

use serde_json::Value;

use super::digest::Digests;
use super::document::{Document, Site};
use super::error::CompareError;
use super::fold::{Types, json_equal};
use super::pairs::Pairs;
use super::value_rules::ValueRule;
use super::view::{Fold, View};
use super::walk::{Node, Slot, Walk};

pub(super) fn compare<'a>(walk: &mut Walk<'a>, node: &Node<'a>) -> Result<(), CompareError> {
    for key in ["oneOf", "anyOf"] {
        match (branches(&node.old, key), branches(&node.new, key)) {
            (None, None) => {}
            (None, Some(_)) => node.report(walk, ValueRule::UnionIntroduced, key),
            (Some(_), None) => node.report(walk, ValueRule::UnionDropped, key),
            (Some(old), Some(new)) => {
                let rules = [ValueRule::UnionBranchAdded, ValueRule::UnionBranchRemoved];
                lists(walk, node, key, rules, (old, new))?;
            }
        }
        let unwrapped = |view: &View<'a>| view.unwrapped().contains(&key);
        if unwrapped(&node.old) != unwrapped(&node.new) {
            walk.report_values(
                node.unit,
                ValueRule::UnionWrapperChanged.at(node.place),
                (node.old.at(), unwrapped(&node.old).then(|| key.into())),
                (node.new.at(), unwrapped(&node.new).then(|| key.into())),
            );
        }
    }
    let all = |view: &View<'a>| {
        let mut all = branches(view, "allOf").unwrap_or_default();
        all.extend(view.inside().cloned());
        all
    };
    let rules = [ValueRule::AllOfBranchAdded, ValueRule::AllOfBranchRemoved];
    lists(walk, node, "allOf", rules, (all(&node.old), all(&node.new)))?;
    discriminator(walk, node)
}

fn branches<'a>(view: &View<'a>, key: &'a str) -> Option<Vec<Site<'a>>> {
    let slot = Slot::of(view, key);
    slot.value()?.is_array().then(|| slot.elements().collect())
}

fn lists<'a>(
    walk: &mut Walk<'a>,
    node: &Node<'a>,
    key: &'a str,
    [added, removed]: [ValueRule; 2],
    (old, new): (Vec<Site<'a>>, Vec<Site<'a>>),
) -> Result<(), CompareError> {
    if old.is_empty() && new.is_empty() {
        return Ok(());
    }
    let (old_digests, new_digests) = walk.digests();
    let (old, new) = (
        branch_list(old_digests, old)?,
        branch_list(new_digests, new)?,
    );
    // Equal branches first, and then those that carry the same name or type.
    let mut pairs = Pairs::by_key(old, new, |branch| branch.digest, |branch| branch.digest)
        .then_by_key(|branch| branch.kind.clone(), |branch| branch.kind.clone());
    for branch in pairs.removed {
        let missing = Slot::Missing(node.new.at_key(key));
        walk.report(node.unit, removed.at(node.place), &branch.slot, &missing);
    }
    for branch in pairs.added {
        let missing = Slot::Missing(node.old.at_key(key));
        walk.report(node.unit, added.at(node.place), &missing, &branch.slot);
    }
    pairs.matched.sort_by_key(|(old, _)| old.index);
    if !pairs.matched.is_sorted_by_key(|(_, new)| new.index) {
        node.report(walk, ValueRule::BranchesReordered, key);
    }
    for (before, after) in pairs.matched {
        walk.schemas(node.unit, node.place, before.slot, after.slot)?;
    }
    Ok(())
}

/// One of several schemas, with what it is recognized by.
#[derive(Debug)]
struct Branch<'a> {
    index: usize,
    slot: Slot<'a>,
    digest: u64,
    kind: String,
}

fn branch_list<'a>(
    mut digests: Digests<'a, '_>,
    sites: Vec<Site<'a>>,
) -> Result<Vec<Branch<'a>>, CompareError> {
    let branch = |(index, site): (usize, Site<'a>)| {
        let (digest, kind) = (digests.schema(&site)?, kind(digests.document(), &site)?);
        Ok(Branch {
            index,
            slot: Slot::There(site),
            digest,
            kind,
        })
    };
    sites.into_iter().enumerate().map(branch).collect()
}

/// What a branch is called: the end of its reference, its title, or else its types.
fn kind<'a>(document: &Document<'a>, site: &Site<'a>) -> Result<String, CompareError> {
    let reference = site.value.get("$ref").and_then(Value::as_str);
    let view = View::new(document, site.clone(), Fold::Schema { keep: None })?;
    let name = reference
        .and_then(|text| text.rsplit('/').next())
        .or(view.text("title"));
    Ok(name.map_or_else(|| format!("{:?}", Types::of(&view)), str::to_owned))
}

/// Compares how the kinds of value are told apart, and the schemas that only a mapping leads to.
fn discriminator<'a>(walk: &mut Walk<'a>, node: &Node<'a>) -> Result<(), CompareError> {
    let (old, new) = node.slots("discriminator");
    let changed = match (old.value(), new.value()) {
        (Some(old), Some(new)) => !json_equal(old, new),
        (old, new) => old.is_some() != new.is_some(),
    };
    if changed {
        node.report(walk, ValueRule::DiscriminatorChanged, "discriminator");
    }
    let (old, new) = (old.member("mapping"), new.member("mapping"));
    for (kind, before) in old.members() {
        let after = new.member(kind);
        let before = mapped(&walk.old, &before);
        let after = mapped(&walk.new, &after);
        if let (Some(before), Some(after)) = (before, after) {
            walk.schemas(
                node.unit,
                node.place,
                Slot::There(before),
                Slot::There(after),
            )?;
        }
    }
    Ok(())
}

/// The schema that an entry of a mapping names, by reference or by the name of a component.
///
/// The entry's own value is no `$ref`; one that leads nowhere is left to the discriminator's rule.
fn mapped<'a>(document: &Document<'a>, entry: &Slot<'a>) -> Option<Site<'a>> {
    let text = entry.value()?.as_str()?;
    document
        .find(text)
        .or_else(|| document.find(&format!("#/components/schemas/{text}")))
        .filter(|site| site.value.is_object())
}
