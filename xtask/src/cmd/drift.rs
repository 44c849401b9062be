//! `cargo xtask drift`: whether the published document still is the checked-in one.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Result;

use super::diff::{Reporting, advise, assess, incomparable, unreadable};
use crate::assessment;
use crate::candidate::Candidate;
use crate::context::Context;
use crate::document::Document;
use crate::generation;
use crate::root::DOCUMENT;

/// Arguments of `drift`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Address of the published document [default: OCTOCOM_SPEC_URL, or the last address used]
    #[arg(long, value_name = "URL", conflicts_with = "live")]
    pub(crate) url: Option<String>,
    /// A file to take for the published document.
    #[arg(long, value_name = "FILE")]
    pub(crate) live: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) reporting: Reporting,
}

/// Compares, and tries to generate a client. Writes nothing but the report.
pub(crate) fn run(context: &Context, args: &Args, out: &mut dyn Write) -> Result<u8> {
    let recorded = Document::read(&context.root.join(DOCUMENT))?;
    let format = args.reporting.format;
    let live = match &args.live {
        Some(path) => Candidate::from_live_file(path, &recorded),
        None => Candidate::fetch(context, args.url.as_deref(), Some(&recorded)),
    };
    let live = match live {
        Ok(live) => live,
        Err(error) => return unreadable(error, format, out),
    };
    let published = &live.document.value;
    let filter = args.reporting.filter();
    let mut assessment = match assess(context, &recorded, &live.document, &filter) {
        Ok(assessment) => assessment,
        Err(error) => return incomparable(context, &live.source, published, error, format, out),
    };
    assessment.advice = advise(context, Some(&recorded), &live.document, &assessment)?;
    assessment.generation = Some(generation::attempt(context, &live.source, published)?);
    let status = assessment.status(&args.reporting.fail_on)?;
    assessment::write(
        &assessment,
        &live.arrival(),
        format,
        &args.reporting.show(),
        out,
    )?;
    Ok(status)
}
