//! The server for agents, started from the arguments.

use std::fs::OpenOptions;
use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;

use octocom_mcp::{Http, Server, SettingError};
use secrecy::SecretString;

use super::McpArgs;
use crate::args::Global;
use crate::connection::{Connection, Options};
use crate::failure::{Failure, Result};
use crate::files;
use crate::key::{key_of, variable};
use crate::signals;
use crate::terminal::tell_line;
use crate::waits::Waits;

/// Variable that may hold the token of HTTP clients.
const TOKEN_VARIABLE: &str = "OCTOCOM_MCP_TOKEN";

pub(super) async fn run(global: &Global, args: McpArgs) -> Result<()> {
    let http = http(&args)?;
    let waits = Arc::new(Waits::default());
    let connection = Connection::open(global, &waits, Options::default()).await?;
    let outcome = serve(&connection, &args, http, global.quiet).await;
    let closed = connection.close();
    outcome.and(closed)
}

async fn serve(
    connection: &Connection,
    args: &McpArgs,
    http: Option<Http>,
    is_quiet: bool,
) -> Result<()> {
    let mut builder = Server::builder(connection.client.clone())
        .allow(
            args.allow
                .iter()
                .map(|name| name.trim())
                .filter(|name| !name.is_empty()),
        )
        .result_bytes(args.result_bytes)
        .tool_timeout(args.tool_timeout)
        .max_tools(args.max_tools)
        .audit(audit(args)?);
    if args.allow_sends {
        builder = builder.allow_sends();
    }
    if let Some(business) = args.business.as_ref().or(connection.business.as_ref()) {
        builder = builder.business(business);
    }
    let server = builder.build().map_err(|error| refusal(&error))?;
    let failed = |error: std::io::Error| Failure::failed(format!("the server ended: {error}"));
    let interrupted = async {
        if !signals::interrupted().await {
            std::future::pending::<()>().await;
        }
    };
    let Some(http) = http else {
        return tokio::select! {
            ended = server.serve_stdio() => ended.map_err(failed),
            () = interrupted => Ok(()),
        };
    };
    let server = server.listen(http).await.map_err(|error| refusal(&error))?;
    if !is_quiet {
        tell_line(&format!("serving agents at {}", server.url()));
    }
    server.run(interrupted).await.map_err(failed)
}

/// Settings of the HTTP endpoint; `None` for standard input and output.
fn http(args: &McpArgs) -> Result<Option<Http>> {
    let Some(address) = args.http.or(args.bind) else {
        let http_only = [
            ("--token-file", args.token_file.is_some()),
            ("--allow-host", !args.allow_host.is_empty()),
            ("--allow-origin", !args.allow_origin.is_empty()),
        ];
        return match http_only.iter().find(|(_, is_given)| *is_given) {
            Some((flag, _)) => Err(Failure::usage(format!("`{flag}` needs --http or --bind"))),
            None => Ok(None),
        };
    };
    let is_loopback = address.ip().is_loopback();
    if args.http.is_some() && !is_loopback {
        return Err(Failure::usage(format!(
            "`--http` is {address}, which is not a loopback address"
        ))
        .advise("use --bind and a token to serve other machines"));
    }
    let mut http = Http::new(address);
    match token(args)? {
        Some(token) => http = http.token(token),
        None if !is_loopback => return Err(no_token(address)),
        None => {}
    }
    for host in &args.allow_host {
        http = http.allow_host(host);
    }
    for origin in &args.allow_origin {
        http = http.allow_origin(origin);
    }
    Ok(Some(http))
}

fn token(args: &McpArgs) -> Result<Option<SecretString>> {
    match &args.token_file {
        Some(path) => key_of("--token-file", path).map(Some),
        None => Ok(variable(TOKEN_VARIABLE)?.map(SecretString::from)),
    }
}

fn no_token(address: SocketAddr) -> Failure {
    Failure::usage(format!("`--bind {address}` needs a token"))
        .advise(format!("set {TOKEN_VARIABLE}, or use --token-file"))
}

/// The writer of the audit.
fn audit(args: &McpArgs) -> Result<Box<dyn Write + Send>> {
    let Some(path) = &args.audit else {
        return Ok(Box::new(std::io::stderr()));
    };
    let path = files::absolute(path)?;
    let file = OpenOptions::new().create(true).append(true).open(&path);
    match file {
        Ok(file) => Ok(Box::new(file)),
        Err(error) => Err(Failure::file("opening", &path, error)),
    }
}

/// A setting that the server refuses, by the name of its flag.
fn refusal(error: &SettingError) -> Failure {
    let flag = error.setting().replace('_', "-");
    let problem = error
        .problem()
        .replace("set max_tools to", "add --max-tools");
    Failure::usage(format!("`--{flag}`: {problem}"))
}
