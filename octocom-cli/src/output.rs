//! The one road of data to standard output.

mod jq;
mod table;

use std::io::{self, Write};

use clap::{Args, ValueEnum};

use crate::failure::{Failure, Result};
use crate::json_text;
use crate::terminal;
use crate::text::escape;

use jq::Filter;
use table::Table;

/// The form of data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// Columns for people; the default on a terminal
    Table,
    /// One JSON document: of a list, an array
    Json,
    /// One JSON document a line; the default in a pipe or a file
    Ndjson,
    /// Comma-separated values with a header
    Csv,
}

/// Form of the data on standard output.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputArgs {
    /// Form of the data [default: table on a terminal, otherwise ndjson]
    #[arg(short, long, value_name = "FORM", value_enum)]
    output: Option<Form>,
    /// Fields to show, such as id,customer.email
    #[arg(long, value_name = "FIELD,…", value_delimiter = ',')]
    columns: Option<Vec<String>>,
    /// jq filter for each item; texts are printed without quotes
    #[arg(long, value_name = "FILTER", conflicts_with_all = ["output", "columns"])]
    jq: Option<String>,
}

/// Takes items, one by one, and writes them.
pub(crate) struct Output {
    writer: Box<dyn Write + Send>,
    /// Somebody sees it: what steers a terminal is escaped.
    is_terminal: bool,
    columns: Option<Vec<String>>,
    kind: Kind,
    is_empty: bool,
    /// Columns that no item had so far.
    missing: Vec<String>,
    /// Names of the first item's members.
    known: Vec<String>,
}

enum Kind {
    Table(Table),
    Json { is_list: bool },
    Ndjson,
    Csv { columns: Vec<String> },
    Jq(Filter),
}

impl Output {
    /// Begins the output of one thing.
    ///
    /// A filter that cannot be used is refused here, before anything is sent.
    pub(crate) fn begin(args: &OutputArgs) -> Result<Self> {
        Self::begin_with(args, Form::Table)
    }

    /// Begins the output of an answer as it is: JSON on a terminal too.
    pub(crate) fn begin_as_it_is(args: &OutputArgs) -> Result<Self> {
        Self::begin_with(args, Form::Json)
    }

    fn begin_with(args: &OutputArgs, on_terminal: Form) -> Result<Self> {
        let is_terminal = terminal::is_output_terminal();
        let form = args.output.unwrap_or(match is_terminal {
            true => on_terminal,
            false => Form::Ndjson,
        });
        let kind = match (&args.jq, form) {
            (Some(filter), _) => Kind::Jq(Filter::compile(filter)?),
            (None, Form::Table) => Kind::Table(Table::new(terminal::width())),
            (None, Form::Json) => Kind::Json { is_list: false },
            (None, Form::Ndjson) => Kind::Ndjson,
            (None, Form::Csv) => Kind::Csv {
                columns: Vec::new(),
            },
        };
        Ok(Self {
            writer: Box::new(io::BufWriter::new(io::stdout())),
            is_terminal,
            columns: args.columns.clone(),
            kind,
            is_empty: true,
            missing: args.columns.clone().unwrap_or_default(),
            known: Vec::new(),
        })
    }

    /// Makes it the output of a list: as one JSON document, an array.
    pub(crate) fn of_list(mut self) -> Self {
        if let Kind::Json { is_list } = &mut self.kind {
            *is_list = true;
        }
        self
    }

