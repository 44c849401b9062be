//! Confirmations by a person: bound to one call, short-lived, used once.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rmcp::model::{ElicitRequestParams, RequestStateCodec, SealOptions};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::failure::Failure;
use crate::untrusted::escape;

/// Time in which a person has to answer.
pub(crate) const TIME_TO_CONFIRM: Duration = Duration::from_secs(180);
/// Name of the question, and of the member of the form that says yes.
pub(crate) const QUESTION: &str = "confirm";
/// Most characters of an argument that the question shows.
const MAX_SHOWN: usize = 2_000;

/// Seals and redeems confirmations. The key is made when the server starts and leaves it never.
pub(crate) struct Confirmations {
    codec: RequestStateCodec,
    /// Confirmations that were redeemed, until they would have expired anyway.
    redeemed: Mutex<HashMap<Vec<u8>, Instant>>,
    time: Duration,
}

impl Confirmations {
    pub(crate) fn new() -> Result<Self, String> {
        let key = [*Uuid::new_v4().as_bytes(), *Uuid::new_v4().as_bytes()].concat();
        let codec = RequestStateCodec::try_new(key).map_err(|error| error.to_string())?;
        Ok(Self {
            codec,
            redeemed: Mutex::default(),
            time: TIME_TO_CONFIRM,
        })
    }

    /// Returns the state of a question about a call, for the client to send back.
    pub(crate) fn seal(&self, call: &str) -> String {
        let nonce = *Uuid::new_v4().as_bytes();
        let bound_to = digest(call);
        let options = SealOptions::new().associated_data(&bound_to).ttl(self.time);
        self.codec.seal_with(&nonce, &options)
    }

    /// Takes a state that came back. It is good for its call, for a short time, and once: it is used
    /// up before anything is sent.
    pub(crate) fn redeem(&self, call: &str, state: &str) -> Result<(), Failure> {
        let opened = self.codec.open_with(state, &digest(call));
        let nonce = opened.map_err(|_| {
            Failure::refused(
                "the confirmation is not one of this call, or it has expired; nothing was sent",
                ASK_AGAIN,
            )
        })?;
        let now = Instant::now();
        let mut redeemed = self.redeemed.lock().unwrap_or_else(PoisonError::into_inner);
        redeemed.retain(|_, until| *until > now);
        // A second more than the state is good for: the clocks are not the same.
        match redeemed.insert(nonce, now + self.time + Duration::from_secs(1)) {
            None => Ok(()),
            Some(_) => Err(Failure::refused(
                "the confirmation was used before; nothing was sent again",
                ASK_AGAIN,
            )),
        }
    }
}

const ASK_AGAIN: &str = "call the tool without it, so that the user is asked";

impl std::fmt::Debug for Confirmations {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Confirmations").finish_non_exhaustive()
    }
}

fn digest(call: &str) -> [u8; 32] {
    Sha256::digest(call.as_bytes()).into()
}

/// Returns a tool and its arguments as one text, the same in whichever order they were given.
pub(crate) fn call_text(tool: &str, arguments: &Map<String, Value>) -> String {
    let mut text = format!("{tool} ");
    write_sorted(&Value::Object(arguments.clone()), &mut text);
    text
}

fn write_sorted(value: &Value, text: &mut String) {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_unstable_by_key(|(name, _)| *name);
            text.push('{');
            for (name, value) in members {
                let _ = write!(text, "{}:", Value::from(name.as_str()));
                write_sorted(value, text);
                text.push(',');
            }
            text.push('}');
        }
        Value::Array(items) => {
            text.push('[');
            for item in items {
                write_sorted(item, text);
                text.push(',');
            }
            text.push(']');
        }
        other => {
            let _ = write!(text, "{other}");
        }
    }
}

/// Returns the question to the person: the tool, and all that would be sent.
pub(crate) fn question(
    tool: &str,
    summary: &str,
    arguments: &Map<String, Value>,
) -> Result<ElicitRequestParams, String> {
    let mut message = format!(
        "An agent asks to call `{tool}` ({summary}). This reaches a person or leaves your \
         organization, and cannot be taken back. It would send:\n"
    );
    for (name, value) in arguments {
        // On one line: a text with line breaks could pass for other arguments.
        let text = value.to_string();
        let shown: String = text.chars().take(MAX_SHOWN).collect();
        let _ = write!(message, "\n{}: {}", escape(name), escape(&shown));
        match text.chars().count() - shown.chars().count() {
            0 => {}
            more => {
                let _ = write!(message, "… and {more} more characters");
            }
        }
    }
    let schema = json!({
        "type": "object",
        "properties": { QUESTION: {
            "type": "boolean",
            "title": "Send it",
            "description": "Yes sends exactly what is shown, once",
        }},
        "required": [QUESTION],
    });
    Ok(ElicitRequestParams::FormElicitationParams {
        meta: None,
        message,
        requested_schema: serde_json::from_value(schema).map_err(|error| error.to_string())?,
    })
}

