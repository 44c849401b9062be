//! The changes of an article, a bot rule or a workflow.

use octocom_api::operations;
use octocom_ext::{History, Uuid, Version};
use serde_json::{Map, Value, json};

use super::{required, text};
use crate::arguments::{CORRECT, View};
use crate::failure::Failure;
use crate::reads::show;
use crate::scope::BUSINESS;
use crate::server::Inner;

/// Most versions that the result lists.
const MOST_VERSIONS: usize = 20;

pub(super) async fn run(
    server: &Inner,
    view: View,
    arguments: &Map<String, Value>,
) -> Result<Value, Failure> {
    let slug = match server.scope.business() {
        Some(business) => business,
        None => required(arguments, BUSINESS)?,
    };
    let id = Uuid::try_parse(required(arguments, "id")?)
        .map_err(|_| Failure::arguments("`id` is not a UUID", CORRECT))?;
    let business = server.client.business(slug);
    let history = match required(arguments, "kind")? {
        "article" => business.articles().history(id).await,
        "bot-rule" => business.bot_rules().history(id).await,
        "workflow" => business.workflows().history(id).await,
        _ => {
            return Err(Failure::arguments(
                "`kind` is not one of article, bot-rule, workflow",
                CORRECT,
            ));
        }
    };
    let history = history.map_err(|error| Failure::call(&error))?;
    let older = text(arguments, "older")?;
    let newer = text(arguments, "newer")?;
    let answer = answer(&history, older, newer)?;
    show(server, &operations::LIST_ARTICLE_VERSIONS, view, answer)
}

fn answer(history: &History, older: Option<&str>, newer: Option<&str>) -> Result<Value, Failure> {
    let versions = history.versions();
    if !history.is_recognized() {
        return Err(Failure::new(
            "decode",
            "the API's answer has no list of versions that can be read",
            "read it with the tool that lists versions",
        ));
    }
    let find = |id: &str| {
        let is_it = |version: &Version| {
            let given = version.id().map(ToString::to_string);
            given.is_some_and(|given| given.eq_ignore_ascii_case(id))
        };
        versions
            .iter()
            .position(is_it)
            .ok_or_else(|| Failure::arguments("`older` or `newer` is not a version of it", CORRECT))
    };
    let newer = newer.map(find).transpose()?.unwrap_or(0);
    let older = older.map(find).transpose()?.unwrap_or(newer + 1);
    let rows: Vec<_> = versions.iter().take(MOST_VERSIONS).map(row).collect();
    let mut answer = Map::new();
    answer.insert("versions".to_owned(), rows.into());
    let count = versions.len();
    answer.insert("versions_in_total".to_owned(), count.into());
    if let (Some(newer), Some(older)) = (versions.get(newer), versions.get(older)) {
        answer.insert("older".to_owned(), row(older));
        answer.insert("newer".to_owned(), row(newer));
        match older.diff(newer) {
            Some(changes) => {
                let changes = changes.iter().map(|change| {
                    json!({"path": change.path, "before": change.before, "after": change.after})
                });
                let changes: Vec<_> = changes.collect();
                answer.insert("number_of_changes".to_owned(), changes.len().into());
                answer.insert("changes".to_owned(), changes.into());
            }
            None => {
                let note = "one of the two versions has no contents that can be compared";
                answer.insert("note".to_owned(), note.into());
            }
        }
    } else {
        answer.insert("note".to_owned(), "it has no older version".into());
    }
    Ok(answer.into())
}

fn row(version: &Version) -> Value {
    json!({
        "id": version.id().map(ToString::to_string),
        "at": version.at().map(|at| at.to_rfc3339()),
        "by": version.author().map(ToString::to_string),
        "change": version.change(),
    })
}
