//! The parts of a report: groups, locations, fingerprints, hints, exit statuses.

use std::str::FromStr as _;

use serde_json::{Value, json};

use super::support::{TestResult, in_response, real, with_operation};
use crate::{Filter, Gate, Level, Report, RustImpact, compare};

fn edited(edit: impl Fn(&mut Value)) -> Result<Report, Box<dyn std::error::Error>> {
    let old = real()?;
    let mut new = old.clone();
    edit(&mut new);
    Ok(compare(&old, &new)?)
}

/// The schema of the JSON that a GET on `path` answers.
fn answered<'a>(document: &'a mut Value, path: &str) -> &'a mut Value {
    &mut document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
}

#[test]
fn one_change_in_many_inline_copies_is_one_finding() -> TestResult {
    let report = edited(|new| {
        let paths: Vec<String> = new["paths"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(path, _)| path.clone())
            .collect();
        for path in paths {
            if new.pointer(&format!("/paths/{}/get/responses/200/content/application~1json/schema/properties/pagination", path.replace('/', "~1"))).is_some() {
                answered(new, &path)["properties"]["pagination"]["properties"]["page"]["nullable"] = json!(true);
            }
        }
    })?;
    let [finding] = report.findings.as_slice() else {
        return Err(format!("{report:?}").into());
    };
    assert_eq!(finding.rule, "response-property-became-nullable");
    assert_eq!(
        (finding.level, finding.rust),
        (Level::Breaking, RustImpact::Breaking)
    );
    assert_eq!(finding.operations().count(), 9, "{finding:?}");
    assert_eq!(
        (&finding.before, &finding.after),
        (&Some(json!(false)), &Some(json!(true)))
    );
    Ok(())
}

#[test]
fn a_position_among_parameters_does_not_tell_changes_apart() -> TestResult {
    let report = edited(|new| {
        let operations = new["paths"].as_object_mut().into_iter().flatten();
        for (_, item) in operations {
            let parameters = item
                .pointer_mut("/get/parameters")
                .and_then(Value::as_array_mut);
            for parameter in parameters
                .into_iter()
                .flatten()
                .filter(|p| p["name"] == "page")
            {
                parameter["schema"]["maximum"] = json!(1000);
            }
        }
    })?;
    let [finding] = report.findings.as_slice() else {
        return Err(format!("{report:?}").into());
    };
    assert_eq!(finding.rule, "request-parameter-upper-bound-set");
    let pointers: std::collections::BTreeSet<_> = finding
        .locations
        .iter()
        .map(|l| l.new_pointer.rsplit("/parameters/").next())
        .collect();
    assert!(
        finding.operations().count() > 1 && pointers.len() > 1,
        "{finding:?}"
    );
    Ok(())
}

#[test]
fn a_shared_schema_is_reported_once_with_all_operations_and_directions() -> TestResult {
    let document = |kind: &str| {
        let content = json!({"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Outer"}}}});
        let read = json!({"get": {"responses": {"200": content}}});
        let write = json!({"put": {"requestBody": content, "responses": {}}});
        json!({
            "openapi": "3.0.3",
            "paths": {"/a": read, "/b": read, "/c": write},
            "components": {"schemas": {
                "Outer": {"type": "object", "properties": {"inner": {"$ref": "#/components/schemas/Inner"}}},
                "Inner": {"type": kind},
            }},
        })
    };
    let report = compare(&document("integer"), &document("number"))?;
    let [first, second] = report.findings.as_slice() else {
        return Err(format!("{report:?}").into());
    };
    assert_eq!(first.rule, "response-property-type-widened");
    let operations: Vec<String> = first.operations().map(ToString::to_string).collect();
    assert_eq!(operations, ["GET /a", "GET /b"]);
    assert_eq!(first.locations.len(), 1);
    assert_eq!(
        first.locations[0].old_pointer,
        "/components/schemas/Inner/type"
    );
    assert_eq!(second.rule, "request-property-type-widened");
    let operations: Vec<String> = second.operations().map(ToString::to_string).collect();
    assert_eq!(operations, ["PUT /c"]);
    assert_eq!(report.worst(), Some(Level::Breaking));
    Ok(())
}

