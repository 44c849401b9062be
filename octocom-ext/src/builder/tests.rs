//! Accepted and refused settings.

use std::ffi::OsString;

use super::*;
use crate::error::ErrorKind;

const SECRET: &str = "s3same-0pen";

fn local() -> ClientBuilder {
    Client::builder()
        .with_api_key(SECRET)
        .with_base_url("http://127.0.0.1:9")
}

fn refusal(builder: ClientBuilder) -> String {
    let error = builder.build().unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::Config, 0),
        "{error}"
    );
    let shown = error.to_string();
    assert!(
        !shown.contains('\n') && !shown.contains("s3same"),
        "{shown}"
    );
    assert!(!format!("{error:?}").contains("s3same"), "{error:?}");
    shown
}

fn with_env(variables: &[(&str, &str)]) -> ClientBuilder {
    let variables: Vec<(String, OsString)> = variables
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).into()))
        .collect();
    Client::builder().with_variables(|wanted| {
        variables
            .iter()
            .find(|(name, _)| name == wanted)
            .map(|(_, value)| value.clone())
    })
}

#[test]
fn the_environment_makes_a_client() {
    let base = ("OCTOCOM_BASE_URL", "http://127.0.0.1:9/stem");
    let client = with_env(&[("OCTOCOM_API_KEY", SECRET), base])
        .build()
        .unwrap();
    let shown = format!("{client:?}");
    assert!(
        shown.contains("http://127.0.0.1:9/stem") && !shown.contains(SECRET),
        "{shown}"
    );
}

#[cfg(any(feature = "rustls", feature = "rustls-ring", feature = "native-tls"))]
#[test]
fn without_a_base_url_the_client_is_for_the_live_service() {
    let client = with_env(&[("OCTOCOM_API_KEY", SECRET)]).build().unwrap();
    assert!(
        format!("{client:?}").contains(DEFAULT_BASE_URL),
        "{client:?}"
    );
}

#[test]
fn a_missing_key_names_the_variable() {
    assert!(refusal(with_env(&[])).contains("OCTOCOM_API_KEY"));
    assert!(refusal(Client::builder()).contains("OCTOCOM_API_KEY"));
}

