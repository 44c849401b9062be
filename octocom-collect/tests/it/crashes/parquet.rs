//! Folders of Parquet parts as killed runs leave them, and how the next run goes on.

use std::collections::BTreeSet;
use std::path::Path;

use octocom_collect::{End, Error, Event, Existing, Export, Format, Output, Report, Stream};

use super::refuse_pages;
use crate::common::Setup;
use crate::parquet::{others, parts, rows};

fn export(folder: &Path, existing: Existing) -> Export {
    Export::new(Stream::CONVERSATIONS, Output::file(folder))
        .format(Format::Parquet)
        .part_records(20)
        .existing(existing)
}

async fn run(setup: &Setup, export: Export) -> Result<Report, Error> {
    setup.collector().export(export).await
}

/// Goes on with an export. Returns how it ended and the number of records that it wrote.
async fn resume(setup: &Setup, folder: &Path) -> (End, u64) {
    let report = run(setup, export(folder, Existing::Resume)).await.unwrap();
    (report.end, report.written())
}

/// Copies a folder as it is, as a kill would leave it.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

/// Checks that a folder has so many records, each once, and nothing unfinished.
fn assert_whole(folder: &Path, records: usize) {
    let rows = rows(folder);
    let keys: BTreeSet<_> = rows
        .iter()
        .map(|row| row["recordKey"].to_string())
        .collect();
    assert_eq!((rows.len(), keys.len()), (records, records));
    assert_eq!(
        others(folder),
        BTreeSet::from(["_all.state.json".to_owned()])
    );
}

#[tokio::test]
async fn the_last_part_is_written_by_the_next_run_if_the_run_that_listed_all_could_not() {
    let setup = Setup::new(30).await;
    let folder = setup.path("all");
    let block = folder.join("all-00001.parquet");
    let at = block.clone();
    let collector = setup.collector().on_event(move |event| {
        if matches!(event, Event::Finished { .. }) {
            std::fs::create_dir(&at).unwrap();
        }
    });
    let ended = collector.export(export(&folder, Existing::Refuse));
    ended.await.unwrap_err();
    std::fs::remove_dir(&block).unwrap();
    assert_eq!(rows(&folder).len(), 20);
    assert_eq!(resume(&setup, &folder).await.0, End::Complete);
    assert_whole(&folder, 30);
    assert_eq!(resume(&setup, &folder).await, (End::NothingToDo, 0));
}

#[tokio::test]
async fn a_record_that_fills_a_part_after_its_failure_comes_once() {
    let setup = Setup::new(25).await;
    let (folder, killed) = (setup.path("all"), setup.path("killed"));
    let records = setup.client.conversations().list().all().await.unwrap();
    setup.poison(&records[7].id.to_string(), "status=500");
    let one = |folder: &Path, existing| {
        let export = export(folder, existing).details(true);
        export.part_records(1)
    };
    assert_eq!(
        run(&setup, one(&folder, Existing::Refuse))
            .await
            .unwrap()
            .written(),
        24
    );
    setup.control().clear_plans();
    let (from, to) = (folder.clone(), killed.clone());
    let collector = setup.collector().on_event(move |event| {
        if matches!(event, Event::Progress { .. }) && !to.exists() {
            copy(&from, &to);
        }
    });
    let ended = collector.export(one(&folder, Existing::Resume));
    assert_eq!(ended.await.unwrap().written(), 1);
    run(&setup, one(&killed, Existing::Resume)).await.unwrap();
    assert_whole(&folder, 25);
    assert_whole(&killed, 25);
}

#[tokio::test]
async fn parts_that_were_about_to_be_shown_are_shown_before_they_are_replaced() {
    let setup = Setup::new(30).await;
    let (folder, other) = (setup.path("all"), setup.path("other"));
    for path in [&folder, &other] {
        run(&setup, export(path, Existing::Refuse)).await.unwrap();
        // Those of the other have one more.
        setup.sandbox.insert_conversation(setup.control().now());
    }
    // Killed between the renames: the first part is shown already.
    let [first, second] = ["all-00000.parquet", "all-00001.parquet"];
    std::fs::copy(other.join(first), folder.join(first)).unwrap();
    std::fs::copy(other.join(second), folder.join("_all-00001.parquet.new")).unwrap();
    std::fs::copy(
        other.join("_all.state.json"),
        folder.join("_all.new.state.json"),
    )
    .unwrap();
    std::fs::write(folder.join("_all.new.journal"), "").unwrap();
    refuse_pages(&setup);
    run(&setup, export(&folder, Existing::Overwrite))
        .await
        .unwrap_err();
    assert_eq!(rows(&folder), rows(&other));
    setup.control().clear_plans();
    assert_eq!(resume(&setup, &folder).await, (End::Complete, 32));
    assert_whole(&folder, 32);
}

#[tokio::test]
async fn an_unfinished_run_that_was_replaced_does_not_come_back() {
    let setup = Setup::new(30).await;
    let folder = setup.path("all");
    run(&setup, export(&folder, Existing::Refuse))
        .await
        .unwrap();
    let cut_off = setup.collector().max_items(5);
    refuse_pages(&setup);
    let ended = cut_off.export(export(&folder, Existing::Overwrite));
    ended.await.unwrap_err();
    setup.control().clear_plans();
    for part in parts(&folder) {
        std::fs::remove_file(part).unwrap();
    }
    std::fs::remove_file(folder.join("_all.state.json")).unwrap();
    assert_eq!(
        run(&setup, export(&folder, Existing::Overwrite))
            .await
            .unwrap()
            .written(),
        30
    );
    assert_whole(&folder, 30);
    assert_eq!(resume(&setup, &folder).await, (End::NothingToDo, 0));
    assert_whole(&folder, 30);
}

#[tokio::test]
async fn what_a_killed_run_left_is_removed_though_there_is_nothing_to_do() {
    let setup = Setup::new(30).await;
    let folder = setup.path("all");
    run(&setup, export(&folder, Existing::Refuse))
        .await
        .unwrap();
    for name in [
        "_all.journal",
        "_all.parquet.part",
        "_all.state.json.new",
        "_all.new.state.json.new",
    ] {
        std::fs::write(folder.join(name), "half").unwrap();
    }
    assert_eq!(resume(&setup, &folder).await, (End::NothingToDo, 0));
    assert_whole(&folder, 30);
}
