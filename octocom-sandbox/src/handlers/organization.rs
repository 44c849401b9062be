//! Businesses, users, teams and macros, which nothing changes.

use crate::reply::{Refusal, Reply};
use crate::request::Request;
use crate::store::State;

pub(super) fn list_businesses(_: &Request, state: &mut State) -> Result<Reply, Refusal> {
    Ok(Reply::data(&state.data.businesses))
}

pub(super) fn list_users(request: &Request, state: &mut State) -> Result<Reply, Refusal> {
    Ok(Reply::new(
        request.page().cut(state.data.users.iter(), |user| user),
    ))
}

pub(super) fn list_teams(request: &Request, state: &mut State) -> Result<Reply, Refusal> {
    Ok(Reply::new(
        request.page().cut(state.data.teams.iter(), |team| team),
    ))
}

pub(super) fn list_macros(request: &Request, state: &mut State) -> Result<Reply, Refusal> {
    Ok(Reply::new(
        request.page().cut(state.data.macros.iter(), |made| made),
    ))
}
