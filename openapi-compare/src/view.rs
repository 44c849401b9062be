//! One object of a document as it is meant: references followed, wrappers taken off.

use serde_json::{Map, Value};

use super::MAX_WRAPPERS;
use super::document::{Document, Site};
use super::error::CompareError;
use super::fold::json_equal;
use super::keywords::is_annotation;
use super::pointer::{Pointer, shortened};

/// The combinators that mean the same as their content when they have one element.
pub(super) const COMBINATORS: [&str; 3] = ["allOf", "oneOf", "anyOf"];

/// An object with everything that stands around it by representation only folded away.
///
/// `{"$ref": X}`, `{"allOf": [X]}` and X itself give the same view.
/// Keys beside a `$ref` or a single-element combinator are laid over what is inside, unless they
/// constrain the same thing, in which case inside and outside both apply, as with `allOf`.
#[derive(Clone, Debug)]
pub(super) struct View<'a> {
    /// Outermost first; the first layer that has a key decides.
    layers: Vec<Layer<'a>>,
    at: Pointer<'a>,
    id: usize,
    shared: bool,
    odd: Option<&'a Value>,
    inside: Option<Site<'a>>,
    unwrapped: Vec<&'static str>,
}

#[derive(Clone, Debug)]
struct Layer<'a> {
    map: &'a Map<String, Value>,
    at: Pointer<'a>,
    /// The key that leads to the next layer, with what it leads to.
    hidden: Option<(&'static str, Site<'a>)>,
}

/// What may be folded away around an object.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fold {
    /// `$ref` only: parameters, responses, path items.
    References,
    /// `$ref` and the combinators of one element, but not the combinator named.
    Schema {
        /// The combinator to keep, because it has more elements in the other document.
        keep: Option<&'static str>,
    },
}

impl<'a> View<'a> {
    /// The view of a value that is not there: of a schema, the one that allows everything.
    pub(super) fn missing(at: Pointer<'a>) -> Self {
        Self {
            layers: Vec::new(),
            at,
            id: 0,
            shared: false,
            odd: None,
            inside: None,
            unwrapped: Vec::new(),
        }
    }

    /// The view of the object at `site`.
    pub(super) fn new(
        document: &Document<'a>,
        site: Site<'a>,
        fold: Fold,
    ) -> Result<Self, CompareError> {
        let start = site.at.clone();
        let mut view = Self::missing(start.clone());
        let mut seen = Vec::new();
        let mut next = site;
        loop {
            let Value::Object(map) = next.value else {
                view.end_with(next, fold);
                return Ok(view);
            };
            let id = address(map);
            let pointer = || shortened(&start.render());
            if seen.contains(&id) {
                return Err(CompareError::Circular {
                    side: document.side(),
                    pointer: pointer(),
                });
            }
            if seen.len() > MAX_WRAPPERS {
                let (side, limit) = (document.side(), MAX_WRAPPERS);
                return Err(CompareError::TooWrapped {
                    side,
                    pointer: pointer(),
                    limit,
                });
            }
            seen.push(id);
            let inner = inner(document, map, &next.at, fold)?;
            let bare = inner.is_some() && map.len() == 1;
            if !bare && view.collides(map, &inner, fold) {
                return Ok(view);
            }
            let wrapper = inner.as_ref().map(|(key, _)| *key);
            if !bare {
                if view.layers.is_empty() {
                    view.at = next.at.clone();
                    view.id = id;
                }
                view.layers.push(Layer {
                    map,
                    at: next.at,
                    hidden: inner.clone(),
                });
            }
            match (wrapper, inner) {
                (Some(wrapper), Some((_, inside))) => {
                    view.shared |= wrapper == "$ref";
                    if wrapper != "$ref" && !view.unwrapped.contains(&wrapper) {
                        view.unwrapped.push(wrapper);
                    }
                    next = inside;
                }
                _ => return Ok(view),
            }
        }
    }

    /// Ends the view at something that is no object.
    fn end_with(&mut self, site: Site<'a>, fold: Fold) {
        let anything = matches!(fold, Fold::Schema { .. }) && site.value == &Value::Bool(true);
        if self.layers.is_empty() {
            self.at = site.at;
            self.odd = (!anything).then_some(site.value);
        } else if !anything {
            self.inside = Some(site);
        }
    }

