//! The run of a copy: to a database, or to whatever else keeps a whole account from run to run.

use std::collections::HashSet;

use octocom_ext::{Checkpoint, DateTime, Utc};
use serde_json::{Map, json};

use crate::account::Account;
use crate::calls::Calls;
use crate::collector::Collector;
use crate::database::Database;
use crate::error::Result;
use crate::failure::Place;
use crate::failures::MISSING;
use crate::feed::Feed;
use crate::report::Report;
use crate::run::{Run, Stop};
use crate::scope::Scope;
use crate::source::Question;
use crate::store::{AccountStore, RefreshScan, Store};
use crate::stream::{Kind, Stream};
use crate::sync::{AccountSync, Refresh};

/// Runs a copy.
pub(crate) async fn sync(collector: &Collector, sync: AccountSync) -> Result<Report> {
    let settings = &collector.settings;
    let streams = streams(&sync);
    let calls = Calls::new(&collector.client, settings, &streams)?;
    // A database that is not ours is refused before anything is sent, and a new file is made only
    // when there is something for it.
    let is_new = !sync.database.exists();
    let ask = || Account::ask(&collector.client, &calls);
    let asked = if is_new { Some(ask().await?) } else { None };
    let mut database = Database::open(&sync.database, sync.details)?;
    let owner = database.owner()?;
    let account = match asked {
        Some(account) => account,
        None => ask().await?,
    };
    let name = format!("`{}`", sync.database.display());
    let (owner, moved) = match &owner {
        Some(owner) => account.check(owner, settings, &name)?,
        None => (account.owner(settings), false),
    };
    database.begin(&owner, moved)?;
    let mut run = Run::new(&calls, settings, account.clock(), &mut database);
    let wanted = Wanted {
        refresh: sync.refresh,
        since: None,
    };
    let businesses = account.slugs_for(&owner);
    let ended = copy_all(&mut run, &streams, businesses.as_deref(), &wanted).await;
    finish(&mut run, ended)
}

/// The conversations that a copy wants.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted {
    pub(crate) refresh: Refresh,
    /// Time of the creation of the first one.
    pub(crate) since: Option<DateTime<Utc>>,
}

impl Wanted {
    fn question(&self) -> Question {
        created_since(self.since)
    }
}

fn created_since(since: Option<DateTime<Utc>>) -> Question {
    let mut arguments = Map::new();
    arguments.extend(since.map(|since| ("startDate".to_owned(), json!(since))));
    Question {
        arguments,
        ..Question::default()
    }
}

/// Saves what was taken, and reports it.
pub(crate) fn finish<S: Store>(run: &mut Run<'_, S>, ended: Result<(), Stop>) -> Result<Report> {
    let end = run.end_of(ended)?;
    let report = run.report(end);
    run.save()?;
    Ok(report)
}

/// The streams of a copy.
fn streams(sync: &AccountSync) -> Vec<Stream> {
    let is_wanted = |stream: &Stream| match sync.only.is_empty() {
        true => !stream.is_history() || sync.histories,
        false => {
            sync.only.contains(stream)
                || (stream.is_history() && sync.histories && sync.only.contains(&stream.items()))
        }
    };
    ordered(Stream::all().filter(is_wanted))
}

/// Puts streams into the order of a copy: the small ones first, conversations last.
pub(crate) fn ordered(streams: impl Iterator<Item = Stream>) -> Vec<Stream> {
    let mut streams: Vec<_> = streams.collect();
    streams.sort_by_key(|stream| match stream.kind() {
        Kind::Whole => 0,
        Kind::Pages if stream.has_details() => 4,
        Kind::Pages => 1,
        Kind::Deleted => 2,
        Kind::Versions => 3,
    });
    streams
}

pub(crate) async fn copy_all<S: AccountStore>(
    run: &mut Run<'_, S>,
    streams: &[Stream],
    businesses: Option<&[String]>,
    wanted: &Wanted,
) -> Result<(), Stop> {
    for stream in &unfinished_first(run, streams, businesses)? {
        run.store.begin_stream(*stream)?;
        if stream.is_of_business() {
            let (stream, business) = (*stream, None);
            let all = Scope { stream, business };
            match businesses {
                Some(_) => run.store.failures().settle_list(&all, Place::WholeList),
                None => {
                    let reason = "the account's businesses cannot be read";
                    run.note_list_failure(&all, reason.to_owned(), None);
                }
            }
        }
        for scope in Scope::of(*stream, businesses.unwrap_or_default()) {
            run.started(&scope);
            let copied = match scope.stream.has_details() {
                true => copy_conversations(run, &scope, wanted).await,
                false => copy(run, &scope).await,
            };
            match copied {
                Ok(()) => run.store.failures().settle_list(&scope, Place::WholeList),
                // The others may be had.
                Err(stop) => run.pass_over_list(&scope, stop)?,
            }
            run.save()?;
            run.finished(&scope);
        }
        run.store.end_stream(*stream)?;
    }
    Ok(())
}

/// Puts the streams first that the run before did not come to the end of: a deadline would otherwise end
/// each run before it comes to them.
fn unfinished_first<S: AccountStore>(
    run: &Run<'_, S>,
    streams: &[Stream],
    businesses: Option<&[String]>,
) -> Result<Vec<Stream>> {
    let (mut unfinished, mut finished) = (Vec::new(), Vec::new());
    for stream in streams {
        let mut is_finished = true;
        for scope in Scope::of(*stream, businesses.unwrap_or_default()) {
            is_finished &= run.store.scan(&scope)?.finished;
        }
        match is_finished {
            true => finished.push(*stream),
            false => unfinished.push(*stream),
        }
    }
    unfinished.append(&mut finished);
    Ok(unfinished)
}

