//! The rate that is learned, and its rise.

use super::*;

/// A learned rate and a clock.
struct Bench {
    rate: LearnedRate,
    now: Instant,
}

impl Bench {
    fn new() -> Self {
        Self {
            rate: LearnedRate::default(),
            now: Instant::now(),
        }
    }

    fn pass(&mut self, milliseconds: u64) {
        self.now += Duration::from_millis(milliseconds);
    }

    /// So many accepted calls, this far apart.
    fn accept(&mut self, calls: u32, milliseconds: u64) {
        for _ in 0..calls {
            self.rate.start(self.now, None);
            self.pass(milliseconds);
            self.rate.accept(self.now, true);
        }
    }

    /// A wave of refusals that a call ends which starts as soon as the cool-downs are over.
    fn refuse(&mut self, cool_downs: &[u32], named: bool) {
        for seconds in cool_downs {
            self.rate.start(self.now, None);
            self.rate.refuse(self.now, *seconds * SECOND, named, true);
            self.now += *seconds * SECOND;
        }
        self.rate.start(self.now, None);
        assert!(self.rate.accept(self.now, true));
    }

    fn learned(&self) -> Option<f64> {
        self.rate.rate().map(|rate| (rate * 100.0).round() / 100.0)
    }
}

#[test]
fn nothing_is_held_back_before_the_first_refusal() {
    let mut bench = Bench::new();
    bench.accept(1000, 0);
    assert_eq!(
        (bench.learned(), bench.rate.wait(bench.now)),
        (None, Duration::ZERO)
    );
}

#[test]
fn after_a_wave_starts_go_below_the_rate_at_which_calls_succeeded() {
    for (calls, gap, cool_downs, expected) in [
        // A bucket that was emptied in an instant: its size over the cool-down.
        (20, 0, &[1][..], 16.0),
        // A steady rate.
        (200, 25, &[1], 32.0),
        // A window: what it took, over the time from one to the next.
        (300, 10, &[1, 2, 4, 8, 16], 0.8 * 300.0 / 33.0),
    ] {
        let mut bench = Bench::new();
        bench.accept(calls, gap);
        bench.refuse(cool_downs, false);
        let expected = (expected * 100.0_f64).round() / 100.0;
        assert_eq!(bench.learned(), Some(expected), "{calls} calls");
    }
}

#[test]
fn one_refusal_among_few_calls_tells_no_rate_and_a_second_does() {
    let mut bench = Bench::new();
    bench.accept(9, 0);
    bench.refuse(&[1], false);
    assert_eq!(bench.learned(), None);
    bench.refuse(&[1], false);
    assert_eq!(bench.learned(), Some(MIN_FIRST_RATE));
    bench.refuse(&[1], false);
    assert_eq!(bench.learned(), Some(MIN_FIRST_RATE * MAX_DECREASE));
    // Refusals that lie far apart do not.
    let mut bench = Bench::new();
    bench.accept(9, 0);
    bench.refuse(&[1], false);
    bench.pass(61_000);
    bench.refuse(&[1], false);
    assert_eq!(bench.learned(), None);
}

#[test]
fn one_start_a_second_probes_after_a_refusal_without_a_delay_and_none_after_a_named_one() {
    for (named, gap) in [(false, SECOND), (true, Duration::ZERO)] {
        let mut bench = Bench::new();
        bench.rate.start(bench.now, None);
        bench.rate.refuse(bench.now, 2 * SECOND, named, true);
        bench.now += 2 * SECOND;
        bench.rate.start(bench.now, None);
        assert_eq!(bench.rate.wait(bench.now), gap, "{named}");
        assert!(bench.rate.accept(bench.now, true));
        assert_eq!(bench.rate.wait(bench.now), Duration::ZERO, "{named}");
    }
}

#[test]
fn a_success_that_was_sent_before_the_refusal_ends_no_wave() {
    let mut bench = Bench::new();
    bench.accept(20, 0);
    bench.rate.refuse(bench.now, SECOND, false, true);
    assert!(!bench.rate.accept(bench.now, false));
    assert_eq!(
        (bench.learned(), bench.rate.wait(bench.now)),
        (None, SECOND)
    );
}

/// Lets every call wait for its start, for so many seconds, and returns the rate after each second.
fn run(bench: &mut Bench, seconds: u64) -> Vec<f64> {
    let began = bench.now;
    let mut rates = Vec::new();
    while rates.len() < seconds as usize {
        bench.now += bench.rate.wait(bench.now);
        bench.rate.start(bench.now, Some(bench.now));
        bench.rate.accept(bench.now, true);
        if bench.now - began >= SECOND * (rates.len() as u32 + 1) {
            rates.extend(bench.learned());
        }
    }
    rates
}

#[test]
fn a_first_rate_doubles_every_second_and_a_later_one_rises_slowly() {
    let mut bench = Bench::new();
    bench.accept(20, 0);
    bench.refuse(&[1], false);
    let rates = run(&mut bench, 3);
    for (rate, expected) in rates.iter().zip([32.0, 64.0, 128.0]) {
        assert!((rate / expected - 1.0).abs() < 0.05, "{rates:?}");
    }
    bench.refuse(&[1], false);
    let rates = run(&mut bench, 10);
    for pair in rates.windows(2) {
        let rise = pair[1] - pair[0];
        let expected = RISE_CONSTANT + RISE_PART * pair[0];
        assert!((rise / expected - 1.0).abs() < 0.1, "{rates:?}");
    }
}

#[test]
fn a_low_rate_does_not_double_between_two_answers() {
    let mut bench = Bench::new();
    bench.accept(10, 0);
    bench.refuse(&[60], false);
    bench.refuse(&[60], false);
    bench.refuse(&[60], false);
    let before = bench.rate.rate().unwrap();
    bench.pass(60_000 - 1);
    bench.rate.start(bench.now, Some(bench.now));
    bench.rate.accept(bench.now, true);
    let factor = bench.rate.rate().unwrap() / before;
    assert!((1.0..=1.06).contains(&factor), "{factor}");
}

#[test]
fn a_rate_that_holds_nothing_back_does_not_rise() {
    let mut bench = Bench::new();
    bench.accept(20, 0);
    bench.refuse(&[1], false);
    bench.accept(30, 1000);
    assert_eq!(bench.learned(), Some(16.0));
}

#[test]
fn a_rate_is_forgotten_after_a_minute_without_a_start() {
    for (idle, expected) in [(59_999, Some(16.0)), (60_000, None)] {
        let mut bench = Bench::new();
        bench.accept(20, 0);
        bench.refuse(&[1], false);
        bench.pass(idle);
        bench.rate.start(bench.now, None);
        assert_eq!(bench.learned(), expected, "{idle}");
    }
}

#[test]
fn a_rate_never_falls_below_one_start_in_ten_seconds() {
    let mut bench = Bench::new();
    bench.accept(10, 0);
    for _ in 0..20 {
        bench.refuse(&[50], true);
    }
    assert_eq!(bench.learned(), Some(MIN_RATE));
    assert_eq!(bench.rate.wait(bench.now), 10 * SECOND);
}
