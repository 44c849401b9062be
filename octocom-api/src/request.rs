//! Requests that the caller builds.

use serde_json::Value;

use crate::error::{Error, ErrorKind, Failure};
use crate::generated::Client;
use crate::operation::Operation;
use crate::page::FromBody;
use crate::path::encode_segment;
use crate::record::Record;
use crate::response::Response;
use crate::support::ClientInfo;

impl Client {
    /// Returns a builder for a request of an operation. The path parameters are given in the order
    /// of the path. Add the query, headers and body; the key is added when it is sent.
    ///
    /// Send the request with [`send`](Self::send).
    pub fn request(
        &self,
        operation: &'static Operation,
        path_parameters: &[&str],
    ) -> reqwest::RequestBuilder {
        let mut values = path_parameters.iter();
        let path: Vec<_> = operation
            .path
            .split('/')
            .map(|segment| match segment.starts_with('{') {
                // One value too few leaves a segment empty, and `send` refuses it.
                true => values
                    .next()
                    .map(|value| encode_segment(value))
                    .unwrap_or_default(),
                false => segment.to_owned(),
            })
            .collect();
        self.client()
            .request(
                operation.method.clone(),
                format!("{}{}", self.baseurl(), path.join("/")),
            )
            .header(http::header::ACCEPT, "application/json")
    }

    /// Sends a request as the method of the operation would: through the transport, with the key if
    /// the operation needs it.
    ///
    /// Use it for requests that the typed methods cannot express.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`] if the method or path of the request does not belong to the
    /// operation; otherwise as the method of the operation.
    pub async fn send(
        &self,
        operation: &'static Operation,
        request: reqwest::Request,
    ) -> Result<Response<Record<Value>>, Error> {
        self.send_as(operation, request).await
    }

    /// Sends a request like [`send`](Self::send) and decodes the response into a `T`, such as a
    /// [`Page`](crate::Page) of records.
    ///
    /// # Errors
    ///
    /// As for [`send`](Self::send), and [`ErrorKind::Decode`] if the response is not a `T`.
    pub async fn send_as<T: FromBody>(
        &self,
        operation: &'static Operation,
        mut request: reqwest::Request,
    ) -> Result<Response<T>, Error> {
        if request.method() != operation.method {
            let detail = format!(
                "the request is {}, not {}",
                request.method(),
                operation.method
            );
            return Err(Failure::refused(ErrorKind::InvalidRequest, operation, detail).into());
        }
        self.check(operation, &mut request)?;
        Response::read(self.carry(operation, request).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base_url::BaseUrl;
    use crate::operation::{Effect, Idempotency, operations};

    fn client() -> Client {
        // Port 9 discards: a test that sends something fails.
        Client::direct(&BaseUrl::parse("http://127.0.0.1:9/stem").unwrap(), None).unwrap()
    }

    #[test]
    fn a_path_that_the_document_does_not_have_is_sent_as_it_is() {
        let unlisted = Operation::unlisted(http::Method::PUT, "/rest/v9/x", Effect::Overwrites);
        let operation: &'static Operation = Box::leak(Box::new(unlisted));
        assert_eq!(operation.idempotency, Idempotency::Unsafe);
        let mut request = client().request(operation, &[]).build().unwrap();
        assert_eq!(request.url().path(), "/stem/rest/v9/x");
        // A changed path is refused.
        request.url_mut().set_path("/stem/rest/v9/z");
        assert!(client().check(operation, &mut request).is_err());
    }

    #[test]
    fn the_path_is_filled_in_order_and_encoded() {
        let operation = &operations::DELETE_CONVERSATION_METADATA;
        let request = client()
            .request(operation, &["a b", "x/y"])
            .build()
            .unwrap();
        assert_eq!(request.method(), operation.method);
        assert_eq!(
            request.url().path(),
            "/stem/rest/v1/conversations/a%20b/metadata/x%2Fy"
        );
        assert_eq!(request.headers()["accept"], "application/json");
    }

    #[tokio::test]
    async fn a_request_that_is_not_the_operations_is_refused() {
        let client = client();
        for (operation, values) in [
            (&operations::DELETE_CONVERSATION_METADATA, &["a"][..]),
            (&operations::DELETE_CONVERSATION_METADATA, &["a", ".."]),
            (&operations::GET_CONVERSATION, &["a", "b"]),
        ] {
            let request = client.request(operation, values).build().unwrap();
            let sent = client
                .send(&operations::DELETE_CONVERSATION_METADATA, request)
                .await;
            assert!(sent.unwrap_err().is_invalid_request(), "{values:?}");
        }
    }
}
