//! One module a command.

pub(crate) mod check;
pub(crate) mod diff;
pub(crate) mod drift;
pub(crate) mod regen;

#[cfg(test)]
mod tests;
