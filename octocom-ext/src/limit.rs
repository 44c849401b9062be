//! When an attempt may start: the one place where calls wait for each other.
//!
//! The API limits how often it may be asked, for each key, and for some operations on their own:
//! starting bot conversations, messages of one conversation, purchases. The operation table names
//! these *limit groups*. A client that ignores them is answered 429 again and again, and every
//! needless request lengthens the wait for all its others. So every attempt of every clone of a
//! client passes here, in four steps:
//!
//! 1. **Cool-down.** A delay that the server asked for holds back the whole group of that key, and
//!    no other group: an hour's delay on starting bot conversations does not slow an export. A delay
//!    that fails its call (longer than the call allows, or its last attempt) holds back nobody: the
//!    next caller may know better.
//! 2. **Permit.** At most so many attempts of a group are under way at once. A 429 halves the
//!    number, however many of the requests under way bring one; as many successes in a row as there
//!    are permits add one, up to the maximum again (additive increase, multiplicative decrease, as
//!    in TCP: the only simple rule under which clients that share a limit come to fair shares).
//! 3. **Pace**, if the caller asked for one: attempts of the whole client start evenly spread over
//!    the second. It is a lower bound between starts, not a bucket, so there is no burst.
//! 4. Was the group held back meanwhile? Then from the start.
//!
//! When a cool-down ends, the calls that waited are released one after the other and not in the same
//! instant: the first when the server said, each other at a random moment of a window after it, a
//! quarter of the delay long, at least 250 milliseconds and at most 5 seconds.
//!
//! Every wait counts against the deadline of the call. One that cannot end in time does not begin,
//! and the call fails at once with nothing sent.
//!
//! Pagination has no throttle of its own: reading ahead goes through here like everything else.

mod cool_down;
mod gate;
mod groups;
mod pace;
mod permits;

pub(crate) use gate::{Gate, Held, Patience};
pub(crate) use groups::{Group, GroupKey, Groups};
pub(crate) use pace::Pace;
pub(crate) use permits::Permit;

/// Attempts of one limit group under way at once. HTTP/1.1 takes a connection for each, and an
/// export gains nothing from more.
pub(crate) const DEFAULT_MAX_CONCURRENCY: u32 = 32;
/// Most permits that can be set.
pub(crate) const MAX_CONCURRENCY: u32 = 10_000;
