//! Where a keyset scan goes on, read off the end of a page before the page is decoded.
//!
//! The request for the next page needs two things of a page: when its last record was created, and
//! whether there are more. Both stand at the end of its text, so the server can work on the next
//! page while this one is decoded. What is read here is a guess: the scan goes on as the decoded
//! page says, and a request at another place is dropped.

use super::Place;
use super::instant::Instant;
use super::keyset::Border;

/// What may be asked for after a page that is on its way.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lookout {
    /// The scan, at the request for the page.
    pub(crate) border: Border,
    /// Pages that may follow the page.
    pub(crate) pages_left: u64,
    /// Items that may be delivered, of the page and after it.
    pub(crate) items_left: u64,
    /// Most items of a page.
    pub(crate) page_size: u64,
}

impl Lookout {
    /// The request after a page with this text, and how to look out from there.
    pub(crate) fn next(mut self, body: &[u8]) -> Option<(Place, Self)> {
        self.pages_left = self.pages_left.checked_sub(1)?;
        // All of the page may be new, and enough.
        self.items_left = self.items_left.checked_sub(self.page_size)?;
        if self.items_left == 0 {
            return None;
        }
        let since = self.border.advance(end_of(body)?)?;
        self.border.start = Some(since);
        let place = Place {
            page: 1,
            since: Some(since),
        };
        Some((place, self))
    }
}

/// When the last record of a page was created, if there are more pages.
fn end_of(body: &[u8]) -> Option<Instant> {
    let (before, has_more) = last_member(body, b"\"hasMore\"")?;
    if !has_more.starts_with(b"true") {
        return None;
    }
    let (_, created) = last_member(before, b"\"createdAt\"")?;
    let text = created
        .strip_prefix(b"\"")?
        .split(|byte| *byte == b'"')
        .next()?;
    Instant::parse(std::str::from_utf8(text).ok()?)
}

/// What stands before the last member of a name, and its value with all that follows.
fn last_member<'a>(text: &'a [u8], name: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let start = text
        .windows(name.len())
        .rposition(|window| window == name)?;
    let (before, member) = text.split_at_checked(start)?;
    let value = member
        .strip_prefix(name)?
        .trim_ascii_start()
        .strip_prefix(b":")?;
    Some((before, value.trim_ascii_start()))
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::*;

    const PAGE: &str = r#"{"data":[{"createdAt":"2024-01-01T00:00:01Z"},{"createdAt":"2024-01-01T00:00:09Z","tags":[]}],"pagination":{"page":1,"limit":50,"hasMore":true}}"#;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn lookout(start: Option<&str>, end: Option<&str>) -> Lookout {
        Lookout {
            border: Border {
                start: start.map(at),
                end: end.map(at),
            },
            pages_left: 1,
            items_left: 51,
            page_size: 50,
        }
    }

    /// The start date of the next request.
    fn next(lookout: Lookout, body: &str) -> Option<DateTime<Utc>> {
        let (place, ahead) = lookout.next(body.as_bytes())?;
        assert_eq!(place.page, 1);
        assert_eq!(ahead.border.start, place.since);
        place.since
    }

    #[test]
    fn the_next_page_begins_one_unit_before_the_last_record() {
        let expected = Some(at("2024-01-01T00:00:08Z"));
        assert_eq!(next(lookout(None, None), PAGE), expected);
        let earlier = Some("2024-01-01T00:00:07Z");
        assert_eq!(next(lookout(earlier, None), PAGE), expected);
        let spaced = PAGE
            .replace(':', " : ")
            .replace(" : 00", ":00")
            .replace(" : 0", ":0");
        assert_eq!(next(lookout(None, None), &spaced), expected, "{spaced}");
    }

    #[test]
    fn nothing_is_asked_for_where_the_scan_may_end() {
        let whole = lookout(None, None);
        for (lookout, body) in [
            (whole, PAGE.replace("true", "false")),
            (lookout(Some("2024-01-01T00:00:08Z"), None), PAGE.to_owned()),
            (lookout(None, Some("2024-01-01T00:00:09Z")), PAGE.to_owned()),
            (
                Lookout {
                    pages_left: 0,
                    ..whole
                },
                PAGE.to_owned(),
            ),
            (
                Lookout {
                    items_left: 50,
                    ..whole
                },
                PAGE.to_owned(),
            ),
            (
                Lookout {
                    items_left: 49,
                    ..whole
                },
                PAGE.to_owned(),
            ),
            (whole, PAGE.replace("2024", "soon")),
            (whole, PAGE.replace("createdAt", "madeAt")),
            (whole, PAGE.replace("hasMore", "more")),
            (
                whole,
                r#"{"pagination":{"hasMore":true},"data":[{"createdAt":"2024-01-01T00:00:09Z"}]}"#
                    .to_owned(),
            ),
            (
                whole,
                r#"{"createdAt":"2024-01-01T00:00:09Z","hasMore""#.to_owned(),
            ),
            (whole, String::new()),
        ] {
            assert_eq!(next(lookout, &body), None, "{lookout:?} {body}");
        }
    }

    #[test]
    fn looking_out_goes_on_page_by_page() {
        let first = Lookout {
            pages_left: 2,
            items_left: 120,
            ..lookout(None, None)
        };
        let (_, second) = first.next(PAGE.as_bytes()).unwrap();
        assert_eq!((second.pages_left, second.items_left), (1, 70));
        assert!(
            second.next(PAGE.as_bytes()).is_none(),
            "the same page again"
        );
        let later = PAGE.replace("00:00:09", "00:00:19");
        let (_, third) = second.next(later.as_bytes()).unwrap();
        assert_eq!((third.pages_left, third.items_left), (0, 20));
    }
}
