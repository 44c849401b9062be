//! `cargo xtask diff`: what changed between two documents, and what it does to users.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Result;
use serde_json::Value;

use crate::assessment::{self, Assessment, Format};
use crate::context::Context;
use crate::document::Document;
use crate::generation::Generation;
use crate::status::NO_CLIENT;
use crate::{acknowledged, generation};
use openapi_compare::escape::one_line;
use openapi_compare::{Level, compare};

/// Longest line about a document that is at fault.
const MAX_LINE_CHARACTERS: usize = 1000;

/// Arguments of `diff`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The document that a client was made from.
    pub(crate) old: PathBuf,
    /// The document to compare it with.
    pub(crate) new: PathBuf,
    #[command(flatten)]
    pub(crate) gate: Gate,
    /// Also try to generate a client from the new document; status 3 when that fails.
    #[arg(long)]
    pub(crate) generate: bool,
}

/// How a comparison is reported, and what makes it fail.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Gate {
    /// How to write the report.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// The mildest change that is no success: cosmetic, additive, review or breaking.
    #[arg(long, value_name = "LEVEL", default_value_t = Level::Additive)]
    pub(crate) fail_on: Level,
}

/// Compares two files.
pub(crate) fn run(context: &Context, args: &Args, out: &mut dyn Write) -> Result<u8> {
    let [old, new] = [&args.old, &args.new].map(|path| Document::read(path));
    let (old, new) = (old?, new?);
    let source = args.new.display().to_string();
    let mut assessment = match assess(context, &old, &new) {
        Ok(assessment) => assessment,
        Err(error) if args.generate => {
            return incomparable(context, &source, &new.value, error, out);
        }
        Err(error) => return Err(error),
    };
    if args.generate {
        assessment.generation = Some(generation::attempt(context, &source, &new.value)?);
    }
    let arrival = format!("comparing {} with {source}", args.old.display());
    assessment::write(&assessment, &arrival, args.gate.format, out)?;
    Ok(assessment.status(args.gate.fail_on))
}

/// Says of a document that cannot be compared that it cannot be turned into a client either.
///
/// # Errors
///
/// The comparison's own, when it can: then the document is not at fault.
pub(crate) fn incomparable(
    context: &Context,
    source: &str,
    published: &Value,
    error: anyhow::Error,
    out: &mut dyn Write,
) -> Result<u8> {
    let Generation::Fails { problems } = generation::attempt(context, source, published)? else {
        return Err(error);
    };
    let line = |text: &str| one_line(text, MAX_LINE_CHARACTERS);
    writeln!(
        out,
        "the documents cannot be compared: {}",
        line(&format!("{error:#}"))
    )?;
    writeln!(out, "the new document cannot be turned into a client:")?;
    for problem in problems {
        writeln!(out, "  {}", line(&problem))?;
    }
    Ok(NO_CLIENT)
}

/// Compares two documents in the light of the workspace's acknowledgements.
pub(crate) fn assess(context: &Context, old: &Document, new: &Document) -> Result<Assessment> {
    let acknowledgements = acknowledged::read(&context.root)?;
    let report = compare(&old.value, &new.value)?;
    let today = context.now.date_naive();
    Ok(Assessment::new(report, acknowledgements, today))
}
