//! Reads that are made of several calls, and save an agent ten of them.

mod changes;
mod customer;
mod search;
mod transcript;

use rmcp::model::JsonObject;
use serde_json::{Map, Value, json};

use crate::arguments::{CORRECT, View};
use crate::arguments::{unknown, whole};
use crate::catalog::object_schema;
use crate::failure::Failure;
use crate::input_schema::Paging;
use crate::scope::{BUSINESS, Scope};
use crate::server::Inner;

/// A composed read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Composed {
    Search,
    Transcript,
    Customer,
    Changes,
}

impl Composed {
    pub(crate) const ALL: [Self; 4] = [
        Self::Search,
        Self::Transcript,
        Self::Customer,
        Self::Changes,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Search => "search_conversations",
            Self::Transcript => "get_transcript",
            Self::Customer => "find_customer_conversations",
            Self::Changes => "compare_versions",
        }
    }

    pub(crate) fn description(self) -> &'static str {
        match self {
            Self::Search => {
                "Search conversations by filters and a text in subject, topics and tags, with \
                 inMessages also in messages. Scans maxPages of 50 at most and says so"
            }
            Self::Transcript => "Get a conversation as a compact transcript",
            Self::Customer => {
                "Find recent conversations of a customer by customerId, email or conversationId. \
                 Scans maxPages of 50 customers at most and says so"
            }
            Self::Changes => {
                "Show what changed in an article, bot rule or workflow: its versions, and the \
                 fields that differ between two of them (default: the newest two)"
            }
        }
    }

    /// Most pages that a call reads, and those of one that does not say.
    fn pages(self) -> Option<Pages> {
        match self {
            Self::Search => Some(Pages {
                default: 4,
                max: 20,
            }),
            Self::Customer => Some(Pages {
                default: 20,
                max: 100,
            }),
            Self::Transcript | Self::Changes => None,
        }
    }

    pub(crate) fn paging(self) -> Paging {
        match self {
            Self::Search => Paging::List,
            _ => Paging::Record,
        }
    }

    pub(crate) fn input_schema(self, scope: &Scope) -> JsonObject {
        let text = || json!({"type": "string"});
        let mut properties = Map::new();
        let mut add = |name: &str, schema: Value| properties.insert(name.to_owned(), schema);
        let mut required = Vec::new();
        match self {
            Self::Search => {
                for date in ["startDate", "endDate"] {
                    add(date, json!({"type": "string", "format": "date-time"}));
                }
                for name in ["status", "metadataKey", "metadataValue", "text"] {
                    add(name, text());
                }
                add("handedOff", json!({"type": "boolean"}));
                add("inMessages", json!({"type": "boolean"}));
            }
            Self::Transcript => {
                add("id", json!({"type": "string", "format": "uuid"}));
                required.push("id".to_owned());
            }
            Self::Customer => {
                for name in ["customerId", "email", "conversationId"] {
                    add(name, text());
                }
            }
            Self::Changes => {
                add("kind", json!({"enum": ["article", "bot-rule", "workflow"]}));
                for name in ["id", "older", "newer"] {
                    add(name, text());
                }
                required.extend(["kind".to_owned(), "id".to_owned()]);
            }
        }
        if let Some(pages) = self.pages() {
            let limits = json!({"type": "integer", "minimum": 1, "maximum": pages.max});
            add("maxPages", limits);
        }
        if scope.business().is_none() && matches!(self, Self::Search | Self::Changes) {
            add(BUSINESS, text());
            if self == Self::Changes {
                required.push(BUSINESS.to_owned());
            }
        }
        self.paging().add_to(&mut properties);
        object_schema(properties, &required)
    }

    pub(crate) async fn run(
        self,
        server: &Inner,
        view: View,
        arguments: Map<String, Value>,
    ) -> Result<Value, Failure> {
        let schema = self.input_schema(&Scope::default());
        if let Some(name) = arguments
            .keys()
            .find(|name| schema["properties"].get(name.as_str()).is_none())
        {
            return Err(unknown(name));
        }
        server.scope.check_business(arguments.get(BUSINESS))?;
        match self {
            Self::Search => search::run(server, view, arguments).await,
            Self::Transcript => transcript::run(server, view, &arguments).await,
            Self::Customer => customer::run(server, view, &arguments).await,
            Self::Changes => changes::run(server, view, &arguments).await,
        }
    }

    /// Reads the argument `maxPages`.
    fn max_pages(self, arguments: &Map<String, Value>) -> Result<u64, Failure> {
        let Some(pages) = self.pages() else {
            return Ok(0);
        };
        match arguments.get("maxPages") {
            None | Some(Value::Null) => Ok(pages.default),
            Some(given) => whole("maxPages", given, 1, pages.max),
        }
    }
}

struct Pages {
    default: u64,
    max: u64,
}

/// Reads an argument that is a text; `None` if it was not given.
fn text<'a>(arguments: &'a Map<String, Value>, name: &str) -> Result<Option<&'a str>, Failure> {
    match arguments.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if !text.trim().is_empty() => Ok(Some(text.trim())),
        Some(_) => Err(Failure::arguments(
            format!("`{name}` must be a text that is not empty"),
            CORRECT,
        )),
    }
}

/// Reads an argument that must be given.
fn required<'a>(arguments: &'a Map<String, Value>, name: &str) -> Result<&'a str, Failure> {
    text(arguments, name)?
        .ok_or_else(|| Failure::arguments(format!("`{name}` is missing"), CORRECT))
}

/// Reads an argument that is true or false; false if it was not given.
fn flag(arguments: &Map<String, Value>, name: &str) -> Result<bool, Failure> {
    match arguments.get(name) {
        None | Some(Value::Null) => Ok(false),
        Some(Value::Bool(flag)) => Ok(*flag),
        Some(_) => Err(Failure::arguments(
            format!("`{name}` must be true or false"),
            CORRECT,
        )),
    }
}