    /// Whether `map` constrains what a layer already does; then the outermost such layer keeps its
    /// wrapper and the view ends there.
    fn collides(
        &mut self,
        map: &Map<String, Value>,
        inner: &Option<(&'static str, Site<'a>)>,
        fold: Fold,
    ) -> bool {
        if matches!(fold, Fold::References) {
            return false;
        }
        let hidden = inner.as_ref().map(|(key, _)| *key);
        let collision = self.layers.iter().position(|layer| {
            map.iter().any(|(key, value)| {
                hidden != Some(key.as_str())
                    && !is_annotation(key)
                    && layer
                        .get(key)
                        .is_some_and(|outer| !json_equal(outer, value))
            })
        });
        let Some(index) = collision else { return false };
        self.layers.truncate(index + 1);
        if let Some(layer) = self.layers.last_mut() {
            match layer.hidden.take() {
                Some(("$ref", site)) => {
                    self.inside = Some(site.clone());
                    layer.hidden = Some(("$ref", site));
                }
                Some((wrapper, _)) => self.unwrapped.retain(|key| *key != wrapper),
                None => {}
            }
        }
        true
    }

    /// Identifies the object within its document while the document lives; 0 for a missing one.
    pub(super) fn id(&self) -> usize {
        self.id
    }

    /// Whether a `$ref` was followed, so that other places may lead to the same object.
    pub(super) fn is_shared(&self) -> bool {
        self.shared
    }

    /// Where the object stands, or where it would.
    pub(super) fn at(&self) -> &Pointer<'a> {
        &self.at
    }

    /// The value, when it is no object.
    pub(super) fn odd(&self) -> Option<&'a Value> {
        self.odd
    }

    /// The schema behind a `$ref` whose neighbors constrain the same things as it does.
    pub(super) fn inside(&self) -> Option<&Site<'a>> {
        self.inside.as_ref()
    }

    /// The combinators that were folded away.
    pub(super) fn unwrapped(&self) -> &[&'static str] {
        &self.unwrapped
    }

    pub(super) fn get(&self, key: &str) -> Option<&'a Value> {
        self.layers.iter().find_map(|layer| layer.get(key))
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// The member `key` with its place.
    pub(super) fn site(&self, key: &'a str) -> Option<Site<'a>> {
        self.layers.iter().find_map(|layer| {
            Some(Site {
                value: layer.get(key)?,
                at: layer.at.key(key),
            })
        })
    }

    /// Where the member `key` stands, or else where the object does.
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

    /// Whether `key` is there and `true`.
    pub(super) fn flag(&self, key: &str) -> bool {
        self.get(key) == Some(&Value::Bool(true))
    }
}

impl<'a> Layer<'a> {
    fn get(&self, key: &str) -> Option<&'a Value> {
        match &self.hidden {
            Some((hidden, _)) if *hidden == key => None,
            _ => self.map.get(key),
        }
    }
}

/// The address of a map; it is compared and never followed.
fn address(map: &Map<String, Value>) -> usize {
    std::ptr::from_ref(map) as usize
}

/// What is inside of `map` when it is a reference or a wrapper.
fn inner<'a>(
    document: &Document<'a>,
    map: &'a Map<String, Value>,
    at: &Pointer<'a>,
    fold: Fold,
) -> Result<Option<(&'static str, Site<'a>)>, CompareError> {
    if let Some(reference) = map.get("$ref").and_then(Value::as_str) {
        return Ok(Some((
            "$ref",
            document.resolve(reference, &at.key("$ref"))?,
        )));
    }
    let Fold::Schema { keep } = fold else {
        return Ok(None);
    };
    for wrapper in COMBINATORS {
        if Some(wrapper) == keep {
            continue;
        }
        if let Some([value @ Value::Object(_)]) = map
            .get(wrapper)
            .and_then(Value::as_array)
            .map(Vec::as_slice)
        {
            return Ok(Some((
                wrapper,
                Site {
                    value,
                    at: at.key(wrapper).index(0),
                },
            )));
        }
    }
    Ok(None)
}
