//! The API key: sent with requests, never anywhere else.

use octocom_ext::{Client, ErrorKind, operations as op};

use octocom_tests::script::{ID, KEY, Script, builder, call, call_with, status, users};
use octocom_tests::sleeper::Recorder;

#[tokio::test]
async fn the_key_goes_with_every_operation_but_the_public_one() {
    for operation in op::ALL {
        let script = Script::new([status(200)]).await;
        let (client, _) = script.client();
        call(&client, operation).await.unwrap();
        let seen = &script.seen()[0];
        let expected = (operation.id != "record_purchase").then_some(KEY);
        assert_eq!(seen.header("x-api-key"), expected, "{}", operation.id);
        assert_eq!(seen.header("api-version"), None, "{}", operation.id);
        assert_eq!(seen.method, operation.method.as_str(), "{}", operation.id);
    }
}

#[tokio::test]
async fn the_callers_own_http_client_adds_its_headers_and_no_key_to_the_public_operation() {
    let script = Script::new([status(200)]).await;
    let mut headers = http::HeaderMap::new();
    headers.insert("x-tenant", http::HeaderValue::from_static("t"));
    let http = reqwest::Client::builder().default_headers(headers);
    let client = builder(&script.url(), &Recorder::new())
        .with_http(http)
        .build()
        .unwrap();
    call(&client, &op::RECORD_PURCHASE).await.unwrap();
    assert_eq!(script.seen()[0].header("x-api-key"), None);
    assert_eq!(script.seen()[0].header("x-tenant"), Some("t"));
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_its_error_names_the_origin() {
    for code in [301, 302, 303, 307, 308] {
        for operation in [&op::LIST_USERS, &op::SEND_OUTBOUND_EMAIL] {
            let other = Script::new([users(), users()]).await;
            let target = format!("{}/elsewhere?token=s3cret#part", other.url());
            let script = Script::new([status(code).header("location", &target), users()]).await;
            // Not even a caller whose own client would follow can have it followed.
            let eager = reqwest::Client::builder().redirect(reqwest::redirect::Policy::limited(9));
            let recorder = Recorder::new();
            let client = builder(&script.url(), &recorder)
                .with_http(eager)
                .build()
                .unwrap();
            let error = call(&client, operation).await.unwrap_err();
            assert_eq!(
                (error.kind(), error.attempts()),
                (ErrorKind::Redirect, 1),
                "{error}"
            );
            let shown = error.to_string();
            assert!(
                shown.contains(&format!("redirects to {}", other.url())),
                "{shown}"
            );
            let all = format!("{shown} {error:?}");
            assert!(
                !all.contains("elsewhere") && !all.contains("s3cret"),
                "{all}"
            );
            assert!(!all.contains(KEY), "{all}");
            assert_eq!(
                (script.calls(), other.calls(), recorder.waits()),
                (1, 0, vec![])
            );
        }
    }
}

#[tokio::test]
async fn a_redirect_without_a_readable_target_is_an_error_all_the_same() {
    for location in [None, Some("http://["), Some("")] {
        let answer = status(302);
        let answer = location
            .iter()
            .fold(answer, |answer, value| answer.header("location", value));
        let script = Script::new([answer]).await;
        let (client, _) = script.client();
        let error = call(&client, &op::LIST_USERS).await.unwrap_err();
        assert_eq!(
            (error.kind(), script.calls()),
            (ErrorKind::Redirect, 1),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_request_for_another_server_is_refused() {
    let (script, other) = (Script::new([]).await, Script::new([]).await);
    let (client, _) = script.client();
    let url = format!("{}/rest/v1/users", other.url());
    let url = reqwest::Url::parse(&url).unwrap();
    let request = reqwest::Request::new(http::Method::GET, url);
    let error = client
        .api()
        .send(&op::LIST_USERS, request)
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::InvalidRequest, 0),
        "{error}"
    );
    assert_eq!((script.calls(), other.calls()), (0, 0));
}

#[tokio::test]
async fn path_segments_that_change_the_path_are_refused_before_sending() {
    let script = Script::new([]).await;
    let (client, _) = script.client();
    for id in [".", "..", "", "%2e%2e"] {
        let refused = id != "%2e%2e";
        for operation in [&op::DELETE_CONVERSATION_METADATA, &op::SEND_BOT_MESSAGE] {
            let error = call_with(&client, operation, id).await.unwrap_err();
            if refused {
                assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{id} {error}");
                assert_eq!(error.attempts(), 0);
                assert!(error.to_string().ends_with("nothing was sent"), "{error}");
            }
        }
    }
    // Only the one that merely looks like it went out, still encoded.
    let targets: Vec<_> = script.seen().into_iter().map(|seen| seen.target).collect();
    assert_eq!(targets.len(), 2, "{targets:?}");
    assert!(
        targets.iter().all(|target| target.contains("%252e%252e")),
        "{targets:?}"
    );
}

#[tokio::test]
async fn the_key_can_be_replaced_in_a_running_client() {
    let script = Script::new([users(), users(), users()]).await;
    let (client, _) = script.client();
    let clone = client.clone().with_max_attempts(2);
    call(&client, &op::LIST_USERS).await.unwrap();
    client.set_api_key("an0ther-k3y").unwrap();
    call(&client, &op::LIST_USERS).await.unwrap();
    call(&clone, &op::LIST_USERS).await.unwrap();
    let keys: Vec<_> = script
        .seen()
        .iter()
        .map(|seen| seen.header("x-api-key").unwrap().to_owned())
        .collect();
    assert_eq!(keys, [KEY, "an0ther-k3y", "an0ther-k3y"]);
}

#[tokio::test]
async fn a_new_key_is_used_by_the_next_attempt_of_a_call_under_way() {
    #[derive(Debug)]
    struct Rotate(std::sync::OnceLock<Client>);
    impl octocom_ext::Observer for Rotate {
        fn attempt(&self, event: &octocom_ext::AttemptEvent) {
            if event.attempt == 1 {
                self.0.get().unwrap().set_api_key("an0ther-k3y").unwrap();
            }
        }
    }
    let script = Script::new([status(503), users()]).await;
    let rotate = std::sync::Arc::new(Rotate(std::sync::OnceLock::new()));
    let recorder = Recorder::new();
    let client = builder(&script.url(), &recorder)
        .with_observer(rotate.clone())
        .build()
        .unwrap();
    rotate.0.set(client.clone()).unwrap();
    call(&client, &op::LIST_USERS).await.unwrap();
    let keys: Vec<_> = script
        .seen()
        .iter()
        .map(|seen| seen.header("x-api-key").unwrap().to_owned())
        .collect();
    assert_eq!(keys, [KEY, "an0ther-k3y"]);
}

#[tokio::test]
async fn no_debug_output_shows_the_key() {
    let script = Script::new([status(401)]).await;
    let recorder = Recorder::new();
    let open = builder(&script.url(), &recorder);
    let mut shown = format!("{open:?}");
    let client = open.build().unwrap();
    let error = call(&client, &op::LIST_USERS).await.unwrap_err();
    shown.push_str(&format!(
        "{client:?} {client:#?} {:?} {error:?}",
        client.api()
    ));
    assert!(!shown.contains(KEY), "{shown}");
    assert!(shown.contains("[redacted]"), "{shown}");
    assert!(!shown.contains(ID), "{shown}");
}

#[tokio::test]
async fn a_client_without_a_key_records_purchases_and_nothing_else() {
    let script = Script::new([status(201).body("{}")]).await;
    let client = octocom_ext::Client::builder()
        .with_base_url(script.url())
        .without_api_key()
        .build()
        .unwrap();
    call(&client, &op::RECORD_PURCHASE).await.unwrap();
    assert_eq!(script.seen()[0].header("x-api-key"), None);
    let error = call(&client, &op::LIST_USERS).await.unwrap_err();
    assert!(error.is_config() && error.attempts() == 0, "{error:?}");
    assert_eq!(
        error.to_string(),
        "list_users failed: the operation needs an API key and the client has none: set \
         OCTOCOM_API_KEY or call with_api_key, nothing was sent"
    );
    assert_eq!(script.calls(), 1);
    // A key that comes later is used.
    client.set_api_key("late").unwrap();
    let error = call(&client, &op::LIST_USERS).await.unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 599);
    assert_eq!(script.seen()[1].header("x-api-key"), Some("late"));
}
