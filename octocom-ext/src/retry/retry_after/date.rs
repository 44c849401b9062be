//! Dates, as servers write them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime};

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

/// Reads a date in any of the three forms of RFC 9110, section 5.6.7, in upper or lower case, with
/// `GMT`, `UTC`, `Z` or an offset, or in the form of RFC 3339. The name of the day is not checked.
pub(super) fn parse(text: &str) -> Option<SystemTime> {
    let text = text.trim().to_ascii_lowercase();
    let seconds = match DateTime::parse_from_rfc3339(&text.to_ascii_uppercase()) {
        Ok(date) => date.timestamp(),
        Err(_) => http_date(&text)?,
    };
    UNIX_EPOCH.checked_add(Duration::from_secs(seconds.try_into().ok()?))
}

/// Returns seconds since 1970.
fn http_date(text: &str) -> Option<i64> {
    let words: Vec<&str> = text
        .split([' ', ','])
        .filter(|word| !word.is_empty())
        .collect();
    let words = match words.split_first() {
        Some((day, rest)) if day.starts_with(|c: char| c.is_ascii_alphabetic()) => rest,
        _ => &words,
    };
    let (day, month, year, time, zone) = match *words {
        [day, month, year, time, zone] => (day, month, year, time, zone),
        // Sunday, 06-Nov-94 08:49:37 GMT
        [date, time, zone] => {
            let mut parts = date.split('-');
            let date = (parts.next()?, parts.next()?, parts.next()?);
            (date.0, date.1, date.2, time, zone)
        }
        // Sun Nov  6 08:49:37 1994
        [month, day, time, year] => (day, month, year, time, "gmt"),
        _ => return None,
    };
    let month = MONTHS.iter().position(|name| *name == month)? + 1;
    let year = match (number(year)?, year.len()) {
        // As everywhere: 94 is 1994, and 26 is 2026.
        (year, 2) if year < 70 => 2000 + year,
        (year, 2) => 1900 + year,
        (year, 4) => year,
        _ => return None,
    };
    let date =
        NaiveDate::from_ymd_opt(year.try_into().ok()?, month.try_into().ok()?, number(day)?)?;
    let mut parts = time.split(':');
    let (hour, minute, second) = (parts.next()?, parts.next()?, parts.next()?);
    let time = NaiveTime::from_hms_opt(number(hour)?, number(minute)?, number(second)?)?;
    let moment = NaiveDateTime::new(date, time).and_utc().timestamp();
    parts.next().is_none().then_some(moment - offset(zone)?)
}

/// Returns how far a zone is ahead, in seconds.
fn offset(zone: &str) -> Option<i64> {
    if ["gmt", "utc", "ut", "z"].contains(&zone) {
        return Some(0);
    }
    let (sign, digits) = match zone.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, zone.strip_prefix('+')?),
    };
    let digits = digits.replace(':', "");
    let (hours, minutes) = digits.split_at_checked(2)?;
    (minutes.len() == 2).then_some(())?;
    let seconds = i64::from(number(hours)?) * 3600 + i64::from(number(minutes)?) * 60;
    Some(sign * seconds)
}

fn number(text: &str) -> Option<u32> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}
