//! Points in time, in whatever way a server may write them.

use chrono::{DateTime, NaiveDateTime, Utc};
use serde_json::value::RawValue;

use super::fields::text;

/// From here on a number counts milliseconds: as seconds it would be in the year 5138.
const MILLISECONDS_FROM: f64 = 1e11;
/// From here on a number counts microseconds, for the same reason.
const MICROSECONDS_FROM: f64 = 1e14;
/// Dates and times without a zone, with `T` or a space between.
const WITHOUT_ZONE: [&str; 2] = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f"];

/// Reads a point in time; `None` when it is none.
pub(super) fn moment(value: &RawValue) -> Option<DateTime<Utc>> {
    let text = text(value)?;
    if !value.get().starts_with('"') {
        return since_1970(&text);
    }
    // chrono's own reading takes a space for the `T` as well.
    if let Ok(at) = text.parse::<DateTime<Utc>>() {
        return Some(at);
    }
    WITHOUT_ZONE
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(&text, format).ok())
        .map(|at| at.and_utc())
}

fn since_1970(number: &str) -> Option<DateTime<Utc>> {
    let number: f64 = number.parse().ok()?;
    let milliseconds = match number.abs() {
        MICROSECONDS_FROM.. => number / 1000.0,
        MILLISECONDS_FROM.. => number,
        _ => number * 1000.0,
    };
    // A cast of a float keeps to the range of the integer; chrono refuses what it cannot hold.
    DateTime::from_timestamp_millis(milliseconds as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Option<String> {
        moment(serde_json::from_str::<&RawValue>(json).unwrap()).map(|at| at.to_rfc3339())
    }

    #[test]
    fn every_documented_form_is_read() {
        for json in [
            "\"2024-01-15T10:30:00Z\"",
            "\"2024-01-15T10:30:00.000Z\"",
            "\"2024-01-15T12:30:00+02:00\"",
            "\"2024-01-15 10:30:00Z\"",
            "\"2024-01-15T10:30:00\"",
            "\"2024-01-15 10:30:00.0\"",
            "1705314600",
            "1705314600.0",
            "1705314600000",
            "1705314600000000",
        ] {
            assert_eq!(
                read(json).as_deref(),
                Some("2024-01-15T10:30:00+00:00"),
                "{json}"
            );
        }
    }

    #[test]
    fn anything_else_is_nothing() {
        for json in [
            "\"yesterday\"",
            "\"2024-01-15\"",
            "\"1705314600\"",
            "\"\"",
            "1e300",
            "true",
            "{}",
            "[]",
            "null",
        ] {
            assert_eq!(read(json), None, "{json}");
        }
    }
}
