//! The model server: rows in memory, and the habits of a server that lists them.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, SecondsFormat, TimeDelta, Utc};

/// The precision of times that a server prints or compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    Day,
    Second,
    Milli,
    Micro,
    Nano,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rounding {
    Down,
    Up,
    Nearest,
}

/// A server's reading of a start or end date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateBound {
    pub precision: Precision,
    pub rounding: Rounding,
    pub inclusive: bool,
    pub ignored: bool,
    /// `true` if the stored times are rounded as well before they are compared.
    pub rounds_both: bool,
    /// Hours by which the border is taken for a later one, as by a server that forgets the zone.
    pub shift: i8,
}

/// The spelling of a timestamp's zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    Z,
    LowerCase,
    Zero,
    East,
    WithoutColon,
    Missing,
}

/// A server's way to print timestamps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Print {
    pub precision: Precision,
    pub rounding: Rounding,
    /// `true` if zeros at the end of the fraction are left out.
    pub trims: bool,
    /// `true` if a day is printed as a time, with the zeros of milliseconds.
    pub pads: bool,
    pub zone: Zone,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    Ascending,
    Descending,
    /// By something that has nothing to do with the time, alike in every answer.
    Unsorted,
    /// Ascending by the second: the rest of the time does not count.
    BySecond,
}

/// The order of rows that are stored with the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ties {
    Stable,
    /// Depends on the page, as in a database that sorts only as much as the page needs.
    ByPage,
    Random,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HasMore {
    Honest,
    /// True whenever the page is full.
    WhenFull,
    Always,
    /// False from this page on.
    FalseFrom(u64),
}

/// All parameters of a model server.
#[derive(Debug, Clone, Copy)]
pub struct Habits {
    pub print: Print,
    pub start: DateBound,
    pub end: DateBound,
    pub sort: Sort,
    pub ties: Ties,
    pub page_size: usize,
    pub has_more: HasMore,
    pub ignores_page: bool,
    /// `true` if a page past the end is the last page again.
    pub repeats_last_page: bool,
    /// One row of so many has no readable time; 0 is none.
    pub undated: u32,
}

impl Habits {
    /// A server as it should be: nanoseconds everywhere.
    pub fn kind(page_size: usize) -> Self {
        let border = DateBound {
            precision: Precision::Nano,
            rounding: Rounding::Down,
            inclusive: true,
            ignored: false,
            rounds_both: false,
            shift: 0,
        };
        Self {
            print: Print {
                precision: Precision::Nano,
                rounding: Rounding::Down,
                trims: false,
                pads: false,
                zone: Zone::Z,
            },
            start: border,
            end: border,
            sort: Sort::Ascending,
            ties: Ties::Stable,
            page_size,
            has_more: HasMore::Honest,
            ignores_page: false,
            repeats_last_page: false,
            undated: 0,
        }
    }
}

impl Habits {
    fn text(&self, id: u32, at: i64) -> String {
        if id.checked_rem(self.undated) == Some(0) {
            "soon".to_owned()
        } else {
            self.print.text(at)
        }
    }
}

/// A page of the list.
#[derive(Debug, Clone)]
pub struct ZooPage {
    /// Number and printed time of each row.
    pub rows: Vec<(u32, String)>,
    pub has_more: bool,
}

/// Rows, by number, with their stored times in nanoseconds.
#[derive(Debug, Clone)]
pub struct ModelServer {
    pub habits: Habits,
    pub rows: BTreeMap<u32, i64>,
    /// Number of answers so far.
    pub answers: usize,
}

impl ModelServer {
    pub fn new(habits: Habits, times: &[i64]) -> Self {
        Self {
            habits,
            rows: (0..).zip(times.iter().copied()).collect(),
            answers: 0,
        }
    }

