//! A conversation as a compact transcript.

use octocom_api::operations;
use serde_json::{Map, Value};

use super::required;
use crate::arguments::View;
use crate::failure::Failure;
use crate::reads::show;
use crate::server::Inner;

/// Fields of the conversation that a transcript begins with.
const HEAD: [&str; 11] = [
    "id",
    "publicId",
    "businessSlug",
    "subject",
    "createdAt",
    "closedAt",
    "handedOffAt",
    "language",
    "sentiment",
    "topics",
    "tags",
];

pub(super) async fn run(
    server: &Inner,
    view: View,
    arguments: &Map<String, Value>,
) -> Result<Value, Failure> {
    required(arguments, "id")?;
    let id = server.scope.uuid("id", arguments.get("id"))?;
    let conversation = server.scope.conversation(&server.client, id).await?;
    show(
        server,
        &operations::GET_CONVERSATION,
        view,
        transcript(&conversation),
    )
}

/// Returns head, customer, and messages, notes and events in one list by time.
fn transcript(conversation: &Value) -> Value {
    let mut transcript = Map::new();
    for name in HEAD {
        transcript.insert(name.to_owned(), conversation[name].clone());
    }
    let customer = &conversation["customer"];
    transcript.insert(
        "customer".to_owned(),
        only(customer, &["id", "name", "email"]),
    );
    let mut entries = Vec::new();
    for (kind, who, what) in [
        ("messages", "sender", "text"),
        ("notes", "userId", "text"),
        ("events", "", "event"),
    ] {
        let items = conversation[kind].as_array().into_iter().flatten();
        entries.extend(items.map(|item| {
            let mut entry = Map::new();
            entry.insert("at".to_owned(), item["createdAt"].clone());
            let from = match kind {
                "messages" => match &item["agentName"] {
                    Value::String(agent) if !agent.is_empty() => agent.as_str().into(),
                    _ => item[who].clone(),
                },
                "notes" => "note".into(),
                _ => "event".into(),
            };
            entry.insert("from".to_owned(), from);
            entry.insert("text".to_owned(), item[what].clone());
            Value::from(entry)
        }));
    }
    // A stable sort: what has one time, or none, keeps its order.
    entries.sort_by(|one, other| one["at"].as_str().cmp(&other["at"].as_str()));
    transcript.insert("entries".to_owned(), entries.into());
    transcript.into()
}

fn only(value: &Value, names: &[&str]) -> Value {
    let members = value.as_object().into_iter().flatten();
    let kept = members.filter(|(name, _)| names.contains(&name.as_str()));
    Value::Object(
        kept.map(|(name, value)| (name.clone(), value.clone()))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_was_said_noted_and_done_is_one_list_by_time() {
        let conversation = json!({"id": "a", "subject": "s", "customer": {"name": "n", "phone": "1"},
            "messages": [{"createdAt": "2026-01-01T00:00:02Z", "sender": "bot", "text": "two"},
                {"createdAt": "2026-01-01T00:00:00Z", "sender": "customer", "text": "one"},
                {"createdAt": "2026-01-01T00:00:09Z", "sender": "agent", "agentName": "Ann", "text": "x"}],
            "notes": [{"createdAt": "2026-01-01T00:00:01Z", "text": "a note", "userId": "u"}],
            "events": [{"createdAt": "2026-01-01T00:00:03Z", "event": "closed"}]});
        let transcript = transcript(&conversation);
        let entries = transcript["entries"].as_array().unwrap();
        let lines: Vec<_> = entries
            .iter()
            .map(|entry| format!("{}: {}", entry["from"], entry["text"]))
            .collect();
        assert_eq!(
            lines,
            [
                "\"customer\": \"one\"",
                "\"note\": \"a note\"",
                "\"bot\": \"two\"",
                "\"event\": \"closed\"",
                "\"Ann\": \"x\""
            ]
        );
        assert_eq!(transcript["customer"], json!({"name": "n"}));
    }
}
