//! Businesses, users, teams and macros of the organization.

use octocom_api::types::Business;

use crate::client::Client;
use crate::error::Error;
use crate::pagination::{Filters, list_resource};

list_resource!(
    /// Users of the organization, without archived ones.
    Users of Client as users: |_| Filters::default(),
    LIST_USERS => list_users() -> User,
    "let mut users = client.users().list().stream();
while let Some(user) = users.try_next().await? {
    println!(\"{} {}\", user.full_name, user.email);
}"
);

list_resource!(
    /// Teams of the organization.
    Teams of Client as teams: |_| Filters::default(),
    LIST_TEAMS => list_teams() -> Team,
    "let mut teams = client.teams().list().stream();
while let Some(team) = teams.try_next().await? {
    println!(\"{}\", team.name);
}"
);

list_resource!(
    /// Response templates for agents.
    Macros of Client as macros: |_| Filters::default(),
    LIST_MACROS => list_macros() -> Macro,
    "let mut macros = client.macros().list().stream();
while let Some(template) = macros.try_next().await? {
    println!(\"{}\", template.title);
}"
);

/// Businesses of the organization.
#[derive(Debug, Clone)]
pub struct Businesses {
    client: Client,
}

impl Client {
    /// Returns a handle for the list of the organization's businesses. For one of them, use
    /// [`business`](Self::business).
    #[must_use]
    pub fn businesses(&self) -> Businesses {
        Businesses {
            client: self.clone(),
        }
    }
}

impl Businesses {
    /// Returns all businesses.
    ///
    /// Calls `list_businesses`, which is not paginated.
    ///
    /// ```no_run
    /// # async fn example(client: octocom_ext::Client) -> octocom_ext::Result<()> {
    /// for business in client.businesses().all().await? {
    ///     println!("{} {}", business.slug, business.name);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error`], when the call fails.
    pub async fn all(&self) -> Result<Vec<Business>, Error> {
        Ok(self.client.api().list_businesses().await?.into_value().data)
    }
}
