//! Splitting a page or an envelope into its records, by brackets and quotes alone.
//!
//! A record is checked when it is decoded, so only its ends are found here. One byte that is not
//! UTF-8, one control character in a string or one `NaN` is then an error of its record, and the
//! records around it are fine.

use std::borrow::Cow;

use bytes::Bytes;
use memchr::memchr2;

use crate::page::Pagination;

/// Returns the records of a page and its pagination; `None` when the page has no such form.
pub(crate) fn page(json: &Bytes) -> Option<(Vec<Bytes>, Pagination)> {
    let (mut data, mut pagination) = (None, None);
    Scanner::new(json).members(|scanner, name| {
        // With two of them nobody knows which one is meant.
        match name {
            b"data" if data.is_none() => data = Some(scanner.elements(json)?),
            b"pagination" if pagination.is_none() => pagination = Some(scanner.value()?),
            b"data" | b"pagination" => return None,
            _ => {
                scanner.value()?;
            }
        }
        Some(())
    })?;
    Some((data?, serde_json::from_slice(pagination?).ok()?))
}

/// Returns the record of an envelope; `None` when the envelope has no such form.
pub(crate) fn envelope(json: &Bytes) -> Option<Bytes> {
    let mut data = None;
    Scanner::new(json).members(|scanner, name| {
        let value = scanner.value()?;
        match name {
            b"data" if data.is_some() => return None,
            b"data" => data = Some(value),
            _ => {}
        }
        Some(())
    })?;
    Some(json.slice_ref(data?))
}

/// A way through JSON from left to right.
struct Scanner<'a> {
    json: &'a [u8],
    at: usize,
    /// The closing brackets that are still to come within a value.
    open: Vec<u8>,
}

impl<'a> Scanner<'a> {
    fn new(json: &'a [u8]) -> Self {
        Self {
            json,
            at: 0,
            open: Vec::new(),
        }
    }

    /// Goes through the members of the object that is the whole JSON. `take` gets each name and goes
    /// behind its value.
    fn members(mut self, mut take: impl FnMut(&mut Self, &[u8]) -> Option<()>) -> Option<()> {
        self.expect(b'{')?;
        self.skip_space();
        if self.expect(b'}').is_none() {
            loop {
                self.skip_space();
                let name = self.string()?;
                self.skip_space();
                self.expect(b':')?;
                take(&mut self, &unescaped(name)?)?;
                self.skip_space();
                if self.expect(b',').is_none() {
                    self.expect(b'}')?;
                    break;
                }
            }
        }
        (self.at == self.json.len()).then_some(())
    }

    /// Returns the elements of the list that begins here, as slices of `body`.
    fn elements(&mut self, body: &Bytes) -> Option<Vec<Bytes>> {
        self.skip_space();
        self.expect(b'[')?;
        self.skip_space();
        let mut elements = Vec::new();
        if self.expect(b']').is_some() {
            return Some(elements);
        }
        loop {
            elements.push(body.slice_ref(self.value()?));
            if self.expect(b',').is_none() {
                self.expect(b']')?;
                return Some(elements);
            }
        }
    }

    /// Returns the text up to the comma or bracket that ends the value which begins here.
    fn value(&mut self) -> Option<&'a [u8]> {
        let start = self.at;
        loop {
            match self.peek()? {
                b'"' => {
                    self.string()?;
                    continue;
                }
                b'{' => self.open.push(b'}'),
                b'[' => self.open.push(b']'),
                b',' | b'}' | b']' if self.open.is_empty() => break,
                byte @ (b'}' | b']') if self.open.pop() != Some(byte) => return None,
                _ => {}
            }
            self.at += 1;
        }
        Some(self.json.get(start..self.at)?.trim_ascii())
    }

    /// Returns the string that begins here, without its quotes.
    fn string(&mut self) -> Option<&'a [u8]> {
        self.expect(b'"')?;
        let start = self.at;
        loop {
            self.at += memchr2(b'"', b'\\', self.json.get(self.at..)?)?;
            if self.expect(b'"').is_some() {
                return self.json.get(start..self.at - 1);
            }
            // A backslash, and what it escapes.
            self.at += 2;
        }
    }

    fn skip_space(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    fn peek(&self) -> Option<u8> {
        self.json.get(self.at).copied()
    }
}

/// Returns a name as it is meant.
fn unescaped(name: &[u8]) -> Option<Cow<'_, [u8]>> {
    if !name.contains(&b'\\') {
        return Some(Cow::Borrowed(name));
    }
    let quoted = [b"\"", name, b"\""].concat();
    let name: String = serde_json::from_slice(&quoted).ok()?;
    Some(Cow::Owned(name.into_bytes()))
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
