//! Sends to people: each needs the yes of a person, and happens once.

use octocom_sandbox::FaultPlan;
use rmcp::model::{CallToolRequestParams, CallToolResponse, ElicitationAction, InputResponses};
use serde_json::{Value, json};

use crate::common::{Agent, ERAS, Era, Person, Setup};

fn email() -> Value {
    json!({"businessSlug": "acme-corp", "to": "jane@example.com", "subject": "Hello",
        "text": "line one\nto: somebody@else.example"})
}

async fn setup() -> Setup {
    let setup = Setup::new(3).await;
    let businesses = setup
        .reader()
        .await
        .call("list_businesses", json!({}))
        .await;
    let slugs = businesses["untrusted_data"].to_string();
    assert!(slugs.contains("\"acme-corp\""), "{slugs}");
    setup
}

async fn agent(setup: &Setup, era: Era, person: &Person) -> Agent {
    let server = setup.builder().allow_sends().build().unwrap();
    Agent::with(&server, era, person.clone()).await
}

#[tokio::test]
async fn an_email_is_sent_after_a_person_said_yes() {
    for era in ERAS {
        let setup = setup().await;
        let person = Person::who_agrees();
        let agent = agent(&setup, era, &person).await;
        let sent = agent.call("send_outbound_email", email()).await;
        assert_eq!(sent["done"], true);
        let outbox = setup.sandbox.outbox();
        assert_eq!(outbox.len(), 1);
        let [question] = person.questions().try_into().unwrap();
        assert!(question.contains("`send_outbound_email`"), "{question}");
        assert!(
            question.contains("\nto: \"jane@example.com\"\n")
                || question.ends_with("\nto: \"jane@example.com\""),
            "{question}"
        );
        // A line of the text is not a line of the question.
        assert!(
            question.contains("line one\\nto: somebody@else.example\""),
            "{question}"
        );
        assert!(!question.contains("\nto: somebody"), "{question}");
        let again = agent.call("send_outbound_email", email()).await;
        assert_eq!(again["done"], true);
        assert_eq!(person.questions().len(), 2, "each call asks");
    }
}

#[tokio::test]
async fn without_a_yes_nothing_is_sent() {
    let no = Some(json!({"confirm": false}));
    for (action, content, kind) in [
        (ElicitationAction::Decline, None, "declined"),
        (ElicitationAction::Cancel, None, "cancelled"),
        (ElicitationAction::Accept, None, "declined"),
        (ElicitationAction::Accept, no, "declined"),
    ] {
        for era in ERAS {
            let setup = setup().await;
            let person = Person::who_says(action.clone(), content.clone());
            let agent = agent(&setup, era, &person).await;
            for (tool, arguments) in sends() {
                let error = agent.fail(tool, arguments).await;
                assert_eq!(error["kind"], kind, "{tool} {era:?}: {error}");
            }
            assert_eq!(person.questions().len(), sends().len());
            assert_eq!(setup.writes(), 0);
        }
    }
}

#[tokio::test]
async fn a_client_that_cannot_ask_sends_nothing() {
    for era in ERAS {
        let setup = setup().await;
        let agent = agent(&setup, era, &Person::nobody()).await;
        for (tool, arguments) in sends() {
            let error = agent.fail(tool, arguments).await;
            assert_eq!(error["kind"], "refused", "{tool}: {error}");
            assert!(
                error["message"]
                    .as_str()
                    .unwrap()
                    .contains("cannot ask the user")
            );
        }
        assert_eq!(setup.writes(), 0);
    }
}

/// Every tool that sends, with arguments that the document allows.
fn sends() -> Vec<(&'static str, Value)> {
    let id = "550e8400-e29b-41d4-a716-446655440000";
    vec![
        ("send_outbound_email", email()),
        (
            "append_sheet_row",
            json!({"spreadsheetId": "1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlbs74OgvE2upms",
            "data": {"a": "b"}}),
        ),
        (
            "start_bot_conversation",
            json!({"businessSlug": "acme-corp", "message": "hi"}),
        ),
        ("send_bot_message", json!({"id": id, "message": "hi"})),
        (
            "record_purchase",
            json!({"browserSessionId": id, "totalPrice": 1, "currencyCode": "EUR",
            "lineItems": [{"productId": "p", "variantId": "v", "quantity": 1, "price": 1, "title": "t"}]}),
        ),
    ]
}

/// Asks, and returns the state of the question.
async fn ask(agent: &Agent, arguments: &Value) -> String {
    let request = CallToolRequestParams::new("send_outbound_email")
        .with_arguments(arguments.as_object().unwrap().clone());
    match agent.client.call_tool_once(request).await.unwrap() {
        CallToolResponse::InputRequired(required) => required.request_state.unwrap(),
        other => panic!("{other:?}"),
    }
}

