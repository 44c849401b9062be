//! `cargo xtask regen`: accept a published document and write what follows from it.

use std::io::{ErrorKind, Write};
use std::path::PathBuf;

use anyhow::{Context as _, Result};

use super::diff::{advise, assess};
use crate::assessment::{self, Assessment};
use crate::axes;
use crate::candidate::{Candidate, Origin};
use crate::changelog;
use crate::context::Context;
use crate::document::{Document, pretty};
use crate::lock::Lock;
use crate::provenance::Provenance;
use crate::root::{ACKNOWLEDGED, CHANGELOG, DOCUMENT, OVERLAY, PROVENANCE};
use crate::status::{NOTHING, REFUSED};
use crate::workspace_files::{DerivedFiles, WorkspaceFile, derive};
use openapi_compare::escape::{one_line, visible_json};
use openapi_compare::{Filter, Format, Gate, Level, Report, Show};

/// The most decisions that are listed, and the longest overlay line that is suggested.
const MAX_DECISIONS: usize = 50;
const MAX_SUGGESTION_BYTES: usize = 1_000;
/// The longest line about an obstacle, in characters.
const MAX_CHARS: usize = 300;

/// Arguments of `regen`.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Args {
    /// Address of the published document [default: OCTOCOM_SPEC_URL, or the last address used]
    #[arg(long, value_name = "URL", conflicts_with = "from")]
    pub(crate) url: Option<String>,
    /// The document as published, from here or else from the workspace's folder.
    /// `openapi/octocom.json` derives everything anew.
    #[arg(long, value_name = "FILE")]
    pub(crate) from: Option<PathBuf>,
    /// Say what would change and write nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Accept changes that break clients, or that nobody can judge.
    #[arg(long)]
    pub(crate) accept_breaking: bool,
}

/// Derives every file first, and writes only when all of them could be derived.
pub(crate) fn run(context: &Context, args: &Args, out: &mut dyn Write) -> Result<u8> {
    let _lock = match args.dry_run {
        true => None,
        false => Some(Lock::take(&context.root)?),
    };
    let recorded = recorded(context)?;
    let candidate = match &args.from {
        Some(path) => Candidate::from_file(&context.root.file(path))?,
        None => Candidate::fetch(context, args.url.as_deref(), recorded.as_ref())?,
    };
    let document = &candidate.document;
    let derived = derive(context, &candidate.source, &document.value);
    let assessment = match &recorded {
        None => None,
        Some(recorded) => match assess(context, recorded, document, &Filter::default()) {
            Ok(mut assessment) => {
                assessment.advice = advise(context, Some(recorded), document, &assessment)?;
                Some(assessment)
            }
            // What cannot be compared often cannot be derived either, and that says where.
            Err(error) => return Err(derived.err().unwrap_or(error)),
        },
    };
    if let Some(assessment) = &assessment {
        let is_quiet = assessment.report.is_empty()
            && assessment.acknowledged.is_empty()
            && assessment.advice.is_empty();
        if !is_quiet {
            let show = Show {
                current: axes::version(),
                ..Show::default()
            };
            assessment::write(assessment, &candidate.arrival(), Format::Text, &show, out)?;
            writeln!(out)?;
        }
        let gate = Gate {
            level: Level::Review,
            ..Gate::default()
        };
        if assessment.status(&[gate])? == REFUSED && !args.accept_breaking {
            refuse(derived, out)?;
            return Ok(REFUSED);
        }
    }
    let derived = derived?;
    let mut files = derived.files.clone();
    files.extend(provenance(context, &candidate)?);
    if let (Some(recorded), Some(assessment)) = (&recorded, assessment) {
        files.extend(changelog(context, recorded, document, assessment)?);
    }
    // The document is the last: while it is the old one, the same `regen` does everything again.
    files.push(WorkspaceFile {
        path: DOCUMENT,
        content: pretty(&document.value)?,
    });
    write(context, files, args.dry_run, out)?;
    for note in &derived.notes {
        writeln!(out, "{:>12} {}", "note", one_line(note, MAX_CHARS))?;
    }
    decisions(&derived, out)?;
    writeln!(
        out,
        "{} operations, {} types",
        derived.operations, derived.types
    )?;
    Ok(NOTHING)
}

/// The checked-in document; `None` before there is one.
fn recorded(context: &Context) -> Result<Option<Document>> {
    let path = context.root.join(DOCUMENT);
    if path.exists() {
        Document::read(&path).map(Some)
    } else {
        Ok(None)
    }
}

