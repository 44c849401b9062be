//! A client for programs without an async runtime: scripts, build tools, tests.
//!
//! A [`Client`] dereferences to the asynchronous client, so it has all its handles and lists.
//! [`block_on`](Client::block_on) waits for a call, and [`iter`](crate::List::iter) goes through a
//! list. They use one runtime of the process, with one thread.
//!
//! ```no_run
//! # fn main() -> Result<(), octocom_ext::Error> {
//! let client = octocom_ext::blocking::Client::from_env()?;
//! let businesses = client.block_on(client.businesses().all())?;
//! println!("{} businesses", businesses.len());
//!
//! for conversation in client.conversations().list().iter() {
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
use std::ops::Deref;
use std::sync::OnceLock;

use futures_core::Stream;
use secrecy::SecretString;
use serde::de::DeserializeOwned;
use tokio::runtime::{Builder, Handle, Runtime};

use crate::error::Error;
use crate::pagination::{ItemStream, List, Mode, next};

/// A client for programs without an async runtime.
///
/// It dereferences to [`octocom_ext::Client`](crate::Client).
#[derive(Clone)]
pub struct Client(crate::Client);

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
    pub fn new(key: impl Into<SecretString>) -> Result<Self, Error> {
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
        runtime("from_client")?;
        Ok(Self(client))
    }

    /// Waits for a future of this client's, such as a call.
    ///
    /// ```no_run
    /// # fn example(client: octocom_ext::blocking::Client) -> Result<(), octocom_ext::Error> {
    /// let mut chat = client.block_on(client.bot().start("acme-corp", "Where is my order?"))?;
    /// println!("{}", client.block_on(chat.reply())?);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The error of the future, or [`ErrorKind::Config`](crate::ErrorKind::Config) inside a runtime;
    /// the future is then dropped and nothing is sent.
    pub fn block_on<T, E>(&self, future: impl IntoFuture<Output = Result<T, E>>) -> Result<T, E>
    where
        E: From<Error>,
    {
        runtime("block_on")?.block_on(future.into_future())
    }

    /// Calls an async closure with the asynchronous client, and waits for it.
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
        runtime("run")?.block_on(call(self.0.clone()))
    }

    /// Turns a stream into an iterator: the pages of a list, or conversations in full.
    /// [`List::iter`] is for items.
    ///
    /// ```no_run
    /// # fn example(client: octocom_ext::blocking::Client) -> Result<(), octocom_ext::Error> {
    /// for page in client.iter(client.users().list().pages()) {
    ///     println!("{} users", page?.items.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn iter<S, T>(&self, stream: S) -> Iter<S>
    where
        S: Stream<Item = Result<T, Error>> + Unpin,
    {
        Iter::new(stream)
    }
}

impl Deref for Client {
    type Target = crate::Client;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// With the feature `blocking`.
impl<T: DeserializeOwned + Send + Unpin + 'static, M: Mode> List<T, M> {
    /// Returns the items as an iterator, which [blocks](crate::blocking) until the next item.
    ///
    /// ```no_run
    /// # fn example(client: octocom_ext::blocking::Client) -> Result<(), octocom_ext::Error> {
    /// for user in client.users().list().iter() {
    ///     println!("{}", user?.full_name);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn iter(self) -> Iter<ItemStream<T>> {
        Iter::new(self.stream())
    }
}

/// A stream as an iterator, which blocks until the next item.
///
/// The next page is fetched while you process an item. Inside a runtime it returns an error of the
/// kind [`Config`](crate::ErrorKind::Config) once and then `None`, without losing items.
#[must_use = "nothing is fetched before the first step"]
pub struct Iter<S> {
    stream: S,
    /// `true` if the last step was refused.
    is_refused: bool,
}

impl<S> Iter<S> {
    fn new(stream: S) -> Self {
        Self {
            stream,
            is_refused: false,
        }
    }

    /// Returns the stream, for its checkpoint.
    ///
    /// ```no_run
    /// # fn example(client: octocom_ext::blocking::Client) -> Result<(), octocom_ext::Error> {
    /// let users = client.users().list().iter();
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
        let runtime = runtime("next");
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

/// Returns the runtime of the process, for the function of this name.
fn runtime(what: &str) -> Result<&'static Runtime, Error> {
    /// One for all clients: it is never dropped, which tokio forbids within another runtime.
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();

    if Handle::try_current().is_ok() {
        return Err(Error::config(format!(
            "blocking: `{what}` was called within an asynchronous runtime, where it would block it"
        )));
    }
    if let Some(runtime) = RUNTIME.get() {
        return Ok(runtime);
    }
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name("octocom-blocking")
        .enable_all()
        .build()
        .map_err(|error| {
            Error::config("blocking: the runtime cannot be started").with_source(error)
        })?;
    // Another thread may have been faster.
    Ok(RUNTIME.get_or_init(|| runtime))
}
