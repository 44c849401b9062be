//! Servers that are not who they should be.
//!
//! `tls/` holds a certificate for `localhost`, the authority that signed it, and the key to it; all
//! three were made for these tests and are good for nothing else.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use octocom_ext::{Error, ErrorKind, operations as op};
use reqwest::ClientBuilder;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{ServerConfig, version};

use octocom_tests::script::{builder, call};
use octocom_tests::sleeper::Recorder;

const AUTHORITY: &[u8] = include_bytes!("tls/authority.pem");
const CERTIFICATE: &[u8] = include_bytes!("tls/server.pem");
const KEY: &[u8] = include_bytes!("tls/server.key");

/// An https server that answers everything with `{}`, and counts connections and requests.
struct TlsServer {
    port: u16,
    connections: Arc<AtomicUsize>,
    requests: Arc<AtomicUsize>,
    _tasks: JoinSet<()>,
}

impl TlsServer {
    async fn start() -> Self {
        let chain = vec![CertificateDer::from_pem_slice(CERTIFICATE).unwrap()];
        let key = PrivateKeyDer::from_pem_slice(KEY).unwrap();
        let config = ServerConfig::builder_with_provider(aws_lc_rs::default_provider().into())
            .with_protocol_versions(&[&version::TLS13])
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (connections, requests) = (Arc::default(), Arc::default());
        let mut tasks = JoinSet::new();
        let counters = (Arc::clone(&connections), Arc::clone(&requests));
        tasks.spawn(serve(listener, acceptor, counters));
        Self {
            port,
            connections,
            requests,
            _tasks: tasks,
        }
    }

    fn counts(&self) -> (usize, usize) {
        (
            self.connections.load(Ordering::SeqCst),
            self.requests.load(Ordering::SeqCst),
        )
    }
}

async fn serve(
    listener: TcpListener,
    acceptor: TlsAcceptor,
    (connections, requests): (Arc<AtomicUsize>, Arc<AtomicUsize>),
) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        connections.fetch_add(1, Ordering::SeqCst);
        let Ok(mut stream) = acceptor.accept(stream).await else {
            continue;
        };
        let mut buffer = [0; 4096];
        if stream.read(&mut buffer).await.is_ok_and(|read| read > 0) {
            requests.fetch_add(1, Ordering::SeqCst);
            let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}";
            let _ = stream.write_all(answer).await;
            let _ = stream.shutdown().await;
        }
    }
}

fn trusting() -> ClientBuilder {
    let authority = reqwest::Certificate::from_pem(AUTHORITY).unwrap();
    reqwest::Client::builder()
        .no_proxy()
        .tls_certs_only([authority])
}

async fn try_call(
    server: &TlsServer,
    host: &str,
    http: ClientBuilder,
) -> (Result<(), Error>, usize) {
    let recorder = Recorder::new();
    let url = format!("https://{host}:{}", server.port);
    let client = builder(&url, &recorder).with_http(http).build().unwrap();
    let result = call(&client, &op::SEND_OUTBOUND_EMAIL).await.map(drop);
    (result, recorder.waits().len())
}

#[tokio::test]
async fn a_valid_certificate_for_the_right_name_is_accepted() {
    let server = TlsServer::start().await;
    let (result, waits) = try_call(&server, "localhost", trusting()).await;
    assert!(result.is_ok(), "{result:?}");
    assert_eq!((server.counts(), waits), ((1, 1), 0));
}

#[tokio::test]
async fn an_untrusted_certificate_is_an_error_at_once() {
    let server = TlsServer::start().await;
    let http = reqwest::Client::builder().no_proxy();
    let (result, waits) = try_call(&server, "localhost", http).await;
    assert_untrusted(result.unwrap_err());
    assert_eq!((server.counts(), waits), ((1, 0), 0));
}

#[tokio::test]
async fn a_certificate_for_another_name_is_an_error_at_once() {
    let server = TlsServer::start().await;
    let (result, waits) = try_call(&server, "127.0.0.1", trusting()).await;
    assert_untrusted(result.unwrap_err());
    assert_eq!((server.counts(), waits), ((1, 0), 0));
}

fn assert_untrusted(error: Error) {
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::Tls, 1),
        "{error:?}"
    );
    assert!(
        !error.may_have_been_processed() && !error.is_retryable(),
        "{error:?}"
    );
    let shown = error.to_string();
    assert!(
        shown.starts_with("send_outbound_email failed: the identity of https://")
            && shown.ends_with(" cannot be verified after 1 attempt"),
        "{shown}"
    );
}
