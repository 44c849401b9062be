//! `cargo xtask drift`: whether the published document still is the checked-in one.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Result;

use super::diff::{Gate, assess, incomparable};
use crate::assessment;
use crate::candidate::Candidate;
use crate::context::Context;
use crate::document::Document;
use crate::generation;
use crate::root::DOCUMENT;

/// Arguments of `drift`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Where the document is published; otherwise OCTOCOM_SPEC_URL, or where it last came from.
    #[arg(long, value_name = "URL", conflicts_with = "live")]
    pub(crate) url: Option<String>,
    /// A file to take for the published document.
    #[arg(long, value_name = "FILE")]
    pub(crate) live: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) gate: Gate,
}

/// Compares, and tries to generate a client. Writes nothing but the report.
pub(crate) fn run(context: &Context, args: &Args, out: &mut dyn Write) -> Result<u8> {
    let recorded = Document::read(&context.root.join(DOCUMENT))?;
    let live = match &args.live {
        Some(path) => Candidate::from_live_file(path, &recorded)?,
        None => Candidate::fetch(context, args.url.as_deref(), Some(&recorded))?,
    };
    let published = &live.document.value;
    let mut assessment = match assess(context, &recorded, &live.document) {
        Ok(assessment) => assessment,
        Err(error) => return incomparable(context, &live.source, published, error, out),
    };
    assessment.generation = Some(generation::attempt(context, &live.source, published)?);
    assessment::write(&assessment, &live.arrival(), args.gate.format, out)?;
    Ok(assessment.status(args.gate.fail_on))
}
