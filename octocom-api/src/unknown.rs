//! Unknown values of enums.

use std::cell::RefCell;

/// Most characters of a value that are kept: the values of the document have fewer than 30.
const MAX_VALUE_CHARS: usize = 100;

thread_local! {
    static FOUND: RefCell<Option<Vec<UnknownValue>>> = const { RefCell::new(None) };
}

/// An enum value that was decoded as `Unknown`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownValue {
    /// Name of the enum in [`types`](crate::types).
    pub type_name: &'static str,
    /// The value, cut to 100 characters.
    pub value: String,
}

/// Runs `decode` and returns the unknown enum values that it found, in order.
///
/// ```
/// use octocom_api::types::Channel;
///
/// let (channel, unknown) =
///     octocom_api::unknown_values(|| serde_json::from_str::<Channel>("\"carrier-pigeon\""));
/// assert_eq!(channel.ok(), Some(Channel::Unknown("carrier-pigeon".to_owned())));
/// assert_eq!((unknown[0].type_name, unknown[0].value.as_str()), ("Channel", "carrier-pigeon"));
/// ```
///
/// Only values that `decode` finds on this thread are returned.
pub fn unknown_values<T>(decode: impl FnOnce() -> T) -> (T, Vec<UnknownValue>) {
    let outer = Listening(FOUND.replace(Some(Vec::new())));
    let value = decode();
    let found = FOUND.take().unwrap_or_default();
    drop(outer);
    (value, found)
}

/// Puts back what was there before, also when decoding panics.
struct Listening(Option<Vec<UnknownValue>>);

impl Drop for Listening {
    fn drop(&mut self) {
        FOUND.set(self.0.take());
    }
}

/// Called by the open enums.
pub(crate) fn note(type_name: &'static str, value: &str) {
    FOUND.with_borrow_mut(|found| {
        if let Some(found) = found {
            found.push(UnknownValue {
                type_name,
                value: value.chars().take(MAX_VALUE_CHARS).collect(),
            });
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Channel;

    fn decode(json: &str) -> Vec<Channel> {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn unknown_values_are_told_in_order_and_known_ones_are_not() {
        let (channels, found) =
            unknown_values(|| decode(r#"["email", "fax", "web", "\u0074elex"]"#));
        assert_eq!(channels.len(), 4);
        let found: Vec<_> = found.iter().map(|found| found.value.as_str()).collect();
        assert_eq!(found, ["fax", "telex"]);
    }

    #[test]
    fn nothing_is_told_of_what_is_decoded_outside_or_made_by_hand() {
        decode(r#"["fax"]"#);
        let ((), found) = unknown_values(|| drop(Channel::from("fax")));
        assert_eq!(found, []);
    }

    #[test]
    fn listening_within_listening_keeps_the_two_apart() {
        let (inner, outer) = unknown_values(|| {
            decode(r#"["fax"]"#);
            let (_, inner) = unknown_values(|| decode(r#"["telex"]"#));
            decode(r#"["wire"]"#);
            inner
        });
        let values = |found: &[UnknownValue]| {
            found
                .iter()
                .map(|found| found.value.clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(values(&inner), ["telex"]);
        assert_eq!(values(&outer), ["fax", "wire"]);
    }

    #[test]
    fn a_long_value_is_cut() {
        let long = format!("[\"{}\"]", "é".repeat(500));
        let (_, found) = unknown_values(|| decode(&long));
        assert_eq!(found[0].value, "é".repeat(100));
    }
}
