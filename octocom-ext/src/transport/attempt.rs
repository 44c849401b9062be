//! One attempt: the request goes out, the whole answer comes in, or not.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode};

use crate::error::MAX_ERROR_BODY_BYTES;
use crate::transport::fault::Fault;

/// An answer with its whole body, unless the outcome says otherwise.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// How an attempt ended.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// With an answer. The body of a failure may be cut short: the status has said it all.
    Answered(Answer),
    /// With a success whose body is larger than the client accepts; what was read of it is here.
    TooLarge(Answer),
    /// Without an answer that can be used.
    Failed(Fault, reqwest::Error),
}

impl Outcome {
    /// What the server answered, whatever it is worth.
    pub(crate) fn answer(&self) -> Option<&Answer> {
        match self {
            Self::Answered(answer) | Self::TooLarge(answer) => Some(answer),
            Self::Failed(..) => None,
        }
    }
}

/// Sends a request and reads the answer, all within `timeout`.
///
/// The body is read here and not by the caller, so that a connection that breaks in the middle of
/// it is a failed attempt like any other. Reading stops at the cap: no more of a larger body is
/// held in memory than was already on its way.
pub(crate) async fn send(
    http: &reqwest::Client,
    mut request: reqwest::Request,
    timeout: Duration,
    max_body_bytes: usize,
) -> Outcome {
    // reqwest's own timer covers everything from the connection to the end of the body.
    *request.timeout_mut() = Some(timeout);
    let mut response = match http.execute(request).await {
        Ok(response) => response,
        Err(error) => return failed(error),
    };
    let status = response.status();
    let headers = std::mem::take(response.headers_mut());
    let success = status.is_success();
    let cap = if success {
        max_body_bytes
    } else {
        MAX_ERROR_BODY_BYTES
    };
    let announced = response.content_length().unwrap_or(0);
    if success && announced > u64::try_from(cap).unwrap_or(u64::MAX) {
        return Outcome::TooLarge(Answer {
            status,
            headers,
            body: Bytes::new(),
        });
    }
    let mut body = Body {
        cap,
        chunks: BytesMut::new(),
        first: None,
    };
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) => {
                if !body.push(chunk) {
                    let answer = Answer {
                        status,
                        headers,
                        body: body.finish(),
                    };
                    return if success {
                        Outcome::TooLarge(answer)
                    } else {
                        Outcome::Answered(answer)
                    };
                }
            }
            Ok(None) => break,
            Err(error) if success => return failed(error),
            // The status stands, whatever became of the text.
            Err(_) => break,
        }
    }
    Outcome::Answered(Answer {
        status,
        headers,
        body: body.finish(),
    })
}

fn failed(error: reqwest::Error) -> Outcome {
    // A URL holds what people searched for.
    let error = error.without_url();
    Outcome::Failed(Fault::of(&error), error)
}

/// A body as it comes in. Most arrive in one piece, which is then not copied.
struct Body {
    cap: usize,
    first: Option<Bytes>,
    chunks: BytesMut,
}

impl Body {
    /// Takes a piece; `false` when it goes beyond the cap, up to which it is kept.
    fn push(&mut self, mut chunk: Bytes) -> bool {
        let length = self.first.as_ref().map_or(0, Bytes::len) + self.chunks.len();
        let room = self.cap.saturating_sub(length);
        let fits = chunk.len() <= room;
        chunk.truncate(room);
        if self.first.is_none() && self.chunks.is_empty() {
            self.first = Some(chunk);
        } else {
            if let Some(first) = self.first.take() {
                self.chunks.extend_from_slice(&first);
            }
            self.chunks.extend_from_slice(&chunk);
        }
        fits
    }

    fn finish(self) -> Bytes {
        self.first.unwrap_or_else(|| self.chunks.freeze())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(cap: usize, chunks: &[&'static str]) -> (Bytes, bool) {
        let mut body = Body {
            cap,
            first: None,
            chunks: BytesMut::new(),
        };
        let fits = chunks
            .iter()
            .all(|chunk| body.push(Bytes::from_static(chunk.as_bytes())));
        (body.finish(), fits)
    }

    #[test]
    fn pieces_are_put_together_up_to_the_cap() {
        for (cap, chunks, expected, fits) in [
            (6, &[][..], "", true),
            (6, &["abc"], "abc", true),
            (6, &["abc", "def"], "abcdef", true),
            (6, &["", "abc", "", "def", ""], "abcdef", true),
            (5, &["abc", "def", "ghi"], "abcde", false),
            (2, &["abc"], "ab", false),
            (3, &["abc", "d"], "abc", false),
        ] {
            assert_eq!(
                read(cap, chunks),
                (Bytes::from_static(expected.as_bytes()), fits)
            );
        }
    }

    #[test]
    fn a_body_of_one_piece_is_not_copied() {
        let chunk = Bytes::from(vec![b'a'; 100]);
        let mut body = Body {
            cap: 100,
            first: None,
            chunks: BytesMut::new(),
        };
        assert!(body.push(chunk.clone()));
        assert_eq!(body.finish().as_ptr(), chunk.as_ptr());
    }
}
