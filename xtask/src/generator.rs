//! The generator, run on a derived document: the checked-in client, or why there is none.
//!
//! It asserts what it does not support, and follows some cyclic references until its stack is full.
//! Neither may look like a failure of the command, so it runs in a process of its own, which is this
//! program with the hidden command `generate`.

mod place;

use std::any::Any;
use std::io::{Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::document::compact;
use crate::files;
use crate::problem::Problem;
use crate::status::{FAILURE, NO_CLIENT, NOTHING};

/// The hidden command that generates from the document on its standard input.
pub(crate) const COMMAND: &str = "generate";

/// The time limit of the generator. The real document takes a second in a debug build.
const TIMEOUT: Duration = Duration::from_secs(120);

/// The first line of every file.
const HEADER: &str = "// Generated from openapi.json; not edited by hand.\n\n";

/// The texts of the files, in the order of `codegen/files.rs`.
pub(crate) type Texts = [String; 3];

/// The process that the generator runs in.
#[derive(Debug, Clone)]
pub(crate) enum Generator {
    /// In a process of this program.
    Program(PathBuf),
    /// In this process, for tests within the library, which is not that program.
    #[cfg(test)]
    Here,
}

impl Generator {
    /// The files of the client, or what in the document is in the way.
    ///
    /// # Errors
    ///
    /// Fails when the generator cannot be started. This says nothing about the document.
    pub(crate) fn run(&self, derived: &Value) -> Result<Result<Texts, Problem>> {
        let message = match self.texts(derived)? {
            Ok(texts) => return Ok(Ok(texts)),
            Err(message) => message,
        };
        let place = place::of(derived, |part| {
            Ok(self.texts(part)?.err().as_ref() == Some(&message))
        })?;
        Ok(Err(Problem::new(place, message)))
    }

    fn texts(&self, derived: &Value) -> Result<Result<Texts, String>> {
        match self {
            Self::Program(program) => elsewhere(program, derived),
            #[cfg(test)]
            Self::Here => Ok(tests::remembered(derived)),
        }
    }
}

/// The hidden command: prints the files as a JSON array, or the reason why none can be generated.
pub(crate) fn answer(input: &mut dyn Read, out: &mut dyn Write) -> Result<u8> {
    let derived: Value = serde_json::from_reader(input)?;
    match here(&derived) {
        Ok(texts) => {
            serde_json::to_writer(out, &texts)?;
            Ok(NOTHING)
        }
        Err(message) => {
            write!(out, "{message}")?;
            Ok(NO_CLIENT)
        }
    }
}

/// Generates as the build script does, formatted to be read.
fn here(derived: &Value) -> Result<Texts, String> {
    let generated = catch_unwind(AssertUnwindSafe(|| {
        let [client, enums, operations] = files::rust(derived.clone())?.map(|(_, text)| text);
        Ok([
            formatted(&client)?,
            formatted(&enums)?,
            formatted(&operations)?,
        ])
    }));
    generated.unwrap_or_else(|panic| Err(format!("the generator panicked: {}", text_of(&*panic))))
}

fn formatted(rust: &str) -> Result<String, String> {
    let file = syn::parse_file(rust)
        .map_err(|error| format!("the generator wrote invalid Rust: {error}"))?;
    Ok(format!("{HEADER}{}", prettyplease::unparse(&file)))
}

/// The message of a panic.
fn text_of(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}

fn elsewhere(program: &Path, derived: &Value) -> Result<Result<Texts, String>> {
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
        let texts = serde_json::from_str(&text).context("reading the generator's answer")?;
        Ok(Ok(texts))
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

#[cfg(test)]
mod tests;
