//! A page in one pass over its text: what most of the time of a listing goes into.
//!
//! Finding the records first and decoding each afterwards reads every byte twice. Here each record
//! is decoded where it stands, and where the decoder has stopped is where its text ends. That works
//! for pages of the form that the API sends, `{"data": [{…}, …], "pagination": {…}}`; for anything
//! else the caller takes two passes, whose result is the same.

use octocom_api::types::Pagination;
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::value::RawValue;

use super::page::{Decoded, RawPage, decode};

/// Most records that room is made for before they are read: no page of the document has more, and a
/// page that begins with a tiny record must not cost memory for a million.
const MAX_RESERVED: usize = 200;

/// The page; `None` when it is not of the usual form.
pub(super) fn in_one_pass<T: DeserializeOwned>(body: &[u8]) -> Option<RawPage<Decoded<T>>> {
    #[derive(Deserialize)]
    struct Rest {
        /// A second list would have to replace the first.
        data: Option<IgnoredAny>,
        pagination: Pagination,
    }
    // Once for all records: their strings need not be looked at again.
    let mut text = std::str::from_utf8(body).ok()?;
    for token in ["{", "\"data\"", ":", "["] {
        text = after(text, token)?;
    }
    let mut page = RawPage::empty();
    text = start(text);
    if !text.starts_with(']') {
        loop {
            let (value, length) = record(text)?;
            let (raw, rest) = text.split_at_checked(length)?;
            if page.records.is_empty() {
                // The others are about as long, in a page that the API sends.
                page.reserve((text.len() / length.max(1) + 1).min(MAX_RESERVED));
            }
            page.push(raw, value);
            match after(rest, ",") {
                Some(rest) => text = start(rest),
                None => {
                    text = rest;
                    break;
                }
            }
        }
    }
    // What follows the list is an object without its beginning.
    let rest = format!("{{{}", after(after(text, "]")?, ",")?);
    let rest: Rest = serde_json::from_str(&rest).ok()?;
    page.pagination = rest.pagination;
    rest.data.is_none().then_some(page)
}

/// The first record of a text, and its length in bytes.
fn record<T: DeserializeOwned>(text: &str) -> Option<(Decoded<T>, usize)> {
    // A number could be the beginning of a longer one.
    if !text.starts_with(['{', '[']) {
        return None;
    }
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<T>();
    if let Some(Ok(value)) = values.next() {
        return Some((Ok(value), values.byte_offset()));
    }
    let mut texts = serde_json::Deserializer::from_str(text).into_iter::<&RawValue>();
    let raw = texts.next()?.ok()?;
    Some((decode(raw.get()), texts.byte_offset()))
}

/// What stands after a token and the white space before it.
fn after<'a>(text: &'a str, token: &str) -> Option<&'a str> {
    start(text).strip_prefix(token)
}

/// A text without the white space before it, as JSON has it.
fn start(text: &str) -> &str {
    text.trim_start_matches([' ', '\t', '\n', '\r'])
}
