//! Calls of any operation by its facts: operation and arguments as JSON.

mod arguments;
mod list;

use std::fmt;

use http::Method;
use octocom_api::{DecodeError, ErrorKind, Failure, Operation, Record, Response};
use serde_json::{Map, Value};

pub use list::OperationList;

use self::arguments::Checked;
use crate::client::Client;
use crate::error::Error;

/// A call of an operation of the [table](crate::operations), with its arguments as JSON.
///
/// For programs that offer all operations: a command line, the tools of an agent. It goes the way of
/// every other call, with the same retries, limits and errors, and serves operations that this
/// version of the crate has no method for.
///
/// Each parameter of path and query is an argument of its name in the document, and the request body
/// is the argument `body`. [`Operation::facts`] has their schemas. A parameter that is `null` is
/// left out.
///
/// ```no_run
/// # async fn example(client: octocom_ext::Client) -> Result<(), Box<dyn std::error::Error>> {
/// use octocom_ext::operations;
/// use serde_json::json;
///
/// let tag = client
///     .operation(&operations::ADD_CONVERSATION_TAG)
///     .argument("body", json!({"conversationId": "CONV-2024-001234", "tag": "returns"}));
/// tag.check()?; // names the field that is missing or wrong
/// let answer = tag.send().await?;
/// println!("{} {}", answer.status(), answer.raw());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "a call is sent when `send` is awaited"]
pub struct OperationCall {
    client: Client,
    operation: &'static Operation,
    arguments: Map<String, Value>,
    known_values_only: bool,
}

/// The request of an [`OperationCall`], to show before it is sent. It has no key.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct RequestPreview {
    /// HTTP method.
    pub method: Method,
    /// Address with path and query.
    pub url: String,
    /// Body; `None` when there is none.
    pub body: Option<Value>,
}

impl Client {
    /// Returns a call of any operation of the table, with its arguments as JSON.
    pub fn operation(&self, operation: &'static Operation) -> OperationCall {
        OperationCall {
            client: self.clone(),
            operation,
            arguments: Map::new(),
            known_values_only: true,
        }
    }
}

impl OperationCall {
    /// Sets an argument, in place of an earlier one of the name.
    pub fn argument(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.arguments.insert(name.into(), value.into());
        self
    }

    /// Sets several arguments.
    pub fn arguments(mut self, arguments: Map<String, Value>) -> Self {
        self.arguments.extend(arguments);
        self
    }

    /// Sends values that the document does not list, of a status or channel say. Default: refused.
    pub fn allow_unknown_values(mut self) -> Self {
        self.known_values_only = false;
        self
    }

    /// Checks the arguments against the document's schemas.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`], naming the argument, the limit and what was given: an argument
    /// that the operation does not have, one that is missing, or one of another form. A text that
    /// was given is not shown.
    pub fn check(&self) -> Result<(), Error> {
        self.checked().map(drop)
    }

    /// Returns the request as it would be sent.
    ///
    /// # Errors
    ///
    /// As for [`check`](Self::check).
    pub fn request(&self) -> Result<RequestPreview, Error> {
        let checked = self.checked()?;
        let request = checked.request(&self.client, self.operation)?;
        Ok(RequestPreview {
            method: request.method().clone(),
            url: request.url().to_string(),
            body: checked.body,
        })
    }

    /// Sends the call and returns the answer: its text, and on request its JSON.
    ///
    /// # Errors
    ///
    /// As for [`check`](Self::check), before anything is sent. Then as every call:
    /// [`ErrorKind::Decode`] also for a success without the members that the document promises at
    /// its top level.
    pub async fn send(self) -> Result<Response<Record<Value>>, Error> {
        let request = self.checked()?.request(&self.client, self.operation)?;
        let response = self.client.api().send(self.operation, request).await?;
        match self.missing_member(&response) {
            None => Ok(response),
            Some(problem) => Err(undocumented(&response, problem)),
        }
    }

    /// Returns the list of a paginated operation, to be read to its end.
    ///
    /// The arguments are its filters. `page` is the page to start from, which a list in keyset mode
    /// does not take, and `limit` the size of the pages.
    ///
    /// # Errors
    ///
    /// As for [`check`](Self::check); [`ErrorKind::InvalidRequest`], when the operation is not
    /// paginated.
    pub fn list(self) -> Result<OperationList, Error> {
        let checked = self.checked()?;
        OperationList::new(&self.client, self.operation, checked)
            .map_err(|problem| Error::invalid_input(self.operation, problem))
    }

    fn checked(&self) -> Result<Checked, Error> {
        Checked::new(self.operation, &self.arguments, self.known_values_only)
            .map_err(|problem| Error::invalid_input(self.operation, problem))
    }

    /// Returns the first problem with the top level of a success, as the document describes it.
    ///
    /// Nothing below is checked, so that a field which changes its type does not lose the answer.
    fn missing_member(&self, response: &Response<Record<Value>>) -> Option<DecodeError> {
        // A deletion is done, whatever the answer says of it.
        self.operation.success?;
        let schema = self.operation.facts().success.as_ref()?;
        let text = response.value().json();
        octocom_api::schema::check_top_level(schema, text).err()
    }
}

#[cold]
fn undocumented(response: &Response<Record<Value>>, problem: DecodeError) -> Error {
    let mut failure = Failure::from_answer(response.answer(), ErrorKind::Decode);
    failure.body = response.json().clone();
    failure.detail = Some(problem.to_string());
    failure.json_path = Some(problem.json_path);
    octocom_api::Error::from(failure).into()
}

/// Shows the operation and the names of the arguments.
impl fmt::Debug for OperationCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.arguments.keys().collect();
        f.debug_struct("OperationCall")
            .field("operation", &self.operation.id)
            .field("arguments", &names)
            .finish_non_exhaustive()
    }
}

/// Shows method and address without the query, whose values may be what customers wrote.
impl fmt::Debug for RequestPreview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = self.url.split('?').next().unwrap_or_default();
        f.debug_struct("RequestPreview")
            .field("method", &self.method)
            .field("url", &url)
            .finish_non_exhaustive()
    }
}
