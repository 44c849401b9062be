//! The body of a response: put together from its pieces, decompressed, and held to its limit.

use std::fmt;
use std::io::{self, Write};

use bytes::{Bytes, BytesMut};
use flate2::write::MultiGzDecoder;
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use octocom_api::content_encoding;

/// The codings that responses are asked for in, as the value of `Accept-Encoding`.
pub(super) const ACCEPTED: &str = "gzip";

/// A body as it comes in.
pub(super) struct Body {
    limit: usize,
    content: Content,
}

enum Content {
    Plain(Pieces),
    Gzip(Box<Gzip>),
    /// A coding that was not asked for. Nothing of the body is kept.
    Unknown(String),
}

struct Gzip {
    decoder: MultiGzDecoder<Pieces>,
    /// Compressed bytes that may still come.
    room: usize,
    /// `true` before the first byte: an empty body is nothing compressed. Servers send it with
    /// errors.
    is_empty: bool,
}

/// Reason why a body cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refused {
    TooLarge { limit: usize, is_compressed: bool },
    UnknownCoding(String),
    Broken(String),
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge {
                limit,
                is_compressed,
            } => {
                let state = if *is_compressed { ", decompressed" } else { "" };
                write!(f, "the body is larger than {limit} bytes{state}")
            }
            Self::UnknownCoding(coding) => write!(
                f,
                "the body has the content-encoding `{coding}`, which was not asked for"
            ),
            Self::Broken(reason) => write!(
                f,
                "the body has the content-encoding `gzip` and cannot be decompressed: {reason}"
            ),
        }
    }
}

impl Body {
    /// Returns an empty body of at most `limit` bytes, in the coding that the headers name.
    ///
    /// Headers that describe the compressed body are removed.
    pub(super) fn new(headers: &mut HeaderMap, limit: usize) -> Self {
        let content = match content_encoding(headers) {
            None => Content::Plain(Pieces::new(limit)),
            Some(coding) if is_gzip(&coding) => {
                headers.remove(CONTENT_ENCODING);
                headers.remove(CONTENT_LENGTH);
                Content::Gzip(Box::new(Gzip::new(limit)))
            }
            Some(coding) => Content::Unknown(coding),
        };
        Self { limit, content }
    }

    /// Takes the length that the response announces.
    pub(super) fn announce(&self, bytes: u64) -> Result<(), Refused> {
        let limit = match &self.content {
            Content::Plain(_) => self.limit,
            Content::Gzip(gzip) => gzip.room,
            Content::Unknown(_) => return Ok(()),
        };
        self.limited(bytes <= u64::try_from(limit).unwrap_or(u64::MAX))
    }

    /// Takes a piece as it was sent. The start of a body that is too large is kept.
    pub(super) fn push(&mut self, piece: Bytes) -> Result<(), Refused> {
        let fits = match &mut self.content {
            Content::Plain(pieces) => pieces.push(piece),
            Content::Gzip(gzip) => gzip.push(&piece)?,
            Content::Unknown(coding) => return Err(Refused::UnknownCoding(coding.clone())),
        };
        self.limited(fits)
    }

    /// Returns the body, or its start and the reason why the rest is missing.
    pub(super) fn finish(self) -> (Bytes, Result<(), Refused>) {
        match self.content {
            Content::Plain(pieces) => (pieces.finish(), Ok(())),
            Content::Gzip(gzip) => gzip.finish(),
            Content::Unknown(_) => (Bytes::new(), Ok(())),
        }
    }

    fn limited(&self, fits: bool) -> Result<(), Refused> {
        match fits {
            true => Ok(()),
            false => Err(Refused::TooLarge {
                limit: self.limit,
                is_compressed: matches!(self.content, Content::Gzip(_)),
            }),
        }
    }
}

/// Returns `true` for gzip, also by the name of old servers (RFC 9110, section 8.4.1.3).
fn is_gzip(coding: &str) -> bool {
    ["gzip", "x-gzip"]
        .iter()
        .any(|name| coding.eq_ignore_ascii_case(name))
}

impl Gzip {
    fn new(limit: usize) -> Self {
        // What cannot be compressed grows by a few bytes for every block, and by a header that may
        // hold the name of a file.
        let overhead = limit / 64 + 4096;
        Self {
            decoder: MultiGzDecoder::new(Pieces::new(limit)),
            room: limit.saturating_add(overhead),
            is_empty: true,
        }
    }

    /// Decompresses a piece; `false` when the body goes beyond its limit.
    fn push(&mut self, piece: &[u8]) -> Result<bool, Refused> {
        self.is_empty &= piece.is_empty();
        let fits = piece.len() <= self.room;
        self.room = self.room.saturating_sub(piece.len());
        match self.decoder.write_all(piece) {
            Ok(()) => Ok(fits),
            Err(_) if self.decoder.get_ref().is_cut => Ok(false),
            Err(error) => Err(Refused::Broken(error.to_string())),
        }
    }

    fn finish(mut self) -> (Bytes, Result<(), Refused>) {
        let ended = match self.is_empty {
            true => Ok(()),
            false => self.decoder.try_finish(),
        };
        let pieces = std::mem::replace(self.decoder.get_mut(), Pieces::new(0));
        let ended = match ended {
            Err(_) if pieces.is_cut => Err(Refused::TooLarge {
                limit: pieces.limit,
                is_compressed: true,
            }),
            ended => ended.map_err(|error| Refused::Broken(error.to_string())),
        };
        (pieces.finish(), ended)
    }
}

/// A body in memory. Most arrive in one piece, which is then not copied.
struct Pieces {
    limit: usize,
    first: Option<Bytes>,
    chunks: BytesMut,
    /// `true` if there was more than the limit.
    is_cut: bool,
}

impl Pieces {
    fn new(limit: usize) -> Self {
        Self {
            limit,
            first: None,
            chunks: BytesMut::new(),
            is_cut: false,
        }
    }

    /// Takes a piece; `false` when it goes beyond the limit, up to which it is kept.
    fn push(&mut self, mut piece: Bytes) -> bool {
        piece.truncate(self.take(piece.len()));
        if self.first.is_none() && self.chunks.is_empty() {
            self.first = Some(piece);
        } else {
            if let Some(first) = self.first.take() {
                self.chunks.extend_from_slice(&first);
            }
            self.chunks.extend_from_slice(&piece);
        }
        !self.is_cut
    }

    /// Returns how many of the next bytes there is room for.
    fn take(&mut self, bytes: usize) -> usize {
        let length = self.first.as_ref().map_or(0, Bytes::len) + self.chunks.len();
        let room = self.limit.saturating_sub(length);
        self.is_cut |= bytes > room;
        bytes.min(room)
    }

    fn finish(self) -> Bytes {
        self.first.unwrap_or_else(|| self.chunks.freeze())
    }
}

/// Takes decompressed bytes. It fails beyond the limit, which ends the decompression.
impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let kept = self.take(bytes.len());
        self.chunks.extend_from_slice(&bytes[..kept]);
        match self.is_cut {
            true => Err(io::ErrorKind::FileTooLarge.into()),
            false => Ok(kept),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
