//! Progress of a run on a terminal, and its summary anywhere.

use std::collections::HashSet;
use std::io::Write as _;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use octocom_collect::{Event, Report};
use tokio::task::AbortHandle;

use crate::terminal;
use crate::text::one_line;
use crate::waits::Waits;

/// Time between two drawings of the line.
const TICK: Duration = Duration::from_millis(100);
/// Time between two changes of its text.
const REDRAW: Duration = Duration::from_millis(500);

/// Shows how far a run is, on standard error.
#[derive(Debug, Clone)]
pub(crate) struct Progress {
    /// `None` where nothing can be drawn.
    bar: Option<ProgressBar>,
    waits: Arc<Waits>,
    started: Instant,
    now: Arc<Mutex<Now>>,
    /// Number of records to expect, where a plan tells.
    total: Option<u64>,
    /// Draws the time that is left of a wait.
    ticker: Arc<Mutex<Option<AbortHandle>>>,
    is_quiet: bool,
}

/// Name of the work in progress.
#[derive(Debug, Default)]
struct Now {
    what: String,
    records: u64,
    failed: u64,
    /// Warnings that were shown.
    told: HashSet<String>,
}

impl Progress {
    /// Draws nothing where standard error is not a terminal, or a dumb one.
    pub(crate) fn new(waits: &Arc<Waits>, is_quiet: bool, total: Option<u64>) -> Self {
        let bar = (!is_quiet && terminal::can_draw()).then(ProgressBar::new_spinner);
        if let (Some(bar), Ok(style)) = (&bar, ProgressStyle::with_template("{spinner} {wide_msg}"))
        {
            // Its width follows the terminal's, and what does not fit is cut.
            bar.set_style(style);
            bar.enable_steady_tick(TICK);
        }
        let this = Self {
            bar,
            waits: Arc::clone(waits),
            started: Instant::now(),
            now: Arc::new(Mutex::new(Now {
                what: "starting".to_owned(),
                ..Now::default()
            })),
            total,
            ticker: Arc::default(),
            is_quiet,
        };
        this.tick();
        this
    }

    /// Draws the line anew while nothing happens: the time of a wait runs down.
    fn tick(&self) {
        if self.bar.is_none() {
            return;
        }
        let this = self.clone();
        let task = tokio::spawn(async move {
            let mut interval = tokio::time::interval(REDRAW);
            loop {
                interval.tick().await;
                this.update(|_| ());
            }
        });
        if let Ok(mut ticker) = self.ticker.lock() {
            *ticker = Some(task.abort_handle());
        }
    }

    /// Takes an event of the run.
    pub(crate) fn event(&self, event: &Event) {
        match event {
            Event::Started { stream, business } => self.update(|now| {
                now.what = match business {
                    Some(business) => format!("{stream} of {business}"),
                    None => stream.to_string(),
                };
                now.records = 0;
            }),
            Event::Progress { counts, .. } => self.update(|now| {
                now.records = counts.taken();
                now.failed = counts.failed;
            }),
            Event::Failed(failure) => {
                let warning = format!("warning: {failure}");
                // A record is asked for again before the run ends, and may fail again.
                let told = self
                    .now
                    .lock()
                    .is_ok_and(|mut now| !now.told.insert(warning.clone()));
                if !told {
                    self.say(&warning);
                }
            }
            Event::Waiting { delay, .. } => {
                self.waits.wait(*delay, "the server is busy");
                self.update(|_| ());
            }
            Event::Notice(notice) => self.say(&format!("note: {notice}")),
            _ => {}
        }
    }

    /// Writes a line to standard error, above the moving one.
    pub(crate) fn say(&self, line: &str) {
        let line = one_line(line);
        let write = || {
            let _ = writeln!(std::io::stderr().lock(), "{line}");
        };
        match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    /// Ends the moving line.
    pub(crate) fn finish(&self) {
        if let Ok(mut ticker) = self.ticker.lock()
            && let Some(ticker) = ticker.take()
        {
            ticker.abort();
        }
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    /// Ends the moving line and says what was done: one line, also where nothing was drawn.
    pub(crate) fn summarize(&self, report: &Report, doing: &str) {
        self.finish();
        if !self.is_quiet {
            self.say(&self.summary(report, doing));
        }
    }

    fn summary(&self, report: &Report, doing: &str) -> String {
        let (requests, retries) = self.waits.counts();
        let mut parts = Vec::new();
        let mut unchanged = 0;
        for stream in &report.streams {
            let (stream, counts) = (stream.stream, stream.counts);
            unchanged += counts.unchanged;
            if counts.new > 0 {
                parts.push(format!("{} {stream}", counts.new));
            }
            for (count, words) in [
                (counts.updated, "updated"),
                (counts.gone, "gone"),
                (
                    counts.odd_fields,
                    "with a field of another type than documented",
                ),
            ] {
                if count > 0 {
                    parts.push(format!("{count} {stream} {words}"));
                }
            }
        }
        if parts.is_empty() {
            parts.push("nothing new".to_owned());
        }
        if unchanged > 0 {
            parts.push(format!("{unchanged} records unchanged"));
        }
        let failures = match report.failures().len() {
            0 => String::new(),
            1 => ", 1 failure".to_owned(),
            count => format!(", {count} failures"),
        };
        format!(
            "{doing}: {}{failures}; {requests} requests, {retries} retries, {:.1} s",
            parts.join(", "),
            self.started.elapsed().as_secs_f64()
        )
    }

    fn update(&self, change: impl FnOnce(&mut Now)) {
        let (Some(bar), Ok(mut now)) = (&self.bar, self.now.lock()) else {
            return;
        };
        change(&mut now);
        let seconds = self.started.elapsed().as_secs_f64().max(0.1);
        let of = self.total.map(|total| format!(" of about {total}"));
        let mut message = format!(
            "{}: {}{} ({:.0}/s)",
            now.what,
            now.records,
            of.unwrap_or_default(),
            now.records as f64 / seconds
        );
        if now.failed > 0 {
            message.push_str(&format!(", {} failed", now.failed));
        }
        if let Some(wait) = self.waits.message(Instant::now()) {
            message.push_str("; ");
            message.push_str(&wait);
        }
        bar.set_message(message);
    }
}