#[test]
fn the_untyped_successes_can_gain_a_schema_without_breaking_the_wire() -> TestResult {
    let old = real()?;
    let mut new = old.clone();
    let typed =
        json!({"type": "object", "properties": {"ok": {"type": "boolean"}}, "required": ["ok"]});
    let mut count = 0;
    for item in new["paths"]
        .as_object_mut()
        .into_iter()
        .flat_map(|paths| paths.values_mut())
    {
        for operation in item
            .as_object_mut()
            .into_iter()
            .flat_map(|item| item.values_mut())
        {
            for status in ["200", "201"] {
                let Some(response) = operation["responses"].get_mut(status) else {
                    continue;
                };
                let schema = response.pointer("/content/application~1json/schema");
                let untyped = schema.is_none_or(|schema| {
                    schema["type"] == "object" && schema.get("properties").is_none()
                });
                if untyped {
                    response["content"]["application/json"]["schema"] = typed.clone();
                    count += 1;
                }
            }
        }
    }
    assert_eq!(count, 14);
    let report = compare(&old, &new)?;
    let relevant: Vec<_> = report
        .findings
        .iter()
        .filter(|f| f.level != Level::Cosmetic)
        .collect();
    assert_eq!(
        relevant
            .iter()
            .map(|finding| finding.operations().count())
            .sum::<usize>(),
        14
    );
    for finding in relevant {
        assert_eq!(
            (finding.level, finding.rust),
            (Level::Additive, RustImpact::Breaking),
            "{finding:?}"
        );
    }
    Ok(())
}

#[test]
fn a_moved_operation_is_recognized_by_what_it_says() -> TestResult {
    let report = edited(|new| {
        let item = new["paths"]["/rest/v1/sheets/rows"].take();
        new["paths"]
            .as_object_mut()
            .map(|paths| paths.shift_remove("/rest/v1/sheets/rows"));
        new["paths"]["/rest/v2/sheets/rows"] = item;
    })?;
    let hints: Vec<_> = report
        .findings
        .iter()
        .map(|f| (f.rule, f.moved.as_ref().map(ToString::to_string)))
        .collect();
    assert_eq!(
        hints,
        [(
            "operation-moved",
            Some("POST /rest/v2/sheets/rows".to_owned())
        ),]
    );
    Ok(())
}

#[test]
fn operations_that_could_have_moved_to_several_places_give_no_hint() -> TestResult {
    let document = |paths: &[&str]| {
        let item = json!({"get": {"responses": {"204": {"description": "Done"}}}});
        let paths: Value = paths
            .iter()
            .map(|path| ((*path).to_owned(), item.clone()))
            .collect();
        json!({"openapi": "3.0.3", "paths": paths})
    };
    let report = compare(&document(&["/a"]), &document(&["/b", "/c"]))?;
    assert!(
        report
            .findings
            .iter()
            .all(|finding| finding.moved.is_none()),
        "{report:?}"
    );
    Ok(())
}

#[test]
fn a_fingerprint_depends_on_the_change_and_not_on_its_surroundings() -> TestResult {
    let string = json!({"type": "string"});
    let nullable = json!({"type": "string", "nullable": true});
    let print = |old: &Value, new: &Value| -> Result<String, Box<dyn std::error::Error>> {
        let report = compare(old, new)?;
        let [finding] = report.findings.as_slice() else {
            return Err(format!("{report:?}").into());
        };
        Ok(finding.fingerprint.clone())
    };
    let plain = print(&in_response(&string), &in_response(&nullable))?;
    assert_eq!(plain.len(), 16);
    // Another notation, and prose on both sides, are the same change.
    let listed = json!({"type": ["string", "null"], "description": "A"});
    let told = json!({"type": "string", "description": "A"});
    assert_eq!(print(&in_response(&told), &in_response(&listed))?, plain);
    // The way back, and the same change of another operation, are others.
    assert_ne!(
        print(&in_response(&nullable), &in_response(&string))?,
        plain
    );
    let moved = |document: Value| -> Value {
        let mut document = document;
        let item = document["paths"]["/things/{id}"].take();
        document["paths"] = json!({"/others": item});
        document
    };
    assert_ne!(
        print(&moved(in_response(&string)), &moved(in_response(&nullable)))?,
        plain
    );
    Ok(())
}

