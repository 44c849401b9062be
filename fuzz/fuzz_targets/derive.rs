//! The way from a published document to what progenitor reads.
//!
//! It ends with a document or with problems, never with a panic, and the same input gives the same.
#![no_main]

use libfuzzer_sys::arbitrary::Unstructured;
use libfuzzer_sys::fuzz_target;
use octocom_fuzz::{OVERLAY, SMALL, edit};
use xtask::fuzzing::derive;

fuzz_target!(|data: &[u8]| {
    let mut document = SMALL.clone();
    // An input that ends too early has made some of its edits.
    let _ = edit(&mut document, &mut Unstructured::new(data));
    let derived = derive(&document, OVERLAY);
    assert_eq!(derived, derive(&document, OVERLAY));
    match derived {
        Ok(derived) => assert!(derived["paths"].is_object()),
        Err(problems) => assert!(!problems.is_empty()),
    }
});