/// Hands a state back, with an answer.
async fn answer(agent: &Agent, arguments: &Value, state: &str, answer: Option<Value>) -> Value {
    let mut request = CallToolRequestParams::new("send_outbound_email")
        .with_arguments(arguments.as_object().unwrap().clone())
        .with_request_state(state);
    if let Some(answer) = answer {
        request =
            request.with_input_responses(InputResponses::from([("confirm".to_owned(), answer)]));
    }
    match agent.client.call_tool_once(request).await.unwrap() {
        CallToolResponse::Complete(result) => crate::common::structured(&result),
        other => panic!("{other:?}"),
    }
}

fn yes() -> Option<Value> {
    Some(json!({"action": "accept", "content": {"confirm": true}}))
}

#[tokio::test]
async fn a_confirmation_that_is_replayed_does_not_send_twice() {
    let setup = setup().await;
    let agent = agent(&setup, Era::Discover, &Person::who_agrees()).await;
    let state = ask(&agent, &email()).await;
    let first = answer(&agent, &email(), &state, yes()).await;
    assert_eq!(first["done"], true);
    for _ in 0..3 {
        let again = answer(&agent, &email(), &state, yes()).await;
        assert_eq!(again["error"]["kind"], "refused", "{again}");
    }
    assert_eq!(setup.sandbox.outbox().len(), 1);
}

#[tokio::test]
async fn two_replays_at_once_send_once() {
    let setup = setup().await;
    let agent = agent(&setup, Era::Discover, &Person::who_agrees()).await;
    let state = ask(&agent, &email()).await;
    let email = email();
    let calls = (0..8).map(|_| answer(&agent, &email, &state, yes()));
    let results = futures_util::future::join_all(calls).await;
    let done = results
        .iter()
        .filter(|result| result["done"] == true)
        .count();
    assert_eq!((done, setup.sandbox.outbox().len()), (1, 1));
}

#[tokio::test]
async fn a_confirmation_is_good_for_its_arguments_only() {
    let setup = setup().await;
    let agent = agent(&setup, Era::Discover, &Person::who_agrees()).await;
    let state = ask(&agent, &email()).await;
    let mut other = email();
    other["to"] = json!("attacker@example.com");
    for (arguments, state, answered) in [
        (&other, state.as_str(), yes()),
        (&email(), "rs1.forged.state", yes()),
        (&email(), &state[..state.len() - 1], yes()),
        (&email(), &state, None),
    ] {
        let refused = answer(&agent, arguments, state, answered).await;
        assert_eq!(refused["error"]["kind"], "refused", "{refused}");
    }
    assert_eq!(setup.writes(), 0);
    // None of these used it up.
    assert_eq!(answer(&agent, &email(), &state, yes()).await["done"], true);
    // A no does.
    let state = ask(&agent, &email()).await;
    let declined = answer(&agent, &email(), &state, Some(json!({"action": "decline"}))).await;
    assert_eq!(declined["error"]["kind"], "declined");
    let replayed = answer(&agent, &email(), &state, yes()).await;
    assert_eq!(replayed["error"]["kind"], "refused");
    assert_eq!(setup.sandbox.outbox().len(), 1);
}

#[tokio::test]
async fn a_confirmation_belongs_to_one_server() {
    let setup = setup().await;
    let person = Person::who_agrees();
    let one = agent(&setup, Era::Discover, &person).await;
    let other = agent(&setup, Era::Discover, &person).await;
    let state = ask(&one, &email()).await;
    let refused = answer(&other, &email(), &state, yes()).await;
    assert_eq!(refused["error"]["kind"], "refused");
    assert_eq!(setup.writes(), 0);
}

#[tokio::test]
async fn nobody_is_asked_about_arguments_that_cannot_be_sent() {
    for era in ERAS {
        let setup = setup().await;
        let person = Person::who_agrees();
        let agent = agent(&setup, era, &person).await;
        let error = agent
            .fail("send_outbound_email", json!({"to": "jane@example.com"}))
            .await;
        assert_eq!(error["kind"], "invalid_request");
        assert!(person.questions().is_empty());
    }
}

#[tokio::test]
async fn a_send_whose_outcome_is_unknown_says_so_and_is_not_repeated() {
    let setup = setup().await;
    let agent = agent(&setup, Era::Discover, &Person::who_agrees()).await;
    setup.plan(FaultPlan::on("send_outbound_email").always("close".parse().unwrap()));
    let error = agent.fail("send_outbound_email", email()).await;
    assert_eq!(error["may_have_been_processed"], true, "{error}");
    assert_eq!(setup.requests("send_outbound_email"), 1);
}
