//! The API key.

use std::fmt;

use http::HeaderValue;
use secrecy::{ExposeSecret, SecretString};

/// Header that carries the key (`components/securitySchemes/apiKey` of the document).
pub(crate) const HEADER: &str = "x-api-key";

/// An API key that can be sent in a header.
///
/// `Debug` does not show it. It is wiped from memory when dropped, and its header is marked as
/// sensitive.
#[derive(Clone)]
pub struct ApiKey(SecretString);

impl ApiKey {
    /// Returns a key of visible ASCII characters.
    ///
    /// # Errors
    ///
    /// [`InvalidApiKey`] if the key is empty or has other characters. A common mistake is a line
    /// break at the end of a file with the key.
    pub fn new(key: impl Into<SecretString>) -> Result<Self, InvalidApiKey> {
        let key = key.into();
        let text = key.expose_secret();
        if text.is_empty() {
            return Err(InvalidApiKey::Empty);
        }
        match text.chars().position(|letter| !letter.is_ascii_graphic()) {
            Some(index) => Err(InvalidApiKey::Character {
                position: index + 1,
            }),
            None => Ok(Self(key)),
        }
    }

    /// Adds the key to a request, in place of another one.
    pub fn authenticate(&self, request: &mut reqwest::Request) {
        // Visible ASCII is always a header value; without one the server answers 401.
        if let Ok(mut value) = HeaderValue::from_str(self.0.expose_secret()) {
            value.set_sensitive(true);
            request.headers_mut().insert(HEADER, value);
        }
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey([redacted])")
    }
}

/// The reason why a text is not an API key. It does not contain the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidApiKey {
    /// The key is empty.
    Empty,
    /// The key has a character that is not visible ASCII.
    Character {
        /// Position of the first such character, counted from 1.
        position: usize,
    },
}

impl fmt::Display for InvalidApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the API key is empty"),
            Self::Character { position } => write!(
                f,
                "the API key may contain only visible ASCII characters; character {position} is \
                 another one, such as a space or a line break"
            ),
        }
    }
}

impl std::error::Error for InvalidApiKey {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_visible_ascii_are_sent_and_never_shown() {
        let key = ApiKey::new("s3cret-~!").unwrap();
        let url = reqwest::Url::parse("http://127.0.0.1/").unwrap();
        let mut request = reqwest::Request::new(http::Method::GET, url);
        key.authenticate(&mut request);
        assert_eq!(request.headers()["x-api-key"], "s3cret-~!");
        assert!(request.headers()["x-api-key"].is_sensitive());
        let shown = format!("{key:?} {request:?}");
        assert!(!shown.contains("s3cret"), "{shown}");
    }

    #[test]
    fn other_keys_are_refused_by_position_without_being_shown() {
        let cases = [
            ("", InvalidApiKey::Empty),
            ("key\n", InvalidApiKey::Character { position: 4 }),
            ("a b", InvalidApiKey::Character { position: 2 }),
            ("schlüssel", InvalidApiKey::Character { position: 5 }),
            ("k\u{7f}", InvalidApiKey::Character { position: 2 }),
        ];
        for (key, expected) in cases {
            assert_eq!(ApiKey::new(key).err(), Some(expected), "{key:?}");
        }
    }
}
