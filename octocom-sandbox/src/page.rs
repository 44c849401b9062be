//! Pagination: the one way a list becomes a page.

use serde::Serialize;
use serde_json::{Value, json};

use crate::behavior::PastTheEnd;
use crate::reply::Refusal;

/// A page's number and size.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Page {
    /// Number of the page, from 1. It may be larger than any integer type.
    pub(crate) number: Value,
    /// Items a page.
    pub(crate) limit: u64,
    pub(crate) past_the_end: PastTheEnd,
}

impl Page {
    /// Cuts this page out of a list and renders its items.
    ///
    /// Only the page's own items are rendered, so a list may be long as long as walking it is
    /// cheap.
    pub(crate) fn cut<T, R: Serialize>(
        self,
        mut items: impl Iterator<Item = T>,
        render: impl FnMut(T) -> R,
    ) -> Result<Value, Refusal> {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        // What is too large for an integer lies past the end of every list.
        let pages_before = self
            .number
            .as_u64()
            .map_or(u64::MAX, |page| page.max(1) - 1);
        let (found, number) = match self.past_the_end {
            PastTheEnd::LastPage => {
                let (found, before) = last_of(&mut items, limit, pages_before);
                (found, Value::from(before + 1))
            }
            PastTheEnd::Empty | PastTheEnd::NotFound => {
                let skipped = pages_before.saturating_mul(self.limit);
                let rest = items
                    .by_ref()
                    .skip(usize::try_from(skipped).unwrap_or(usize::MAX));
                (rest.take(limit).collect(), self.number)
            }
        };
        let refused = self.past_the_end == PastTheEnd::NotFound;
        if refused && found.is_empty() && pages_before > 0 {
            return Err(Refusal::not_found("Page"));
        }
        let has_more = items.next().is_some();
        let data: Vec<R> = found.into_iter().map(render).collect();
        Ok(json!({
            "data": data,
            "pagination": { "page": number, "limit": self.limit, "hasMore": has_more },
        }))
    }
}

/// The items of a page, or of the last one before it that has any, and the pages before that.
fn last_of<T>(items: &mut impl Iterator<Item = T>, limit: usize, pages: u64) -> (Vec<T>, u64) {
    let mut found: Vec<T> = items.by_ref().take(limit).collect();
    let mut before = 0;
    while before < pages {
        let next: Vec<T> = items.by_ref().take(limit).collect();
        if next.is_empty() {
            break;
        }
        found = next;
        before += 1;
    }
    (found, before)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(number: u64, limit: u64) -> Value {
        cut_by(PastTheEnd::Empty, number.into(), limit).unwrap()
    }

    fn cut_by(past_the_end: PastTheEnd, number: Value, limit: u64) -> Result<Value, Refusal> {
        let page = Page {
            number,
            limit,
            past_the_end,
        };
        page.cut(0..5, |item| item)
    }

    fn page(page: u64, data: &[u64], more: bool) -> Value {
        json!({"data": data, "pagination": {"page": page, "limit": 2, "hasMore": more}})
    }

    #[test]
    fn pages_follow_each_other_and_only_the_last_has_no_more() {
        for past_the_end in [
            PastTheEnd::Empty,
            PastTheEnd::LastPage,
            PastTheEnd::NotFound,
        ] {
            let cut = |number: u64| cut_by(past_the_end, number.into(), 2).unwrap();
            assert_eq!(cut(1), page(1, &[0, 1], true));
            assert_eq!(cut(2), page(2, &[2, 3], true));
            assert_eq!(cut(3), page(3, &[4], false));
        }
    }

    #[test]
    fn a_full_last_page_has_no_more() {
        assert_eq!(cut(1, 5)["pagination"]["hasMore"], false);
    }

    #[test]
    fn a_page_past_the_end_is_empty_however_far_and_keeps_its_number() {
        for number in [json!(4), json!(u64::MAX), json!(1e30)] {
            let cut = cut_by(PastTheEnd::Empty, number.clone(), 2).unwrap();
            assert_eq!(cut["data"], json!([]));
            let told = json!({"page": number, "limit": 2, "hasMore": false});
            assert_eq!(cut["pagination"], told);
        }
    }

    #[test]
    fn a_page_past_the_end_is_the_last_one_or_not_found_where_the_server_says_so() {
        let cut = |past_the_end| cut_by(past_the_end, json!(9), 2);
        assert_eq!(cut(PastTheEnd::LastPage), Ok(page(3, &[4], false)));
        assert_eq!(cut(PastTheEnd::NotFound), Err(Refusal::not_found("Page")));
    }
}
