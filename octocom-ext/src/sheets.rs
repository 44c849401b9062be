//! Google Sheets.

use octocom_api::operations::APPEND_SHEET_ROW;
use octocom_api::{Response, types};

use crate::client::Client;
use crate::error::Error;
use crate::input::{Checked, text, unique};

/// Google Sheets that are shared with Octocom's service account.
#[derive(Debug, Clone)]
pub struct Sheets {
    client: Client,
}

impl Client {
    /// Returns a handle for Google Sheets.
    #[must_use]
    pub fn sheets(&self) -> Sheets {
        Sheets {
            client: self.clone(),
        }
    }
}

impl Sheets {
    /// Adds a row to the first sheet of a spreadsheet, as pairs of column name and value.
    ///
    /// Calls `append_sheet_row`. It is not retried after a failure with an unknown outcome, because
    /// it could take effect twice. Columns that do not exist are created, in the order given.
    ///
    /// The id is the part of the spreadsheet's URL between `/d/` and `/edit`. Share the
    /// spreadsheet, as editor, with `octocom-google-sheets@octocom.iam.gserviceaccount.com`.
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
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest), before anything is sent, if
    /// the id is empty or a column is given twice.
    /// [`ErrorKind::Forbidden`](crate::ErrorKind::Forbidden) if the service account may not edit
    /// the spreadsheet, [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if it does not exist.
    pub async fn append_row(
        &self,
        spreadsheet_id: impl AsRef<str>,
        row: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>,
    ) -> Result<Response<types::Acknowledgement>, Error> {
        let row: Vec<(String, String)> = row
            .into_iter()
            .map(|(column, value)| (column.into(), value.into()))
            .collect();
        let checked = || -> Checked<_> {
            unique("row", &row)?;
            Ok(types::NewSheetRow {
                spreadsheet_id: text("spreadsheet_id", spreadsheet_id.as_ref())?,
                data: row.into_iter().collect(),
            })
        };
        let body = checked().map_err(|detail| Error::invalid_input(&APPEND_SHEET_ROW, detail))?;
        Ok(self.client.api().append_sheet_row(&body).await?)
    }
}
