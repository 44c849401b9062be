//! Google Sheets.

use octocom_api::operations::APPEND_SHEET_ROW;
use octocom_api::types::{self, NonEmptyText};
use serde::{Serialize, Serializer};

use crate::client::Client;
use crate::error::Error;
use crate::input::{Checked, text, unique};

/// Google Sheets that are shared with Octocom's service account.
#[derive(Debug, Clone)]
pub struct Sheets {
    client: Client,
}

impl Client {
    /// Google Sheets that are shared with Octocom's service account.
    ///
    /// ```no_run
    /// # fn example(client: octocom_ext::Client) {
    /// let sheets = client.sheets();
    /// # }
    /// ```
    #[must_use]
    pub fn sheets(&self) -> Sheets {
        Sheets {
            client: self.clone(),
        }
    }
}

impl Sheets {
    /// Adds a row to the first sheet of a spreadsheet: pairs of column and value.
    ///
    /// Calls `append_sheet_row`, which may act twice and is not repeated after an unclear failure.
    /// Columns that do not exist are created; they are sent in the order they are given.
    ///
    /// The id is the part of the spreadsheet's address between `/d/` and `/edit`. The spreadsheet
    /// must be shared, as editor, with `octocom-google-sheets@octocom.iam.gserviceaccount.com`.
    ///
    /// ```no_run
    /// # async fn example(client: octocom_ext::Client) -> Result<(), octocom_ext::Error> {
    /// let row = [("Order", "#1042"), ("Reason", "too small")];
    /// client.sheets().append_row("1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlbs74OgvE2upms", row).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest), before anything is sent,
    /// for an empty id or a column that is given twice.
    /// [`ErrorKind::Forbidden`](crate::ErrorKind::Forbidden) when the service account may not edit
    /// the spreadsheet, [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) when there is none.
    pub async fn append_row(
        &self,
        spreadsheet_id: impl AsRef<str>,
        row: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>,
    ) -> Result<types::Acknowledgement, Error> {
        let row = row
            .into_iter()
            .map(|(column, value)| (column.into(), value.into()))
            .collect();
        let body = Body::checked(spreadsheet_id.as_ref(), row)
            .map_err(|detail| Error::invalid_input(&APPEND_SHEET_ROW, detail))?;
        self.client.send_body(&APPEND_SHEET_ROW, &[], &body).await
    }
}

/// The generated type keeps the columns in no order, and it is their order in the sheet.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    spreadsheet_id: NonEmptyText,
    #[serde(serialize_with = "in_order")]
    data: Vec<(String, String)>,
}

impl Body {
    fn checked(spreadsheet_id: &str, data: Vec<(String, String)>) -> Checked<Self> {
        unique("row", &data)?;
        Ok(Self {
            spreadsheet_id: text("spreadsheet_id", spreadsheet_id)?,
            data,
        })
    }
}

fn in_order<S: Serializer>(pairs: &[(String, String)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(pairs.iter().map(|(column, value)| (column, value)))
}
