//! Text below the help of the program.

use std::fmt::Write as _;

use crate::status::Status;

/// Versions of the program and of the OpenAPI document that it was built from.
pub(crate) fn versions() -> String {
    let document = octocom_api::API_VERSION;
    format!("{}, OpenAPI document {document}", env!("CARGO_PKG_VERSION"))
}

const EXAMPLES: &str = "\
Examples:
  octocom --sandbox export conversations --out conversations.ndjson
  octocom export conversations --details --since 2026-01-01 --out all.ndjson --resume
  octocom sync --db octocom.db
  octocom plan --shards 8 --out plan.json";

const ENVIRONMENT: &str = "\
Environment:
  OCTOCOM_API_KEY       API key
  OCTOCOM_BASE_URL      address of the API
  OCTOCOM_PROFILE       profile of the configuration file
  OCTOCOM_CONFIG        configuration file
  OCTOCOM_ERROR_FORMAT  text or json
  OCTOCOM_MCP_TOKEN     token of the HTTP clients of `octocom mcp`
  NO_COLOR              no colors
  JOB_COMPLETION_INDEX  shard of a plan, in a Kubernetes indexed job";

/// Text below the short help.
pub(crate) fn short() -> String {
    format!("{EXAMPLES}\n\n`octocom --help` has the environment and the exit statuses.")
}

/// Text below the long help.
pub(crate) fn long() -> String {
    format!("{EXAMPLES}\n\n{ENVIRONMENT}\n\n{}", statuses())
}

fn statuses() -> String {
    let mut text = "Exit status:".to_owned();
    for (status, meaning) in Status::ALL {
        let _ = write!(text, "\n  {:<3}  {meaning}", status.code());
    }
    text
}
