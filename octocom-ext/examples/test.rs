//! Lesson 6: test your code with the sandbox, a server in the same process.
//!
//! `cargo run -p octocom-ext --example test`

use std::error::Error;

use octocom_ext::Client;
use octocom_sandbox::{FaultPlan, RecordKind, RequestFilter, Sandbox};
use serde_json::json;

/// The code to test: tags a conversation as urgent.
async fn mark_urgent(client: &Client, id: &str) -> octocom_ext::Result<()> {
    client.conversations().add_tag(id, "urgent").await?;
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // Made-up data that is the same in each run, and a client that does not wait between retries.
    let (sandbox, client) = Sandbox::builder()
        .conversations(120)
        .start_with_client()
        .await?;
    let control = sandbox.control();

    // A record of any state, and a server that fails twice.
    let record = json!({
        "subject": "A broken mug",
        "messages": [{"sender": "customer", "text": "It arrived in pieces.", "channel": "email"}],
    });
    let conversation = control.insert(RecordKind::Conversations, record)?;
    let id = conversation["id"].as_str().unwrap_or_default();
    control.add_plan(FaultPlan::on("add_conversation_tag").times(2, "status=503".parse()?))?;

    mark_urgent(&client, id).await?;

    // The state afterwards, and the requests that led to it.
    let tagged = control.record(RecordKind::Conversations, id)?;
    assert_eq!(tagged["tags"], json!(["urgent"]));
    let requests = control.requests(&RequestFilter::all().operation("add_conversation_tag"));
    assert_eq!(requests.len(), 3);
    println!("tagged after {} requests", requests.len());
    Ok(())
}
