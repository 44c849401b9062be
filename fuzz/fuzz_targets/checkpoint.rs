//! The reader of checkpoints: what it takes comes back from its own text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use octocom_ext::Checkpoint;
use octocom_ext::fuzzing::accepts;
use serde_json::json;

fuzz_target!(|data: &str| {
    let Ok(checkpoint) = data.parse::<Checkpoint>() else {
        return;
    };
    let text = checkpoint.to_string();
    let again: Checkpoint = text.parse().expect("its own text");
    // Of many times some are joined when they are written, and then stay as they are.
    assert_eq!(again.to_string(), text);
    let no_filters = json!({});
    let server = "https://api.example.com/";
    for operation in ["list_users", "list_conversations"] {
        let accepted = accepts(&checkpoint, server, operation, &no_filters);
        assert_eq!(accepted, accepts(&again, server, operation, &no_filters));
    }
});
