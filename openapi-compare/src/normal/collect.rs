//! Collects the layers of a schema: through references, `allOf`, and unions that are none.

use std::collections::{BTreeSet, HashSet};

use serde_json::{Map, Value};

use super::{SchemaPart, Union};
use crate::MAX_WRAPPERS;
use crate::document::{Document, Site};
use crate::error::CompareError;
use crate::fold::{Types, canonical};
use crate::pointer::{Pointer, parse_reference, shortened};
use crate::unions::{self, Branches, UNION_KEYWORDS};

/// Everything that the layers of a schema say, before it is read together.
#[derive(Debug, Default)]
pub(super) struct Collected<'a> {
    pub(super) layers: Vec<SchemaPart<'a>>,
    pub(super) ids: Vec<usize>,
    pub(super) shared: bool,
    pub(super) name: Option<&'a str>,
    pub(super) odd: Option<&'a Value>,
    pub(super) unions: Vec<Union<'a>>,
    /// Types that unions of plain types allow; `null` among them.
    pub(super) type_sets: Vec<BTreeSet<&'a str>>,
    /// Values that unions of single values allow.
    pub(super) value_sets: Vec<Vec<&'a Value>>,
    /// `true` if a wrapper allows `null` in addition to what is inside of it.
    pub(super) lifted: bool,
}

impl<'a> Collected<'a> {
    /// Collects the layers of the schema at `site`, without recursion.
    pub(super) fn all(
        &mut self,
        document: &Document<'a>,
        site: &Site<'a>,
    ) -> Result<(), CompareError> {
        let mut visited = HashSet::new();
        let several = site.others().next().is_some();
        self.shared |= site.is_shared();
        let mut pending: Vec<(Site<'a>, bool)> = site.others().map(|site| (site, true)).collect();
        pending.reverse();
        pending.push((site.clone(), several));
        while let Some((next, one_of_several)) = pending.pop() {
            let map = match next.value {
                Value::Object(map) => map,
                Value::Bool(true) => continue,
                other => {
                    self.odd.get_or_insert(other);
                    continue;
                }
            };
            if !visited.insert(std::ptr::from_ref(map)) {
                continue;
            }
            if visited.len() > MAX_WRAPPERS {
                return Err(CompareError::TooWrapped {
                    side: document.side(),
                    pointer: shortened(&site.at.render()),
                    limit: MAX_WRAPPERS,
                });
            }
            let mut inner = self.one(document, map, &next.at, one_of_several)?;
            inner.reverse();
            pending.extend(inner);
        }
        Ok(())
    }

    /// Collects one object, and returns what applies beside it.
    fn one(
        &mut self,
        document: &Document<'a>,
        map: &'a Map<String, Value>,
        at: &Pointer<'a>,
        one_of_several: bool,
    ) -> Result<Vec<(Site<'a>, bool)>, CompareError> {
        let mut hidden = Vec::new();
        let mut inner = Vec::new();
        if let Some(reference) = map.get("$ref").and_then(Value::as_str) {
            hidden.push("$ref");
            self.shared = true;
            if !one_of_several && self.name.is_none() {
                self.name = component(reference);
            }
            let target = document.resolve(reference, &at.key("$ref"))?;
            inner.push((target, one_of_several));
        }
        if let Some(branches) = schemas(map, "allOf", at) {
            hidden.push("allOf");
            let several = one_of_several || branches.len() > 1;
            inner.extend(branches.into_iter().map(|branch| (branch, several)));
        }
        let mut union = false;
        for key in UNION_KEYWORDS {
            let Some(branches) = schemas(map, key, at) else {
                continue;
            };
            hidden.push(key);
            union = true;
            let branches = unions::fold(document, key, branches)?;
            // Beside types, null is allowed only if they have it.
            self.lifted |= branches.null() && !map.contains_key("type");
            self.union(key, at, branches, one_of_several, &mut inner);
        }
        let bare = map.keys().all(|key| hidden.contains(&key.as_str()));
        if !bare || union {
            self.ids.push(std::ptr::from_ref(map) as usize);
        }
        if !bare {
            self.layers.push(SchemaPart {
                map,
                at: at.clone(),
                hidden,
                one_of_several,
            });
        }
        Ok(inner)
    }

    fn union(
        &mut self,
        key: &'static str,
        at: &Pointer<'a>,
        branches: Branches<'a>,
        one_of_several: bool,
        inner: &mut Vec<(Site<'a>, bool)>,
    ) {
        match branches {
            Branches::OnlyNull => self.type_sets.push(BTreeSet::from(["null"])),
            Branches::One { branch, .. } => inner.push((branch, one_of_several)),
            Branches::Types { types, branches } => {
                self.type_sets.push(types);
                self.beside(branches, &["type", "nullable"]);
            }
            Branches::Values { values, branches } => {
                self.value_sets.push(values);
                self.beside(branches, &["type", "nullable", "enum", "const"]);
            }
            Branches::Several { branches, .. } => self.unions.push(Union {
                key,
                at: at.key(key),
                branches,
            }),
        }
    }

    /// Keeps what folded branches say beside what they were folded for.
    fn beside(&mut self, branches: Vec<Site<'a>>, hidden: &[&'static str]) {
        for site in branches {
            if let Value::Object(map) = site.value {
                self.layers.push(SchemaPart {
                    map,
                    at: site.at,
                    hidden: hidden.to_vec(),
                    one_of_several: true,
                });
            }
        }
    }
}

/// The schemas of the array under `key`; `None` if it is not a list of schemas.
fn schemas<'a>(
    map: &'a Map<String, Value>,
    key: &'static str,
    at: &Pointer<'a>,
) -> Option<Vec<Site<'a>>> {
    let items = map.get(key)?.as_array()?;
    let readable = |value: &Value| value.is_object() || value == &Value::Bool(true);
    if items.is_empty() || !items.iter().all(readable) {
        return None;
    }
    let at = at.key(key);
    let sites = items
        .iter()
        .enumerate()
        .map(|(index, value)| Site::new(value, at.index(index)));
    Some(sites.collect())
}

