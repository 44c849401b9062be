//! Where progenitor's client meets the transport.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;
use progenitor_client::{ClientHooks, ClientInfo, OperationInfo};

use crate::generated::{Client, Error};
use crate::operation::Operation;
use crate::record::CallRecord;
use crate::transport::{Call, Transport, TransportError};

/// What a [`Client`] holds beside its HTTP client: transport and record.
///
/// Only this crate can make one; [`Client::with_transport`] is the way to a client.
#[derive(Clone)]
pub struct Seam {
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) base_path: Arc<str>,
    /// Scheme, host and port that requests may go to.
    pub(crate) origin: Arc<str>,
    pub(crate) record: Option<Arc<CallRecord>>,
}

impl fmt::Debug for Seam {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seam")
            .field("transport", &self.transport)
            .finish_non_exhaustive()
    }
}

/// Marks the stand-in for an answer that the transport does not have.
#[derive(Clone)]
struct Refused(String);

impl ClientHooks<Seam> for Client {
    async fn pre<E>(
        &self,
        request: &mut reqwest::Request,
        info: &OperationInfo,
    ) -> Result<(), Error<E>> {
        // progenitor sends the document's version; the API knows no such header.
        request.headers_mut().remove("api-version");
        let operation = find(info).map_err(Error::InvalidRequest)?;
        if let Some(record) = &self.inner.record {
            record.begin(operation);
        }
        if request.url().origin().ascii_serialization() != *self.inner.origin {
            return Err(Error::InvalidRequest(format!(
                "the request of {} is to another origin than the base URL",
                operation.id
            )));
        }
        let path = request.url().path();
        if operation
            .path_parameters(&self.inner.base_path, path)
            .is_none()
        {
            return Err(Error::InvalidRequest(format!(
                "a path parameter of {} is empty, `.` or `..`",
                operation.id
            )));
        }
        Ok(())
    }

    async fn exec(
        &self,
        request: reqwest::Request,
        info: &OperationInfo,
    ) -> reqwest::Result<reqwest::Response> {
        let operation = match find(info) {
            Ok(operation) => operation,
            Err(reason) => return Ok(stand_in(reason)),
        };
        let unread;
        let record = match &self.inner.record {
            Some(record) => record.as_ref(),
            None => {
                unread = CallRecord::new();
                unread.begin(operation);
                &unread
            }
        };
        let call = Call {
            operation,
            http: self.client(),
            request,
            base_path: &self.inner.base_path,
            record,
        };
        match self.inner.transport.send(call).await {
            Ok(_) if !record.decodes() => Ok(stand_in("the caller decodes the answer".to_owned())),
            Ok(response) => Ok(expected(operation, response).into()),
            Err(TransportError::Http(error)) => Err(error),
            Err(TransportError::Refused(reason)) => Ok(stand_in(reason)),
        }
    }

    async fn post<E>(
        &self,
        result: &reqwest::Result<reqwest::Response>,
        _: &OperationInfo,
    ) -> Result<(), Error<E>> {
        // `exec` can only fail with an error of reqwest's, which nobody else can make.
        match result
            .as_ref()
            .ok()
            .and_then(|response| response.extensions().get::<Refused>())
        {
            Some(Refused(reason)) => Err(Error::Custom(reason.clone())),
            None => Ok(()),
        }
    }
}

fn find(info: &OperationInfo) -> Result<&'static Operation, String> {
    Operation::find(info.operation_id)
        .ok_or_else(|| format!("{} is not in the operation table", info.operation_id))
}

fn stand_in(reason: String) -> reqwest::Response {
    let mut response = http::Response::new(Bytes::new());
    response.extensions_mut().insert(Refused(reason));
    response.into()
}

/// What progenitor should see of an answer.
///
/// The document leaves some successes open, so any 2xx is one, and no body is `null`: progenitor
/// would call the first unexpected and the second broken JSON.
fn expected(
    operation: &'static Operation,
    mut response: http::Response<Bytes>,
) -> http::Response<Bytes> {
    if operation.untyped && response.status().is_success() {
        if let Ok(status) = StatusCode::from_u16(operation.success_status) {
            *response.status_mut() = status;
        }
        if response.body().is_empty() {
            *response.body_mut() = Bytes::from_static(b"null");
        }
    }
    response
}

#[cfg(test)]
mod tests;
