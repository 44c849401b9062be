//! Rows of a stream, from the lists of octocom-ext.

use std::collections::VecDeque;
use std::time::Duration;

use octocom_api::BoxFuture;
use octocom_ext::{Checkpoint, Client, Error, ItemStream, Plan, Uuid};
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::record::{Record, compact, members, quoted};
use crate::scope::Scope;
use crate::stream::Kind;

/// The rows of a list, in its order.
pub(crate) trait Rows: Send {
    /// Returns the next row; `None` at the end. Dropping the future loses nothing.
    fn next(&mut self) -> BoxFuture<'_, Option<Result<Row, RowError>>>;

    /// Returns the place after the last row that was taken; `None` for a list that comes at once.
    fn checkpoint(&self) -> Option<Checkpoint>;

    /// Returns `true` if rows have moved between pages meanwhile.
    fn was_disturbed(&self) -> bool;
}

/// A row of a list.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// The id, where the record may have it under another name than `id`.
    pub(crate) id: Option<String>,
    /// The original text.
    pub(crate) text: Vec<u8>,
}

/// The error of a list.
#[derive(Debug)]
pub(crate) enum RowError {
    /// The list has more than it answers, or no form that can be read: what there was is delivered.
    Partial(String),
    /// The list cannot go on.
    List(Error),
}

/// A question: which rows, from where on.
#[derive(Debug, Clone, Default)]
pub(crate) struct Question {
    /// Arguments of the operation.
    pub(crate) arguments: Map<String, Value>,
    pub(crate) shard: Option<(Plan, usize)>,
    pub(crate) resume: Option<Checkpoint>,
    /// Time that a resumed list looks back for late rows.
    pub(crate) overlap: Duration,
    pub(crate) max_items: Option<u64>,
    /// `true` if the run may end at any row, so that every place is wanted.
    pub(crate) is_limited: bool,
    /// `true` if a list by page number that is resumed is listed again from its start, since records may
    /// have moved before the place.
    pub(crate) wants_whole: bool,
}

/// Opens the list of a scope.
pub(crate) async fn open(
    client: &Client,
    scope: &Scope,
    question: Question,
) -> Result<Box<dyn Rows>, Error> {
    let Scope { stream, .. } = scope;
    match stream.kind() {
        Kind::Pages => pages(client, scope, question),
        // The items whose versions are fetched one by one: those that are listed, then those that
        // were deleted.
        Kind::Versions => {
            let items = Scope {
                stream: stream.items(),
                business: scope.business.clone(),
            };
            Ok(Box::new(WithDeleted {
                listed: pages(client, &items, question)?,
                is_listed: false,
                deleted: None,
                client: client.clone(),
                scope: scope.clone(),
            }))
        }
        Kind::Whole => {
            let answer = client.operation(stream.operation()).send().await?;
            Ok(Box::new(Whole::of_list(&answer.raw())))
        }
        Kind::Deleted => Ok(Box::new(deleted(client, scope).await?)),
    }
}

fn pages(client: &Client, scope: &Scope, question: Question) -> Result<Box<dyn Rows>, Error> {
    if let Some((plan, shard)) = &question.shard {
        let mut list = client.conversations().shard(plan, *shard)?;
        list = list.overlap(question.overlap);
        if let Some(place) = question.resume {
            list = list.resume(place);
        }
        if let Some(items) = question.max_items {
            list = list.max_items(items);
        }
        return Ok(Box::new(Listed(list.stream())));
    }
    let operation = scope.stream.operation();
    let mut call = client.operation(operation).arguments(question.arguments);
    if let Some(slug) = &scope.business {
        call = call.argument("businessSlug", slug.as_str());
    }
    if let Some(size) = operation.page_size.and_then(|size| size.max) {
        call = call.argument("limit", size);
    }
    let mut list = call
        .allow_unknown_values()
        .list()?
        .overlap(question.overlap);
    if let Some(place) = question.resume {
        list = list.resume(place);
    }
    if let Some(items) = question.max_items {
        list = list.max_items(items);
    }
    Ok(Box::new(Listed(list.stream())))
}

/// Rows of a paginated list.
struct Listed<T: 'static>(ItemStream<T>);

impl<T: DeserializeOwned + Send + Unpin + 'static> Rows for Listed<T> {
    fn next(&mut self) -> BoxFuture<'_, Option<Result<Row, RowError>>> {
        Box::pin(async {
            let text = match self.0.next().await? {
                Ok(item) => item.raw().as_bytes().to_vec(),
                // The text decides what is a record, not the documented type.
                Err(error) if error.is_item() => error.body().to_vec(),
                Err(error) => return Some(Err(RowError::List(error))),
            };
            Some(Ok(Row { id: None, text }))
        })
    }

    fn checkpoint(&self) -> Option<Checkpoint> {
        Some(self.0.checkpoint())
    }

    fn was_disturbed(&self) -> bool {
        self.0.repeated() > 0
    }
}

