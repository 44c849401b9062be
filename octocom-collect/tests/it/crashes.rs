//! Files as killed runs leave them, and how the next run goes on.

#[cfg(feature = "parquet")]
mod parquet;

use octocom_collect::{End, ErrorKind, Existing, Export, Format, Output, Stream};
use octocom_sandbox::{FaultPlan, RecordKind};
use serde_json::{Value, json};

use crate::common::Setup;

/// SHA-256 of no bytes.
const NOTHING: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const ALL: [&str; 2] = ["all.ndjson", "all.ndjson.state.json"];

/// Makes every request for a page an error that ends the run.
fn refuse_pages(setup: &Setup) {
    let plan = FaultPlan::on("list_conversations");
    let plan = plan.always("status=401".parse().unwrap());
    setup.control().add_plan(plan).unwrap();
}

fn write(setup: &Setup, name: &str, content: &str) {
    std::fs::write(setup.path(name), content).unwrap();
}

fn remove(setup: &Setup, name: &str) {
    std::fs::remove_file(setup.path(name)).unwrap();
}

fn read_json(setup: &Setup, name: &str) -> Value {
    serde_json::from_str(&setup.read(name)).unwrap()
}

#[tokio::test]
async fn a_table_begun_by_a_run_that_was_killed_has_its_first_line() {
    let setup = Setup::new(3).await;
    let collector = setup.collector();
    let table = |name: &str| {
        let export = setup.conversations(name).format(Format::Csv);
        collector.export(export.existing(Existing::Resume))
    };
    table("whole.csv").await.unwrap();
    let whole = setup.read("whole.csv");
    let header = whole.lines().next().unwrap();
    assert!(header.starts_with("id,"), "{header}");
    // As a run leaves it that is killed before, within and after the first line, which its state
    // speaks of last.
    for part in [None, Some(""), Some(&header[..5]), Some(header)] {
        refuse_pages(&setup);
        table("killed.csv").await.unwrap_err();
        setup.control().clear_plans();
        let state_name = "killed.csv.part.state.json";
        let mut state = read_json(&setup, state_name);
        assert_eq!(state["written"]["bytes"], header.len() + 1);
        state["written"] = json!({
            "bytes": 0,
            "sha256": NOTHING,
            "records": 0,
        });
        write(&setup, state_name, &state.to_string());
        match part {
            Some(part) => write(&setup, "killed.csv.part", part),
            None => remove(&setup, "killed.csv.part"),
        }
        table("killed.csv").await.unwrap();
        assert_eq!(setup.read("killed.csv"), whole, "{part:?}");
        remove(&setup, "killed.csv");
        remove(&setup, "killed.csv.state.json");
    }
}

#[tokio::test]
async fn a_run_that_was_killed_while_it_copied_what_it_appends_to_goes_on() {
    for existing in [Existing::Resume, Existing::Append] {
        let setup = Setup::new(5).await;
        setup.details("all.ndjson", Existing::Refuse).await.unwrap();
        let whole = setup.read("all.ndjson");
        let new = setup.control().now();
        let new = setup.sandbox.insert_conversation(new).to_string();
        let mut state = read_json(&setup, "all.ndjson.state.json");
        state["phase"] = json!("copying");
        write(&setup, "all.ndjson.part.state.json", &state.to_string());
        write(&setup, "all.ndjson.part", &whole[..100]);
        let report = setup.details("all.ndjson", existing).await.unwrap();
        assert_eq!((report.written(), report.end), (1, End::Complete));
        let added = setup.read("all.ndjson");
        let added = added.strip_prefix(&whole).unwrap();
        assert!(
            added.contains(&new) && added.lines().count() == 1,
            "{added}"
        );
        assert_eq!(setup.files(), ALL);
    }
}

#[tokio::test]
async fn a_state_that_was_not_yet_in_its_place_is_removed() {
    let setup = Setup::new(5).await;
    setup.details("all.ndjson", Existing::Refuse).await.unwrap();
    write(&setup, "all.ndjson.part.state.json.new", "{");
    let report = setup.details("all.ndjson", Existing::Resume).await.unwrap();
    assert_eq!(report.end, End::NothingToDo);
    assert_eq!(setup.files(), ALL);
}

#[tokio::test]
async fn an_unfinished_file_is_replaced_also_after_a_kill_in_the_first_step() {
    let setup = Setup::new(5).await;
    setup.details("all.ndjson", Existing::Refuse).await.unwrap();
    let whole = setup.read("all.ndjson");
    remove(&setup, "all.ndjson");
    // The new state is there, and behind it the file of the run before.
    let mut state = read_json(&setup, "all.ndjson.state.json");
    state["phase"] = json!("writing");
    state["finished"] = json!(false);
    state["scans"] = json!([]);
    state["written"] = json!({ "bytes": 0, "sha256": NOTHING, "records": 0 });
    remove(&setup, "all.ndjson.state.json");
    write(&setup, "all.ndjson.part.state.json", &state.to_string());
    write(&setup, "all.ndjson.part", "what was written before\n");
    let report = setup.details("all.ndjson", Existing::Resume).await.unwrap();
    assert_eq!((report.written(), report.end), (5, End::Complete));
    assert_eq!(setup.read("all.ndjson"), whole);
    assert_eq!(setup.files(), ALL);
}

