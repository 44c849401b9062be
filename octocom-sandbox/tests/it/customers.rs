//! Customers, email to them, and their purchases.

use reqwest::Method;
use serde_json::{Value, json};

use crate::api::{Api, api, error, send};

const UNKNOWN: &str = "550e8400-e29b-41d4-a716-446655440000";

async fn post(api: &Api, path: &str, body: Value) -> (u16, Value) {
    send(api.request(Method::POST, path).json(&body)).await
}

#[tokio::test]
async fn an_updated_customer_is_listed_and_shown_in_conversations() {
    let api = api().await;
    let customers = api.all("/customers").await;
    let customer = &customers[40];
    let path = format!("/customers/{}", customer["id"].as_str().unwrap());
    let update = json!({"name": "New Name", "metadata": {"tier": "gold"}});
    let (status, body) = send(api.request(Method::PATCH, &path).json(&update)).await;
    assert_eq!(
        (status, &body["data"]["metadata"]),
        (200, &json!({"tier": "gold"}))
    );
    let mut expected = customer.clone();
    expected["name"] = json!("New Name");
    assert_eq!(api.all("/customers").await[40], expected);
    let conversation = customer["conversationIds"][0].as_str().unwrap();
    let shown = &api.read(&format!("/conversations/{conversation}")).await["data"]["customer"];
    assert_eq!(
        (&shown["name"], &shown["email"]),
        (&json!("New Name"), &customer["email"])
    );

    // An empty text is not an address.
    assert_eq!(customer["email"].as_str().map(str::is_empty), Some(false));
    let update = json!({"email": ""});
    let (status, _) = send(api.request(Method::PATCH, &path).json(&update)).await;
    assert_eq!(status, 200);
    assert_eq!(api.all("/customers").await[40]["email"], json!(null));

    let pair = json!({"key": "plan", "value": "pro"});
    assert_eq!(post(&api, &format!("{path}/metadata"), pair).await.0, 200);
    let (_, body) = send(api.request(Method::PATCH, &path).json(&json!({}))).await;
    assert_eq!(
        body["data"]["metadata"],
        json!({"plan": "pro", "tier": "gold"})
    );
}

#[tokio::test]
async fn a_customer_that_is_none_is_not_found_and_an_address_that_is_none_refused() {
    let api = api().await;
    let update = |id: &str, body: Value| {
        send(
            api.request(Method::PATCH, &format!("/customers/{id}"))
                .json(&body),
        )
    };
    assert_eq!(
        error(update(UNKNOWN, json!({})).await),
        (404, "Customer not found".to_owned())
    );
    let customers = api.all("/customers").await;
    let id = customers[0]["id"].as_str().unwrap();
    let refused = (400, "body: /email: not an email address".to_owned());
    assert_eq!(error(update(id, json!({"email": "nobody"})).await), refused);
    assert_eq!(update(id, json!({"nickname": "x"})).await.0, 400);
    let pair = json!({"key": "k", "value": "v"});
    assert_eq!(
        post(&api, &format!("/customers/{UNKNOWN}/metadata"), pair)
            .await
            .0,
        404
    );
    assert_eq!(api.all("/customers").await, customers);
}

fn email() -> Value {
    json!({"businessSlug": "acme-corp", "to": "mia@example.com", "subject": "Your order",
        "text": "It is on its way.", "customerName": "Mia", "tags": ["shipping", "shipping"]})
}

#[tokio::test]
async fn an_outbound_email_starts_a_handed_off_conversation_and_lies_in_the_outbox() {
    let api = api().await;
    let (status, body) = post(&api, "/conversations/outbound-email", email()).await;
    assert_eq!((status, &body["success"]), (200, &json!(true)));
    let summary = api.all("/conversations").await.pop().unwrap();
    assert_eq!(summary["id"], body["conversationId"]);
    assert_eq!(summary["publicId"], body["publicId"]);
    assert_eq!(summary["isOutbound"], true);
    assert_eq!(summary["latestChannel"], "email");
    assert_eq!(summary["tags"], json!(["shipping"]));
    assert_eq!(summary["handedOffAt"], summary["createdAt"]);
    let id = summary["id"].as_str().unwrap();
    let detail = &api.read(&format!("/conversations/{id}")).await["data"];
    assert_eq!(detail["messages"][0]["text"], "It is on its way.");
    assert_eq!(detail["customer"]["email"], "mia@example.com");
    assert_eq!(detail["customer"]["name"], "Mia");

    let outbox = api.sandbox.outbox();
    assert_eq!(outbox.len(), 1);
    assert_eq!(outbox[0].to, "mia@example.com");
    assert_eq!(outbox[0].conversation_id.to_string(), id);
    assert_eq!(outbox[0].tags, ["shipping"]);

    // It was created via the API, so it is continued there; the bot leaves it to humans.
    let path = format!("/bot/conversations/{id}/messages");
    let (status, body) = post(&api, &path, json!({"message": "Thanks"})).await;
    assert_eq!((status, body["data"].get("botResponse")), (200, None));
}

