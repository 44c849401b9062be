//! A page as the server sent it, split into records that are decoded one by one.

use octocom_api::types::Pagination;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::row::Row;

/// Why a text is not what the document says, and where.
pub(crate) type JsonError = serde_path_to_error::Error<serde_json::Error>;

/// Decodes one record.
///
/// The place of an error is only looked for once there is one: that costs twice the decoding.
pub(crate) fn decode<T: DeserializeOwned>(raw: &RawValue) -> Result<T, JsonError> {
    serde_json::from_str(raw.get()).or_else(|_| {
        let mut json = serde_json::Deserializer::from_str(raw.get());
        serde_path_to_error::deserialize(&mut json)
    })
}

/// A page, each record on its own.
#[derive(Debug, Clone)]
pub(crate) struct RawPage<T> {
    pub(crate) rows: Vec<Row<T>>,
    pub(crate) pagination: Pagination,
}

impl<T> RawPage<T> {
    /// Splits the body of an answer and decodes each record by itself.
    ///
    /// # Errors
    ///
    /// When it is not an object with the array `data` and the object `pagination`.
    pub(crate) fn split(body: &[u8], decode: impl Fn(&RawValue) -> T) -> Result<Self, JsonError> {
        #[derive(Deserialize)]
        struct Borrowed<'a> {
            #[serde(borrow)]
            data: Vec<&'a RawValue>,
            pagination: Pagination,
        }
        let mut json = serde_json::Deserializer::from_slice(body);
        let page: Borrowed<'_> = serde_path_to_error::deserialize(&mut json)?;
        Ok(Self {
            rows: page
                .data
                .into_iter()
                .map(|raw| Row::new(raw, decode(raw)))
                .collect(),
            pagination: page.pagination,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_split_and_each_text_kept() {
        let body = br#"{"new": 1, "pagination": {"page": 2, "limit": 50, "hasMore": true, "x": 1},
            "data": [{"a" : 1}, 7, null]}"#;
        let page = RawPage::split(body, |_| ()).unwrap();
        let texts: Vec<_> = page.rows.iter().map(|row| row.raw.get()).collect();
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
            let error = RawPage::split(body.as_bytes(), |_| ()).unwrap_err();
            assert_eq!(error.path().to_string(), place, "{body}");
        }
    }
}
