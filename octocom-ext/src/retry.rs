//! The rules by which a call is retried, and the delays between attempts.
//!
//! Repeating a request is safe or harmful depending on two things: what the operation does when it
//! arrives twice, and whether it arrived. The first stands in the operation table
//! ([`Operation::idempotency`](octocom_api::Operation::idempotency)), and a caller who knows better overrides
//! it for a call. The second is read from how the attempt ended:
//!
//! | the attempt ended with | it was carried out | safe or idempotent | unsafe |
//! |---|---|---|---|
//! | no connection: DNS, refused, not accepted in time | no | retry | retry |
//! | a certificate that is not valid or not of this host | no | error | error |
//! | 429, 425 | no: the server refused it | retry | retry |
//! | 429 whose text says that a quota is full | no | error | error |
//! | 408, 500, 502 to 504, 520 to 530, a timeout, a reset, a body that breaks off | nobody knows | retry | error |
//! | any other 3xx, 4xx or 5xx | see the error | error | error |
//!
//! The last column is the point of it: a write that may have been carried out is never sent again
//! by this client. It comes back at once, and
//! [`may_have_been_processed`](octocom_api::Error::may_have_been_processed) is true.
//!
//! The delay is the server's where it names one (`retry_after`, in the order and with the
//! edge cases of that module), else exponential with full jitter (`backoff`). A server's delay, and
//! any 429, holds back everybody who shares the limit, because whoever goes on only lengthens it; see
//! [`limiter`](crate::limiter). A delay longer than the caller allows, or than what is left of the
//! deadline, is not slept at all: the error returns at once and carries the delay.
//!
//! Four limits end the retries: attempts, the deadline, the longest server delay, and the budget
//! that all clones of the client share. A 429 counts against neither attempts nor budget: it is
//! retried until the deadline, and without one for 15 minutes in which no call succeeds. At any
//! limit the caller gets the last answer of the server, with
//! [`exhausted`](octocom_api::Error::exhausted) saying which limit it was, and not an error about retries.
//!
//! The loop is this crate's own. backon's recipe for Retry-After ignores the limit on attempts,
//! tower and reqwest know no Retry-After, and progenitor's idea of "retryable" does not look at the
//! method.

mod backoff;
mod budget;
mod policy;
mod retry_after;

pub(crate) use backoff::Backoff;
pub(crate) use budget::{Budget, DEFAULT_TOKENS, MAX_TOKENS};
pub(crate) use policy::{Decision, Delay, Policy};
pub(crate) use retry_after::retry_after;
