//! Faults as text.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use super::latency::MAX_DELAY;
use super::{Effect, Fault, FaultKind, Latency};

/// Faults whose name is all that there is to say.
const PLAIN: [(&str, FaultKind); 12] = [
    ("reset", FaultKind::Reset),
    ("close", FaultKind::Close),
    ("hang", FaultKind::Hang),
    ("close-after", FaultKind::CloseAfter),
    ("truncated", FaultKind::Truncated),
    ("stall", FaultKind::Stall),
    ("half-json", FaultKind::HalfJson),
    ("empty", FaultKind::EmptyBody),
    ("malformed-item", FaultKind::MalformedItem),
    ("unknown-enum", FaultKind::UnknownEnum),
    ("extra-field", FaultKind::ExtraField),
    ("repeated-page", FaultKind::RepeatedPage),
];

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            FaultKind::Status(status) => write!(f, "status={status}")?,
            FaultKind::RateLimit(delay) => write!(f, "rate-limit={}", delay.as_secs())?,
            FaultKind::Latency(latency) => write!(f, "latency={latency}")?,
            FaultKind::Throttle(rate) => write!(f, "throttle={rate}")?,
            FaultKind::SlowBody(time) => write!(f, "slow={}", time.as_millis())?,
            FaultKind::Html(status) => write!(f, "html={status}")?,
            plain => {
                let named = PLAIN.iter().find(|(_, kind)| kind == plain);
                f.write_str(named.map_or("", |(name, _)| name))?;
            }
        }
        f.write_str(match self.effect {
            Effect::Before => "; before",
            Effect::After => "; after",
        })
    }
}

impl FromStr for Fault {
    type Err = InvalidFault;

    /// Parses a fault. If neither `before` nor `after` is given, `status`, `rate-limit` and `html`
    /// are `before` and all others `after`.
    fn from_str(text: &str) -> Result<Self, InvalidFault> {
        let invalid = |reason| InvalidFault {
            text: text.to_owned(),
            reason,
        };
        let (kind, effect) = match text.split_once(';') {
            Some((kind, effect)) => (kind.trim(), Some(effect.trim())),
            None => (text.trim(), None),
        };
        let kind = read_kind(kind).map_err(invalid)?;
        let effect = match (effect, &kind) {
            (Some("before"), _) => Effect::Before,
            (Some("after"), _) => Effect::After,
            (Some(_), _) => return Err(invalid("after `;` comes `before` or `after`")),
            (None, FaultKind::Status(_) | FaultKind::RateLimit(_) | FaultKind::Html(_)) => {
                Effect::Before
            }
            (None, _) => Effect::After,
        };
        Ok(Self { kind, effect })
    }
}

fn read_kind(text: &str) -> Result<FaultKind, &'static str> {
    let (name, value) = match text.split_once('=') {
        Some((name, value)) => (name.trim(), Some(value.trim())),
        None => (text, None),
    };
    let number = |limits: std::ops::RangeInclusive<u64>, reason| {
        let number = value.and_then(|value| value.parse::<u64>().ok());
        number
            .filter(|number| limits.contains(number))
            .ok_or(reason)
    };
    let status = |least, reason| {
        number(least..=599, reason).map(|status| u16::try_from(status).unwrap_or(500))
    };
    let most = MAX_DELAY.as_secs() * 1000;
    let delay = |reason| number(0..=most, reason).map(Duration::from_millis);
    Ok(match (name, value) {
        ("status", _) => FaultKind::Status(status(400, "a status is 400 to 599")?),
        ("html", _) => FaultKind::Html(status(200, "the status of a page is 200 to 599")?),
        ("rate-limit", _) => {
            let seconds = number(0..=86_400, "`rate-limit` takes 0 to 86400 seconds")?;
            FaultKind::RateLimit(Duration::from_secs(seconds))
        }
        ("latency", _) => {
            let latency = value.and_then(Latency::read);
            FaultKind::Latency(latency.ok_or(
                "`latency` takes 0 to 60000 milliseconds: 250, 20..200, normal:100,20, \
                 exponential:100 or p50:40,p99:900",
            )?)
        }
        ("slow", _) => FaultKind::SlowBody(delay("`slow` takes 0 to 60000 milliseconds")?),
        ("throttle", _) => {
            let most = u64::from(u32::MAX);
            let rate = number(1..=most, "`throttle` takes at least 1 byte a second")?;
            FaultKind::Throttle(u32::try_from(rate).unwrap_or(u32::MAX))
        }
        (name, None) => {
            let named = PLAIN.into_iter().find(|(known, _)| *known == name);
            named.map(|(_, kind)| kind).ok_or(KNOWN)?
        }
        _ => return Err(KNOWN),
    })
}

/// All that can be said.
const KNOWN: &str = "known are status=N, rate-limit=SECONDS, latency=MS, slow=MS, throttle=BYTES, \
                     html=N, reset, close, hang, close-after, truncated, stall, half-json, empty, \
                     malformed-item, unknown-enum, extra-field and repeated-page";

/// The error for a text that is not a fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidFault {
    text: String,
    reason: &'static str,
}

impl fmt::Display for InvalidFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a fault: {}", self.text, self.reason)
    }
}

impl std::error::Error for InvalidFault {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_reads_back_from_its_text() {
        let texts = [
            "status=503; before",
            "rate-limit=2; before",
            "latency=250; after",
            "latency=20..200; after",
            "latency=normal:100,20; before",
            "latency=exponential:100; after",
            "latency=p50:40,p99:900; after",
            "reset; before",
            "close; after",
            "hang; before",
            "close-after; after",
            "truncated; after",
            "stall; after",
            "throttle=1000; after",
            "half-json; after",
            "empty; after",
            "slow=500; after",
            "html=502; after",
            "malformed-item; after",
            "unknown-enum; after",
            "extra-field; after",
            "repeated-page; after",
        ];
        for text in texts {
            let fault: Result<Fault, _> = text.parse();
            assert_eq!(fault.map(|fault| fault.to_string()).as_deref(), Ok(text));
        }
    }

    #[test]
    fn without_a_word_on_it_only_refusals_come_before_the_effect() {
        let read = |text: &str| text.parse::<Fault>().map(|fault| fault.effect);
        assert_eq!(read("status=500"), Ok(Effect::Before));
        assert_eq!(read("reset"), Ok(Effect::After));
    }

    #[test]
    fn a_text_that_is_not_a_fault_is_refused_with_the_reason() {
        for text in [
            "",
            "status",
            "status=200",
            "status=x",
            "reset=1",
            "latency=60001",
            "latency=200..20",
            "latency=p50:9,p99:8",
            "latency=normal:1",
            "throttle=0",
            "hang=1",
            "slow=-1",
            "reset; during",
            "reset; after; after",
        ] {
            let message = text.parse::<Fault>().unwrap_err().to_string();
            assert!(
                message.starts_with(&format!("`{text}` is not a fault: ")),
                "{message}"
            );
        }
    }
}
