//! The place of a value in its document: a JSON Pointer that is cheap to extend.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::rc::Rc;

use crate::json_pointer::{push_token, unescaped};

/// A JSON Pointer (RFC 6901), kept as a chain so that a child costs one small allocation.
///
/// Most places are visited and never reported, so the text is built only on demand.
/// The chain is as long as the document is nested, which is limited.
#[derive(Clone, Debug, Default)]
pub(super) struct Pointer<'a>(Option<Rc<Step<'a>>>);

#[derive(Debug)]
struct Step<'a> {
    parent: Pointer<'a>,
    token: Cow<'a, str>,
    /// The name of the step when the token is only a position, as in `query:page`.
    label: Option<Rc<str>>,
    /// `true` if an operation starts here; [`Pointer::trail`] is relative to it.
    origin: bool,
}

impl<'a> Pointer<'a> {
    /// The member `key` of the object here.
    pub(super) fn key(&self, key: impl Into<Cow<'a, str>>) -> Self {
        self.step(key.into(), None, false)
    }

    /// The element `index` of the array here.
    pub(super) fn index(&self, index: usize) -> Self {
        self.step(index.to_string().into(), None, false)
    }

    /// The same place, known by `label` instead of by its name or position.
    ///
    /// Positions shift when a neighbor is inserted; labels keep fingerprints and groups stable.
    pub(super) fn labelled(&self, label: impl Into<Rc<str>>) -> Self {
        match &self.0 {
            Some(step) => step
                .parent
                .step(step.token.clone(), Some(label.into()), step.origin),
            None => self.clone(),
        }
    }

    /// The member `key` here, from which trails start.
    pub(super) fn origin(&self, key: impl Into<Cow<'a, str>>) -> Self {
        self.step(key.into(), None, true)
    }

    fn step(&self, token: Cow<'a, str>, label: Option<Rc<str>>, origin: bool) -> Self {
        Self(Some(Rc::new(Step {
            parent: self.clone(),
            token,
            label,
            origin,
        })))
    }

    /// The JSON Pointer, with `~` and `/` escaped; empty for the document itself.
    pub(super) fn render(&self) -> String {
        let mut steps = self.steps(|_| false);
        let mut text = String::new();
        while let Some(step) = steps.pop() {
            push_token(&mut text, &step.token);
        }
        text
    }

    /// The way from the operation, or from the document outside of operations, by labels.
    ///
    /// Two places with the same trail in two operations are the same place of repeated text.
    pub(super) fn trail(&self) -> String {
        let mut steps = self.steps(|step| step.origin);
        let mut text = String::new();
        while let Some(step) = steps.pop() {
            push_token(&mut text, step.label.as_deref().unwrap_or(&step.token));
        }
        text
    }

    /// The steps from here up to the document or to the first that `stop` holds for, without it.
    fn steps(&self, stop: impl Fn(&Step<'a>) -> bool) -> Vec<&Step<'a>> {
        let mut steps = Vec::new();
        let mut next = &self.0;
        while let Some(step) = next {
            if stop(step) {
                break;
            }
            steps.push(&**step);
            next = &step.parent.0;
        }
        steps
    }
}

/// The tokens of the fragment of a `$ref`, percent-encoding and `~` escapes undone.
///
/// `None` if the text is not a pointer into the same document.
pub(super) fn parse_reference(reference: &str) -> Option<Vec<String>> {
    let fragment = percent_decoded(reference.strip_prefix('#')?)?;
    if fragment.is_empty() {
        return Some(Vec::new());
    }
    let tokens = fragment.strip_prefix('/')?;
    Some(tokens.split('/').map(unescaped).collect())
}

/// A fragment is part of a URI: `{` and spaces may arrive percent-encoded.
fn percent_decoded(text: &str) -> Option<String> {
    if !text.contains('%') {
        return Some(text.to_owned());
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let high = char::from(rest.next()?).to_digit(16)?;
        let low = char::from(rest.next()?).to_digit(16)?;
        bytes.push(u8::try_from(high * 16 + low).ok()?);
    }
    String::from_utf8(bytes).ok()
}

/// A pointer's text for a message, cut to its last steps when it is very long.
pub(super) fn shortened(pointer: &str) -> String {
    const MAX_POINTER_CHARS: usize = 200;
    let count = pointer.chars().count();
    if count <= MAX_POINTER_CHARS {
        return pointer.to_owned();
    }
    let mut text = String::from("…");
    let _ = write!(
        text,
        "{}",
        pointer
            .chars()
            .skip(count - MAX_POINTER_CHARS)
            .collect::<String>()
    );
    text
}

#[cfg(test)]
mod tests {
    use super::{Pointer, parse_reference};

    #[test]
    fn escapes_survive_the_way_out_and_back() {
        let pointer = Pointer::default().key("paths").key("/a~b/{id}").key("get");
        assert_eq!(pointer.render(), "/paths/~1a~0b~1{id}/get");
        let reference = format!("#{}", pointer.render());
        let tokens = parse_reference(&reference);
        assert_eq!(
            tokens,
            Some(vec!["paths".into(), "/a~b/{id}".into(), "get".into()])
        );
    }

    #[test]
    fn percent_encoding_is_undone_and_nonsense_refused() {
        assert_eq!(parse_reference("#/a%7Bid%7D"), Some(vec!["a{id}".into()]));
        assert_eq!(parse_reference("#/a%7"), None);
        assert_eq!(parse_reference("other.json#/a"), None);
        assert_eq!(parse_reference("#anchor"), None);
    }

    #[test]
    fn trails_start_at_the_operation_and_use_labels() {
        let operation = Pointer::default().key("paths").key("/a").origin("get");
        let page = operation.key("parameters").index(3).labelled("query:page");
        assert_eq!(page.render(), "/paths/~1a/get/parameters/3");
        assert_eq!(page.trail(), "/parameters/query:page");
    }
}