/// Returns `Ok` if a person said yes: the form was accepted, and its member is true.
pub(crate) fn check_answer(action: &str, content: Option<&Value>) -> Result<(), Failure> {
    let confirmed = content.and_then(|content| content.get(QUESTION));
    match (action, confirmed) {
        ("accept", Some(Value::Bool(true))) => Ok(()),
        ("cancel", _) => Err(Failure::new(
            "cancelled",
            "the user closed the question; nothing was sent",
            "do not ask again unless the user wants it",
        )),
        _ => Err(Failure::new(
            "declined",
            "the user declined; nothing was sent",
            "do not ask again unless the user wants it",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments() -> Map<String, Value> {
        let arguments = json!({"to": "a@b.example", "text": "line\nand\u{202e} more"});
        arguments.as_object().unwrap().clone()
    }

    #[test]
    fn a_confirmation_is_good_once_and_for_its_call() {
        let confirmations = Confirmations::new().unwrap();
        let state = confirmations.seal("send {}");
        assert!(confirmations.redeem("send {a}", &state).is_err());
        assert_eq!(confirmations.redeem("send {}", &state), Ok(()));
        let again = confirmations.redeem("send {}", &state).unwrap_err();
        assert!(again.to_json().to_string().contains("used before"));
        for forged in ["", "rs1.a.b", &state[1..]] {
            assert!(confirmations.redeem("send {}", forged).is_err());
        }
        let other = Confirmations::new().unwrap();
        let foreign = other.seal("send {}");
        assert!(confirmations.redeem("send {}", &foreign).is_err());
    }

    #[test]
    fn a_confirmation_expires() {
        let confirmations = Confirmations {
            time: Duration::ZERO,
            ..Confirmations::new().unwrap()
        };
        let state = confirmations.seal("send {}");
        // It is good for the millisecond that it was made in.
        while confirmations
            .codec
            .open_with(&state, &digest("send {}"))
            .is_ok()
        {}
        let failure = confirmations.redeem("send {}", &state).unwrap_err();
        assert!(failure.to_json().to_string().contains("expired"));
    }

    #[test]
    fn only_a_yes_is_a_yes() {
        let yes = json!({QUESTION: true});
        assert_eq!(check_answer("accept", Some(&yes)), Ok(()));
        for (action, content, kind) in [
            ("accept", Some(json!({QUESTION: false})), "declined"),
            ("accept", Some(json!({QUESTION: "true"})), "declined"),
            ("accept", None, "declined"),
            ("decline", Some(yes.clone()), "declined"),
            ("cancel", Some(yes.clone()), "cancelled"),
            ("", Some(yes.clone()), "declined"),
        ] {
            let failure = check_answer(action, content.as_ref()).unwrap_err();
            assert_eq!(failure.kind, kind, "{action}");
        }
    }

    #[test]
    fn the_question_shows_everything_that_is_sent() {
        let asked = question("send_outbound_email", "Send an email", &arguments()).unwrap();
        let ElicitRequestParams::FormElicitationParams { message, .. } = asked else {
            panic!("not a form");
        };
        assert!(message.contains("\nto: \"a@b.example\""), "{message}");
        let text = "\ntext: \"line\\nand\\u{202e} more\"";
        assert!(message.contains(text), "{message}");
    }

    #[test]
    fn the_order_of_arguments_makes_no_difference() {
        let one: Value = serde_json::from_str(r#"{"a": {"x": 1, "y": [2]}, "b": "c"}"#).unwrap();
        let other: Value = serde_json::from_str(r#"{"b": "c", "a": {"y": [2], "x": 1}}"#).unwrap();
        let text = |value: &Value| call_text("t", value.as_object().unwrap());
        assert_eq!(text(&one), text(&other));
        assert_ne!(
            text(&one),
            text(&json!({"a": {"x": 1, "y": [2]}, "b": "d"}))
        );
    }
}
