//! Arguments of a tool: those of the operation, and those that steer the result.

use octocom_api::Operation;
use serde_json::{Map, Value};

use crate::confirmation::call_text;
use crate::failure::Failure;
use crate::input_schema::{DEFAULT_RECORDS, MAX_RECORDS, Paging, body_properties, parameters};
use crate::selection::Selection;

/// Advice for arguments that cannot be used.
pub(crate) const CORRECT: &str = "correct the argument; the tool's input schema has them all";

/// Arguments that steer the result of a read.
#[derive(Debug, Clone)]
pub(crate) struct View {
    /// Most records of a list.
    pub(crate) limit: u64,
    pub(crate) cursor: Option<String>,
    pub(crate) fields: Vec<Selection>,
    /// Character that each text starts at.
    pub(crate) text_offset: usize,
    /// Tool and arguments without these, which a cursor belongs to.
    pub(crate) call: String,
}

impl View {
    /// Takes the arguments of the result out of those of a tool.
    pub(crate) fn take(
        tool: &str,
        paging: Paging,
        arguments: &mut Map<String, Value>,
    ) -> Result<Self, Failure> {
        let mut take = |name: &str, has_it: bool| match has_it {
            true => arguments.remove(name).filter(|value| !value.is_null()),
            false => None,
        };
        let limit = take("limit", paging == Paging::List);
        let is_read = paging != Paging::None;
        let (cursor, fields, start) = (
            take("cursor", is_read),
            take("fields", is_read),
            take("textOffset", is_read),
        );
        let limit = match limit {
            None => DEFAULT_RECORDS,
            Some(limit) => whole("limit", &limit, 1, MAX_RECORDS)?,
        };
        let cursor = match cursor {
            None => None,
            Some(Value::String(cursor)) => Some(cursor),
            Some(_) => return Err(refuse("`cursor` must be a text")),
        };
        let fields = match fields {
            None => Vec::new(),
            Some(fields) => Selection::read(&fields).map_err(refuse)?,
        };
        let text_offset = match start {
            None => 0,
            Some(start) => whole("textOffset", &start, 0, 10_000_000)?,
        };
        Ok(Self {
            limit,
            cursor,
            fields,
            text_offset: usize::try_from(text_offset).unwrap_or(usize::MAX),
            call: call_text(tool, arguments),
        })
    }
}

fn refuse(problem: impl Into<String>) -> Failure {
    Failure::arguments(problem, CORRECT)
}

/// Reads a whole number within its limits.
pub(crate) fn whole(name: &str, value: &Value, min: u64, max: u64) -> Result<u64, Failure> {
    let number = value.as_u64().filter(|number| (min..=max).contains(number));
    number.ok_or_else(|| {
        let given = match value.is_number() {
            true => value.to_string(),
            false => "not a number".to_owned(),
        };
        refuse(format!("`{name}` is {given}, allowed are {min} to {max}"))
    })
}

/// Returns the arguments of the generic call: parameters by name, and the body's fields in `body`.
pub(crate) fn of_call(
    operation: &'static Operation,
    arguments: Map<String, Value>,
) -> Result<Map<String, Value>, Failure> {
    let body_fields = body_properties(operation);
    let mut call = Map::new();
    let mut body = Map::new();
    for (name, value) in arguments {
        let is_parameter = parameters(operation).any(|parameter| parameter.name == name);
        if is_parameter {
            call.insert(name, value);
        } else if body_fields.is_some_and(|fields| fields.contains_key(&name)) {
            body.insert(name, value);
        } else {
            return Err(unknown(&name));
        }
    }
    if body_fields.is_some() {
        call.insert("body".to_owned(), body.into());
    }
    Ok(call)
}

/// Refuses an argument that a tool does not have: a filter that is misspelt would list everything.
pub(crate) fn unknown(name: &str) -> Failure {
    let shown: String = name.chars().take(40).collect();
    refuse(format!(
        "the tool has no argument `{}`",
        shown.escape_debug()
    ))
}

#[cfg(test)]
mod tests {
    use octocom_api::operations;
    use serde_json::json;

    use super::*;

    fn map(value: &Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn fields_of_the_body_are_told_from_parameters() {
        let given = json!({"id": "a", "businessSlug": "b", "title": "t"});
        let call = of_call(&operations::UPDATE_ARTICLE, map(&given)).unwrap();
        let expected = json!({"id": "a", "body": {"businessSlug": "b", "title": "t"}});
        assert_eq!(Value::from(call), expected);
        for name in ["page", "statuss", "body"] {
            let given = map(&json!({name: 1}));
            assert!(
                of_call(&operations::LIST_CONVERSATIONS, given).is_err(),
                "{name}"
            );
        }
    }

    #[test]
    fn arguments_of_the_result_are_taken_out_and_checked() {
        let mut given = map(
            &json!({"status": "open", "limit": 5, "cursor": "c", "textOffset": 9,
            "fields": ["id"]}),
        );
        let view = View::take("t", Paging::List, &mut given).unwrap();
        assert_eq!(
            (view.limit, view.cursor.as_deref(), view.text_offset),
            (5, Some("c"), 9)
        );
        assert_eq!(Value::from(given), json!({"status": "open"}));
        assert_eq!(view.call, "t {\"status\":\"open\",}");
        for wrong in [
            json!({"limit": 0}),
            json!({"limit": 201}),
            json!({"limit": "5"}),
            json!({"cursor": 5}),
            json!({"fields": "id"}),
            json!({"textOffset": -1}),
        ] {
            let taken = View::take("t", Paging::List, &mut map(&wrong));
            assert!(taken.is_err(), "{wrong}");
        }
        let mut of_write = map(&json!({"limit": 5}));
        assert!(View::take("t", Paging::None, &mut of_write).is_ok());
        assert_eq!(Value::from(of_write), json!({"limit": 5}));
    }
}