    /// A page, counted from 1, of the rows from `start` to `end`.
    pub fn answer(
        &mut self,
        page: u64,
        start: Option<DateTime<Utc>>,
        end: Option<DateTime<Utc>>,
    ) -> ZooPage {
        self.answers += 1;
        let habits = self.habits;
        let page = if habits.ignores_page { 1 } else { page };
        let matching = self.rows.iter().filter(|(_, at)| {
            habits.start.admits(start, **at, |at, border| at > border)
                && habits.end.admits(end, **at, |at, border| at < border)
        });
        let mut matching: Vec<(u32, i64)> = matching.map(|(id, at)| (*id, *at)).collect();
        let size = habits.page_size;
        let pages = (matching.len().div_ceil(size) as u64).max(1);
        let shown = if habits.repeats_last_page {
            page.min(pages)
        } else {
            page
        };
        let salt = match habits.ties {
            Ties::Stable => 0,
            Ties::ByPage => shown,
            Ties::Random => self.answers as u64,
        };
        matching.sort_by_cached_key(|(id, at)| {
            let tie = scrambled(u64::from(*id) ^ scrambled(salt));
            match habits.sort {
                Sort::Ascending => (*at, tie),
                Sort::Descending => (-*at, tie),
                Sort::Unsorted => (0, scrambled(u64::from(*id))),
                Sort::BySecond => (Rounding::Down.apply(*at, Precision::Second), tie),
            }
        });
        let skipped = usize::try_from(shown - 1).unwrap().saturating_mul(size);
        let rows: Vec<_> = matching.iter().skip(skipped).take(size).collect();
        let has_more = match habits.has_more {
            HasMore::Honest => matching.len() > skipped.saturating_add(size),
            HasMore::WhenFull => rows.len() == size,
            HasMore::Always => true,
            HasMore::FalseFrom(first) => {
                page < first && matching.len() > skipped.saturating_add(size)
            }
        };
        let rows = rows.into_iter();
        ZooPage {
            rows: rows.map(|(id, at)| (*id, habits.text(*id, *at))).collect(),
            has_more,
        }
    }
}

impl Precision {
    pub fn nanos(self) -> i64 {
        match self {
            Self::Day => 86_400_000_000_000,
            Self::Second => 1_000_000_000,
            Self::Milli => 1_000_000,
            Self::Micro => 1_000,
            Self::Nano => 1,
        }
    }
}

impl Rounding {
    /// A time in nanoseconds, rounded.
    pub fn apply(self, at: i64, precision: Precision) -> i64 {
        let step = precision.nanos();
        let added = match self {
            Self::Down => 0,
            Self::Up => step - 1,
            Self::Nearest => step / 2,
        };
        (at + added).div_euclid(step) * step
    }
}

impl DateBound {
    fn admits(
        self,
        border: Option<DateTime<Utc>>,
        at: i64,
        is_within: impl Fn(i64, i64) -> bool,
    ) -> bool {
        let Some(border) = border.filter(|_| !self.ignored) else {
            return true;
        };
        let border = border + TimeDelta::hours(self.shift.into());
        let border = border.timestamp_nanos_opt().unwrap_or(0);
        let rounded = |time| self.rounding.apply(time, self.precision);
        let border = rounded(border);
        let at = if self.rounds_both { rounded(at) } else { at };
        is_within(at, border) || self.inclusive && at == border
    }
}

impl Print {
    /// The time that is printed for a stored one, in nanoseconds.
    pub fn shown(self, at: i64) -> i64 {
        self.rounding.apply(at, self.precision)
    }

    pub fn text(self, at: i64) -> String {
        let time = DateTime::from_timestamp_nanos(self.shown(at));
        let format = match self.precision {
            Precision::Day if !self.pads => return time.format("%Y-%m-%d").to_string(),
            Precision::Second => SecondsFormat::Secs,
            Precision::Day | Precision::Milli => SecondsFormat::Millis,
            Precision::Micro => SecondsFormat::Micros,
            Precision::Nano => SecondsFormat::Nanos,
        };
        let text = time.to_rfc3339_opts(format, true);
        let mut text = text.trim_end_matches('Z').to_owned();
        if self.trims && text.contains('.') {
            text.truncate(text.trim_end_matches('0').trim_end_matches('.').len());
        }
        match self.zone {
            Zone::Z => text + "Z",
            Zone::LowerCase => (text + "z").to_lowercase(),
            Zone::Zero => text + "+00:00",
            Zone::WithoutColon => text + "+0000",
            Zone::Missing => text.replace('T', " "),
            Zone::East => {
                let offset = FixedOffset::east_opt(2 * 3600).unwrap();
                let fraction = text
                    .split_once('.')
                    .map_or(String::new(), |(_, rest)| format!(".{rest}"));
                let east = time.with_timezone(&offset).format("%Y-%m-%dT%H:%M:%S");
                format!("{east}{fraction}+02:00")
            }
        }
    }
}

/// Any other number for each number.
fn scrambled(number: u64) -> u64 {
    let number = (number ^ 0x9e37_79b9_7f4a_7c15).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 29)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 32)
}
