//! The plans of a sandbox and how far they have come.

use axum::http::Uri;
use octocom_api::{Operation, operations};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{FaultPlan, Step};
use crate::contract::Contract;
use crate::control_error::ControlError;
use crate::fault::Fault;
use crate::timestamp::Timestamp;

/// Most plans at a time; finished ones count until they are removed.
const MAX_PLANS: usize = 1_000;

/// Number of a plan, from 1.
pub type PlanId = u64;

/// A plan and how far it has come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct PlanStatus {
    /// Number of the plan.
    pub id: PlanId,
    /// The plan.
    pub plan: FaultPlan,
    /// Requests that it decided about.
    pub matched: u64,
    /// Requests that got a fault from it.
    pub struck: u64,
    /// Returns `true` once it changes nothing any more.
    pub finished: bool,
    /// Position of the step that it is at.
    step: usize,
    /// Requests that the step decided about.
    matched_by_step: u64,
    /// Time of the step's first request.
    step_began: Option<Timestamp>,
}

/// All plans, oldest first.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Plans {
    plans: Vec<PlanStatus>,
    added: u64,
}

/// A request, as plans look at it.
#[derive(Debug)]
pub(crate) struct Candidate<'a> {
    pub(crate) operation: Option<&'static Operation>,
    pub(crate) uri: &'a Uri,
    pub(crate) query: &'a [(String, String)],
    pub(crate) body: Option<&'a Value>,
}

impl Plans {
    /// Adds a plan once it is checked.
    pub(crate) fn add(
        &mut self,
        plan: FaultPlan,
        contract: &Contract,
    ) -> Result<PlanId, ControlError> {
        check(&plan, contract)?;
        if self.plans.len() >= MAX_PLANS {
            let reason = format!("there are {MAX_PLANS} plans already, which is the most");
            return Err(ControlError::invalid("plans", reason));
        }
        self.added += 1;
        self.plans.push(PlanStatus {
            id: self.added,
            plan,
            matched: 0,
            struck: 0,
            finished: false,
            step: 0,
            matched_by_step: 0,
            step_began: None,
        });
        Ok(self.added)
    }

    pub(crate) fn all(&self) -> &[PlanStatus] {
        &self.plans
    }

    /// Takes a plan away; false when there is none.
    pub(crate) fn remove(&mut self, id: PlanId) -> bool {
        let before = self.plans.len();
        self.plans.retain(|plan| plan.id != id);
        self.plans.len() < before
    }

    pub(crate) fn clear(&mut self) {
        self.plans.clear();
    }

    /// The fault that falls to a request, or none, as the plan says that decides about it; `None`
    /// when no plan does. The request counts for the plan.
    pub(crate) fn decide(
        &mut self,
        request: &Candidate<'_>,
        now: Timestamp,
        contract: &Contract,
    ) -> Option<Option<Fault>> {
        let decide = |status: &mut PlanStatus| match matches(&status.plan, request, contract) {
            true => status.take(now),
            false => None,
        };
        self.plans.iter_mut().find_map(decide)
    }
}

impl PlanStatus {
    /// Counts a request; `None` when the plan is finished.
    fn take(&mut self, now: Timestamp) -> Option<Option<Fault>> {
        if self.finished {
            return None;
        }
        // Once around, so that a plan whose steps are all over ends.
        for _ in 0..=self.plan.steps.len() {
            let Some(step) = self.plan.steps.get(self.step) else {
                break;
            };
            if !self.is_over(step, now) {
                let fault = step.fault.clone();
                self.step_began.get_or_insert(now);
                self.matched_by_step += 1;
                self.matched += 1;
                self.struck += u64::from(fault.is_some());
                self.advance_if_over(now);
                return Some(fault);
            }
            self.next_step();
        }
        self.finished = true;
        None
    }

    fn is_over(&self, step: &Step, now: Timestamp) -> bool {
        let counted = step
            .times
            .is_some_and(|times| self.matched_by_step >= times);
        let passed = self
            .step_began
            .zip(step.for_ms)
            .is_some_and(|(began, for_ms)| now.0.saturating_sub(began.0) >= as_i64(for_ms));
        counted || passed
    }

    /// Goes on at once where the count says so, so that a finished plan says that it is.
    fn advance_if_over(&mut self, now: Timestamp) {
        let over = |plan: &Self| {
            let step = plan.plan.steps.get(plan.step);
            step.is_some_and(|step| plan.is_over(step, now))
        };
        if over(self) {
            self.next_step();
        }
        self.finished = self.step >= self.plan.steps.len();
    }

