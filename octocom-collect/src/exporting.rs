//! The run of an export.

use octocom_ext::Plan;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::account::{Account, Owner, hex};
use crate::calls::Calls;
use crate::collector::Collector;
use crate::error::{Error, Result};
use crate::export::{Existing, Export, Format, Output};
use crate::failure::{Failure, Place};
use crate::feed::Feed;
use crate::file::{Begin, Encoder, FileStore, Opening, Purpose, State};
#[cfg(feature = "parquet")]
use crate::parts;
use crate::report::{Counts, End, Report, StreamReport};
use crate::run::{Run, Stop};
use crate::scope::Scope;
use crate::source::Question;
use crate::store::Store;
use crate::stream::Stream;

/// A store that an export writes to.
pub(crate) trait Exported: Store {
    /// Returns the state, if there is one.
    fn state(&mut self) -> Option<&mut State>;

    /// Makes sure of everything at the end of a run, and shows what is whole.
    fn end(self, end: End) -> Result<()>;
}

/// Runs an export.
pub(crate) async fn export(collector: &Collector, export: Export) -> Result<Report> {
    let purpose = purpose(&export)?;
    let question = Question {
        arguments: export.filters.arguments(export.stream)?,
        shard: export.shard.clone(),
        ..Question::default()
    };
    if let Some((plan, shard)) = &question.shard {
        // Refused before anything is touched.
        let _ = collector.client.conversations().shard(plan, *shard)?;
    }
    let exporting = Exporting {
        collector,
        calls: Calls::new(&collector.client, &collector.settings, &[export.stream])?,
        stream: export.stream,
        businesses: export.filters.businesses.clone(),
        question,
    };
    match export.format {
        #[cfg(feature = "parquet")]
        Format::Parquet => exporting.write_folder(export, purpose).await,
        Format::Ndjson | Format::Csv => exporting.write_file(export, purpose).await,
    }
}

/// An export that is carried out.
struct Exporting<'a> {
    collector: &'a Collector,
    calls: Calls,
    stream: Stream,
    businesses: Vec<String>,
    question: Question,
}

