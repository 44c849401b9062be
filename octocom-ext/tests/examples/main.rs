//! The examples as their users run them: as processes.

// clippy knows a test by its attribute; the helpers of tests have none.
#![allow(clippy::expect_used, clippy::unwrap_used)]

mod bell;
mod chat;
mod export;
mod history;
mod readme;
mod sync;

use std::path::{Path, PathBuf};

/// An example's program. Cargo builds a package's examples with its tests.
fn example(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let target = test.parent().and_then(Path::parent).unwrap();
    target
        .join("examples")
        .join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
