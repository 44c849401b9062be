//! The delay that a server asks for.
//!
//! Four headers carry one, and they are asked in this order until one gives a delay:
//!
//! | header | status | value |
//! |---|---|---|
//! | `retry-after-ms` | 429, 503 | milliseconds |
//! | `Retry-After` | 429, 503 | seconds, or an HTTP-date (RFC 9110, section 10.2.3) |
//! | `ratelimit-reset` | 429 | seconds; from 10⁹ on, seconds since 1970 |
//! | `x-ratelimit-reset` | 429 | the same |
//!
//! Seconds and milliseconds may have a fraction, which the RFC does not know and servers send.
//! An HTTP-date is read in all three forms of RFC 9110, section 5.6.7, and compared with the
//! answer's own `Date` where it has one: the two come from one clock, ours may be wrong.
//!
//! | value | result |
//! |---|---|
//! | zero, negative, a moment that has passed | none: the server names no time, so backoff decides |
//! | anything else that is no number and no date | none |
//! | larger than a `Duration` holds | the largest `Duration`, which is above every limit |
//!
//! Zero is not obeyed to the letter, because "at once" from a server that has just refused is a hot
//! loop.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::{HeaderMap, StatusCode};

/// From here on the number of a reset header is a moment and not a delay (September 2001).
const FIRST_EPOCH_SECOND: f64 = 1e9;

/// The delay that an answer asks for; never zero.
pub(crate) fn retry_after(
    status: StatusCode,
    headers: &HeaderMap,
    now: SystemTime,
) -> Option<Duration> {
    let limited = status == StatusCode::TOO_MANY_REQUESTS;
    if !limited && status != StatusCode::SERVICE_UNAVAILABLE {
        return None;
    }
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    let now = text("date")
        .and_then(|date| httpdate::parse_http_date(date).ok())
        .unwrap_or(now);
    let reset = |name| {
        text(name)
            .filter(|_| limited)
            .and_then(|text| reset(text, now))
    };
    let delay = text("retry-after-ms")
        .and_then(|text| milliseconds(number(text)?))
        .or_else(|| text("retry-after").and_then(|text| seconds_or_date(text, now)))
        .or_else(|| reset("ratelimit-reset"))
        .or_else(|| reset("x-ratelimit-reset"))?;
    (!delay.is_zero()).then_some(delay)
}

fn seconds_or_date(text: &str, now: SystemTime) -> Option<Duration> {
    match number(text) {
        Some(number) => seconds(number),
        None => positive(
            httpdate::parse_http_date(text)
                .ok()?
                .duration_since(now)
                .ok()?,
        ),
    }
}

fn reset(text: &str, now: SystemTime) -> Option<Duration> {
    match number(text)? {
        moment if moment >= FIRST_EPOCH_SECOND => {
            let since_epoch = now.duration_since(UNIX_EPOCH).unwrap_or_default();
            positive(seconds(moment)?.saturating_sub(since_epoch))
        }
        delay => seconds(delay),
    }
}

/// A number of digits with at most one point: neither sign nor exponent, `inf` or `nan`.
fn number(text: &str) -> Option<f64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (digits(whole) && digits(fraction))
        .then(|| text.parse().ok())
        .flatten()
}

fn seconds(number: f64) -> Option<Duration> {
    positive(Duration::try_from_secs_f64(number).unwrap_or(Duration::MAX))
}

fn milliseconds(number: f64) -> Option<Duration> {
    seconds(number / 1000.0)
}

