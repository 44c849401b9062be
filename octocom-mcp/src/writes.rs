//! Writes: sent once, and what reaches people only after a person said yes.

use octocom_api::{Effect, Operation};
use octocom_ext::OperationCall;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, ClientCapabilities, ElicitRequest, InputRequest,
    InputRequests, InputRequiredResult, ProtocolVersion,
};
use rmcp::service::{RequestContext, RoleServer};
use serde_json::{Map, Value, json};

use crate::confirmation::{QUESTION, TIME_TO_CONFIRM, call_text, check_answer, question};
use crate::failure::Failure;
use crate::reads::call;
use crate::result::Shown;
use crate::server::Inner;

/// The next step of a write.
pub(crate) enum Step {
    /// Send it.
    Send,
    /// Ask the person first: the client sends the answer with the same call.
    Ask(Box<CallToolResponse>),
}

/// Checks a write as far as that goes without sending it.
pub(crate) async fn check(
    server: &Inner,
    operation: &'static Operation,
    mut arguments: Map<String, Value>,
) -> Result<OperationCall, Failure> {
    let client = &server.client;
    let is_scoped = server.scope.business().is_some();
    if is_scoped {
        server
            .scope
            .check(client, operation, &mut arguments)
            .await?;
    }
    call(client, operation, arguments)
}

/// Sends a checked write and returns its answer.
pub(crate) async fn send(server: &Inner, call: OperationCall) -> Result<Value, Failure> {
    let response = call.send().await.map_err(|error| Failure::call(&error))?;
    let answer = response.parse().map(octocom_api::Response::into_value);
    // It is done, whatever the answer is like.
    let answer = answer.unwrap_or_default();
    let shown = match answer {
        Value::Object(mut members) if members.contains_key("data") => {
            members.remove("data").unwrap_or_default()
        }
        answer => answer,
    };
    let shown = Shown::new(&shown, &[], server.result_bytes, 0).map(|it| it.finish(None));
    let mut result = match shown {
        Ok(Value::Object(result)) => result,
        _ => Map::new(),
    };
    result.remove("complete");
    result.insert("done".to_owned(), true.into());
    Ok(result.into())
}

/// Asks a person, if the operation reaches people: through the protocol, in the way of its revision.
pub(crate) async fn confirm(
    server: &Inner,
    operation: &'static Operation,
    request: &CallToolRequestParams,
    context: &RequestContext<RoleServer>,
) -> Result<Step, Failure> {
    if operation.effect != Effect::Sends {
        return Ok(Step::Send);
    }
    let arguments = request.arguments.clone().unwrap_or_default();
    if !context.client_capabilities().is_some_and(|it| can_ask(&it)) {
        return Err(Failure::refused(
            "this client cannot ask the user (it has no form elicitation); nothing was sent",
            "tell the user to do it elsewhere, or with a client that can ask",
        ));
    }
    let asked = question(operation.id, operation.summary, &arguments);
    let asked = asked.map_err(|problem| Failure::new("internal", problem, "tell the user"))?;
    let version = context.protocol_version();
    let is_stateless =
        version.is_some_and(|version| version.as_str() >= ProtocolVersion::V_2026_07_28.as_str());
    if !is_stateless {
        // The older revision: the server asks, and waits for the answer.
        let answer = context
            .peer
            .create_elicitation_with_timeout(asked, Some(TIME_TO_CONFIRM))
            .await;
        let answer = answer.map_err(|_| {
            Failure::new(
                "not_confirmed",
                "the user was not asked or did not answer; nothing was sent",
                "do not ask again unless the user wants it",
            )
        })?;
        let action = json!(answer.action);
        let action = action.as_str().unwrap_or_default();
        check_answer(action, answer.content.as_ref())?;
        return Ok(Step::Send);
    }
    let call = call_text(operation.id, &arguments);
    let Some(state) = &request.request_state else {
        let asked = InputRequest::Elicitation(ElicitRequest::new(asked));
        let requests = InputRequests::from([(QUESTION.to_owned(), asked)]);
        let state = server.confirmations.seal(&call);
        let required = InputRequiredResult::new(Some(requests), Some(state));
        return Ok(Step::Ask(Box::new(required.into())));
    };
    let answers = request.input_responses.as_ref();
    let answer = answers.and_then(|answers| answers.get(QUESTION));
    let answer = answer.ok_or_else(|| {
        Failure::refused(
            "the answer of the user is missing; nothing was sent",
            "call the tool without `requestState`, so that the user is asked",
        )
    })?;
    // A no uses the question up as well.
    server.confirmations.redeem(&call, state)?;
    let action = answer["action"].as_str().unwrap_or_default();
    check_answer(action, answer.get("content"))?;
    Ok(Step::Send)
}

/// Returns `true` if the client can show a form. One that names no mode means forms.
fn can_ask(capabilities: &ClientCapabilities) -> bool {
    let elicitation = capabilities.elicitation.as_ref();
    elicitation.is_some_and(|it| it.form.is_some() || it.url.is_none())
}
