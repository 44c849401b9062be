//! Plans of faults.

mod state;

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::control_error::ControlError;
use crate::fault::Fault;
use crate::records::read;

pub(crate) use state::{Candidate, Plans};
pub use state::{PlanId, PlanStatus};

/// A plan of faults for certain requests, in a certain order.
///
/// A plan is a list of steps. A step applies to a number of requests, or for some time of the
/// sandbox's clock from its first request on. A request is decided by the oldest plan that matches
/// it and is not finished.
///
/// ```
/// use std::time::Duration;
///
/// use octocom_sandbox::FaultPlan;
///
/// # fn main() -> Result<(), octocom_sandbox::InvalidFault> {
/// // Fails twice, works once, then answers 429 for three seconds.
/// let scenario = FaultPlan::on("list_users")
///     .times(2, "status=503".parse()?)
///     .works(1)
///     .during(Duration::from_secs(3), "rate-limit=1".parse()?);
///
/// // The third page of a list is cut off once.
/// let page = FaultPlan::on("list_conversations")
///     .query("page", "3")
///     .times(1, "truncated".parse()?);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[must_use]
pub struct FaultPlan {
    /// Operation id; `None` for every request to the API.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) operation: Option<String>,
    /// The whole path, `*` for any one segment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) path: Option<String>,
    /// Query parameters; one that is absent has its default, so that `page` is 1 on a first page.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) query: BTreeMap<String, String>,
    /// Content that the body has to hold: of objects the named fields, of all else the same value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) body: Option<Value>,
    pub(crate) steps: Vec<Step>,
    /// `true` if it starts anew after its last step.
    #[serde(default)]
    pub(crate) repeat: bool,
}

/// One step of a plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Step {
    /// `None` when nothing goes wrong.
    #[serde(default)]
    pub(crate) fault: Option<Fault>,
    /// Number of requests that it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) times: Option<u64>,
    /// Milliseconds of the sandbox's time that it lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) for_ms: Option<u64>,
}

impl Step {
    /// Refuses a step that is over before it begins.
    fn check(&self) -> Result<(), ControlError> {
        for (field, limit) in [("times", self.times), ("forMs", self.for_ms)] {
            if limit == Some(0) {
                return Err(ControlError::invalid(field, "is 0, at least 1"));
            }
        }
        Ok(())
    }
}

impl FaultPlan {
    /// Returns a plan for the requests of an operation, given by its id.
    pub fn on(operation: impl Into<String>) -> Self {
        Self {
            operation: Some(operation.into()),
            ..Self::on_everything()
        }
    }

    /// Returns a plan for all requests to the API.
    pub fn on_everything() -> Self {
        Self {
            operation: None,
            path: None,
            query: BTreeMap::new(),
            body: None,
            steps: Vec::new(),
            repeat: false,
        }
    }

    /// Limits the plan to a path, such as `/rest/v1/conversations/*/metadata`; `*` stands for one
    /// segment.
    pub fn path(self, path: impl Into<String>) -> Self {
        Self {
            path: Some(path.into()),
            ..self
        }
    }

    /// Limits the plan to requests with this query parameter, such as one page of a list. If a
    /// request omits the parameter, the document's default is compared.
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.insert(name.into(), value.into());
        self
    }

    /// Limits the plan to requests whose body has these fields.
    pub fn body(self, fields: Value) -> Self {
        Self {
            body: Some(fields),
            ..self
        }
    }

    /// Adds a step: the next `count` requests have a fault.
    pub fn times(self, count: u64, fault: Fault) -> Self {
        self.step(Some(fault), Some(count), None)
    }

    /// Adds a step: the next `count` requests have no fault.
    pub fn works(self, count: u64) -> Self {
        self.step(None, Some(count), None)
    }

    /// Adds a step: all requests in this time have a fault. The time is measured by the sandbox's
    /// clock, in milliseconds, from the first of these requests on.
    pub fn during(self, time: Duration, fault: Fault) -> Self {
        let millis = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        self.step(Some(fault), None, Some(millis))
    }

    /// Adds a step: all further requests have a fault.
    pub fn always(self, fault: Fault) -> Self {
        self.step(Some(fault), None, None)
    }

    /// Repeats the steps after the last one.
    pub fn repeat(self) -> Self {
        Self {
            repeat: true,
            ..self
        }
    }

    /// Reads a plan from JSON, where a single step may stand in the plan itself.
    pub(crate) fn read(mut plan: Value) -> Result<Self, ControlError> {
        if let Value::Object(fields) = &mut plan {
            let own = ["fault", "times", "forMs"];
            let single: serde_json::Map<_, _> = own
                .iter()
                .filter_map(|name| fields.remove_entry(*name))
                .collect();
            match (single.is_empty(), fields.contains_key("steps")) {
                (true, _) => {}
                (false, false) => {
                    let step: Step = read(single.into())?;
                    step.check()?;
                    fields.insert("steps".to_owned(), serde_json::json!([step]));
                }
                (false, true) => {
                    let reason = "a plan has either `steps` or a single `fault`";
                    return Err(ControlError::invalid("steps", reason));
                }
            }
        }
        read(plan)
    }

    fn step(mut self, fault: Option<Fault>, times: Option<u64>, for_ms: Option<u64>) -> Self {
        self.steps.push(Step {
            fault,
            times,
            for_ms,
        });
        self
    }
}
