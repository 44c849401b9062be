//! Conversations with the bot: waiting for answers, and never a second message.

mod asynchronous;
mod sandbox;
mod synchronous;
mod world;
