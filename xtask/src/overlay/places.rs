//! Resolves the target of an action to places in a document, through references.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use serde_json_path::{JsonPath, PathElement};

use openapi_compare::json_pointer::{child, unescaped};

/// The most references that a path may follow, one inside of the other. Cycles end there.
const MAX_REFERENCES: usize = 8;

/// The most values of a document with its references followed. Beyond, references are left alone.
const MAX_VALUES: usize = 2_000_000;

/// One step of a place in a document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Token {
    Index(usize),
    Name(String),
}

impl From<&PathElement<'_>> for Token {
    fn from(element: &PathElement<'_>) -> Self {
        match element {
            PathElement::Name(name) => Self::Name((*name).to_owned()),
            PathElement::Index(index) => Self::Index(*index),
        }
    }
}

impl Token {
    fn step<'a>(&self, value: &'a Value) -> Option<&'a Value> {
        match self {
            Self::Name(name) => value.get(name),
            Self::Index(index) => value.get(index),
        }
    }
}

/// The JSON Pointer of a place.
pub(super) fn pointer(place: &[Token]) -> String {
    place
        .iter()
        .fold(String::new(), |parent, token| match token {
            Token::Name(name) => child(&parent, name),
            Token::Index(index) => child(&parent, &index.to_string()),
        })
}

/// A document with its references followed, made when it is first asked for.
#[derive(Debug, Default)]
pub(super) struct Expanded(Option<Option<Value>>);

impl Expanded {
    /// The places that a path leads to, each once, in the order of the document.
    ///
    /// With `whole`, a place that is nothing but a reference stands for what it leads to.
    pub(super) fn places(
        &mut self,
        path: &JsonPath,
        document: &Value,
        whole: bool,
    ) -> Vec<Vec<Token>> {
        let expanded = self.0.get_or_insert_with(|| {
            let mut left = MAX_VALUES;
            let expanded = has_reference(document)
                .then(|| expand(document, document, MAX_REFERENCES, &mut left));
            // Too large: paths lead to what stands there literally.
            expanded.filter(|_| left > 0)
        });
        let located = path.query_located(expanded.as_ref().unwrap_or(document));
        let mut places: Vec<Vec<Token>> = located
            .locations()
            .filter_map(|location| {
                let tokens: Vec<Token> = location.iter().map(Token::from).collect();
                original(document, &tokens, whole)
            })
            .collect();
        places.sort();
        places.dedup();
        places
    }
}

fn has_reference(value: &Value) -> bool {
    match value {
        Value::Object(members) => {
            members.contains_key("$ref") || members.values().any(has_reference)
        }
        Value::Array(items) => items.iter().any(has_reference),
        _ => false,
    }
}

/// The document with its references followed.
fn expand(document: &Value, value: &Value, references: usize, left: &mut usize) -> Value {
    *left = left.saturating_sub(1);
    match value {
        _ if *left == 0 => Value::Null,
        Value::Object(members) => {
            let target = target(document, value).filter(|_| references > 0);
            if let Some(target) = target.and_then(|place| document.pointer(&place)) {
                return expand(document, target, references - 1, left);
            }
            let members = members
                .iter()
                .map(|(key, value)| (key.clone(), expand(document, value, references, left)));
            Value::Object(Map::from_iter(members))
        }
        Value::Array(items) => items
            .iter()
            .map(|item| expand(document, item, references, left))
            .collect(),
        other => other.clone(),
    }
}

/// Returns the target of a value that is nothing but a reference.
fn target(document: &Value, value: &Value) -> Option<String> {
    let members = value.as_object().filter(|members| members.len() == 1)?;
    let place = members.get("$ref")?.as_str()?.strip_prefix('#')?;
    document.pointer(place).map(|_| place.to_owned())
}

/// The place in the document itself that a place in the expanded one comes from.
fn original(document: &Value, tokens: &[Token], whole: bool) -> Option<Vec<Token>> {
    let mut place: Vec<Token> = Vec::new();
    let mut at = document;
    for (index, token) in tokens.iter().enumerate() {
        if index > 0 {
            (place, at) = followed(document, place, at);
        }
        at = token.step(at)?;
        place.push(token.clone());
    }
    if whole {
        (place, _) = followed(document, place, at);
    }
    Some(place)
}

fn followed<'a>(
    document: &'a Value,
    mut place: Vec<Token>,
    mut at: &'a Value,
) -> (Vec<Token>, &'a Value) {
    for _ in 0..MAX_REFERENCES {
        let Some(target) = target(document, at) else {
            break;
        };
        let mut tokens = Vec::new();
        let mut value = document;
        for token in target.split('/').skip(1).map(unescaped) {
            let token = match value {
                Value::Array(_) => Token::Index(token.parse().unwrap_or(usize::MAX)),
                _ => Token::Name(token),
            };
            let Some(inner) = token.step(value) else {
                return (place, at);
            };
            value = inner;
            tokens.push(token);
        }
        (place, at) = (tokens, value);
    }
    (place, at)
}

/// Every leaf of an update with its place below a target.
pub(super) fn leaves(place: &str, update: &Value, into: &mut BTreeMap<String, Option<Value>>) {
    match update {
        Value::Object(members) if !members.is_empty() => {
            for (key, value) in members {
                leaves(&child(place, key), value, into);
            }
        }
        other => {
            into.insert(place.to_owned(), Some(other.clone()));
        }
    }
}
