//! Progress: a moving line on a terminal, plain lines elsewhere.

use std::io::IsTerminal;
use std::time::Instant;

use indicatif::{ProgressBar, ProgressStyle};

/// Items between two plain lines.
const PLAIN_STEP: u64 = 2_000;

/// Shows how far the export is, on standard error.
pub(crate) enum Progress {
    Bar(ProgressBar),
    Plain { started: Instant, next: u64 },
}

impl Progress {
    pub(crate) fn new() -> Self {
        if !std::io::stderr().is_terminal() {
            return Self::Plain {
                started: Instant::now(),
                next: PLAIN_STEP,
            };
        }
        // The API does not say how many conversations there are, so there is no end to draw.
        let bar = ProgressBar::new_spinner();
        if let Ok(style) =
            ProgressStyle::with_template("{spinner} {human_pos} conversations in {elapsed}")
        {
            bar.set_style(style);
        }
        bar.enable_steady_tick(std::time::Duration::from_millis(100));
        Self::Bar(bar)
    }

    /// Shows the number of conversations that are written.
    pub(crate) fn set(&mut self, written: u64) {
        match self {
            Self::Bar(bar) => bar.set_position(written),
            Self::Plain { started, next } => {
                if written >= *next {
                    *next = written - written % PLAIN_STEP + PLAIN_STEP;
                    eprintln!(
                        "{written} conversations, {:.1} s",
                        started.elapsed().as_secs_f64()
                    );
                }
            }
        }
    }

    /// Prints a line without disturbing the bar.
    pub(crate) fn say(&self, line: &str) {
        match self {
            Self::Bar(bar) => bar.suspend(|| eprintln!("{line}")),
            Self::Plain { .. } => eprintln!("{line}"),
        }
    }

    pub(crate) fn finish(&self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}
