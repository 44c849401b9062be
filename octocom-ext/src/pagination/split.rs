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

use super::page::{Decoded, decode};
use super::row::Row;

/// The records and the position of a page; `None` when it is not of the usual form.
pub(super) fn in_one_pass<T: DeserializeOwned>(
    body: &[u8],
) -> Option<(Vec<Row<Decoded<T>>>, Pagination)> {
    #[derive(Deserialize)]
    struct Rest {
        /// A second list would have to replace the first.
        data: Option<IgnoredAny>,
        pagination: Pagination,
    }
    let mut text = body;
    for token in [&b"{"[..], b"\"data\"", b":", b"["] {
        text = after(text, token)?;
    }
    let mut rows = Vec::new();
    text = text.trim_ascii_start();
    if !text.starts_with(b"]") {
        loop {
            let (value, length) = record(text)?;
            let (raw, rest) = text.split_at_checked(length)?;
            rows.push(Row::new(std::str::from_utf8(raw).ok()?, value));
            match after(rest, b",") {
                Some(rest) => text = rest.trim_ascii_start(),
                None => {
                    text = rest;
                    break;
                }
            }
        }
    }
    // What follows the list is an object without its beginning.
    let mut rest = b"{".to_vec();
    rest.extend_from_slice(after(after(text, b"]")?, b",")?);
    let rest: Rest = serde_json::from_slice(&rest).ok()?;
    match rest.data {
        None => Some((rows, rest.pagination)),
        Some(_) => None,
    }
}

/// The first record of a text, and its length in bytes.
fn record<T: DeserializeOwned>(text: &[u8]) -> Option<(Decoded<T>, usize)> {
    // A number could be the beginning of a longer one.
    if !text.starts_with(b"{") && !text.starts_with(b"[") {
        return None;
    }
    let mut values = serde_json::Deserializer::from_slice(text).into_iter::<T>();
    if let Some(Ok(value)) = values.next() {
        return Some((Ok(value), values.byte_offset()));
    }
    let mut texts = serde_json::Deserializer::from_slice(text).into_iter::<&RawValue>();
    let raw = texts.next()?.ok()?;
    Some((decode(raw.get()), texts.byte_offset()))
}

/// What stands after a token and the white space before it.
fn after<'a>(text: &'a [u8], token: &[u8]) -> Option<&'a [u8]> {
    text.trim_ascii_start().strip_prefix(token)
}
