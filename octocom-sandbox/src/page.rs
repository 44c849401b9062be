//! Pagination: the one way a list becomes a page.

use serde::Serialize;
use serde_json::{Value, json};

/// Which page to cut, and how many items it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Page {
    /// Number of the page, from 1.
    pub(crate) number: u64,
    /// Items a page.
    pub(crate) limit: u64,
}

impl Page {
    /// Cuts this page out of a list and renders its items.
    ///
    /// Only the page's own items are rendered, so a list may be long as long as walking it is
    /// cheap. A page past the end is empty.
    pub(crate) fn cut<T, R: Serialize>(
        self,
        items: impl Iterator<Item = T>,
        render: impl FnMut(T) -> R,
    ) -> Value {
        let skipped = self.number.saturating_sub(1).saturating_mul(self.limit);
        let mut rest = items.skip(usize::try_from(skipped).unwrap_or(usize::MAX));
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let data: Vec<R> = rest.by_ref().take(limit).map(render).collect();
        json!({
            "data": data,
            "pagination": {
                "page": self.number,
                "limit": self.limit,
                "hasMore": rest.next().is_some(),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(number: u64, limit: u64) -> Value {
        Page { number, limit }.cut(0..5, |item| item)
    }

    #[test]
    fn pages_follow_each_other_and_only_the_last_has_no_more() {
        let page = |page, data: &[u64], more| json!({"data": data, "pagination": {"page": page, "limit": 2, "hasMore": more}});
        assert_eq!(cut(1, 2), page(1, &[0, 1], true));
        assert_eq!(cut(2, 2), page(2, &[2, 3], true));
        assert_eq!(cut(3, 2), page(3, &[4], false));
    }

    #[test]
    fn a_full_last_page_has_no_more() {
        assert_eq!(cut(1, 5)["pagination"]["hasMore"], false);
    }

    #[test]
    fn a_page_past_the_end_is_empty_however_far() {
        for number in [4, u64::MAX] {
            assert_eq!(cut(number, 2)["data"], json!([]));
            assert_eq!(cut(number, 2)["pagination"]["hasMore"], false);
        }
    }
}
