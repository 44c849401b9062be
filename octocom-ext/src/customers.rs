//! Customers: lists and changes.

use std::fmt;

use indexmap::IndexMap;
use octocom_api::Response;
use octocom_api::operations::{LIST_CUSTOMERS, SET_CUSTOMER_METADATA, UPDATE_CUSTOMER};
use octocom_api::types::{self, Customer};
use serde_json::Value;

use crate::client::Client;
use crate::error::Error;
use crate::ids::Id;
use crate::input::{Checked, redact_debug, text, unique};
use crate::pagination::{Filters, List, Paginated, dated_list};

/// Customers of the organization.
#[derive(Clone)]
pub struct Customers {
    client: Client,
}

impl Client {
    /// Returns a handle for the customers of the organization.
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
    /// Calls `list_customers`. The order is not documented.
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

impl Customers {
    /// Changes fields of a customer and sets metadata, in one call. Other fields keep their values.
    ///
    /// Calls `update_customer`, which is retried. The response is not documented, so it is returned
    /// as JSON, or `null` if it has no body.
    ///
    /// ```no_run
    /// # async fn example(client: octocom_ext::Client, id: uuid::Uuid) -> Result<(), octocom_ext::Error> {
    /// use octocom_ext::CustomerChanges;
    ///
    /// let changes = CustomerChanges::new().name("Mia").metadata("tier", "gold");
    /// client.customers().update(id, changes).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest), before anything is sent, if
    /// there is nothing to change or a metadata key is given twice.
    pub async fn update(
        &self,
        id: impl Into<Id>,
        changes: CustomerChanges,
    ) -> Result<Response<Value>, Error> {
        let checked = || -> Checked<_> { Ok((id.into().checked("id")?, changes.checked()?)) };
        let (id, body) =
            checked().map_err(|detail| Error::invalid_input(&UPDATE_CUSTOMER, detail))?;
        Ok(self
            .client
            .api()
            .update_customer(&id, &body)
            .await?
            .parse()?)
    }

    /// Sets the value of a metadata key of a customer.
    ///
    /// Calls `set_customer_metadata`, which is retried. A key has 1 to 200 characters, a value 1 to
    /// 50,000. The response is not documented, so it is returned as JSON, or `null` if it has no
    /// body.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest), before anything is sent, if
    /// the key or the value is too short or too long.
    pub async fn set_metadata(
        &self,
        id: impl Into<Id>,
        key: impl AsRef<str>,
        value: impl AsRef<str>,
    ) -> Result<Response<Value>, Error> {
        let checked = || -> Checked<_> {
            let body = types::NewCustomerMetadata {
                key: text("key", key.as_ref())?,
                value: text("value", value.as_ref())?,
            };
            Ok((id.into().checked("id")?, body))
        };
        let (id, body) =
            checked().map_err(|detail| Error::invalid_input(&SET_CUSTOMER_METADATA, detail))?;
        Ok(self
            .client
            .api()
            .set_customer_metadata(&id, &body)
            .await?
            .parse()?)
    }
}

/// Changes to a customer. Fields that are not set keep their values; the API cannot remove a value.
///
/// ```
/// use octocom_ext::CustomerChanges;
///
/// let changes = CustomerChanges::new()
///     .name("Mia")
///     .email("mia@example.com")
///     .phone("+1-555-123-4567")
///     .metadata("tier", "gold");
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
#[must_use = "changes are made by `Customers::update`"]
pub struct CustomerChanges {
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    metadata: Vec<(String, String)>,
}

redact_debug!(CustomerChanges);

impl CustomerChanges {
    /// Returns an empty set of changes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Changes the name.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Changes the email address.
    pub fn email(mut self, email: impl Into<String>) -> Self {
        self.email = Some(email.into());
        self
    }

    /// Changes the phone number.
    pub fn phone(mut self, phone: impl Into<String>) -> Self {
        self.phone = Some(phone.into());
        self
    }

    /// Sets a metadata pair. The limits of this call are not documented; those of
    /// [`set_metadata`](Customers::set_metadata) probably apply.
    pub fn metadata(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.metadata.push((key.into(), value.into()));
        self
    }

    fn checked(self) -> Checked<types::CustomerUpdate> {
        let Self {
            name,
            email,
            phone,
            metadata,
        } = self;
        if (&name, &email, &phone, metadata.len()) == (&None, &None, &None, 0) {
            return Err(crate::input::NOTHING_TO_CHANGE.to_owned());
        }
        unique("metadata", &metadata)?;
        Ok(types::CustomerUpdate {
            name,
            email,
            phone,
            metadata: IndexMap::from_iter(metadata),
        })
    }
}
