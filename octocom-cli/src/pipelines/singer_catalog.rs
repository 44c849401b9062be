//! The catalog of the Singer protocol.

use std::collections::BTreeSet;

use octocom_collect::Table;
use serde_json::{Value, json};

use crate::failure::{Failure, Result};

/// Returns the catalog of all streams, selected by default.
pub(super) fn catalog(tables: &[Table]) -> Value {
    let entry = |table: &Table| {
        let method = method(table);
        let mut root = json!({
            "inclusion": "available",
            "selected-by-default": true,
            "table-key-properties": table.key(),
            "forced-replication-method": method,
        });
        if let Some(cursor) = table.cursor() {
            root["valid-replication-keys"] = json!([cursor]);
        }
        let mut metadata = vec![json!({ "breadcrumb": [], "metadata": root })];
        let optional: BTreeSet<_> = table.optional_columns().collect();
        let schema = table.schema();
        for name in schema["properties"]
            .as_object()
            .into_iter()
            .flat_map(|it| it.keys())
        {
            let inclusion = match optional.contains(name.as_str()) {
                true => "available",
                false => "automatic",
            };
            metadata.push(json!({
                "breadcrumb": ["properties", name],
                "metadata": { "inclusion": inclusion },
            }));
        }
        json!({
            "tap_stream_id": table.name(),
            "stream": table.name(),
            "key_properties": table.key(),
            "replication_method": method,
            "schema": schema,
            "metadata": metadata,
        })
    };
    json!({ "streams": tables.iter().map(entry).collect::<Vec<_>>() })
}

fn method(table: &Table) -> &'static str {
    match table.cursor() {
        Some(_) => "INCREMENTAL",
        None => "FULL_TABLE",
    }
}

/// Returns the tables that a catalog selects, without the columns that it does not, and the names of
/// those that are wanted whole in each run.
///
/// Streams and columns that the catalog does not mention are selected.
pub(super) fn selected(catalog: &Value) -> Result<(Vec<Table>, Vec<String>)> {
    let refuse = |detail: &str| Failure::usage(format!("the catalog {detail}"));
    let Some(entries) = catalog["streams"].as_array() else {
        return Err(refuse("has no list `streams`"));
    };
    let (mut tables, mut from_start) = (Vec::new(), Vec::new());
    let all = Table::all();
    for entry in entries {
        let name = entry["tap_stream_id"].as_str().or(entry["stream"].as_str());
        let name = name.ok_or_else(|| refuse("has a stream without `tap_stream_id`"))?;
        let root = metadata(entry, &[]);
        if !is_selected(root, [&entry["selected"], &entry["schema"]["selected"]]) {
            continue;
        }
        let Some(table) = all.iter().find(|table| table.name() == name) else {
            let names: Vec<_> = all.iter().map(Table::name).collect();
            let names = names.join(", ");
            return Err(refuse(&format!("selects `{name}`: there are only {names}")));
        };
        let left_out = table.optional_columns().filter(|column| {
            let schema = &entry["schema"]["properties"][*column];
            !is_selected(
                metadata(entry, &["properties", column]),
                [&schema["selected"]],
            )
        });
        let left_out = left_out.map(ToOwned::to_owned).collect();
        let method = root.and_then(|root| root["replication-method"].as_str());
        if method.or(entry["replication_method"].as_str()) == Some("FULL_TABLE") {
            from_start.push(name.to_owned());
        }
        tables.push(table.clone().without(&left_out));
    }
    match tables.is_empty() {
        true => Err(refuse("selects no stream")),
        false => Ok((tables, from_start)),
    }
}

/// Returns the metadata at a breadcrumb.
fn metadata<'a>(entry: &'a Value, breadcrumb: &[&str]) -> Option<&'a Value> {
    let mut all = entry["metadata"].as_array()?.iter();
    let found = all.find(|metadata| metadata["breadcrumb"] == json!(breadcrumb));
    found.map(|metadata| &metadata["metadata"])
}

