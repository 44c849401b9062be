//! `octocom api`: any path of the configured server.

use std::sync::Arc;

use clap::Args;
use octocom_ext::http::Method;
use octocom_ext::{Effect, Operation, operations};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use crate::args::Global;
use crate::confirm::confirm;
use crate::connection::{Connection, Options};
use crate::failure::{Failure, Result};
use crate::json_text::object;
use crate::operations::read_text;
use crate::output::{Output, OutputArgs};
use crate::waits::Waits;

/// Send a request to any path of the API and show the answer as it is
///
/// A path that the OpenAPI document has is called like its own command, with its retries and limits.
/// Any other is retried only if it is a GET.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  octocom api GET /rest/v1/users
  octocom api GET '/rest/v1/articles?businessSlug=acme-corp&page=2' --jq '.data[].title'
  octocom api POST /rest/v1/conversations/tags --body @tag.json --yes")]
pub(crate) struct ApiArgs {
    /// HTTP method
    #[arg(value_name = "METHOD", value_parser = method)]
    method: Method,
    /// Path with its query, /rest/v1/users say
    #[arg(value_name = "PATH")]
    path: String,
    /// Body as JSON: @FILE, - for standard input, or the JSON itself
    #[arg(long, value_name = "JSON")]
    body: Option<String>,
    /// Print the request, without the key, and send nothing
    #[arg(long)]
    dry_run: bool,
    /// Do it without asking
    #[arg(long, short)]
    yes: bool,
    #[command(flatten)]
    output: OutputArgs,
}

fn method(text: &str) -> Result<Method, String> {
    let known = [
        Method::GET,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
    ];
    let text = text.to_ascii_uppercase();
    let found = known.into_iter().find(|method| method.as_str() == text);
    found.ok_or_else(|| "expected GET, POST, PUT, PATCH or DELETE".to_owned())
}

pub(crate) async fn run(global: &Global, args: ApiArgs) -> Result<()> {
    let body: Option<Value> = match &args.body {
        Some(given) => {
            let text = read_text(given, "--body")?;
            let body = serde_json::from_str(&text);
            Some(body.map_err(|error| {
                Failure::usage(format!("`--body` is not JSON: {error}")).advise("nothing was sent")
            })?)
        }
        None => None,
    };
    let (path, query) = match args.path.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (args.path.as_str(), None),
    };
    check(path)?;
    let operation = find(&args.method, path);
    let mut output = Output::begin_as_it_is(&args.output)?;
    let waits = Arc::new(Waits::default());
    let options = Options {
        is_keyless: args.dry_run,
        ..Options::default()
    };
    let connection = Connection::open(global, &waits, options).await?;
    let outcome = async {
        let api = connection.client.api();
        let values = values(operation.path, path);
        let values: Vec<_> = values.iter().map(String::as_str).collect();
        let mut request = api.request(operation, &values);
        if let Some(body) = &body {
            request = request.json(body);
        }
        let unusable = |reason: String| Failure::usage(reason).advise("nothing was sent");
        let mut request = request
            .build()
            .map_err(|error| unusable(error.to_string()))?;
        request.url_mut().set_query(query);
        if args.dry_run {
            let shown = object(&[
                ("method", json!(request.method().as_str())),
                ("url", json!(request.url().as_str())),
                ("body", json!(body)),
            ]);
            output.item(&shown)?;
            return output.end();
        }
        if operation.effect.needs_care() {
            let what = format!("`{} {path}` {}", args.method, operation.effect);
            confirm(&what, args.yes)?;
        }
        let response = api.send(operation, request).await;
        let response = response.map_err(|error| connection.failure(&error.into()))?;
        let text = response.raw();
        if !text.trim().is_empty() && text.trim() != "null" {
            output.item(&text)?;
        }
        output.end()
    };
    let outcome = outcome.await;
    let closed = connection.close();
    outcome.and(closed)
}

/// Refuses a path that would lead elsewhere than it says.
fn check(path: &str) -> Result<()> {
    let refuse =
        |reason: &str| Err(Failure::usage(format!("the path {reason}")).advise("nothing was sent"));
    if !path.starts_with('/') || path.starts_with("//") {
        return refuse("must begin with one `/`");
    }
    let dots = |segment: &str| {
        let segment = segment.to_ascii_lowercase().replace("%2e", ".");
        segment == "." || segment == ".."
    };
    if path.split('/').any(dots) {
        return refuse("has a segment `.` or `..`");
    }
    let is_plain = |letter: char| letter.is_ascii_graphic() && !"\"#<>\\^`{|}".contains(letter);
    if !path.chars().all(is_plain) {
        return refuse("has a character that must be percent-encoded");
    }
    Ok(())
}

/// The operation of the document that has this path, or one without promises.
fn find(method: &Method, path: &str) -> &'static Operation {
    let mut operations = operations::ALL.iter().copied();
    let fits =
        |operation: &&Operation| operation.method == *method && matches(operation.path, path);
    let by_words = |operation: &&Operation| operation.path.matches('{').count();
    let found = operations.by_ref().filter(fits).min_by_key(by_words);
    found.unwrap_or_else(|| {
        let effect = match *method {
            Method::GET => Effect::Reads,
            Method::DELETE => Effect::Deletes,
            _ => Effect::Overwrites,
        };
        // One for each process: it lives as long.
        Box::leak(Box::new(Operation::unlisted(
            method.clone(),
            path.to_owned().leak(),
            effect,
        )))
    })
}

fn matches(template: &str, path: &str) -> bool {
    let (template, path): (Vec<_>, Vec<_>) =
        (template.split('/').collect(), path.split('/').collect());
    let fits = |(part, segment): (&&str, &&str)| match part.starts_with('{') {
        true => !segment.is_empty(),
        false => part == segment,
    };
    template.len() == path.len() && template.iter().zip(&path).all(fits)
}

/// The segments of a path that stand for parameters of a template, percent-decoded.
fn values(template: &str, path: &str) -> Vec<String> {
    let parts = template.split('/').zip(path.split('/'));
    let values = parts.filter(|(part, _)| part.starts_with('{'));
    let decoded = |segment| percent_decode_str(segment).decode_utf8_lossy().into_owned();
    values.map(|(_, segment)| decoded(segment)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_the_document_is_its_operation() {
        let id = |method: Method, path: &str| find(&method, path).id;
        assert_eq!(id(Method::GET, "/rest/v1/users"), "list_users");
        assert_eq!(
            id(Method::GET, "/rest/v1/conversations/1"),
            "get_conversation"
        );
        assert_eq!(
            id(Method::POST, "/rest/v1/conversations/tags"),
            "add_conversation_tag"
        );
        assert_eq!(
            id(Method::GET, "/rest/v1/articles/deleted"),
            "list_deleted_articles"
        );
        assert_eq!(id(Method::GET, "/rest/v2/users"), "unlisted");
        assert_eq!(values("/a/{id}/b/{key}", "/a/1%2F/b/2"), ["1/", "2"]);
    }

    #[test]
    fn a_path_that_leads_elsewhere_is_refused() {
        for path in [
            "/a b",
            "/ä",
            "users",
            "//host/users",
            "/a/../b",
            "/a/%2E%2e/b",
            "/a#b",
            "/a\\b",
            "/a\nb",
        ] {
            assert!(check(path).is_err(), "{path}");
        }
        assert!(check("/rest/v1/users").is_ok());
    }
}
