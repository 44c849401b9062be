//! Tests of what requests over HTTP cannot reach.

use serde_json::json;

use super::*;
use crate::clock::Clock;
use crate::data::{Data, END};
use crate::store::BotPace;

fn server() -> Server {
    let settings = Settings {
        seed: 7,
        key: "key".to_owned(),
        rate_limited: None,
        faults: None,
        observer: None,
    };
    let clock = Clock::new(Arc::new(std::time::SystemTime::now), END);
    let bot = BotPace {
        replies_after: Duration::ZERO,
        gives_up_after: Duration::ZERO,
    };
    let state = State::new(Arc::new(Data::new(7, 0)), clock, bot, std::iter::empty());
    Server::new(settings, Contract::published().unwrap(), state, None)
}

#[test]
fn an_answer_that_breaks_the_document_is_an_internal_error_that_says_how() {
    let check = |body| {
        let outcome = Ok(Reply::new(body));
        server().hold_against_document(&operations::LIST_BUSINESSES, &outcome)
    };
    assert_eq!(check(json!({ "data": [] })), Ok(()));
    let refusal = check(json!({ "data": {} })).unwrap_err();
    assert_eq!(refusal.status, StatusCode::INTERNAL_SERVER_ERROR);
    let expected = r#"sandbox: list_businesses answered 200: /data: {} is not of type "array""#;
    assert_eq!(refusal.error, expected);
}

#[test]
fn a_path_is_one_of_a_template_only_with_as_many_segments() {
    assert!(matches("/a/{id}/c", "/a/1/c"));
    for path in ["/a/1", "/a/1/c/d", "/a/1/d", "/b/1/c"] {
        assert!(!matches("/a/{id}/c", path), "{path}");
    }
}
