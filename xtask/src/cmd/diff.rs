//! `cargo xtask diff`: what changed between two documents, and what it does to users.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Result;
use serde_json::Value;

use crate::assessment::{self, Assessment};
use crate::context::Context;
use crate::document::Document;
use crate::generation::Generation;
use crate::overlay::{Advice, Overlay};
use crate::root::OVERLAY;
use crate::status::{FAILURE, NO_CLIENT};
use crate::{acknowledged, axes, derive, generation};
use openapi_compare::escape::one_line;
use openapi_compare::{Filter, Format, Gate, Level, Show, write_failure};

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
    pub(crate) reporting: Reporting,
    /// Also try to generate a client from the new document; status 3 when that fails.
    #[arg(long)]
    pub(crate) generate: bool,
}

/// Options of a report, and the gates that make a comparison fail.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Reporting {
    /// Format of the report: text, json, markdown or github.
    #[arg(long, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// The lowest level that fails, as `LEVEL` or `AXIS:LEVEL`: levels are cosmetic,
    /// additive, review and breaking, axes are wire, octocom-api and octocom-ext.
    #[arg(long, value_name = "GATE", default_values_t = [Gate::default()])]
    pub(crate) fail_on: Vec<Gate>,
    /// The lowest level that is printed.
    #[arg(long, value_name = "LEVEL", default_value_t = Level::Cosmetic)]
    pub(crate) level: Level,
    /// Print changes of wording one by one.
    #[arg(long)]
    pub(crate) prose: bool,
    /// Only operations at this path and below it.
    #[arg(long, value_name = "PATH")]
    pub(crate) path: Vec<String>,
    /// Only this operation, as in `GET /rest/v1/teams`.
    #[arg(long, value_name = "OPERATION")]
    pub(crate) operation: Vec<String>,
}

impl Reporting {
    /// Returns the selection to print, with versions counted from that of the workspace.
    pub(crate) fn show(&self) -> Show {
        Show {
            level: self.level,
            prose: self.prose,
            current: axes::version(),
        }
    }

    pub(crate) fn filter(&self) -> Filter {
        let filter = self.path.iter().fold(Filter::default(), Filter::with_path);
        self.operation.iter().fold(filter, Filter::with_operation)
    }
}

/// Compares two files.
pub(crate) fn run(context: &Context, args: &Args, out: &mut dyn Write) -> Result<u8> {
    let [old, new] = [&args.old, &args.new].map(|path| Document::read(path));
    let format = args.reporting.format;
    let (old, new) = match (old, new) {
        (Ok(old), Ok(new)) => (old, new),
        (Err(error), _) | (_, Err(error)) => return unreadable(error, format, out),
    };
    let source = args.new.display().to_string();
    let mut assessment = match assess(context, &old, &new, &args.reporting.filter()) {
        Ok(assessment) => assessment,
        Err(error) if args.generate => {
            return incomparable(context, &source, &new.value, error, format, out);
        }
        Err(error) => return unreadable(error, format, out),
    };
    if args.generate {
        assessment.advice = advise(context, Some(&old), &new, &assessment)?;
        assessment.generation = Some(generation::attempt(context, &source, &new.value)?);
    }
    let arrival = format!("comparing {} with {source}", args.old.display());
    let status = assessment.status(&args.reporting.fail_on)?;
    assessment::write(&assessment, &arrival, format, &args.reporting.show(), out)?;
    Ok(status)
}

/// Says in the format of the report that there is none; people read the error itself.
///
/// # Errors
///
/// The error, for people.
pub(crate) fn unreadable(error: anyhow::Error, format: Format, out: &mut dyn Write) -> Result<u8> {
    if format == Format::Text {
        return Err(error);
    }
    write_failure(&format!("{error:#}"), format, out)?;
    Ok(FAILURE)
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
    format: Format,
    out: &mut dyn Write,
) -> Result<u8> {
    let Generation::Fails { problems } = generation::attempt(context, source, published)? else {
        return unreadable(error, format, out);
    };
    let mut message = format!("the documents cannot be compared: {error:#}");
    if format == Format::Text {
        writeln!(out, "{}", one_line(&message, MAX_LINE_CHARACTERS))?;
        writeln!(out, "the new document cannot be turned into a client:")?;
        for problem in problems {
            writeln!(out, "  {}", one_line(&problem, MAX_LINE_CHARACTERS))?;
        }
        return Ok(NO_CLIENT);
    }
    message.push_str("; the new document cannot be turned into a client: ");
    message.push_str(&problems.join("; "));
    write_failure(&message, format, out)?;
    Ok(NO_CLIENT)
}

/// Compares two documents in the light of the workspace's acknowledgements.
pub(crate) fn assess(
    context: &Context,
    old: &Document,
    new: &Document,
    filter: &Filter,
) -> Result<Assessment> {
    let acknowledgements = acknowledged::read(&context.root)?;
    let report = filter.apply(axes::compare(&old.value, &new.value)?);
    let today = context.now.date_naive();
    Ok(Assessment::new(report, acknowledgements, today))
}

/// Says which actions of the overlay the step to a document concerns.
pub(crate) fn advise(
    context: &Context,
    old: Option<&Document>,
    new: &Document,
    assessment: &Assessment,
) -> Result<Vec<Advice>> {
    let overlay = Overlay::read(&context.root.join(OVERLAY))?;
    let old = old.map(|old| derive::rewritten(&old.value));
    let new = derive::rewritten(&new.value);
    Ok(overlay.review(old.as_ref(), &new, Some(&assessment.report)))
}
