//! The header that decides, and the reading of its value.

use std::time::UNIX_EPOCH;

use http::{HeaderName, HeaderValue};

use super::*;

/// Sun, 06 Nov 1994 08:49:37 GMT, the moment of the RFC's examples.
const NOW: u64 = 784_111_777;

fn parsed(status: u16, headers: &[(&'static str, &str)]) -> Option<f64> {
    parsed_at(NOW, status, headers)
}

fn parsed_at(now: u64, status: u16, headers: &[(&'static str, &str)]) -> Option<f64> {
    let headers: HeaderMap = headers
        .iter()
        .map(|(name, value)| {
            (
                HeaderName::from_static(name),
                HeaderValue::from_str(value).unwrap(),
            )
        })
        .collect();
    let now = UNIX_EPOCH + Duration::from_secs(now);
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
fn what_no_server_can_mean_is_left_to_the_next_header_and_can_always_be_added_to_a_clock() {
    for value in [
        "99999999999999999999999",
        &"9".repeat(400),
        "99999999999",
        "3153600001s",
        "Fri, 31 Dec 9999 23:59:59 GMT",
    ] {
        let absurd = ("retry-after", value);
        let reset = ("ratelimit-reset", "3");
        let delay = parsed(429, &[absurd]);
        assert!(
            delay.is_none_or(|delay| delay <= 3.2e9),
            "{value}: {delay:?}"
        );
        if value != "3153600001s" {
            assert_eq!(parsed(429, &[absurd, reset]), Some(3.0), "{value}");
        }
    }
    // The longest delay is one that clocks and calendars can add.
    let now = SystemTime::now();
    assert!(now.checked_add(MAX_DELAY).is_some());
    assert!(std::time::Instant::now().checked_add(MAX_DELAY).is_some());
    assert!(chrono::TimeDelta::from_std(MAX_DELAY).is_ok());
}

#[test]
fn a_number_that_cannot_be_a_delay_is_a_moment_in_the_unit_that_can() {
    for name in [
        "retry-after",
        "ratelimit-reset",
        "x-ratelimit-reset",
        "x-ratelimit-reset-after",
    ] {
        for zeros in ["", "000", "000000", "000000000"] {
            let headers = |value: String| {
                let date = ("date", "Tue, 01 Sep 2026 00:00:00 GMT");
                parsed_at(1_788_220_800, 429, &[date, (name, &value)])
            };
            let at = |seconds: u64| format!("{}{zeros}", 1_788_220_800 + seconds);
            assert_eq!(headers(at(56)), Some(56.0), "{name} {zeros}");
            assert_eq!(headers(at(0)), None, "{name} {zeros}");
        }
    }
    let ms = |value: &str| parsed_at(1_788_220_800, 503, &[("retry-after-ms", value)]);
    assert_eq!(ms("1788220856000"), Some(56.0));
    assert_eq!(ms("1788220856"), Some(1_788_220.856));
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
    // Zero is an answer: at once, as far as the server is concerned.
    assert_eq!(parsed(429, &[old, ("retry-after-ms", "0")]), None);
    assert_eq!(parsed(429, &[reset, ("retry-after", "0")]), None);
    assert_eq!(
        parsed(
            429,
            &[reset, ("retry-after", "Sat, 05 Nov 1994 08:49:37 GMT")]
        ),
        None
    );
    assert_eq!(parsed(429, &[reset, ("retry-after", "-1")]), Some(3.0));
}

#[test]
fn every_status_that_is_retried_has_a_delay_and_only_a_429_a_reset() {
    for status in 100..600 {
        let retried = matches!(status, 408 | 425 | 429 | 500 | 502..=504 | 520..=530);
        let expected = retried.then_some(2.0);
        assert_eq!(
            parsed(status, &[("retry-after", "2")]),
            expected,
            "{status}"
        );
        assert_eq!(
            parsed(status, &[("retry-after-ms", "2000")]),
            expected,
            "{status}"
        );
        for (name, value) in [
            ("ratelimit-reset", "2"),
            ("x-ratelimit-reset", "2"),
            ("x-ratelimit-reset-after", "2"),
            ("ratelimit", "\"default\";r=0;t=2"),
        ] {
            let expected = expected.filter(|_| status == 429);
            assert_eq!(
                parsed(status, &[(name, value)]),
                expected,
                "{status} {name}"
            );
        }
    }
}

#[test]
fn the_largest_of_several_values_counts() {
    let after = |value| ("retry-after", value);
    for (values, expected) in [
        (&["5", "30"][..], Some(30.0)),
        (&["30", "5"], Some(30.0)),
        (&["soon", "5"], Some(5.0)),
        (&["0", "5"], Some(5.0)),
        (&["0", "0"], None),
        (&["5", "Sun, 06 Nov 1994 08:49:47 GMT"], Some(10.0)),
        (&["5, 30"], Some(30.0)),
        (&["5, soon"], Some(5.0)),
        (&["99999999999999999999999", "5"], Some(5.0)),
    ] {
        let headers: Vec<_> = values.iter().map(|value| after(*value)).collect();
        assert_eq!(parsed(429, &headers), expected, "{values:?}");
    }
}

#[test]
fn a_unit_is_understood() {
    for (value, expected) in [
        ("30s", 30.0),
        ("30 s", 30.0),
        ("30S", 30.0),
        ("1.5 seconds", 1.5),
        ("1 second", 1.0),
        ("500ms", 0.5),
        ("2m", 120.0),
        ("1 minute", 60.0),
        ("1m30s", 90.0),
        ("6m0s", 360.0),
        ("1h", 3600.0),
        ("\"30\"", 30.0),
    ] {
        for name in ["retry-after", "retry-after-ms", "x-ratelimit-reset"] {
            let expected = match (name, value) {
                ("retry-after-ms", "\"30\"") => 0.03,
                _ => expected,
            };
            assert_eq!(
                parsed(429, &[(name, value)]),
                Some(expected),
                "{name}: {value}"
            );
        }
    }
    for value in ["30x", "s", "30s soon", "-30s", "1.2.3s", "s30", "30s,x"] {
        let expected = (value == "30s,x").then_some(30.0);
        assert_eq!(parsed(429, &[("retry-after", value)]), expected, "{value}");
    }
}

#[test]
fn dates_in_other_spellings_are_read() {
    for value in [
        "sun, 06 nov 1994 08:49:47 gmt",
        "SUN, 06 NOV 1994 08:49:47 GMT",
        "Sun, 06 Nov 1994 08:49:47 UTC",
        "Sun, 6 Nov 1994 08:49:47 GMT",
        "Sun, 06 Nov 1994 08:49:47 +0000",
        "Sun, 06 Nov 1994 09:49:47 +0100",
        "06 Nov 1994 08:49:47 GMT",
        "Mon, 06 Nov 1994 08:49:47 GMT",
        "sunday, 06-nov-94 08:49:47 utc",
        "sun nov  6 08:49:47 1994",
        "1994-11-06T08:49:47Z",
        "1994-11-06t09:49:47+01:00",
    ] {
        assert_eq!(
            parsed(429, &[("retry-after", value)]),
            Some(10.0),
            "{value}"
        );
    }
    for value in [
        "Sun, 06 Nov 1994 08:49:47",
        "Sun, 06 Nov 1994 08:49:47 CET",
        "Sun, 06 Nov 1994 24:49:47 GMT",
        "Sun, 31 Nov 1994 08:49:47 GMT",
        "Sun, 06 Nov 994 08:49:47 GMT",
        "Sun, 06 Nov",
        "1994-11-06",
    ] {
        assert_eq!(parsed(429, &[("retry-after", value)]), None, "{value}");
    }
}

#[test]
fn an_absurd_date_of_the_server_is_ignored() {
    let after = ("retry-after", "Sun, 06 Nov 1994 08:49:47 GMT");
    for (date, expected) in [
        ("Sun, 06 Nov 1994 08:49:42 GMT", Some(5.0)),
        ("Sat, 05 Nov 1994 08:49:47 GMT", Some(86_400.0)),
        ("Thu, 01 Jan 1970 00:00:00 GMT", Some(10.0)),
        ("Fri, 31 Dec 9999 23:59:59 GMT", Some(10.0)),
        ("Fri, 06 Nov 1992 08:49:47 GMT", Some(10.0)),
        ("yesterday", Some(10.0)),
        ("", Some(10.0)),
    ] {
        assert_eq!(parsed(503, &[("date", date), after]), expected, "{date}");
    }
    // Unless it is our own clock that is absurd.
    let date = ("date", "Sun, 06 Nov 1994 08:49:42 GMT");
    for ours in [0, 1_000_000_000, 4_000_000_000] {
        assert_eq!(parsed_at(ours, 503, &[date, after]), Some(5.0), "{ours}");
    }
}

#[test]
fn a_rate_limit_field_tells_the_time_of_the_policy_that_is_exhausted() {
    for (value, expected) in [
        ("\"default\";r=0;t=30", Some(30.0)),
        ("\"default\"; r=0; t=30", Some(30.0)),
        ("default;t=30;r=0", Some(30.0)),
        ("\"burst\";r=5;t=1, \"day\";r=0;t=40", Some(40.0)),
        ("\"burst\";r=0;t=1, \"day\";r=90;t=40", Some(1.0)),
        ("\"burst\";r=3;t=2, \"day\";r=90;t=40", Some(40.0)),
        ("limit=100, remaining=0, reset=30", Some(30.0)),
        ("\"default\";r=0", None),
        ("\"default\";r=0;t=soon", None),
        ("", None),
    ] {
        assert_eq!(parsed(429, &[("ratelimit", value)]), expected, "{value}");
    }
}
