//! `octocom api`, `octocom doctor` and `octocom chat`.

use octocom_sandbox::RequestFilter;

use crate::program::Program;

#[tokio::test]
async fn any_path_can_be_asked_for() {
    let program = Program::start().await;
    let get = "api GET /rest/v1/articles?businessSlug=acme-corp&page=1 --jq .data|length";
    let ended = program.type_in(get).await;
    assert!(ended.assert_done().out.trim().parse::<u64>().unwrap() > 0);
    program
        .type_in("api GET /rest/v9/nothing")
        .await
        .assert_error(5, &["404"]);
    let requests = program.sandbox().control().requests(&RequestFilter::all());
    let paths: Vec<_> = requests
        .iter()
        .map(|request| request.record.path.as_str())
        .collect();
    assert_eq!(paths, ["/rest/v1/articles", "/rest/v9/nothing"]);
}

#[tokio::test]
async fn a_body_is_sent_as_it_is() {
    let program = Program::start().await;
    program.write(
        "tag.json",
        r#"{"conversationId": "CONV-2024-000001", "tag": "filed"}"#,
    );
    let post = "api POST /rest/v1/conversations/tags --body @tag.json";
    program.type_in(post).await.assert_done();
    let body = r#"{"conversationId": "CONV-2024-000001", "tag": "piped"}"#;
    program
        .run_given(body, "conversations add-tag --body -")
        .await
        .assert_done();
    let id = program
        .type_in("conversations list --max-items 1 --jq .id")
        .await
        .out;
    let tags = program
        .type_in(&format!("conversations get {} --jq .tags", id.trim()))
        .await
        .out;
    assert!(tags.contains("filed") && tags.contains("piped"), "{tags}");
}

#[tokio::test]
async fn doctor_says_what_is_well_and_what_is_not() {
    let program = Program::start().await;
    let ended = program.type_in("doctor --jq .check+\":\"+.result").await;
    let expected = "program:ok\nkey:ok\naddress:ok\nconnection:ok\nbusinesses:ok\nclock:ok\n";
    assert_eq!(ended.assert_done().out, expected);
    let refused = program
        .run_with(&[("OCTOCOM_API_KEY", "wrong")], "doctor")
        .await;
    refused.assert_error(4, &["the API rejected the key"]);
    let line = r#""check":"connection","result":"failed""#;
    assert!(refused.out.contains(line), "{refused:?}");
    Program::new()
        .type_in("doctor")
        .await
        .assert_error(4, &["the API key is missing"]);
}

#[tokio::test]
async fn a_chat_goes_on_until_it_is_handed_off() {
    let program = Program::start().await;
    let typed = "/wait\nWhere is my order?\n\nSomething else\nA human, please\nnever sent\n";
    let words = "chat --yes --name Mia --business nordlicht-outdoor";
    let ended = program.run_given(typed, words).await;
    assert_eq!(ended.assert_done().out.lines().count(), 2, "{ended:?}");
    assert!(
        ended.out.lines().all(|line| line.starts_with("bot> ")),
        "{ended:?}"
    );
    for said in [
        "Nothing to wait for yet.",
        "A human agent has taken over",
        "The conversation is CONV-",
    ] {
        assert!(ended.err.contains(said), "{ended:?}");
    }
}

#[tokio::test]
async fn a_chat_is_resumed_by_its_id() {
    let program = Program::start().await;
    let typed = "Hello\n/quit\nnever sent\n";
    let ended = program.run_given(typed, "chat --yes --synchronous").await;
    assert_eq!(ended.assert_done().out.lines().count(), 1, "{ended:?}");
    let id = ended.err.split("--resume ").nth(1).unwrap();
    let id = id.split('`').next().unwrap();
    let ended = program
        .run_given("And now?\n", &format!("chat --yes --resume {id}"))
        .await;
    assert_eq!(ended.assert_done().out.lines().count(), 1, "{ended:?}");
    let ended = program
        .run_given("x\n", "chat --yes --business no-such")
        .await;
    ended.assert_error(5, &["404: Business not found"]);
}
