//! Fetching from a server on this machine: every bound, from both sides.

use std::net::TcpListener;

use super::*;
use crate::server::{Canned, Server, answer};

fn limits() -> Limits {
    Limits {
        timeout: Duration::from_secs(10),
        max_bytes: 1_000,
        max_redirects: 2,
    }
}

fn fetch(server: &Server, limits: &Limits) -> Result<Reply> {
    get(&Address::parse(&server.url())?, None, limits)
}

/// The error of a fetch from a server with these answers.
fn failure(answers: Vec<Canned>, limits: &Limits) -> Result<String> {
    let server = Server::start(answers)?;
    let failure = match fetch(&server, limits) {
        Ok(reply) => bail!("fetched {reply:?}"),
        Err(error) => format!("{error:#}"),
    };
    server.requests()?;
    Ok(failure)
}

#[test]
fn the_defaults_are_thirty_seconds_and_ten_mebibytes() {
    let Limits {
        timeout,
        max_bytes,
        max_redirects,
    } = Limits::default();
    assert_eq!(timeout, Duration::from_secs(30));
    assert_eq!((max_bytes, max_redirects), (10_485_760, 5));
}

#[test]
fn a_reply_comes_with_its_tag() -> Result<()> {
    for (head, expected) in [
        ("200 OK\nETag: \"a\"", Some("\"a\"")),
        ("200 OK\nETag: W/\"a\"", Some("W/\"a\"")),
        ("200 OK\nETag: nonsense", None),
        ("200 OK", None),
    ] {
        let server = Server::answering(head, b"body")?;
        match fetch(&server, &limits())? {
            Reply::Body { bytes, etag } => {
                assert_eq!(
                    (bytes.as_slice(), etag.as_deref()),
                    (&b"body"[..], expected)
                );
            }
            Reply::NotModified => bail!("not modified"),
        }
        let requests = server.requests()?.concat().to_lowercase();
        assert!(
            requests.starts_with("get /openapi.json http/1.1"),
            "{requests}"
        );
        for absent in ["if-none-match", "gzip", "cookie", "authorization"] {
            assert!(!requests.contains(absent), "{requests}");
        }
    }
    Ok(())
}

#[test]
fn size_is_limited_whether_or_not_it_is_announced() -> Result<()> {
    let server = Server::answering("200 OK", &[b'x'; 1_000])?;
    assert!(matches!(fetch(&server, &limits())?, Reply::Body { .. }));
    server.requests()?;

    let endless = [b"HTTP/1.1 200 OK\r\n\r\n".as_slice(), &[b'x'; 1_001]].concat();
    for reply in [answer("200 OK", &[b'x'; 1_001]), Canned::Bytes(endless)] {
        let message = failure(vec![reply], &limits())?;
        assert!(
            message.contains("more than the limit of 1000 bytes"),
            "{message}"
        );
    }
    Ok(())
}

#[test]
fn an_early_end_is_a_truncated_reply() -> Result<()> {
    for reply in [
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nhalf",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
    ] {
        let message = failure(vec![Canned::Bytes(reply.into())], &limits())?;
        assert!(message.contains("truncated"), "{reply:?}: {message}");
    }
    Ok(())
}

#[test]
fn time_is_limited_in_total() -> Result<()> {
    let limits = Limits {
        timeout: Duration::from_millis(100),
        ..limits()
    };
    for head in ["", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"] {
        let message = failure(vec![Canned::Stalled(head.into())], &limits)?;
        assert!(
            message.contains("longer than the limit of 100ms"),
            "{message}"
        );
    }
    let message = failure(
        vec![
            answer("302 Found\nLocation: /b", b""),
            Canned::Stalled(Vec::new()),
        ],
        &limits,
    )?;
    assert!(
        message.contains("longer than the limit of 100ms"),
        "{message}"
    );
    Ok(())
}

#[test]
fn redirects_are_followed_within_the_origin_and_not_for_ever() -> Result<()> {
    let redirect = || answer("302 Found\nLocation: /other.json", b"");
    let server = Server::start(vec![redirect(), redirect(), answer("200 OK", b"body")])?;
    assert!(matches!(fetch(&server, &limits())?, Reply::Body { .. }));
    let requests = server.requests()?;
    assert_eq!(requests.len(), 3);
    assert!(requests[2].starts_with("GET /other.json "), "{requests:?}");

    let message = failure(vec![redirect(), redirect(), redirect()], &limits())?;
    assert!(message.contains("redirects more than 2 times"), "{message}");
    let message = failure(vec![answer("302 Found", b"")], &limits())?;
    assert!(message.contains("without saying where to"), "{message}");
    Ok(())
}

#[test]
fn another_origin_is_not_asked() -> Result<()> {
    let other = TcpListener::bind("127.0.0.1:0")?;
    other.set_nonblocking(true)?;
    let head = format!("302 Found\nLocation: http://{}/", other.local_addr()?);
    let message = failure(vec![answer(&head, b"")], &limits())?;
    assert!(message.contains("another origin"), "{message}");
    let nobody = other.accept().map(|_| ()).map_err(|error| error.kind());
    assert_eq!(nobody, Err(std::io::ErrorKind::WouldBlock));
    Ok(())
}

#[test]
fn any_other_answer_is_a_failure() -> Result<()> {
    for (head, reason) in [
        ("404 Not Found", "status 404"),
        ("204 No Content", "status 204"),
        ("500 Oops", "status 500"),
        ("304 Not Modified", "status 304"),
        ("200 OK\nContent-Encoding: gzip", "content encoding"),
    ] {
        let message = failure(vec![answer(head, b"")], &limits())?;
        assert!(message.contains(reason), "{message}");
    }
    let message = failure(vec![Canned::Bytes(b"SSH-2.0-x\r\n".to_vec())], &limits())?;
    assert!(message.contains("fetching http://127.0.0.1:"), "{message}");

    let listener = TcpListener::bind("127.0.0.1:0")?;
    let url = format!("http://{}/", listener.local_addr()?);
    drop(listener);
    let refused = get(&Address::parse(&url)?, None, &limits());
    assert!(refused.is_err(), "{refused:?}");
    Ok(())
}
