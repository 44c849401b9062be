//! The reader of version histories and of lists of what was deleted, whose form the document leaves
//! open: every JSON is read, and its text is kept.
#![no_main]

use libfuzzer_sys::fuzz_target;
use octocom_ext::fuzzing::history;

fuzz_target!(|data: &str| {
    let Some((history, deleted)) = history(data) else {
        return;
    };
    assert!(data.contains(history.raw()));
    assert_eq!(history.raw(), deleted.raw());
    assert!(history.is_recognized() || history.versions().is_empty());
    assert!(deleted.is_recognized() || deleted.items().is_empty());
    let dated = history
        .versions()
        .iter()
        .all(|version| version.at().is_some());
    assert!(!dated || history.versions().is_sorted_by(|a, b| a.at() >= b.at()));
    for version in &history {
        assert!(data.contains(version.raw()));
        if let Some(at) = version.at() {
            assert!(
                history
                    .at(at)
                    .is_some_and(|current| current.at() == Some(at))
            );
            assert!(
                history
                    .before(at)
                    .is_none_or(|before| before.at() < Some(at))
            );
        }
        if let Some(id) = version.id() {
            assert!(history.get(id.as_str()).is_some());
        }
    }
    for pair in history.versions().windows(2) {
        if let [newer, older] = pair
            && let Some(changes) = older.diff(newer)
        {
            let same = older.snapshot() == newer.snapshot();
            assert_eq!(changes.is_empty(), same, "{changes:?}");
        }
    }
    for item in &deleted {
        assert!(data.contains(item.raw()));
    }
});
