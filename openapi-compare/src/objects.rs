//! The members of objects: which there are, which must be, and whether there may be others.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use super::document::{Document, Site};
use super::error::CompareError;
use super::generator::Effect;
use super::normal::Normal;
use super::rules::{Direction, Place, Rule};
use super::surface_rules as rules;
use super::value_rules::{DirectionRule, ValueRule};
use super::walk::{Member, Node, Walk};

pub(super) fn compare<'a>(walk: &mut Walk<'a>, node: &Node<'a>) -> Result<(), CompareError> {
    let members = Members {
        old: side(&walk.old, node.place, &node.old)?,
        new: side(&walk.new, node.place, &node.new)?,
    };
    if gained(walk, node, &members) {
        return additional(walk, node);
    }
    members.compare(walk, node)?;
    required(walk, node, &members);
    additional(walk, node)
}

/// The members of an object in one document.
struct Side<'a> {
    names: Vec<&'a str>,
    schemas: HashMap<&'a str, Site<'a>>,
    required: BTreeSet<&'a str>,
    /// Members that are not sent in this direction.
    ignored: BTreeSet<&'a str>,
}

/// Names of the old object, and of the new one.
type Names<'a> = (Vec<&'a str>, Vec<&'a str>);

struct Members<'a> {
    old: Side<'a>,
    new: Side<'a>,
}

fn side<'a>(
    document: &Document<'a>,
    place: Place,
    schema: &Normal<'a>,
) -> Result<Side<'a>, CompareError> {
    let properties = schema.properties();
    let mark = match place.direction() {
        Direction::Request => "readOnly",
        Direction::Response => "writeOnly",
    };
    let mut ignored = BTreeSet::new();
    for (name, site) in &properties {
        if Normal::new(document, site)?.flag(mark) {
            ignored.insert(*name);
        }
    }
    Ok(Side {
        names: properties.iter().map(|(name, _)| *name).collect(),
        schemas: properties.into_iter().collect(),
        required: schema.required(),
        ignored,
    })
}

impl<'a> Side<'a> {
    fn member(&self, name: &str, schema: &Normal<'a>) -> Member<'a> {
        self.schemas.get(name).cloned().map_or_else(
            || Member::Missing(schema.at_key("properties")),
            Member::There,
        )
    }

    fn only_here(&self, other: &Self) -> Vec<&'a str> {
        let names = self.names.iter().copied();
        names
            .filter(|name| !other.schemas.contains_key(name))
            .collect()
    }
}

/// Returns `true` if the object named no member and now does. Such an object had no type of its own, so
/// that one finding says more than one for each member.
fn gained<'a>(walk: &mut Walk<'a>, node: &Node<'a>, members: &Members<'a>) -> bool {
    let bare = node.old.types().names == Some(BTreeSet::from(["object"]))
        && members.old.names.is_empty()
        && members.old.required.is_empty()
        && node.old.unions().is_empty()
        && node
            .old
            .get("additionalProperties")
            .is_none_or(|value| value == &Value::Bool(true));
    if !bare || members.new.names.is_empty() {
        return false;
    }
    let demanded = node.place.direction() == Direction::Request
        && members
            .new
            .required
            .difference(&members.new.ignored)
            .next()
            .is_some();
    let rule = if demanded {
        ValueRule::ObjectGainedRequiredProperties
    } else {
        ValueRule::ObjectGainedProperties
    };
    node.report(walk, rule, "properties");
    true
}

impl<'a> Members<'a> {
    fn compare(&self, walk: &mut Walk<'a>, node: &Node<'a>) -> Result<(), CompareError> {
        for name in self.old.names.iter().copied() {
            if !self.new.schemas.contains_key(name) {
                continue;
            }
            let ignored = self.old.ignored.contains(name) || self.new.ignored.contains(name);
            let place = if ignored {
                node.place.ignored()
            } else {
                node.place.inside()
            };
            let before = self.old.member(name, &node.old);
            walk.schemas(node.unit, place, before, self.new.member(name, &node.new))?;
        }
        let (mut gone, mut fresh) = (self.old.only_here(&self.new), self.new.only_here(&self.old));
        for (old, new) in self.renamed(walk, &gone, &fresh)? {
            gone.retain(|name| *name != old);
            fresh.retain(|name| *name != new);
            let worst = self
                .removal(node, old)
                .level
                .max(self.addition(node, new).level);
            let rule = DirectionRule::PropertyRenamed
                .at(node.place.direction())
                .with_level(worst);
            walk.report_values(
                node.unit,
                rule,
                (self.old.member(old, &node.old).at(), Some(old.into())),
                (self.new.member(new, &node.new).at(), Some(new.into())),
            );
        }
        for name in gone {
            let before = self.old.member(name, &node.old);
            let after = self.new.member(name, &node.new);
            walk.report(node.unit, self.removal(node, name), &before, &after);
        }
        for name in fresh {
            let before = self.old.member(name, &node.old);
            let after = self.new.member(name, &node.new);
            walk.report(node.unit, self.addition(node, name), &before, &after);
        }
        Ok(())
    }

