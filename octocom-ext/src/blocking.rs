//! A client for programs without an async runtime: scripts, build tools, tests.
//!
//! A [`Client`] contains the asynchronous client and a private runtime with one thread.
//! [`run`](Client::run) runs anything that the asynchronous client can do, and
//! [`iter`](Client::iter) turns a stream into an iterator.
//!
//! ```no_run
//! # fn main() -> Result<(), octocom_ext::Error> {
//! let client = octocom_ext::blocking::Client::from_env()?;
//! let businesses = client.run(async |client| client.businesses().all().await)?;
//! println!("{} businesses", businesses.len());
//!
//! for conversation in client.iter(client.get().conversations().list().stream())? {
//!     println!("{}", conversation?.public_id);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Inside an asynchronous runtime, including the threads of `spawn_blocking`, everything here fails
//! with [`Config`](crate::ErrorKind::Config), because blocking would stop the runtime's other
//! tasks. Use [`octocom_ext::Client`](crate::Client) there.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use futures_core::Stream;
use tokio::runtime::{Builder, Handle, Runtime};

use crate::error::Error;
use crate::pagination::next;

/// A client with a runtime of its own. Clones share both.
#[derive(Clone)]
pub struct Client {
    client: crate::Client,
    runtime: Arc<OwnRuntime>,
}

impl Client {
    /// Returns a client with the key in `OCTOCOM_API_KEY`, for the base URL in `OCTOCOM_BASE_URL`
    /// or, if that is not set, the live service.
    ///
    /// # Errors
    ///
    /// Errors of [`octocom_ext::Client::from_env`](crate::Client::from_env) and
    /// [`from_client`](Self::from_client).
    pub fn from_env() -> Result<Self, Error> {
        Self::from_client(crate::Client::from_env()?)
    }

    /// Returns a client for the live service with this key and default settings.
    ///
    /// # Errors
    ///
    /// Errors of [`octocom_ext::Client::new`](crate::Client::new) and
    /// [`from_client`](Self::from_client).
    pub fn new(key: impl Into<secrecy::SecretString>) -> Result<Self, Error> {
        Self::from_client(crate::Client::new(key)?)
    }

    /// Returns a blocking client around an asynchronous one.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), octocom_ext::Error> {
    /// let client = octocom_ext::Client::builder().with_env().with_max_attempts(3).build()?;
    /// let client = octocom_ext::blocking::Client::from_client(client)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) inside a runtime, or if no thread can be
    /// started.
    pub fn from_client(client: crate::Client) -> Result<Self, Error> {
        refuse_runtime("from_client")?;
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("octocom-blocking")
            .enable_all()
            .build()
            .map_err(|error| {
                Error::config("blocking: the runtime cannot be started").with_source(error)
            })?;
        let runtime = Arc::new(OwnRuntime(Some(runtime)));
        Ok(Self { client, runtime })
    }

    /// Returns the asynchronous client, to create handles and streams.
    #[must_use]
    pub fn get(&self) -> &crate::Client {
        &self.client
    }

    /// Runs a future to its end.
    ///
    /// ```no_run
    /// # fn example(client: octocom_ext::blocking::Client) -> Result<(), octocom_ext::Error> {
    /// let answer = client.run(async |client| {
    ///     let mut chat = client.bot().start("acme-corp", "Where is my order?").await?;
    ///     chat.reply().await
    /// })?;
    /// println!("{answer}");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The error of the closure, or [`ErrorKind::Config`](crate::ErrorKind::Config) inside a
    /// runtime; the closure is then not called.
    pub fn run<T, E, F, Fut>(&self, call: F) -> Result<T, E>
    where
        F: FnOnce(crate::Client) -> Fut,
        Fut: Future<Output = Result<T, E>>,
        E: From<Error>,
    {
        refuse_runtime("run")?;
        let runtime = self.runtime.get()?;
        runtime.block_on(call(self.client.clone()))
    }

    /// Turns a stream into an iterator: items, pages, or conversations in full.
    ///
    /// ```no_run
    /// # fn example(client: octocom_ext::blocking::Client) -> Result<(), octocom_ext::Error> {
    /// for user in client.iter(client.get().users().list().stream())? {
    ///     println!("{}", user?.full_name);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) inside a runtime. If the iterator is used
    /// inside a runtime, it returns the same error once and then `None`, without losing items.
    pub fn iter<S, T>(&self, stream: S) -> Result<Iter<S>, Error>
    where
        S: Stream<Item = Result<T, Error>> + Unpin,
    {
        refuse_runtime("iter")?;
        Ok(Iter {
            stream,
            is_refused: false,
            runtime: Arc::clone(&self.runtime),
        })
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Client").field(&self.client).finish()
    }
}

/// A stream as an iterator, which blocks until the next item.
///
/// The next page is fetched while you process an item.
#[must_use = "nothing is fetched before the first step"]
pub struct Iter<S> {
    stream: S,
    /// `true` if the last step was refused.
    is_refused: bool,
    runtime: Arc<OwnRuntime>,
}

impl<S> Iter<S> {
    /// Returns the stream, for its checkpoint.
    ///
    /// ```no_run
    /// # fn example(client: octocom_ext::blocking::Client) -> Result<(), octocom_ext::Error> {
    /// let users = client.iter(client.get().users().list().stream())?;
    /// println!("{} delivered", users.stream().checkpoint().delivered());
    /// # Ok(())
    /// # }
    /// ```
    pub fn stream(&self) -> &S {
        &self.stream
    }
}

impl<S, T> Iterator for Iter<S>
where
    S: Stream<Item = Result<T, Error>> + Unpin,
{
    type Item = Result<T, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let runtime = refuse_runtime("next").and_then(|()| self.runtime.get());
        let was_refused = std::mem::replace(&mut self.is_refused, runtime.is_err());
        match runtime {
            Ok(runtime) => runtime.block_on(next(&mut self.stream)),
            // Once: a loop that goes on after an error would never end.
            Err(_) if was_refused => None,
            Err(error) => Some(Err(error)),
        }
    }
}

impl<S> fmt::Debug for Iter<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Iter").finish_non_exhaustive()
    }
}

/// A runtime that can be dropped anywhere: tokio's own panics when it is dropped within another.
struct OwnRuntime(Option<Runtime>);

impl OwnRuntime {
    fn get(&self) -> Result<&Runtime, Error> {
        // It is taken by `drop` alone.
        self.0
            .as_ref()
            .ok_or_else(|| Error::config("blocking: the runtime has been stopped"))
    }
}

impl Drop for OwnRuntime {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

fn refuse_runtime(what: &str) -> Result<(), Error> {
    match Handle::try_current() {
        Err(_) => Ok(()),
        Ok(_) => Err(Error::config(format!(
            "blocking: `{what}` was called within an asynchronous runtime, where it would block it"
        ))),
    }
}
