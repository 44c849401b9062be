//! The order of calls, and callers that go away.

use super::*;

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
    let server = |_: &Operation, now: Duration| (now < SECOND).then_some(Some(8 * SECOND));
    let simulation = Simulation::new(server);
    assert_eq!(simulation.call_all(100, &op::LIST_USERS), vec![Ok(()); 100]);
    let seen = simulation.seen();
    let first = DEFAULT_MAX_CONCURRENCY as usize;
    for (place, request) in seen[first..].iter().enumerate() {
        // Calls that are due in the same millisecond may change places.
        let moved = request.call.abs_diff(place as u64);
        assert!(moved <= 5, "{place}: {request:?}");
    }
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
