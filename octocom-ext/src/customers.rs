//! Customers: listing them, and what can be changed.

mod update;

use std::fmt;

use bytes::Bytes;
use octocom_api::types::Customer;
use octocom_api::{BoxFuture, Operation, operations};
use serde::Serialize;

pub use update::CustomerChanges;

use crate::client::Client;
use crate::dates::{Dated, Period};
use crate::error::Error;
use crate::pagination::{List, Offset, PageRequest, Query, private};

/// Customers of the organization.
#[derive(Clone)]
pub struct Customers {
    client: Client,
}

impl Client {
    /// Customers of the organization.
    ///
    /// ```no_run
    /// # fn example(client: octocom_ext::Client) {
    /// let customers = client.customers();
    /// # }
    /// ```
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
    #[serde(flatten)]
    period: Period,
}

impl private::Sealed for CustomerQuery {}

impl Query for CustomerQuery {
    type Item = Customer;

    const OPERATION: &'static Operation = &operations::LIST_CUSTOMERS;

    fn check(&self) -> Result<(), String> {
        self.period.check()
    }

    fn fetch(
        &self,
        client: Client,
        request: PageRequest,
    ) -> BoxFuture<'static, Result<Bytes, Error>> {
        let Period { since, until } = self.period;
        Box::pin(async move {
            let call = client.call_undecoded(async |api: octocom_api::Client| {
                api.list_customers(until.as_ref(), request.page(), since.as_ref())
                    .await
            });
            Ok(call.await?.into_value())
        })
    }
}

impl Dated for CustomerQuery {
    fn period(&mut self) -> &mut Period {
        &mut self.period
    }
}
