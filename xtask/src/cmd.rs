//! One module a command.

pub(crate) mod check;
pub(crate) mod regen;

#[cfg(test)]
mod tests;
