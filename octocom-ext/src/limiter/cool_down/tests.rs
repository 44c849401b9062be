//! The length of a cool-down, probes, and the order of release.

use super::*;
use crate::time::{Always, SystemRandom};

const SECOND: Duration = Duration::from_secs(1);

fn limits(deadline: Option<Instant>) -> WaitLimits {
    WaitLimits {
        deadline,
        max_server_delay: 120 * SECOND,
    }
}

/// A cool-down of a named delay that began now.
fn held(now: Instant, delay: Duration) -> CoolDown {
    let mut cool_down = CoolDown::default();
    assert!(cool_down.refuse(now, 1, 1, Some(delay)));
    cool_down
}

/// The wait of a call, in milliseconds; `None` if it may start.
fn wait(cool_down: &mut CoolDown, ticket: u64, now: Instant, random: &dyn Random) -> Option<u128> {
    match cool_down.step(ticket, now, limits(None), random) {
        Step::Wait(wait, _) => Some(wait.as_millis()),
        Step::Open => None,
        Step::Refused(error) => panic!("{error:?}"),
    }
}

/// Refuses calls one after the other and returns the cool-down after each, in seconds.
fn refuse_in_turn(cool_down: &mut CoolDown, now: &mut Instant, times: u64) -> Vec<u64> {
    (0..times)
        .map(|_| {
            let start = cool_down.wave + 1;
            cool_down.refuse(*now, start, start, None);
            let rest = cool_down.rest(*now);
            *now += rest;
            rest.as_secs()
        })
        .collect()
}

