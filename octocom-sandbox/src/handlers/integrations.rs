//! Spreadsheets and purchases.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::ids::Kind;
use crate::limit::Window;
use crate::record::Purchase;
use crate::reply::{Refusal, Reply};
use crate::request::Request;
use crate::store::{READ_ONLY_SHEET, State};

/// Purchases that an address may record in a minute, as the document says.
const PURCHASES_A_MINUTE: usize = 100;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NewSheetRow {
    spreadsheet_id: String,
    data: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NewPurchase {
    line_items: Value,
    total_price: f64,
    currency_code: String,
    provider: Option<String>,
    order_id: Option<String>,
}

pub(super) fn append_sheet_row(request: &Request, state: &mut State) -> Result<Reply, Refusal> {
    let NewSheetRow {
        spreadsheet_id,
        data,
    } = request.read()?;
    if spreadsheet_id == READ_ONLY_SHEET {
        let error = "The service account does not have editor access to the spreadsheet";
        return Err(Refusal::new(StatusCode::FORBIDDEN, error));
    }
    let rows = state.sheets_mut().get_mut(&spreadsheet_id);
    rows.ok_or_else(|| Refusal::not_found("Spreadsheet"))?
        .push(data);
    Ok(Reply::done("Row added successfully", json!({})))
}

pub(super) fn record_purchase(request: &Request, state: &mut State) -> Result<Reply, Refusal> {
    let now = state.clock.now();
    let new = || Window::new(PURCHASES_A_MINUTE, Duration::from_secs(60));
    let window = state
        .purchases_by_address
        .entry(request.peer)
        .or_insert_with(new);
    window
        .admit(now)
        .map_err(|wait| Refusal::limited("Rate limit exceeded", wait))?;
    let session = request.uuid("browserSessionId")?;
    if !state.has_browser_session(session) {
        return Err(Refusal::not_found("Browser session"));
    }
    let purchase: NewPurchase = request.read()?;
    // The published document asks for an array or an object; the derived one cannot say so.
    if !(purchase.line_items.is_array() || purchase.line_items.is_object()) {
        return Err(Refusal::invalid(
            "body: /lineItems: neither an array nor an object",
        ));
    }
    let id = state
        .data
        .ids(Kind::Purchase)
        .id(state.purchases.len() as u64);
    state.purchases_mut().push(Purchase {
        id,
        browser_session_id: session,
        line_items: purchase.line_items,
        total_price: purchase.total_price,
        currency_code: purchase.currency_code,
        provider: purchase.provider.unwrap_or_else(|| "api".to_owned()),
        order_id: purchase.order_id,
    });
    Ok(Reply::done(
        "Purchase recorded successfully",
        json!({ "id": id }),
    ))
}
