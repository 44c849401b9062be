//! The transport of `octocom-ext` against servers that misbehave.
//!
//! Every test asserts the result, how many requests the server saw and
//! which waits were asked for; none of them sleeps. Statuses are served by httpmock, broken
//! connections by a server of our own.

mod certificate;
mod chaos;
mod compression;
mod connections;
mod cool_down;
mod cuts;
mod deadline;
mod delay_headers;
mod delays;
mod errors;
mod http2;
mod key;
mod limiter;
mod network;
mod overrides;
mod pace;
mod property;
mod quota;
mod retry;
mod telemetry;
mod throttling;
mod traces;

use octocom_tests::script::Script;

#[tokio::test]
async fn a_request_that_no_script_foresees_fails_its_test() {
    let script = Script::new([]).await;
    let (client, _) = script.client();
    let error = client.api().list_users(None).await.unwrap_err();
    assert_eq!(
        (error.status().map(|s| s.as_u16()), script.calls()),
        (Some(599), 1),
        "{error}"
    );
}
