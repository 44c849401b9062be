//! A page on its way: fetched here, or in a task of its own.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use octocom_api::BoxFuture;
use tokio::task::JoinHandle;

use crate::error::Error;

/// Work in progress. Dropping it stops it.
pub(crate) enum Fetch<T> {
    /// Goes on only while it is polled.
    Local(BoxFuture<'static, Result<T, Error>>),
    /// Goes on by itself.
    Task(Task<T>),
}

/// A task that is aborted when nobody waits for it any more.
pub(crate) struct Task<T>(JoinHandle<Result<T, Error>>);

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl<T: Send + 'static> Fetch<T> {
    pub(crate) fn local(work: impl Future<Output = Result<T, Error>> + Send + 'static) -> Self {
        Self::Local(Box::pin(work))
    }

    /// Must be called within a tokio runtime.
    pub(crate) fn spawn(work: impl Future<Output = Result<T, Error>> + Send + 'static) -> Self {
        Self::Task(Task(tokio::spawn(work)))
    }
}

impl<T> Future for Fetch<T> {
    type Output = Result<T, Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.get_mut() {
            Self::Local(work) => work.as_mut().poll(cx),
            Self::Task(Task(handle)) => Pin::new(handle).poll(cx).map(|joined| {
                joined.unwrap_or_else(|error| {
                    // A panic is nobody's to swallow; a task is only cancelled with its runtime.
                    if error.is_panic() {
                        std::panic::resume_unwind(error.into_panic());
                    }
                    Err(Error::interrupted("the runtime is shutting down"))
                })
            }),
        }
    }
}

impl<T> fmt::Debug for Fetch<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Local(_) => "Local",
            Self::Task(_) => "Task",
        })
    }
}
