//! Scripted replies of the bot.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::control_error::ControlError;

/// A reply that the bot gives instead of its own.
///
/// The bot uses the first scripted reply that applies to a message. If none applies, it replies as
/// usual.
///
/// ```
/// use octocom_sandbox::ScriptedReply;
///
/// let refund = ScriptedReply::say("The refund is on its way.").when("refund").times(2);
/// let transfer = ScriptedReply::hand_off().when("lawyer");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[must_use]
pub struct ScriptedReply {
    /// Text that the message has to contain, upper and lower case alike; `None` for any message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) when: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) say: Option<String>,
    #[serde(default)]
    pub(crate) hand_off: bool,
    /// Milliseconds; `None` for the sandbox's own delay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) after_ms: Option<u64>,
    /// Number of times that it is given from now on; `None` for always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) times: Option<u64>,
}

impl ScriptedReply {
    /// Returns a reply with this text.
    pub fn say(text: impl Into<String>) -> Self {
        Self {
            say: Some(text.into()),
            ..Self::silence()
        }
    }

    /// Returns a hand-off without a message.
    pub fn hand_off() -> Self {
        Self {
            hand_off: true,
            ..Self::silence()
        }
    }

    /// Returns silence: the bot does not reply.
    pub fn silence() -> Self {
        Self {
            when: None,
            say: None,
            hand_off: false,
            after_ms: None,
            times: None,
        }
    }

    /// Applies the reply only to messages that contain a text, ignoring case.
    pub fn when(self, text: impl Into<String>) -> Self {
        Self {
            when: Some(text.into()),
            ..self
        }
    }

    /// Hands the conversation off after the reply.
    pub fn then_hand_off(self) -> Self {
        Self {
            hand_off: true,
            ..self
        }
    }

    /// Sets the time until the reply, in milliseconds precision, instead of
    /// [`bot_replies_after`](crate::Builder::bot_replies_after).
    pub fn after(self, delay: Duration) -> Self {
        Self {
            after_ms: Some(u64::try_from(delay.as_millis()).unwrap_or(u64::MAX)),
            ..self
        }
    }

    /// Sets how often the reply is given. Default: always.
    pub fn times(self, times: u64) -> Self {
        Self {
            times: Some(times),
            ..self
        }
    }

    /// Returns `true` if it is the reply to this message, which is in lower case.
    pub(crate) fn applies_to(&self, message: &str) -> bool {
        let wanted = self.when.as_deref().map(str::to_lowercase);
        self.times != Some(0) && wanted.is_none_or(|wanted| message.contains(&wanted))
    }
}

/// Longest time that the bot may take.
const MAX_DELAY: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Refuses a script with a reply that takes too long.
pub(crate) fn check(script: &[ScriptedReply]) -> Result<(), ControlError> {
    for (place, reply) in script.iter().enumerate() {
        let delay = Duration::from_millis(reply.after_ms.unwrap_or(0));
        check_delay(&format!("script[{place}].afterMs"), delay)?;
    }
    Ok(())
}

/// Refuses a time that is too long for the bot to take.
pub(crate) fn check_delay(field: &str, delay: Duration) -> Result<(), ControlError> {
    if delay <= MAX_DELAY {
        return Ok(());
    }
    let (given, most) = (delay.as_millis(), MAX_DELAY.as_millis());
    let reason = format!("is {given} milliseconds, at most {most}");
    Err(ControlError::invalid(field, reason))
}
