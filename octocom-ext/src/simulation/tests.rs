//! Calls against servers that limit them, in virtual time.

mod closed;
mod order;

use octocom_api::{BoxFuture, operations as op};

use super::*;

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3600);

/// The results of many calls at once.
#[derive(Debug)]
struct Outcome {
    succeeded: usize,
    requests: usize,
    refused: usize,
    /// Part of the requests after the first two seconds that was refused.
    refused_later: f64,
    seconds: f64,
}

fn outcome(simulation: &Simulation, results: &[Result<(), Failed>]) -> Outcome {
    let seen = simulation.seen();
    let refused = |seen: &[Request]| seen.iter().filter(|request| !request.accepted).count();
    let later: Vec<_> = seen
        .iter()
        .copied()
        .filter(|request| request.at >= 2 * SECOND)
        .collect();
    Outcome {
        succeeded: results.iter().filter(|result| result.is_ok()).count(),
        requests: seen.len(),
        refused: refused(&seen),
        refused_later: refused(&later) as f64 / later.len().max(1) as f64,
        seconds: simulation.time.passed().as_secs_f64(),
    }
}

/// Makes calls at once against a server that is this many milliseconds away.
fn at_once(calls: usize, latency: u64, server: impl Server + 'static) -> Outcome {
    let mut simulation = Simulation::new(server);
    simulation.latency = Duration::from_millis(latency);
    let results = simulation.call_all(calls, &op::LIST_USERS);
    outcome(&simulation, &results)
}

#[test]
fn four_hundred_reads_against_forty_a_second_end_in_time_and_without_a_storm() {
    for size in [1_u32, 5, 10, 20, 40] {
        for latency in [2, 20, 60, 100] {
            let server = || Bucket::new(40.0, f64::from(size));
            for outcome in [
                at_once(400, latency, server()),
                at_once(400, latency, server().naming_delays()),
            ] {
                let ideal = f64::from(400 - size) / 40.0;
                let context = format!("{size} tokens, {latency} ms: {outcome:?}");
                assert_eq!(outcome.succeeded, 400, "{context}");
                assert!(outcome.seconds <= 2.0 * ideal, "{context}");
                assert!(outcome.refused_later <= 0.1, "{context}");
                assert!(outcome.requests <= 480, "{context}");
            }
        }
    }
}

#[test]
fn buckets_of_other_rates_are_served_almost_as_fast_as_they_allow() {
    for (rate, size, calls) in [
        (100.0, 20.0, 1000),
        (20.0, 100.0, 400),
        (10.0, 200.0, 400),
        (5.0, 5.0, 400),
        (2.0, 10.0, 200),
        (1.0, 5.0, 150),
    ] {
        let outcome = at_once(calls, 40, Bucket::new(rate, size));
        let ideal = (calls as f64 - size) / rate;
        let context = format!("{rate} a second, {size} tokens: {outcome:?}");
        assert_eq!(outcome.succeeded, calls, "{context}");
        assert!(outcome.seconds <= 1.8 * ideal, "{context}");
        assert!(outcome.refused_later <= 0.12, "{context}");
    }
}

#[test]
fn a_window_without_a_header_is_waited_out() {
    for (requests, seconds, calls) in [(30, 20, 60), (100, 60, 150), (10, 1, 200), (50, 5, 300)] {
        let outcome = at_once(calls, 40, Window::new(requests, seconds * SECOND));
        let windows = (calls as u32).div_ceil(requests) - 1;
        let ideal = windows * seconds;
        let context = format!("{requests} in {seconds} s: {outcome:?}");
        assert_eq!(outcome.succeeded, calls, "{context}");
        assert!(outcome.seconds <= 2.0 * f64::from(ideal), "{context}");
        assert!(outcome.refused <= 40 + 6 * windows as usize, "{context}");
    }
}

#[test]
fn pages_one_after_the_other_outlast_a_window_within_the_deadline() {
    let mut simulation = Simulation::new(Window::new(30, 20 * SECOND));
    simulation.latency = 40 * SECOND / 1000;
    simulation.time.run(vec![Box::pin(async {
        for page in 0..60 {
            assert_eq!(
                simulation.call(&op::LIST_CONVERSATIONS).await,
                Ok(()),
                "{page}"
            );
        }
    })]);
    let outcome = outcome(&simulation, &[]);
    assert_eq!(outcome.requests - outcome.refused, 60, "{outcome:?}");
    assert!(
        outcome.refused <= 6 && outcome.seconds < 60.0,
        "{outcome:?}"
    );
}

#[test]
fn a_refusal_without_a_delay_is_asked_about_after_one_second_then_two_then_four() {
    // Closed for twenty seconds.
    let server = |_: &Operation, now: Duration| (now < 20 * SECOND).then_some(None);
    let mut simulation = Simulation::new(server);
    simulation.latency = Duration::ZERO;
    assert_eq!(simulation.call_all(1, &op::SEND_OUTBOUND_EMAIL), [Ok(())]);
    let asked: Vec<_> = simulation.seen().iter().map(|r| r.at.as_secs()).collect();
    assert_eq!(asked, [0, 1, 3, 7, 15, 31]);
}

#[test]
fn while_the_server_refuses_everything_one_call_at_a_time_asks() {
    let mut simulation = Simulation::new(|_: &Operation, _: Duration| Some(None));
    let results = simulation.call_all(400, &op::LIST_USERS);
    let first = simulation.seen().iter().filter(|r| r.at < SECOND).count();
    assert_eq!(first, DEFAULT_MAX_CONCURRENCY as usize);
    // At 1, 3, 7, 15, 31, 63 and 123 seconds; the next time is after the deadline.
    assert_eq!(simulation.seen().len(), first + 7);
    assert!(results.iter().all(Result::is_err), "{results:?}");

    // Without a deadline the calls give up after a quarter of an hour.
    simulation = Simulation::new(|_: &Operation, _: Duration| Some(None));
    simulation.deadline = None;
    let results = simulation.call_all(1, &op::LIST_USERS);
    assert_eq!(results, [Err(Failed::Refused(Exhausted::ServerDelay))]);
    let end = simulation.time.passed();
    assert!(
        (14 * 60 * SECOND..=15 * 60 * SECOND).contains(&end),
        "{end:?}"
    );
}
