//! The documented failures of every operation.

use octocom_ext::{ErrorKind, Idempotency, operations};
use octocom_sandbox::contract::Contract;
use serde_json::json;

use super::all;
use octocom_tests::script::{Script, assert_repeated, status};

/// Attempts of a call that is worth them all.
const ATTEMPTS: usize = 5;
/// Attempts of a call that is answered 429 until its deadline of 180 seconds: at 0, 1, 3, 7, 15, 31,
/// 63 and 123 seconds.
const THROTTLED_ATTEMPTS: usize = 8;

#[tokio::test]
async fn every_documented_failure_has_its_kind_and_its_number_of_attempts() {
    let contract = Contract::published().unwrap();
    let mut failures = 0;
    for case in all() {
        for &code in case.operation.error_statuses {
            failures += 1;
            let id = format!("{} {code}", case.operation.id);
            let body = json!({"error": format!("it is {code}")});
            contract
                .check_response_body(case.operation, code, &body)
                .unwrap_or_else(|violation| panic!("{id}: {violation}"));
            let answers = vec![status(code).body(body.to_string()); THROTTLED_ATTEMPTS];
            let script = Script::new(answers).await;
            let (client, recorder) = script.client();
            let error = (case.call)(client).await.unwrap_err();
            let kind = match code {
                401 => ErrorKind::Unauthorized,
                403 => ErrorKind::Forbidden,
                404 => ErrorKind::NotFound,
                429 => ErrorKind::RateLimited,
                408 | 500 => ErrorKind::Server,
                _ => ErrorKind::Rejected,
            };
            let repeats = case.operation.idempotency != Idempotency::Unsafe;
            let unclear = matches!(code, 408 | 500);
            let attempts = match code {
                429 => THROTTLED_ATTEMPTS,
                _ if unclear && repeats => ATTEMPTS,
                _ => 1,
            };
            assert_eq!(error.kind(), kind, "{id}");
            assert_eq!(error.operation(), Some(case.operation), "{id}");
            assert_eq!(
                error.status().map(|status| status.as_u16()),
                Some(code),
                "{id}"
            );
            assert_eq!(error.message(), Some(format!("it is {code}")), "{id}");
            assert_eq!(error.attempts() as usize, attempts, "{id}");
            assert_eq!(
                (script.calls(), recorder.waits().len()),
                (attempts, attempts - 1),
                "{id}"
            );
            assert_repeated(&script.seen());
            let may = unclear && case.operation.idempotency != Idempotency::Safe;
            assert_eq!(error.may_have_been_processed(), may, "{id}");
            assert!(
                error.to_string().contains(&format!(": it is {code} ")),
                "{error}"
            );
        }
    }
    let documented = operations::ALL
        .iter()
        .map(|operation| operation.error_statuses.len());
    assert_eq!(failures, documented.sum::<usize>());
}
