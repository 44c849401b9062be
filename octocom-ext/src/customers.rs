//! Customers: listing them, and what can be changed.

mod update;

use std::fmt;

use octocom_api::operations::LIST_CUSTOMERS;
use octocom_api::types::Customer;

pub use update::CustomerChanges;

use crate::client::Client;
use crate::pagination::{Filters, List, Paginated, dated_list};

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
    pub fn list(&self) -> List<Customer> {
        let paginated =
            Paginated::new(&LIST_CUSTOMERS, async |client: Client, filters, request| {
                let (since, until) = (filters.since.as_ref(), filters.until.as_ref());
                Ok(client
                    .api()
                    .list_customers(until, request.page(), since)
                    .await?)
            });
        List::new(&self.client, paginated, Filters::default())
    }
}

impl fmt::Debug for Customers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Customers").finish_non_exhaustive()
    }
}

dated_list!(Customer,);
