//! Values that the AI classified in the conversations of a business.

use std::sync::Arc;

use bytes::Bytes;
use octocom_api::types;
use octocom_api::{BoxFuture, Operation, operations};
use serde::Serialize;

use super::Business;
use crate::client::Client;
use crate::dates::{Dated, Period};
use crate::error::Error;
use crate::pagination::{List, Offset, PageRequest, Query, private};

/// Values that the AI classified in the conversations of a business.
#[derive(Debug, Clone)]
pub struct CustomData {
    business: Business,
}

impl Business {
    /// Values that the AI classified in the conversations of this business.
    ///
    /// ```no_run
    /// # fn example(client: octocom_ext::Client) {
    /// let custom_data = client.business("acme-corp").custom_data();
    /// # }
    /// ```
    #[must_use]
    pub fn custom_data(&self) -> CustomData {
        CustomData {
            business: self.clone(),
        }
    }
}

impl CustomData {
    /// Lists the values, 50 a page unless [`page_size`](List::page_size) says otherwise.
    ///
    /// Calls `list_custom_data`.
    ///
    /// ```no_run
    /// # async fn example(client: octocom_ext::Client) -> Result<(), octocom_ext::Error> {
    /// let mut types =
    ///     client.business("acme-corp").custom_data().list().key("issue_type").page_size(200).stream();
    /// while let Some(entry) = types.try_next().await? {
    ///     println!("{} {}", entry.conversation_id, entry.value);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn list(&self) -> List<CustomDataQuery, Offset> {
        let query = CustomDataQuery {
            business_slug: self.business.business_slug(),
            key: None,
            period: Period::default(),
        };
        List::new(self.business.client(), query)
    }
}

/// The filters of the list of classified values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CustomDataQuery {
    business_slug: Arc<str>,
    key: Option<String>,
    #[serde(flatten)]
    period: Period,
}

impl List<CustomDataQuery, Offset> {
    /// Values of this classification, `issue_type` say.
    ///
    /// ```no_run
    /// # fn example(client: octocom_ext::Client) {
    /// let list = client.business("acme-corp").custom_data().list().key("issue_type");
    /// # }
    /// ```
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.query.key = Some(key.into());
        self
    }

    /// Items a page: 1 to 200, 50 by default. Other sizes are refused before sending.
    ///
    /// ```no_run
    /// # fn example(client: octocom_ext::Client) {
    /// let list = client.business("acme-corp").custom_data().list().page_size(200);
    /// # }
    /// ```
    pub fn page_size(mut self, items: u32) -> Self {
        self.options.page_size = Some(u64::from(items));
        self
    }
}

impl private::Sealed for CustomDataQuery {}

impl Query for CustomDataQuery {
    type Item = types::CustomData;

    const OPERATION: &'static Operation = &operations::LIST_CUSTOM_DATA;

    fn check(&self) -> Result<(), String> {
        self.period.check()
    }

    fn fetch(
        &self,
        client: Client,
        request: PageRequest,
    ) -> BoxFuture<'static, Result<Bytes, Error>> {
        let Self {
            business_slug,
            key,
            period: Period { since, until },
        } = self.clone();
        Box::pin(async move {
            let call = client.call_undecoded(async |api: octocom_api::Client| {
                api.list_custom_data(
                    &business_slug,
                    until.as_ref(),
                    key.as_deref(),
                    request.page_size,
                    request.page(),
                    since.as_ref(),
                )
                .await
            });
            Ok(call.await?.into_value())
        })
    }
}

impl Dated for CustomDataQuery {
    fn period(&mut self) -> &mut Period {
        &mut self.period
    }
}