/// The name of the schema among the components that a reference leads to.
fn component(reference: &str) -> Option<&str> {
    let name = reference.strip_prefix("#/components/schemas/")?;
    // A reference into a component names no type.
    (parse_reference(reference)?.len() == 3).then_some(name)
}

/// The types that all layers allow.
pub(super) fn types<'a>(
    layers: &[SchemaPart<'a>],
    mut sets: Vec<BTreeSet<&'a str>>,
    mut lifted: bool,
) -> Types<'a> {
    for layer in layers {
        let nullable = layer.flag("nullable");
        let mut names: BTreeSet<&'a str> = match layer.get("type") {
            Some(Value::String(name)) => BTreeSet::from([name.as_str()]),
            Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect(),
            _ => {
                lifted |= nullable;
                continue;
            }
        };
        if nullable {
            names.insert("null");
            // In 3.0 the wrapper of a reference says so about what is inside.
            lifted |= !layer.one_of_several;
        }
        sets.push(names);
    }
    Types::all_of(sets, lifted)
}

/// The values that all layers allow, and what they say about `null`.
pub(super) fn values<'a>(
    mut types: Types<'a>,
    layers: &[SchemaPart<'a>],
    mut sets: Vec<Vec<&'a Value>>,
) -> (Types<'a>, Option<Vec<&'a Value>>) {
    for layer in layers {
        if let Some(values) = layer.get("enum").and_then(Value::as_array) {
            sets.push(values.iter().collect());
        }
        sets.extend(layer.get("const").map(|value| vec![value]));
    }
    let mut sets = sets.into_iter();
    let Some(mut values) = sets.next() else {
        return (types, None);
    };
    for set in sets {
        let texts: HashSet<String> = set.into_iter().map(canonical).collect();
        values.retain(|value| texts.contains(&canonical(value)));
    }
    // Without types, the values alone say whether null is allowed.
    if types.names.is_none() {
        types.nullable |= values.iter().any(|value| value.is_null());
    }
    if types.nullable {
        values.retain(|value| !value.is_null());
        if values.is_empty() {
            types.names = Some(BTreeSet::new());
            return (types, None);
        }
    }
    (types, Some(values))
}
