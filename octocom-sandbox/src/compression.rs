//! Responses compressed for requests that ask for it.

use std::io::Write;

use axum::body::Bytes;
use axum::http::{HeaderMap, header};
use flate2::Compression;
use flate2::write::GzEncoder;

/// Returns `true` if a request takes gzip (RFC 9110, section 12.5.3).
pub(crate) fn takes_gzip(headers: &HeaderMap) -> bool {
    let values = headers.get_all(header::ACCEPT_ENCODING).iter();
    let values = values.filter_map(|value| value.to_str().ok());
    let codings = values.flat_map(|value| value.split(',')).map(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, "q=1"));
        let weight = weight.trim().trim_start_matches(['q', 'Q', '=']);
        (name.trim(), weight.parse::<f32>().unwrap_or(0.0) > 0.0)
    });
    let (mut named, mut any) = (None, None);
    for (name, is_taken) in codings {
        match name {
            "*" => any = any.or(Some(is_taken)),
            name if name.eq_ignore_ascii_case("gzip") => named = named.or(Some(is_taken)),
            _ => {}
        }
    }
    named.or(any).unwrap_or(false)
}

/// Returns a body compressed with the level of most web servers.
pub(crate) fn gzip(body: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Writing to memory does not fail.
    let written = encoder.write_all(body).and_then(|()| encoder.finish());
    written.unwrap_or_default().into()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn takes(values: &[&'static str]) -> bool {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::ACCEPT_ENCODING, HeaderValue::from_static(value));
        }
        takes_gzip(&headers)
    }

    #[test]
    fn a_request_names_the_codings_that_it_takes() {
        for values in [
            &["gzip"][..],
            &["br, GZIP;q=0.5, deflate"],
            &["br", "gzip; q=1.0"],
            &["*"],
            &["*;q=0, gzip"],
        ] {
            assert!(takes(values), "{values:?}");
        }
        for values in [
            &[][..],
            &[""],
            &["identity"],
            &["br, deflate"],
            &["gzip;q=0"],
            &["gzip; q=0.000, *"],
            &["*;q=0"],
            &["gzip;q=much"],
            &["gzippy"],
        ] {
            assert!(!takes(values), "{values:?}");
        }
    }
}