#[test]
fn exit_statuses_follow_the_worst_finding_and_the_gate() -> TestResult {
    use Level::{Additive, Breaking, Cosmetic, Review};
    let plain = || with_operation(json!({"responses": {}}));
    let with = |key: &str, value: Value| with_operation(json!({"responses": {}, key: value}));
    let rows = [
        (plain(), [0, 0, 0, 0]),
        (with("summary", json!("A")), [1, 0, 0, 0]),
        (with("deprecated", json!(true)), [1, 1, 0, 0]),
        (with("x-sunset", json!("2026-01-01")), [2, 2, 2, 0]),
        (with("security", json!([{"a": []}])), [2, 2, 2, 2]),
        (with("callbacks", json!({})), [2, 2, 2, 2]),
    ];
    for (new, expected) in rows {
        let report = compare(&plain(), &new)?;
        let found = [Cosmetic, Additive, Review, Breaking].map(|level| {
            let gate = Gate {
                level,
                ..Gate::default()
            };
            report.exit_status(&[gate]).ok()
        });
        let expected = expected.map(Some);
        assert_eq!(found, expected, "{report:?}");
    }
    Ok(())
}

#[test]
fn moved_operations_that_say_the_same_are_told_apart_by_what_they_are_called() -> TestResult {
    let document = |prefix: &str| {
        let operation = |summary: &str| json!({"delete": {"summary": summary, "responses": {}}});
        let mut document = with_operation(json!({"responses": {}}));
        document["paths"] = json!({
            format!("{prefix}/a"): operation("Delete a"),
            format!("{prefix}/b"): operation("Delete b"),
        });
        document
    };
    let report = compare(&document("/v1"), &document("/v2"))?;
    let moved: Vec<_> = report
        .findings
        .iter()
        .map(|finding| {
            (
                finding.rule,
                finding.moved.as_ref().map(ToString::to_string),
            )
        })
        .collect();
    assert_eq!(
        moved,
        [
            ("operation-moved", Some("DELETE /v2/a".to_owned())),
            ("operation-moved", Some("DELETE /v2/b".to_owned())),
        ]
    );
    Ok(())
}

#[test]
fn each_axis_has_its_gate() -> TestResult {
    let named = |id: &str| with_operation(json!({"responses": {}, "operationId": id}));
    let report = compare(&named("a"), &named("b"))?;
    let status = |gates: &[&str]| -> Result<_, crate::ParseLevelError> {
        let gates: Result<Vec<Gate>, _> = gates.iter().map(|text| text.parse()).collect();
        Ok(report
            .exit_status(&gates?)
            .map_err(|error| error.to_string()))
    };
    assert_eq!(status(&["additive"])?, Ok(0));
    assert_eq!(status(&["wire:cosmetic"])?, Ok(1));
    assert_eq!(status(&["rust:breaking"])?, Ok(2));
    assert_eq!(status(&["wire:cosmetic", "rust:review"])?, Ok(2));
    assert_eq!(
        status(&["go:breaking"])?,
        Err("\"go\" is not an axis of this comparison, which has wire, rust".to_owned())
    );
    assert!(status(&["rust:bad"]).is_err());
    Ok(())
}

#[test]
fn a_report_can_be_about_some_operations() -> TestResult {
    let path = |id: &str| json!({"get": {"operationId": id, "responses": {}}});
    let document = |id: &str, version: &str| {
        let mut document = with_operation(json!({"responses": {}, "operationId": id}));
        document["info"]["version"] = version.into();
        document["paths"]["/things/{id}/parts"] = path(id);
        document["paths"]["/things/{id}x"] = path(id);
        document
    };
    let (old, new) = (document("a", "1"), document("b", "2"));
    let kept = |filter: Filter| -> Result<Vec<String>, crate::CompareError> {
        let report = filter.apply(compare(&old, &new)?);
        let operations = report
            .findings
            .iter()
            .flat_map(|finding| finding.operations());
        Ok(operations.map(ToString::to_string).collect())
    };
    assert_eq!(compare(&old, &new)?.findings.len(), 3);
    let filter = Filter::default().with_path("/things/{id}/");
    assert_eq!(
        kept(filter)?,
        ["POST /things/{id}", "GET /things/{id}/parts"]
    );
    let filter = Filter::default().with_operation("get /things/{id}x");
    assert_eq!(kept(filter)?, ["GET /things/{id}x"]);
    assert_eq!(kept(Filter::default().with_path("/other"))?, [""; 0]);
    Ok(())
}

#[test]
fn levels_are_read_and_ordered() -> TestResult {
    for level in Level::ALL {
        assert_eq!(Level::from_str(level.as_str())?, level);
    }
    assert!(Level::ALL.is_sorted());
    for text in ["", "Breaking", "unclassified", "none"] {
        assert!(Level::from_str(text).is_err(), "{text:?}");
    }
    Ok(())
}
