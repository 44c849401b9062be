//! The sandbox in this process, and the file that keeps what it holds.

use std::fs::File;
use std::path::{Path, PathBuf};

use fs4::FileExt;
use octocom_sandbox::{Sandbox, Snapshot, StartError};
use serde_json::Value;

use crate::args::Global;
use crate::failure::{Failure, Result};
use crate::files::{self, Access};
use crate::status::Status;
use crate::terminal::tell_line;

/// Seed of a sandbox that is given no other.
const DEFAULT_SEED: u64 = 1;
/// Conversations of a sandbox that is given no other number.
const DEFAULT_CONVERSATIONS: u64 = 1_000;

/// A sandbox that ends with the command.
#[derive(Debug)]
pub(crate) struct EmbeddedSandbox {
    sandbox: Sandbox,
    name: String,
    state: Option<StateFile>,
}

/// The file that keeps a sandbox. Its content is a snapshot, which `octocom-sandbox --snapshot`
/// takes too.
#[derive(Debug)]
struct StateFile {
    path: PathBuf,
    /// Held while the command runs: of two at once, one would undo what the other did.
    _lock: File,
}

impl EmbeddedSandbox {
    pub(crate) async fn start(global: &Global) -> Result<Self> {
        let state = global
            .sandbox_state
            .as_deref()
            .map(StateFile::open)
            .transpose()?;
        let mut builder = Sandbox::builder()
            .seed(global.sandbox_seed.unwrap_or(DEFAULT_SEED))
            .conversations(
                global
                    .sandbox_conversations
                    .unwrap_or(DEFAULT_CONVERSATIONS),
            );
        let snapshot = match &state {
            Some(state) => state.read()?,
            None => None,
        };
        if let Some(snapshot) = snapshot {
            builder = builder.snapshot(snapshot);
        }
        let sandbox = builder
            .start()
            .await
            .map_err(|error| refusal(error, state.as_ref()))?;
        let organizations = sandbox.control().organizations();
        let seed = organizations
            .first()
            .map_or(DEFAULT_SEED, |first| first.seed);
        if let (Some(state), Some(asked)) = (&state, global.sandbox_seed)
            && asked != seed
        {
            return Err(Failure::usage(format!(
                "`{}` keeps a sandbox of seed {seed}, not {asked}",
                state.path.display()
            )));
        }
        let name = match &state {
            Some(state) => format!("sandbox of seed {seed} in {}", state.path.display()),
            None => format!("sandbox of seed {seed}"),
        };
        Ok(Self {
            sandbox,
            name,
            state,
        })
    }

    pub(crate) fn url(&self) -> String {
        self.sandbox.url().to_string()
    }

    pub(crate) fn key(&self) -> &str {
        self.sandbox.key()
    }

    /// The name in checkpoints and states: the port is another in each run.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Keeps what it holds, if that is asked for, and stops it.
    pub(crate) fn stop(mut self) -> Result<()> {
        self.keep()
    }

    fn keep(&mut self) -> Result<()> {
        match self.state.take() {
            Some(state) => state.write(&self.sandbox),
            None => Ok(()),
        }
    }
}

/// A command that is interrupted keeps what it changed, too.
impl Drop for EmbeddedSandbox {
    fn drop(&mut self) {
        if let Err(failure) = self.keep() {
            tell_line(&format!("warning: {}", failure.what()));
        }
    }
}

impl StateFile {
    fn open(path: &Path) -> Result<Self> {
        let path = files::absolute(path)?;
        let lock_path = files::beside(&path, "lock");
        let failed = |error| Failure::file("locking", &lock_path, error);
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&lock_path)
            .map_err(failed)?;
        match FileExt::try_lock(&lock) {
            Ok(()) => Ok(Self { path, _lock: lock }),
            Err(fs4::TryLockError::WouldBlock) => Err(Failure::failed(format!(
                "another command uses the sandbox of `{}`",
                path.display()
            ))
            .advise("wait until it has ended")),
            Err(fs4::TryLockError::Error(error)) => Err(failed(error)),
        }
    }

    /// The kept state; `None` before the first command.
    fn read(&self) -> Result<Option<Snapshot>> {
        let text = match std::fs::read(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Failure::file("reading", &self.path, error)),
        };
        let json: Value = serde_json::from_slice(&text)
            .map_err(|error| self.refuse(&format!("it is not JSON: {error}")))?;
        Ok(Some(Snapshot::from_json(json)))
    }

    fn write(&self, sandbox: &Sandbox) -> Result<()> {
        let failed = |error: String| Failure::file("writing", &self.path, error);
        let snapshot = sandbox.control().snapshot();
        let snapshot = snapshot.map_err(|error| failed(error.to_string()))?;
        let text = serde_json::to_vec(&snapshot).map_err(|error| failed(error.to_string()))?;
        files::replace(&self.path, &text, Access::Shared)
    }

    fn refuse(&self, reason: &str) -> Failure {
        Failure::usage(format!(
            "`{}` does not keep a sandbox: {reason}",
            self.path.display()
        ))
        .advise("name another --sandbox-state FILE, or delete this one")
    }
}

fn refusal(error: StartError, state: Option<&StateFile>) -> Failure {
    match (error, state) {
        (StartError::Setup(error), Some(state)) => state.refuse(&error.to_string()),
        (StartError::Setting { name, value, limit }, _) => {
            let flag = name.replace('_', "-");
            Failure::usage(format!("`--sandbox-{flag}` is {value}, allowed is {limit}"))
        }
        (error, _) => {
            let cause = std::error::Error::source(&error);
            let cause = cause.map(|cause| format!(": {cause}")).unwrap_or_default();
            Failure::new(
                Status::Failed,
                format!("the sandbox did not start: {error}{cause}"),
            )
        }
    }
}
