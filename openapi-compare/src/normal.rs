//! A schema as it is meant: references followed, combinators flattened, spellings folded.

mod collect;

use std::collections::{BTreeSet, HashSet};

use serde_json::{Map, Value};

use super::document::{Document, Site};
use super::error::CompareError;
use super::fold::{Types, json_equal};
use super::pointer::Pointer;
use super::walk::Member;
use collect::{Collected, types, values};

/// A schema in the one form that all its spellings share.
///
/// A schema is a conjunction of layers: its own keywords, those behind its `$ref`, and those of the
/// branches of `allOf`, over any number of steps. Both documents are read in the same way, so a
/// document never differs from itself.
#[derive(Clone, Debug)]
pub(super) struct Normal<'a> {
    layers: Vec<SchemaPart<'a>>,
    at: Pointer<'a>,
    id: usize,
    shared: bool,
    name: Option<&'a str>,
    odd: Option<&'a Value>,
    types: Types<'a>,
    values: Option<Vec<&'a Value>>,
    unions: Vec<Union<'a>>,
}

/// The keywords of one object that apply to the value.
#[derive(Clone, Debug)]
struct SchemaPart<'a> {
    map: &'a Map<String, Value>,
    at: Pointer<'a>,
    /// Keywords that are read elsewhere, as the combinators are.
    hidden: Vec<&'static str>,
    /// `true` if the layer is one of several, so that no layer is laid over another.
    one_of_several: bool,
}

/// Alternatives that no simpler keyword can express.
#[derive(Clone, Debug)]
pub(super) struct Union<'a> {
    pub(super) key: &'static str,
    pub(super) at: Pointer<'a>,
    pub(super) branches: Vec<Site<'a>>,
}

impl<'a> Normal<'a> {
    /// Returns the schema that is not there, which allows everything.
    pub(super) fn missing(at: Pointer<'a>) -> Self {
        Self {
            layers: Vec::new(),
            at,
            id: 0,
            shared: false,
            name: None,
            odd: None,
            types: Types::default(),
            values: None,
            unions: Vec::new(),
        }
    }

    /// Reads the schema in `member`, or the one that allows everything.
    pub(super) fn of(document: &Document<'a>, member: &Member<'a>) -> Result<Self, CompareError> {
        match member {
            Member::There(site) => Self::new(document, site),
            Member::Missing(at) => Ok(Self::missing(at.clone())),
        }
    }

    /// Reads the schema at `site`.
    pub(super) fn new(document: &Document<'a>, site: &Site<'a>) -> Result<Self, CompareError> {
        let mut collected = Collected::default();
        collected.all(document, site)?;
        let at = collected
            .layers
            .first()
            .map_or_else(|| site.at.clone(), |layer| layer.at.clone());
        let Collected {
            layers,
            ids,
            shared,
            name,
            odd,
            unions,
            type_sets,
            value_sets,
            lifted,
        } = collected;
        let types = types(&layers, type_sets, lifted);
        let (types, values) = values(types, &layers, value_sets);
        Ok(Self {
            at,
            id: document.identity(ids),
            shared,
            name,
            odd,
            types,
            values,
            unions,
            layers,
        })
    }

    /// Identifies the schema within its document; 0 for one that says nothing.
    pub(super) fn id(&self) -> usize {
        self.id
    }

    /// Returns `true` if a `$ref` was followed, so that other places may lead to the same schema.
    pub(super) fn is_shared(&self) -> bool {
        self.shared
    }

