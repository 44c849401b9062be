//! Operations of the organization as a whole, and those that belong to no organization.

use octocom_ext::{CustomerChanges, Purchase, operations as op};
use serde_json::{Value, json};

use super::cases::{AT, Case, ID, OTHER, items, open, page};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new(
            &op::LIST_CUSTOMERS,
            "/customers?endDate=2024-01-15T10%3A30%3A00Z&page=1&startDate=2024-01-15T10%3A30%3A00Z",
            page(
                json!({"id": ID, "email": "mia@example.com", "phone": "+1", "name": "Mia",
                "createdAt": AT, "businessSlug": "acme-corp", "conversationIds": [OTHER]}),
            ),
            async |client| {
                let at: chrono::DateTime<chrono::Utc> = AT.parse().unwrap();
                items(client.customers().list().since(at).until(at).stream()).await
            },
        ),
        Case::new(
            &op::UPDATE_CUSTOMER,
            format!("/customers/{ID}"),
            Value::Null,
            async |client| {
                let changes = CustomerChanges::new()
                    .name("Mia")
                    .phone("+1")
                    .email("mia@example.com");
                client
                    .customers()
                    .update(ID, changes.metadata("tier", "gold"))
                    .await
                    .map(open)
            },
        )
        .body(
            json!({"name": "Mia", "phone": "+1", "email": "mia@example.com",
            "metadata": {"tier": "gold"}}),
        )
        .open(),
        Case::new(
            &op::SET_CUSTOMER_METADATA,
            format!("/customers/{ID}/metadata"),
            Value::Null,
            async |client| {
                client
                    .customers()
                    .set_metadata(ID, "tier", "gold")
                    .await
                    .map(open)
            },
        )
        .body(json!({"key": "tier", "value": "gold"}))
        .open(),
        Case::new(
            &op::LIST_USERS,
            "/users?page=1",
            page(
                json!({"id": ID, "email": "bo@example.com", "fullName": "Bo", "isAgent": true,
                "isManager": false, "teamId": OTHER}),
            ),
            async |client| items(client.users().list().stream()).await,
        ),
        Case::new(
            &op::LIST_TEAMS,
            "/teams?page=1",
            page(json!({"id": ID, "name": "Support", "createdAt": AT, "updatedAt": AT})),
            async |client| items(client.teams().list().stream()).await,
        ),
        Case::new(
            &op::LIST_MACROS,
            "/macros?page=1",
            page(json!({"id": ID, "title": "Thanks", "content": "Thank you!",
                "businessSlug": "acme-corp"})),
            async |client| items(client.macros().list().stream()).await,
        ),
        Case::new(
            &op::LIST_BUSINESSES,
            "/businesses",
            json!({"data": [{"id": ID, "slug": "acme-corp", "name": "Acme"}]}),
            async |client| client.businesses().all().await,
        ),
        Case::new(
            &op::APPEND_SHEET_ROW,
            "/sheets/rows",
            json!({"success": true, "message": "Row added successfully"}),
            async |client| {
                let row = [("Order", "#1042"), ("Reason", "too small")];
                client.sheets().append_row("sheet-1", row).await
            },
        )
        .body(json!({"spreadsheetId": "sheet-1",
            "data": {"Order": "#1042", "Reason": "too small"}}))
        .decoded_whole(),
        Case::new(
            &op::RECORD_PURCHASE,
            format!("/browser-sessions/{ID}/purchases"),
            json!({"success": true, "message": "Purchase recorded successfully", "id": OTHER}),
            async |client| {
                let purchase = Purchase::new(&json!([{"sku": "a", "n": 2}]), 39.98, "EUR");
                let purchase = purchase.order_id("#1042").provider("shopify");
                client.browser_session(ID).record_purchase(purchase).await
            },
        )
        .body(
            json!({"lineItems": [{"sku": "a", "n": 2}], "totalPrice": 39.98,
            "currencyCode": "EUR", "orderId": "#1042", "provider": "shopify"}),
        )
        .decoded_whole(),
    ]
}
