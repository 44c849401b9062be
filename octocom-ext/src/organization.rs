//! What belongs to the organization as a whole: users, teams and macros.

use crate::client::Client;
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