#[test]
fn without_a_delay_the_cool_down_doubles_to_a_minute_until_a_call_succeeds() {
    let (mut cool_down, mut now) = (CoolDown::default(), Instant::now());
    let delays = refuse_in_turn(&mut cool_down, &mut now, 9);
    assert_eq!(delays, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
    assert!(!cool_down.accept(cool_down.wave + 1, false));
    assert_eq!(refuse_in_turn(&mut cool_down, &mut now, 2), [1, 2]);
}

#[test]
fn a_wave_of_refusals_counts_once_and_its_late_answers_change_nothing() {
    let (mut cool_down, now) = (CoolDown::default(), Instant::now());
    // Thirty requests are under way, all are refused.
    for start in 1..=30 {
        assert_eq!(cool_down.refuse(now, start, 30, None), start == 1);
    }
    assert_eq!(cool_down.rest(now), SECOND);
    // A success that was sent before the refusal does not set the delay back.
    assert!(!cool_down.accept(7, false));
    let now = now + SECOND;
    cool_down.refuse(now, 31, 31, None);
    assert_eq!(cool_down.rest(now), 2 * SECOND);
    // Nor does a late refusal hold back calls anew.
    let now = now + 2 * SECOND;
    assert!(!cool_down.refuse(now, 5, 31, None));
    assert_eq!(cool_down.rest(now), Duration::ZERO);
}

#[test]
fn the_longest_named_delay_of_a_wave_counts_and_the_newest_of_a_probe() {
    let now = Instant::now();
    let mut cool_down = CoolDown::default();
    for (start, delay, rest) in [(1, 8, 8), (2, 3, 8), (3, 9, 9)] {
        cool_down.refuse(now, start, 3, Some(delay * SECOND));
        assert_eq!(cool_down.rest(now), rest * SECOND);
    }
    // A refusal without a delay does not shorten it.
    cool_down.refuse(now, 4, 4, None);
    assert_eq!(cool_down.rest(now), 9 * SECOND);
    // A request that was sent afterwards brings newer news.
    cool_down.refuse(now, 5, 5, Some(2 * SECOND));
    assert_eq!(cool_down.rest(now), 2 * SECOND);
}

#[test]
fn a_call_that_accepts_less_than_the_rest_fails_and_one_that_accepts_it_waits() {
    let now = Instant::now();
    let mut cool_down = held(now, 300 * SECOND);
    let later = now + 10 * SECOND;
    let patient = WaitLimits {
        deadline: None,
        max_server_delay: 290 * SECOND,
    };
    let step = cool_down.step(1, later, patient, &Always(0.5));
    assert!(
        matches!(step, Step::Wait(wait, _) if wait == 290 * SECOND),
        "{step:?}"
    );
    let short = WaitLimits {
        max_server_delay: 289 * SECOND,
        ..patient
    };
    let refused = |error| move |step: &Step| matches!(step, Step::Refused(e) if *e == error);
    let step = cool_down.step(2, later, short, &Always(0.5));
    assert!(
        refused(AcquireError::ServerDelay(290 * SECOND))(&step),
        "{step:?}"
    );
    let hurried = WaitLimits {
        deadline: Some(later + 290 * SECOND),
        ..patient
    };
    let step = cool_down.step(3, later, hurried, &Always(0.5));
    assert!(
        refused(AcquireError::CoolDown(290 * SECOND))(&step),
        "{step:?}"
    );
}

#[test]
fn our_own_guess_is_bounded_by_the_deadline_and_not_by_what_a_server_may_ask() {
    let (mut cool_down, now) = (CoolDown::default(), Instant::now());
    cool_down.refuse(now, 1, 1, None);
    let limits = WaitLimits {
        deadline: None,
        max_server_delay: Duration::ZERO,
    };
    let step = cool_down.step(1, now, limits, &Always(0.5));
    assert!(
        matches!(step, Step::Wait(wait, _) if wait == SECOND),
        "{step:?}"
    );
}

#[test]
fn one_call_probes_once_per_max_server_delay() {
    let now = Instant::now();
    let mut cool_down = held(now, 1000 * SECOND);
    let at = |seconds: u32| now + seconds * SECOND;
    for seconds in [1, 119] {
        assert!(!cool_down.admits(at(seconds), limits(None)), "{seconds}");
    }
    assert!(cool_down.admits(at(120), limits(None)));
    let step = cool_down.step(1, at(120), limits(None), &Always(0.5));
    assert!(matches!(step, Step::Open), "{step:?}");
    assert!(cool_down.start(at(120)));
    // It is under way: the next call has to wait for the next time.
    assert!(!cool_down.admits(at(121), limits(None)));
    assert!(!cool_down.admits(at(239), limits(None)));
    assert!(cool_down.admits(at(240), limits(None)));
    // A refusal counts as well.
    cool_down.refuse(at(130), 2, 2, Some(900 * SECOND));
    assert!(!cool_down.admits(at(249), limits(None)));
    assert!(cool_down.admits(at(250), limits(None)));
}

#[test]
fn a_probe_that_succeeds_ends_the_cool_down_and_an_older_success_does_not() {
    let now = Instant::now();
    let mut cool_down = held(now, 1000 * SECOND);
    assert!(!cool_down.accept(1, false));
    assert!(!cool_down.admits(now, limits(None)));
    assert!(cool_down.accept(2, true));
    assert!(cool_down.admits(now, limits(None)));
}

#[test]
fn a_limit_of_zero_probes_once_a_second_and_not_with_every_call() {
    let now = Instant::now();
    let mut cool_down = held(now, 1000 * SECOND);
    let limits = WaitLimits {
        deadline: None,
        max_server_delay: Duration::ZERO,
    };
    assert!(!cool_down.admits(now + SECOND / 2, limits));
    assert!(cool_down.admits(now + SECOND, limits));
    assert!(cool_down.start(now + SECOND));
    assert!(!cool_down.admits(now + SECOND, limits));
}

#[test]
fn the_first_call_waits_exactly_and_every_other_a_part_of_the_window_longer() {
    for (delay, window) in [
        (1, 250),
        (1000, 250),
        (4000, 1000),
        (8000, 2000),
        (90_000, 5000),
    ] {
        let now = Instant::now();
        let mut cool_down = held(now, Duration::from_millis(delay));
        let mut wait = |ticket| wait(&mut cool_down, ticket, now, &Always(0.5));
        let (first, other) = (u128::from(delay), u128::from(delay) + window / 2);
        assert_eq!(
            [wait(0), wait(1), wait(2)],
            [Some(first), Some(other), Some(other)]
        );
        // Asking again changes nothing.
        assert_eq!([wait(0), wait(1)], [Some(first), Some(other)]);
    }
}

#[test]
fn the_spread_is_no_reason_to_miss_the_deadline() {
    let now = Instant::now();
    let mut cool_down = held(now, 58 * SECOND);
    let limits = limits(Some(now + 60 * SECOND));
    for ticket in 0..50 {
        let step = cool_down.step(ticket, now, limits, &SystemRandom);
        assert!(
            matches!(step, Step::Wait(wait, _) if wait <= 59 * SECOND),
            "{step:?}"
        );
    }
}

#[test]
fn the_oldest_call_is_released_first_whoever_drew_the_earliest_moment() {
    let now = Instant::now();
    let mut cool_down = held(now, 8 * SECOND);
    // The youngest call came first and would start exactly at the end.
    assert_eq!(wait(&mut cool_down, 9, now, &Always(0.0)), Some(8000));
    assert_eq!(wait(&mut cool_down, 4, now, &Always(0.25)), Some(8500));
    assert_eq!(wait(&mut cool_down, 2, now, &Always(0.75)), Some(9500));
    let at = |ms| now + Duration::from_millis(ms);
    // It hands its moment to the oldest and takes the oldest's.
    assert_eq!(wait(&mut cool_down, 9, at(8000), &Always(0.0)), Some(1500));
    assert_eq!(wait(&mut cool_down, 2, at(8000), &Always(0.0)), None);
    assert_eq!(wait(&mut cool_down, 9, at(8500), &Always(0.0)), Some(1000));
    assert_eq!(wait(&mut cool_down, 4, at(8500), &Always(0.0)), None);
    assert_eq!(wait(&mut cool_down, 9, at(9500), &Always(0.0)), None);
}

#[test]
fn a_call_that_goes_away_holds_up_nobody() {
    let now = Instant::now();
    let mut cool_down = held(now, 8 * SECOND);
    for ticket in 0..100 {
        wait(&mut cool_down, ticket, now, &Always(0.5));
    }
    (0..99).for_each(|ticket| cool_down.leave(ticket));
    assert_eq!(
        wait(&mut cool_down, 99, now + 9 * SECOND, &Always(0.5)),
        None
    );
    assert!(cool_down.waiting.is_empty());
    // Nobody waits any more, so nobody has to queue.
    assert_eq!(
        wait(&mut cool_down, 200, now + 9 * SECOND, &Always(0.5)),
        None
    );
}

#[test]
fn a_call_that_arrives_while_others_are_released_does_not_overtake_them() {
    let now = Instant::now();
    let mut cool_down = held(now, 8 * SECOND);
    assert_eq!(wait(&mut cool_down, 0, now, &Always(0.5)), Some(8000));
    assert_eq!(wait(&mut cool_down, 1, now, &Always(0.5)), Some(9000));
    assert_eq!(
        wait(&mut cool_down, 0, now + 8 * SECOND, &Always(0.5)),
        None
    );
    let now = now + 8 * SECOND;
    assert_eq!(wait(&mut cool_down, 2, now, &Always(0.25)), Some(500));
    let now = now + SECOND / 2;
    assert_eq!(wait(&mut cool_down, 2, now, &Always(0.25)), Some(500));
    assert_eq!(wait(&mut cool_down, 1, now, &Always(0.25)), None);
}

#[test]
fn a_call_that_is_never_asked_again_does_not_hold_up_the_others() {
    let now = Instant::now();
    let mut cool_down = held(now, 8 * SECOND);
    wait(&mut cool_down, 0, now, &Always(0.5));
    let late = now + 60 * SECOND;
    for ticket in 1..10 {
        assert_eq!(
            wait(&mut cool_down, ticket, late, &Always(0.5)),
            None,
            "{ticket}"
        );
    }
}

#[test]
fn a_delay_beyond_all_time_holds_back_nobody() {
    let (mut cool_down, now) = (CoolDown::default(), Instant::now());
    assert!(!cool_down.refuse(now, 1, 1, Some(Duration::MAX)));
    assert!(cool_down.admits(now, limits(None)));
}

#[test]
fn the_time_of_refusals_is_measured_from_the_first_to_the_next_success() {
    let (mut cool_down, now) = (CoolDown::default(), Instant::now());
    let at = |seconds: u32| now + seconds * SECOND;
    cool_down.refuse(at(0), 1, 1, None);
    cool_down.refuse(at(10), 2, 2, Some(SECOND));
    assert_eq!(cool_down.refused(at(30)).refusing_for, 30 * SECOND);
    cool_down.accept(3, false);
    assert_eq!(cool_down.refused(at(30)).refusing_for, Duration::ZERO);
    cool_down.refuse(at(40), 4, 4, None);
    assert_eq!(cool_down.refused(at(45)).refusing_for, 5 * SECOND);
}

#[test]
fn a_refusal_long_after_a_cool_down_begins_a_new_series() {
    for (idle, wait, refusing_for) in [(120, 4, 123), (121, 1, 0)] {
        let (mut cool_down, mut now) = (CoolDown::default(), Instant::now());
        assert_eq!(refuse_in_turn(&mut cool_down, &mut now, 2), [1, 2]);
        now += idle * SECOND;
        cool_down.refuse(now, 3, 3, None);
        let refused = cool_down.refused(now);
        let expected = (wait * SECOND, refusing_for * SECOND);
        assert_eq!((refused.wait, refused.refusing_for), expected, "{idle}");
    }
}
