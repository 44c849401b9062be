//! Compressed responses.

use std::io::Read;

use flate2::read::GzDecoder;
use octocom_sandbox::{FAULT_HEADER, Sandbox};
use reqwest::header::{ACCEPT_ENCODING, CONTENT_ENCODING, VARY};
use reqwest::{Method, Response};

use crate::api::{Api, api};

const PATH: &str = "/conversations?page=2";

async fn asked(api: &Api, accept: &str, fault: Option<&str>) -> Response {
    let mut request = api
        .request(Method::GET, PATH)
        .header(ACCEPT_ENCODING, accept);
    if let Some(fault) = fault {
        request = request.header(FAULT_HEADER, fault);
    }
    request.send().await.unwrap()
}

fn coding(response: &Response) -> Option<&str> {
    response
        .headers()
        .get(CONTENT_ENCODING)
        .map(|value| value.to_str().unwrap())
}

async fn text(response: Response) -> String {
    let body = response.bytes().await.unwrap();
    let mut text = String::new();
    GzDecoder::new(&body[..]).read_to_string(&mut text).unwrap();
    text
}

async fn compressing() -> Api {
    Api::start(Sandbox::builder().conversations(260).seed(7).compress()).await
}

#[tokio::test]
async fn who_asks_for_gzip_gets_the_same_body_in_fewer_bytes() {
    let (plain, compressing) = (api().await, compressing().await);
    let expected = asked(&plain, "gzip", None).await;
    assert_eq!(
        (coding(&expected), expected.headers().get(VARY)),
        (None, None)
    );
    let expected = expected.text().await.unwrap();
    let response = asked(&compressing, "br, gzip", None).await;
    assert_eq!(
        (
            coding(&response),
            response.headers()[VARY].to_str().unwrap()
        ),
        (Some("gzip"), "accept-encoding")
    );
    assert!(response.content_length().unwrap() < expected.len() as u64 / 4);
    assert_eq!(text(response).await, expected);
    let response = asked(&compressing, "gzip;q=0", None).await;
    assert_eq!(
        (
            coding(&response),
            response.headers()[VARY].to_str().unwrap()
        ),
        (None, "accept-encoding")
    );
    assert_eq!(response.text().await.unwrap(), expected);
}

#[tokio::test]
async fn a_response_with_a_fault_is_compressed_too() {
    let (plain, compressing) = (api().await, compressing().await);
    for fault in [
        "status=503",
        "html=502",
        "rate-limit=1",
        "half-json",
        "empty-body",
        "slow-body=1",
        "extra-field",
    ] {
        let expected = asked(&plain, "gzip", Some(fault)).await;
        let response = asked(&compressing, "gzip", Some(fault)).await;
        assert_eq!(
            (response.status(), coding(&response)),
            (expected.status(), Some("gzip")),
            "{fault}"
        );
        assert_eq!(
            text(response).await,
            expected.text().await.unwrap(),
            "{fault}"
        );
    }
    let cut = asked(&compressing, "gzip", Some("truncated")).await;
    let promised = cut.content_length().unwrap();
    let whole = asked(&compressing, "gzip", None).await;
    assert_eq!(
        (coding(&cut), whole.content_length()),
        (Some("gzip"), Some(promised))
    );
    assert!(cut.bytes().await.is_err());
}
