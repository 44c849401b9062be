//! Faults: what can go wrong between a client and the API, on demand.

mod apply;
mod latency;
mod text;

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub(crate) use apply::{Answer, distort};
pub use latency::Latency;
pub use text::InvalidFault;

/// Name of the request header that asks for a fault.
pub const FAULT_HEADER: &str = "x-sandbox-fault";

/// Something that goes wrong with one request.
///
/// As text, in the request header [`FAULT_HEADER`] and on the command line, it is the kind, `;` and
/// `before` or `after`, such as `status=503; after`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The kind of fault.
    pub kind: FaultKind,
    /// Its time: before or after the operation takes effect.
    pub effect: Effect,
}

/// The kind of fault.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultKind {
    /// The answer has this status and `{"error": …}` (`status=503`). 400 to 599.
    Status(u16),
    /// A 429 with a `Retry-After` of whole seconds (`rate-limit=1`).
    RateLimit(Duration),
    /// The answer comes late (`latency=250`, in milliseconds, or a distribution).
    Latency(Latency),
    /// The connection is reset and nothing is answered (`reset`).
    Reset,
    /// The connection is closed in order and nothing is answered (`close`).
    Close,
    /// Nothing is answered and the connection stays open (`hang`).
    Hang,
    /// The answer is whole, and the connection is then closed although it could be reused
    /// (`close-after`).
    CloseAfter,
    /// Half of the body is sent, then the connection is reset (`truncated`).
    Truncated,
    /// Half of the body is sent, then nothing more while the connection stays open (`stall`).
    Stall,
    /// The body trickles in over this time, in milliseconds (`slow=500`). At most a minute.
    SlowBody(Duration),
    /// Head and body come at so many bytes a second (`throttle=1000`). At least 1.
    Throttle(u32),
    /// The answer has this status and an HTML page (`html=502`). 200 to 599.
    Html(u16),
    /// The body is half of the JSON, as if that were all (`half-json`).
    HalfJson,
    /// The body is empty (`empty`).
    EmptyBody,
    /// The first item has a wrong type (`malformed-item`).
    MalformedItem,
    /// The first item has a channel that the document does not know (`unknown-enum`).
    UnknownEnum,
    /// The body and its items have a field that the document does not know (`extra-field`).
    ExtraField,
    /// A list answers its previous page again (`repeated-page`).
    RepeatedPage,
}

/// The time of a fault: before or after the operation takes effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It goes wrong before the operation takes effect (`before`).
    Before,
    /// It goes wrong after the operation took effect (`after`).
    After,
}

impl Fault {
    /// The faults that [`Builder::faults`](crate::Builder::faults) chooses from: those of servers
    /// and networks that a client can get over by trying again.
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
