//! The routes of the control API.

use std::time::Duration;

use axum::http::Method;
use serde::Deserialize;
use serde_json::json;

use super::call::Call;
use super::{CallResult, DOCUMENT};
use crate::bot_script::{self, ScriptedReply};
use crate::control::{Control, Snapshot};
use crate::control_error::ControlError;
use crate::plan::FaultPlan;
use crate::received::RequestFilter;
use crate::timestamp::Timestamp;

/// Most records of an answer.
const MAX_RECORDS: usize = 1_000;
/// Records of an answer to who does not say how many.
const DEFAULT_RECORDS: usize = 100;
/// Query parameters of routes that are about one organization.
const OF_ORGANIZATION: &[&str] = &["organization"];

/// A path and method, and what is called for them.
pub(super) struct Route {
    pub(super) method: Method,
    pub(super) path: &'static str,
    /// Names of query parameters.
    pub(super) query: &'static [&'static str],
    pub(super) serve: fn(&Control, &Call) -> CallResult,
}

macro_rules! routes {
    ($($method:ident $path:literal $query:expr => $serve:expr;)*) => {
        &[$(Route {
            method: Method::$method,
            path: concat!("/__sandbox/", $path),
            query: $query,
            serve: $serve,
        }),*]
    };
}

/// All routes.
pub(super) static ROUTES: &[Route] = routes! {
    GET "openapi.json" &[] => |_, _| document(DOCUMENT);
    GET "published.json" &[] => |control, _| document(control.published_document());
    GET "status" &[] => |control, _| status(control);
    POST "reset" &[] => |control, _| {
        control.reset();
        done()
    };
    POST "load" &[] => |control, call| {
        control.load(call.body()?)?;
        done()
    };
    GET "snapshot" &[] => |control, _| control.snapshot().map(|it| it.as_json().clone());
    PUT "snapshot" &[] => |control, call| {
        control.restore(&Snapshot::from_json(call.body()?))?;
        done()
    };
    GET "plans" &[] => |control, _| Ok(json!({ "data": control.plans() }));
    POST "plans" &[] => |control, call| {
        let id = control.add_plan(FaultPlan::read(call.body()?)?)?;
        Ok(json!({ "id": id }))
    };
    DELETE "plans" &[] => |control, _| {
        control.clear_plans();
        done()
    };
    GET "plans/{id}" &[] => plan;
    DELETE "plans/{id}" &[] => remove_plan;
    GET "behavior" &[] => |control, _| Ok(json!(control.behavior()));
    PATCH "behavior" &[] => |control, call| {
        let changed = control.behavior().changed(&call.body()?)?;
        control.set_behavior(changed);
        Ok(json!(changed))
    };
    GET "clock" &[] => |control, _| clock(control);
    POST "clock" &[] => move_clock;
    GET "requests" &["operation", "method", "path", "status", "faulty", "since", "limit"]
        => requests;
    DELETE "requests" &[] => |control, _| {
        control.clear_requests();
        done()
    };
    GET "outbox" OF_ORGANIZATION => |control, call| {
        Ok(json!({ "data": call.organization(control)?.outbox()? }))
    };
    GET "purchases" OF_ORGANIZATION => |control, call| {
        Ok(json!({ "data": call.organization(control)?.purchases()? }))
    };
    GET "records/{kind}" &["organization", "offset", "limit"] => records;
    POST "records/{kind}" OF_ORGANIZATION => |control, call| {
        call.organization(control)?.insert(call.kind()?, call.body()?)
    };
    GET "records/{kind}/{id}" OF_ORGANIZATION => |control, call| {
        call.organization(control)?.record(call.kind()?, call.path("id"))
    };
    PATCH "records/{kind}/{id}" OF_ORGANIZATION => |control, call| {
        call.organization(control)?.update(call.kind()?, call.path("id"), call.body()?)
    };
    DELETE "records/{kind}/{id}" OF_ORGANIZATION => |control, call| {
        call.organization(control)?.remove(call.kind()?, call.path("id"))?;
        done()
    };
    POST "conversations/{id}/actions" OF_ORGANIZATION => |control, call| {
        call.organization(control)?.act(call.path("id"), call.read()?)
    };
    GET "bot" OF_ORGANIZATION => |control, call| bot(&call.organization(control)?);
    PATCH "bot" OF_ORGANIZATION => change_bot;
    GET "organizations" &[] => |control, _| Ok(json!({ "data": control.organizations() }));
    POST "organizations" &[] => add_organization;
    POST "keys" OF_ORGANIZATION => |control, call| {
        let NewKey { key } = call.read()?;
        call.organization(control)?.add_key(key)?;
        done()
    };
    DELETE "keys/{key}" &[] => |control, call| match control.revoke_key(call.path("key")) {
        true => done(),
        false => Err(ControlError::not_found("the key")),
    };
};