/// Rows of a list that comes at once.
struct Whole(VecDeque<Result<Row, RowError>>);

impl Whole {
    /// Reads the records under `data`.
    fn of_list(json: &str) -> Self {
        let records =
            members(json).and_then(|members| serde_json::from_str(members.get("data")?.get()).ok());
        let Some(records): Option<Vec<&RawValue>> = records else {
            let reason = "the answer has no list that can be read".to_owned();
            return Self(VecDeque::from([Err(RowError::Partial(reason))]));
        };
        let row = |record: &RawValue| {
            let text = record.get().as_bytes().to_vec();
            Ok(Row { id: None, text })
        };
        Self(records.into_iter().map(row).collect())
    }
}

impl Rows for Whole {
    fn next(&mut self) -> BoxFuture<'_, Option<Result<Row, RowError>>> {
        let row = self.0.pop_front();
        Box::pin(async { row })
    }

    fn checkpoint(&self) -> Option<Checkpoint> {
        None
    }

    fn was_disturbed(&self) -> bool {
        false
    }
}

/// Rows of a list, and behind them the deleted items of the same kind.
struct WithDeleted {
    listed: Box<dyn Rows>,
    is_listed: bool,
    /// `None` before they were asked for.
    deleted: Option<Whole>,
    client: Client,
    scope: Scope,
}

impl Rows for WithDeleted {
    fn next(&mut self) -> BoxFuture<'_, Option<Result<Row, RowError>>> {
        Box::pin(async {
            if !self.is_listed {
                match self.listed.next().await {
                    Some(row) => return Some(row),
                    None => self.is_listed = true,
                }
            }
            if self.deleted.is_none() {
                match deleted(&self.client, &self.scope).await {
                    Ok(deleted) => self.deleted = Some(deleted),
                    Err(error) => return Some(Err(RowError::List(error))),
                }
            }
            self.deleted.as_mut()?.0.pop_front()
        })
    }

    fn checkpoint(&self) -> Option<Checkpoint> {
        self.listed.checkpoint()
    }

    fn was_disturbed(&self) -> bool {
        self.listed.was_disturbed()
    }
}

async fn deleted(client: &Client, scope: &Scope) -> Result<Whole, Error> {
    let business = client.business(scope.slug());
    let deleted = match scope.stream.items().operation().id {
        "list_workflows" => business.workflows().deleted().await?,
        "list_articles" => business.articles().deleted().await?,
        _ => business.bot_rules().deleted().await?,
    };
    let rows = deleted.items().iter().map(|item| {
        Ok(Row {
            id: item.id().map(|id| id.to_string()),
            text: item.raw().as_bytes().to_vec(),
        })
    });
    let mut rows: VecDeque<_> = rows.collect();
    rows.extend(
        partial(deleted.is_recognized(), deleted.has_more()).map(|it| Err(RowError::Partial(it))),
    );
    Ok(Whole(rows))
}

/// The versions of an item, and what is missing of them.
#[derive(Debug)]
pub(crate) struct Versions {
    /// Newest first.
    pub(crate) records: Vec<Record>,
    pub(crate) partial: Option<String>,
    /// The newest snapshot that can be read.
    pub(crate) snapshot: Option<Value>,
}

/// Fetches the versions of an item.
///
/// A version's original text does not say whose it is, so it is wrapped with the item's id. Its own id
/// is that which it has, or else its number, counted from the oldest.
pub(crate) async fn versions(
    client: &Client,
    scope: &Scope,
    item: Uuid,
) -> Result<Versions, Error> {
    let business = client.business(scope.slug());
    let history = match scope.stream.items().operation().id {
        "list_workflows" => business.workflows().history(item).await?,
        "list_articles" => business.articles().history(item).await?,
        _ => business.bot_rules().history(item).await?,
    };
    let count = history.versions().len();
    let records = history
        .versions()
        .iter()
        .enumerate()
        .map(|(index, version)| {
            let id = version.id().map(ToString::to_string);
            let id = id.unwrap_or_else(|| (count - index).to_string());
            let text = format!(
                r#"{{"itemId":{},"versionId":{},"version":{}}}"#,
                quoted(&item.to_string()),
                quoted(&id),
                compact(version.raw())
            );
            Record {
                id: format!("{item}/{id}"),
                text,
            }
        });
    let mut versions = history.versions().iter();
    Ok(Versions {
        records: records.collect(),
        partial: partial(history.is_recognized(), history.has_more()),
        snapshot: versions.find_map(|version| version.snapshot().cloned()),
    })
}

fn partial(is_recognized: bool, has_more: bool) -> Option<String> {
    match (is_recognized, has_more) {
        (false, _) => Some("the answer has no list that can be read".to_owned()),
        (_, true) => Some("the answer says that there is more than it has".to_owned()),
        _ => None,
    }
}
