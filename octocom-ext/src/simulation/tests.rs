//! Calls against servers that limit them, in virtual time.

mod closed;

use octocom_api::{BoxFuture, operations as op};

use super::scenarios::{Bucket, Window};
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

#[test]
fn callers_that_go_away_leave_no_trace_in_the_rate() {
    let mut simulation = Simulation::new(|_: &Operation, _: Duration| None);
    simulation.rate = Some(RateLimiter::new(5.0));
    simulation.latency = 4 * SECOND / 1000;
    let (simulation, time) = (&simulation, &simulation.time);
    let mut tasks: Vec<BoxFuture<'_, ()>> = (0..400_u32)
        .map(|number| {
            Box::pin(async move {
                time.sleep(number * SECOND / 50).await;
                // Not a multiple of the time between starts: the oldest call is the next to start,
                // and would go away in the same instant.
                let patience = 310 * SECOND / 1000;
                give_up_after(time, patience, simulation.call(&op::LIST_USERS)).await;
            }) as _
        })
        .collect();
    tasks.push(Box::pin(async move {
        time.sleep(9 * SECOND).await;
        let began = time.passed();
        assert_eq!(simulation.call(&op::LIST_TEAMS).await, Ok(()));
        assert!(time.passed() - began <= SECOND / 5, "{:?}", time.passed());
    }));
    time.run(tasks);
    let seen = simulation.seen();
    let during = seen.iter().filter(|r| r.at < 8 * SECOND).count();
    assert!((38..=42).contains(&during), "{during}");
    for pair in seen.windows(2) {
        assert!(pair[1].at - pair[0].at >= SECOND * 19 / 100, "{pair:?}");
    }
}

#[test]
fn calls_start_in_the_order_in_which_they_came_at_the_rate_that_was_set() {
    for rate in [3.0, 20.0, 70.0] {
        let mut simulation = Simulation::new(|_: &Operation, _: Duration| None);
        simulation.rate = Some(RateLimiter::new(rate));
        simulation.latency = 100 * SECOND / 1000;
        let results = simulation.call_all(200, &op::LIST_USERS);
        assert_eq!(results, vec![Ok(()); 200]);
        let seen = simulation.seen();
        let calls: Vec<_> = seen.iter().map(|request| request.call).collect();
        assert_eq!(calls, (0..200).collect::<Vec<_>>());
        let measured = 199.0 / (seen[199].at - seen[0].at).as_secs_f64();
        assert!(
            (measured / rate - 1.0).abs() < 0.05,
            "{measured} for {rate}"
        );
    }
}

#[test]
fn after_a_cool_down_the_oldest_calls_go_first() {
    let (mut calls, mut out_of_place) = (0_usize, Vec::new());
    // The spread of the starts is random: a source of system randomness would make a test that
    // fails now and then.
    for seed in 0..200 {
        fastrand::seed(seed);
        let server = |_: &Operation, now: Duration| (now < SECOND).then_some(Some(8 * SECOND));
        let simulation = Simulation::new(server);
        assert_eq!(simulation.call_all(100, &op::LIST_USERS), vec![Ok(()); 100]);
        let seen = simulation.seen();
        let first = DEFAULT_MAX_CONCURRENCY as usize;
        for (place, request) in seen[first..].iter().enumerate() {
            calls += 1;
            // Calls that are due in the same millisecond may change places.
            if request.call.abs_diff(place as u64) > 5 {
                out_of_place.push((seed, place, request.call));
            }
        }
    }
    // A newer call may slip in between two older ones; that is one call in thousands.
    assert!(out_of_place.len() * 1_000 <= calls, "{out_of_place:?}");
}

#[test]
fn cancelled_callers_leave_no_trace_in_a_throttled_group() {
    // A hundred calls come and go while the window is closed; a lone call afterwards starts as soon
    // as it opens.
    let server = |_: &Operation, now: Duration| (now < 10 * SECOND).then_some(Some(10 * SECOND));
    let mut simulation = Simulation::new(server);
    simulation.latency = Duration::ZERO;
    let (simulation, time) = (&simulation, &simulation.time);
    let mut tasks: Vec<BoxFuture<'_, ()>> = (0..100_u32)
        .map(|number| {
            Box::pin(async move {
                time.sleep(number * SECOND / 20).await;
                let call = simulation.call(&op::LIST_USERS);
                assert!(give_up_after(time, SECOND, call).await.is_none());
            }) as _
        })
        .collect();
    tasks.push(Box::pin(async move {
        time.sleep(9 * SECOND).await;
        assert_eq!(simulation.call(&op::LIST_TEAMS).await, Ok(()));
        assert_eq!(time.passed(), 10 * SECOND);
    }));
    time.run(tasks);
    assert_eq!(simulation.seen().len(), 2);
}

/// The only permit is taken for 10 seconds by a call that is refused, with a delay of 20 seconds.
#[test]
fn calls_that_queue_for_a_permit_wait_for_a_cool_down_that_begins_meanwhile() {
    let server = |_: &Operation, now: Duration| (now < 6 * SECOND).then_some(Some(20 * SECOND));
    let mut simulation = Simulation::new(server);
    simulation.groups = Groups::new(1);
    simulation.latency = 10 * SECOND;
    let simulation = &simulation;
    let tasks = (0..4_u32).map(|number| {
        Box::pin(async move {
            simulation.time.sleep(number * SECOND).await;
            assert_eq!(simulation.call(&op::LIST_USERS).await, Ok(()));
        }) as BoxFuture<'_, ()>
    });
    simulation.time.run(tasks.collect());
    let seen = simulation.seen();
    let calls: Vec<_> = seen.iter().map(|request| request.call).collect();
    assert_eq!(calls, [0, 0, 1, 2, 3]);
    assert_eq!(seen[1].at, 35 * SECOND);
}

#[test]
fn a_call_that_cannot_get_a_permit_in_time_fails_with_nothing_sent() {
    let mut simulation = Simulation::new(|_: &Operation, _: Duration| None);
    simulation.groups = Groups::new(1);
    simulation.latency = 100 * SECOND;
    let results = simulation.call_all(3, &op::LIST_USERS);
    let queue = Err(Failed::Unsent(AcquireError::Queue));
    assert_eq!(results, [Ok(()), queue, Ok(())]);
    assert_eq!(simulation.seen().len(), 2);
}

#[test]
fn calls_that_wait_for_the_rate_wait_for_a_cool_down_that_begins_meanwhile() {
    let server = |_: &Operation, now: Duration| (now < SECOND).then_some(Some(7 * SECOND));
    let mut simulation = Simulation::new(server);
    simulation.rate = Some(RateLimiter::new(0.5));
    simulation.latency = SECOND;
    assert_eq!(simulation.call_all(3, &op::LIST_USERS), vec![Ok(()); 3]);
    let asked: Vec<_> = simulation
        .seen()
        .iter()
        .map(|request| request.at.as_secs_f64())
        .collect();
    // The server decides half a second after a start. The first is refused, and all wait until the
    // eighth second; then they start two seconds apart.
    assert_eq!(asked, [0.5, 8.5, 10.5, 12.5]);
}
