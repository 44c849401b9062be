//! Histories of every shape a reasonable server could send, and of some that none would.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

const FIRST: &str = "11111111-1111-4111-8111-111111111111";
const SECOND: &str = "22222222-2222-4222-8222-222222222222";

fn read(json: &Value) -> History {
    History::read(serde_json::from_str(&json.to_string()).unwrap())
}

fn ids(history: &History) -> Vec<String> {
    let ids = history.into_iter().map(|version| version.id());
    ids.map(|id| id.map_or("-".to_owned(), Id::to_string))
        .collect()
}

fn time(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// Two entries, newest first, in a server's own words.
fn entries(id: &str, at: &str, author: &str, change: &str, snapshot: &str) -> Vec<Value> {
    let entry = |of: &str, minute: u32, title: &str, kind: &str| {
        json!({
            id: of,
            at: format!("2024-01-15T10:{minute:02}:00Z"),
            author: {"name": "Mia"},
            change: kind,
            snapshot: {"title": title},
            "extra": [1, {"of": "a newer server"}],
        })
    };
    vec![
        entry(SECOND, 31, "new", "updated"),
        entry(FIRST, 30, "old", "created"),
    ]
}

#[test]
fn every_reasonable_shape_gives_the_same_history() {
    let words = [
        ["id", "createdAt", "changedBy", "changeType", "snapshot"],
        ["versionId", "changedAt", "author", "action", "data"],
        ["versionId", "timestamp", "user", "event", "content"],
        ["version_id", "at", "createdBy", "change", "state"],
    ];
    for [id, at, author, change, snapshot] in words {
        let list = entries(id, at, author, change, snapshot);
        let up: Vec<_> = list.iter().rev().collect();
        for answer in [
            json!(list),
            json!({"data": list}),
            json!({"versions": list, "total": 2}),
            json!({"items": list}),
            json!({"data": {"versions": list}}),
            json!({"success": true, "data": {"items": list}}),
            json!({"data": up}),
        ] {
            let history = read(&answer);
            assert_eq!(history.raw(), answer.to_string());
            assert_eq!(ids(&history), [SECOND, FIRST], "{answer}");
            let newest = history.latest().unwrap();
            assert_eq!(newest.at(), Some(time("2024-01-15T10:31:00Z")), "{answer}");
            assert_eq!(
                newest.author().map(ToString::to_string).as_deref(),
                Some("Mia")
            );
            assert_eq!(newest.change(), Some("updated"));
            assert_eq!(
                newest.snapshot(),
                Some(&json!({"title": "new"})),
                "{answer}"
            );
            assert_eq!(newest.raw(), list[0].to_string());
            let changes = history.versions()[1].diff(newest).unwrap();
            let lines: Vec<_> = changes.iter().map(ToString::to_string).collect();
            assert_eq!(lines, ["~ /title: \"old\" -> \"new\""]);
        }
    }
}

#[test]
fn the_id_of_the_version_goes_before_that_of_the_thing() {
    let history = read(&json!([{"id": FIRST, "versionId": SECOND}]));
    assert_eq!(ids(&history), [SECOND]);
    assert!(history.get(SECOND).is_some() && history.get(FIRST).is_none());
    let capitals = read(&json!([{"id": "ABCDEF11-1111-4111-8111-111111111111"}]));
    assert!(
        capitals
            .get("abcdef11-1111-4111-8111-111111111111")
            .is_some()
    );
}

#[test]
fn a_number_is_an_id_that_cannot_be_restored() {
    let history = read(&json!({"versions": [{"id": 18, "data": {}}, {"id": 17, "data": {}}]}));
    assert_eq!(ids(&history), ["18", "17"]);
    assert_eq!(
        history.to_undelete(),
        Err("version id: 2 characters that are not a UUID".to_owned())
    );
}

#[test]
fn the_version_of_a_time_is_the_newest_that_is_not_later() {
    let history = read(&json!(entries("id", "createdAt", "by", "kind", "data")));
    let id = |version: Option<&Version>| version.and_then(Version::id).map(ToString::to_string);
    for (at, expected) in [
        ("2024-01-15T10:29:59Z", None),
        ("2024-01-15T10:30:00Z", Some(FIRST)),
        ("2024-01-15T10:30:59Z", Some(FIRST)),
        ("2024-01-15T10:31:00Z", Some(SECOND)),
        ("2030-01-01T00:00:00Z", Some(SECOND)),
    ] {
        assert_eq!(id(history.at(time(at))).as_deref(), expected, "{at}");
    }
    for (before, expected) in [
        ("2024-01-15T10:30:00Z", None),
        ("2024-01-15T10:30:01Z", Some(FIRST)),
        ("2024-01-15T10:31:00Z", Some(FIRST)),
        ("2024-01-15T10:31:01Z", Some(SECOND)),
    ] {
        assert_eq!(
            id(history.before(time(before))).as_deref(),
            expected,
            "{before}"
        );
    }
}

#[test]
fn versions_of_one_time_stay_in_the_order_of_the_server() {
    let entry = |id: u32, at: &str| json!({"id": id, "at": at});
    let (noon, one) = ("2024-01-15T12:00:00Z", "2024-01-15T13:00:00Z");
    let down = read(&json!([
        entry(4, one),
        entry(3, noon),
        entry(2, noon),
        entry(1, noon)
    ]));
    assert_eq!(ids(&down), ["4", "3", "2", "1"]);
    let up = read(&json!([
        entry(1, noon),
        entry(2, noon),
        entry(3, noon),
        entry(4, one)
    ]));
    assert_eq!(ids(&up), ["4", "3", "2", "1"]);
    let same = read(&json!([entry(3, noon), entry(2, noon)]));
    assert_eq!(ids(&same), ["3", "2"]);
    assert_eq!(same.at(time(noon)).and_then(Version::id), Some(&"3".into()));
    let mixed = read(&json!([entry(1, noon), entry(4, one), entry(2, noon)]));
    assert_eq!(ids(&mixed), ["4", "1", "2"]);
}

#[test]
fn where_not_all_have_a_time_nothing_is_sorted() {
    let history = read(&json!([
        {"id": 1, "at": "2024-01-15T12:00:00Z"}, {"id": 2}, {"id": 3, "at": "2024-01-16T12:00:00Z"},
        {"id": 4, "at": "2024-01-14T12:00:00Z"},
    ]));
    assert_eq!(ids(&history), ["1", "2", "3", "4"]);
    let latest = history
        .at(time("2025-01-01T00:00:00Z"))
        .and_then(Version::id);
    assert_eq!(latest, Some(&"3".into()));
}

#[test]
fn a_list_that_goes_up_is_turned_round_also_when_not_all_have_a_time() {
    let history = read(&json!([
        {"id": 1, "at": "2024-01-15T12:00:00Z"}, {"id": 2}, {"id": 3, "at": "2024-01-16T12:00:00Z"},
    ]));
    assert_eq!(ids(&history), ["3", "2", "1"]);
}

#[test]
fn the_time_of_the_change_goes_before_that_of_the_thing() {
    let entry =
        |id: u32, at: &str| json!({"id": id, "createdAt": "2020-01-01T00:00:00Z", "changedAt": at});
    let history = read(&json!([
        entry(1, "2024-01-15T12:00:00Z"),
        entry(2, "2024-01-16T12:00:00Z")
    ]));
    assert_eq!(ids(&history), ["2", "1"]);
}

#[test]
fn a_snapshot_that_cannot_be_decoded_is_one_all_the_same() {
    let deep = format!("{}1{}", "{\"a\":".repeat(200), "}".repeat(200));
    let text = format!(
        r#"[{{"id": "{SECOND}", "snapshot": {deep}}}, {{"id": "{FIRST}", "snapshot": {{}}}}]"#
    );
    let history = History::read(serde_json::from_str(&text).unwrap());
    let newest = history.latest().unwrap();
    assert!(newest.has_snapshot() && newest.snapshot().is_none());
    assert_eq!(
        history.to_undelete().map(|id| id.to_string()),
        Ok(SECOND.to_owned())
    );
}

#[test]
fn a_long_id_does_not_fill_a_message() {
    let history = read(&json!([{"id": "x".repeat(100_000)}]));
    assert!(history.to_undelete().unwrap_err().len() < 100);
}

#[test]
fn an_undelete_prefers_a_snapshot_and_needs_an_id() {
    let undelete = |json: Value| read(&json).to_undelete().map(|id| id.to_string());
    let first = Ok(FIRST.to_owned());
    let deleted = json!({"id": SECOND, "change": "deleted", "snapshot": null});
    assert_eq!(
        undelete(json!([deleted, {"id": FIRST, "snapshot": {"title": "a"}}])),
        first
    );
    assert_eq!(
        undelete(json!([{"snapshot": {}}, {"id": FIRST, "snapshot": {}}])),
        first
    );
    assert_eq!(undelete(json!([{"id": FIRST}, {"id": SECOND}])), first);
    assert_eq!(undelete(json!([{"note": "no id"}, {"id": FIRST}])), first);
    let none = "version id: none of the 1 versions has one that can be read";
    assert_eq!(undelete(json!([{"snapshot": {}}])), Err(none.to_owned()));
}

#[test]
fn a_snapshot_may_be_text_that_is_json_or_plain_text() {
    let snapshot = |json: Value| read(&json!([json])).versions()[0].snapshot().cloned();
    assert_eq!(
        snapshot(json!({"data": "{\"a\": 1}"})),
        Some(json!({"a": 1}))
    );
    assert_eq!(
        snapshot(json!({"content": "the article"})),
        Some(json!("the article"))
    );
    assert_eq!(
        snapshot(json!({"content": "text", "state": {"a": 1}})),
        Some(json!({"a": 1}))
    );
    assert_eq!(snapshot(json!({"snapshot": null, "data": null})), None);
    assert_eq!(snapshot(json!({"value": 7})), None);
}

#[test]
fn a_shape_that_nobody_foresaw_is_kept_whole() {
    for text in [
        "null",
        "7",
        "\"text\"",
        "{}",
        r#"{ "odd" : [1] }"#,
        r#"{"data":{"id":1}}"#,
    ] {
        let history = History::read(serde_json::from_str(text).unwrap());
        assert_eq!(history.raw(), text);
        assert!(
            history.versions().is_empty() && !history.is_recognized(),
            "{text}"
        );
    }
    let odd = read(&json!([7, null, "text", [1], {"id": {"a": 1}, "at": [], "change": {}}]));
    assert_eq!(ids(&odd), ["-", "-", "-", "-", "-"]);
    assert_eq!(odd.versions()[2].raw(), "\"text\"");
    assert!(odd.is_recognized() && odd.to_undelete().is_err());
}

#[test]
fn neither_snapshots_nor_texts_are_in_debug() {
    let history = read(&json!([{"id": FIRST, "snapshot": {"title": "sesame"}, "by": "sesame"}]));
    assert!(!format!("{history:?}").contains("sesame"));
}

proptest! {
    /// Whatever JSON arrives, nothing panics and nothing is lost.
    #[test]
    fn any_json_is_kept(text in r#"[\[\]{}":,a-z0-9\-. ]{0,60}"#) {
        if let Ok(raw) = serde_json::from_str::<Box<RawValue>>(&text) {
            let history = History::read(raw);
            prop_assert_eq!(history.raw(), text.trim());
            let _ = (history.restorable().is_some(), history.to_undelete().is_ok());
        }
    }
}
