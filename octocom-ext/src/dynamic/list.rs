//! Lists of any paginated operation.

use std::num::NonZeroU64;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use octocom_api::{Location, Operation, Page, Response};
use serde_json::{Map, Value, json};

use super::arguments::{Checked, texts};
use crate::checkpoint::Checkpoint;
use crate::client::Client;
use crate::error::Error;
use crate::input::Timestamp;
use crate::pagination::{Filters, ItemStream, Keyset, List, Offset, PageRequest, Paginated, Shard};

/// A record of a list as JSON.
type Object = Map<String, Value>;

/// A list of any paginated operation: see [`OperationCall::list`](super::OperationCall::list).
///
/// It is in keyset mode where the operation's items are sorted by creation date
/// ([`Operation::keyset`]), and otherwise follows page numbers. A record that is not a JSON object
/// is an error of its own, with its text, and the list goes on.
///
/// ```no_run
/// # async fn example(client: octocom_ext::Client) -> octocom_ext::Result<()> {
/// use octocom_ext::operations;
///
/// let open = client.operation(&operations::LIST_CONVERSATIONS).argument("status", "open");
/// let mut items = open.list()?.max_items(1_000).stream();
/// while let Some(item) = items.try_next().await? {
///     println!("{}", item.raw());
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "a list is sent when its stream is polled"]
pub struct OperationList(InMode);

#[derive(Debug, Clone)]
enum InMode {
    Keyset(List<Object, Keyset>),
    Offset(List<Object, Offset>),
}

