//! Plans of faults: which requests something goes wrong with, in which order.

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

/// A plan of faults: the requests it is about, and what happens to them in turn.
///
/// A plan is a list of steps. The oldest plan that matches a request and is not finished decides
/// about it; a step is over after so many requests, or after so much of the sandbox's time from the
/// first request that it decided about. A finished plan changes nothing any more.
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
    /// A plan for the requests of an operation, by its id in the operation table.
    pub fn on(operation: impl Into<String>) -> Self {
        Self {
            operation: Some(operation.into()),
            ..Self::on_everything()
        }
    }

    /// A plan for all requests to the API.
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

    /// Limits the plan to a path, such as `/rest/v1/conversations/*/metadata`; `*` is any one
    /// segment.
    pub fn path(self, path: impl Into<String>) -> Self {
        Self {
            path: Some(path.into()),
            ..self
        }
    }

    /// Limits the plan to a value of a query parameter, such as one page of a list. Where a request
    /// leaves the parameter out, the document's default counts.
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.insert(name.into(), value.into());
        self
    }

    /// Limits the plan to bodies that hold these fields with these values.
    pub fn body(self, fields: Value) -> Self {
        Self {
            body: Some(fields),
            ..self
        }
    }

    /// The next `count` requests get a fault.
    pub fn times(self, count: u64, fault: Fault) -> Self {
        self.step(Some(fault), Some(count), None)
    }

    /// The next `count` requests work.
    pub fn works(self, count: u64) -> Self {
        self.step(None, Some(count), None)
    }

    /// All requests in this time get a fault. It is the sandbox's time, kept to the millisecond, and
    /// starts with the first of them.
    pub fn during(self, time: Duration, fault: Fault) -> Self {
        let millis = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        self.step(Some(fault), None, Some(millis))
    }

    /// All further requests get a fault.
    pub fn always(self, fault: Fault) -> Self {
        self.step(Some(fault), None, None)
    }

    /// Starts anew after the last step.
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
