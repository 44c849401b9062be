//! The reader of overlays: text that may be one, applied to a document.
#![no_main]

use libfuzzer_sys::fuzz_target;
use octocom_fuzz::SMALL;
use serde_json::{Value, json};
use xtask::fuzzing::overlay;

/// Tries a text, twice where it fits.
fn try_one(text: &str) {
    let mut document = SMALL.clone();
    if overlay(text, &mut document) {
        let mut again = SMALL.clone();
        assert!(overlay(text, &mut again));
        assert_eq!(document, again);
    }
}

fuzz_target!(|data: &str| {
    try_one(data);
    // A line with a path, and one with what is done there: most inputs are no JSON otherwise.
    let (target, update) = data.split_once('\n').unwrap_or((data, "remove"));
    let mut action = json!({ "target": target });
    match serde_json::from_str::<Value>(update) {
        Ok(update) => action["update"] = update,
        Err(_) => action["remove"] = true.into(),
    }
    let info = json!({"title": "", "version": "1"});
    try_one(&json!({"overlay": "1.0.0", "info": info, "actions": [action]}).to_string());
});
