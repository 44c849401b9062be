//! The records that the sandbox keeps and shows, in the document's field names.

use std::borrow::Cow;

mod conversation;
mod customer;
mod knowledge;
mod organization;

pub(crate) use conversation::{
    BotContext, BotFunctionCall, CollectedData, Conversation, Event, ListState, Message,
    MetadataEntry, Note, Participant, Sender, Status,
};
pub(crate) use customer::Customer;
pub(crate) use knowledge::{Article, BotRule, Workflow, WorkflowVariant};
pub(crate) use organization::{Business, Macro, Team, User};

/// A text that is part of the program in the seeded data and owned in what is added to it.
pub(crate) type Text = Cow<'static, str>;
