//! The client that comes with a sandbox.

use std::time::Duration;

use octocom_sandbox::{FaultPlan, Sandbox};

#[tokio::test]
async fn one_line_starts_a_sandbox_and_a_client() {
    let builder = Sandbox::builder().conversations(3);
    let (sandbox, client) = builder.start_with_client().await.unwrap();
    client
        .conversations()
        .add_tag("CONV-2024-000001", "vip")
        .await
        .unwrap();
    assert_eq!(sandbox.requests(), 1);
    let refused = Sandbox::builder().faults(2.0).start_with_client().await;
    let message = refused.err().unwrap().to_string();
    assert_eq!(message, "`faults` is 2, allowed is a share of 0 to 1");
}

#[tokio::test]
async fn waits_take_no_time_move_the_sandboxs_clock_and_lift_its_limits() {
    let builder = Sandbox::builder().conversations(3).token_bucket(1, 0.01);
    let sandbox = builder.start().await.unwrap();
    let sleeper = sandbox.sleeper();
    let client = sandbox
        .client_builder()
        .with_sleeper(sleeper.clone())
        .build()
        .unwrap();
    let plan = FaultPlan::on("list_businesses").times(1, "status=503".parse().unwrap());
    sandbox.control().add_plan(plan).unwrap();
    let (before, started) = (sandbox.control().now(), std::time::Instant::now());
    for _ in 0..2 {
        client.businesses().all().await.unwrap();
    }
    let waited: Duration = sleeper.waits().iter().sum();
    // The second request waits until the bucket has a token again.
    assert!(waited >= Duration::from_secs(90), "{waited:?}");
    assert!(started.elapsed() < Duration::from_secs(30));
    let passed = sandbox.control().now().duration_since(before).unwrap();
    assert!(passed >= waited, "{passed:?}");
}
