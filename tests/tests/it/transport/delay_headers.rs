//! The spellings of a delay, as a server sends them and a call waits for them.
//!
//! The clock and the answer's `Date` say 784111777 seconds after 1970: Sun, 06 Nov 1994 08:49:37 GMT.

use octocom_ext::{Exhausted, operations as op};

use super::delays::waits;
use octocom_tests::script::{Script, call, status};

/// The wait after a 429 without a delay, in milliseconds.
const NO_DELAY: u128 = 1000;

#[tokio::test]
async fn the_most_specific_header_that_can_be_read_decides() {
    let reset = ("x-ratelimit-reset", "3600");
    for (headers, expected) in [
        (&[("retry-after", "0"), reset][..], NO_DELAY),
        (&[("retry-after-ms", "0"), ("retry-after", "7")], NO_DELAY),
        (&[("retry-after", "7"), reset], 7000),
        (&[("retry-after-ms", "20"), ("retry-after", "7")], 20),
        (&[("retry-after", "soon"), ("ratelimit-reset", "9")], 9000),
        (
            &[("retry-after", "soon"), ("x-ratelimit-reset-after", "1.5")],
            1500,
        ),
        (&[("ratelimit", "\"default\";r=0;t=11"), reset], 11_000),
    ] {
        assert_eq!(waits(429, headers).await, [expected], "{headers:?}");
    }
}

#[tokio::test]
async fn of_two_headers_of_one_name_the_larger_counts() {
    for (one, other, expected) in [
        ("2", "9", 9000),
        ("9", "2", 9000),
        ("soon", "2", 2000),
        ("0", "2", 2000),
        ("2", "Sun, 06 Nov 1994 08:49:47 GMT", 10_000),
    ] {
        let headers = [("retry-after", one), ("retry-after", other)];
        for code in [429, 503] {
            assert_eq!(waits(code, &headers).await, [expected], "{headers:?}");
        }
    }
}

#[tokio::test]
async fn units_and_dates_are_understood_in_all_spellings() {
    for (value, expected) in [
        ("30s", 30_000),
        ("30 seconds", 30_000),
        ("1500ms", 1500),
        ("1m5s", 65_000),
        ("sun, 06 nov 1994 08:49:47 gmt", 10_000),
        ("Sun, 06 Nov 1994 08:49:47 UTC", 10_000),
        ("sunday, 06-nov-94 08:49:47 utc", 10_000),
        ("1994-11-06T08:49:47Z", 10_000),
    ] {
        for code in [425, 429, 500, 503, 520] {
            let headers = [("retry-after", value)];
            assert_eq!(waits(code, &headers).await, [expected], "{code} {value}");
        }
    }
    for value in ["30x", "tomorrow", "Sun, 31 Nov 1994 08:49:47 GMT"] {
        assert_eq!(
            waits(429, &[("retry-after", value)]).await,
            [NO_DELAY],
            "{value}"
        );
    }
}

#[tokio::test]
async fn a_time_since_1970_is_read_in_the_unit_that_can_be_meant() {
    // The clocks of the test are of 1994, whose numbers are too small to be told from delays.
    let date = "Tue, 01 Sep 2026 00:00:00 GMT";
    for name in ["retry-after", "x-ratelimit-reset", "ratelimit-reset"] {
        for value in ["1788220856", "1788220856000", "1788220856000000"] {
            let answer = status(429).without_headers().header("date", date);
            let script = Script::new([answer.header(name, value), status(200)]).await;
            let (client, recorder) = script.client();
            call(&client, &op::LIST_USERS).await.unwrap();
            assert_eq!(recorder.waits(), [56_000], "{name}: {value}");
        }
    }
}

#[tokio::test]
async fn what_no_server_can_mean_is_left_to_us() {
    for value in [
        "99999999999",
        &"9".repeat(40),
        "Fri, 31 Dec 9999 23:59:59 GMT",
    ] {
        for (code, expected) in [(429, NO_DELAY), (503, 250)] {
            let headers = [("retry-after", value)];
            assert_eq!(waits(code, &headers).await, [expected], "{code} {value}");
        }
    }
}

#[tokio::test]
async fn a_delay_that_is_told_can_be_added_to_every_clock() {
    for value in ["999999999", "36500d", "2000000000"] {
        let answer = status(429).header("retry-after", value);
        let script = Script::new([answer]).await;
        let (client, _) = script.client();
        let error = call(&client, &op::LIST_USERS).await.unwrap_err();
        assert_eq!(error.exhausted(), Some(Exhausted::ServerDelay), "{error}");
        let delay = error.retry_after().unwrap();
        assert!(delay.as_secs() > 120, "{value}: {delay:?}");
        assert!(std::time::SystemTime::now().checked_add(delay).is_some());
        assert!(std::time::Instant::now().checked_add(delay).is_some());
        assert!(
            chrono::Utc::now()
                .checked_add_signed(chrono::TimeDelta::from_std(delay).unwrap())
                .is_some()
        );
    }
}

#[tokio::test]
async fn an_absurd_date_of_the_server_is_ignored() {
    for date in [
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "Wed, 06 Nov 2002 08:49:37 GMT",
        "never",
    ] {
        let answer = status(503).without_headers().header("date", date);
        let answer = answer.header("retry-after", "Sun, 06 Nov 1994 08:49:47 GMT");
        let script = Script::new([answer, status(200)]).await;
        let (client, recorder) = script.client();
        call(&client, &op::LIST_USERS).await.unwrap();
        assert_eq!(recorder.waits(), [10_000], "{date}");
    }
}
