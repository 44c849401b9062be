//! `octocom mcp`: a server for agents.

#[cfg(feature = "mcp")]
mod serve;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::args::{Global, duration};
#[cfg(not(feature = "mcp"))]
use crate::failure::Failure;
use crate::failure::Result;

/// Serve agents over the Model Context Protocol
///
/// Speaks over standard input and output, as the clients of agents start it, or over HTTP. By default
/// agents can only read. A line of JSON for each call of a tool goes to standard error, or to the
/// file of --audit.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  octocom --sandbox mcp
  octocom mcp --business acme-corp --allow articles,tags
  octocom mcp --allow-sends --audit calls.ndjson
  octocom mcp --http 127.0.0.1:8080

Needs a program that was built with the feature `mcp`:
  cargo install octocom-cli --features mcp")]
#[cfg_attr(not(feature = "mcp"), allow(dead_code))]
pub(crate) struct McpArgs {
    /// Writes to allow, by resource: articles, bot-rules, customers, events, metadata, tags,
    /// workflows, or all
    #[arg(long, value_name = "RESOURCES", value_delimiter = ',')]
    allow: Vec<String>,
    /// Allow what reaches people or leaves the organization; the user is asked each time
    #[arg(long)]
    allow_sends: bool,
    /// Business that agents are limited to [default: the profile's, or the whole account]
    #[arg(long, value_name = "SLUG")]
    business: Option<String>,
    /// Most bytes of a result
    #[arg(long, value_name = "BYTES", default_value_t = 40_000)]
    result_bytes: usize,
    /// Longest time of a tool, as in 60s
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = duration)]
    tool_timeout: Duration,
    /// Most tools; above 30 clients may leave some out
    #[arg(long, value_name = "COUNT", default_value_t = 30)]
    max_tools: usize,
    /// File to add a line of JSON to for each call [default: standard error]
    #[arg(long, value_name = "FILE")]
    audit: Option<PathBuf>,
    /// Serve over HTTP on an address of this machine, at the path /mcp
    #[arg(long, value_name = "ADDRESS", conflicts_with = "bind")]
    http: Option<SocketAddr>,
    /// Serve over HTTP on any address; needs a token
    #[arg(long, value_name = "ADDRESS")]
    bind: Option<SocketAddr>,
    /// File whose only line is the token that HTTP clients must send [default: OCTOCOM_MCP_TOKEN]
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// Name that HTTP clients may call this server by, that of a proxy say
    #[arg(long, value_name = "HOST")]
    allow_host: Vec<String>,
    /// Origin whose web pages may call this server
    #[arg(long, value_name = "ORIGIN")]
    allow_origin: Vec<String>,
}

#[cfg(feature = "mcp")]
pub(crate) async fn run(global: &Global, args: McpArgs) -> Result<()> {
    serve::run(global, args).await
}

/// The program was built without the server.
#[cfg(not(feature = "mcp"))]
pub(crate) async fn run(_: &Global, _: McpArgs) -> Result<()> {
    Err(
        Failure::usage("this program was built without the server for agents")
            .advise("install it with `cargo install octocom-cli --features mcp`"),
    )
}
