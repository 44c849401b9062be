//! The configured catalog and the states of the Airbyte protocol.

use octocom_collect::{PipelineState, Table};
use serde_json::Value;

use super::refusal;
use crate::failure::{Failure, Result};

/// Returns the configured tables, without the columns that their schemas do not have, and the names of
/// those that are wanted whole in each run.
pub(super) fn configured(catalog: &Value) -> Result<(Vec<Table>, Vec<String>)> {
    let refuse = |detail: &str| Failure::usage(format!("the configured catalog {detail}"));
    let Some(streams) = catalog["streams"].as_array() else {
        return Err(refuse("has no list `streams`"));
    };
    let (mut tables, mut from_start) = (Vec::new(), Vec::new());
    let all = Table::all();
    for configured in streams {
        let stream = &configured["stream"];
        let name = stream["name"].as_str();
        let name = name.ok_or_else(|| refuse("has a stream without a name"))?;
        let Some(table) = all.iter().find(|table| table.name() == name) else {
            let names: Vec<_> = all.iter().map(Table::name).collect();
            let names = names.join(", ");
            return Err(refuse(&format!(
                "has the stream `{name}`: there are only {names}"
            )));
        };
        let properties = stream["json_schema"]["properties"].as_object();
        let properties = properties.filter(|properties| !properties.is_empty());
        let left_out = table.optional_columns().filter(|column| {
            properties.is_some_and(|properties| !properties.contains_key(*column))
        });
        let left_out = left_out.map(ToOwned::to_owned).collect();
        if configured["sync_mode"] != "incremental" {
            from_start.push(name.to_owned());
        }
        tables.push(table.clone().without(&left_out));
    }
    match tables.is_empty() {
        true => Err(refuse("has no streams")),
        false => Ok((tables, from_start)),
    }
}

/// Returns the states of the tables.
pub(super) fn states(json: &Value) -> Result<Vec<(String, PipelineState)>> {
    let refuse = |detail: &str| Failure::usage(format!("the state {detail}"));
    let states = match json {
        Value::Null => return Ok(Vec::new()),
        Value::Object(members) if members.is_empty() => return Ok(Vec::new()),
        Value::Array(states) => states,
        _ => return Err(refuse("is not a JSON array of states of streams")),
    };
    let mut read = Vec::new();
    for state in states {
        let stream = &state["stream"];
        let Some(name) = stream["stream_descriptor"]["name"].as_str() else {
            return Err(refuse("has an entry that is not the state of a stream"));
        };
        let table = PipelineState::from_json(&stream["stream_state"]);
        let table = table.map_err(|error| {
            let failure = refusal(&error);
            Failure::usage(format!("`{name}`: {}", failure.what()))
        })?;
        read.push((name.to_owned(), table));
    }
    Ok(read)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn streams_are_those_that_are_configured_with_their_columns() {
        let catalog = json!({"streams": [
            {
                "stream": {"name": "users", "json_schema": {"properties": {"full_name": {}}}},
                "sync_mode": "full_refresh",
            },
            {"stream": {"name": "messages", "json_schema": {}}, "sync_mode": "incremental"},
        ]});
        let (tables, from_start) = configured(&catalog).unwrap();
        let properties = |index: usize| {
            let schema = Table::schema(&tables[index]);
            let properties = schema["properties"].as_object().unwrap().clone();
            properties
                .into_iter()
                .map(|(name, _)| name)
                .collect::<Vec<_>>()
        };
        assert_eq!(properties(0), ["id", "full_name", "synced_at"]);
        assert!(properties(1).contains(&"text".to_owned()));
        assert_eq!(from_start, ["users"]);
        for (catalog, words) in [
            (json!([]), "has no list `streams`"),
            (json!({"streams": []}), "has no streams"),
            (json!({"streams": [{}]}), "without a name"),
            (
                json!({"streams": [{"stream": {"name": "no"}}]}),
                "there are only businesses",
            ),
        ] {
            let failure = configured(&catalog).unwrap_err();
            assert!(failure.what().contains(words), "{failure:?}");
        }
    }

    #[test]
    fn states_are_those_of_streams_or_none() {
        for none in [json!(null), json!({}), json!([])] {
            assert!(states(&none).unwrap().is_empty());
        }
        let of = |state: Value| {
            json!([{"type": "STREAM", "stream": {
                "stream_descriptor": {"name": "users"}, "stream_state": state,
            }}])
        };
        let empty = states(&of(json!({}))).unwrap();
        assert_eq!(empty, [("users".to_owned(), PipelineState::default())]);
        for (json, words) in [
            (
                of(json!({"cursor": 7})),
                "`users`: the state is not one of this program",
            ),
            (
                json!([{"type": "GLOBAL", "global": {}}]),
                "not the state of a stream",
            ),
            (json!({"users": 7}), "is not a JSON array"),
        ] {
            let failure = states(&json).unwrap_err();
            assert!(failure.what().contains(words), "{failure:?}");
        }
    }
}