    /// The name of the component that the schema is referred to by.
    pub(super) fn name(&self) -> Option<&'a str> {
        self.name
    }

    /// The place where the schema stands, or where it would.
    pub(super) fn at(&self) -> &Pointer<'a> {
        &self.at
    }

    /// A value in the place of a schema that is not a schema.
    pub(super) fn odd(&self) -> Option<&'a Value> {
        self.odd
    }

    pub(super) fn types(&self) -> &Types<'a> {
        &self.types
    }

    /// The values of `enum` and `const`, without `null`, which the types have.
    pub(super) fn values(&self) -> Option<&[&'a Value]> {
        self.values.as_deref()
    }

    pub(super) fn unions(&self) -> &[Union<'a>] {
        &self.unions
    }

    /// Returns `true` if the schema is one union and constrains nothing else.
    pub(super) fn is_bare_union(&self) -> bool {
        self.unions.len() == 1
            && self.types.names.is_none()
            && self.values.is_none()
            && self.keys().all(super::keywords::is_annotation)
    }

    /// Every occurrence of the member `key`, outermost first, equal values once.
    pub(super) fn all(&self, key: &'a str) -> Vec<Site<'a>> {
        let mut all: Vec<Site<'a>> = Vec::new();
        for layer in &self.layers {
            if let Some(value) = layer.get(key)
                && !all.iter().any(|known| json_equal(known.value, value))
            {
                all.push(Site::new(value, layer.at.key(key)));
            }
        }
        all
    }

    /// Returns the annotations under `key`: the outermost one decides, unless several
    /// branches say something.
    pub(super) fn said(&self, key: &'a str) -> Vec<Site<'a>> {
        let mut all = self.all(key);
        let laid_over = self
            .layers
            .iter()
            .find(|layer| layer.get(key).is_some())
            .is_some_and(|layer| !layer.one_of_several);
        if laid_over {
            all.truncate(1);
        }
        all
    }

    /// The first occurrence of the member `key`.
    pub(super) fn site(&self, key: &'a str) -> Option<Site<'a>> {
        self.layers
            .iter()
            .find_map(|layer| Some(Site::new(layer.get(key)?, layer.at.key(key))))
    }

    pub(super) fn get(&self, key: &str) -> Option<&'a Value> {
        self.layers.iter().find_map(|layer| layer.get(key))
    }

    /// The member `key`, or the place where it would stand.
    pub(super) fn member(&self, key: &'a str) -> Member<'a> {
        self.or_here(self.site(key))
    }

    /// A part of the schema, or the place where it would stand.
    pub(super) fn or_here(&self, part: Option<Site<'a>>) -> Member<'a> {
        part.map_or_else(|| Member::Missing(self.at.clone()), Member::There)
    }

    /// The place where the member `key` stands, or else where the schema does.
    pub(super) fn at_key(&self, key: &'a str) -> Pointer<'a> {
        self.member(key).at().clone()
    }

    pub(super) fn text(&self, key: &str) -> Option<&'a str> {
        self.layers
            .iter()
            .find_map(|layer| layer.get(key)?.as_str())
    }

    /// Returns `true` if any layer has `key` set to `true`.
    pub(super) fn flag(&self, key: &str) -> bool {
        self.layers
            .iter()
            .any(|layer| layer.get(key) == Some(&Value::Bool(true)))
    }

    /// All numbers under `key`, with their places.
    pub(super) fn each(&self, key: &'static str) -> impl Iterator<Item = (&'a Value, bool)> + '_ {
        self.layers.iter().filter_map(move |layer| {
            let exclusive = match key {
                "minimum" => layer.flag("exclusiveMinimum"),
                "maximum" => layer.flag("exclusiveMaximum"),
                _ => false,
            };
            Some((layer.get(key)?, exclusive))
        })
    }

    /// Returns `true` if the member in some layer is not in a shape that its rule reads.
    pub(super) fn each_member(
        &self,
    ) -> impl Iterator<Item = (&'a str, &'a Value, &'a Map<String, Value>)> + '_ {
        self.layers.iter().flat_map(|layer| {
            layer
                .map
                .iter()
                .filter(|(key, _)| layer.get(key).is_some())
                .map(|(key, value)| (key.as_str(), value, layer.map))
        })
    }

    /// All keys, each once, in the order of the document.
    pub(super) fn keys(&self) -> impl Iterator<Item = &'a str> + '_ {
        let mut seen = HashSet::new();
        self.each_member()
            .map(|(key, _, _)| key)
            .filter(move |key| seen.insert(*key))
    }

    /// The properties of all layers. One that several layers describe has to match all of them.
    pub(super) fn properties(&self) -> Vec<(&'a str, Site<'a>)> {
        let mut all: Vec<(&'a str, Site<'a>)> = Vec::new();
        let mut known: std::collections::HashMap<&str, usize> = std::collections::HashMap::new();
        for layer in &self.layers {
            let Some(members) = layer.get("properties").and_then(Value::as_object) else {
                continue;
            };
            let at = layer.at.key("properties");
            for (name, value) in members {
                let site = Site::new(value, at.key(name.as_str()));
                match known
                    .get(name.as_str())
                    .and_then(|index| all.get_mut(*index))
                {
                    Some((_, first)) => first.and(site),
                    None => {
                        known.insert(name, all.len());
                        all.push((name, site));
                    }
                }
            }
        }
        all
    }

    /// The names that all layers together require.
    pub(super) fn required(&self) -> BTreeSet<&'a str> {
        self.layers
            .iter()
            .filter_map(|layer| layer.get("required"))
            .filter(|value| super::keywords::is_texts(value))
            .filter_map(Value::as_array)
            .flatten()
            .filter_map(Value::as_str)
            .collect()
    }

    /// The schema under `key`; where several layers have one, a value has to match all of them.
    pub(super) fn inner(&self, key: &'a str, fits: impl Fn(&Value) -> bool) -> Member<'a> {
        let mut inner: Option<Site<'a>> = None;
        for layer in &self.layers {
            let Some(value) = layer.get(key).filter(|value| fits(value)) else {
                continue;
            };
            let site = Site::new(value, layer.at.key(key));
            match &mut inner {
                Some(first) => first.and(site),
                None => inner = Some(site),
            }
        }
        self.or_here(inner)
    }

    /// Returns `true` if some layer refuses members without a name.
    pub(super) fn is_closed(&self) -> bool {
        self.layers.iter().any(SchemaPart::is_closed)
    }

    /// Members that have a schema in one layer and are refused by another, which is closed.
    pub(super) fn shut(&self) -> BTreeSet<&'a str> {
        let closed: Vec<_> = self
            .layers
            .iter()
            .filter(|layer| layer.is_closed())
            .collect();
        if closed.is_empty() || self.layers.len() == 1 {
            return BTreeSet::new();
        }
        let names = |layer: &SchemaPart<'a>| layer.get("properties").and_then(Value::as_object);
        self.layers
            .iter()
            .filter_map(names)
            .flat_map(Map::keys)
            .map(String::as_str)
            .filter(|name| {
                closed
                    .iter()
                    .any(|layer| !names(layer).is_some_and(|own| own.contains_key(*name)))
            })
            .collect()
    }
}

impl<'a> SchemaPart<'a> {
    fn get(&self, key: &str) -> Option<&'a Value> {
        if self.hidden.contains(&key) {
            return None;
        }
        self.map.get(key)
    }

    fn flag(&self, key: &str) -> bool {
        self.get(key) == Some(&Value::Bool(true))
    }

    fn is_closed(&self) -> bool {
        self.get("additionalProperties") == Some(&Value::Bool(false))
    }
}
