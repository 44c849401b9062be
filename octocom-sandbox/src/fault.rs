//! Faults: errors on demand.

mod apply;
mod latency;
mod text;

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub(crate) use apply::{Prepared, distort};
pub use latency::Latency;
pub use text::InvalidFault;

/// Name of the request header that causes a fault.
pub const FAULT_HEADER: &str = "x-sandbox-fault";

/// A fault of one request.
///
/// As text, in the header [`FAULT_HEADER`] and on the command line, it is the kind, `;`, and
/// `before` or `after`, such as `status=503; after`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The kind of fault.
    pub kind: FaultKind,
    /// Time of the fault: before or after the operation takes effect.
    pub effect: Effect,
}

/// The kind of fault.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultKind {
    /// The response has this status and `{"error": …}` (`status=503`). 400 to 599.
    Status(u16),
    /// A 429 with a `Retry-After` of whole seconds (`rate-limit=1`).
    RateLimit(Duration),
    /// The response is delayed (`latency=250`, in milliseconds, or a distribution).
    Latency(Latency),
    /// The connection is reset without a response (`reset`).
    Reset,
    /// The connection is closed without a response (`close`).
    Close,
    /// No response; the connection stays open (`hang`).
    Hang,
    /// The response is complete, but the connection is then closed without notice (`close-after`).
    CloseAfter,
    /// Half of the body is sent, then the connection is reset (`truncated`).
    Truncated,
    /// Half of the body is sent, then nothing more; the connection stays open (`stall`).
    Stall,
    /// The body is sent slowly over this time, in milliseconds (`slow=500`). At most a minute.
    SlowBody(Duration),
    /// Head and body are sent at this number of bytes per second (`throttle=1000`). At least 1.
    Throttle(u32),
    /// The response has this status and an HTML page (`html=502`). 200 to 599.
    Html(u16),
    /// The body is the first half of the JSON, with a matching length (`half-json`).
    HalfJson,
    /// The body is empty (`empty`).
    EmptyBody,
    /// The first item has a wrong type (`malformed-item`).
    MalformedItem,
    /// The first item has an undocumented channel (`unknown-enum`).
    UnknownEnum,
    /// The body and its items have an undocumented field (`extra-field`).
    ExtraField,
    /// A list returns its previous page again (`repeated-page`).
    RepeatedPage,
}

/// The time of a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// The fault prevents the operation (`before`).
    Before,
    /// The operation takes effect, then the fault happens (`after`).
    After,
}

impl Fault {
    /// Returns the default faults of [`Builder::faults`](crate::Builder::faults): those after which
    /// a retry can succeed.
    #[must_use]
    pub fn transient() -> Vec<Self> {
        let kinds = [
            FaultKind::Status(500),
            FaultKind::Status(503),
            FaultKind::RateLimit(Duration::ZERO),
            FaultKind::Html(502),
            FaultKind::Reset,
            FaultKind::Truncated,
            FaultKind::Latency(Duration::from_millis(20).into()),
            FaultKind::SlowBody(Duration::from_millis(20)),
        ];
        let both = |kind: FaultKind| {
            // A 429 says that the request was refused, and what only delays an answer loses nothing.
            let effects: &[Effect] = match kind {
                FaultKind::RateLimit(_) => &[Effect::Before],
                FaultKind::Latency(_) | FaultKind::SlowBody(_) => &[Effect::After],
                _ => &[Effect::Before, Effect::After],
            };
            effects.iter().map(move |&effect| Self {
                kind: kind.clone(),
                effect,
            })
        };
        kinds.into_iter().flat_map(both).collect()
    }
}

impl Serialize for Fault {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Fault {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