/// Setters that both modes have, with the words of [`List`].
macro_rules! setters {
    ($($(#[$doc:meta])* $name:ident($argument:ident: $type:ty);)*) => {$(
        $(#[$doc])*
        pub fn $name(self, $argument: $type) -> Self {
            Self(match self.0 {
                InMode::Keyset(list) => InMode::Keyset(list.$name($argument)),
                InMode::Offset(list) => InMode::Offset(list.$name($argument)),
            })
        }
    )*};
}

impl OperationList {
    pub(super) fn new(
        client: &Client,
        operation: &'static Operation,
        checked: Checked,
    ) -> Result<Self, String> {
        if operation.page_size.is_none() {
            return Err("the operation is not paginated".to_owned());
        }
        for (name, other) in [
            ("metadataKey", "metadataValue"),
            ("metadataValue", "metadataKey"),
        ] {
            if checked.parameters.contains_key(name) && !checked.parameters.contains_key(other) {
                return Err(format!("{other}: missing, and required beside `{name}`"));
            }
        }
        let mut start = Start::default();
        for (name, value) in &checked.parameters {
            start.take(name, value)?;
        }
        let checked = Arc::new(checked);
        let paginated = Paginated::new(operation, move |client: Client, filters, request| {
            let checked = Arc::clone(&checked);
            async move { fetch(&client, operation, &checked, &filters, request).await }
        });
        let mut list: List<Object> = List::new(client, paginated, start.filters);
        list.options.page_size = start.size;
        match (operation.keyset, start.page) {
            (true, Some(_)) => {
                Err("page: the list has no page numbers; resume it from a checkpoint".to_owned())
            }
            (true, None) => Ok(Self(InMode::Keyset(list.in_mode()))),
            (false, Some(page)) => Ok(Self(InMode::Offset(list.from_page(page)))),
            (false, None) => Ok(Self(InMode::Offset(list))),
        }
    }

    /// Returns `true` if the list goes on from creation dates, and not by page numbers.
    #[must_use]
    pub fn is_keyset(&self) -> bool {
        matches!(self.0, InMode::Keyset(_))
    }

    setters! {
        /// Ends the list after this many items. Default: no limit.
        max_items(items: u64);
        /// Ends the list after this many pages. Default: no limit.
        max_pages(pages: u64);
        /// Limits the whole list: see [`List::deadline`].
        deadline(deadline: Duration);
        /// Resumes where another list of the same operation and arguments stopped: see
        /// [`List::resume`].
        resume(checkpoint: Checkpoint);
    }

    /// Fetches up to this many pages at once: see [`List::prefetch`]. A list in keyset mode fetches
    /// one page after the other all the same.
    pub fn prefetch(self, pages: usize) -> Self {
        Self(match self.0 {
            InMode::Offset(list) => InMode::Offset(list.prefetch(pages)),
            keyset @ InMode::Keyset(_) => keyset,
        })
    }

    /// Reads again, when the list is resumed, what was created up to this long before. Default:
    /// nothing. A list by page numbers starts after the last record all the same.
    pub fn overlap(mut self, overlap: Duration) -> Self {
        if let InMode::Keyset(list) = &mut self.0 {
            list.options.overlap = overlap;
        }
        self
    }

    /// Lists the records of one shard of a [`Plan`](crate::Plan).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest), when the operation's items
    /// are not sorted by creation date.
    pub fn shard(mut self, shard: Shard) -> Result<Self, Error> {
        match &mut self.0 {
            InMode::Keyset(list) => {
                list.filters.shard = Some(shard);
                Ok(self)
            }
            InMode::Offset(list) => Err(Error::invalid_input(
                list.paginated.operation,
                "shard: the list is not sorted by creation date, so it has no shards",
            )),
        }
    }

    /// Returns a stream of the records, one by one.
    #[must_use]
    pub fn stream(self) -> ItemStream<Object> {
        match self.0 {
            InMode::Keyset(list) => list.stream(),
            InMode::Offset(list) => list.stream(),
        }
    }
}

/// The filters of a list and its first page, taken from arguments.
#[derive(Default)]
struct Start {
    filters: Filters,
    page: Option<u64>,
    size: Option<u32>,
}

impl Start {
    /// Takes an argument. Those that pagination looks at have a place of their own, so that a
    /// checkpoint fits the typed list of the same filters too.
    fn take(&mut self, name: &str, value: &Value) -> Result<(), String> {
        let filters = &mut self.filters;
        let text = || value.as_str().unwrap_or_default().to_owned();
        match name {
            "startDate" => filters.since = Some(date(name, value)?),
            "endDate" => filters.until = Some(date(name, value)?),
            "businessSlug" => filters.business_slug = Some(text().into()),
            "status" => filters.status = Some(text().into()),
            "handedOff" => filters.handed_off = value.as_bool(),
            "key" => filters.key = Some(text()),
            "metadataKey" => filters.metadata.get_or_insert_default().0 = text(),
            "metadataValue" => filters.metadata.get_or_insert_default().1 = text(),
            "page" => self.page = Some(whole(name, value)?),
            "limit" => {
                let size = u32::try_from(whole(name, value)?);
                self.size = Some(size.map_err(|_| format!("{name}: {value} is too large"))?);
            }
            _ => {
                filters.other.insert(name.to_owned(), value.clone());
            }
        }
        Ok(())
    }
}

fn date(name: &str, value: &Value) -> Result<DateTime<Utc>, String> {
    Timestamp::from(value.as_str().unwrap_or_default()).checked(name)
}

/// Reads a whole number. JSON Schema takes `2.0` for one as well.
fn whole(name: &str, value: &Value) -> Result<u64, String> {
    let from_float = || {
        let number = value.as_f64()?;
        let is_exact = number.fract() == 0.0 && (0.0..=MAX_EXACT).contains(&number);
        is_exact.then_some(number as u64)
    };
    let number = value.as_u64().or_else(from_float);
    number.ok_or_else(|| format!("{name}: {value} is too large"))
}

/// The largest number below which floating point tells every whole one from the next.
const MAX_EXACT: f64 = 9_007_199_254_740_991.0;

/// Sends the request for one page: the list's arguments, with what pagination asks for in their
/// query.
async fn fetch(
    client: &Client,
    operation: &'static Operation,
    checked: &Checked,
    filters: &Filters,
    request: PageRequest,
) -> Result<Response<Page<Object>>, Error> {
    let parameters = operation.facts().parameters.iter();
    let in_query = parameters.filter(|parameter| parameter.location == Location::Query);
    let query = in_query.flat_map(|parameter| {
        let value = argument(&parameter.name, filters, request);
        let texts: Vec<_> = texts(&value).collect();
        texts.into_iter().map(|text| (parameter.name.clone(), text))
    });
    let page = Checked {
        query: query.collect(),
        ..checked.clone()
    };
    let sent = page.request(client, operation)?;
    Ok(client.api().send_as(operation, sent).await?)
}

/// Returns the value of a query parameter; an empty list for none.
fn argument(name: &str, filters: &Filters, request: PageRequest) -> Value {
    let number = |number: Option<NonZeroU64>| number.map(|number| json!(number));
    let date = |date: Option<DateTime<Utc>>| date.map(|date| json!(date));
    let metadata = filters.metadata.as_ref();
    let value = match name {
        "page" => number(request.page()),
        "limit" => number(request.page_size),
        "startDate" => date(request.since().or_else(|| filters.start())),
        "endDate" => date(request.until().or_else(|| filters.end())),
        "businessSlug" => filters.business_slug.as_deref().map(|slug| json!(slug)),
        "status" => filters.status.as_ref().map(|status| json!(status)),
        "handedOff" => filters.handed_off.map(|handed_off| json!(handed_off)),
        "key" => filters.key.as_ref().map(|key| json!(key)),
        "metadataKey" => metadata.map(|(key, _)| json!(key)),
        "metadataValue" => metadata.map(|(_, value)| json!(value)),
        _ => filters.other.get(name).cloned(),
    };
    value.unwrap_or_else(|| json!([]))
}
