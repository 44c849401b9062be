//! The two sides of the chat. Without a terminal only what the bot says is printed.

use std::io::{BufRead as _, IsTerminal as _};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::failure::{Failure, Result};
use crate::output::print;
use crate::terminal;
use crate::text::escape;

/// Time between two steps of the sign that the bot is awaited.
const TICK: Duration = Duration::from_millis(100);

pub(super) struct Terminal {
    is_interactive: bool,
    is_quiet: bool,
}

impl Terminal {
    pub(super) fn new(is_quiet: bool) -> Self {
        Self {
            is_interactive: std::io::stdin().is_terminal(),
            is_quiet,
        }
    }

    /// The next line of the customer; `None` at the end of the input.
    pub(super) async fn ask(&self) -> Result<Option<String>> {
        if self.is_interactive {
            terminal::tell("you> ");
        }
        // Beside the runtime's own threads: Ctrl-C is heard meanwhile.
        let read = tokio::task::spawn_blocking(|| {
            let mut line = String::new();
            let read = std::io::stdin().lock().read_line(&mut line)?;
            Ok((read > 0).then_some(line))
        });
        let failed =
            |error: String| Failure::failed(format!("reading your message failed: {error}"));
        let line: std::io::Result<_> = read.await.map_err(|error| failed(error.to_string()))?;
        line.map_err(|error| failed(error.to_string()))
    }

    /// Shows a message of the bot.
    pub(super) fn hear(&self, text: &str) -> Result<()> {
        let lines = text.lines().map(|line| format!("bot> {}\n", escape(line)));
        print(&lines.collect::<String>())
    }

    /// Shows a message of the program itself.
    pub(super) fn say(&self, text: &str) {
        if !self.is_quiet {
            terminal::tell_line(text);
        }
    }

    /// Shows that something is waited for.
    pub(super) async fn while_waiting<T>(&self, answering: impl Future<Output = T>) -> T {
        if !terminal::can_draw() || self.is_quiet {
            return answering.await;
        }
        let spinner = ProgressBar::new_spinner().with_message("the bot is typing");
        if let Ok(style) = ProgressStyle::with_template("{spinner} {wide_msg}") {
            spinner.set_style(style);
        }
        spinner.enable_steady_tick(TICK);
        let answer = answering.await;
        spinner.finish_and_clear();
        answer
    }
}