fn done() -> CallResult {
    Ok(json!({ "success": true }))
}

fn document(text: &str) -> CallResult {
    serde_json::from_str(text).map_err(|error| ControlError::invalid("", error.to_string()))
}

fn status(control: &Control) -> CallResult {
    Ok(json!({
        "version": env!("CARGO_PKG_VERSION"),
        "time": Timestamp::from(control.now()),
        "requests": control.server.answered(),
        "organizations": control.organizations(),
        "browserSession": control.browser_sessions()?.first(),
    }))
}

fn plan_id(call: &Call) -> Result<u64, ControlError> {
    let id = call.path("id");
    let unknown = |_| ControlError::not_found(format!("plan `{id}`"));
    id.parse().map_err(unknown)
}

fn plan(control: &Control, call: &Call) -> CallResult {
    let id = plan_id(call)?;
    let plan = control.plans().into_iter().find(|plan| plan.id == id);
    let plan = plan.ok_or_else(|| ControlError::not_found(format!("plan `{id}`")))?;
    Ok(json!(plan))
}

fn remove_plan(control: &Control, call: &Call) -> CallResult {
    let id = plan_id(call)?;
    match control.remove_plan(id) {
        true => done(),
        false => Err(ControlError::not_found(format!("plan `{id}`"))),
    }
}

fn clock(control: &Control) -> CallResult {
    Ok(json!({ "time": Timestamp::from(control.now()) }))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ClockMove {
    advance_ms: Option<u64>,
    time: Option<Timestamp>,
}

fn move_clock(control: &Control, call: &Call) -> CallResult {
    match call.read()? {
        ClockMove {
            advance_ms: Some(millis),
            time: None,
        } => control.advance_within(Duration::from_millis(millis))?,
        ClockMove {
            advance_ms: None,
            time: Some(time),
        } => control.set_time(time.into())?,
        _ => {
            let reason = "either `advanceMs` or `time`";
            return Err(ControlError::invalid("advanceMs", reason));
        }
    }
    clock(control)
}

fn requests(control: &Control, call: &Call) -> CallResult {
    let text = |name: &str| call.query(name).map(str::to_owned);
    let filter = RequestFilter {
        operation: text("operation"),
        method: text("method"),
        path: text("path"),
        status: call.parsed("status")?,
        faulty: call.parsed("faulty")?,
        since: call.parsed("since")?,
        limit: call.parsed("limit")?,
    };
    if let Some(id) = &filter.operation
        && octocom_api::Operation::find(id).is_none()
    {
        let reason = format!("`{id}` is not an operation of the API");
        return Err(ControlError::invalid("operation", reason));
    }
    Ok(json!({ "data": control.requests(&filter) }))
}

fn records(control: &Control, call: &Call) -> CallResult {
    let limit = call.parsed("limit")?.unwrap_or(DEFAULT_RECORDS);
    if !(1..=MAX_RECORDS).contains(&limit) {
        let reason = format!("is {limit}, allowed are 1 to {MAX_RECORDS}");
        return Err(ControlError::invalid("limit", reason));
    }
    let offset = call.parsed("offset")?.unwrap_or(0);
    let control = call.organization(control)?;
    let records = control.records(call.kind()?, offset, limit)?;
    Ok(json!({ "data": records }))
}

fn bot(control: &Control) -> CallResult {
    let pace = control.bot_pace()?;
    let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    Ok(json!({
        "script": control.bot_script()?,
        "repliesAfterMs": millis(pace.replies_after),
        "givesUpAfterMs": millis(pace.gives_up_after),
    }))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct BotChange {
    script: Option<Vec<ScriptedReply>>,
    replies_after_ms: Option<u64>,
    gives_up_after_ms: Option<u64>,
}

fn change_bot(control: &Control, call: &Call) -> CallResult {
    let change: BotChange = call.read()?;
    let control = call.organization(control)?;
    let pace = control.bot_pace()?;
    let or = |millis: Option<u64>, now| millis.map_or(now, Duration::from_millis);
    let script = change.script.unwrap_or(control.bot_script()?);
    bot_script::check(&script)?;
    control.set_bot_pace(
        or(change.replies_after_ms, pace.replies_after),
        or(change.gives_up_after_ms, pace.gives_up_after),
    )?;
    control.script_bot(script)?;
    bot(&control)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewOrganization {
    name: String,
    #[serde(default)]
    conversations: u64,
}

fn add_organization(control: &Control, call: &Call) -> CallResult {
    let NewOrganization {
        name,
        conversations,
    } = call.read()?;
    let key = control.add_organization(&name, conversations)?;
    Ok(json!({ "name": name, "key": key }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewKey {
    key: String,
}
