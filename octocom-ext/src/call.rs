//! One call of the generated client, and the ways to read its answer.
//!
//! Every resource makes its calls here. What the answer becomes depends on what the document says
//! of it: a type of its own, any JSON, or nothing.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use octocom_api::{CallRecord, Operation, ResponseValue};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::client::Client;
use crate::drift;
use crate::error::Error;
use crate::pagination::{Item, decode};
use crate::reply::{Meta, Reply};

/// A call that has ended, however it did.
pub(crate) struct Made<T, E> {
    record: Arc<CallRecord>,
    elapsed: Duration,
    result: Result<ResponseValue<T>, octocom_api::Error<E>>,
}

impl Client {
    /// Makes a call with a record of it.
    pub(crate) async fn make<T, E, F, Fut>(&self, record: CallRecord, call: F) -> Made<T, E>
    where
        F: FnOnce(octocom_api::Client) -> Fut,
        Fut: Future<Output = Result<ResponseValue<T>, octocom_api::Error<E>>>,
    {
        let record = Arc::new(record);
        let started = self.now();
        let result = call(self.recorded(&record)).await;
        Made {
            record,
            elapsed: self.now().saturating_duration_since(started),
            result,
        }
    }

    /// The body as the server sent it.
    ///
    /// # Errors
    ///
    /// [`Error`], whatever went wrong; never a decoding failure.
    pub(crate) async fn call_undecoded<T, E, F, Fut>(&self, call: F) -> Result<Reply<Bytes>, Error>
    where
        F: FnOnce(octocom_api::Client) -> Fut,
        Fut: Future<Output = Result<ResponseValue<T>, octocom_api::Error<E>>>,
        T: DeserializeOwned,
    {
        let made = self.make(CallRecord::undecoded(), call).await;
        made.undecoded().map(|(reply, _)| reply)
    }

    /// A call that is answered with a type of its own.
    ///
    /// # Errors
    ///
    /// As for [`read`](Self::read).
    pub(crate) async fn value<T, E, F, Fut>(&self, call: F) -> Result<T, Error>
    where
        F: FnOnce(octocom_api::Client) -> Fut,
        Fut: Future<Output = Result<ResponseValue<T>, octocom_api::Error<E>>>,
        T: DeserializeOwned,
    {
        self.read(call).await.map(Reply::into_value)
    }

    /// A call whose body is written as the caller's type writes it: with its `null`s, and with the
    /// members in its order.
    ///
    /// # Errors
    ///
    /// As for [`read`](Self::read).
    pub(crate) async fn send_body<T: DeserializeOwned>(
        &self,
        operation: &'static Operation,
        path: &[&str],
        body: &(impl Serialize + ?Sized),
    ) -> Result<T, Error> {
        let call = async |api: octocom_api::Client| {
            let request = api.request(operation, path).json(body).build()?;
            api.send(operation, request).await
        };
        self.read(call).await.map(Reply::into_value)
    }

    /// A deletion, which is repeated after an unclear failure: not to be found then is success.
    ///
    /// # Errors
    ///
    /// As for [`read`](Self::read).
    pub(crate) async fn delete<T, E, F, Fut>(&self, call: F) -> Result<Reply<Value>, Error>
    where
        F: FnOnce(octocom_api::Client) -> Fut,
        Fut: Future<Output = Result<ResponseValue<T>, octocom_api::Error<E>>>,
        T: DeserializeOwned,
    {
        match self.read(call).await {
            Err(error) if error.is_not_found() && error.may_have_been_processed() => {
                error.into_reply()
            }
            result => result,
        }
    }

    /// Decodes the answer to any call as a `D`, whatever the generated client would make of it: with
    /// any 2xx, and no body as `null`. With [`Value`] it is for answers that the document leaves
    /// open.
    ///
    /// # Errors
    ///
    /// [`Error`], whatever went wrong, an answer that says `success: false` included.
    pub(crate) async fn read<D, T, E, F, Fut>(&self, call: F) -> Result<Reply<D>, Error>
    where
        F: FnOnce(octocom_api::Client) -> Fut,
        Fut: Future<Output = Result<ResponseValue<T>, octocom_api::Error<E>>>,
        T: DeserializeOwned,
        D: DeserializeOwned,
    {
        self.read_recorded(call).await.map(|(reply, _)| reply)
    }

