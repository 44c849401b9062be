//! Whether a document can be turned into a client: derived, and read by the generator.
//!
//! The generator asserts what it does not support, and follows some cyclic references until its
//! stack is full. Neither may look like a failure of the command, so it runs in a process of its
//! own, which is this program with the hidden command `generate`.

use std::any::Any;
use std::io::{Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde::Serialize;
use serde_json::Value;

use crate::context::Context;
use crate::derive::{self, Obstacle};
use crate::document::compact;
use crate::overlay::Overlay;
use crate::root::OVERLAY;
use crate::status::{FAILURE, NO_CLIENT, NOTHING};
use crate::{client, enums, operations, operations_rust};

/// The hidden command that generates from the document on its standard input.
pub(crate) const COMMAND: &str = "generate";

/// How long the generator may take. The real document takes a second in a debug build.
const TIMEOUT: Duration = Duration::from_secs(120);

/// The verdict on a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "verdict", rename_all = "lowercase")]
pub(crate) enum Generation {
    /// A client can be generated.
    Works { operations: usize, types: usize },
    /// None can, for these reasons.
    Fails { problems: Vec<String> },
}

/// Where the generator runs.
#[derive(Debug, Clone)]
pub(crate) enum Generator {
    /// In a process of this program.
    Program(PathBuf),
    /// In this process, for tests within the library, which is not that program.
    #[cfg(test)]
    Here,
}

/// Derives a document and generates from it in memory; the result is thrown away.
///
/// # Errors
///
/// When the overlay cannot be read or the generator not be started. That is no verdict on the
/// document.
pub(crate) fn attempt(context: &Context, source: &str, published: &Value) -> Result<Generation> {
    let overlay = Overlay::read(&context.root.join(OVERLAY))?;
    let derived = match derive::derive(published, &overlay) {
        Ok(derived) => derived.document,
        Err(obstacle) => {
            let (file, problems) = match obstacle {
                Obstacle::Document(problems) => (source, problems),
                Obstacle::Overlay(problems) => (OVERLAY, problems),
            };
            let problems = problems.iter().map(|problem| format!("{file}: {problem}"));
            return Ok(Generation::Fails {
                problems: problems.collect(),
            });
        }
    };
    let generated = match &context.generator {
        Generator::Program(program) => elsewhere(program, &derived)?,
        #[cfg(test)]
        Generator::Here => generate(&derived),
    };
    Ok(match generated {
        Ok(operations) => {
            let types = derived.pointer("/components/schemas");
            Generation::Works {
                operations,
                types: types.and_then(Value::as_object).map_or(0, |all| all.len()),
            }
        }
        Err(message) => Generation::Fails {
            problems: vec![format!("{source}: {message}")],
        },
    })
}

/// The hidden command: prints the number of operations, or why there is no client.
pub(crate) fn run(input: &mut dyn Read, out: &mut dyn Write) -> Result<u8> {
    let derived: Value = serde_json::from_reader(input)?;
    match generate(&derived) {
        Ok(operations) => {
            write!(out, "{operations}")?;
            Ok(NOTHING)
        }
        Err(message) => {
            write!(out, "{message}")?;
            Ok(NO_CLIENT)
        }
    }
}

/// What the build script does with the derived document; the number of operations.
fn generate(derived: &Value) -> Result<usize, String> {
    let generated = catch_unwind(AssertUnwindSafe(|| {
        let enums = enums::OpenEnum::all(derived)?;
        let operations = operations::Operation::all(derived)?;
        client::rust(derived.clone(), &enums)?;
        enums::rust(&enums);
        operations_rust::rust(derived, &operations)?;
        Ok(operations.len())
    }));
    generated.unwrap_or_else(|panic| Err(format!("the generator panicked: {}", text_of(&*panic))))
}

/// The message of a panic.
fn text_of(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}

fn elsewhere(program: &Path, derived: &Value) -> Result<Result<usize, String>> {
    let mut child = Command::new(program)
        .arg(COMMAND)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        // What a crash prints there is told by the status.
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| format!("starting the generator, `{}`", program.display()))?;
    let Some(text) = exchange(&mut child, compact(derived)?)? else {
        child.kill().context("stopping the generator")?;
        child.wait()?;
        return Ok(Err(format!(
            "the generator took longer than {TIMEOUT:?} and was stopped"
        )));
    };
    let status = child.wait()?;
    if status.success() {
        let operations = text.parse().context("reading the generator's answer")?;
        Ok(Ok(operations))
    } else if status.code() == Some(i32::from(NO_CLIENT)) {
        Ok(Err(text))
    } else if status.code() == Some(i32::from(FAILURE)) {
        anyhow::bail!("the generator itself failed")
    } else {
        Ok(Err(format!("the generator crashed ({status})")))
    }
}

/// Sends the input and reads the answer; `None` when that takes too long.
fn exchange(child: &mut Child, input: Vec<u8>) -> Result<Option<String>> {
    let stdin = child.stdin.take();
    let stdout = child.stdout.take();
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        if let Some(mut stdin) = stdin {
            // A generator that is gone has a status that says so.
            let _ = stdin.write_all(&input);
        }
        let mut text = Vec::new();
        let read = stdout.map_or(Ok(0), |mut stdout| stdout.read_to_end(&mut text));
        let text = read.map(|_| String::from_utf8_lossy(&text).into_owned());
        // Nobody listens any more after the time limit.
        let _ = sender.send(text);
    });
    match receiver.recv_timeout(TIMEOUT) {
        Ok(text) => Ok(Some(text.context("reading the generator's answer")?)),
        Err(RecvTimeoutError::Timeout) => Ok(None),
        Err(RecvTimeoutError::Disconnected) => anyhow::bail!("reading the generator's answer"),
    }
}
