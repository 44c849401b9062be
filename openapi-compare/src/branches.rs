//! Unions: which alternatives are which, which came and went, and how they are told apart.

use std::collections::BTreeMap;

use super::digest::Digests;
use super::document::{Document, Site};
use super::error::CompareError;
use super::fold::canonical;
use super::normal::{Normal, Union};
use super::pairs::Pairs;
use super::unions::is_disjoint;
use super::value_rules::ValueRule;
use super::walk::{Member, Node, Walk};

/// Compares the unions of two schemas, and their discriminators.
pub(super) fn compare<'a>(walk: &mut Walk<'a>, node: &Node<'a>) -> Result<(), CompareError> {
    let (old, new) = (node.old.unions().to_vec(), node.new.unions().to_vec());
    let mut pairs = matched(walk, old, new)?;
    // What is left over is the same union with other branches, as far as there are as many.
    let more = pairs.removed.len().min(pairs.added.len());
    let (removed, added) = (
        pairs.removed.drain(..more).collect::<Vec<_>>(),
        pairs.added.drain(..more).collect::<Vec<_>>(),
    );
    pairs.matched.extend(removed.into_iter().zip(added));
    for union in pairs.added {
        node.report(walk, ValueRule::UnionIntroduced, union.key);
    }
    for union in pairs.removed {
        node.report(walk, ValueRule::UnionDropped, union.key);
    }
    for (before, after) in pairs.matched {
        union(walk, node, (before, after))?;
    }
    discriminator(walk, node)
}

/// Pairs unions that say the same.
fn matched<'a>(
    walk: &mut Walk<'a>,
    old: Vec<Union<'a>>,
    new: Vec<Union<'a>>,
) -> Result<Pairs<Union<'a>>, CompareError> {
    fn digested<'a>(
        mut digests: Digests<'a, '_>,
        unions: Vec<Union<'a>>,
    ) -> Result<Vec<(u64, Union<'a>)>, CompareError> {
        unions
            .into_iter()
            .map(|union| Ok((digests.union(&union)?, union)))
            .collect()
    }
    let (old_digests, new_digests) = walk.digests();
    let (old, new) = (digested(old_digests, old)?, digested(new_digests, new)?);
    let pairs = Pairs::by_key(old, new, |(digest, _)| *digest, |(digest, _)| *digest);
    let plain = |all: Vec<(u64, Union<'a>)>| all.into_iter().map(|(_, union)| union).collect();
    Ok(Pairs {
        matched: pairs
            .matched
            .into_iter()
            .map(|((_, old), (_, new))| (old, new))
            .collect(),
        removed: plain(pairs.removed),
        added: plain(pairs.added),
    })
}

fn union<'a>(
    walk: &mut Walk<'a>,
    node: &Node<'a>,
    (old, new): (Union<'a>, Union<'a>),
) -> Result<(), CompareError> {
    let told_apart = node.old.get("discriminator").is_some()
        || is_disjoint(&walk.old, &old.branches)? && is_disjoint(&walk.new, &new.branches)?;
    if old.key != new.key && !told_apart {
        let rule = ValueRule::UnionKeywordChanged.at(node.place);
        let (before, after) = (Some(old.key.into()), Some(new.key.into()));
        walk.report_values(node.unit, rule, (&old.at, before), (&new.at, after));
    }
    let (old_digests, new_digests) = walk.digests();
    let (before, after) = (
        branch_list(old_digests, old.branches)?,
        branch_list(new_digests, new.branches)?,
    );
    // Equal branches first, and then those that carry the same name or type.
    let mut pairs = Pairs::by_key(
        before,
        after,
        |branch| branch.digest,
        |branch| branch.digest,
    )
    .then_by_key(|branch| branch.kind.clone(), |branch| branch.kind.clone());
    for branch in pairs.removed {
        let (rule, missing) = (
            ValueRule::UnionBranchRemoved.at(node.place),
            Member::Missing(new.at.clone()),
        );
        walk.report(node.unit, rule, &branch.member, &missing);
    }
    for branch in pairs.added {
        let (rule, missing) = (
            ValueRule::UnionBranchAdded.at(node.place),
            Member::Missing(old.at.clone()),
        );
        walk.report(node.unit, rule, &missing, &branch.member);
    }
    pairs.matched.sort_by_key(|(old, _)| old.index);
    if !told_apart && !pairs.matched.is_sorted_by_key(|(_, new)| new.index) {
        let (before, after) = node.members(old.key);
        let rule = ValueRule::BranchesReordered.at(node.place);
        walk.report(node.unit, rule, &before, &after);
    }
    for (before, after) in pairs.matched {
        walk.schemas(node.unit, node.place, before.member, after.member)?;
    }
    Ok(())
}

