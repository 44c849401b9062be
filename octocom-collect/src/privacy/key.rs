//! The key of hashes.

use std::fmt;
use std::sync::Arc;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::account::hex;
use crate::error::{Error, Result};

/// The key that values are hashed with, as HMAC-SHA-256.
///
/// `Debug` does not show it.
#[derive(Clone)]
pub struct HashKey(Arc<[u8]>);

/// Length of an HMAC-SHA-256: a shorter key is easier to find than its hashes.
const MIN_BYTES: usize = 32;

/// Digits of a fingerprint: enough to tell keys apart.
const FINGERPRINT_DIGITS: usize = 16;

impl HashKey {
    /// Returns a key of these bytes, without white space around them.
    ///
    /// # Errors
    ///
    /// An error for a key of fewer than 32 bytes. It tells the length only.
    pub fn new(key: impl AsRef<[u8]>) -> Result<Self> {
        let key = key.as_ref().trim_ascii();
        match key.len() {
            MIN_BYTES.. => Ok(Self(key.into())),
            length => Err(Error::options(format!(
                "the hash key has {length} bytes, and at least {MIN_BYTES} are needed: make one \
                 with `openssl rand -hex 32`"
            ))),
        }
    }

    /// Returns the hash of a text as hexadecimal digits.
    pub(crate) fn hash(&self, text: &[u8]) -> String {
        // HMAC takes keys of every length: the other branch is never taken.
        Hmac::<Sha256>::new_from_slice(&self.0).map_or_else(
            |_| String::new(),
            |mut mac| {
                mac.update(text);
                hex(&mac.finalize().into_bytes())
            },
        )
    }

    /// Returns digits that tell this key from others.
    pub(super) fn fingerprint(&self) -> String {
        let mut digits = self.hash(b"octocom hash key");
        digits.truncate(FINGERPRINT_DIGITS);
        digits
    }
}

impl fmt::Debug for HashKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HashKey")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_hmac_sha_256() {
        // RFC 4231, test case 6: a key of 131 bytes.
        let key = HashKey::new([0xaa; 131]).unwrap();
        assert_eq!(
            key.hash(b"Test Using Larger Than Block-Size Key - Hash Key First"),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        );
    }

    #[test]
    fn a_short_key_is_refused_and_no_key_is_shown() {
        let short = HashKey::new("0123456789012345678901234567890 \n").unwrap_err();
        let text = short.to_string();
        assert!(
            text.starts_with("the hash key has 31 bytes, and at least 32"),
            "{text}"
        );
        let key = HashKey::new("01234567890123456789012345678901\n").unwrap();
        assert_eq!(format!("{key:?}"), "HashKey");
        let same = HashKey::new("01234567890123456789012345678901").unwrap();
        assert_eq!(key.fingerprint(), same.fingerprint());
        let other = HashKey::new("01234567890123456789012345678902").unwrap();
        assert_ne!(key.fingerprint(), other.fingerprint());
    }
}