/// Returns `true` if something is selected: by its metadata, else where catalogs had it formerly, else
/// by default.
fn is_selected<const N: usize>(metadata: Option<&Value>, former: [&Value; N]) -> bool {
    let flag = |value: &Value| match value {
        Value::Bool(flag) => Some(*flag),
        Value::String(text) => text.parse().ok(),
        _ => None,
    };
    let of_metadata = |name: &str| metadata.and_then(|metadata| flag(&metadata[name]));
    let is_supported = metadata.is_none_or(|metadata| metadata["inclusion"] != "unsupported");
    let selected = of_metadata("selected");
    let selected = selected.or_else(|| former.iter().find_map(|value| flag(value)));
    is_supported
        && selected
            .or_else(|| of_metadata("selected-by-default"))
            .unwrap_or(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(catalog: &Value) -> Vec<String> {
        let (tables, _) = selected(catalog).unwrap();
        tables.iter().map(|table| table.name().to_owned()).collect()
    }

    #[test]
    fn the_catalog_as_it_is_selects_everything() {
        let all = Table::all();
        let catalog = catalog(&all);
        let (tables, from_start) = selected(&catalog).unwrap();
        assert_eq!(tables.len(), all.len());
        for (table, before) in tables.iter().zip(&all) {
            assert_eq!(table.schema(), before.schema());
        }
        assert!(
            !from_start.contains(&"conversations".to_owned()),
            "{from_start:?}"
        );
    }

    #[test]
    fn streams_and_columns_are_chosen_by_metadata() {
        let mut entry = json!({
            "tap_stream_id": "users",
            "metadata": [
                {"breadcrumb": [], "metadata": {"selected": true}},
                {"breadcrumb": ["properties", "email"], "metadata": {"selected": false}},
                {"breadcrumb": ["properties", "id"], "metadata": {"selected": "false"}},
            ],
        });
        let (tables, _) = selected(&json!({"streams": [entry]})).unwrap();
        let schema = tables[0].schema();
        assert_eq!(schema["properties"].get("email"), None);
        assert!(schema["properties"].get("id").is_some(), "a key stays");
        let teams = json!({"tap_stream_id": "teams"});
        for (root, expected) in [
            (json!({"selected": "false"}), vec!["teams"]),
            (json!({"selected-by-default": false}), vec!["teams"]),
            (
                json!({"selected": true, "inclusion": "unsupported"}),
                vec!["teams"],
            ),
            (
                json!({"selected": true, "selected-by-default": false}),
                vec!["users", "teams"],
            ),
            (json!({}), vec!["users", "teams"]),
        ] {
            entry["metadata"][0]["metadata"] = root;
            assert_eq!(
                names(&json!({"streams": [entry, teams]})),
                expected,
                "{entry}"
            );
        }
        let former = json!({"stream": "macros", "schema": {"selected": false}});
        assert_eq!(names(&json!({"streams": [former, teams]})), ["teams"]);
        let whole = json!({
            "tap_stream_id": "conversations",
            "metadata": [{"breadcrumb": [], "metadata": {"replication-method": "FULL_TABLE"}}],
        });
        assert_eq!(
            selected(&json!({"streams": [whole]})).unwrap().1,
            ["conversations"]
        );
    }

    #[test]
    fn a_catalog_that_cannot_be_read_or_selects_nothing_is_refused() {
        let deselected = json!({"tap_stream_id": "no", "selected": false});
        for (catalog, words) in [
            (json!({}), "has no list `streams`"),
            (json!({"streams": [{}]}), "without `tap_stream_id`"),
            (
                json!({"streams": [{"tap_stream_id": "no"}]}),
                "selects `no`: there are only",
            ),
            (json!({"streams": [deselected]}), "selects no stream"),
        ] {
            let failure = selected(&catalog).unwrap_err();
            assert!(failure.what().contains(words), "{failure:?}");
        }
    }
}
