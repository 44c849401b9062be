use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};
use http::HeaderValue;
use proptest::prelude::*;

use super::*;

const TEXT: &str = r#"{"data":[{"id":1,"subject":"Where is my order? Where is my order?"}]}"#;

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

fn headers(codings: &[&str]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_LENGTH, HeaderValue::from_static("7"));
    for coding in codings {
        headers.append(CONTENT_ENCODING, HeaderValue::from_str(coding).unwrap());
    }
    headers
}

/// Reads a body in pieces of this size, until it is refused.
fn read(codings: &[&str], limit: usize, sent: &[u8], piece: usize) -> (Bytes, Result<(), Refused>) {
    let mut body = Body::new(&mut headers(codings), limit);
    let pushed = sent
        .chunks(piece)
        .try_for_each(|piece| body.push(Bytes::copy_from_slice(piece)));
    let (bytes, ended) = body.finish();
    (bytes, pushed.and(ended))
}

fn broken(error: Result<(), Refused>) -> bool {
    matches!(error, Err(Refused::Broken(_)))
}

#[test]
fn pieces_are_put_together_up_to_the_limit() {
    for (limit, chunks, expected, fits) in [
        (6, &[][..], "", true),
        (6, &["abc"], "abc", true),
        (6, &["abc", "def"], "abcdef", true),
        (6, &["", "abc", "", "def", ""], "abcdef", true),
        (5, &["abc", "def", "ghi"], "abcde", false),
        (2, &["abc"], "ab", false),
        (3, &["abc", "d"], "abc", false),
    ] {
        let mut body = Pieces::new(limit);
        let all = chunks
            .iter()
            .all(|chunk| body.push(Bytes::from_static(chunk.as_bytes())));
        assert_eq!((&body.finish()[..], all), (expected.as_bytes(), fits));
    }
}

#[test]
fn a_body_of_one_piece_is_not_copied() {
    let chunk = Bytes::from(vec![b'a'; 100]);
    let mut body = Body::new(&mut HeaderMap::new(), 100);
    body.push(chunk.clone()).unwrap();
    assert_eq!(body.finish().0.as_ptr(), chunk.as_ptr());
}

#[test]
fn gzip_is_decompressed_however_it_is_cut_into_pieces() {
    let whole = gzip(TEXT.as_bytes());
    let members = [gzip(b"{\"a\""), gzip(b""), gzip(b":1}")].concat();
    for piece in [1, 2, 7, 10, 11, 18, 1000] {
        for coding in ["gzip", "GZIP", "x-gzip", " gzip ,", "identity, gzip"] {
            let read = |sent| read(&[coding], 1000, sent, piece);
            assert_eq!(read(&whole), (TEXT.into(), Ok(())));
            assert_eq!(read(&members), ("{\"a\":1}".into(), Ok(())), "{piece}");
        }
    }
}

#[test]
fn the_headers_are_those_of_the_decompressed_body() {
    let mut compressed = headers(&["gzip"]);
    Body::new(&mut compressed, 10);
    assert!(compressed.is_empty(), "{compressed:?}");
    for codings in [&[][..], &["identity"], &["br"]] {
        let mut plain = headers(codings);
        Body::new(&mut plain, 10);
        assert_eq!(plain, headers(codings));
    }
}

#[test]
fn a_body_without_coding_stays_as_it_is() {
    let compressed = gzip(TEXT.as_bytes());
    for codings in [&[][..], &[""], &["identity"], &["Identity, identity", ","]] {
        let (bytes, ended) = read(codings, 1000, &compressed, 10);
        assert_eq!(
            (&bytes[..], ended),
            (&compressed[..], Ok(())),
            "{codings:?}"
        );
    }
}

