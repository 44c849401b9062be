//! The seam between generated methods and what sends their requests.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use crate::answer::Answer;
use crate::error::Error;
use crate::operation::Operation;

/// A boxed future that can be moved between threads.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Sends requests. Authentication, timeouts and retries are up to it.
///
/// Implement it to send requests another way: through a queue, say, or not at all in a test.
pub trait Transport: fmt::Debug + Send + Sync {
    /// Sends a call and reads the whole answer.
    ///
    /// # Errors
    ///
    /// [`Error`], when there is no answer, or none that the transport accepts. An answer with a
    /// status that is no success may be returned as it is: the client makes an error of it.
    fn send<'a>(&'a self, call: Call<'a>) -> BoxFuture<'a, Result<Answer, Error>>;
}

/// A request on its way to the transport.
#[derive(Debug)]
#[non_exhaustive]
pub struct Call<'a> {
    /// The operation's row of the table.
    pub operation: &'static Operation,
    /// The HTTP client to send with.
    pub http: &'a reqwest::Client,
    /// The request, without a key. Its body is in memory, so it can be cloned.
    pub request: reqwest::Request,
    /// Path of the base URL, for [`Operation::path_parameters`].
    pub base_path: &'a str,
}
