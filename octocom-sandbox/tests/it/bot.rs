//! The bot: both modes, its delay, its limits, and the hand-off.

use std::time::Duration;

use octocom_sandbox::{Builder, Sandbox, ScriptedReply};
use reqwest::Method;
use serde_json::{Value, json};

use crate::api::{Api, api, error, send};

const ORDER: &str = "Where is my order?";

fn sandbox() -> Builder {
    Sandbox::builder().conversations(60).seed(7)
}

async fn start(api: &Api, further: Value) -> (u16, Value) {
    let mut body = json!({"businessSlug": "acme-corp", "message": ORDER});
    body.as_object_mut()
        .unwrap()
        .extend(further.as_object().unwrap().clone());
    send(api.request(Method::POST, "/bot/conversations").json(&body)).await
}

async fn say(api: &Api, id: &Value, body: Value) -> (u16, Value) {
    let path = format!("/bot/conversations/{}/messages", id.as_str().unwrap());
    send(api.request(Method::POST, &path).json(&body)).await
}

async fn conversation(api: &Api, id: &Value) -> Value {
    api.read(&format!("/conversations/{}", id.as_str().unwrap()))
        .await["data"]
        .clone()
}

fn senders(conversation: &Value) -> Vec<&str> {
    let messages = conversation["messages"].as_array().unwrap();
    messages
        .iter()
        .map(|message| message["sender"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn a_synchronous_start_answers_with_the_reply_that_the_conversation_shows() {
    let api = api().await;
    let customer = json!({"email": "new@example.com", "name": "Nia"});
    let further = json!({"customer": customer, "metadata": {"source": "test"}});
    let (status, body) = start(&api, further).await;
    assert_eq!(status, 200, "{body}");
    let started = &body["data"];
    let shown = conversation(&api, &started["conversationId"]).await;
    assert_eq!(shown["publicId"], started["publicId"]);
    assert_eq!(senders(&shown), ["customer", "bot"]);
    assert_eq!(shown["messages"][0]["id"], started["customerMessageId"]);
    assert_eq!(shown["messages"][0]["text"], ORDER);
    assert_eq!(shown["messages"][1]["text"], started["botResponse"]);
    assert!(
        started["botResponse"].as_str().unwrap().contains("Nia"),
        "{started}"
    );
    assert_eq!(shown["metadata"][0]["key"], "source");
    assert_eq!(shown["workflows"], json!(["Order Status Inquiry"]));
    assert_eq!(shown["customer"]["email"], "new@example.com");
    let customers = api.all("/customers").await;
    let customer = customers.last().unwrap();
    assert_eq!(customer["id"], shown["customer"]["id"]);
    assert_eq!(
        customer["conversationIds"],
        json!([started["conversationId"]])
    );
    let listed = api.all("/conversations").await;
    assert_eq!(listed.len(), 261);
    assert_eq!(listed[260]["id"], started["conversationId"]);
}

#[tokio::test]
async fn an_asynchronous_start_has_no_reply_until_the_bot_is_done() {
    let api = Api::start(sandbox().bot_replies_after(Duration::from_secs(3_600))).await;
    let (status, body) = start(&api, json!({"async": true})).await;
    assert_eq!((status, body["data"].get("botResponse")), (200, None));
    let shown = conversation(&api, &body["data"]["conversationId"]).await;
    assert_eq!(senders(&shown), ["customer"]);
    assert_eq!(shown["botFunctionCalls"], json!([]));

    let api = Api::start(sandbox()).await;
    let (_, body) = start(&api, json!({"async": true})).await;
    assert_eq!(body["data"].get("botResponse"), None);
    let id = &body["data"]["conversationId"];
    assert_eq!(senders(&conversation(&api, id).await), ["customer", "bot"]);
}

#[tokio::test]
async fn a_synchronous_request_waits_for_the_bot() {
    let api = Api::start(sandbox().bot_replies_after(Duration::from_millis(20))).await;
    let (status, body) = start(&api, json!({})).await;
    assert_eq!(status, 200);
    assert!(body["data"]["botResponse"].is_string());
    let shown = conversation(&api, &body["data"]["conversationId"]).await;
    assert_eq!(senders(&shown), ["customer", "bot"]);
}

#[tokio::test]
async fn a_bot_that_is_too_slow_is_a_408_and_the_message_stays() {
    let slow = Duration::from_secs(3_600);
    let builder = sandbox()
        .bot_replies_after(slow)
        .bot_gives_up_after(Duration::from_millis(5));
    let api = Api::start(builder).await;
    let timeout = (408, "Bot response timeout".to_owned());
    assert_eq!(error(start(&api, json!({})).await), timeout);
    let listed = api.all("/conversations").await;
    let id = &listed.last().unwrap()["id"];
    assert_eq!(listed.len(), 61);
    assert_eq!(senders(&conversation(&api, id).await), ["customer"]);
    assert_eq!(
        error(say(&api, id, json!({"message": "Hello?"})).await),
        timeout
    );
    assert_eq!(
        senders(&conversation(&api, id).await),
        ["customer", "customer"]
    );
}

#[tokio::test]
async fn messages_go_on_in_the_conversation_by_either_id() {
    let api = api().await;
    let (_, body) = start(&api, json!({})).await;
    for id in [&body["data"]["conversationId"], &body["data"]["publicId"]] {
        let (status, body) = say(&api, id, json!({"message": "And the invoice?"})).await;
        assert_eq!(status, 200);
        assert!(
            body["data"]["botResponse"]
                .as_str()
                .unwrap()
                .contains("invoice"),
            "{body}"
        );
    }
    let shown = conversation(&api, &body["data"]["conversationId"]).await;
    assert_eq!(
        senders(&shown),
        ["customer", "bot", "customer", "bot", "customer", "bot"]
    );
}

#[tokio::test]
async fn the_bot_hands_off_to_a_human_and_is_silent_from_then_on() {
    let api = api().await;
    let (status, body) = start(&api, json!({"message": "I want to talk to a human"})).await;
    assert_eq!((status, body["data"].get("botResponse")), (200, None));
    let id = &body["data"]["conversationId"];
    let (status, body) = say(&api, id, json!({"message": ORDER})).await;
    assert_eq!((status, body["data"].get("botResponse")), (200, None));
    let shown = conversation(&api, id).await;
    assert!(shown["handedOffAt"].is_string());
    assert_eq!(senders(&shown), ["customer", "customer"]);
    let events = shown["events"].as_array().unwrap();
    assert_eq!(
        events
            .iter()
            .filter(|event| event["event"] == "handed_off")
            .count(),
        1
    );
}

#[tokio::test]
async fn the_bot_keeps_the_context_of_its_conversation() {
    let api = api().await;
    let ask = async |first: &str, second: &str| {
        let (_, body) = start(&api, json!({"message": first})).await;
        let id = &body["data"]["conversationId"];
        let first = body["data"]["botResponse"].clone();
        let (_, body) = say(&api, id, json!({"message": second})).await;
        [first, body["data"]["botResponse"].clone()]
    };
    let answers = ask("Where is my order ORD-1042?", "And when does it arrive?").await;
    assert_eq!(
        answers[0],
        "Hi! Order ORD-1042 has left our warehouse and is on its way to you."
    );
    let further = "Most parcels arrive within two working days; order ORD-1042 is no exception.";
    assert_eq!(answers[1], further);
    let answers = ask("I want to return this", "And when will I have it?").await;
    let further =
        "Once the parcel is back, the refund for your order takes up to five working days.";
    assert_eq!(answers[1], further);
    // Without a context there is nothing to go on with.
    let answers = ask("What are your opening hours?", "And when does it arrive?").await;
    assert_eq!(
        answers[0],
        "Hi! Thank you for your message. Could you tell me more?"
    );
    assert_eq!(
        answers[1],
        "Thank you for your message. Could you tell me more?"
    );
}

#[tokio::test]
async fn the_bot_answers_from_the_articles_of_its_business() {
    let api = api().await;
    let article = |business: &str, active: bool| {
        let body = json!({"businessSlug": business, "title": "Shipping to Norway",
            "content": "Delivery to Norway takes six days.", "isActive": active});
        send(api.request(Method::POST, "/articles").json(&body))
    };
    let ask = async || {
        let (_, body) = start(
            &api,
            json!({"message": "How long does delivery to Norway take?"}),
        )
        .await;
        body["data"].clone()
    };
    article("nordlicht-outdoor", true).await;
    article("acme-corp", false).await;
    let topic = "Hi! Your order has left our warehouse and is on its way to you.";
    assert_eq!(ask().await["botResponse"], topic);
    assert_eq!(article("acme-corp", true).await.0, 201);
    let answer = ask().await;
    assert_eq!(
        answer["botResponse"],
        "Hi! Delivery to Norway takes six days."
    );
    let further = say(
        &api,
        &answer["conversationId"],
        json!({"message": "Really?"}),
    )
    .await;
    assert_eq!(
        further.1["data"]["botResponse"],
        "Delivery to Norway takes six days."
    );
}

#[tokio::test]
async fn the_bot_says_what_it_is_scripted_to_say() {
    let api = api().await;
    let control = api.sandbox.control();
    let script = [
        ScriptedReply::say("Refunded.").when("REFUND").times(1),
        ScriptedReply::say("A colleague takes over.")
            .when("lawyer")
            .then_hand_off(),
        ScriptedReply::silence().when("quiet"),
    ];
    control.script_bot(script).unwrap();
    let ask =
        async |message: &str| start(&api, json!({"message": message})).await.1["data"].clone();
    assert_eq!(ask("my refund?").await["botResponse"], "Refunded.");
    assert_ne!(ask("my refund?").await["botResponse"], "Refunded.");
    assert_eq!(control.bot_script().unwrap().len(), 3);
    let handed = ask("I call my lawyer").await;
    assert_eq!(handed["botResponse"], "A colleague takes over.");
    let shown = conversation(&api, &handed["conversationId"]).await;
    assert!(shown["handedOffAt"].is_string());
    let quiet = ask("be quiet").await;
    assert_eq!(quiet.get("botResponse"), None);
    let shown = conversation(&api, &quiet["conversationId"]).await;
    assert_eq!(
        (senders(&shown), &shown["handedOffAt"]),
        (vec!["customer"], &json!(null))
    );
}

#[tokio::test]
async fn a_scripted_reply_that_takes_too_long_is_a_408() {
    let api = api().await;
    let control = api.sandbox.control();
    let late = ScriptedReply::say("Late.").after(Duration::from_secs(60));
    control.script_bot([late.times(1)]).unwrap();
    control
        .set_bot_pace(Duration::ZERO, Duration::from_millis(5))
        .unwrap();
    assert_eq!(start(&api, json!({})).await.0, 408);
    assert_eq!(start(&api, json!({})).await.0, 200);
}

#[tokio::test]
async fn the_51st_message_is_over_the_quota() {
    let api = api().await;
    let (_, body) = start(&api, json!({})).await;
    let id = &body["data"]["conversationId"];
    for _ in 1..50 {
        assert_eq!(
            say(&api, id, json!({"message": "Hi", "async": true}))
                .await
                .0,
            200
        );
    }
    let over = say(&api, id, json!({"message": "Hi"})).await;
    let quota = "Message limit exceeded (50 messages per conversation)".to_owned();
    assert_eq!(error(over), (429, quota));
    assert_eq!(senders(&conversation(&api, id).await).len(), 100);
}

#[tokio::test]
async fn what_cannot_be_started_or_continued_is_refused() {
    let api = api().await;
    let seeded = &api.read("/conversations").await["data"][0]["id"];
    let hello = || json!({"message": "Hello"});
    assert_eq!(say(&api, seeded, hello()).await.0, 403);
    assert_eq!(say(&api, &json!("CONV-2024-999999"), hello()).await.0, 404);
    assert_eq!(start(&api, json!({"businessSlug": "nobody"})).await.0, 404);
    assert_eq!(
        start(&api, json!({"message": "x".repeat(5_001)})).await.0,
        400
    );
    assert_eq!(
        start(&api, json!({"customer": {"email": "nobody"}}))
            .await
            .0,
        400
    );
    assert_eq!(
        start(&api, json!({"metadata": {"": "empty key"}})).await.0,
        400
    );
    assert_eq!(
        start(&api, json!({"metadata": {"k".repeat(201): "long key"}}))
            .await
            .0,
        400
    );
    assert_eq!(api.all("/conversations").await.len(), 260);
}

#[tokio::test]
async fn a_known_customer_is_found_by_address() {
    let api = api().await;
    let customers = api.all("/customers").await;
    let known = |customer: &&Value| {
        customer["email"].is_string() && customer["businessSlug"] == "acme-corp"
    };
    let known = customers.iter().find(known).unwrap();
    let (_, body) = start(&api, json!({"customer": {"email": known["email"]}})).await;
    let shown = conversation(&api, &body["data"]["conversationId"]).await;
    assert_eq!(shown["customer"]["id"], known["id"]);
    assert_eq!(shown["customer"]["name"], known["name"]);
    assert_eq!(api.all("/customers").await.len(), customers.len());
}
