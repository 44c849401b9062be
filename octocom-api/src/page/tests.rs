//! Pages and envelopes, and what is read of those that are not as they should be.

use serde_json::Value;

use super::*;

fn page(body: &[u8]) -> Result<Page<Value>, DecodeError> {
    Page::from_body(&Bytes::copy_from_slice(body))
}

fn texts(page: &Page<Value>) -> Vec<&str> {
    page.data
        .iter()
        .map(|record| record.text().unwrap())
        .collect()
}

#[test]
fn a_page_is_split_and_each_text_kept() {
    let body = br#"{"new": 1, "pagination": {"page": 2, "limit": 50, "hasMore": true, "x": 1},
        "data": [{"a" : 1}, 7, null]}"#;
    let page = page(body).unwrap();
    assert_eq!(texts(&page), [r#"{"a" : 1}"#, "7", "null"]);
    assert_eq!(
        page.pagination,
        Pagination {
            page: Some(2),
            limit: Some(50),
            has_more: true
        }
    );
}

#[test]
fn only_has_more_is_needed_of_the_pagination() {
    for (pagination, expected) in [
        (r#""page": 1.0, "limit": 50.0"#, (Some(1), Some(50))),
        (r#""page": null, "limit": -1"#, (None, None)),
        (r#""page": "1", "limit": 1e999"#, (None, None)),
        (r#""page": 1.5, "limit": {}"#, (None, None)),
        (r#""other": 1"#, (None, None)),
    ] {
        let body = format!(r#"{{"data": [1], "pagination": {{{pagination}, "hasMore": false}}}}"#);
        // serde_json refuses a number out of range.
        let Ok(page) = page(body.as_bytes()) else {
            assert!(pagination.contains("1e999"), "{pagination}");
            continue;
        };
        let Pagination {
            has_more,
            page,
            limit,
        } = page.pagination;
        assert_eq!((has_more, (page, limit)), (false, expected), "{pagination}");
    }
    let body = br#"{"data": [], "pagination": {"page": 1, "limit": 50}}"#;
    assert_eq!(page(body).unwrap_err().json_path, "pagination");
}

#[test]
fn what_is_not_a_page_is_an_error_with_its_place() {
    for (body, place) in [
        (r#"{"data": []}"#, "."),
        (r#"{"pagination": {"hasMore": true}}"#, "."),
        (r#"{"data": {}, "pagination": {"hasMore": true}}"#, "data"),
        (
            r#"{"data": [], "pagination": {"hasMore": "yes"}}"#,
            "pagination.hasMore",
        ),
        (
            r#"{"data": [], "data": [], "pagination": {"hasMore": true}}"#,
            ".",
        ),
        ("<html>", "."),
        ("", "."),
    ] {
        let error = page(body.as_bytes()).unwrap_err();
        assert_eq!(error.json_path, place, "{body}");
    }
}

#[test]
fn what_follows_a_page_makes_it_a_broken_body() {
    let whole = r#"{"data": [1], "pagination": {"hasMore": false}}"#;
    for rest in ["garbage", "<html>", "{}", whole, "\0", "]"] {
        let body = format!("{whole}{rest}");
        assert!(page(body.as_bytes()).is_err(), "{rest}");
    }
    for around in [("", "\n"), ("\u{feff}", ""), (" \r\n", "\t ")] {
        let body = format!("{}{whole}{}", around.0, around.1);
        assert_eq!(texts(&page(body.as_bytes()).unwrap()), ["1"]);
    }
}

#[test]
fn a_record_that_is_not_json_or_not_utf_8_fails_by_itself() {
    for broken in [
        &b"{\"id\":\"\xff\"}"[..],
        b"{\"unread\":\"\xed\xa0\x80\"}",
        b"{\"id\":\"a\nb\"}",
        b"{\"id\":NaN}",
    ] {
        let body = [
            b"{\"data\":[{\"id\":1},",
            broken,
            b",{\"id\":3}],\"pagination\":{\"hasMore\":true}}",
        ]
        .concat();
        let page = page(&body).unwrap();
        let [first, second, third] = &page.data[..] else {
            panic!("{page:?}")
        };
        assert_eq!(second.json(), broken);
        assert!(
            second.parse().is_err(),
            "{}",
            String::from_utf8_lossy(broken)
        );
        assert_eq!(first.parse().unwrap()["id"], 1);
        assert_eq!(third.parse().unwrap()["id"], 3);
    }
}

#[test]
fn a_bad_byte_in_a_member_that_the_type_lacks_is_found() {
    #[derive(Debug, Deserialize)]
    struct Known {
        id: u32,
    }
    let json = Bytes::from_static(b"{\"id\":1,\"unread\":\"\xff\"}");
    let error = Record::<Known>::new(json).parse().unwrap_err();
    assert_eq!(
        error.to_string(),
        "could not decode the JSON at the top level: byte 19 is not UTF-8"
    );
    let json = Bytes::from_static(br#"{"id":1,"unread":"\ud800","deep":1e999}"#);
    assert_eq!(Record::<Known>::new(json).parse().unwrap().id, 1);
}

#[test]
fn an_envelope_holds_its_record_whatever_stands_beside() {
    let envelope = |body: &'static [u8]| Envelope::<Value>::from_body(&Bytes::from_static(body));
    let record = envelope(br#"{"meta": 1, "data": {"a" : 1}}"#).unwrap().data;
    assert_eq!(record.text(), Ok(r#"{"a" : 1}"#));
    assert_eq!(envelope(br#"{"meta": 1}"#).unwrap_err().json_path, ".");
    assert_eq!(envelope(b"[1]").unwrap_err().json_path, ".");
    let broken = envelope(b"{\"data\":\"\xff\"}").unwrap().data;
    assert!(broken.parse().is_err());
}

#[test]
fn no_body_is_null_for_an_open_answer() {
    let record =
        |body: &'static [u8]| Record::<Value>::from_body(&Bytes::from_static(body)).unwrap();
    assert_eq!(record(b"").parse().unwrap(), Value::Null);
    assert_eq!(record(b" \n").parse().unwrap(), Value::Null);
    assert_eq!(record(b" [1] ").text(), Ok("[1]"));
    assert!(record(b"<html>").parse().is_err());
}
