//! The retry budget: a bound on how much load retries add.
//!
//! A limit on attempts bounds one call. When a server is down, every call of a process fails, and
//! each of them retries: five attempts are five times the load on a server that already cannot
//! carry the simple one. So all clones of a client share a pot of tokens. A retry takes one, a
//! success puts a fifth of one back, and a call that finds the pot empty fails with what it has,
//! marked [`Exhausted::Budget`](crate::Exhausted::Budget).
//!
//! The pot holds 100 tokens and starts full, so short troubles are absorbed in full; over a longer
//! time at most one request in six is a retry (five successes pay for one). That is the 20 % which
//! finagle and tower settled on, with the numbers of smithy's standard retry strategy in mind (500
//! tokens, 5 a retry).
//!
//! A 429 takes nothing: the server did nothing, the limiter says when the next attempt may start, and
//! a whole export must not fail because it was told to wait more often than it succeeded.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Tokens of a budget that was given no other size.
pub(crate) const DEFAULT_TOKENS: u32 = 100;
/// Most tokens that can be set.
pub(crate) const MAX_TOKENS: u32 = 1_000_000;

/// Successes that pay for one retry.
const SUCCESSES_A_RETRY: u64 = 5;

/// Tokens that all clones of a client share.
#[derive(Debug)]
pub(crate) struct Budget {
    /// In shares of a token, of which one success returns one.
    shares: Mutex<u64>,
    full: u64,
}

impl Budget {
    pub(crate) fn new(tokens: u32) -> Self {
        let full = u64::from(tokens).saturating_mul(SUCCESSES_A_RETRY);
        Self {
            shares: Mutex::new(full),
            full,
        }
    }

    /// Takes a token for a retry; `false` when none is left.
    #[must_use]
    pub(crate) fn take(&self) -> bool {
        let mut shares = self.shares();
        match shares.checked_sub(SUCCESSES_A_RETRY) {
            Some(rest) => {
                *shares = rest;
                true
            }
            None => false,
        }
    }

    /// Returns the share of a success.
    pub(crate) fn succeed(&self) {
        let mut shares = self.shares();
        *shares = shares.saturating_add(1).min(self.full);
    }

    fn shares(&self) -> MutexGuard<'_, u64> {
        self.shares.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drain(budget: &Budget) -> usize {
        std::iter::repeat_with(|| budget.take())
            .take_while(|taken| *taken)
            .count()
    }

    #[test]
    fn a_budget_starts_full_and_refuses_when_it_is_empty() {
        let budget = Budget::new(DEFAULT_TOKENS);
        assert_eq!(drain(&budget), 100);
        assert!(!budget.take());
    }

    #[test]
    fn five_successes_pay_for_one_retry_and_four_do_not() {
        let budget = Budget::new(1);
        assert_eq!(drain(&budget), 1);
        (0..4).for_each(|_| budget.succeed());
        assert!(!budget.take());
        budget.succeed();
        assert_eq!(drain(&budget), 1);
    }

    #[test]
    fn successes_do_not_fill_a_budget_beyond_its_size() {
        let budget = Budget::new(2);
        (0..1000).for_each(|_| budget.succeed());
        assert_eq!(drain(&budget), 2);
    }
}
