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
