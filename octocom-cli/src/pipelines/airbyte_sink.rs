//! Messages of the Airbyte protocol.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufWriter, Write};
use std::time::SystemTime;

use chrono::{DateTime, Utc};
use octocom_collect::{PipelineState, Sink, Table};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::status::Status;

/// Writes RECORD, STATE and TRACE messages, one a line.
#[derive(Debug)]
pub(super) struct AirbyteSink<W: Write> {
    /// Each line is one write, so that no part of one leaves before the rest is due.
    out: BufWriter<W>,
    /// Tables that are not complete.
    open: BTreeSet<String>,
    /// Tables that are told to be running.
    running: BTreeSet<String>,
    /// Records since the last state of their table.
    counts: BTreeMap<String, u32>,
    is_broken: bool,
}

impl<W: Write> AirbyteSink<W> {
    pub(super) fn new(out: W) -> Self {
        Self {
            out: BufWriter::with_capacity(64 * 1024, out),
            open: BTreeSet::new(),
            running: BTreeSet::new(),
            counts: BTreeMap::new(),
            is_broken: false,
        }
    }

    /// Names the tables that are to be told of.
    pub(super) fn expect(&mut self, tables: &[Table]) {
        self.open = tables.iter().map(|table| table.name().to_owned()).collect();
    }

    /// Tells that the tables which are left are incomplete, and why.
    pub(super) fn fail(&mut self, failure: &Failure) -> io::Result<()> {
        if self.is_broken {
            return Ok(());
        }
        for table in std::mem::take(&mut self.open) {
            self.status(&table, "INCOMPLETE")?;
        }
        self.write(&error_message(failure))?;
        self.out.flush()
    }

    fn status(&mut self, table: &str, status: &str) -> io::Result<()> {
        self.write(&json!({
            "type": "TRACE",
            "trace": {
                "type": "STREAM_STATUS",
                "emitted_at": now(),
                "stream_status": {
                    "stream_descriptor": { "name": table },
                    "status": status,
                },
            },
        }))
    }

    fn run(&mut self, table: &str) -> io::Result<()> {
        match self.running.contains(table) {
            true => Ok(()),
            false => {
                self.running.insert(table.to_owned());
                self.status(table, "RUNNING")
            }
        }
    }

    fn write(&mut self, message: &Value) -> io::Result<()> {
        self.line(&format!("{message}\n"))
    }

    fn line(&mut self, line: &str) -> io::Result<()> {
        let written = self.out.write_all(line.as_bytes());
        self.is_broken |= written.is_err();
        written
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.out.flush();
        self.is_broken |= flushed.is_err();
        flushed
    }
}

impl<W: Write + Send> Sink for AirbyteSink<W> {
    fn begin(&mut self, table: &Table) -> io::Result<()> {
        self.status(table.name(), "STARTED")?;
        self.flush()
    }

    fn record(&mut self, table: &Table, json: &str, at: DateTime<Utc>) -> io::Result<()> {
        self.run(table.name())?;
        *self.counts.entry(table.name().to_owned()).or_default() += 1;
        let (stream, at) = (table.name(), at.timestamp_millis());
        self.line(&format!(
            "{{\"type\":\"RECORD\",\"record\":{{\"stream\":\"{stream}\",\"data\":{json},\
             \"emitted_at\":{at}}}}}\n"
        ))
    }

    fn save(&mut self, state: &PipelineState, tables: &[&Table]) -> io::Result<()> {
        self.flush()?;
        for table in tables {
            let count = self.counts.remove(table.name()).unwrap_or_default();
            self.write(&json!({
                "type": "STATE",
                "state": {
                    "type": "STREAM",
                    "stream": {
                        "stream_descriptor": { "name": table.name() },
                        "stream_state": state.of_table(table),
                    },
                    // The protocol wants a decimal point.
                    "sourceStats": { "recordCount": f64::from(count) },
                },
            }))?;
        }
        self.flush()
    }

    fn end(&mut self, table: &Table) -> io::Result<()> {
        self.run(table.name())?;
        self.status(table.name(), "COMPLETE")?;
        self.open.remove(table.name());
        self.flush()
    }
}

/// The message of a failure.
pub(super) fn error_message(failure: &Failure) -> Value {
    json!({
        "type": "TRACE",
        "trace": {
            "type": "ERROR",
            "emitted_at": now(),
            "error": {
                "message": failure.sentence(),
                "failure_type": failure_type(failure),
            },
        },
    })
}

/// Says whether the configuration is to be changed, or another attempt may succeed.
fn failure_type(failure: &Failure) -> &'static str {
    match failure.status {
        Status::Usage | Status::Unauthorized => "config_error",
        Status::Limited | Status::Incomplete | Status::Interrupted => "transient_error",
        _ => match failure.call_kind() {
            Some("connect" | "timeout" | "interrupted" | "server" | "unstable") => {
                "transient_error"
            }
            _ => "system_error",
        },
    }
}

/// Milliseconds since 1970, by the local clock.
fn now() -> u128 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| since.as_millis())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_says_who_can_mend_it() {
        for (failure, expected) in [
            (Failure::usage("a"), "config_error"),
            (Failure::new(Status::Unauthorized, "a"), "config_error"),
            (Failure::new(Status::Incomplete, "a"), "transient_error"),
            (Failure::new(Status::Limited, "a"), "transient_error"),
            (Failure::failed("a"), "system_error"),
        ] {
            let message = error_message(&failure.advise("b"));
            let error = &message["trace"]["error"];
            assert_eq!(error["failure_type"], expected, "{message}");
            assert_eq!(error["message"], "a; b");
        }
    }
}
