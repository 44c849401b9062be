//! Messages of the Singer protocol.

use std::io::{self, BufWriter, Write};

use chrono::{DateTime, SecondsFormat, Utc};
use octocom_collect::{PipelineState, Sink, Table};
use serde_json::{Value, json};

/// Writes SCHEMA, RECORD and STATE messages, one a line.
#[derive(Debug)]
pub(super) struct SingerSink<W: Write> {
    /// Each line is one write, so that no part of one leaves before the rest is due.
    out: BufWriter<W>,
    last_state: Option<Value>,
}

impl<W: Write> SingerSink<W> {
    pub(super) fn new(out: W) -> Self {
        Self {
            out: BufWriter::with_capacity(64 * 1024, out),
            last_state: None,
        }
    }

    fn write(&mut self, message: &Value) -> io::Result<()> {
        self.out.write_all(format!("{message}\n").as_bytes())
    }
}

impl<W: Write + Send> Sink for SingerSink<W> {
    fn begin(&mut self, table: &Table) -> io::Result<()> {
        let mut message = json!({
            "type": "SCHEMA",
            "stream": table.name(),
            "schema": table.schema(),
            "key_properties": table.key(),
        });
        if let Some(cursor) = table.cursor() {
            message["bookmark_properties"] = json!([cursor]);
        }
        self.write(&message)
    }

    fn record(&mut self, table: &Table, json: &str, at: DateTime<Utc>) -> io::Result<()> {
        let line = format!(
            "{{\"type\":\"RECORD\",\"stream\":\"{}\",\"record\":{json},\"time_extracted\":\"{}\"}}\n",
            table.name(),
            at.to_rfc3339_opts(SecondsFormat::Micros, true)
        );
        self.out.write_all(line.as_bytes())
    }

    fn save(&mut self, state: &PipelineState, _: &[&Table]) -> io::Result<()> {
        self.out.flush()?;
        let state = state.to_json();
        if self.last_state.as_ref() != Some(&state) {
            self.write(&json!({ "type": "STATE", "value": state }))?;
            self.last_state = Some(state);
        }
        self.out.flush()
    }

    fn end(&mut self, _: &Table) -> io::Result<()> {
        Ok(())
    }
}
