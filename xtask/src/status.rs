//! Exit statuses: one meaning each, in every command.

/// Nothing to do: no change, or none as bad as `--fail-on`.
pub(crate) const NOTHING: u8 = 0;
/// A checked-in file is stale. Additive changes share the status; see `openapi_compare::Report`.
pub(crate) const STALE: u8 = 1;
/// Refused for what the new document would break. `openapi_compare::Report` gives it for such changes.
pub(crate) const REFUSED: u8 = 2;
/// The new document cannot be turned into a client.
pub(crate) const NO_CLIENT: u8 = 3;
/// Usage, a file, the network or the tool itself failed.
pub(crate) const FAILURE: u8 = 4;