    /// Members that went and came with the same schema: the same member under another name, where
    /// only one pair fits.
    fn renamed(
        &self,
        walk: &mut Walk<'a>,
        gone: &[&'a str],
        fresh: &[&'a str],
    ) -> Result<Vec<(&'a str, &'a str)>, CompareError> {
        if gone.is_empty() || fresh.is_empty() {
            return Ok(Vec::new());
        }
        let (mut old_digests, mut new_digests) = walk.digests();
        let mut known: HashMap<(u64, bool), Names<'a>> = HashMap::new();
        for name in gone.iter().copied() {
            if let Some(site) = self.old.schemas.get(name) {
                let key = (old_digests.schema(site)?, self.old.required.contains(name));
                known.entry(key).or_default().0.push(name);
            }
        }
        for name in fresh.iter().copied() {
            if let Some(site) = self.new.schemas.get(name) {
                let key = (new_digests.schema(site)?, self.new.required.contains(name));
                known.entry(key).or_default().1.push(name);
            }
        }
        let only = |(old, new): Names<'a>| match (old.as_slice(), new.as_slice()) {
            ([old], [new]) => Some((*old, *new)),
            _ => None,
        };
        let mut pairs: Vec<_> = known.into_values().filter_map(only).collect();
        pairs.sort_unstable();
        Ok(pairs)
    }

    /// The rule for a member that is gone.
    fn removal(&self, node: &Node<'a>, name: &str) -> Rule {
        let rule = match node.place.direction() {
            Direction::Request if node.new.is_closed() => rules::REQUEST_PROPERTY_REMOVED_CLOSED,
            Direction::Request => rules::REQUEST_PROPERTY_REMOVED,
            Direction::Response if self.old.required.contains(name) => {
                rules::RESPONSE_PROPERTY_REMOVED_REQUIRED
            }
            Direction::Response => rules::RESPONSE_PROPERTY_REMOVED_OPTIONAL,
        };
        judge(node, self.old.ignored.contains(name), rule)
    }

    /// The rule for a member that is new.
    fn addition(&self, node: &Node<'a>, name: &str) -> Rule {
        let direction = node.place.direction();
        let ignored = self.new.ignored.contains(name);
        let rule = if direction == Direction::Response && node.old.is_closed() {
            rules::RESPONSE_PROPERTY_ADDED_CLOSED
        } else if self.new.required.contains(name) && !ignored {
            let rule = DirectionRule::PropertyAddedRequired.at(direction);
            match direction {
                // Callers have to give it, however types may grow.
                Direction::Request => rule.with_effect(Effect::Breaking),
                Direction::Response => rule,
            }
        } else {
            DirectionRule::PropertyAddedOptional.at(direction)
        };
        judge(node, ignored, rule)
    }
}

/// The verdict on a member: one that is not sent in this direction breaks nobody.
fn judge(node: &Node<'_>, ignored: bool, rule: Rule) -> Rule {
    if ignored {
        node.place.ignored().judge(rule)
    } else {
        node.place.judge(rule)
    }
}

/// Compares which members must be there, for those that came or went with nothing else said.
fn required<'a>(walk: &mut Walk<'a>, node: &Node<'a>, members: &Members<'a>) {
    let Members { old, new } = members;
    let at = (node.old.at_key("required"), node.new.at_key("required"));
    let text = |name: &str| Some(Value::String(name.to_owned()));
    // Of a member that only one document marks as not sent, the mark decides.
    let demanded =
        |side: &Side<'a>, name: &str| side.required.contains(name) && !side.ignored.contains(name);
    let told = |name: &str| old.schemas.contains_key(name) == new.schemas.contains_key(name);
    let names: BTreeSet<&'a str> = old.required.union(&new.required).copied().collect();
    for name in names.into_iter().filter(|name| told(name)) {
        let silent = old.ignored.contains(name) && new.ignored.contains(name);
        let (before, after) = if silent {
            (old.required.contains(name), new.required.contains(name))
        } else {
            (demanded(old, name), demanded(new, name))
        };
        let direction = node.place.direction();
        match (before, after) {
            (false, true) => {
                let rule = DirectionRule::PropertyBecameRequired.at(direction);
                let rule = judge(node, silent, rule);
                walk.report_values(node.unit, rule, (&at.0, None), (&at.1, text(name)));
            }
            (true, false) => {
                let rule = DirectionRule::PropertyBecameOptional.at(direction);
                let rule = judge(node, silent, rule);
                walk.report_values(node.unit, rule, (&at.0, text(name)), (&at.1, None));
            }
            _ => {}
        }
    }
}

