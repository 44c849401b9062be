//! All operations as commands, held against the sandbox's request log.

use std::collections::HashMap;

use octocom_ext::{Operation, operations};
use octocom_sandbox::{RecordKind, RequestFilter, Sandbox};
use serde_json::{Value, json};

use crate::program::Program;

const BUSINESS: &str = "acme-corp";

/// Ids of records of the sandbox. Each operation takes another one of its kind, so that none finds
/// what the one before has deleted.
struct Ids(HashMap<&'static str, Vec<String>>);

impl Ids {
    fn of(sandbox: &Sandbox) -> Self {
        let kinds = [
            ("conversations", RecordKind::Conversations),
            ("customers", RecordKind::Customers),
            ("workflows", RecordKind::Workflows),
            ("articles", RecordKind::Articles),
            ("bot-rules", RecordKind::BotRules),
        ];
        let is_ours = |record: &&Value| match record.get("businessSlug") {
            Some(slug) => slug == BUSINESS && record["deletedAt"].is_null(),
            None => true,
        };
        let id = |record: &Value| record["id"].as_str().unwrap().to_owned();
        let ids = kinds.map(|(group, kind)| {
            let records = sandbox.control().records(kind, 0, 1_000).unwrap();
            (group, records.iter().filter(is_ours).map(id).collect())
        });
        let mut ids = HashMap::from(ids);
        let sessions = sandbox
            .browser_sessions()
            .iter()
            .map(ToString::to_string)
            .collect();
        ids.insert("browser-sessions", sessions);
        Self(ids)
    }

    fn take(&mut self, group: &str) -> String {
        let ids = self.0.get_mut(group).unwrap();
        ids.rotate_left(1);
        ids[0].clone()
    }
}

/// Arguments by which the operation succeeds, made from its facts.
async fn arguments(program: &Program, operation: &'static Operation, ids: &mut Ids) -> Vec<String> {
    let (group, _) = operation.command_words();
    let facts = operation.facts();
    let mut words = Vec::new();
    let mut id = String::new();
    if operation.path.contains("{id}") || group == "browser-sessions" {
        id = match group {
            "bot" => started(program).await,
            group => ids.take(group),
        };
        words.push(id.clone());
    }
    if operation.path.contains("{key}") {
        let set = format!("conversations set-metadata {id} --key order --value 1 --yes");
        program.type_in(&set).await.assert_done();
        words.push("order".to_owned());
    }
    let mut flag = |flag: &str, value: &str| words.push(format!("--{flag}={value}"));
    if facts
        .parameters
        .iter()
        .any(|parameter| parameter.name == "businessSlug")
    {
        flag("business", BUSINESS);
    }
    let Some(body) = &facts.body else {
        return words;
    };
    let nested = match operation.id {
        "create_workflow" => {
            json!({"variants": [{"title": "Main", "botInstructions": "Be kind."}]})
        }
        "append_sheet_row" => json!({"data": {"a": "1"}}),
        "record_purchase" => json!({"lineItems": [{"productId": "p", "quantity": 1, "price": 5}]}),
        _ => Value::Null,
    };
    if !nested.is_null() {
        flag("body", &nested.to_string());
    }
    let required = body["required"].as_array().into_iter().flatten();
    for name in required.filter_map(Value::as_str) {
        if nested.get(name).is_some() {
            continue;
        }
        let value = match name {
            "businessSlug" => BUSINESS.to_owned(),
            "conversationId" => "CONV-2024-000001".to_owned(),
            "spreadsheetId" => "sandbox-sheet".to_owned(),
            "to" => "mia@example.com".to_owned(),
            "currencyCode" => "EUR".to_owned(),
            "totalPrice" => "5".to_owned(),
            "isLive" => "true".to_owned(),
            "versionId" => {
                let versions = format!("history list {group} {id} --business {BUSINESS}");
                let versions = program.type_in(&format!("{versions} --jq .version")).await;
                versions
                    .assert_done()
                    .out
                    .lines()
                    .last()
                    .unwrap()
                    .to_owned()
            }
            _ => "text".to_owned(),
        };
        flag(&dashed(name), &value);
    }
    match operation.id {
        // An update needs something to change.
        "update_customer" => flag("name", "Mia"),
        id if id.starts_with("update_") => flag("title", "Another title"),
        _ => {}
    }
    words
}

/// A conversation with the bot.
async fn started(program: &Program) -> String {
    let start = "bot start --business acme-corp --message Hello --async true --yes";
    let start = program
        .type_in(&format!("{start} --jq .conversationId"))
        .await;
    start.assert_done().out.trim().to_owned()
}

fn dashed(name: &str) -> String {
    let dashed = |letter: char| match letter.is_ascii_uppercase() {
        true => format!("-{}", letter.to_ascii_lowercase()),
        false => letter.to_string(),
    };
    name.chars().map(dashed).collect()
}

#[tokio::test]
async fn every_operation_is_a_command_that_reaches_the_server() {
    let program = Program::start().await;
    let mut ids = Ids::of(program.sandbox());
    let control = program.sandbox().control();
    for operation in operations::ALL.iter().copied() {
        let mut words: Vec<_> = operation.command.split(' ').map(str::to_owned).collect();
        words.extend(arguments(&program, operation, &mut ids).await);
        if operation.effect.needs_care() {
            words.push("--yes".to_owned());
        }
        if operation.page_size.is_some() {
            words.push("--max-items=2".to_owned());
        }
        control.clear_requests();
        let words: Vec<_> = words.iter().map(String::as_str).collect();
        let ended = program.run(&words).await;
        assert_eq!(ended.status, 0, "{words:?} {ended:?}");
        let received = control.requests(&RequestFilter::all());
        assert!(!received.is_empty(), "{words:?}");
        for request in received {
            let request = request.record;
            let answered = (request.operation, request.status);
            let expected = (Some(operation.id), Some(operation.success_status));
            assert_eq!(answered, expected, "{words:?}");
        }
    }
}
