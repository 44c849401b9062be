//! The interface between generated methods and the sending of requests.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use crate::answer::Answer;
use crate::error::Error;
use crate::operation::Operation;

/// A boxed future that can be moved between threads.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Sends requests. It is responsible for authentication, timeouts and retries.
///
/// Implement it to send requests in another way, such as through a queue, or to answer them in a
/// test.
pub trait Transport: fmt::Debug + Send + Sync {
    /// Sends a request and reads the whole response.
    ///
    /// # Errors
    ///
    /// [`Error`] if no response arrives or the transport rejects it. A response with an error
    /// status can be returned as it is: the client turns it into an error.
    fn send<'a>(&'a self, call: Call<'a>) -> BoxFuture<'a, Result<Answer, Error>>;
}

/// A request that the transport should send.
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