#[tokio::test]
async fn an_email_that_cannot_be_sent_leaves_nothing() {
    let api = api().await;
    let send = async |field: &str, value: Value| {
        let mut body = email();
        body[field] = value;
        error(post(&api, "/conversations/outbound-email", body).await)
    };
    let no_integration = (400, "The business has no email integration".to_owned());
    assert_eq!(
        send("businessSlug", json!("kaffe-kungen")).await,
        no_integration
    );
    assert_eq!(send("businessSlug", json!("nobody")).await.0, 404);
    assert_eq!(send("to", json!("nobody")).await.0, 400);
    assert_eq!(send("subject", json!("x".repeat(999))).await.0, 400);
    assert!(api.sandbox.outbox().is_empty());
    assert_eq!(api.all("/conversations").await.len(), 260);
}

#[tokio::test]
async fn a_row_is_added_only_to_a_sheet_that_may_be_written() {
    let api = api().await;
    let add = async |sheet: &str| {
        let row = json!({"spreadsheetId": sheet, "data": {"Name": "Mia", "Order": "1"}});
        post(&api, "/sheets/rows", row).await.0
    };
    assert_eq!(add("sandbox-sheet").await, 200);
    assert_eq!(add("sandbox-read-only-sheet").await, 403);
    assert_eq!(add("unknown").await, 404);
    let row = [("Name", "Mia"), ("Order", "1")].map(|(k, v)| (k.to_owned(), v.to_owned()));
    assert_eq!(api.sandbox.sheet_rows("sandbox-sheet"), [row.to_vec()]);
    // The order of columns is that of the first row that has them.
    for row in [
        r#"{"Zip": "1", "Name": "Nia"}"#,
        r#"{"City": "Oslo", "Zip": "2", "Zip": "3"}"#,
    ] {
        let body = format!(r#"{{"data": {row}, "spreadsheetId": "sandbox-sheet"}}"#);
        let request = api.request(Method::POST, "/sheets/rows");
        let request = request.header("content-type", "application/json");
        assert_eq!(send(request.body(body)).await.0, 200);
    }
    let rows = api.sandbox.sheet_rows("sandbox-sheet");
    let rows: Vec<Vec<&str>> = rows
        .iter()
        .map(|row| row.iter().flat_map(|(k, v)| [k.as_str(), v]).collect())
        .collect();
    assert_eq!(rows[1], ["Name", "Nia", "Zip", "1"]);
    assert_eq!(rows[2], ["Zip", "3", "City", "Oslo"]);
    let sheet = api.sandbox.control();
    let sheet = sheet.record(octocom_sandbox::RecordKind::Spreadsheets, "sandbox-sheet");
    let sheet = sheet.unwrap();
    assert_eq!(sheet["headers"], json!(["Name", "Order", "Zip", "City"]));
    assert_eq!(sheet["rows"][2], json!([null, null, "3", "Oslo"]));
    let number = json!({"spreadsheetId": "sandbox-sheet", "data": {"Order": 1}});
    assert_eq!(post(&api, "/sheets/rows", number).await.0, 400);
}

#[tokio::test]
async fn a_purchase_is_recorded_for_a_session_that_exists() {
    let api = api().await;
    let record = async |session: &str, body: Value| {
        let path = format!("/browser-sessions/{session}/purchases");
        send(api.anonymous(Method::POST, &path).json(&body)).await
    };
    let purchase = || json!({"lineItems": {"sku": "A"}, "totalPrice": 9.5, "currencyCode": "EUR"});
    let session = api.sandbox.browser_sessions()[3].to_string();
    let (status, body) = record(&session, purchase()).await;
    assert_eq!((status, &body["success"]), (201, &json!(true)));
    assert_eq!(record(UNKNOWN, purchase()).await.0, 404);
    for (field, wrong) in [
        ("totalPrice", json!(0)),
        ("lineItems", json!("A")),
        ("more", json!(1)),
    ] {
        let mut body = purchase();
        body[field] = wrong;
        assert_eq!(record(&session, body).await.0, 400, "{field}");
    }
    let purchases = api.sandbox.purchases();
    assert_eq!(purchases.len(), 1);
    assert_eq!(json!(purchases[0].id), body["id"]);
    assert_eq!(purchases[0].provider, "api");
    assert_eq!(purchases[0].line_items, json!({"sku": "A"}));
}
