//! Octocom client for Rust: every call retried where that is safe, limits obeyed, one error type.
//!
//! ```no_run
//! # async fn example() -> Result<(), octocom_ext::Error> {
//! let client = octocom_ext::Client::from_env()?;
//! let users = client.call(async |api| api.list_users(None).await).await?;
//! for user in &users.data {
//!     println!("{}", user.id);
//! }
//! # Ok(())
//! # }
//! ```
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
//! # Traces and metrics
//!
//! One `tracing` span a call and one event an attempt, under OpenTelemetry's names for HTTP
//! clients; [`Observer`] is a hook for metrics.

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
