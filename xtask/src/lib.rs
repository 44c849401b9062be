//! The maintainers' commands as a library, so that benchmarks reach them; see the binary.

mod acknowledged;
mod address;
mod assessment;
mod axes;
mod candidate;
mod changelog;
pub mod cli;
mod cmd;
mod context;
mod decision;
mod derive;
mod document;
mod fetch;
#[cfg(fuzzing)]
pub mod fuzzing;
mod generation;
mod generator;
mod lock;
mod overlay;
mod problem;
mod provenance;
mod root;
#[cfg(test)]
mod server;
mod status;
mod workspace_files;

// The build script's own generator, so that what is written here is what a build makes.
#[path = "../../octocom-api/codegen/client.rs"]
mod client;
#[path = "../../octocom-api/codegen/enums.rs"]
mod enums;
#[path = "../../octocom-api/codegen/files.rs"]
mod files;
#[path = "../../octocom-api/codegen/forms.rs"]
mod forms;
#[path = "../../octocom-api/codegen/operations.rs"]
mod operations;
#[path = "../../octocom-api/codegen/operations_rust.rs"]
mod operations_rust;
