//! Customers: listing them, and what can be changed.

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

impl Customers {
    /// Changes a customer's fields and sets metadata, in one call; what is not named stays.
    ///
    /// Calls `update_customer`, which is repeated after an unclear failure. The document leaves the
    /// answer open, so it comes as JSON; no body is `null`.
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
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest), before anything is sent,
    /// when there is nothing to change or a metadata key is given twice.
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

    /// Sets a metadata pair of a customer, in place of one with the same key.
    ///
    /// Calls `set_customer_metadata`, which is repeated after an unclear failure. A key has 1 to 200
    /// characters, a value 1 to 50,000. The document leaves the answer open, so it comes as JSON; no
    /// body is `null`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest), before anything is sent,
    /// for a key or a value of another length.
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

/// Changes to a customer: what is not named stays. The API has no way to take a field away.
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
    /// No changes yet.
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

    /// Sets a metadata pair. The document gives no limits for the pairs of this call; those of
    /// [`set_metadata`](Customers::set_metadata) are likely to hold.
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
