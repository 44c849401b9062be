//! Models of servers that limit how often they may be asked.

use std::time::Duration;

use octocom_api::Operation;

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
