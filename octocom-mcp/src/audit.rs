//! One line of JSON for each call of a tool: no text, no key.

use std::fmt;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use chrono::{SecondsFormat, Utc};
use octocom_api::Effect;
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// The writer of audit lines.
#[derive(Clone, Default)]
pub(crate) struct Audit(Option<Arc<Mutex<Box<dyn Write + Send>>>>);

impl Audit {
    pub(crate) fn new(writer: impl Write + Send + 'static) -> Self {
        Self(Some(Arc::new(Mutex::new(Box::new(writer)))))
    }

    /// Begins the line of a call. It is written when the entry is dropped, so that a call which is
    /// abandoned has one too.
    pub(crate) fn begin(&self, tool: &str, effect: Option<Effect>, arguments: &Value) -> Entry {
        let mut ids = Map::new();
        collect_ids("", arguments, &mut ids);
        Entry {
            audit: self.clone(),
            tool: tool.to_owned(),
            effect: effect.map_or("none", Effect::as_str),
            ids,
            outcome: "abandoned",
            started: Instant::now(),
        }
    }

    fn write(&self, line: &Value) {
        let Some(writer) = &self.0 else { return };
        let mut writer = writer.lock().unwrap_or_else(PoisonError::into_inner);
        // A line that cannot be written must not end the call; whoever needs it watches the file.
        let _ = writeln!(writer, "{line}").and_then(|()| writer.flush());
    }
}

impl fmt::Debug for Audit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_on = self.0.is_some();
        f.debug_struct("Audit").field("is_on", &is_on).finish()
    }
}

/// The line of a call that is under way.
#[derive(Debug)]
pub(crate) struct Entry {
    audit: Audit,
    tool: String,
    effect: &'static str,
    ids: Map<String, Value>,
    outcome: &'static str,
    started: Instant,
}

impl Entry {
    pub(crate) fn set_outcome(&mut self, outcome: &'static str) {
        self.outcome = outcome;
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        let line = json!({
            "time": Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true),
            "tool": self.tool,
            "effect": self.effect,
            "ids": self.ids,
            "outcome": self.outcome,
            "milliseconds": u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX),
        });
        self.audit.write(&line);
    }
}

/// Collects the arguments that are ids. An agent may put any text into any argument, so only what
/// has the form of an id is written, and of others that they were given.
fn collect_ids(name: &str, value: &Value, ids: &mut Map<String, Value>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                collect_ids(name, value, ids);
            }
        }
        Value::String(text) if name == "id" || name.ends_with("Id") => {
            // The name is the agent's too, unless it is one of a tool's arguments.
            let is_plain = name.len() <= 32 && name.bytes().all(|byte| byte.is_ascii_alphabetic());
            let shown = match is_id(text) {
                true => text.as_str(),
                false => "not an id",
            };
            if is_plain && ids.len() < 8 {
                ids.insert(name.to_owned(), shown.into());
            }
        }
        _ => {}
    }
}

/// Returns `true` for a UUID, or a public id such as `CONV-2024-001234`.
fn is_id(text: &str) -> bool {
    if Uuid::try_parse(text).is_ok() {
        return true;
    }
    let mut parts = text.split('-');
    let prefix = parts.next().unwrap_or_default();
    let is_prefix =
        (1..=8).contains(&prefix.len()) && prefix.bytes().all(|b| b.is_ascii_uppercase());
    let numbers: Vec<_> = parts.collect();
    let is_number = |part: &&str| {
        (1..=12).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    is_prefix && (1..=3).contains(&numbers.len()) && numbers.iter().all(is_number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_written_and_texts_are_not() {
        let id = "550e8400-e29b-41d4-a716-446655440000";
        let arguments = json!({"id": id, "conversationId": "CONV-2024-001234",
            "versionId": "oct_live_0123456789", "text": "my card is 1234", "email": "a@b.example",
            "customer": {"customerId": "CONV-1-x"}, "a text as nameId": "x"});
        let mut ids = Map::new();
        collect_ids("", &arguments, &mut ids);
        assert_eq!(
            Value::from(ids),
            json!({"id": id, "conversationId": "CONV-2024-001234", "versionId": "not an id",
                "customerId": "not an id"})
        );
    }
}
