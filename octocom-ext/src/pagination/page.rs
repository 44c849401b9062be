//! A page as the server sent it, split into records that are decoded one by one.

use octocom_api::types::Pagination;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::row::RowKey;

/// Why a text is not what the document says, and where.
pub(crate) type JsonError = serde_path_to_error::Error<serde_json::Error>;

/// A record, decoded or not.
pub(crate) type Decoded<T> = Result<T, JsonError>;

/// Decodes one record.
///
/// The place of an error is only looked for once there is one: that costs twice the decoding.
pub(crate) fn decode<T: DeserializeOwned>(raw: &str) -> Decoded<T> {
    // As bytes, as whole answers are: the compiler makes a decoder of each type for each of them.
    let raw = raw.as_bytes();
    serde_json::from_slice(raw).or_else(|_| {
        let mut json = serde_json::Deserializer::from_slice(raw);
        serde_path_to_error::deserialize(&mut json)
    })
}

/// A record with its text.
#[derive(Debug, Clone)]
pub(crate) struct Record<T> {
    /// The original text.
    pub(crate) raw: Box<str>,
    /// What the text was decoded to.
    pub(crate) value: T,
}

/// A page, each record on its own.
///
/// Which records are to be delivered is decided by their keys alone.
#[derive(Debug, Clone)]
pub(crate) struct RawPage<T> {
    /// The key of each record, in the order of `records`.
    pub(crate) keys: Vec<RowKey>,
    pub(crate) records: Vec<Record<T>>,
    pub(crate) pagination: Pagination,
}

impl<T> RawPage<T> {
    /// A page to [`push`](Self::push) records to.
    pub(super) fn empty() -> Self {
        Self {
            keys: Vec::new(),
            records: Vec::new(),
            pagination: Pagination {
                page: 0,
                limit: 0,
                has_more: false,
            },
        }
    }

    /// Makes room for this many more records.
    pub(super) fn reserve(&mut self, records: usize) {
        self.keys.reserve(records);
        self.records.reserve(records);
    }

    pub(super) fn push(&mut self, raw: &str, value: T) {
        self.keys.push(RowKey::read(raw));
        let raw = raw.into();
        self.records.push(Record { raw, value });
    }
}

impl<T: DeserializeOwned> RawPage<Decoded<T>> {
    /// Splits the body of an answer and decodes each record by itself.
    ///
    /// # Errors
    ///
    /// When it is not an object with the array `data` and the object `pagination`.
    pub(crate) fn split(body: &[u8]) -> Result<Self, JsonError> {
        match super::split::in_one_pass(body) {
            Some(page) => Ok(page),
            None => Self::split_in_two_passes(body),
        }
    }

    /// Finds the records and then decodes each, whatever the page looks like.
    fn split_in_two_passes(body: &[u8]) -> Result<Self, JsonError> {
        #[derive(Deserialize)]
        struct Borrowed<'a> {
            #[serde(borrow)]
            data: Vec<&'a RawValue>,
            pagination: Pagination,
        }
        let mut json = serde_json::Deserializer::from_slice(body);
        let Borrowed { data, pagination } = serde_path_to_error::deserialize(&mut json)?;
        let mut page = Self::empty();
        page.pagination = pagination;
        for raw in data {
            page.push(raw.get(), decode(raw.get()));
        }
        Ok(page)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::de::IgnoredAny;
    use serde_json::Value;

    use super::*;