    /// Writes one item, given as JSON.
    pub(crate) fn item(&mut self, json: &str) -> Result<()> {
        if !self.missing.is_empty() {
            self.missing.retain(|column| json_text::lacks(json, column));
            if self.is_empty {
                self.known = names(json);
            }
        }
        let columns = self.columns.as_deref();
        match &mut self.kind {
            Kind::Table(table) => {
                if let Some(lines) = table.add(json, columns) {
                    self.write(&lines)?;
                }
            }
            Kind::Json { is_list } => {
                let is_list = *is_list;
                let text = json_text::pretty(&select(json, columns));
                let start = match (is_list, self.is_empty) {
                    (true, true) => "[\n",
                    (true, false) => ",\n",
                    (false, _) => "",
                };
                let text = format!("{start}{}", self.json(text));
                self.write(&text)?;
            }
            Kind::Ndjson => {
                let text = json_text::compact(&select(json, columns));
                let text = format!("{}\n", self.json(text));
                self.write(&text)?;
            }
            Kind::Csv { columns: header } => {
                let mut rows = csv::Writer::from_writer(Vec::new());
                if header.is_empty() {
                    *header = match columns {
                        Some(columns) => columns.to_vec(),
                        None => names(json),
                    };
                    rows.write_record(&*header).map_err(unwritable)?;
                }
                let cell = |name: &String| match json_text::pick(json, name) {
                    Some(value) => json_text::cell(value),
                    None if name == VALUE => json_text::cell(json),
                    None => String::new(),
                };
                rows.write_record(header.iter().map(cell))
                    .map_err(unwritable)?;
                let rows = rows
                    .into_inner()
                    .map_err(|error| Failure::failed(error.to_string()))?;
                let text = String::from_utf8_lossy(&rows).into_owned();
                let text = match self.is_terminal {
                    true => text.lines().map(|line| escape(line) + "\n").collect(),
                    false => text,
                };
                self.write(&text)?;
            }
            Kind::Jq(filter) => {
                let texts = filter.run(json)?;
                for text in texts {
                    let text = match self.is_terminal {
                        true => escape(&text),
                        false => text,
                    };
                    self.write(&format!("{text}\n"))?;
                }
            }
        }
        self.is_empty = false;
        Ok(())
    }

    /// Shows what was written so far: while the next page is waited for, say.
    pub(crate) fn flush(&mut self) -> Result<()> {
        self.writer.flush().map_err(|error| Failure::stdout(&error))
    }

    /// Ends the output.
    ///
    /// # Errors
    ///
    /// The output cannot be written, or no item had one of the columns.
    pub(crate) fn end(mut self) -> Result<()> {
        let end = match &mut self.kind {
            Kind::Table(table) => table.rest(),
            Kind::Json { is_list: true } if self.is_empty => "[]\n".to_owned(),
            Kind::Json { is_list: true } => "\n]\n".to_owned(),
            Kind::Json { is_list: false } => "\n".to_owned(),
            _ => String::new(),
        };
        self.write(&end)?;
        self.flush()?;
        match self.missing.first() {
            Some(column) if !self.is_empty => Err(Failure::usage(format!(
                "`--columns`: no item has the field `{column}`, only {}",
                self.known.join(", ")
            ))),
            _ => Ok(()),
        }
    }

    /// JSON as it may be written here.
    fn json(&self, text: String) -> String {
        match self.is_terminal {
            true => json_text::escape_for_terminal(&text),
            false => text,
        }
    }

    fn write(&mut self, text: &str) -> Result<()> {
        let written = self.writer.write_all(text.as_bytes());
        written.map_err(|error| Failure::stdout(&error))
    }
}

/// Column of items that are not objects.
const VALUE: &str = "value";

/// The names of an item's members, in their order.
fn names(json: &str) -> Vec<String> {
    match json_text::members(json) {
        Some(members) => members.keys().map(ToString::to_string).collect(),
        None => vec![VALUE.to_owned()],
    }
}

/// An object of the columns alone, or all of it.
fn select(json: &str, columns: Option<&[String]>) -> String {
    let Some(columns) = columns else {
        return json.to_owned();
    };
    let member = |name: &String| {
        let value = json_text::pick(json, name).unwrap_or("null");
        format!("{}:{value}", serde_json::Value::from(name.as_str()))
    };
    let members: Vec<_> = columns.iter().map(member).collect();
    format!("{{{}}}", members.join(","))
}

fn unwritable(error: csv::Error) -> Failure {
    Failure::failed(format!("a row cannot be written as CSV: {error}"))
}

/// Prints text that is data already, such as a path or a script.
pub(crate) fn print(text: &str) -> Result<()> {
    let written = io::stdout().lock().write_all(text.as_bytes());
    written.map_err(|error| Failure::stdout(&error))
}
