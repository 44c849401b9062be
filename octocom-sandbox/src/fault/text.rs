//! Faults as text.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use super::{Effect, Fault, FaultKind};

/// Longest delay that a fault may make.
const MAX_DELAY: Duration = Duration::from_secs(60);

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            FaultKind::Status(status) => write!(f, "status={status}")?,
            FaultKind::RateLimit(delay) => write!(f, "rate-limit={}", delay.as_secs())?,
            FaultKind::Latency(delay) => write!(f, "latency={}", delay.as_millis())?,
            FaultKind::Reset => f.write_str("reset")?,
            FaultKind::Truncated => f.write_str("truncated")?,
            FaultKind::SlowBody(time) => write!(f, "slow={}", time.as_millis())?,
            FaultKind::Html(status) => write!(f, "html={status}")?,
            FaultKind::MalformedItem => f.write_str("malformed-item")?,
            FaultKind::UnknownEnum => f.write_str("unknown-enum")?,
            FaultKind::ExtraField => f.write_str("extra-field")?,
            FaultKind::RepeatedPage => f.write_str("repeated-page")?,
        }
        f.write_str(match self.effect {
            Effect::Before => "; before",
            Effect::After => "; after",
        })
    }
}

impl FromStr for Fault {
    type Err = InvalidFault;

    /// Reads a fault. Without `before` or `after` it is `before` for `status`, `rate-limit` and
    /// `html` and `after` for all others.
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
        ("latency", _) => FaultKind::Latency(delay("`latency` takes 0 to 60000 milliseconds")?),
        ("slow", _) => FaultKind::SlowBody(delay("`slow` takes 0 to 60000 milliseconds")?),
        ("reset", None) => FaultKind::Reset,
        ("truncated", None) => FaultKind::Truncated,
        ("malformed-item", None) => FaultKind::MalformedItem,
        ("unknown-enum", None) => FaultKind::UnknownEnum,
        ("extra-field", None) => FaultKind::ExtraField,
        ("repeated-page", None) => FaultKind::RepeatedPage,
        _ => {
            return Err(
                "known are status=N, rate-limit=SECONDS, latency=MS, slow=MS, html=N, reset, \
                 truncated, malformed-item, unknown-enum, extra-field and repeated-page",
            );
        }
    })
}

/// A text that names no fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidFault {
    text: String,
    reason: &'static str,
}

impl fmt::Display for InvalidFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is no fault: {}", self.text, self.reason)
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
            "reset; before",
            "truncated; after",
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
    fn a_text_that_is_no_fault_is_refused_with_the_reason() {
        for text in [
            "",
            "status",
            "status=200",
            "status=x",
            "reset=1",
            "latency=60001",
            "slow=-1",
            "reset; during",
            "reset; after; after",
        ] {
            let message = text.parse::<Fault>().unwrap_err().to_string();
            assert!(
                message.starts_with(&format!("`{text}` is no fault: ")),
                "{message}"
            );
        }
    }
}
