//! Listings of the sandbox while a second task inserts and deletes conversations at random.
//!
//! The promises of the listing are checked against the changes of the second task: a conversation that was
//! there during the whole scan is delivered exactly once. The task runs freely beside the scan, so
//! every run interleaves them anew; the changes themselves come from proptest.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use octocom_ext::ErrorKind;
use octocom_sandbox::Sandbox;
use proptest::prelude::*;
use proptest::sample::Index;
use uuid::Uuid;

use octocom_tests::sandboxed;

/// Instants of the conversations, in milliseconds: few, so that many share one.
fn instants() -> impl Strategy<Value = Vec<u64>> {
    let at = prop_oneof![3 => Just(5_000_u64), 2 => Just(5_001), 4 => 0_u64..20_000];
    prop::collection::vec(at, 0..200)
}

/// Changes: deletes one of those that are there, or inserts one at an instant.
fn changes() -> impl Strategy<Value = Vec<(bool, Index, u64)>> {
    let at = prop_oneof![Just(5_000_u64), 0_u64..20_000];
    prop::collection::vec((any::<bool>(), any::<Index>(), at), 0..60)
}

async fn check(instants: Vec<u64>, changes: Vec<(bool, Index, u64)>) -> Result<(), TestCaseError> {
    let sandbox = Arc::new(Sandbox::builder().conversations(0).start().await.unwrap());
    let insert =
        |sandbox: &Sandbox, at| sandbox.insert_conversation(UNIX_EPOCH + Duration::from_millis(at));
    let present: Vec<Uuid> = instants
        .into_iter()
        .map(|at| insert(&sandbox, at))
        .collect();
    let client = sandboxed::builder(&sandbox).build().unwrap();

    let server = Arc::clone(&sandbox);
    let mut there = present.clone();
    let second = tokio::spawn(async move {
        let mut deleted = BTreeSet::new();
        for (deletes, which, at) in changes {
            if deletes && !there.is_empty() {
                let id = there.swap_remove(which.index(there.len()));
                server.remove_conversation(id);
                deleted.insert(id);
            } else {
                there.push(insert(&server, at));
            }
            tokio::task::yield_now().await;
        }
        deleted
    });
    let mut delivered = BTreeSet::new();
    let mut stream = client.conversations().list().stream();
    let unstable = loop {
        match stream.try_next().await {
            Ok(Some(conversation)) => {
                prop_assert!(delivered.insert(conversation.id), "delivered twice");
            }
            Ok(None) => break false,
            // Honest, when the changes last as long as the passes; it can be gone on from.
            Err(error) => {
                prop_assert_eq!(error.kind(), ErrorKind::Unstable);
                prop_assert!(error.checkpoint().is_some());
                break true;
            }
        }
    };
    let deleted = second.await.unwrap();
    if !unstable {
        let missed: Vec<_> = present
            .iter()
            .filter(|id| !deleted.contains(id) && !delivered.contains(id))
            .collect();
        prop_assert!(missed.is_empty(), "missed {:?}", missed);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 256,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn what_is_there_during_the_whole_scan_is_delivered_exactly_once(
        instants in instants(),
        changes in changes(),
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(check(instants, changes))?;
    }
}
