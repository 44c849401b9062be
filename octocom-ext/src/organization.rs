//! What belongs to the organization as a whole: businesses, users, teams and macros.

use octocom_api::types::Business;

use crate::client::Client;
use crate::error::Error;
use crate::pagination::unfiltered_list;

unfiltered_list!(
    /// Users of the organization; archived ones are left out.
    Users of Client as users: UserQuery { },
    LIST_USERS => list_users -> User,
    "let mut users = client.users().list().stream();
while let Some(user) = users.try_next().await? {
    println!(\"{} {}\", user.full_name, user.email);
}"
);

unfiltered_list!(
    /// Teams of the organization.
    Teams of Client as teams: TeamQuery { },
    LIST_TEAMS => list_teams -> Team,
    "let mut teams = client.teams().list().stream();
while let Some(team) = teams.try_next().await? {
    println!(\"{}\", team.name);
}"
);

unfiltered_list!(
    /// Response templates that agents use.
    Macros of Client as macros: MacroQuery { },
    LIST_MACROS => list_macros -> Macro,
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
    /// Businesses of the organization. [`business`](Self::business) is one of them.
    ///
    /// ```no_run
    /// # fn example(client: octocom_ext::Client) {
    /// let businesses = client.businesses();
    /// # }
    /// ```
    #[must_use]
    pub fn businesses(&self) -> Businesses {
        Businesses {
            client: self.clone(),
        }
    }
}

impl Businesses {
    /// Lists all businesses; the API gives them at once.
    ///
    /// Calls `list_businesses`, which is not paginated.
    ///
    /// ```no_run
    /// # async fn example(client: octocom_ext::Client) -> Result<(), octocom_ext::Error> {
    /// for business in client.businesses().list().await? {
    ///     println!("{} {}", business.slug, business.name);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error`], whatever went wrong.
    pub async fn list(&self) -> Result<Vec<Business>, Error> {
        let call = async |api: octocom_api::Client| api.list_businesses().await;
        Ok(self.client.value(call).await?.data)
    }
}
