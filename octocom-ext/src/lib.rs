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
//! cheap to clone and `Send`. What an operation needs is a parameter of its method, what it can be
//! told besides is a setter of a draft:
//!
//! ```no_run
//! # async fn example(client: octocom_ext::Client) -> Result<(), octocom_ext::Error> {
//! use octocom_ext::ArticleDraft;
//!
//! let articles = client.business("acme-corp").articles();
//! let article = articles.create(ArticleDraft::new("Returns", "Within 30 days.").public()).await?;
//! client.conversations().add_tag("CONV-2024-001234", "returns").await?;
//! # Ok(())
//! # }
//! ```
//!
//! What the document forbids is refused before anything is sent
//! ([`ErrorKind::InvalidRequest`]): the error names the field, the limit and what was given. The
//! [table of operations](guide::operations) says which method calls which; the raw client stays
//! reachable, with the same retries and errors ([`Client::call`]).
//!
//! # Guides
//!
//! - [Pagination](guide::pagination): two modes, checkpoints, plans, and what is promised.
//! - [Retry](guide::retry): what is sent again, the limits, and what to do when it is not.
//! - [Version history](guide::history): reading it, going back, bringing back what was deleted.
//! - [The bot](guide::bot): its two modes, and how waiting for an answer ends.
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
//! Reads, and writes that converge when they are repeated, are tried again after a timeout, a broken
//! connection or a failure of the server. A write that may have been carried out is not: its error
//! comes back at once and [says so](Error::may_have_been_processed). A 429 and a connection that
//! never came about are tried again for every operation. What an operation is stands in the
//! [operation table](octocom_api::operations); [`Client::with_replay`] overrides it for a call.
//!
//! # Limits
//!
//! A delay that the server asks for holds back all calls that share the limit, in every clone of
//! the client, and no others. [`ClientBuilder`] lists every bound with its default.
//!
//! # Errors
//!
//! [`Error`] is one type with a [`kind`](Error::kind) and everything that is known of the failed
//! call. It prints on one line, without bodies, headers or the key.
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
//! | `blocking` | no | a client for programs that are not asynchronous, with a runtime of its own: `octocom_ext::blocking` |
//!
//! Without either TLS, an `https` base URL is refused when the client is built.

#[cfg(feature = "blocking")]
pub mod blocking;
mod bot;
mod browser_session;
mod builder;
mod business;
mod call;
mod client;
mod conversation_id;
mod conversations;
mod customers;
mod dates;
mod drift;
mod error;
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzing;
pub mod guide;
mod history;
mod input;
mod limit;
#[cfg(feature = "__measuring")]
#[doc(hidden)]
pub mod measuring;
mod observe;
mod opaque;
mod organization;
mod pagination;
mod reply;
mod retry;
mod settings;
mod shared;
mod sheets;
mod time;
mod trace;
mod transport;

pub use bot::{Answer, Bot, Chat, ChatDraft, ChatReply, HandOff, PendingReply, SendOnlyChat};
pub use browser_session::{BrowserSession, Purchase};
pub use builder::ClientBuilder;
pub use business::{
    ArticleChanges, ArticleDraft, ArticleQuery, Articles, BotRuleChanges, BotRuleDraft,
    BotRuleQuery, BotRules, Business, CustomData, CustomDataQuery, VariantDraft, WorkflowChanges,
    WorkflowDraft, WorkflowQuery, Workflows,
};
pub use client::Client;
pub use conversation_id::ConversationId;
pub use conversations::{
    ConversationList, ConversationMetadata, ConversationQuery, Conversations, DetailStream,
    Detailed, EmailDraft, Plan, Window,
};
pub use customers::{CustomerChanges, CustomerQuery, Customers};
pub use dates::{Dated, Period};
pub use drift::{Drift, DriftEvent};
pub use error::{Error, ErrorKind, Exhausted};
pub use history::{
    Author, DeletedItem, DeletedItems, FieldChange, History, RestorePoint, Version, VersionId,
};
pub use observe::{AttemptEvent, CallEvent, Observer};
pub use organization::{Businesses, MacroQuery, Macros, TeamQuery, Teams, UserQuery, Users};
pub use pagination::{
    Checkpoint, Item, ItemStream, Keyset, List, Mode, Offset, Page, Pages, Query,
};
pub use reply::Reply;
pub use sheets::Sheets;
pub use time::{Random, Sleeper, SystemRandom, TokioSleeper};

pub use octocom_api::{ApiKey, BoxFuture, Operation, Replay, operations, types};

/// The README's example, compiled as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
