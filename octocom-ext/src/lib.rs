//! Octocom client for Rust: every call retried where that is safe, limits obeyed, one error type.
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
//! # Handles
//!
//! A [`Client`] has a handle for each part of the API: [`conversations`](Client::conversations),
//! [`customers`](Client::customers), [`business`](Client::business) with its workflows, articles, bot
//! rules and custom data, [`bot`](Client::bot), [`sheets`](Client::sheets),
//! [`browser_session`](Client::browser_session), [`businesses`](Client::businesses),
//! [`users`](Client::users), [`teams`](Client::teams) and [`macros`](Client::macros). Handles are
//! cheap to clone and `Send`. A paginated list is a builder (`list()`), and everything else is
//! returned at once (`all()`). Required inputs are method parameters; optional ones are setters on a
//! draft:
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
//! An id is a `Uuid`, a text or the record itself ([`Id`]), a date a `DateTime` of any zone or a text
//! ([`Timestamp`]). What the document forbids is refused before anything is sent
//! ([`ErrorKind::InvalidRequest`]): the error names the field, the limit and what was given.
//!
//! A [`Response`] dereferences to its value and has the original JSON, status, headers and attempts.
//! The [table of operations](guide::operations) says which method calls which operation. The
//! generated client is [`Client::api`], with the same retries, limits and errors.
//!
//! # Guides
//!
//! - [Pagination](guide::pagination): the two modes, checkpoints, plans, and what is promised.
//! - [Retry](guide::retry): what is retried, the limits, and what to do when it is not.
//! - [Version history](guide::history): reading it, restoring a version, undeleting.
//! - [The bot](guide::bot): its two modes, and how waiting for a reply ends.
//! - [Testing](guide::testing) your own code, with a server in the same process.
//! - [Upgrading](guide::upgrading): when the API or this crate changes.
//! - [Every operation](guide::operations) and its method.
//!
//! # Lists
//!
//! Every list is a stream ([`ItemStream`]) that can be resumed from a [`Checkpoint`]. Conversations
//! are listed so that a record which is there during the whole scan is delivered exactly once
//! ([`Keyset`]); the other lists follow page numbers ([`Offset`]).
//!
//! # Retry
//!
//! Reads and idempotent writes are retried after a timeout, a broken connection or a failure of the
//! server. A write that may have been processed is not: its error comes back at once and [says
//! so](octocom_api::Error::may_have_been_processed). A 429, and a connection that could not be made,
//! are retried for every operation. The [operation table](octocom_api::operations) says what an
//! operation is; [`Client::with_idempotency`] overrides it for a handle.
//!
//! # Limits
//!
//! A delay that the server asks for holds back all calls that share the limit, in every clone of
//! the client, and no others. [`ClientBuilder`] lists every limit with its default.
//!
//! # Errors
//!
//! [`Error`] is one type with a [`kind`](octocom_api::Error::kind), a predicate for each kind that
//! callers branch on, and everything that is known of the failed call. It prints on one line, without
//! bodies, headers or the key.
//!
//! # Drift
//!
//! Unknown values and fields never make an answer fail, and a record that cannot be decoded does not
//! lose its page. [`ClientBuilder::on_drift`] tells of them.
//!
//! # Traces and metrics
//!
//! One `tracing` span a call and one event an attempt, under OpenTelemetry's names for HTTP
//! clients; [`Observer`] is a hook for metrics.
//!
//! # Features
//!
//! | feature | default | what it does |
//! |---|---|---|
//! | `rustls` | yes | TLS by rustls with the platform's certificates |
//! | `native-tls` | no | TLS by the platform's own library |
//! | `http2` | no | HTTP/2, where the server offers it |
//! | `dynamic` | no | calls of any operation with arguments as JSON, checked against the document: `Client::operation` |
//! | `blocking` | no | a client for programs that are not asynchronous, with a runtime of its own: `octocom_ext::blocking` |
//!
//! Without either TLS, an `https` base URL is refused when the client is built.

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

pub use bot::{Bot, BotAnswer, Chat, ChatDraft, ChatReply, HandOff, SendOnlyChat};
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
pub use history::{Author, DeletedItem, DeletedItems, FieldChange, History, Version, VersionId};
pub use ids::{ConversationId, Id};
pub use input::Timestamp;
pub use observe::{AttemptEvent, CallEvent, Drift, DriftEvent, Observer};
pub use organization::{Businesses, Macros, Teams, Users};
pub use pagination::{Item, ItemPage, ItemStream, Keyset, List, Mode, Offset, Pages, Shard};
pub use pending_reply::PendingReply;
pub use sheets::Sheets;
pub use time::{Random, Sleeper};

pub use octocom_api::{
    ApiKey, BoxFuture, Effect, Idempotency, Operation, Response, operations, types,
};

// The crates whose types stand in signatures of this one.
pub use chrono::{self, DateTime, Utc};
pub use http;
pub use uuid::{self, Uuid};

/// The README's example, compiled as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
