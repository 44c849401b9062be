//! The support module of the generated code, in place of progenitor's own crate.
//!
//! The generator writes `progenitor_client::…` for all of its support. In this crate that name
//! stands for this module, so that a call is answered by our [`Answer`], our [`Response`](ResponseValue) and our
//! [`Error`] and never has to leave the types that know status, headers and body.

pub use crate::error::Error;
pub(crate) use crate::path::encode_segment as encode_path;
pub use crate::response::Response as ResponseValue;

use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::answer::Answer;

/// A marker that generated code imports and this API does not use.
pub enum ByteStream {}

/// A marker that generated code imports and this API does not use.
pub(crate) trait RequestBuilderExt {}

/// Facts of a generated client.
pub trait ClientInfo<Inner> {
    fn api_version() -> &'static str;
    fn baseurl(&self) -> &str;
    fn client(&self) -> &reqwest::Client;
    fn inner(&self) -> &Inner;
}

/// The operation that a generated method calls.
pub(crate) struct OperationInfo {
    pub(crate) operation_id: &'static str,
}

/// The hooks that generated methods hand their requests to.
pub(crate) trait ClientHooks<Inner>: ClientInfo<Inner> {
    /// Refuses a request before it is sent.
    async fn pre(
        &self,
        request: &mut ::reqwest::Request,
        info: &OperationInfo,
    ) -> Result<(), Error>;

    /// Sends a request. A success is `Ok`, everything else an error.
    async fn exec(
        &self,
        request: ::reqwest::Request,
        info: &OperationInfo,
    ) -> Result<Answer, Error>;

    /// Sees the result.
    async fn post(&self, _: &Result<Answer, Error>, _: &OperationInfo) -> Result<(), Error> {
        Ok(())
    }
}

/// A query parameter; `None` leaves it out, a list repeats it.
pub(crate) struct QueryParam<'a, T> {
    name: &'a str,
    value: &'a T,
}

impl<'a, T> QueryParam<'a, T> {
    pub(crate) fn new(name: &'a str, value: &'a T) -> Self {
        Self { name, value }
    }
}

impl<T: Serialize> Serialize for QueryParam<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value = serde_json::to_value(self.value).map_err(serde::ser::Error::custom)?;
        let values = match &value {
            Value::Null => &[],
            Value::Array(values) => values.as_slice(),
            value => std::slice::from_ref(value),
        };
        let texts = values.iter().map(|value| match value {
            Value::String(text) => (self.name, text.clone()),
            other => (self.name, other.to_string()),
        });
        serializer.collect_seq(texts)
    }
}

/// The HTTP client as generated code sees it: it shows no header of the caller's.
pub(crate) mod reqwest {
    use std::fmt;
    use std::ops::Deref;
    use std::time::Duration;

    /// An HTTP client whose `Debug` shows nothing: its default headers may be secrets.
    #[derive(Clone)]
    pub struct Client(pub(crate) ::reqwest::Client);

    impl Deref for Client {
        type Target = ::reqwest::Client;

        fn deref(&self) -> &Self::Target {
            &self.0
        }
    }

    impl fmt::Debug for Client {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.debug_struct("Client").finish_non_exhaustive()
        }
    }

    /// A builder for the generated constructor, which nothing calls.
    pub(crate) struct ClientBuilder(::reqwest::ClientBuilder);

    impl ClientBuilder {
        pub(crate) fn new() -> Self {
            Self(::reqwest::ClientBuilder::new())
        }

        pub(crate) fn connect_timeout(self, timeout: Duration) -> Self {
            Self(self.0.connect_timeout(timeout))
        }

        pub(crate) fn timeout(self, timeout: Duration) -> Self {
            Self(self.0.timeout(timeout))
        }

        pub(crate) fn build(self) -> ::reqwest::Result<Client> {
            self.0.build().map(Client)
        }
    }
}