/// Asks a question from a place on.
fn resumed<S: AccountStore>(
    run: &Run<'_, S>,
    question: Question,
    place: Option<Checkpoint>,
) -> Question {
    Question {
        resume: place,
        // Other stores know what they have, and pass over it.
        is_limited: S::KEEPS_REFRESH && run.is_limited(),
        ..question
    }
}

/// Copies a list, all of it.
async fn copy<S: AccountStore>(run: &mut Run<'_, S>, scope: &Scope) -> Result<(), Stop> {
    let mut scan = run.store.scan(scope)?;
    if scan.finished {
        scan.place = None;
        scan.finished = false;
        run.store.set_scan(scope, &scan)?;
    }
    let question = resumed(run, Question::default(), scan.place.clone());
    let calls = run.calls.clone();
    let feed = Feed::list(calls, scope.clone(), question);
    let scanned = run.take(scope, feed).await?;
    let mut missing = run.store.failures().of_this_run(scope);
    missing.retain(|failure| failure.status == Some(MISSING));
    run.ask_again(scope, &Question::default(), missing).await?;
    if scanned.is_whole {
        let now = run.now();
        run.store.failures().settle_list(scope, Place::List);
        // Histories of items that are not listed any more.
        run.store.failures().settle_list(scope, Place::Details);
        if all_have_ids(run, scope) {
            run.store.listed_all(scope, None, now)?;
        }
    }
    scan.finished = true;
    scan.place = None;
    Ok(run.store.set_scan(scope, &scan)?)
}

/// Returns `true` if every record that could not be had is known by its id: any other may be one that
/// is there.
fn all_have_ids<S: Store>(run: &mut Run<'_, S>, scope: &Scope) -> bool {
    let failures = run.store.failures().of(scope);
    failures.iter().all(|failure| failure.id.is_some())
}

/// Copies conversations: what failed or was left out, what is new, and what has changed.
async fn copy_conversations<S: AccountStore>(
    run: &mut Run<'_, S>,
    scope: &Scope,
    wanted: &Wanted,
) -> Result<(), Stop> {
    let mut scan = run.store.scan(scope)?;
    let is_first = scan.place.is_none();
    let mut question = resumed(run, wanted.question(), scan.place.clone());
    // A store that does not know what it has would send the same in each of several short runs.
    if scan.finished || !S::KEEPS_REFRESH {
        question.overlap = run.settings.margin;
    }
    if scan.finished {
        scan.finished = false;
        run.store.set_scan(scope, &scan)?;
    }
    let calls = run.calls.clone();
    let feed = Feed::list(calls, scope.clone(), question);
    run.take(scope, feed).await?;
    run.save()?;
    let mut scan = run.store.scan(scope)?;
    scan.finished = true;
    run.store.set_scan(scope, &scan)?;
    if !is_first {
        look_for_changes(run, scope, wanted).await?;
    }
    // Last, so that known failures do not use up the time of each run.
    ask_again(run, scope, wanted).await
}

/// Lists conversations again that were created within the refresh period.
async fn look_for_changes<S: AccountStore>(
    run: &mut Run<'_, S>,
    scope: &Scope,
    wanted: &Wanted,
) -> Result<(), Stop> {
    let since = match wanted.refresh {
        Refresh::Nothing => return Ok(()),
        Refresh::All => None,
        // Without a date that far back, all.
        Refresh::Last(age) => run.ago(age),
    };
    let since = since.max(wanted.since);
    let mut scan = run.store.scan(scope)?;
    // A refresh that was not finished goes on: what it has fetched is not fetched again.
    let began = *scan.refresh_run.get_or_insert(run.store.run());
    let place = None;
    let RefreshScan { since, place } = scan
        .refresh
        .get_or_insert(RefreshScan { since, place })
        .clone();
    run.store.set_scan(scope, &scan)?;
    run.store.refresh(Some(began));
    // The place of this list is not that of what is new.
    let calls = run.calls.clone();
    let question = resumed(run, created_since(since), place);
    let mut feed = Feed::list(calls, scope.clone(), question);
    if !S::KEEPS_REFRESH {
        feed = feed.without_places();
    }
    let taken = run.take(scope, feed).await;
    run.store.refresh(None);
    if taken?.is_whole && all_have_ids(run, scope) {
        let now = run.now();
        // A second from the border, where servers round.
        let since = since
            .and_then(|since: DateTime<_>| since.checked_add_signed(chrono::TimeDelta::seconds(1)));
        run.store.listed_all(scope, since, now)?;
    }
    let mut scan = run.store.scan(scope)?;
    (scan.refresh_run, scan.refresh) = (None, None);
    Ok(run.store.set_scan(scope, &scan)?)
}

/// Asks again for what failed, and for details that were left out.
async fn ask_again<S: AccountStore>(
    run: &mut Run<'_, S>,
    scope: &Scope,
    wanted: &Wanted,
) -> Result<(), Stop> {
    let mut failures = run.store.failures().of(scope);
    let wants_details = run.store.wants_details(scope);
    failures.retain(|failure| wants_details || failure.place != Place::Details);
    let asked: HashSet<_> = failures
        .iter()
        .filter_map(|failure| failure.id.clone())
        .collect();
    run.ask_again(scope, &wanted.question(), failures).await?;
    if wants_details {
        let mut ids = run.store.without_details()?;
        ids.retain(|id| !asked.contains(id));
        run.take(scope, Feed::details(ids)).await?;
    }
    Ok(run.save()?)
}
