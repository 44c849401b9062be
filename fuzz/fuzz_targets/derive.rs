//! The way from a published document to what progenitor reads.
//!
//! It ends with a document or with problems, never with a panic, and the same input gives the same.
#![no_main]

use libfuzzer_sys::arbitrary::Unstructured;
use libfuzzer_sys::fuzz_target;
use octocom_fuzz::{OVERLAY, PUBLISHED, SMALL, SMALL_OVERLAY, edit};
use xtask::fuzzing::derive;

fuzz_target!(|data: &[u8]| {
    let mut input = Unstructured::new(data);
    // The real one takes forty times as long, so it is rare: no input that is short or of zeros.
    let real = input.arbitrary::<u8>() == Ok(u8::MAX);
    let (mut document, overlay) = match real {
        true => (PUBLISHED.clone(), OVERLAY),
        false => (SMALL.clone(), SMALL_OVERLAY),
    };
    // An input that ends too early has made some of its edits.
    let _ = edit(&mut document, &mut input);
    let derived = derive(&document, overlay);
    if real {
        assert_eq!(derived, derive(&document, overlay));
    }
    match derived {
        Ok(derived) => assert!(derived["paths"].is_object()),
        Err(problems) => assert!(!problems.is_empty()),
    }
});
