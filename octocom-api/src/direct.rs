//! A transport without retries.

use std::time::Instant;

use crate::answer::{Answer, content_encoding};
use crate::error::{Error, ErrorKind, Failure};
use crate::key::ApiKey;
use crate::operation::Authentication;
use crate::transport::{BoxFuture, Call, Transport};

/// A transport that sends every request once, without retry and without a limit on the size of a
/// response.
///
/// It uses the operation table: the key is sent only with operations that need it, and an attempt
/// ends after the operation's timeout.
#[derive(Debug, Clone)]
pub struct Direct {
    key: Option<ApiKey>,
}

impl Direct {
    /// Returns a transport with a key, or without one for operations that need none.
    #[must_use]
    pub fn new(key: Option<ApiKey>) -> Self {
        Self { key }
    }
}

impl Transport for Direct {
    fn send<'a>(&'a self, call: Call<'a>) -> BoxFuture<'a, Result<Answer, Error>> {
        Box::pin(async move {
            let Call {
                operation,
                http,
                mut request,
                ..
            } = call;
            // Whoever made the request may not have known which operations take it.
            request.headers_mut().remove(crate::key::HEADER);
            if operation.authentication == Authentication::ApiKey {
                let Some(key) = &self.key else {
                    let detail = "the operation needs an API key, and the client has none";
                    return Err(Failure::refused(ErrorKind::Config, operation, detail).into());
                };
                key.authenticate(&mut request);
            }
            *request.timeout_mut() = Some(operation.attempt_timeout);
            let started = Instant::now();
            let unanswered = |error: reqwest::Error| {
                let mut failure = Failure::from_io(operation, error, operation.idempotency);
                failure.elapsed = started.elapsed();
                Error::from(failure)
            };
            let response = http.execute(request).await.map_err(unanswered)?;
            let (status, headers) = (response.status(), response.headers().clone());
            let body = response.bytes().await.map_err(unanswered)?;
            let mut answer = Answer::new(operation, status, headers, body);
            answer.elapsed = started.elapsed();
            // A write that the document promises no particular answer to is done.
            let is_needed = operation.success.is_some() || !status.is_success();
            match content_encoding(&answer.headers) {
                Some(coding) if is_needed && !answer.body.is_empty() => {
                    let mut failure = match status.is_success() {
                        true => Failure::from_answer(&answer, ErrorKind::Decode),
                        false => Failure::from_status(&answer, operation.idempotency),
                    };
                    failure.detail = Some(format!(
                        "the body has the content-encoding `{coding}`, which was not asked for"
                    ));
                    Err(failure.into())
                }
                _ => Ok(answer),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;
    use uuid::Uuid;

    use crate::types::NewPurchase;
    use crate::{ApiKey, BaseUrl, Client};

    const COMPRESSED: &str = "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 3\r\n\
                              connection: close\r\n\r\n\x1f..";

    const REPLY: &str = "HTTP/1.1 404 Not Found\r\ncontent-type: application/json\r\n\
                         content-length: 17\r\nconnection: close\r\n\r\n{\"error\": \"none\"}";

    /// Answers one request 404 and returns its text.
    async fn one_request(listener: TcpListener) -> io::Result<String> {
        answer(listener, REPLY).await
    }

    async fn answer(listener: TcpListener, reply: &str) -> io::Result<String> {
        let (mut stream, _) = listener.accept().await?;
        let mut text = Vec::new();
        let mut buffer = [0; 4096];
        while !text.windows(4).any(|window| window == b"\r\n\r\n") {
            let read = stream.read(&mut buffer).await?;
            text.extend_from_slice(&buffer[..read]);
        }
        stream.write_all(reply.as_bytes()).await?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    }

    async fn client(key: Option<&str>) -> (Client, TcpListener) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let key = key.map(|key| ApiKey::new(key).unwrap());
        (
            Client::direct(&BaseUrl::parse(&url).unwrap(), key).unwrap(),
            listener,
        )
    }

    #[tokio::test]
    async fn the_key_goes_with_an_operation_that_takes_it() {
        let (client, listener) = client(Some("secret")).await;
        let id = Uuid::from_u128(1);
        let (request, answer) = tokio::join!(one_request(listener), client.get_conversation(&id));
        let request = request.unwrap();
        assert!(request.starts_with(&format!("GET /rest/v1/conversations/{id} HTTP/1.1\r\n")));
        assert!(request.contains("x-api-key: secret\r\n"), "{request}");
        let error = answer.unwrap_err();
        assert_eq!(
            (error.status().unwrap().as_u16(), error.message().as_deref()),
            (404, Some("none"))
        );
        assert!(error.is_not_found() && error.attempts() == 1, "{error}");
    }

    #[tokio::test]
    async fn the_key_never_goes_with_a_purchase() {
        let (client, listener) = client(Some("secret")).await;
        let purchase: NewPurchase = serde_json::from_value(serde_json::json!({
            "lineItems": [], "totalPrice": 1.5, "currencyCode": "EUR"
        }))
        .unwrap();
        let id = Uuid::from_u128(1);
        let (request, _) = tokio::join!(
            one_request(listener),
            client.record_purchase(&id, &purchase)
        );
        let request = request.unwrap();
        assert!(
            request.starts_with("POST /rest/v1/browser-sessions/"),
            "{request}"
        );
        assert!(!request.contains("secret"), "{request}");
    }

    #[tokio::test]
    async fn a_request_to_another_origin_is_refused_before_sending() {
        let (client, _listener) = client(Some("secret")).await;
        let operation = &crate::operations::LIST_USERS;
        for url in [
            "http://127.0.0.1:1/rest/v1/users",
            "http://localhost/rest/v1/users",
        ] {
            let url = reqwest::Url::parse(url).unwrap();
            let request = reqwest::Request::new(http::Method::GET, url);
            let error = client.send(operation, request).await.unwrap_err();
            assert!(error.is_invalid_request(), "{error:?}");
            assert!(error.to_string().contains("another origin"), "{error}");
        }
    }

    #[tokio::test]
    async fn without_a_key_an_operation_that_takes_one_is_refused_before_sending() {
        let (client, _listener) = client(None).await;
        let error = client.list_users(None).await.unwrap_err();
        assert!(error.is_config(), "{error:?}");
        assert_eq!(
            error.to_string(),
            "list_users failed: the operation needs an API key, and the client has none, \
             nothing was sent"
        );
    }

    #[tokio::test]
    async fn a_compressed_body_is_named() {
        for reply in [COMPRESSED, &COMPRESSED.replace("200 OK", "503 x")] {
            let (client, listener) = client(Some("secret")).await;
            let (_, users) = tokio::join!(answer(listener, reply), client.list_users(None));
            let error = users.unwrap_err();
            assert_eq!(error.is_decode(), reply == COMPRESSED, "{error:?}");
            let named = "the body has the content-encoding `gzip`, which was not asked for";
            assert!(error.to_string().contains(named), "{error}");
        }
    }

    #[tokio::test]
    async fn an_error_of_the_connection_does_not_show_the_query() {
        let (client, listener) = client(Some("secret")).await;
        drop(listener);
        let error = client.list_deleted_articles("acme-corp").await.unwrap_err();
        assert!(error.is_connect(), "{error:?}");
        assert!(
            !format!("{error:?} {error}").contains("acme-corp"),
            "{error:?}"
        );
    }
}
