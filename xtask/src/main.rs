//! Maintainers' commands: know what changed in the published OpenAPI document, and turn it into
//! what the workspace builds from.
//!
//! Every command ends with one of these statuses:
//!
//! | status | `check` | `diff` | `drift` | `regen` |
//! |---|---|---|---|---|
//! | 0 | fresh | no change, or none as bad as `--fail-on` | as `diff` | written, or nothing to write |
//! | 1 | stale | additive; cosmetic with `--fail-on cosmetic` | as `diff` | – |
//! | 2 | – | breaking, to review, or unclassified, by the wire verdict | as `diff` | refused without `--accept-breaking`; nothing written |
//! | 3 | no client can be made from the document | with `--generate`: none can be made from the new document | none can be made from it | likewise; nothing written |
//! | 4 | usage, a file or the tool failed | likewise | likewise, or the network, or the response is not a document | likewise |
//!
//! 3 goes before 0, 1 and 2, but for a refusal of `regen`, which says it as well. A failure never looks like drift, nor like success; a panic is a
//! failure, too. `README.md` says more about each command.

use std::process::ExitCode;

fn main() -> ExitCode {
    xtask::cli::main()
}
