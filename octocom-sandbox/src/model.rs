//! The records that the sandbox keeps and shows, in the document's field names.

mod conversation;
mod customer;
mod knowledge;
mod organization;

pub(crate) use conversation::{
    BotFunctionCall, CollectedData, Conversation, Event, Message, MetadataEntry, Note, Sender,
    Standing, Status,
};
pub(crate) use customer::Customer;
pub(crate) use knowledge::{Article, BotRule, Workflow, WorkflowVariant};
pub(crate) use organization::{Business, Macro, Team, User};
