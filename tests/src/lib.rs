//! Tests that need several crates of the workspace at once: see `tests/it`.
