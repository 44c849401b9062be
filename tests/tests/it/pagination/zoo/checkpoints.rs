//! Checkpoints and plans of another server, and edited ones: refused before anything is sent.

use octocom_ext::{Checkpoint, ErrorKind, Plan, Shard};

use super::*;

async fn two_servers() -> (ZooServer, ZooServer) {
    let times = every(60 * SECOND, 120);
    (
        ZooServer::start(milliseconds(), &times).await,
        ZooServer::start(milliseconds(), &times).await,
    )
}

#[tokio::test]
async fn a_checkpoint_of_another_server_is_refused() {
    let (one, other) = two_servers().await;
    let mut stream = one.client().conversations().list().stream();
    stream.try_next().await.unwrap();
    let list = other.client().conversations().list();
    let error = list.resume(stream.checkpoint()).stream().try_next().await;
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(
        error.to_string().contains("checkpoint: `server` is"),
        "{error}"
    );
    assert_eq!(other.requests(), 0);
    let list = one.client().conversations().list();
    let mut rest = list.resume(stream.checkpoint()).stream();
    assert_eq!(read(&mut rest).await.0.len(), 119);
}

#[tokio::test]
async fn an_edited_checkpoint_is_refused_by_name() {
    let (server, _) = two_servers().await;
    let list = server.client().conversations().list();
    let mut stream = list.clone().without_read_ahead().stream();
    for _ in 0..60 {
        stream.try_next().await.unwrap();
    }
    let text = stream.checkpoint().to_string();
    let before = server.requests();
    let start = serde_json::to_value(stream.checkpoint()).unwrap()["position"]["start"].clone();
    let start = start.as_str().unwrap();
    for (from, to, named) in [
        ("\"delivered\":60", "\"delivered\":0", "`delivered`"),
        ("\"delivered\":60", "\"delivered\":61", "`checksum`"),
        (start, "2024-06-01T00:00:00Z", "`position.seen`"),
        (start, "2024-01-01T00:00:00Z", "`checksum`"),
        ("list_conversations", "list_users", "`operation`"),
    ] {
        let edited = text.replacen(from, to, 1);
        assert_ne!(edited, text);
        let checkpoint: Checkpoint = edited.parse().unwrap();
        let error = list.clone().resume(checkpoint).stream().try_next().await;
        let error = error.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert!(error.to_string().contains(named), "{named}: {error}");
    }
    assert_eq!(server.requests(), before);
}

#[tokio::test]
async fn a_plan_of_another_server_or_with_a_gap_is_refused_by_name() {
    let (one, other) = two_servers().await;
    let plan = one.client().conversations().list().plan(3).await.unwrap();
    let refusal = |server: &ZooServer, plan: &Plan| {
        let error = server.client().conversations().shard(plan, 0).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        error.to_string()
    };
    let message = refusal(&other, &plan);
    assert!(message.contains("plan: `server` is"), "{message}");
    assert_eq!(other.requests(), 0);

    let edited = |edit: &dyn Fn(&mut serde_json::Value)| -> Plan {
        let mut json = serde_json::to_value(&plan).unwrap();
        edit(&mut json);
        serde_json::from_value(json).unwrap()
    };
    for (plan, named) in [
        (
            edited(&|plan| plan["shards"][1]["end"] = json!("2024-01-15T22:00:00Z")),
            "shard: `end`",
        ),
        (
            edited(&|plan| plan["shards"][1]["end"] = json!("2030-01-01T00:00:00Z")),
            "`shards[1].end` is not `shards[2].start`",
        ),
        (
            edited(&|plan| {
                plan["shards"].as_array_mut().unwrap().remove(1);
            }),
            "`shards[0].end` is not `shards[1].start`",
        ),
        (
            edited(&|plan| plan["shards"] = json!([])),
            "`shards` is empty",
        ),
        (edited(&|plan| plan["version"] = json!(1)), "`version` is 1"),
    ] {
        let message = refusal(&one, &plan);
        assert!(message.contains(named), "{named}: {message}");
    }
}

#[tokio::test]
async fn a_shard_that_ends_before_it_begins_is_refused() {
    let (server, _) = two_servers().await;
    let shard = json!({"start": "2024-01-16T00:00:00Z", "end": "2024-01-15T00:00:00Z"});
    let shard: Shard = serde_json::from_value(shard).unwrap();
    let list = server.client().conversations().list();
    let error = list.clone().shard(shard).stream().try_next().await;
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(
        error.to_string().contains("shard: `end`, 2024-01-15"),
        "{error}"
    );
    // One that has nothing in common with the dates of the list.
    let shard = json!({"start": "2024-01-16T00:00:00Z", "end": null});
    let shard: Shard = serde_json::from_value(shard).unwrap();
    let until = DateTime::<Utc>::from_timestamp_nanos(BASE);
    let error = list.until(until).shard(shard).stream().try_next().await;
    let error = error.unwrap_err();
    assert!(
        error.to_string().contains("shard: it lies outside"),
        "{error}"
    );
    assert_eq!(server.requests(), 0);
}
