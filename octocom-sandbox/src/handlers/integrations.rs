//! Spreadsheets and purchases.

use std::fmt;

use axum::http::StatusCode;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

use crate::ids::Kind;
use crate::record::Purchase;
use crate::reply::{Refusal, Reply};
use crate::request::Request;
use crate::store::State;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NewSheetRow {
    spreadsheet_id: String,
    data: Cells,
}

/// Header and cell of each column, in the order in which they were sent.
struct Cells(Vec<(String, String)>);

impl<'de> Deserialize<'de> for Cells {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(CellsVisitor)
    }
}

struct CellsVisitor;

impl<'de> Visitor<'de> for CellsVisitor {
    type Value = Cells;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of texts")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Cells, A::Error> {
        let mut cells: Vec<(String, String)> = Vec::new();
        while let Some((header, cell)) = map.next_entry()? {
            // As in every JSON object, the last of two equal names counts.
            match cells.iter_mut().find(|(known, _)| *known == header) {
                Some((_, known)) => *known = cell,
                None => cells.push((header, cell)),
            }
        }
        Ok(Cells(cells))
    }
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
    // From the text: a JSON value does not keep the order of columns.
    let row = serde_json::from_slice(&request.raw);
    let NewSheetRow {
        spreadsheet_id,
        data: Cells(cells),
    } = row.map_err(|error| Refusal::invalid(format!("body: {error}")))?;
    let sheet = state.sheets_mut().get_mut(&spreadsheet_id);
    let sheet = sheet.ok_or_else(|| Refusal::not_found("Spreadsheet"))?;
    if sheet.read_only {
        let error = "The service account does not have editor access to the spreadsheet";
        return Err(Refusal::new(StatusCode::FORBIDDEN, error));
    }
    sheet.append(cells);
    Ok(Reply::done("Row added successfully", json!({})))
}

pub(super) fn record_purchase(request: &Request, state: &mut State) -> Result<Reply, Refusal> {
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
