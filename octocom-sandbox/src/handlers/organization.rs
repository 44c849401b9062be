//! Businesses, users, teams and macros, which nothing changes.

use crate::model::{Business, User};
use crate::reply::{Refusal, Reply};
use crate::request::Request;
use crate::store::State;

pub(super) fn list_businesses(_: &Request, state: &mut State) -> Result<Reply, Refusal> {
    let businesses = state.directory.businesses.iter();
    let listed: Vec<_> = businesses.map(Business::listed).collect();
    Ok(Reply::data(listed))
}

pub(super) fn list_users(request: &Request, state: &mut State) -> Result<Reply, Refusal> {
    let users = state.directory.users.iter().filter(|user| !user.archived);
    request.page().cut(users, User::listed).map(Reply::new)
}

pub(super) fn list_teams(request: &Request, state: &mut State) -> Result<Reply, Refusal> {
    let teams = state.directory.teams.iter();
    request.page().cut(teams, |team| team).map(Reply::new)
}

pub(super) fn list_macros(request: &Request, state: &mut State) -> Result<Reply, Refusal> {
    let macros = state.directory.macros.iter();
    request.page().cut(macros, |one| one).map(Reply::new)
}
