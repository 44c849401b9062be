//! Rules applied to the JSON of a record.

use std::fmt;

use chrono::DateTime;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::key::HashKey;
use super::rules::{Rule, Rules};
use crate::columns::Form;
use crate::record::{quoted, string};

/// Text in the place of what is redacted, as JSON.
const REDACTED: &str = "\"[redacted]\"";

/// Applies rules, and counts what is left out because it is not documented.
#[derive(Debug)]
pub(super) struct Applier<'a> {
    pub(super) key: Option<&'a HashKey>,
    pub(super) keeps_undocumented: bool,
    pub(super) left_out: u64,
}

/// The members of an object in their order, also those of one name, each name as it is written.
struct Pairs<'a>(Vec<(&'a RawValue, &'a RawValue)>);

impl Applier<'_> {
    /// Returns an object with the rules applied; `None` for a text that is not an object. What stays
    /// has the same bytes.
    pub(super) fn object(&mut self, rules: &Rules, json: &str) -> Option<String> {
        let Pairs(pairs) = serde_json::from_str(json).ok()?;
        let mut text = String::with_capacity(json.len());
        text.push('{');
        for (name, value) in pairs {
            let rule = string(name).and_then(|name| rules.get(&name));
            if let Some(value) = self.value(rule.unwrap_or(&Rule::Undocumented), value) {
                if text.len() > 1 {
                    text.push(',');
                }
                text.push_str(name.get());
                text.push(':');
                text.push_str(&value);
            }
        }
        text.push('}');
        Some(text)
    }

    /// Returns a value with a rule applied; `None` for one that is left out.
    fn value(&mut self, rule: &Rule, value: &RawValue) -> Option<String> {
        let json = value.get();
        let kept = match rule {
            Rule::Drop => return None,
            _ if json == "null" && !matches!(rule, Rule::Undocumented) => Some(json.to_owned()),
            Rule::Redact => return Some(REDACTED.to_owned()),
            Rule::Hash => return Some(self.hash(value)),
            Rule::Keep(Form::Json) | Rule::Undocumented => None,
            Rule::Keep(form) => form.is_of(json).then(|| json.to_owned()),
            Rule::Key => (!json.starts_with(['{', '['])).then(|| json.to_owned()),
            Rule::Time => {
                let time = string(value).filter(|text| DateTime::parse_from_rfc3339(text).is_ok());
                time.map(|_| json.to_owned())
            }
            Rule::Object(rules) => self.object(rules, json),
            Rule::List(rule) => self.list(rule, json),
        };
        match kept {
            None if self.keeps_undocumented => Some(json.to_owned()),
            None => {
                self.left_out += 1;
                None
            }
            kept => kept,
        }
    }

    fn list(&mut self, rule: &Rule, json: &str) -> Option<String> {
        let items: Vec<&RawValue> = serde_json::from_str(json).ok()?;
        let items = items.into_iter().filter_map(|item| self.value(rule, item));
        let items: Vec<_> = items.collect();
        Some(format!("[{}]", items.join(",")))
    }

    fn hash(&self, value: &RawValue) -> String {
        let text = string(value);
        let text = text.as_deref().unwrap_or(value.get());
        match self.key {
            Some(key) => quoted(&key.hash(text.as_bytes())).into_owned(),
            // Never without a key: what cannot be hashed is not written either.
            None => REDACTED.to_owned(),
        }
    }
}

impl<'de> Deserialize<'de> for Pairs<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = Pairs<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }

        deserializer.deserialize_map(Members)
    }
}