    #[test]
    fn a_page_is_split_and_each_text_kept() {
        let body = br#"{"new": 1, "pagination": {"page": 2, "limit": 50, "hasMore": true, "x": 1},
            "data": [{"a" : 1}, 7, null]}"#;
        let page = RawPage::<Decoded<IgnoredAny>>::split(body).unwrap();
        let texts: Vec<_> = page.records.iter().map(|record| &*record.raw).collect();
        assert_eq!(texts, [r#"{"a" : 1}"#, "7", "null"]);
        assert_eq!(
            page.pagination,
            Pagination {
                page: 2,
                limit: 50,
                has_more: true
            }
        );
    }

    #[test]
    fn what_is_no_page_is_an_error_with_its_place() {
        for (body, place) in [
            (r#"{"data": []}"#, "."),
            (
                r#"{"data": {}, "pagination": {"page": 1, "limit": 1, "hasMore": true}}"#,
                "data",
            ),
            (
                r#"{"data": [], "pagination": {"page": "1", "limit": 1, "hasMore": true}}"#,
                "pagination.page",
            ),
            ("<html>", "."),
        ] {
            let error = RawPage::<Decoded<IgnoredAny>>::split(body.as_bytes()).unwrap_err();
            assert_eq!(error.path().to_string(), place, "{body}");
        }
    }

    /// What a page was split into, for a comparison.
    type Split = (Vec<(String, Result<Value, String>)>, Pagination);

    fn shown<T: serde::Serialize>(page: RawPage<Decoded<T>>) -> Split {
        let rows = page.records.into_iter().map(|record| {
            let value = record.value.map(|value| serde_json::json!(value));
            (
                record.raw.into(),
                value.map_err(|error| error.path().to_string()),
            )
        });
        (rows.collect(), page.pagination)
    }

    #[derive(Debug, Deserialize, serde::Serialize)]
    struct Record {
        id: u32,
    }

    fn assert_both_ways_agree(body: &str) -> bool {
        let fast = super::super::split::in_one_pass::<Record>(body.as_bytes());
        let slow = RawPage::<Decoded<Record>>::split_in_two_passes(body.as_bytes());
        let Some(fast) = fast else {
            return false;
        };
        let slow = slow.unwrap_or_else(|error| panic!("{body}: {error}"));
        assert_eq!(fast.keys, slow.keys, "{body}");
        assert_eq!(shown(fast), shown(slow), "{body}");
        true
    }

    #[test]
    fn a_page_of_the_usual_form_is_split_in_one_pass_with_the_same_result() {
        let end = r#""pagination":{"page":1,"limit":50,"hasMore":false}}"#;
        for data in [
            "",
            r#"{"id":1}"#,
            r#"{"id":1},{"id":2}"#,
            " { \"id\" : 1 }\n,\t{\"id\":2, \"x\":\"]},\\\"\"} ",
            r#"{"id":"no number"},{"id":2}"#,
            r#"{"id":1},[],{"other":{"id":7}}"#,
        ] {
            assert!(
                assert_both_ways_agree(&format!("{{\"data\":[{data}],{end}")),
                "{data}"
            );
            assert!(
                assert_both_ways_agree(&format!(" {{ \"data\" : [ {data} ] , {end} ")),
                "{data}"
            );
        }
    }

    #[test]
    fn a_tiny_first_record_does_not_make_room_for_a_million() {
        let end = r#""pagination":{"page":1,"limit":50,"hasMore":false}}"#;
        let long = "x".repeat(1_000_000);
        let body = format!(r#"{{"data":[{{}},{{"x":"{long}"}}],{end}"#);
        let page = super::super::split::in_one_pass::<IgnoredAny>(body.as_bytes()).unwrap();
        assert_eq!(page.records.len(), 2);
        assert!(
            page.records.capacity() <= 200,
            "{}",
            page.records.capacity()
        );
        assert!(page.keys.capacity() <= 200, "{}", page.keys.capacity());
    }

    #[test]
    fn any_other_form_is_left_to_two_passes() {
        let end = r#""pagination":{"page":1,"limit":50,"hasMore":false}}"#;
        for body in [
            format!(r#"{{"data":[1,2],{end}"#),
            format!(r#"{{"data":[null],{end}"#),
            format!(r#"{{"data":[{{"id":1}},],{end}"#),
            format!(r#"{{"data":[{{"id":1}}{{"id":2}}],{end}"#),
            format!(r#"{{"data":[{{"id":1],{end}"#),
            format!(r#"{{"data":{{}},{end}"#),
            format!(r#"{{"data":[],"data":[{{"id":1}}],{end}"#),
            format!(r#"{{"total":1,"data":[],{end}"#),
            r#"{"data":[]}"#.to_owned(),
            r#"{"data":[]"#.to_owned(),
            String::new(),
        ] {
            assert!(!assert_both_ways_agree(&body), "{body}");
        }
    }

    proptest! {
        /// Whatever is cut off or put in, one pass gives what two give, or nothing.
        #[test]
        fn one_pass_never_gives_anything_else(
            cut in 0_usize..120,
            text in r#"[\[\]{}:,"a-z0-9 ]{0,4}"#,
            removes in 0_usize..5,
        ) {
            let whole = r#"{"data":[{"id":1},{"id":2,"x":[{}]},{"id":"a"}],"pagination":{"page":1,"limit":50,"hasMore":false}}"#;
            let from = cut.min(whole.len());
            let to = (from + removes).min(whole.len());
            let body = format!("{}{text}{}", &whole[..from], &whole[to..]);
            assert_both_ways_agree(&body);
        }
    }
}
