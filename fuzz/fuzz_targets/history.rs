//! The reader of version histories, whose form the document leaves open: any JSON is read or refused.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &str| {
    octocom_ext::fuzzing::history(data);
});
