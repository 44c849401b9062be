//! Timestamps as the server prints them: a point in time and how finely it is printed.

use chrono::{DateTime, TimeDelta, Utc};

/// A printed timestamp.
///
/// A server may keep more digits than it prints, cut off or rounded. Two rows of one printed
/// instant have then any order, and a row may really be up to one unit earlier or later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Instant {
    /// The point in time that was printed.
    pub(crate) at: DateTime<Utc>,
    /// One unit of the last printed digit.
    unit: TimeDelta,
}

impl Instant {
    /// Reads an RFC 3339 timestamp.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let at = DateTime::parse_from_rfc3339(text).ok()?.to_utc();
        let digits = text.split_once('.').map_or(0, |(_, rest)| {
            rest.bytes().take_while(u8::is_ascii_digit).count()
        });
        // Nine digits are as far as chrono reads.
        let unit = 10_i64.pow(9 - u32::try_from(digits.min(9)).unwrap_or(9));
        Some(Self {
            at,
            unit: TimeDelta::nanoseconds(unit),
        })
    }

    /// The earliest time that a row printed at this instant or later can really have.
    pub(crate) fn floor(self) -> DateTime<Utc> {
        self.at.checked_sub_signed(self.unit).unwrap_or(self.at)
    }

    /// The instant two units later: whatever is printed there is really later than all that is
    /// printed here.
    pub(crate) fn clear_of(self) -> DateTime<Utc> {
        self.at.checked_add_signed(self.unit * 2).unwrap_or(self.at)
    }

    /// Whether a row printed here can really be at or after a time.
    pub(crate) fn may_reach(self, start: DateTime<Utc>) -> bool {
        self.at
            .checked_add_signed(self.unit)
            .is_none_or(|latest| latest >= start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_is_that_of_the_last_printed_digit() {
        for (text, floor, clear) in [
            (
                "2024-01-15T10:30:00Z",
                "2024-01-15T10:29:59Z",
                "2024-01-15T10:30:02Z",
            ),
            (
                "2024-01-15T10:30:00.5Z",
                "2024-01-15T10:30:00.4Z",
                "2024-01-15T10:30:00.7Z",
            ),
            (
                "2024-01-15T10:30:00.000Z",
                "2024-01-15T10:29:59.999Z",
                "2024-01-15T10:30:00.002Z",
            ),
            (
                "2024-01-15T12:30:00.5+02:00",
                "2024-01-15T10:30:00.4Z",
                "2024-01-15T10:30:00.7Z",
            ),
            (
                "2024-01-15T10:30:00.000000001Z",
                "2024-01-15T10:30:00Z",
                "2024-01-15T10:30:00.000000003Z",
            ),
        ] {
            let instant = Instant::parse(text).unwrap();
            assert_eq!(
                instant.floor(),
                floor.parse::<DateTime<Utc>>().unwrap(),
                "{text}"
            );
            assert_eq!(
                instant.clear_of(),
                clear.parse::<DateTime<Utc>>().unwrap(),
                "{text}"
            );
            assert!(instant.may_reach(instant.at));
            assert!(!instant.may_reach(instant.clear_of()));
        }
    }

    #[test]
    fn other_texts_are_no_instants() {
        for text in ["", "yesterday", "2024-01-15", "1705314600"] {
            assert_eq!(Instant::parse(text), None, "{text}");
        }
    }
}
