//! The hooks through which all requests of generated methods pass.

use std::fmt;
use std::sync::Arc;

use crate::answer::Answer;
use crate::error::{Error, ErrorKind, Failure};
use crate::generated::Client;
use crate::operation::Operation;
use crate::support::{ClientHooks, ClientInfo, OperationInfo};
use crate::transport::{Call, Transport};

/// The state of a [`Client`] beside its HTTP client.
#[derive(Clone)]
pub struct Inner {
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) base_path: Arc<str>,
    /// Scheme, host and port that requests may go to.
    pub(crate) origin: Arc<str>,
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inner")
            .field("transport", &self.transport)
            .finish_non_exhaustive()
    }
}

impl ClientHooks<Inner> for Client {
    async fn pre(&self, request: &mut reqwest::Request, info: &OperationInfo) -> Result<(), Error> {
        self.check(find(info)?, request)
    }

    async fn exec(&self, request: reqwest::Request, info: &OperationInfo) -> Result<Answer, Error> {
        self.carry(find(info)?, request).await
    }
}

impl Client {
    /// Refuses a request that is not to the operation's path of the configured server.
    pub(crate) fn check(
        &self,
        operation: &'static Operation,
        request: &mut reqwest::Request,
    ) -> Result<(), Error> {
        // The generator sends the document's version; the API knows no such header.
        request.headers_mut().remove("api-version");
        let refused = |detail| {
            let failure = Failure::refused(ErrorKind::InvalidRequest, operation, detail);
            Err(Error::from(failure))
        };
        if request.url().origin().ascii_serialization() != *self.inner.origin {
            return refused("the request is to another origin than the base URL");
        }
        let path = request.url().path();
        let parameters = operation.path_parameters(&self.inner.base_path, path);
        if parameters.is_none() {
            return refused("a path parameter is empty, `.` or `..`");
        }
        Ok(())
    }

    /// Hands a checked request to the transport.
    pub(crate) async fn carry(
        &self,
        operation: &'static Operation,
        request: reqwest::Request,
    ) -> Result<Answer, Error> {
        let call = Call {
            operation,
            http: self.client(),
            request,
            base_path: &self.inner.base_path,
        };
        let answer = self.inner.transport.send(call).await?;
        match answer.status.is_success() {
            true => Ok(answer),
            false => Err(Failure::from_status(&answer, operation.idempotency).into()),
        }
    }
}

fn find(info: &OperationInfo) -> Result<&'static Operation, Error> {
    Operation::find(info.operation_id).ok_or_else(|| {
        let mut failure = Failure::new(ErrorKind::InvalidRequest);
        failure.detail = Some(format!(
            "`{}` is not in the operation table",
            info.operation_id
        ));
        failure.into()
    })
}

#[cfg(test)]
mod tests;
