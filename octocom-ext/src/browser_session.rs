//! Browser sessions, for recording purchases.

use octocom_api::Response;
use octocom_api::operations::RECORD_PURCHASE;
use octocom_api::types::{self, PurchaseRecorded};
use serde::Serialize;
use serde_json::Value;

use crate::client::Client;
use crate::error::Error;
use crate::ids::Id;
use crate::input::{Checked, optional, redact_debug, text};

/// A browser session on a website that has the bot.
#[derive(Debug, Clone)]
pub struct BrowserSession {
    client: Client,
    id: Id,
}

impl Client {
    /// Returns a handle for the browser session with this id. Nothing is sent.
    #[must_use]
    pub fn browser_session(&self, id: impl Into<Id>) -> BrowserSession {
        BrowserSession {
            client: self.clone(),
            id: id.into(),
        }
    }
}

impl BrowserSession {
    /// Records a purchase.
    ///
    /// Calls `record_purchase`, without the API key. It is not retried after a failure with an
    /// unknown outcome, because it could take effect twice, and the API cannot list purchases. Set
    /// an [order id](Purchase::order_id), so that you can later recognize duplicates in your own
    /// data. The API allows 100 purchases a minute from one IP address.
    ///
    /// ```no_run
    /// # async fn example(client: octocom_ext::Client, session: uuid::Uuid) -> Result<(),
    /// octocom_ext::Error> {
    /// use octocom_ext::Purchase;
    ///
    /// let items = [("sku-7", 2), ("sku-9", 1)];
    /// let purchase = Purchase::new(&items, 59.97, "EUR").order_id("#1042");
    /// let recorded = client.browser_session(session).record_purchase(purchase).await?;
    /// println!("{}", recorded.id);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest), before anything is sent, if
    /// the line items are neither a list nor an object, the total is not a finite number above
    /// zero, or a text is empty. [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if the session
    /// does not exist.
    pub async fn record_purchase(
        &self,
        purchase: Purchase,
    ) -> Result<Response<PurchaseRecorded>, Error> {
        let checked = || {
            Ok((
                self.id.clone().checked("browser session id")?,
                purchase.checked()?,
            ))
        };
        let (id, body) =
            checked().map_err(|detail: String| Error::invalid_input(&RECORD_PURCHASE, detail))?;
        Ok(self.client.api().record_purchase(&id, &body).await?)
    }
}

/// A purchase to record.
///
/// ```
/// use octocom_ext::Purchase;
///
/// #[derive(serde::Serialize)]
/// struct Line {
///     sku: &'static str,
///     quantity: u32,
/// }
///
/// let lines = [Line { sku: "sku-7", quantity: 2 }];
/// let purchase = Purchase::new(&lines, 39.98, "EUR").order_id("#1042").provider("shopify");
/// ```
#[derive(Clone)]
#[must_use = "a purchase is recorded by `BrowserSession::record_purchase`"]
pub struct Purchase {
    /// The line items; `None` when they cannot be written as JSON. The reason may quote them.
    line_items: Option<Value>,
    total_price: f64,
    currency_code: String,
    provider: Option<String>,
    order_id: Option<String>,
}

redact_debug!(Purchase);

impl Purchase {
    /// Returns a purchase. Its line items are a list or an object of any form; the total is above
    /// zero, in units of the currency, whose code is given (`EUR`).
    ///
    /// Numbers in the line items that are not finite become `null`.
    pub fn new(
        line_items: &(impl Serialize + ?Sized),
        total_price: f64,
        currency_code: impl Into<String>,
    ) -> Self {
        Self {
            line_items: serde_json::to_value(line_items).ok(),
            total_price,
            currency_code: currency_code.into(),
            provider: None,
            order_id: None,
        }
    }

    /// Sets the origin of the purchase, such as `shopify`: at least 1 character. Default: the API
    /// sets `api`.
    pub fn provider(mut self, provider: impl Into<String>) -> Self {
        self.provider = Some(provider.into());
        self
    }

    /// Sets the shop's id of the order: at least 1 character. Default: none.
    ///
    /// Set it, or you cannot later tell a duplicate from a second purchase.
    pub fn order_id(mut self, id: impl Into<String>) -> Self {
        self.order_id = Some(id.into());
        self
    }

    fn checked(self) -> Checked<types::NewPurchase> {
        let line_items = self
            .line_items
            .ok_or("line_items: a value that cannot be written as JSON")?;
        let kind = match &line_items {
            Value::Array(_) | Value::Object(_) => None,
            Value::Null => Some("null"),
            Value::Bool(_) => Some("a boolean"),
            Value::Number(_) => Some("a number"),
            Value::String(_) => Some("a text"),
        };
        if let Some(kind) = kind {
            return Err(format!("line_items: {kind}, a list or an object is needed"));
        }
        let total_price = self.total_price;
        if !(total_price.is_finite() && total_price > 0.0) {
            return Err(format!(
                "total_price: {total_price}, a finite number above 0 is needed"
            ));
        }
        Ok(types::NewPurchase {
            line_items,
            total_price,
            currency_code: text("currency_code", &self.currency_code)?,
            provider: optional("provider", self.provider.as_deref())?,
            order_id: optional("order_id", self.order_id.as_deref())?,
        })
    }
}
