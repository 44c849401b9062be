//! Guides: what does not fit beside one type.

#[doc = include_str!("guide/pagination.md")]
pub mod pagination {}

#[doc = include_str!("guide/retry.md")]
pub mod retry {}

#[doc = include_str!("guide/history.md")]
pub mod history {}

#[doc = include_str!("guide/bot.md")]
pub mod bot {}

#[doc = include_str!("guide/testing.md")]
#[doc(alias = "mock")]
pub mod testing {}

#[doc = include_str!("guide/upgrading.md")]
pub mod upgrading {}

#[doc = include_str!("guide/operations.md")]
pub mod operations {}

#[cfg(test)]
mod tests;
