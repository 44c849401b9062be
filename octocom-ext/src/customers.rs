//! Customers.

use std::fmt;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use octocom_api::types::Customer;
use octocom_api::{BoxFuture, Operation, operations};
use serde::Serialize;

use crate::client::Client;
use crate::dates::check_order;
use crate::error::Error;
use crate::pagination::{List, Offset, PageRequest, Query, private};

/// Customers of the organization.
#[derive(Clone)]
pub struct Customers {
    client: Client,
}

impl Client {
    /// Customers of the organization.
    #[must_use]
    pub fn customers(&self) -> Customers {
        Customers {
            client: self.clone(),
        }
    }
}

impl Customers {
    /// Lists customers, 50 a page.
    ///
    /// Calls `list_customers`. The document does not say in which direction they are sorted.
    ///
    /// ```no_run
    /// # async fn example(client: octocom_ext::Client) -> Result<(), octocom_ext::Error> {
    /// let mut customers = client.customers().list().stream();
    /// while let Some(customer) = customers.try_next().await? {
    ///     println!("{} {:?}", customer.id, customer.email);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn list(&self) -> List<CustomerQuery, Offset> {
        List::new(&self.client, CustomerQuery::default())
    }
}

impl fmt::Debug for Customers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Customers").finish_non_exhaustive()
    }
}

/// The filters of the list of customers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct CustomerQuery {
    since: Option<DateTime<Utc>>,
    until: Option<DateTime<Utc>>,
}

impl List<CustomerQuery, Offset> {
    /// Customers created at this time or later.
    pub fn since(mut self, start: DateTime<Utc>) -> Self {
        self.query.since = Some(start);
        self
    }

    /// Customers created at this time or earlier: the end is part of it, as in the API.
    ///
    /// An end before the start is refused before sending.
    pub fn until(mut self, end: DateTime<Utc>) -> Self {
        self.query.until = Some(end);
        self
    }
}

impl private::Sealed for CustomerQuery {}

impl Query for CustomerQuery {
    type Item = Customer;

    const OPERATION: &'static Operation = &operations::LIST_CUSTOMERS;

    fn check(&self) -> Result<(), String> {
        check_order(self.since, self.until)
    }

    fn fetch(
        &self,
        client: Client,
        request: PageRequest,
    ) -> BoxFuture<'static, Result<Bytes, Error>> {
        let Self { since, until } = *self;
        Box::pin(async move {
            let call = client.call_undecoded(async |api: octocom_api::Client| {
                api.list_customers(until.as_ref(), request.page(), since.as_ref())
                    .await
            });
            Ok(call.await?.into_value())
        })
    }
}
