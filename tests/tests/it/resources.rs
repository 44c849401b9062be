//! The ergonomic methods beyond one request and its answer.

mod deletions;
mod history;
mod input;
mod sandbox;
mod sheets;
