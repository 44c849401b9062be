//! A client for the Octocom API, with complete lists, safe retries and one error type.
//!
//! ```no_run
//! # async fn example() -> Result<(), octocom_ext::Error> {
//! let client = octocom_ext::Client::from_env()?; // OCTOCOM_API_KEY, OCTOCOM_BASE_URL
//! let mut conversations = client.conversations().list().stream();
//! while let Some(conversation) = conversations.try_next().await? {
//!     println!("{} {}", conversation.public_id, conversation.subject);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Resources
//!
//! A [`Client`] has a method for each part of the API, which returns a handle:
//! [`conversations`](Client::conversations), [`customers`](Client::customers),
//! [`business`](Client::business) (workflows, articles, bot rules and custom data of one business),
//! [`bot`](Client::bot), [`sheets`](Client::sheets), [`browser_session`](Client::browser_session),
//! [`businesses`](Client::businesses), [`users`](Client::users), [`teams`](Client::teams) and
//! [`macros`](Client::macros).
//!
//! Handles are cheap to clone and can be sent to other threads. Paginated lists start with
//! `list()`, which returns a builder; short lists are returned as a whole by `all()`. Required
//! inputs are method parameters; optional ones are setters on a draft:
//!
//! ```no_run
//! # async fn example(client: octocom_ext::Client) -> octocom_ext::Result<()> {
//! use octocom_ext::ArticleDraft;
//!
//! let articles = client.business("acme-corp").articles();
//! let draft = ArticleDraft::new("Returns", "Within 30 days.").public(true);
//! let article = articles.create(draft).await?;
//! println!("{} {}", article.id, article.raw());
//! client.conversations().add_tag("CONV-2024-001234", "returns").await?;
//! # Ok(())
//! # }
//! ```
//!
//! Ids can be given as a `Uuid`, as text or as the record itself ([`Id`]), dates as a `DateTime` or
//! as text ([`Timestamp`]). Input that the API would reject is refused before anything is sent
//! ([`ErrorKind::InvalidRequest`]); the error names the field, the limit and the value.
//!
//! A [`Response`] dereferences to its value. It also has the original JSON, the status, the headers
//! and the number of attempts. The [table of operations](guide::operations) lists all operations
//! and their methods. [`Client::api`] is the generated client, with the same retries, limits and
//! errors.
//!
//! # Guides
//!
//! - [Pagination](guide::pagination): what a list guarantees, resuming, dividing work among workers
//! - [Retry](guide::retry): what is retried, rate limits, deadlines
//! - [Version history](guide::history): reading, comparing and restoring versions
//! - [The bot](guide::bot): chatting with the bot
//! - [Observability](guide::observability): spans, events, metrics, trace context
//! - [Testing](guide::testing): testing your code with a sandbox server
//! - [Upgrading](guide::upgrading): changes of the API and of this crate
//! - [Operations](guide::operations): all operations and their methods
//!
//! # Lists
//!
//! A list is a stream ([`ItemStream`]) that can be resumed from a [`Checkpoint`]. A list of
//! conversations delivers every record exactly once, even if records are inserted or deleted
//! meanwhile ([`Keyset`]). Other lists follow page numbers ([`Offset`]).
//!
//! # Retry
//!
//! Reads and idempotent writes are retried after a timeout, a broken connection or a server error.
//! Other writes are not, because they may already have been processed; their error [says
//! so](octocom_api::Error::may_have_been_processed). Every operation is retried after a 429 and
//! after a failure to connect. The [operation table](octocom_api::operations) says which operations
//! are idempotent; [`Client::with_idempotency`] overrides it.
//!
//! # Rate limits
//!
//! If the server asks for a delay, all clones of the client wait before they send further calls
//! under the same limit. [`ClientBuilder`] lists all limits and their defaults.
//!
//! # Errors
//!
//! Everything fails with [`Error`]. It has a [`kind`](octocom_api::Error::kind), predicates such as
//! [`is_not_found`](octocom_api::Error::is_not_found), and all that is known about the failed call.
//! Its text is one line without bodies, headers and the API key.
//!
//! # Unknown values
//!
//! Unknown fields and enum values never fail a response, and a record that cannot be decoded does
//! not lose its page. [`ClientBuilder::on_drift`] sets a callback that reports them.
//!
//! # Traces and metrics
//!
//! Each call is a `tracing` span with one span for each attempt under it, with the names of
//! OpenTelemetry's conventions for HTTP clients. An [`Observer`] adds headers to each attempt and
//! records metrics.
//!
//! # Cargo features
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `rustls` | yes | TLS by rustls with the platform's certificates |
//! | `rustls-ring` | no | TLS by rustls with ring in place of aws-lc: quicker to build; makes ring the default of the process unless it has one |
//! | `native-tls` | no | TLS by the library of the operating system |
//! | `http2` | no | HTTP/2 where the server offers it |
//! | `dynamic` | no | calls of any operation with arguments as JSON, checked against the OpenAPI document: `Client::operation` |
//! | `blocking` | no | `octocom_ext::blocking`, a client for programs without an async runtime |
//!
//! Without a TLS feature, an `https` base URL is refused when the client is built.

// On docs.rs, each item shows the feature that it needs.
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "blocking")]
pub mod blocking;
mod bot;
mod browser_session;
mod builder;
mod business;
mod checkpoint;
mod client;
mod conversations;
mod customers;
#[cfg(feature = "dynamic")]
mod dynamic;
mod error;
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzing;
pub mod guide;
mod history;
mod ids;
mod input;
mod limiter;
#[cfg(feature = "__measuring")]
#[doc(hidden)]
pub mod measuring;
mod observe;
mod organization;
mod pagination;
mod pending_reply;
mod retry;
mod settings;
mod sheets;
#[cfg(any(test, feature = "__measuring"))]
mod simulation;
mod time;
mod trace;
mod transport;

pub use bot::{Bot, Chat, ChatDraft, ChatReply};
pub use browser_session::{BrowserSession, Purchase};
pub use builder::ClientBuilder;
pub use business::{
    ArticleChanges, ArticleDraft, Articles, BotRuleChanges, BotRuleDraft, BotRules, BusinessHandle,
    CustomDataHandle, VariantDraft, WorkflowChanges, WorkflowDraft, Workflows,
};
pub use checkpoint::Checkpoint;
pub use client::Client;
pub use conversations::{
    ConversationMetadata, ConversationWithSummary, Conversations, DetailStream, EmailDraft, Plan,
};
pub use customers::{CustomerChanges, Customers};
#[cfg(feature = "dynamic")]
pub use dynamic::{OperationCall, OperationList, RequestPreview};
pub use error::{Error, ErrorKind, Exhausted, Result};
pub use history::{Author, DeletedItem, DeletedItems, FieldChange, History, Version};
pub use ids::Id;
pub use input::Timestamp;
pub use observe::{AttemptEvent, CallEvent, DriftEvent, Observer, OutgoingAttempt};
pub use organization::{Businesses, Macros, Teams, Users};
pub use pagination::{Item, ItemPage, ItemStream, Keyset, List, Offset, Pages, Shard};
pub use pending_reply::PendingReply;
pub use sheets::Sheets;
pub use time::{Random, Sleeper};

pub use octocom_api::{BoxFuture, Effect, Idempotency, Operation, Response, operations, types};

// The crates whose types stand in signatures of this one.
pub use chrono::{self, DateTime, Utc};
pub use http;
pub use uuid::{self, Uuid};

/// The README's examples, compiled as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
