//! The run of an export.

use octocom_ext::Plan;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;

use crate::account::{Account, hex};
use crate::calls::Calls;
use crate::collector::Collector;
use crate::error::{Error, Result};
use crate::export::{Existing, Export, Output};
use crate::failure::{Failure, Place};
use crate::feed::Feed;
use crate::file::{Begin, Encoder, FileStore, Opening, Purpose};
use crate::report::{Counts, End, Report, StreamReport};
use crate::run::{Run, Stop};
use crate::scope::Scope;
use crate::source::Question;
use crate::store::Store;

/// Runs an export.
pub(crate) async fn export(collector: &Collector, export: Export) -> Result<Report> {
    let purpose = purpose(&export)?;
    let calls = Calls::new(&collector.client, &collector.settings, &[export.stream])?;
    let encoder = Encoder::new(&export, calls.guard())?;
    let settings = &collector.settings;
    let question = Question {
        arguments: export.filters.arguments(export.stream)?,
        shard: export.shard,
        ..Question::default()
    };
    if let Some((plan, shard)) = &question.shard {
        // Refused before anything is touched.
        let _ = collector.client.conversations().shard(plan, *shard)?;
    }
    let (stream, businesses) = (export.stream, export.filters.businesses);
    let scopes = |account: &Account| match stream.is_of_business() {
        true => Ok(Scope::of(stream, &account.select(&businesses)?)),
        false => Ok::<_, Error>(Scope::of(stream, &[])),
    };
    let (mut store, scopes, clock) = match target(export.output)? {
        Target::Pipe(_) if matches!(export.existing, Existing::Resume | Existing::Append) => {
            let detail = "`existing`: only a file can be continued, not a pipe";
            return Err(Error::options(detail));
        }
        Target::Pipe(pipe) => {
            let account = Account::ask(&collector.client, &calls).await?;
            let scopes = scopes(&account)?;
            let store = FileStore::pipe(pipe, export.details, encoder)?;
            (store, scopes, account.clock())
        }
        Target::File(path) => {
            let opening = Opening::new(&path, purpose)?;
            let begin = opening.look(export.existing)?;
            if let Begin::Nothing(state) = &begin {
                let name = format!("`{}`", path.display());
                state.owner.check_privacy(settings, &name)?;
                let counts = Counts::default();
                return Ok(Report {
                    streams: vec![StreamReport { stream, counts }],
                    end: End::NothingToDo,
                    ..Report::default()
                });
            }
            let account = Account::ask(&collector.client, &calls).await?;
            let name = format!("`{}`", path.display());
            let (owner, moved) = match &begin {
                Begin::Continue(state) | Begin::Copy { state, .. } => {
                    account.check(&state.owner, settings, &name)?
                }
                _ => (account.owner(settings), false),
            };
            let scopes = scopes(&account)?;
            let store = opening.begin(begin, owner, moved, encoder)?;
            (store, scopes, account.clock())
        }
    };
    let mut run = Run::new(&calls, settings, clock, &mut store);
    let ended = scan_all(&mut run, &scopes, &question).await;
    let end = match ended {
        Ok(()) => End::Complete,
        Err(Stop::End(end)) => end,
        Err(Stop::Error(error)) => {
            let report = run.report(End::default());
            // The first error tells more than that of the attempt to keep what was accepted.
            let saved = store.commit();
            return Err(match saved {
                Ok(()) => error.with_report(report),
                Err(_) => error,
            });
        }
    };
    let report = run.report(end);
    if let Some(state) = store.state() {
        state.finished = end == End::Complete;
    }
    match end {
        End::Complete | End::MaxItems => store.publish()?,
        _ => store.commit()?,
    }
    Ok(report)
}

async fn scan_all(
    run: &mut Run<'_, FileStore>,
    scopes: &[Scope],
    question: &Question,
) -> Result<(), Stop> {
    for scope in scopes {
        let failures = run.store.failures().of(scope);
        run.ask_again(scope, question, failures).await?;
    }
    for scope in scopes {
        scan(run, scope, question).await?;
    }
    for scope in scopes {
        let failures = run.store.failures().of_this_run(scope);
        run.ask_again(scope, question, failures).await?;
    }
    Ok(())
}

async fn scan(
    run: &mut Run<'_, FileStore>,
    scope: &Scope,
    question: &Question,
) -> Result<(), Stop> {
    let mut question = question.clone();
    let is_again = run.store.failures().of(scope).iter().any(needs_whole_list);
    if let Some(state) = run.store.state() {
        let scan = state.scan(scope);
        if scan.finished && !is_again {
            return Ok(());
        }
        let pages_by_number = !scope.stream.operation().keyset;
        if is_again || (pages_by_number && (scan.finished || scan.rereads)) {
            // New rows may stand on any page.
            scan.place = None;
        }
        scan.finished = false;
        question.resume = scan.place.clone();
        if scan.rereads {
            question.overlap = run.settings.margin;
        }
    }
    run.started(scope);
    let calls = run.calls.clone();
    let feed = Feed::list(calls, scope.clone(), question);
    let scanned = run.take(scope, feed).await?;
    run.store.failures().settle_list(scope, Place::WholeList);
    if scanned.is_whole {
        run.store.failures().settle_list(scope, Place::List);
    }
    if let Some(state) = run.store.state() {
        state.scan(scope).finished = true;
    }
    run.finished(scope);
    Ok(run.save()?)
}

/// Returns `true` if a failure can only be mended by listing everything again.
fn needs_whole_list(failure: &Failure) -> bool {
    match failure.place {
        Place::Details => false,
        Place::List => failure.before.is_none(),
        Place::WholeList => true,
    }
}

enum Target {
    File(PathBuf),
    Pipe(Box<dyn Write + Send>),
}

/// Opens a path that is not a regular file as a pipe.
fn target(output: Output) -> Result<Target> {
    let path = match output {
        Output::Writer(pipe) => return Ok(Target::Pipe(pipe)),
        Output::File(path) => path,
    };
    // Standard output is a device's name also where it is a file.
    let is_pipe = path.starts_with("/dev")
        || std::fs::metadata(&path).is_ok_and(|metadata| !metadata.is_file());
    if !is_pipe {
        return Ok(Target::File(path));
    }
    let cannot = |error| Error::io("write", &path, error);
    let pipe = OpenOptions::new().write(true).open(&path).map_err(cannot)?;
    Ok(Target::Pipe(Box::new(pipe)))
}

/// Returns the intended content of an export's file.
fn purpose(export: &Export) -> Result<Purpose> {
    let stream = export.stream;
    if export.details && !stream.has_details() {
        let detail = format!("`details`: {stream} are listed in full already");
        return Err(Error::options(detail));
    }
    let mut filters = export.filters.arguments(stream)?;
    if !export.filters.businesses.is_empty() {
        filters.insert("businesses".to_owned(), json!(export.filters.businesses));
    }
    if let Some((plan, shard)) = &export.shard {
        if !filters.is_empty() || stream.operation().id != "list_conversations" {
            let detail = "`shard`: a plan is one of conversations and has its own filters";
            return Err(Error::options(detail));
        }
        filters.insert("plan".to_owned(), json!(digest(plan)));
        filters.insert("shard".to_owned(), json!(shard));
    }
    let mut purpose = Purpose::new(stream.name(), export.format, Value::from(filters));
    purpose.columns.clone_from(&export.columns);
    purpose.details = export.details;
    Ok(purpose)
}

fn digest(plan: &Plan) -> String {
    hex(&Sha256::digest(serde_json::to_vec(plan).unwrap_or_default())[..8])
}
