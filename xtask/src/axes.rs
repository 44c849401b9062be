//! The axes of every comparison: the wire, `octocom-api` and `octocom-ext`.

use openapi_compare::{
    Arguments, Axis, CompareError, Generator, Growth, Names, Report, compare_with,
};
use semver::Version;
use serde_json::Value;

/// The generated crate: positional arguments; fields may be added, as the README says; enums have
/// an `Unknown`; names come from the overlay.
const RAW: Generator = Generator::STRICTEST
    .with_arguments(Arguments::Positional)
    .with_fields(Growth::Open)
    .with_enums(Growth::Open)
    .with_names(Names::Map);

/// The crate for users: as the generated one, but what is optional is set by name.
const EXTENSION: Generator = RAW.with_arguments(Arguments::Builder);

/// Compares two documents on the wire and for the users of both crates.
pub(crate) fn compare(old: &Value, new: &Value) -> Result<Report, CompareError> {
    let mut report = compare_with(old, new, &RAW)?;
    report.axes = [("octocom-api", RAW), ("octocom-ext", EXTENSION)]
        .map(|(name, generator)| Axis {
            name: name.to_owned(),
            generator,
        })
        .into();
    Ok(report)
}

/// The version that both crates have now.
pub(crate) fn version() -> Option<Version> {
    env!("CARGO_PKG_VERSION").parse().ok()
}

#[cfg(test)]
mod tests {
    use anyhow::Result;
    use openapi_compare::{Level, RustImpact};
    use serde_json::json;

    use super::*;

    /// The verdicts on a change of the real document: wire, `octocom-api`, `octocom-ext`.
    fn verdicts(change: impl FnOnce(&mut Value)) -> Result<(Option<Level>, Vec<RustImpact>)> {
        let old: Value = serde_json::from_str(include_str!("../../openapi/octocom.json"))?;
        let mut new = old.clone();
        change(&mut new["paths"]["/rest/v1/users"]["get"]);
        let report = compare(&old, &new)?;
        let worst = report.axes.iter().map(|axis| report.worst_on(axis));
        Ok((report.worst(), worst.collect()))
    }

    #[test]
    fn an_optional_parameter_breaks_positional_callers_and_nobody_else() -> Result<()> {
        let found = verdicts(|operation| {
            if let Some(parameters) = operation["parameters"].as_array_mut() {
                let parameter =
                    json!({"name": "team", "in": "query", "schema": {"type": "string"}});
                parameters.push(parameter);
            }
        })?;
        let expected = vec![RustImpact::Breaking, RustImpact::Additive];
        assert_eq!(found, (Some(Level::Additive), expected));
        Ok(())
    }

    #[test]
    fn a_new_field_of_an_answer_is_within_the_promise() -> Result<()> {
        let found = verdicts(|operation| {
            let schema =
                &mut operation["responses"]["200"]["content"]["application/json"]["schema"];
            schema["properties"]["data"]["items"]["properties"]["more"] = json!({"type": "string"});
        })?;
        let expected = vec![RustImpact::Additive, RustImpact::Additive];
        assert_eq!(found, (Some(Level::Additive), expected));
        Ok(())
    }

    #[test]
    fn another_operation_id_changes_nothing_where_the_overlay_names() -> Result<()> {
        let found = verdicts(|operation| operation["operationId"] = json!("other"))?;
        let expected = vec![RustImpact::None, RustImpact::None];
        assert_eq!(found, (Some(Level::Cosmetic), expected));
        Ok(())
    }
}
