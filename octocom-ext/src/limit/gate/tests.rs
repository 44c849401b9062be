//! The steps into a group, and that each is repeated when the group is held back meanwhile.

use std::sync::Mutex;
use std::task::{Context, Waker};
use std::time::SystemTime;

use octocom_api::BoxFuture;

use super::*;
use crate::limit::cool_down::CoolDown;
use crate::limit::permits::Permits;
use crate::time::{Always, SystemRandom};

const SECOND: Duration = Duration::from_secs(1);

/// Waits are over at once, and are recorded; the first may do something else meanwhile.
struct Instantly<'a> {
    start: Instant,
    waits: Mutex<Vec<Duration>>,
    meanwhile: Mutex<Option<Box<dyn FnOnce() + Send + 'a>>>,
}

impl std::fmt::Debug for Instantly<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Instantly")
    }
}

impl Instantly<'_> {
    fn new(start: Instant) -> Self {
        Self {
            start,
            waits: Mutex::default(),
            meanwhile: Mutex::default(),
        }
    }

    fn waits(&self) -> Vec<Duration> {
        self.waits.lock().unwrap().clone()
    }
}

impl Sleeper for Instantly<'_> {
    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        self.waits.lock().unwrap().push(duration);
        if let Some(meanwhile) = self.meanwhile.lock().unwrap().take() {
            meanwhile();
        }
        Box::pin(std::future::ready(()))
    }

    fn expire(&self, _: Duration) -> BoxFuture<'_, ()> {
        Box::pin(std::future::pending())
    }

    fn now(&self) -> Instant {
        self.start
    }

    fn system_time(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH
    }
}

fn group(permits: u32) -> Group {
    Group {
        cool_down: CoolDown::default(),
        permits: Permits::new(permits),
    }
}

fn patience(now: Instant) -> Patience {
    Patience {
        deadline: now.checked_add(60 * SECOND),
        max_server_delay: 120 * SECOND,
    }
}

fn poll<F: Future>(future: std::pin::Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn who_queued_for_a_permit_waits_for_a_cool_down_that_began_meanwhile() {
    let (group, now) = (group(1), Instant::now());
    let sleeper = Instantly::new(now);
    let gate = Gate {
        group: &group,
        pace: None,
        sleeper: &sleeper,
        random: &SystemRandom,
    };
    let taken = group.permits.try_acquire().unwrap();
    let mut entering = pin!(gate.enter(patience(now)));
    assert!(poll(entering.as_mut()).is_pending());
    assert_eq!(sleeper.waits(), []);
    group.cool_down.hold(now, 3 * SECOND);
    drop(taken);
    assert!(matches!(poll(entering.as_mut()), Poll::Ready(Ok(_))));
    assert_eq!(sleeper.waits(), [3 * SECOND]);
}

#[test]
fn who_waited_for_the_pace_waits_for_a_cool_down_that_began_meanwhile() {
    let (group, now, pace) = (group(1), Instant::now(), Pace::new(0.5));
    let sleeper = Instantly::new(now);
    pace.reserve(now, None).unwrap();
    *sleeper.meanwhile.lock().unwrap() = Some(Box::new(|| group.cool_down.hold(now, 3 * SECOND)));
    let gate = Gate {
        group: &group,
        pace: Some(&pace),
        sleeper: &sleeper,
        random: &SystemRandom,
    };
    let mut entering = pin!(gate.enter(patience(now)));
    assert!(matches!(poll(entering.as_mut()), Poll::Ready(Ok(_))));
    // Its place in the pace is lost: it takes another behind the first.
    assert_eq!(sleeper.waits(), [2 * SECOND, 3 * SECOND, 4 * SECOND]);
}

#[test]
fn a_cool_down_that_is_prolonged_is_waited_for_again() {
    let (group, now) = (group(1), Instant::now());
    let sleeper = Instantly::new(now);
    group.cool_down.hold(now, 3 * SECOND);
    *sleeper.meanwhile.lock().unwrap() = Some(Box::new(|| group.cool_down.hold(now, 5 * SECOND)));
    let gate = Gate {
        group: &group,
        pace: None,
        sleeper: &sleeper,
        random: &Always(0.0),
    };
    let mut entering = pin!(gate.enter(patience(now)));
    assert!(matches!(poll(entering.as_mut()), Poll::Ready(Ok(_))));
    assert_eq!(sleeper.waits(), [3 * SECOND, 5 * SECOND]);
}

#[test]
fn the_spread_is_no_reason_to_miss_the_deadline() {
    let (group, now) = (group(1), Instant::now());
    let sleeper = Instantly::new(now);
    group.cool_down.hold(now, 58 * SECOND);
    group.cool_down.wait(now, None, &SystemRandom).unwrap();
    let gate = Gate {
        group: &group,
        pace: None,
        sleeper: &sleeper,
        random: &SystemRandom,
    };
    for _ in 0..50 {
        let mut entering = pin!(gate.enter(patience(now)));
        assert!(matches!(poll(entering.as_mut()), Poll::Ready(Ok(_))));
    }
    assert!(
        sleeper.waits().iter().all(|wait| *wait <= 59 * SECOND),
        "{:?}",
        sleeper.waits()
    );
}

#[test]
fn what_cannot_end_in_time_is_not_begun() {
    let (group, now) = (group(1), Instant::now());
    let sleeper = Instantly::new(now);
    let gate = Gate {
        group: &group,
        pace: None,
        sleeper: &sleeper,
        random: &SystemRandom,
    };
    for (delay, held) in [
        (60, Held::CoolDown(60 * SECOND)),
        (120, Held::CoolDown(120 * SECOND)),
        (121, Held::ServerDelay(121 * SECOND)),
    ] {
        group.cool_down.hold(now, delay * SECOND);
        let mut entering = pin!(gate.enter(patience(now)));
        let Poll::Ready(Err(reason)) = poll(entering.as_mut()) else {
            panic!("{delay}")
        };
        assert_eq!((reason, sleeper.waits()), (held, vec![]), "{delay}");
    }
}
