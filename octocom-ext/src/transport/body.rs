//! The body of a response: put together from its pieces, decompressed, and held to its limit.

use std::fmt;
use std::io::{self, Write};

use bytes::{Bytes, BytesMut};
use flate2::write::GzDecoder;
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use octocom_api::content_encoding;

/// The codings that responses are asked for in, as the value of `Accept-Encoding`.
pub(super) const ACCEPTED: &str = "gzip";

/// Most parts of a compressed body, which are decompressed one after the other. Servers send one; a
/// part costs processor time, even if it is empty.
const MAX_PARTS: usize = 10_000;

/// A body as it comes in.
pub(super) struct Body {
    content: Content,
}

enum Content {
    Plain(Pieces),
    Gzip(Box<Gzip>),
    /// A coding that was not asked for. Nothing of the body is kept.
    Unknown(String),
}

struct Gzip {
    /// The decoder of the present part.
    decoder: GzDecoder<Pieces>,
    parts: usize,
    /// Largest size of the compressed body.
    limit: usize,
    received: usize,
}

/// Reason why a body cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refused {
    /// The body, decompressed if it was compressed, has more bytes than its limit.
    TooLarge {
        limit: usize,
        is_compressed: bool,
    },
    /// The compressed body has more bytes than this.
    CompressedTooLarge(usize),
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
            Self::CompressedTooLarge(limit) => {
                write!(f, "the compressed body is larger than {limit} bytes")
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

impl Refused {
    /// Returns `true` if the body is too large.
    pub(super) fn is_size(&self) -> bool {
        matches!(self, Self::TooLarge { .. } | Self::CompressedTooLarge(_))
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
        Self { content }
    }

    /// Takes the length that the response announces.
    pub(super) fn announce(&self, bytes: u64) -> Result<(), Refused> {
        let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
        match &self.content {
            Content::Plain(pieces) if bytes > pieces.limit => Err(pieces.too_large(false)),
            Content::Gzip(gzip) if bytes > gzip.limit => {
                Err(Refused::CompressedTooLarge(gzip.limit))
            }
            _ => Ok(()),
        }
    }

    /// Takes a piece as it was sent. The start of a body that is too large is kept.
    pub(super) fn push(&mut self, piece: Bytes) -> Result<(), Refused> {
        match &mut self.content {
            Content::Plain(pieces) => match pieces.push(piece) {
                true => Ok(()),
                false => Err(pieces.too_large(false)),
            },
            Content::Gzip(gzip) => gzip.push(&piece),
            Content::Unknown(coding) => Err(Refused::UnknownCoding(coding.clone())),
        }
    }

    /// Returns the body, or its start and the reason why the rest is missing.
    pub(super) fn finish(self) -> (Bytes, Result<(), Refused>) {
        match self.content {
            Content::Plain(pieces) => (pieces.finish(), Ok(())),
            Content::Gzip(gzip) => gzip.finish(),
            Content::Unknown(_) => (Bytes::new(), Ok(())),
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
    /// Returns an empty body of at most `limit` bytes, decompressed.
    fn new(limit: usize) -> Self {
        Self {
            decoder: GzDecoder::new(Pieces::new(limit)),
            parts: 1,
            // Bytes that cannot be compressed, or were sent a few at a time, grow.
            limit: limit.saturating_mul(2).saturating_add(256 * 1024),
            received: 0,
        }
    }

    /// Decompresses a piece.
    fn push(&mut self, mut piece: &[u8]) -> Result<(), Refused> {
        self.received = self.received.saturating_add(piece.len());
        if self.received > self.limit {
            return Err(Refused::CompressedTooLarge(self.limit));
        }
        while !piece.is_empty() {
            match self.decoder.write(piece) {
                // The part has ended; another begins.
                Ok(0) => self.next_part()?,
                Ok(taken) => piece = piece.get(taken..).unwrap_or_default(),
                Err(error) => return Err(self.refused(&error)),
            }
        }
        Ok(())
    }

    fn next_part(&mut self) -> Result<(), Refused> {
        self.decoder
            .try_finish()
            .map_err(|error| self.refused(&error))?;
        self.parts += 1;
        if self.parts > MAX_PARTS {
            return Err(Refused::Broken(format!("more than {MAX_PARTS} parts")));
        }
        self.decoder = GzDecoder::new(self.take_pieces());
        Ok(())
    }

    fn finish(mut self) -> (Bytes, Result<(), Refused>) {
        // An empty body is nothing compressed: servers send it with errors.
        let ended = match self.received {
            0 => Ok(()),
            _ => self.decoder.try_finish(),
        };
        let ended = ended.map_err(|error| self.refused(&error));
        (self.take_pieces().finish(), ended)
    }

    /// Returns the reason for an error of the decoder or of its output.
    fn refused(&self, error: &io::Error) -> Refused {
        let pieces = self.decoder.get_ref();
        match pieces.is_cut {
            true => pieces.too_large(true),
            false => Refused::Broken(error.to_string()),
        }
    }

    fn take_pieces(&mut self) -> Pieces {
        std::mem::replace(self.decoder.get_mut(), Pieces::new(0))
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

    fn too_large(&self, is_compressed: bool) -> Refused {
        Refused::TooLarge {
            limit: self.limit,
            is_compressed,
        }
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