#[test]
fn a_bad_variable_is_named_and_a_key_is_never_shown() {
    let key = ("OCTOCOM_API_KEY", SECRET);
    for (variables, start) in [
        (
            &[("OCTOCOM_API_KEY", "")][..],
            "OCTOCOM_API_KEY: the API key is empty",
        ),
        (&[("OCTOCOM_API_KEY", "s3same\n")], "OCTOCOM_API_KEY: "),
        (
            &[("OCTOCOM_API_KEY", "s3same\r\nx: y")],
            "OCTOCOM_API_KEY: ",
        ),
        (&[("OCTOCOM_API_KEY", "s3sam\u{e9}")], "OCTOCOM_API_KEY: "),
        (&[key, ("OCTOCOM_BASE_URL", "")], "OCTOCOM_BASE_URL: "),
        (
            &[key, ("OCTOCOM_BASE_URL", "api.octocom.ai")],
            "OCTOCOM_BASE_URL: ",
        ),
        (
            &[key, ("OCTOCOM_BASE_URL", "ftp://127.0.0.1")],
            "OCTOCOM_BASE_URL: ",
        ),
        (
            &[key, ("OCTOCOM_BASE_URL", "http://u:s3same@127.0.0.1")],
            "OCTOCOM_BASE_URL: ",
        ),
        (
            &[key, ("OCTOCOM_BASE_URL", "http://127.0.0.1?a=s3same")],
            "OCTOCOM_BASE_URL: ",
        ),
        (
            &[key, ("OCTOCOM_BASE_URL", "http://example.com")],
            "OCTOCOM_BASE_URL: ",
        ),
    ] {
        let shown = refusal(with_env(variables));
        assert!(shown.starts_with(start), "{shown}");
    }
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_not_unicode_is_named() {
    use std::os::unix::ffi::OsStringExt;
    let builder = Client::builder().with_variables(|name| {
        (name == "OCTOCOM_API_KEY").then(|| OsString::from_vec(vec![b's', 0xff]))
    });
    assert_eq!(refusal(builder), "OCTOCOM_API_KEY is not Unicode text");
}

#[test]
fn plain_http_to_another_machine_needs_permission() {
    let url = "http://sandbox.example.com";
    assert!(refusal(local().with_base_url(url)).starts_with("with_base_url: "));
    assert!(local().with_base_url(url).with_plain_http().build().is_ok());
    for url in ["http://localhost:1", "http://127.0.0.2:1", "http://[::1]:1"] {
        assert!(local().with_base_url(url).build().is_ok(), "{url}");
    }
}

#[test]
fn every_setting_out_of_its_range_is_named() {
    let zero = Duration::ZERO;
    for (builder, setter) in [
        (local().with_api_key(""), "with_api_key: "),
        (local().with_connect_timeout(zero), "with_connect_timeout: "),
        (local().with_attempt_timeout(zero), "with_attempt_timeout: "),
        (local().with_deadline(zero), "with_deadline: "),
        (local().with_deadline(Duration::MAX), "with_deadline: "),
        (local().with_max_attempts(0), "with_max_attempts: "),
        (local().with_max_attempts(101), "with_max_attempts: "),
        (
            local().with_backoff(Duration::from_secs(9)),
            "with_backoff: ",
        ),
        (local().with_max_backoff(zero), "with_max_backoff: "),
        (
            local().with_max_server_delay(Duration::MAX),
            "with_max_server_delay: ",
        ),
        (local().with_max_body_bytes(0), "with_max_body_bytes: "),
        (local().with_retry_budget(0), "with_retry_budget: "),
        (local().with_retry_budget(1_000_001), "with_retry_budget: "),
        (local().with_max_concurrency(0), "with_max_concurrency: "),
        (
            local().with_max_concurrency(10_001),
            "with_max_concurrency: ",
        ),
        (
            local().with_requests_per_second(0.0),
            "with_requests_per_second: ",
        ),
        (
            local().with_requests_per_second(-1.0),
            "with_requests_per_second: ",
        ),
        (
            local().with_requests_per_second(f64::NAN),
            "with_requests_per_second: ",
        ),
        (
            local().with_requests_per_second(f64::INFINITY),
            "with_requests_per_second: ",
        ),
        (
            local().with_user_agent_suffix(" "),
            "with_user_agent_suffix: ",
        ),
        (
            local().with_user_agent_suffix("a\nb"),
            "with_user_agent_suffix: ",
        ),
        (
            local().with_user_agent_suffix("x".repeat(257)),
            "with_user_agent_suffix: ",
        ),
    ] {
        let shown = refusal(builder);
        assert!(shown.starts_with(setter), "{shown}");
    }
}

#[test]
fn every_setting_at_its_limits_is_accepted() {
    let (least, most) = (Duration::from_nanos(1), Duration::from_secs(86_400));
    for builder in [
        local()
            .with_connect_timeout(least)
            .with_attempt_timeout(least)
            .with_deadline(least),
        local()
            .with_connect_timeout(most)
            .with_attempt_timeout(most)
            .with_deadline(most),
        local().without_deadline().without_retry_budget(),
        local().with_max_attempts(1).with_max_attempts(100),
        local().with_backoff(most).with_max_backoff(most),
        local().with_max_server_delay(Duration::ZERO),
        local().with_max_server_delay(most),
        local().with_max_body_bytes(1),
        local().with_max_body_bytes(usize::MAX),
        local()
            .with_retry_budget(1_000_000)
            .with_max_concurrency(10_000),
        local().with_requests_per_second(0.001),
        local().with_requests_per_second(100_000.0),
        local().with_user_agent_suffix("x".repeat(256)),
    ] {
        let shown = format!("{builder:?}");
        assert!(builder.build().is_ok(), "{shown}");
    }
}

#[test]
fn a_builder_shows_no_secret() {
    let builder = local().with_base_url("http://u:s3same@127.0.0.1");
    assert!(!format!("{builder:?}").contains("s3same"), "{builder:?}");
}

#[test]
fn a_server_has_the_name_of_its_base_url_or_one_of_its_own() {
    let unnamed = local().build().unwrap();
    assert_eq!(unnamed.server_name(), "http://127.0.0.1:9");
    let named = local().with_server_name("sandbox 7").build().unwrap();
    assert_eq!(named.server_name(), "sandbox 7");
}