    fn next_step(&mut self) {
        self.step += 1;
        self.matched_by_step = 0;
        self.step_began = None;
        if self.step >= self.plan.steps.len() && self.plan.repeat {
            self.step = 0;
        }
    }
}

fn as_i64(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Refuses a plan that could never do what it says.
fn check(plan: &FaultPlan, contract: &Contract) -> Result<(), ControlError> {
    let invalid = |field: &str, reason: String| Err(ControlError::invalid(field, reason));
    let operation = match &plan.operation {
        None => None,
        Some(id) => match Operation::find(id) {
            Some(operation) => Some(operation),
            None => {
                return invalid(
                    "operation",
                    format!("`{id}` is not an operation of the API"),
                );
            }
        },
    };
    if let Some(path) = &plan.path {
        let known = |operation: &&Operation| paths_meet(operation.path, path);
        let mut candidates = operations::ALL.iter().copied();
        let possible = match operation {
            Some(operation) => known(&operation),
            None => candidates.any(|operation| known(&operation)),
        };
        if !possible {
            return invalid("path", format!("`{path}` is not a path of the operation"));
        }
    }
    if let Some(operation) = operation {
        for name in plan.query.keys() {
            if !contract.has_query_parameter(operation, name) {
                let field = format!("query.{name}");
                let id = operation.id;
                return invalid(&field, format!("`{id}` has no such query parameter"));
            }
        }
        if plan.body.is_some() && !contract.takes_body(operation).unwrap_or(false) {
            return invalid("body", format!("`{}` takes no body", operation.id));
        }
    }
    if plan.steps.is_empty() {
        return invalid("steps", "is empty, at least one step is needed".to_owned());
    }
    for (place, step) in plan.steps.iter().enumerate() {
        let last = place + 1 == plan.steps.len();
        let checked = step.check();
        checked.map_err(|error| error.under(&format!("steps[{place}]")))?;
        if step.times.is_none() && step.for_ms.is_none() && !last {
            let reason = "has neither `times` nor `forMs`, so the steps after it are never reached";
            return invalid(&format!("steps[{place}]"), reason.to_owned());
        }
    }
    Ok(())
}

fn matches(plan: &FaultPlan, request: &Candidate<'_>, contract: &Contract) -> bool {
    let operation = request.operation;
    let is_operation = |id: &String| operation.is_some_and(|operation| operation.id == id);
    let value = |name: &str| {
        let given = request.query.iter().find(|(given, _)| given == name);
        let given = given.map(|(_, value)| value.clone());
        given.or_else(|| contract.default_of(operation?, name))
    };
    plan.operation.as_ref().is_none_or(is_operation)
        && (plan.path.as_ref()).is_none_or(|path| is_path(path, request.uri.path()))
        && (plan.query.iter()).all(|(name, wanted)| value(name).as_ref() == Some(wanted))
        && (plan.body.as_ref()).is_none_or(|body| request.body.is_some_and(|it| holds(it, body)))
}

/// Returns `true` if a path is the wanted one, of which `*` is any one segment.
fn is_path(wanted: &str, path: &str) -> bool {
    segments_agree(wanted, path, |wanted, given| {
        wanted == "*" || wanted == given
    })
}

/// Returns `true` if some path of a template is the wanted one.
fn paths_meet(template: &str, wanted: &str) -> bool {
    segments_agree(template, wanted, |template, wanted| {
        template.starts_with('{') || wanted == "*" || template == wanted
    })
}

fn segments_agree(one: &str, other: &str, agree: impl Fn(&str, &str) -> bool) -> bool {
    let (mut one, mut other) = (one.split('/'), other.split('/'));
    loop {
        match (one.next(), other.next()) {
            (None, None) => return true,
            (Some(one), Some(other)) if agree(one, other) => {}
            _ => return false,
        }
    }
}

/// Returns `true` if a value holds everything that is wanted of it.
fn holds(value: &Value, wanted: &Value) -> bool {
    match (value, wanted) {
        (Value::Object(value), Value::Object(wanted)) => {
            let mut fields = wanted.iter();
            fields.all(|(name, wanted)| value.get(name).is_some_and(|it| holds(it, wanted)))
        }
        _ => value == wanted,
    }
}

#[cfg(test)]
mod tests;
