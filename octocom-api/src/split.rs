//! Splitting a page that is not valid JSON, by brackets and quotes alone.
//!
//! One byte that is not UTF-8, one control character in a string or one `NaN` makes a whole page
//! invalid for a JSON parser. The records around it are fine. Here the places of the records are
//! found without looking at what is in them; each then fails or succeeds by itself. It is only tried
//! after the strict parser has refused the page.

use bytes::Bytes;

use crate::page::Pagination;

/// Returns the records of a page and its pagination; `None` when the page has no such form.
pub(crate) fn page(json: &Bytes) -> Option<(Vec<Bytes>, Pagination)> {
    let (mut data, mut pagination) = (None, None);
    for (name, value) in members(json)? {
        let place = match name {
            b"data" => &mut data,
            b"pagination" => &mut pagination,
            _ => continue,
        };
        // With two of them nobody knows which one is meant.
        if place.replace(value).is_some() {
            return None;
        }
    }
    let pagination = serde_json::from_slice(pagination?).ok()?;
    let records = elements(data?)?;
    let records = records.into_iter().map(|record| json.slice_ref(record));
    Some((records.collect(), pagination))
}

/// Returns the record of an envelope; `None` when the envelope has no such form.
pub(crate) fn envelope(json: &Bytes) -> Option<Bytes> {
    let mut data = members(json)?
        .into_iter()
        .filter_map(|(name, value)| (name == b"data").then_some(value));
    match (data.next(), data.next()) {
        (Some(record), None) => Some(json.slice_ref(record)),
        _ => None,
    }
}

/// Returns the members of an object: the name without its quotes, and the value.
fn members(object: &[u8]) -> Option<Vec<(&[u8], &[u8])>> {
    let inner = object.strip_prefix(b"{")?.strip_suffix(b"}")?;
    let mut members = Vec::new();
    for member in pieces(inner)? {
        let end = end_of_string(member)?;
        let (name, value) = member.split_at_checked(end)?;
        let name = name.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
        let value = value.trim_ascii_start().strip_prefix(b":")?.trim_ascii();
        members.push((name, value));
    }
    Some(members)
}

/// Returns the elements of a list.
fn elements(list: &[u8]) -> Option<Vec<&[u8]>> {
    pieces(list.strip_prefix(b"[")?.strip_suffix(b"]")?)
}

/// Returns what stands between the commas that are in no string and in no bracket.
fn pieces(inner: &[u8]) -> Option<Vec<&[u8]>> {
    if inner.trim_ascii().is_empty() {
        return Some(Vec::new());
    }
    let mut pieces = Vec::new();
    let mut open = Vec::new();
    let (mut start, mut index) = (0, 0);
    while let Some(&byte) = inner.get(index) {
        match byte {
            b'"' => {
                index += end_of_string(inner.get(index..)?)?;
                continue;
            }
            b'{' => open.push(b'}'),
            b'[' => open.push(b']'),
            b'}' | b']' if open.pop() != Some(byte) => return None,
            b',' if open.is_empty() => {
                pieces.push(inner.get(start..index)?.trim_ascii());
                start = index + 1;
            }
            _ => {}
        }
        index += 1;
    }
    pieces.push(inner.get(start..)?.trim_ascii());
    open.is_empty().then_some(pieces)
}

/// Returns the number of bytes of the string that a text begins with, its quotes included.
fn end_of_string(text: &[u8]) -> Option<usize> {
    let mut bytes = text.iter().enumerate();
    if bytes.next()?.1 != &b'"' {
        return None;
    }
    while let Some((index, byte)) = bytes.next() {
        match byte {
            b'\\' => {
                bytes.next()?;
            }
            b'"' => return Some(index + 1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const END: &[u8] = br#""pagination":{"hasMore":true}}"#;

    fn split(data: &[u8]) -> Option<Vec<Vec<u8>>> {
        let body = [b"{\"data\":", data, b",", END].concat();
        let (records, pagination) = page(&Bytes::from(body))?;
        assert_eq!(pagination, Pagination::new(true));
        Some(records.iter().map(|record| record.to_vec()).collect())
    }

    #[test]
    fn a_broken_record_does_not_take_the_others_with_it() {
        for broken in [
            &b"{\"id\":2,\"x\":\"\xff\"}"[..],
            b"{\"id\":2,\"x\":\"\xed\xa0\x80\"}",
            b"{\"id\":2,\"x\":\"a\nb\"}",
            b"{\"id\":2,\"x\":\"\x01\"}",
            br#"{"id":2,"x":NaN}"#,
            br#"{"id":2,"x":-Infinity}"#,
            br#"{"id":2,"x":01}"#,
            br#"{"id":2,"x":"\q"}"#,
            br#"{'id':2}"#,
            br#"{"id":2 "x":3}"#,
            br#"{"id":2,}"#,
            b"",
            b"undefined",
            br#"{"id":2} trailing"#,
            br#"{"id":2,"text":"],}[{,\"\\"}"#,
        ] {
            let data = [b"[{\"id\":1}, ", broken, b" ,\n{\"id\":3}]"].concat();
            let expected = [&br#"{"id":1}"#[..], broken, br#"{"id":3}"#];
            assert_eq!(
                split(&data).unwrap(),
                expected,
                "{}",
                String::from_utf8_lossy(broken)
            );
        }
        assert_eq!(split(b"[ ]").unwrap(), Vec::<Vec<u8>>::new());
    }

    #[test]
    fn what_cannot_be_split_is_left_to_the_error_of_the_parser() {
        for data in [
            &br#"[{"id":1},{"id":2]"#[..],
            br#"[{"id":1}"#,
            br#"[{"id":1}]]"#,
            br#"[{"x":"open}]"#,
            br#"{"id":1}"#,
            b"",
            br#"[1],"data":[2]"#,
        ] {
            assert_eq!(split(data), None, "{}", String::from_utf8_lossy(data));
        }
        for body in [
            &br#"{"data":[1]}"#[..],
            br#"{"data":[1],"pagination":{}}"#,
            br#"{"data":[1],"pagination":{"hasMore":true}} {"data":[2]}"#,
            br#"{"data":[1],"pagination":{"hasMore":true}}garbage"#,
            br#"{"data":[1],data:2,"pagination":{"hasMore":true}}"#,
            b"[1]",
            b"<html>",
        ] {
            let body = Bytes::from_static(body);
            assert_eq!(page(&body), None, "{}", String::from_utf8_lossy(&body));
        }
    }

    #[test]
    fn an_envelope_has_one_record() {
        let record = |json: &'static [u8]| envelope(&Bytes::from_static(json));
        assert_eq!(
            record(b"{\"x\":1, \"data\" : {\"id\":\"\xff\"}}").unwrap(),
            &b"{\"id\":\"\xff\"}"[..]
        );
        for json in [
            &b"{}"[..],
            br#"{"data":1,"data":2}"#,
            b"[]",
            br#"{"data":{}"#,
        ] {
            assert_eq!(record(json), None, "{}", String::from_utf8_lossy(json));
        }
    }
}
