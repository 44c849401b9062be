//! Requests that the server refuses by HTTP/2, before it processes them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use octocom_ext::{ErrorKind, operations as op};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use octocom_tests::script::{builder, call};
use octocom_tests::sleeper::Recorder;

const PREFACE: usize = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".len();
const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;
const END: u8 = 1;
const END_HEADERS: u8 = 4;
const ACK: u8 = 1;

/// The reaction of the server to a request.
#[derive(Debug, Clone, Copy)]
enum Act {
    Answer,
    /// Resets the stream with this code.
    Reset(u32),
    /// Says with this code that no stream was processed, and closes the connection.
    Leave(u32),
}

/// A frame (RFC 9113, section 4.1).
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut bytes = length[1..].to_vec();
    bytes.extend([kind, flags]);
    bytes.extend(stream.to_be_bytes());
    bytes.extend(payload);
    bytes
}

/// A server that acts by a list, one request after the other, on as many connections as it takes.
async fn start(acts: &'static [Act]) -> (String, Arc<AtomicUsize>, JoinSet<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let calls = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&calls);
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        let mut connections = JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            let count = Arc::clone(&count);
            connections.spawn(async move {
                // The client may hang up at any time.
                let _ = serve(stream, acts, &count).await;
            });
        }
    });
    (url, calls, tasks)
}

async fn serve(mut stream: TcpStream, acts: &[Act], calls: &AtomicUsize) -> std::io::Result<()> {
    stream.read_exact(&mut [0; PREFACE]).await?;
    stream.write_all(&frame(SETTINGS, 0, 0, &[])).await?;
    loop {
        let mut head = [0; 9];
        stream.read_exact(&mut head).await?;
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let mut payload = vec![0; usize::try_from(length).unwrap()];
        stream.read_exact(&mut payload).await?;
        let (kind, flags) = (head[3], head[4]);
        let id = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
        if kind == SETTINGS && flags & ACK == 0 {
            stream.write_all(&frame(SETTINGS, ACK, 0, &[])).await?;
        }
        if kind != HEADERS {
            continue;
        }
        let number = calls.fetch_add(1, Ordering::SeqCst);
        match acts.get(number).copied().unwrap_or(Act::Answer) {
            Act::Answer => {
                // `:status: 200` is entry 8 of HPACK's static table.
                let mut answer = frame(HEADERS, END_HEADERS, id, &[0x88]);
                answer.extend(frame(DATA, END, id, b"{}"));
                stream.write_all(&answer).await?;
            }
            Act::Reset(code) => {
                let reset = frame(RST_STREAM, 0, id, &code.to_be_bytes());
                stream.write_all(&reset).await?;
            }
            Act::Leave(code) => {
                let payload = [[0; 4], code.to_be_bytes()].concat();
                return stream.write_all(&frame(GOAWAY, 0, 0, &payload)).await;
            }
        }
    }
}

const NO_ERROR: u32 = 0;
const INTERNAL_ERROR: u32 = 2;
const REFUSED_STREAM: u32 = 7;

#[tokio::test]
async fn a_write_that_the_protocol_refused_is_sent_again() {
    const REFUSALS: [&[Act]; 2] = [
        &[Act::Reset(REFUSED_STREAM), Act::Reset(REFUSED_STREAM)],
        &[Act::Leave(NO_ERROR), Act::Leave(NO_ERROR)],
    ];
    for acts in REFUSALS {
        let (url, calls, _tasks) = start(acts).await;
        let recorder = Recorder::new();
        let http = reqwest::Client::builder().http2_prior_knowledge();
        let client = builder(&url, &recorder).with_http(http).build().unwrap();
        call(&client, &op::SEND_OUTBOUND_EMAIL).await.unwrap();
        assert_eq!(calls.load(Ordering::SeqCst), 3, "{acts:?}");
        assert_eq!(recorder.waits(), [250, 500], "{acts:?}");
    }
}

#[tokio::test]
async fn a_write_whose_stream_broke_may_have_been_processed() {
    const FAILURES: [&[Act]; 2] = [&[Act::Reset(INTERNAL_ERROR)], &[Act::Leave(INTERNAL_ERROR)]];
    for acts in FAILURES {
        let (url, calls, _tasks) = start(acts).await;
        let recorder = Recorder::new();
        let http = reqwest::Client::builder().http2_prior_knowledge();
        let client = builder(&url, &recorder).with_http(http).build().unwrap();
        let error = call(&client, &op::SEND_OUTBOUND_EMAIL).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.attempts(), calls.load(Ordering::SeqCst)),
            (ErrorKind::Interrupted, 1, 1),
            "{acts:?}"
        );
        assert!(error.may_have_been_processed(), "{acts:?}: {error:?}");
    }
}
