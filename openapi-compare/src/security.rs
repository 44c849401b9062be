//! Compares security requirements and security schemes.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::error::CompareError;
use super::keywords::is_security;
use super::reach::UnitId;
use super::surface_rules as rules;
use super::walk::{Member, Walk};
use super::{surface, unclassified};

/// One way to be let in: schemes, each with its scopes. Without schemes everybody is.
type Alternative<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

/// Reads a list of alternatives; none at all means that everybody is let in.
fn alternatives<'a>(member: &Member<'a>) -> BTreeSet<Alternative<'a>> {
    let Some(list) = member
        .value()
        .filter(|value| is_security(value))
        .and_then(Value::as_array)
    else {
        return BTreeSet::from([Alternative::new()]);
    };
    if list.is_empty() {
        return BTreeSet::from([Alternative::new()]);
    }
    let scopes = |value: &'a Value| {
        value
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect()
    };
    list.iter()
        .filter_map(Value::as_object)
        .map(|schemes| {
            schemes
                .iter()
                .map(|(name, value)| (name.as_str(), scopes(value)))
                .collect()
        })
        .collect()
}

/// Compares the requirements that apply to an operation.
///
/// A client that met an old alternative is still let in when some new one asks for no more.
pub(super) fn requirements<'a>(
    walk: &mut Walk<'a>,
    unit: UnitId,
    (old_member, new_member): (Member<'a>, Member<'a>),
) {
    let (old, new) = (alternatives(&old_member), alternatives(&new_member));
    if old == new {
        return;
    }
    let met = |mine: &Alternative<'_>, asked: &Alternative<'_>| {
        asked
            .iter()
            .all(|(name, scopes)| mine.get(name).is_some_and(|own| scopes.is_subset(own)))
    };
    let same_schemes = |a: &Alternative<'_>, b: &Alternative<'_>| {
        a.keys().collect::<Vec<_>>() == b.keys().collect::<Vec<_>>()
    };
    let unmet: Vec<_> = old
        .iter()
        .filter(|mine| !new.iter().any(|asked| met(mine, asked)))
        .collect();
    let rule = if unmet.is_empty() {
        if old.is_subset(&new) {
            rules::SECURITY_ALTERNATIVE_ADDED
        } else {
            rules::SECURITY_REQUIREMENT_REMOVED
        }
    } else if new.is_subset(&old) {
        rules::SECURITY_ALTERNATIVE_REMOVED
    } else if unmet
        .iter()
        .all(|mine| new.iter().any(|asked| same_schemes(mine, asked)))
    {
        rules::SECURITY_SCOPE_ADDED
    } else {
        rules::SECURITY_REQUIREMENT_ADDED
    };
    walk.report(unit, rule, &old_member, &new_member);
}

/// Compares the kinds of credentials by their names.
pub(super) fn schemes<'a>(
    walk: &mut Walk<'a>,
    unit: UnitId,
    (old, new): (Member<'a>, Member<'a>),
) -> Result<(), CompareError> {
    for (name, before) in old.members() {
        let after = new.member(name);
        if after.value().is_none() {
            walk.report(unit, rules::SECURITY_SCHEME_REMOVED, &before, &after);
            continue;
        }
        let (before, after) = walk.views(before, after)?;
        for key in KEYS {
            let both = (Member::of(&before, key), Member::of(&after, key));
            surface::report_change(walk, unit, rules::SECURITY_SCHEME_CHANGED, &both);
        }
        let known = |_: &_, key: &str, _: &Value| KEYS.contains(&key);
        unclassified::compare(
            walk,
            unit,
            (&before, &after),
            rules::UNCLASSIFIED_SECURITY,
            known,
        );
    }
    for (name, after) in new.members() {
        let before = old.member(name);
        if before.value().is_none() {
            walk.report(unit, rules::SECURITY_SCHEME_ADDED, &before, &after);
        }
    }
    Ok(())
}

/// The members of a scheme that say how credentials are had and sent.
const KEYS: [&str; 7] = [
    "type",
    "name",
    "in",
    "scheme",
    "bearerFormat",
    "flows",
    "openIdConnectUrl",
];