/// Compares a union with a schema that is one of its branches, as if it were a union of one.
///
/// Returns whether it is; then nothing is left to compare.
pub(super) fn against_one<'a>(walk: &mut Walk<'a>, node: &Node<'a>) -> Result<bool, CompareError> {
    let (grown, one, many) = match (node.old.is_bare_union(), node.new.is_bare_union()) {
        (false, true) => (true, (&node.old, &node.members.0), &node.new),
        (true, false) => (false, (&node.new, &node.members.1), &node.old),
        _ => return Ok(false),
    };
    let ((one, member), [union]) = (one, many.unions()) else {
        return Ok(false);
    };
    let says_nothing = one.keys().next().is_none() && one.types().names.is_none();
    let null_differs = one.types().nullable != many.types().nullable;
    let Member::There(site) = member else {
        return Ok(false);
    };
    if says_nothing || null_differs || !one.unions().is_empty() {
        return Ok(false);
    }
    let (old_digests, new_digests) = walk.digests();
    let (mut mine, theirs) = if grown {
        (
            branch_list(old_digests, vec![site.clone()])?,
            branch_list(new_digests, union.branches.clone())?,
        )
    } else {
        (
            branch_list(new_digests, vec![site.clone()])?,
            branch_list(old_digests, union.branches.clone())?,
        )
    };
    let Some(mine) = mine.pop() else {
        return Ok(false);
    };
    let like = |fits: &dyn Fn(&Branch<'a>) -> bool| {
        let mut fitting = theirs.iter().filter(|branch| fits(branch));
        fitting
            .next()
            .filter(|_| fitting.next().is_none())
            .map(|branch| branch.index)
    };
    let found = like(&|branch| branch.digest == mine.digest)
        .or_else(|| like(&|branch| branch.kind == mine.kind))
        .or_else(|| like(&|branch| branch.types == mine.types));
    let Some(found) = found else {
        return Ok(false);
    };
    for branch in theirs {
        let missing = Member::Missing(one.at().clone());
        match (branch.index == found, grown) {
            (true, true) => walk.schemas(node.unit, node.place, member.clone(), branch.member)?,
            (true, false) => walk.schemas(node.unit, node.place, branch.member, member.clone())?,
            (false, true) => {
                let rule = ValueRule::UnionBranchAdded.at(node.place);
                walk.report(node.unit, rule, &missing, &branch.member);
            }
            (false, false) => {
                let rule = ValueRule::UnionBranchRemoved.at(node.place);
                walk.report(node.unit, rule, &branch.member, &missing);
            }
        }
    }
    Ok(true)
}

/// One of several schemas, with what it is recognized by.
#[derive(Debug)]
struct Branch<'a> {
    index: usize,
    member: Member<'a>,
    digest: u64,
    kind: String,
    types: String,
}

fn branch_list<'a>(
    mut digests: Digests<'a, '_>,
    sites: Vec<Site<'a>>,
) -> Result<Vec<Branch<'a>>, CompareError> {
    let branch = |(index, site): (usize, Site<'a>)| {
        let digest = digests.schema(&site)?;
        let normal = Normal::new(digests.document(), &site)?;
        let types = format!("{:?}", normal.types());
        // What a branch is called: the end of its reference, its title, or else its types.
        let name = normal.name().or(normal.text("title"));
        Ok(Branch {
            index,
            digest,
            kind: name.map_or_else(|| types.clone(), str::to_owned),
            types,
            member: Member::There(site),
        })
    };
    sites.into_iter().enumerate().map(branch).collect()
}

