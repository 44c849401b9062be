//! Guides: what does not fit beside one type.

#[doc = include_str!("guide/history.md")]
pub mod history {}

#[doc = include_str!("guide/bot.md")]
pub mod bot {}

#[doc = include_str!("guide/operations.md")]
pub mod operations {}

#[cfg(test)]
mod docs;
#[cfg(test)]
mod tests;