fn positive(delay: Duration) -> Option<Duration> {
    (!delay.is_zero()).then_some(delay)
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;

    /// Sun, 06 Nov 1994 08:49:37 GMT, the moment of the RFC's examples.
    const NOW: u64 = 784_111_777;

    fn parsed(status: u16, headers: &[(&'static str, &str)]) -> Option<f64> {
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| {
                (
                    HeaderName::from_static(name),
                    HeaderValue::from_str(value).unwrap(),
                )
            })
            .collect();
        let now = UNIX_EPOCH + Duration::from_secs(NOW);
        retry_after(StatusCode::from_u16(status).unwrap(), &headers, now)
            .map(|delay| delay.as_secs_f64())
    }

    #[test]
    fn seconds_and_milliseconds_may_have_a_fraction() {
        for (name, value, expected) in [
            ("retry-after", "7", 7.0),
            ("retry-after", " 7 ", 7.0),
            ("retry-after", "0.25", 0.25),
            ("retry-after", "007", 7.0),
            ("retry-after-ms", "1500", 1.5),
            ("retry-after-ms", "0.5", 0.0005),
            ("ratelimit-reset", "30", 30.0),
            ("x-ratelimit-reset", "2.5", 2.5),
        ] {
            assert_eq!(
                parsed(429, &[(name, value)]),
                Some(expected),
                "{name}: {value}"
            );
        }
    }

    #[test]
    fn all_three_forms_of_an_http_date_are_read() {
        for value in [
            "Sun, 06 Nov 1994 08:49:47 GMT",
            "Sunday, 06-Nov-94 08:49:47 GMT",
            "Sun Nov  6 08:49:47 1994",
        ] {
            assert_eq!(
                parsed(429, &[("retry-after", value)]),
                Some(10.0),
                "{value}"
            );
        }
    }

    #[test]
    fn a_date_is_compared_with_the_servers_own_clock() {
        let headers = [
            ("date", "Sun, 06 Nov 1994 09:49:37 GMT"),
            ("retry-after", "Sun, 06 Nov 1994 09:49:40 GMT"),
        ];
        assert_eq!(parsed(503, &headers), Some(3.0));
        let reset = (NOW + 3600 + 20).to_string();
        assert_eq!(
            parsed(429, &[headers[0], ("ratelimit-reset", "1000000000")]),
            Some(215_884_623.0)
        );
        assert_eq!(
            parsed(429, &[headers[0], ("ratelimit-reset", &reset)]),
            Some(784_115_397.0)
        );
    }

    #[test]
    fn zero_negative_past_and_garbage_values_are_no_delay() {
        for value in [
            "0",
            "0.0",
            "-1",
            "+1",
            "",
            ".",
            "1.",
            ".5",
            "1.2.3",
            "1e3",
            "inf",
            "nan",
            "soon",
            "0x10",
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sat, 05 Nov 1994 08:49:37 GMT",
            "Sun, 99 Nov 1994 08:49:37 GMT",
        ] {
            for name in ["retry-after", "retry-after-ms", "ratelimit-reset"] {
                assert_eq!(parsed(429, &[(name, value)]), None, "{name}: {value}");
            }
        }
    }

    #[test]
    fn a_huge_number_is_the_longest_duration() {
        for value in ["99999999999999999999999", &"9".repeat(400)] {
            assert_eq!(
                parsed(429, &[("retry-after", value)]),
                Some(Duration::MAX.as_secs_f64()),
                "{value}"
            );
        }
    }

    #[test]
    fn resets_from_a_thousand_million_on_are_moments() {
        let headers = [("date", "Sat, 01 Jan 2022 00:00:00 GMT")];
        let epoch = 1_640_995_200_u64;
        for (reset, expected) in [
            (epoch + 5, Some(5.0)),
            (epoch, None),
            (epoch - 1, None),
            (999_999_999, Some(999_999_999.0)),
        ] {
            let headers = [headers[0], ("x-ratelimit-reset", &reset.to_string())];
            assert_eq!(parsed(429, &headers), expected, "{reset}");
        }
    }

    #[test]
    fn the_first_header_that_gives_a_delay_wins() {
        let ms = ("retry-after-ms", "250");
        let after = ("retry-after", "2");
        let reset = ("ratelimit-reset", "3");
        let old = ("x-ratelimit-reset", "4");
        assert_eq!(parsed(429, &[old, reset, after, ms]), Some(0.25));
        assert_eq!(parsed(429, &[old, reset, after]), Some(2.0));
        assert_eq!(parsed(429, &[old, reset]), Some(3.0));
        assert_eq!(
            parsed(429, &[old, reset, ("retry-after", "soon")]),
            Some(3.0)
        );
        assert_eq!(parsed(429, &[old, ("retry-after-ms", "0")]), Some(4.0));
    }

    #[test]
    fn each_status_has_its_headers() {
        assert_eq!(parsed(503, &[("retry-after", "2")]), Some(2.0));
        assert_eq!(parsed(503, &[("retry-after-ms", "2")]), Some(0.002));
        assert_eq!(
            parsed(503, &[("ratelimit-reset", "2"), ("x-ratelimit-reset", "2")]),
            None
        );
        for status in [200, 301, 404, 408, 500, 502, 504] {
            assert_eq!(
                parsed(status, &[("retry-after", "2"), ("ratelimit-reset", "2")]),
                None
            );
        }
    }
}
