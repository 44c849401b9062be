//! Models of servers that limit how often they may be asked, and the scenarios of the benchmark
//! `throttling`.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use octocom_api::{BoxFuture, Operation, operations as op};

use super::{Simulation, give_up_after};
use crate::limiter::RateLimiter;
use crate::time::Sleeper;

const SECOND: Duration = Duration::from_secs(1);

/// The results of a scenario.
#[derive(Debug, Clone)]
pub struct Figures {
    /// The server and what is asked of it.
    pub scenario: String,
    /// Calls that were made.
    pub calls: usize,
    /// Calls that succeeded.
    pub succeeded: usize,
    /// Requests that the server saw.
    pub requests: usize,
    /// Requests that the server refused.
    pub refused: usize,
    /// Part of the requests after the first two seconds that was refused.
    pub refused_later: f64,
    /// Seconds until the last call ended.
    pub seconds: f64,
    /// Seconds that a client takes which knows the server's limit.
    pub ideal: f64,
}

/// Runs all scenarios.
pub(crate) fn all() -> Vec<Figures> {
    let mut figures = Vec::new();
    for (rate, size) in [(40.0, 20.0), (40.0, 1.0), (40.0, 40.0)] {
        for (latency, named) in [(2, false), (100, false), (100, true)] {
            let bucket = Bucket::new(rate, size);
            let bucket = if named {
                bucket.naming_delays()
            } else {
                bucket
            };
            let header = if named { "Retry-After: 1" } else { "no header" };
            let scenario =
                format!("bucket of {size}, {rate} a second, {header}, {latency} ms away");
            figures.push(at_once(
                scenario,
                400,
                latency,
                (400.0 - size) / rate,
                bucket,
            ));
        }
    }
    for (rate, size, calls) in [(1.0, 5.0, 150), (10.0, 200.0, 400), (100.0, 20.0, 1000)] {
        let scenario = format!("bucket of {size}, {rate} a second, no header, 40 ms away");
        let ideal = (f64::from(calls) - size) / rate;
        let server = Bucket::new(rate, size);
        figures.push(at_once(scenario, calls, 40, ideal, server));
    }
    let window = || Window::new(30, 20 * SECOND);
    let scenario = "30 in 20 seconds, no header, 60 calls at once";
    figures.push(at_once(scenario.to_owned(), 60, 40, 20.0, window()));
    figures.push(in_turn(
        "30 in 20 seconds, no header, 60 pages one after the other",
        (60, Duration::ZERO),
        20.0 + 30.0 * 0.04,
        window(),
    ));
    figures.push(in_turn(
        "Retry-After: 300 on every request, 1,000 calls, one a second",
        (1000, SECOND),
        1000.0,
        |_: &Operation, _: Duration| Some(Some(300 * SECOND)),
    ));
    figures.push(given_up());
    figures
}

/// Makes calls at once.
fn at_once(
    scenario: String,
    calls: u32,
    latency: u64,
    ideal: f64,
    server: impl Server + 'static,
) -> Figures {
    let mut simulation = Simulation::new(server);
    simulation.latency = Duration::from_millis(latency);
    let results = simulation.call_all(calls as usize, &op::LIST_USERS);
    let succeeded = results.iter().filter(|result| result.is_ok()).count();
    figures(&simulation, scenario, calls as usize, succeeded, ideal)
}

/// Makes calls one after the other, with a pause after each.
fn in_turn(
    scenario: &str,
    (calls, pause): (usize, Duration),
    ideal: f64,
    server: impl Server + 'static,
) -> Figures {
    let mut simulation = Simulation::new(server);
    simulation.latency = Duration::from_millis(40);
    let succeeded = AtomicUsize::new(0);
    simulation.time.run(vec![Box::pin(async {
        for _ in 0..calls {
            let result = simulation.call(&op::LIST_CONVERSATIONS).await;
            succeeded.fetch_add(usize::from(result.is_ok()), Ordering::Relaxed);
            simulation.time.sleep(pause).await;
        }
    })]);
    let succeeded = succeeded.into_inner();
    figures(&simulation, scenario.to_owned(), calls, succeeded, ideal)
}