    /// The record that stands under `data`, with its text.
    ///
    /// # Errors
    ///
    /// As for [`read`](Self::read). A record that cannot be decoded is the error's body.
    pub(crate) async fn read_item<D, T, E, F, Fut>(&self, call: F) -> Result<Item<D>, Error>
    where
        F: FnOnce(octocom_api::Client) -> Fut,
        Fut: Future<Output = Result<ResponseValue<T>, octocom_api::Error<E>>>,
        T: DeserializeOwned,
        D: DeserializeOwned,
    {
        #[derive(Deserialize)]
        struct Envelope {
            data: Box<RawValue>,
        }
        let (reply, record) = self.read_recorded::<Envelope, _, _, _, _>(call).await?;
        let elapsed = reply.elapsed();
        let raw: Box<str> = reply.into_value().data.into();
        let decoded = decode(&raw);
        drift::item(self, record.operation(), raw, decoded, |raw, error| {
            Error::of_record(&record, elapsed, raw, error)
        })
    }

    async fn read_recorded<D, T, E, F, Fut>(
        &self,
        call: F,
    ) -> Result<(Reply<D>, Arc<CallRecord>), Error>
    where
        F: FnOnce(octocom_api::Client) -> Fut,
        Fut: Future<Output = Result<ResponseValue<T>, octocom_api::Error<E>>>,
        T: DeserializeOwned,
        D: DeserializeOwned,
    {
        let made = self.make(CallRecord::undecoded(), call).await;
        let elapsed = made.elapsed;
        let (reply, record) = made.undecoded()?;
        // Before it is decoded: a denial need not have what a success has.
        refuse_denial(&record, elapsed)?;
        let body = match reply.value().trim_ascii() {
            b"" => b"null",
            body => body,
        };
        match drift::watch(self, record.operation(), || serde_json::from_slice(body)) {
            Ok(value) => Ok((reply.with_value(value), record)),
            Err(_) => Err(Error::of_answer::<D>(&record, elapsed)),
        }
    }
}

impl<T: DeserializeOwned, E> Made<T, E> {
    /// The value that the generated client has decoded.
    pub(crate) fn decoded_by_the_client(self, client: &Client) -> Result<Reply<T>, Error> {
        let Self {
            record,
            elapsed,
            result,
        } = self;
        match result {
            Ok(value) => {
                let body = || record.response().map(|response| response.body);
                drift::look_again::<T>(client, record.operation(), body);
                Ok(Reply::new(value.into_inner(), Meta::of(&record, elapsed)))
            }
            Err(error) => Err(Error::of_call::<T, E>(&record, elapsed, error)),
        }
    }

    /// The body that the generated client was not given, so that its result says nothing.
    fn undecoded(self) -> Result<(Reply<Bytes>, Arc<CallRecord>), Error> {
        let Self {
            record,
            elapsed,
            result,
        } = self;
        match (record.response(), result) {
            (Some(response), _) if response.status.is_success() && !record.has_failed() => {
                let reply = Reply::new(response.body, Meta::of(&record, elapsed));
                Ok((reply, record))
            }
            (_, Err(error)) => Err(Error::of_call::<T, E>(&record, elapsed, error)),
            (_, Ok(_)) => Err(Error::invalid_request("the closure made no call")),
        }
    }
}

/// An answer with a status of success may say in its body that nothing was done.
fn refuse_denial(record: &CallRecord, elapsed: Duration) -> Result<(), Error> {
    #[derive(Deserialize)]
    struct Acknowledgement {
        success: Option<bool>,
    }
    let Some(response) = record.response() else {
        return Ok(());
    };
    // Serde would read an array as the members in their order.
    let is_object = response.body.trim_ascii_start().starts_with(b"{");
    let says_no = |body| {
        serde_json::from_slice::<Acknowledgement>(body)
            .is_ok_and(|answer| answer.success == Some(false))
    };
    match is_object && says_no(&response.body) {
        true => Err(Error::denied(record, elapsed)),
        false => Ok(()),
    }
}
