//! A value that can be sent as `null`.

use serde::{Deserialize, Serialize};

/// A value or `null`, for a field of a request that can also be omitted.
///
/// `Option<Nullable<T>>` has three states: `None` omits the field, `Some(Null)` sends `null`, and
/// `Some(Value(_))` sends the value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Nullable<T> {
    /// A value.
    Value(T),
    /// `null`.
    Null,
}

impl<T> From<T> for Nullable<T> {
    fn from(value: T) -> Self {
        Self::Value(value)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::types::{BotRuleUpdate, Channel};

    use super::*;

    #[test]
    fn left_out_null_and_a_value_are_told_apart() {
        let update = |channels| BotRuleUpdate {
            business_slug: "acme".to_owned(),
            title: None,
            rule: None,
            channels,
        };
        for (channels, expected) in [
            (None, json!({"businessSlug": "acme"})),
            (
                Some(Nullable::Null),
                json!({"businessSlug": "acme", "channels": null}),
            ),
            (
                Some(vec![Channel::Email].into()),
                json!({"businessSlug": "acme", "channels": ["email"]}),
            ),
        ] {
            assert_eq!(serde_json::to_value(update(channels)).unwrap(), expected);
        }
    }
}