#[test]
fn a_coding_that_was_not_asked_for_is_named() {
    let long = "x".repeat(100);
    for (codings, named) in [
        (&["br"][..], "br"),
        (&["deflate"], "deflate"),
        (&["gzip, gzip"], "gzip, gzip"),
        (&["gzip", "br"], "gzip, br"),
        (&["g\tzip\u{e9}"], "g\\tzipé"),
        (&[&long], &long[..60]),
    ] {
        let (bytes, ended) = read(codings, 1000, b"anything", 1000);
        let expected = Refused::UnknownCoding(named.to_owned());
        assert_eq!((bytes, ended), (Bytes::new(), Err(expected)));
        // Without a body, there is nothing to read.
        assert_eq!(read(codings, 1000, b"", 1000), (Bytes::new(), Ok(())));
    }
    let shown = Refused::UnknownCoding("br".to_owned()).to_string();
    assert_eq!(
        shown,
        "the body has the content-encoding `br`, which was not asked for"
    );
}

#[test]
fn a_broken_body_is_refused() {
    let whole = gzip(TEXT.as_bytes());
    for piece in [1, 1000] {
        // Cut anywhere.
        for length in 1..whole.len() {
            let (bytes, ended) = read(&["gzip"], 1000, &whole[..length], piece);
            assert!(broken(ended), "{length} bytes");
            assert!(TEXT.as_bytes().starts_with(&bytes), "{length} bytes");
        }
        // A bit flipped where it matters: the magic, the method, the data, its checksum and length.
        for place in [0, 1, 2].into_iter().chain(10..whole.len()) {
            let mut flipped = whole.clone();
            flipped[place] ^= 4;
            let (bytes, ended) = read(&["gzip"], 1000, &flipped, piece);
            assert!(ended.is_err() || bytes == TEXT, "byte {place}");
        }
        let mut deflate = DeflateEncoder::new(Vec::new(), Compression::default());
        deflate.write_all(TEXT.as_bytes()).unwrap();
        for sent in [TEXT.as_bytes(), &deflate.finish().unwrap(), b"\0"] {
            assert!(broken(read(&["gzip"], 1000, sent, piece).1));
        }
        for rest in [&b"\0"[..], b"garbage after the end"] {
            let (bytes, ended) = read(&["gzip"], 1000, &[&whole, rest].concat(), piece);
            assert_eq!((bytes, broken(ended)), (TEXT.into(), true), "{rest:?}");
        }
    }
    // Whole and empty, it is not broken.
    assert_eq!(read(&["gzip"], 1000, &gzip(b""), 1), (Bytes::new(), Ok(())));
    assert_eq!(read(&["gzip"], 1000, b"", 1), (Bytes::new(), Ok(())));
    let shown = Refused::Broken("because".to_owned()).to_string();
    assert_eq!(
        shown,
        "the body has the content-encoding `gzip` and cannot be decompressed: because"
    );
}

#[test]
fn the_limit_is_that_of_the_decompressed_body() {
    let too_large = |limit| Refused::TooLarge {
        limit,
        is_compressed: true,
    };
    let whole = gzip(TEXT.as_bytes());
    for piece in [1, 1000] {
        let (bytes, ended) = read(&["gzip"], TEXT.len(), &whole, piece);
        assert_eq!((bytes, ended), (TEXT.into(), Ok(())));
        let limit = TEXT.len() - 1;
        let (bytes, ended) = read(&["gzip"], limit, &whole, piece);
        assert_eq!(
            (&bytes[..], ended),
            (&TEXT.as_bytes()[..limit], Err(too_large(limit)))
        );
    }
    assert_eq!(
        too_large(5).to_string(),
        "the body is larger than 5 bytes, decompressed"
    );
    // Bytes that cannot be compressed are longer when compressed, and fit all the same.
    let random: Vec<u8> = std::iter::repeat_with(|| fastrand::u8(..))
        .take(100_000)
        .collect();
    let compressed = gzip(&random);
    assert!(compressed.len() > random.len());
    let (bytes, ended) = read(&["gzip"], random.len(), &compressed, 10_000);
    assert_eq!((bytes == random, ended), (true, Ok(())));
}