/// Compares how the kinds of value are told apart, and the schemas that only a mapping leads to.
fn discriminator<'a>(walk: &mut Walk<'a>, node: &Node<'a>) -> Result<(), CompareError> {
    let key = "discriminator";
    let text = |site: &Site<'a>| canonical(site.value);
    let mut pairs = Pairs::by_key(node.old.all(key), node.new.all(key), text, text);
    let more = pairs.removed.len().max(pairs.added.len());
    let (mut removed, mut added) = (pairs.removed.drain(..), pairs.added.drain(..));
    let matched = pairs.matched.into_iter();
    let both: Vec<(Member<'a>, Member<'a>)> = matched
        .map(|(old, new)| (Member::There(old), Member::There(new)))
        .chain((0..more).map(|_| {
            (
                node.old.or_here(removed.next()),
                node.new.or_here(added.next()),
            )
        }))
        .collect();
    both.into_iter()
        .try_for_each(|both| one_discriminator(walk, node, both))
}

fn one_discriminator<'a>(
    walk: &mut Walk<'a>,
    node: &Node<'a>,
    (old, new): (Member<'a>, Member<'a>),
) -> Result<(), CompareError> {
    let report = |walk: &mut Walk<'a>| {
        let rule = ValueRule::DiscriminatorChanged.at(node.place);
        walk.report(node.unit, rule, &old, &new);
    };
    // Everything but the mapping, which is compared by what it leads to.
    let rest = |member: &Member<'a>| {
        let members = member.members().filter(|(key, _)| *key != "mapping");
        let texts = members.map(|(key, member)| (key, member.value().map(canonical)));
        texts.collect::<BTreeMap<_, _>>()
    };
    let (before, after) = (
        kinds(&walk.old, &node.old, &old)?,
        kinds(&walk.new, &node.new, &new)?,
    );
    let changed = old.value().is_some() != new.value().is_some()
        || rest(&old) != rest(&new)
        || !before.keys().eq(after.keys());
    if changed {
        report(walk);
    }
    for (kind, target) in before {
        match (target, after.get(kind)) {
            (Kind::Schema(before), Some(Kind::Schema(after))) => {
                let (before, after) = (Member::There(before), Member::There(after.clone()));
                walk.schemas(node.unit, node.place, before, after)?;
            }
            (Kind::Text(before), Some(Kind::Text(after))) if before == *after => {}
            (_, None) => {}
            (_, Some(_)) if changed => {}
            (_, Some(_)) => report(walk),
        }
    }
    Ok(())
}

/// The meaning of one value of the discriminating property.
enum Kind<'a> {
    Schema(Site<'a>),
    /// An entry that leads nowhere in the document.
    Text(&'a serde_json::Value),
}

/// The kinds of value by the text that tells them apart: as mapped, or else by the names of the
/// branches.
fn kinds<'a>(
    document: &Document<'a>,
    schema: &Normal<'a>,
    discriminator: &Member<'a>,
) -> Result<BTreeMap<&'a str, Kind<'a>>, CompareError> {
    let mut kinds = BTreeMap::new();
    if discriminator.value().is_none() {
        return Ok(kinds);
    }
    let mut mapped_to = Vec::new();
    for (name, entry) in discriminator.member("mapping").members() {
        let Some(value) = entry.value() else { continue };
        let kind = match mapped(document, value) {
            Some(site) => {
                mapped_to.push(std::ptr::from_ref(site.value));
                Kind::Schema(site)
            }
            None => Kind::Text(value),
        };
        kinds.insert(name, kind);
    }
    for branch in schema.unions().iter().flat_map(|union| &union.branches) {
        let Some(name) = Normal::new(document, branch)?.name() else {
            continue;
        };
        let target = document.find(&format!("#/components/schemas/{name}"));
        if let Some(target) = target
            && !mapped_to.contains(&std::ptr::from_ref(target.value))
        {
            kinds
                .entry(name)
                .or_insert(Kind::Schema(target.reached_by_name()));
        }
    }
    Ok(kinds)
}

/// The schema that an entry of a mapping names, by reference or by the name of a component.
fn mapped<'a>(document: &Document<'a>, entry: &'a serde_json::Value) -> Option<Site<'a>> {
    let text = entry.as_str()?;
    document
        .find(text)
        .or_else(|| document.find(&format!("#/components/schemas/{text}")))
        .filter(|site| site.value.is_object())
        .map(Site::reached_by_name)
}