impl Exporting<'_> {
    async fn write_file(self, export: Export, purpose: Purpose) -> Result<Report> {
        let encoder = Encoder::new(&export, self.calls.guard())?;
        let path = match target(export.output)? {
            Target::Pipe(_) if matches!(export.existing, Existing::Resume | Existing::Append) => {
                let detail = "`existing`: only a file can be continued, not a pipe";
                return Err(Error::options(detail));
            }
            Target::Pipe(pipe) => {
                let account = self.account().await?;
                let store = || FileStore::pipe(pipe, export.details, encoder);
                return self.run(&account, store).await;
            }
            Target::File(path) => path,
        };
        let opening = Opening::new(&path, purpose)?;
        let begin = opening.look(export.existing)?;
        if let Begin::Nothing(state) = &begin {
            return self.nothing_to_do(&state.owner, &path);
        }
        let account = self.account().await?;
        let owner = match &begin {
            Begin::Continue { state, .. } | Begin::Copy { state, .. } => Some(&state.owner),
            _ => None,
        };
        let (owner, moved) = self.owner(&account, owner, &path)?;
        let store = || opening.begin(begin, owner, moved, encoder);
        self.run(&account, store).await
    }

    #[cfg(feature = "parquet")]
    async fn write_folder(self, export: Export, purpose: Purpose) -> Result<Report> {
        let Output::File(path) = &export.output else {
            let detail = "`format`: Parquet is written to a folder, not to a pipe";
            return Err(Error::options(detail));
        };
        if export.columns.is_some() {
            let detail = "`columns`: Parquet has all columns, of which a reader takes those it \
                          wants; choose CSV";
            return Err(Error::options(detail));
        }
        if export.part_records == 0 {
            return Err(Error::options("`part_records`: 0 is not at least 1"));
        }
        let columns = parts::Columns::new(export.stream, export.details, self.calls.guard())?;
        let shard = export.shard.as_ref().map(|(_, shard)| *shard);
        let mut opening = parts::Opening::new(path, purpose, shard)?;
        let begin = opening.look(export.existing)?;
        if let parts::Begin::Nothing(owner) = &begin {
            return self.nothing_to_do(owner, path);
        }
        let account = self.account().await?;
        if let Some(other) = opening.others() {
            let _ = self.owner(&account, Some(other), path)?;
        }
        let owner = match &begin {
            parts::Begin::Continue { state, .. } => Some(&state.owner),
            _ => None,
        };
        let (owner, moved) = self.owner(&account, owner, path)?;
        let store = || opening.begin(begin, owner, moved, columns, export.part_records);
        self.run(&account, store).await
    }

    /// Returns the report of an output that is finished already.
    fn nothing_to_do(&self, owner: &Owner, output: &Path) -> Result<Report> {
        owner.check_privacy(&self.collector.settings, &format!("`{}`", output.display()))?;
        let (stream, counts) = (self.stream, Counts::default());
        Ok(Report {
            streams: vec![StreamReport { stream, counts }],
            end: End::NothingToDo,
            ..Report::default()
        })
    }

    async fn account(&self) -> Result<Account> {
        Account::ask(&self.collector.client, &self.calls).await
    }

    /// Checks the owner of an output, if there is one. Returns the owner from now on, and whether
    /// the server has another name.
    fn owner(
        &self,
        account: &Account,
        owner: Option<&Owner>,
        output: &Path,
    ) -> Result<(Owner, bool)> {
        let settings = &self.collector.settings;
        let name = format!("`{}`", output.display());
        match owner {
            Some(owner) => account.check(owner, settings, &name),
            None => Ok((account.owner(settings), false)),
        }
    }

    async fn run<S: Exported>(
        self,
        account: &Account,
        store: impl FnOnce() -> Result<S>,
    ) -> Result<Report> {
        let scopes = match self.stream.is_of_business() {
            true => Scope::of(self.stream, &account.select(&self.businesses)?),
            false => Scope::of(self.stream, &[]),
        };
        let mut store = store()?;
        let settings = &self.collector.settings;
        let mut run = Run::new(&self.calls, settings, account.clock(), &mut store);
        let ended = scan_all(&mut run, self.stream, &scopes, &self.question).await;
        let end = run.end_of(ended)?;
        let report = run.report(end);
        if let Some(state) = store.state() {
            state.finished = end == End::Complete;
        }
        store.end(end)?;
        Ok(report)
    }
}

async fn scan_all<S: Exported>(
    run: &mut Run<'_, S>,
    stream: Stream,
    scopes: &[Scope],
    question: &Question,
) -> Result<(), Stop> {
    for scope in scopes {
        scan(run, scope, question).await?;
    }
    // Last, so that known failures do not use up the time of each run.
    for scope in scopes {
        let failures = run.store.failures().of(scope);
        run.ask_again(scope, question, failures).await?;
    }
    note_missing_businesses(run, stream, scopes);
    Ok(())
}

/// Notes the businesses whose lists were begun and that are not there any more.
fn note_missing_businesses<S: Exported>(run: &mut Run<'_, S>, stream: Stream, scopes: &[Scope]) {
    let scans = run.store.state().map(|state| state.scans.clone());
    for scan in scans.unwrap_or_default() {
        let business = scan.business;
        if !scan.finished && scopes.iter().all(|scope| scope.business != business) {
            let scope = Scope { stream, business };
            let reason = "the account does not list this business any more".to_owned();
            run.note_list_failure(&scope, reason, None);
        }
    }
}

async fn scan<S: Exported>(
    run: &mut Run<'_, S>,
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
        if is_again {
            scan.place = None;
        }
        scan.finished = false;
        question.resume = scan.place.clone();
        question.overlap = run.settings.margin;
        question.wants_whole = true;
    }
    run.started(scope);
    let calls = run.calls.clone();
    let feed = Feed::list(calls, scope.clone(), question);
    let scanned = run.take(scope, feed).await?;
    run.store.failures().settle_list(scope, Place::WholeList);
    if scanned.is_whole {
        run.store.failures().settle_list(scope, Place::List);
    } else if scope.stream.is_by_number() {
        let reason = "records moved between its pages whenever it was listed".to_owned();
        run.note_list_failure(scope, reason, None);
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