fn refuse(derived: Result<DerivedFiles>, out: &mut dyn Write) -> Result<()> {
    writeln!(
        out,
        "refused, nothing is written: `--accept-breaking` accepts all of it, `{ACKNOWLEDGED}` \
         single changes"
    )?;
    if let Err(error) = derived {
        writeln!(out, "it cannot be derived yet, either:")?;
        for line in format!("{error:#}").lines() {
            writeln!(out, "  {}", one_line(line, MAX_CHARS))?;
        }
    }
    Ok(())
}

/// The new provenance, unless the recorded one is about this very document or reply.
fn provenance(context: &Context, candidate: &Candidate) -> Result<Option<WorkspaceFile>> {
    let recorded = Provenance::read(&context.root)?;
    let document = &candidate.document;
    let new = match &candidate.origin {
        Origin::NotModified => return Ok(None),
        Origin::File => {
            if let Some(recorded) = recorded
                && recorded.describes(&document.value)?
            {
                return Ok(None);
            }
            Provenance::from_file(document)?
        }
        Origin::Fetched {
            provenance,
            local: true,
        } if !context.record_local => {
            if let Some(recorded) = recorded
                && recorded.describes(&document.value)?
            {
                return Ok(None);
            }
            provenance.clone().unfetched()
        }
        Origin::Fetched {
            provenance: new, ..
        } => {
            if recorded.is_some_and(|recorded| recorded.is_same_reply(new)) {
                return Ok(None);
            }
            new.clone()
        }
    };
    Ok(Some(WorkspaceFile {
        path: PROVENANCE,
        content: pretty(&serde_json::to_value(new)?)?,
    }))
}

/// The changelog with an entry, when the document says something new.
///
/// Users are affected by what is acknowledged as by the rest.
fn changelog(
    context: &Context,
    old: &Document,
    new: &Document,
    assessment: Assessment,
) -> Result<Option<WorkspaceFile>> {
    let mut report: Report = assessment.report;
    let acknowledged = assessment.acknowledged.into_iter();
    report
        .findings
        .extend(acknowledged.map(|accepted| accepted.finding));
    if report.is_empty() {
        return Ok(None);
    }
    let path = context.root.join(CHANGELOG);
    let text = match std::fs::read_to_string(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        text => text.with_context(|| format!("reading `{}`", path.display()))?,
    };
    let text = changelog::with_entry(&text, &report, [&old.value, &new.value]);
    Ok(Some(WorkspaceFile {
        path: CHANGELOG,
        content: text.into_bytes(),
    }))
}

fn write(
    context: &Context,
    files: Vec<WorkspaceFile>,
    dry_run: bool,
    out: &mut dyn Write,
) -> Result<()> {
    let (unchanged, changed): (Vec<_>, Vec<_>) = files
        .into_iter()
        .partition(|file| file.is_in(&context.root));
    if !dry_run {
        for file in &changed {
            file.write(&context.root).context(
                "some files may be replaced already: `git restore` brings the old ones back",
            )?;
        }
    }
    let verb = if dry_run { "would update" } else { "updated" };
    for file in &changed {
        writeln!(out, "{verb:>12} {}", file.path)?;
    }
    for file in &unchanged {
        writeln!(out, "{:>12} {}", "unchanged", file.path)?;
    }
    Ok(())
}

/// Prints the decisions that the overlay lacks, and the actions that would take them.
fn decisions(derived: &DerivedFiles, out: &mut dyn Write) -> Result<()> {
    for decision in derived.decisions.iter().take(MAX_DECISIONS) {
        writeln!(out, "{:>12} {decision}", "decide")?;
    }
    let more = derived.decisions.len().saturating_sub(MAX_DECISIONS);
    if more > 0 {
        writeln!(out, "{:>12} {more} more", "decide")?;
    }
    let suggested: Vec<String> = derived
        .suggested
        .iter()
        .map(|action| visible_json(&action.to_string()))
        .filter(|line| line.len() <= MAX_SUGGESTION_BYTES)
        .take(MAX_DECISIONS)
        .collect();
    if !suggested.is_empty() {
        writeln!(
            out,
            "add to the actions of `{OVERLAY}`, with names of your choice:"
        )?;
        writeln!(out, "{}", suggested.join(",\n"))?;
    }
    Ok(())
}