#[test]
fn a_compressed_body_is_limited_too() {
    let limit = 2 * 1000 + 256 * 1024;
    let body = Body::new(&mut headers(&["gzip"]), 1000);
    assert_eq!(body.announce(limit as u64), Ok(()));
    let too_large = Refused::CompressedTooLarge(limit);
    assert_eq!(body.announce(limit as u64 + 1), Err(too_large.clone()));
    assert_eq!(
        too_large.to_string(),
        "the compressed body is larger than 264144 bytes"
    );
    assert!(too_large.is_size());
    // Blocks of nothing that do not end.
    let mut endless = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0];
    endless.extend([0, 0, 0, 0xff, 0xff].repeat(60_000));
    let (bytes, ended) = read(&["gzip"], 1000, &endless, 1000);
    assert_eq!((bytes, ended), (Bytes::new(), Err(too_large)));
    // A plain body has its own limit alone.
    let plain = Body::new(&mut HeaderMap::new(), 1000);
    assert_eq!(plain.announce(1000), Ok(()));
    let too_large = Refused::TooLarge {
        limit: 1000,
        is_compressed: false,
    };
    assert_eq!(plain.announce(1001), Err(too_large));
}

#[test]
fn a_bomb_stops_at_the_limit() {
    let limit = 100_000;
    let bomb = gzip(&vec![b'0'; 10_000_000]);
    let mut body = Body::new(&mut headers(&["gzip"]), limit);
    let sent = bomb
        .chunks(100)
        .position(|piece| body.push(Bytes::copy_from_slice(piece)).is_err());
    // A hundredth of it was looked at, and nothing beyond the limit kept.
    assert!(sent.unwrap() <= 2, "{sent:?} of {}", bomb.len());
    let Content::Gzip(gzip) = &body.content else {
        panic!("gzip")
    };
    assert!(gzip.decoder.get_ref().chunks.capacity() <= 2 * limit);
    assert_eq!(body.finish().0.len(), limit);
}

#[test]
fn a_body_of_nothing_for_ever_ends_too() {
    let nothing = gzip(b"");
    let parts = |count| read(&["gzip"], 1000, &nothing.repeat(count), 1000);
    assert_eq!(parts(MAX_PARTS), (Bytes::new(), Ok(())));
    let reason = "more than 10000 parts".to_owned();
    let (bytes, ended) = parts(MAX_PARTS + 1);
    assert_eq!((bytes, ended), (Bytes::new(), Err(Refused::Broken(reason))));
}

#[test]
fn the_fields_of_a_header_may_be_cut_anywhere() {
    let encoder = flate2::GzBuilder::new()
        .extra(vec![7; 300])
        .filename("conversations.json")
        .comment("a comment");
    let mut encoder = encoder.write(Vec::new(), Compression::default());
    encoder.write_all(TEXT.as_bytes()).unwrap();
    let whole = encoder.finish().unwrap();
    for piece in 1..whole.len() {
        let (bytes, ended) = read(&["gzip"], 1000, &whole, piece);
        assert_eq!((bytes, ended), (TEXT.into(), Ok(())), "{piece}");
    }
}

proptest! {
    /// Whatever is sent, in whatever pieces, nothing panics and the limit holds.
    #[test]
    fn any_bytes_keep_to_the_limit(
        mut sent in prop::collection::vec(any::<u8>(), 0..300),
        text in "[a-c]{0,200}",
        place in any::<prop::sample::Index>(),
        (limit, piece) in (0_usize..300, 1_usize..50),
    ) {
        // Random bytes in the middle of what is gzip, too.
        let at = place.index(sent.len() + 1);
        sent.splice(at..at, gzip(text.as_bytes()));
        for sent in [&sent, &sent[at..]] {
            let (bytes, _) = read(&["gzip"], limit, sent, piece);
            prop_assert!(bytes.len() <= limit);
        }
        let (bytes, ended) = read(&["gzip"], limit, &gzip(text.as_bytes()), piece);
        prop_assert_eq!(ended.is_ok(), text.len() <= limit);
        prop_assert_eq!(&bytes[..], &text.as_bytes()[..text.len().min(limit)]);
    }
}