/// The rule of an object for members that it does not name.
enum Others<'a> {
    /// Anything goes.
    Open(Member<'a>),
    /// None may come.
    Closed,
    /// They must match a schema.
    Schema(Member<'a>),
}

impl<'a> Others<'a> {
    fn of(document: &Document<'a>, schema: &Normal<'a>) -> Result<Self, CompareError> {
        const KEY: &str = "additionalProperties";
        if schema.is_closed() {
            return Ok(Self::Closed);
        }
        let member = schema.inner(KEY, Value::is_object);
        if member.value().is_none() {
            return Ok(Self::Open(schema.member(KEY)));
        }
        let others = Normal::of(document, &member)?;
        let says_nothing = others.keys().next().is_none()
            && others.odd().is_none()
            && others.unions().is_empty()
            && others.types().names.is_none();
        Ok(if says_nothing {
            Self::Open(member)
        } else {
            Self::Schema(member)
        })
    }
}

fn additional<'a>(walk: &mut Walk<'a>, node: &Node<'a>) -> Result<(), CompareError> {
    const KEY: &str = "additionalProperties";
    let place = node.place.inside();
    shut(walk, node);
    match (
        Others::of(&walk.old, &node.old)?,
        Others::of(&walk.new, &node.new)?,
    ) {
        (Others::Closed, Others::Closed) => {}
        (Others::Closed, _) => node.report(walk, ValueRule::AdditionalPropertiesOpened, KEY),
        (_, Others::Closed) => node.report(walk, ValueRule::AdditionalPropertiesClosed, KEY),
        (Others::Open(old), Others::Open(new)) => {
            if old.value().is_some() != new.value().is_some() {
                node.report(walk, ValueRule::AdditionalPropertiesExplicit, KEY);
            }
        }
        // Saying nothing allows everything, as the schema that says nothing does.
        (Others::Open(old), Others::Schema(new)) => {
            walk.schemas(node.unit, place, Member::Missing(old.at().clone()), new)?;
        }
        (Others::Schema(old), Others::Open(new)) => {
            walk.schemas(node.unit, place, old, Member::Missing(new.at().clone()))?;
        }
        (Others::Schema(old), Others::Schema(new)) => walk.schemas(node.unit, place, old, new)?,
    }
    Ok(())
}

/// Reports members that a closed branch of `allOf` began or ceased to refuse.
fn shut<'a>(walk: &mut Walk<'a>, node: &Node<'a>) {
    let (old, new) = (node.old.shut(), node.new.shut());
    let at = (
        node.old.at_key("additionalProperties"),
        node.new.at_key("additionalProperties"),
    );
    for name in new.difference(&old) {
        let rule = ValueRule::AdditionalPropertiesClosed.at(node.place);
        walk.report_values(
            node.unit,
            rule,
            (&at.0, None),
            (&at.1, Some((*name).into())),
        );
    }
    for name in old.difference(&new) {
        let rule = ValueRule::AdditionalPropertiesOpened.at(node.place);
        walk.report_values(
            node.unit,
            rule,
            (&at.0, Some((*name).into())),
            (&at.1, None),
        );
    }
}