/// Five requests a second are allowed, fifty calls a second come, and each goes away after 310
/// milliseconds. (300 is a multiple of the time between starts: the oldest call would start and go
/// away in the same instant.)
fn given_up() -> Figures {
    let mut simulation = Simulation::new(|_: &Operation, _: Duration| None);
    simulation.latency = Duration::from_millis(4);
    simulation.rate = Some(RateLimiter::new(5.0));
    let succeeded = AtomicUsize::new(0);
    let (simulation, count) = (&simulation, &succeeded);
    let task = |number: u32| async move {
        simulation.time.sleep(number * SECOND / 50).await;
        let call = simulation.call(&op::LIST_USERS);
        let result = give_up_after(&simulation.time, 310 * SECOND / 1000, call).await;
        count.fetch_add(usize::from(result.is_some()), Ordering::Relaxed);
    };
    let tasks = (0..400).map(|number| Box::pin(task(number)) as BoxFuture<'_, ()>);
    simulation.time.run(tasks.collect());
    let scenario =
        "5 a second by our own limit, 50 calls a second for 8 s, each given up after 310 ms";
    let succeeded = succeeded.load(Ordering::Relaxed);
    figures(simulation, scenario.to_owned(), 400, succeeded, 8.0)
}

fn figures(
    simulation: &Simulation,
    scenario: String,
    calls: usize,
    succeeded: usize,
    ideal: f64,
) -> Figures {
    let seen = simulation.seen();
    let is_later = |at: Duration| at >= 2 * SECOND;
    let refused = seen.iter().filter(|request| !request.accepted);
    let later = seen.iter().filter(|request| is_later(request.at)).count();
    let refused_later = refused
        .clone()
        .filter(|request| is_later(request.at))
        .count();
    Figures {
        scenario,
        calls,
        succeeded,
        requests: seen.len(),
        refused: refused.count(),
        refused_later: ratio(refused_later, later.max(1)),
        seconds: simulation.time.passed().as_secs_f64(),
        ideal,
    }
}

fn ratio(part: usize, whole: usize) -> f64 {
    let number = |number: usize| u32::try_from(number).map_or(f64::INFINITY, f64::from);
    number(part) / number(whole)
}

/// An answer: `None` accepts the request, `Some` refuses it, with a delay or not.
pub(crate) type Answer = Option<Option<Duration>>;

/// A server that limits requests.
pub(crate) trait Server: Send {
    /// Answers a request for `operation` that arrives at `now`.
    fn ask(&mut self, operation: &Operation, now: Duration) -> Answer;
}

impl<F: FnMut(&Operation, Duration) -> Answer + Send> Server for F {
    fn ask(&mut self, operation: &Operation, now: Duration) -> Answer {
        self(operation, now)
    }
}

/// A token bucket.
pub(crate) struct Bucket {
    /// Tokens a second.
    rate: f64,
    size: f64,
    tokens: f64,
    filled: Duration,
    /// Names the time until the next token, in whole seconds.
    names_delay: bool,
}

impl Bucket {
    pub(crate) fn new(rate: f64, size: f64) -> Self {
        Self {
            rate,
            size,
            tokens: size,
            filled: Duration::ZERO,
            names_delay: false,
        }
    }

    pub(crate) fn naming_delays(self) -> Self {
        Self {
            names_delay: true,
            ..self
        }
    }
}

impl Server for Bucket {
    fn ask(&mut self, _: &Operation, now: Duration) -> Answer {
        let past = now.saturating_sub(self.filled).as_secs_f64();
        self.tokens = (self.tokens + past * self.rate).min(self.size);
        self.filled = now;
        // Sums of fractions fall short of the whole by a little.
        if self.tokens >= 1.0 - 1e-9 {
            self.tokens -= 1.0;
            return None;
        }
        let delay = Duration::from_secs_f64(((1.0 - self.tokens) / self.rate).ceil());
        Some(self.names_delay.then_some(delay))
    }
}

/// So many requests in each window of time, the first of which begins at zero.
pub(crate) struct Window {
    requests: u32,
    length: Duration,
    number: u128,
    used: u32,
}

impl Window {
    pub(crate) fn new(requests: u32, length: Duration) -> Self {
        Self {
            requests,
            length,
            number: 0,
            used: 0,
        }
    }
}

impl Server for Window {
    fn ask(&mut self, _: &Operation, now: Duration) -> Answer {
        let number = now.as_nanos() / self.length.as_nanos().max(1);
        if number != self.number {
            (self.number, self.used) = (number, 0);
        }
        if self.used >= self.requests {
            return Some(None);
        }
        self.used += 1;
        None
    }
}
