//! One object of a document with its references followed: parameters, responses, path items.

use serde_json::{Map, Value};

use super::MAX_WRAPPERS;
use super::document::{Document, Site};
use super::error::CompareError;
use super::pointer::{Pointer, shortened};

/// An object behind any number of references.
///
/// Keys beside a `$ref` are laid over those of the object that it leads to.
#[derive(Clone, Debug)]
pub(super) struct View<'a> {
    /// Outermost first; the first layer that has a key decides.
    layers: Vec<ViewPart<'a>>,
    at: Pointer<'a>,
    shared: bool,
    odd: Option<&'a Value>,
}

#[derive(Clone, Debug)]
struct ViewPart<'a> {
    map: &'a Map<String, Value>,
    at: Pointer<'a>,
    /// `true` if its `$ref` is followed and no key of its own.
    refers: bool,
}

impl<'a> View<'a> {
    /// Returns the view of an object that is not there.
    pub(super) fn missing(at: Pointer<'a>) -> Self {
        Self {
            layers: Vec::new(),
            at,
            shared: false,
            odd: None,
        }
    }

    /// Returns the view of the object at `site`.
    pub(super) fn new(document: &Document<'a>, site: Site<'a>) -> Result<Self, CompareError> {
        let start = site.at.clone();
        let mut view = Self::missing(start.clone());
        let mut seen = Vec::new();
        let mut next = site;
        loop {
            let Value::Object(map) = next.value else {
                if view.layers.is_empty() {
                    view.at = next.at;
                    view.odd = Some(next.value);
                }
                return Ok(view);
            };
            let address = std::ptr::from_ref(map);
            let pointer = || shortened(&start.render());
            if seen.contains(&address) {
                return Err(CompareError::Circular {
                    side: document.side(),
                    pointer: pointer(),
                });
            }
            if seen.len() > MAX_WRAPPERS {
                return Err(CompareError::TooWrapped {
                    side: document.side(),
                    pointer: pointer(),
                    limit: MAX_WRAPPERS,
                });
            }
            seen.push(address);
            let reference = map.get("$ref").and_then(Value::as_str);
            if reference.is_none() || map.len() > 1 {
                if view.layers.is_empty() {
                    view.at = next.at.clone();
                }
                view.layers.push(ViewPart {
                    map,
                    at: next.at.clone(),
                    refers: reference.is_some(),
                });
            }
            let Some(reference) = reference else {
                return Ok(view);
            };
            view.shared = true;
            next = document.resolve(reference, &next.at.key("$ref"))?;
        }
    }

    /// Returns `true` if a `$ref` was followed, so that other places may lead to the same object.
    pub(super) fn is_shared(&self) -> bool {
        self.shared
    }

    /// The place where the object stands, or where it would.
    pub(super) fn at(&self) -> &Pointer<'a> {
        &self.at
    }

    /// The value, if it is not an object.
    pub(super) fn odd(&self) -> Option<&'a Value> {
        self.odd
    }

    pub(super) fn get(&self, key: &str) -> Option<&'a Value> {
        self.layers.iter().find_map(|layer| layer.get(key))
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// The member `key` with its place.
    pub(super) fn site(&self, key: &'a str) -> Option<Site<'a>> {
        self.layers
            .iter()
            .find_map(|layer| Some(Site::new(layer.get(key)?, layer.at.key(key))))
    }

    /// The place where the member `key` stands, or else where the object does.
    pub(super) fn at_key(&self, key: &'a str) -> Pointer<'a> {
        self.site(key)
            .map_or_else(|| self.at.clone(), |site| site.at)
    }

    /// All keys, each once, in the order of the document.
    pub(super) fn keys(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.layers
            .iter()
            .enumerate()
            .flat_map(move |(index, layer)| {
                layer.map.keys().map(String::as_str).filter(move |key| {
                    layer.get(key).is_some()
                        && !self
                            .layers
                            .iter()
                            .take(index)
                            .any(|outer| outer.get(key).is_some())
                })
            })
    }

    /// The texts of the array of strings under `key`.
    pub(super) fn texts(&self, key: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        let items = self.get(key).and_then(Value::as_array);
        items.into_iter().flatten().filter_map(Value::as_str)
    }

    pub(super) fn text(&self, key: &str) -> Option<&'a str> {
        self.get(key).and_then(Value::as_str)
    }

    /// Returns `true` if `key` is there and `true`.
    pub(super) fn flag(&self, key: &str) -> bool {
        self.get(key) == Some(&Value::Bool(true))
    }
}

impl<'a> ViewPart<'a> {
    fn get(&self, key: &str) -> Option<&'a Value> {
        if self.refers && key == "$ref" {
            return None;
        }
        self.map.get(key)
    }
}
