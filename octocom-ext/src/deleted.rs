//! Deletions that may be repeated.

use octocom_api::{Answer, Record, Response};
use serde_json::Value;

use crate::error::Error;

/// Returns the answer of a deletion. A 404 after an attempt that may have been processed means that
/// the deletion happened: it is a success, with status 404.
///
/// # Errors
///
/// The error of the call, a 404 of a first attempt included.
pub(crate) fn deleted(
    result: Result<Response<Record<Value>>, octocom_api::Error>,
) -> Result<Response<()>, Error> {
    match result {
        Ok(response) => Ok(response.parse()?.map(|_| ())),
        Err(error) if error.is_not_found() && error.may_have_been_processed() => {
            let failure = *error.into_failure();
            let (Some(operation), Some(status)) = (failure.operation, failure.status) else {
                return Err(octocom_api::Error::from(failure).into());
            };
            let mut answer = Answer::new(operation, status, Default::default(), failure.body);
            answer.headers = failure.headers;
            answer.attempts = failure.attempts;
            answer.elapsed = failure.elapsed;
            Ok(Response::new((), answer))
        }
        Err(error) => Err(error.into()),
    }
}
