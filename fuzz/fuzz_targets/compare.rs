//! The comparison of two documents and its reports.
//!
//! A document equals itself, a report is whole in every format, and a comparison that is refused
//! one way is refused the other way too.
#![no_main]

use libfuzzer_sys::arbitrary::Unstructured;
use libfuzzer_sys::fuzz_target;
use octocom_fuzz::{SMALL, edit};
use serde_json::Value;
use openapi_compare::{MAX_MARKDOWN_BYTES, compare, write_json, write_markdown, write_text};

fuzz_target!(|data: &[u8]| {
    let mut input = Unstructured::new(data);
    let mut old = SMALL.clone();
    if input.ratio(1, 2).unwrap_or(false) {
        let _ = edit(&mut old, &mut input);
    }
    let mut new = old.clone();
    let _ = edit(&mut new, &mut input);
    for document in [&old, &new] {
        if let Ok(report) = compare(document, document) {
            assert!(report.is_empty(), "{report:?}");
        }
    }
    let there = compare(&old, &new);
    assert_eq!(there.is_ok(), compare(&new, &old).is_ok());
    let Ok(report) = there else { return };
    let (mut text, mut markdown, mut json) = (Vec::new(), Vec::new(), Vec::new());
    write_text(&report, &mut text).expect("memory takes all");
    write_markdown(&report, &mut markdown).expect("memory takes all");
    write_json(&report, &mut json).expect("memory takes all");
    assert!(markdown.len() <= MAX_MARKDOWN_BYTES);
    assert!(serde_json::from_slice::<Value>(&json).is_ok());
});