#[tokio::test]
async fn a_file_that_is_not_the_one_appended_to_stays() {
    let setup = Setup::new(5).await;
    setup.details("all.ndjson", Existing::Refuse).await.unwrap();
    let whole = setup.read("all.ndjson");
    setup.sandbox.insert_conversation(setup.control().now());
    refuse_pages(&setup);
    let ended = setup.details("all.ndjson", Existing::Append).await;
    ended.unwrap_err();
    setup.control().clear_plans();
    write(&setup, "all.ndjson", "mine");
    let error = setup.details("all.ndjson", Existing::Resume).await;
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Exists);
    assert!(error.to_string().contains("has appeared"), "{error}");
    assert_eq!(setup.read("all.ndjson"), "mine");
    write(&setup, "all.ndjson", &whole);
    setup.details("all.ndjson", Existing::Resume).await.unwrap();
    assert_eq!(setup.read("all.ndjson").lines().count(), 6);
    assert_eq!(setup.files(), ALL);
}

#[tokio::test]
async fn a_file_with_the_name_of_a_state_is_not_replaced() {
    let setup = Setup::new(5).await;
    write(&setup, "all.ndjson.state.json", "{\"mine\": 1}");
    let error = setup.details("all.ndjson", Existing::Refuse).await;
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::State);
    assert_eq!(setup.read("all.ndjson.state.json"), "{\"mine\": 1}");
    assert_eq!(setup.requests("list_conversations"), 0);
    let replaced = setup.details("all.ndjson", Existing::Overwrite).await;
    assert_eq!(replaced.unwrap().written(), 5);
}

/// Records become visible late also while a run is cut off: whoever goes on looks back.
#[tokio::test]
async fn a_run_that_goes_on_finds_what_became_visible_late() {
    let setup = Setup::new(98).await;
    let now = setup.control().now();
    let ago = |minutes: u64| now - std::time::Duration::from_secs(60 * minutes);
    // The first two pages end with the first of these.
    for minutes in [32, 31, 30] {
        setup.sandbox.insert_conversation(ago(minutes));
    }
    let plan = FaultPlan::on("list_conversations").works(2);
    let plan = plan.always("status=401".parse().unwrap());
    setup.control().add_plan(plan).unwrap();
    let collector = setup.collector();
    let export = |existing| {
        let export = setup.conversations("all.ndjson").existing(existing);
        collector.export(export)
    };
    export(Existing::Refuse).await.unwrap_err();
    setup.control().clear_plans();
    assert_eq!(setup.read("all.ndjson.part").lines().count(), 99);
    let late = setup.sandbox.insert_conversation(ago(35)).to_string();
    setup.sandbox.insert_conversation(ago(5));
    // Cut off before it has looked back: so has the next.
    refuse_pages(&setup);
    export(Existing::Resume).await.unwrap_err();
    setup.control().clear_plans();
    let report = export(Existing::Resume).await.unwrap();
    assert_eq!((report.written(), report.end), (4, End::Complete));
    assert!(setup.read("all.ndjson").contains(&late));
}

#[tokio::test]
async fn a_list_without_news_keeps_its_place() {
    let setup = Setup::new(5).await;
    setup.details("all.ndjson", Existing::Refuse).await.unwrap();
    let place = || read_json(&setup, "all.ndjson.state.json")["scans"][0]["place"].clone();
    let before = place();
    assert!(before["position"]["start"].is_string(), "{before}");
    for _ in 0..3 {
        let report = setup.details("all.ndjson", Existing::Append).await.unwrap();
        assert_eq!((report.written(), place()), (0, before.clone()));
    }
}

/// The lists of some businesses were finished when the run was cut off: only appending lists them again.
#[tokio::test]
async fn appending_to_an_unfinished_file_takes_news_of_its_finished_lists() {
    for (existing, has_news) in [(Existing::Append, true), (Existing::Resume, false)] {
        let setup = Setup::new(5).await;
        let collector = setup.collector();
        let articles: Stream = "articles".parse().unwrap();
        let export = |name, existing| {
            let export = Export::new(articles, Output::file(setup.path(name)));
            collector.export(export.existing(existing))
        };
        export("other.ndjson", Existing::Refuse).await.unwrap();
        let last = setup.requests("list_articles") as u64 - 1;
        let plan = FaultPlan::on("list_articles").works(last);
        let plan = plan.always("status=401".parse().unwrap());
        setup.control().add_plan(plan).unwrap();
        export("all.ndjson", Existing::Refuse).await.unwrap_err();
        setup.control().clear_plans();
        // Of the first business.
        let new = json!({ "title": "new" });
        let control = setup.control();
        control.insert(RecordKind::Articles, new).unwrap();
        let report = export("all.ndjson", existing).await.unwrap();
        assert_eq!(report.end, End::Complete);
        let all = setup.read("all.ndjson");
        assert_eq!(all.contains("\"title\":\"new\""), has_news);
    }
}
