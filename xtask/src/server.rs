//! A server for tests: it gives prepared answers and remembers what it was asked.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::thread::JoinHandle;

use anyhow::Result;

/// The behavior of the server on one connection.
pub(crate) enum Canned {
    /// Sends these bytes and closes the connection.
    Bytes(Vec<u8>),
    /// Sends these bytes and waits until the client gives up.
    Stalled(Vec<u8>),
}

/// A server on this machine that answers as many connections as it has answers.
pub(crate) struct Server {
    origin: String,
    thread: JoinHandle<std::io::Result<Vec<String>>>,
}

impl Server {
    pub(crate) fn start(answers: Vec<Canned>) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let origin = format!("http://{}", listener.local_addr()?);
        let thread = std::thread::spawn(move || {
            let mut requests = Vec::new();
            for answer in answers {
                let (stream, _) = listener.accept()?;
                let mut reader = BufReader::new(stream.try_clone()?);
                let mut request = String::new();
                while reader.read_line(&mut request)? > 2 {}
                requests.push(request);
                let mut stream = stream;
                // The client may hang up in the middle of an answer that it refuses.
                match answer {
                    Canned::Bytes(bytes) => drop(stream.write_all(&bytes)),
                    Canned::Stalled(bytes) => {
                        drop(stream.write_all(&bytes));
                        drop(reader.read_to_end(&mut Vec::new()));
                    }
                }
            }
            Ok(requests)
        });
        Ok(Self { origin, thread })
    }

    /// A server for one request.
    pub(crate) fn answering(head: &str, body: &[u8]) -> Result<Self> {
        Self::start(vec![answer(head, body)])
    }

    pub(crate) fn url(&self) -> String {
        format!("{}/openapi.json", self.origin)
    }

    /// The heads of all requests, once every answer is given.
    pub(crate) fn requests(self) -> Result<Vec<String>> {
        match self.thread.join() {
            Ok(requests) => Ok(requests?),
            Err(_) => anyhow::bail!("the server panicked"),
        }
    }
}

/// An answer with `head` (status line and headers, a line each) and the length of its body.
pub(crate) fn answer(head: &str, body: &[u8]) -> Canned {
    let head = head.replace('\n', "\r\n");
    let length = body.len();
    let mut bytes =
        format!("HTTP/1.1 {head}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n")
            .into_bytes();
    bytes.extend_from_slice(body);
    Canned::Bytes(bytes)
}
