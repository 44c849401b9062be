//! The run of a copy.

use std::collections::HashSet;

use octocom_ext::DateTime;
use serde_json::{Map, json};

use crate::account::Account;
use crate::calls::Calls;
use crate::collector::Collector;
use crate::database::Database;
use crate::error::Result;
use crate::failure::Place;
use crate::feed::Feed;
use crate::report::{End, Report};
use crate::run::{Run, Stop};
use crate::scope::Scope;
use crate::source::Question;
use crate::store::Store;
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
    let ended = copy_all(&mut run, &streams, account.slugs().as_deref(), sync.refresh).await;
    let end = match ended {
        Ok(()) => End::Complete,
        Err(Stop::End(end)) => end,
        Err(Stop::Error(error)) => {
            let report = run.report(End::default());
            // The first error tells more than that of the attempt to keep what was accepted.
            let saved = run.save();
            return Err(match saved {
                Ok(()) => error.with_report(report),
                Err(_) => error,
            });
        }
    };
    let report = run.report(end);
    run.save()?;
    Ok(report)
}

/// The streams of a copy: the small ones first, conversations last.
fn streams(sync: &AccountSync) -> Vec<Stream> {
    let is_wanted = |stream: &Stream| match sync.only.is_empty() {
        true => !stream.is_history() || sync.histories,
        false => {
            sync.only.contains(stream)
                || (stream.is_history() && sync.histories && sync.only.contains(&stream.items()))
        }
    };
    let mut streams: Vec<_> = Stream::all().filter(is_wanted).collect();
    streams.sort_by_key(|stream| match stream.kind() {
        Kind::Whole => 0,
        Kind::Pages if stream.has_details() => 4,
        Kind::Pages => 1,
        Kind::Deleted => 2,
        Kind::Versions => 3,
    });
    streams
}

async fn copy_all(
    run: &mut Run<'_, Database>,
    streams: &[Stream],
    businesses: Option<&[String]>,
    refresh: Refresh,
) -> Result<(), Stop> {
    for stream in streams {
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
                true => copy_conversations(run, &scope, refresh).await,
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
    }
    Ok(())
}

/// Copies a list, all of it.
async fn copy(run: &mut Run<'_, Database>, scope: &Scope) -> Result<(), Stop> {
    let mut scan = run.store.scan(scope)?;
    if scan.finished {
        scan.place = None;
        scan.finished = false;
        run.store.set_scan(scope, &scan)?;
    }
    let question = Question {
        resume: scan.place.clone(),
        ..Question::default()
    };
    let calls = run.calls.clone();
    let feed = Feed::list(calls, scope.clone(), question);
    let scanned = run.take(scope, feed).await?;
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
fn all_have_ids(run: &mut Run<'_, Database>, scope: &Scope) -> bool {
    let failures = run.store.failures().of(scope);
    failures.iter().all(|failure| failure.id.is_some())
}

/// Copies conversations: what failed or was left out, what is new, and what has changed.
async fn copy_conversations(
    run: &mut Run<'_, Database>,
    scope: &Scope,
    refresh: Refresh,
) -> Result<(), Stop> {
    ask_again(run, scope).await?;
    let mut scan = run.store.scan(scope)?;
    let is_first = scan.place.is_none();
    if scan.finished {
        scan.finished = false;
        scan.rereads = true;
        run.store.set_scan(scope, &scan)?;
    }
    let mut question = Question {
        resume: scan.place.clone(),
        ..Question::default()
    };
    if scan.rereads {
        question.overlap = run.settings.margin;
    }
    let calls = run.calls.clone();
    let feed = Feed::list(calls, scope.clone(), question);
    run.take(scope, feed).await?;
    run.save()?;
    let mut scan = run.store.scan(scope)?;
    scan.finished = true;
    run.store.set_scan(scope, &scan)?;
    if !is_first {
        look_for_changes(run, scope, refresh).await?;
    }
    let failures = run.store.failures().of_this_run(scope);
    run.ask_again(scope, &Question::default(), failures).await
}

/// Lists conversations again that were created within the refresh period.
async fn look_for_changes(
    run: &mut Run<'_, Database>,
    scope: &Scope,
    refresh: Refresh,
) -> Result<(), Stop> {
    let since = match refresh {
        Refresh::Nothing => return Ok(()),
        Refresh::All => None,
        // Without a date that far back, all.
        Refresh::Last(age) => run.ago(age),
    };
    let mut scan = run.store.scan(scope)?;
    // A refresh that was not finished goes on: what it has fetched is not fetched again.
    let began = *scan.refresh_run.get_or_insert(run.store.run());
    run.store.set_scan(scope, &scan)?;
    run.store.refresh(Some(began));
    let mut arguments = Map::new();
    if let Some(since) = since {
        arguments.insert("startDate".to_owned(), json!(since));
    }
    let question = Question {
        arguments,
        ..Question::default()
    };
    // The place of this list is not that of what is new.
    let calls = run.calls.clone();
    let feed = Feed::list(calls, scope.clone(), question).without_places();
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
    scan.refresh_run = None;
    Ok(run.store.set_scan(scope, &scan)?)
}

/// Asks again for what failed, and for details that were left out.
async fn ask_again(run: &mut Run<'_, Database>, scope: &Scope) -> Result<(), Stop> {
    let mut failures = run.store.failures().of(scope);
    let wants_details = run.store.wants_details(scope);
    failures.retain(|failure| wants_details || failure.place != Place::Details);
    let asked: HashSet<_> = failures
        .iter()
        .filter_map(|failure| failure.id.clone())
        .collect();
    run.ask_again(scope, &Question::default(), failures).await?;
    if wants_details {
        let mut ids = run.store.without_details()?;
        ids.retain(|id| !asked.contains(id));
        run.take(scope, Feed::details(ids)).await?;
    }
    Ok(run.save()?)
}
