//! The two sides of the chat on the terminal. Without one, only what the bot says is printed.

use std::future::Future;
use std::io::{BufRead, IsTerminal, Write};
use std::time::Duration;

use anyhow::Result;
use indicatif::{ProgressBar, ProgressStyle};

/// How often the sign of waiting moves.
const TICK: Duration = Duration::from_millis(100);

pub(crate) struct Terminal {
    is_interactive: bool,
}

impl Terminal {
    pub(crate) fn new() -> Self {
        Self {
            is_interactive: std::io::stdin().is_terminal(),
        }
    }

    /// The next line of the customer; `None` at the end of the input.
    ///
    /// It blocks: nothing else is to be done until the customer has written something.
    pub(crate) fn ask(&self) -> Result<Option<String>> {
        if self.is_interactive {
            print!("you> ");
            std::io::stdout().flush()?;
        }
        let mut line = String::new();
        let read = std::io::stdin().lock().read_line(&mut line)?;
        Ok((read > 0).then_some(line))
    }

    /// What the bot says.
    pub(crate) fn hear(&self, text: &str) {
        for line in text.lines() {
            println!("bot> {line}");
        }
    }

    /// What the program itself says.
    pub(crate) fn say(&self, text: &str) {
        eprintln!("{text}");
    }

    /// Shows that something is waited for.
    pub(crate) async fn while_waiting<T>(&self, answering: impl Future<Output = T>) -> T {
        // It draws nothing where there is no terminal.
        let spinner = ProgressBar::new_spinner().with_message("the bot is typing");
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
            spinner.set_style(style);
        }
        spinner.enable_steady_tick(TICK);
        let answer = answering.await;
        spinner.finish_and_clear();
        answer
    }
}
