//! Closed windows, and operations that are refused alone.

use super::*;

#[test]
fn a_closed_window_is_remembered_and_probed_once_in_two_minutes() {
    // One call a second for an hour; every request is told to wait for five minutes.
    let mut simulation = Simulation::new(|_: &Operation, _: Duration| Some(Some(300 * SECOND)));
    simulation.latency = Duration::ZERO;
    simulation.time.run(vec![Box::pin(async {
        for _ in 0..3600 {
            let sent = simulation.seen().len();
            let result = simulation.call(&op::LIST_USERS).await;
            match result {
                Err(Failed::Refused(Exhausted::ServerDelay)) => {
                    assert_eq!(simulation.seen().len(), sent + 1);
                }
                Err(Failed::Unsent(AcquireError::ServerDelay(rest))) => {
                    assert_eq!(simulation.seen().len(), sent);
                    assert!(rest > 180 * SECOND && rest < 300 * SECOND, "{rest:?}");
                }
                other => panic!("{other:?}"),
            }
            simulation.time.sleep(SECOND).await;
        }
    })]);
    let asked: Vec<_> = simulation.seen().iter().map(|r| r.at.as_secs()).collect();
    assert_eq!(asked, (0..3600).step_by(120).collect::<Vec<_>>());
}

#[test]
fn a_call_that_can_wait_for_a_closed_window_does_and_others_fail_at_once() {
    let server = |_: &Operation, now: Duration| {
        let opens = 300 * SECOND;
        opens
            .checked_sub(now)
            .filter(|rest| !rest.is_zero())
            .map(Some)
    };
    let mut simulation = Simulation::new(server);
    simulation.latency = Duration::ZERO;
    simulation.max_server_delay = HOUR;
    simulation.deadline = Some(HOUR);
    assert_eq!(simulation.call_all(20, &op::LIST_USERS), vec![Ok(()); 20]);
    let asked: Vec<_> = simulation.seen().iter().map(|r| r.at.as_secs()).collect();
    // The first is refused before the others start.
    assert_eq!(asked.len(), 21);
    assert!(
        asked[1..].iter().all(|at| (300..=305).contains(at)),
        "{asked:?}"
    );
}

#[test]
fn a_window_that_opens_early_is_found_by_a_probe() {
    // The server says an hour, and opens after 100 seconds.
    let server = |_: &Operation, now: Duration| (now < 100 * SECOND).then_some(Some(HOUR));
    let mut simulation = Simulation::new(server);
    simulation.latency = Duration::ZERO;
    let mut results = Vec::new();
    simulation.time.run(vec![Box::pin(async {
        for at in [0, 50, 119, 120, 121, 122] {
            let rest = (at * SECOND).saturating_sub(simulation.time.passed());
            simulation.time.sleep(rest).await;
            results.push(simulation.call(&op::LIST_USERS).await.is_ok());
        }
    })]);
    assert_eq!(results, [false, false, false, true, true, true]);
    assert_eq!(simulation.seen().len(), 4);
}

#[test]
fn an_operation_that_is_refused_alone_holds_back_no_other() {
    for (named, expected) in [(false, 600), (true, 1)] {
        // Lists are refused; one user is asked for every tenth of a second.
        let server = move |operation: &Operation, _: Duration| {
            (operation.id == "list_articles").then_some(named.then_some(100 * SECOND))
        };
        let simulation = Simulation::new(server);
        let refused = async {
            // The first success of another operation comes before the first refusal.
            simulation.time.sleep(SECOND / 20).await;
            assert!(simulation.call(&op::LIST_ARTICLES).await.is_err());
        };
        let served = Mutex::new(0);
        let others = async {
            for _ in 0..600 {
                let succeeded = simulation.call(&op::LIST_USERS).await.is_ok();
                let in_time = simulation.time.passed() <= 80 * SECOND;
                *lock(&served) += u32::from(succeeded && in_time);
                simulation.time.sleep(SECOND / 10).await;
            }
        };
        simulation
            .time
            .run(vec![Box::pin(refused), Box::pin(others)]);
        // A delay that the server names is the group's.
        assert_eq!(*lock(&served), expected, "named: {named}");
    }
}

#[test]
fn an_operation_with_a_quota_holds_back_no_other() {
    let server = |operation: &Operation, _: Duration| operation.quota.map(|_| None);
    let simulation = Simulation::new(server);
    let quota = async {
        assert!(
            simulation
                .call(&op::SET_CONVERSATION_METADATA)
                .await
                .is_err()
        );
    };
    let other = async {
        simulation.time.sleep(SECOND / 10).await;
        assert_eq!(simulation.call(&op::LIST_USERS).await, Ok(()));
        assert!(simulation.time.passed() < SECOND);
    };
    simulation.time.run(vec![Box::pin(quota), Box::pin(other)]);
}

#[test]
fn operations_that_share_a_limit_are_held_back_together_after_one_refusal_each() {
    let mut simulation = Simulation::new(Window::new(10, 20 * SECOND));
    simulation.latency = Duration::ZERO;
    simulation.time.run(vec![Box::pin(async {
        for operation in [&op::LIST_USERS, &op::LIST_TEAMS]
            .into_iter()
            .cycle()
            .take(30)
        {
            assert_eq!(simulation.call(operation).await, Ok(()));
        }
    })]);
    let outcome = outcome(&simulation, &[]);
    assert!(outcome.refused <= 14, "{outcome:?}");
}
