//! The synchronous mode: the API waits, and after its 408 the client looks what happened.

use std::time::Duration;

use octocom_ext::{ChatDraft, ChatReply, ErrorKind};

use super::world::{CHAT, conversation, message, question, sent, started};
use octocom_tests::script::{Script, status};

#[tokio::test]
async fn the_answer_comes_with_the_message() {
    let welcome = message(3, "bot", "On its way.", 11);
    let next = message(6, "bot", "Tomorrow.", 21);
    let more = message(7, "bot", "Anything else?", 22);
    let script = Script::new([
        started(Some("On its way.")),
        conversation(&[question(), welcome.clone()], None),
        sent(5, Some("Tomorrow.")),
        // The answer without its id is not delivered again.
        conversation(
            &[
                question(),
                welcome.clone(),
                message(5, "customer", "When?", 20),
                next.clone(),
            ],
            None,
        ),
        conversation(
            &[
                question(),
                welcome,
                message(5, "customer", "When?", 20),
                next,
                more,
            ],
            None,
        ),
    ])
    .await;
    let (client, recorder) = script.client();
    let draft = ChatDraft::new("Where is it?").synchronous(true);
    let mut chat = client.bot().start("acme-corp", draft).await.unwrap();
    let ChatReply::Answered { text, messages, .. } = chat.reply().await.unwrap() else {
        panic!("no answer");
    };
    assert_eq!((text.as_str(), messages.len()), ("On its way.", 0));
    assert_eq!(script.calls(), 1);
    assert_eq!(chat.ask("When?").await.unwrap().to_string(), "Tomorrow.");
    assert_eq!(script.calls(), 3);
    assert_eq!(chat.reply().await.unwrap().to_string(), "Anything else?");
    assert_eq!(recorder.waits(), [500]);
    assert!(script.seen()[0].body.contains(r#""async":false"#));
    assert_eq!(
        script.seen()[2].body,
        r#"{"async":false,"message":"When?"}"#
    );
}

#[tokio::test]
async fn without_an_answer_it_is_waited_for() {
    let answered = conversation(&[question(), message(3, "bot", "On its way.", 11)], None);
    let script = Script::new([started(None), answered]).await;
    let (client, _) = script.client();
    let draft = ChatDraft::new("Where is it?").synchronous(true);
    let mut chat = client.bot().start("acme-corp", draft).await.unwrap();
    assert_eq!(chat.reply().await.unwrap().to_string(), "On its way.");
}

#[tokio::test]
async fn after_a_408_the_message_is_found_by_its_text_and_its_time() {
    let old = message(4, "customer", "When?", 15);
    let before = [question(), old.clone()];
    let stored = message(5, "customer", "When? ", 20);
    let answer = message(6, "bot", "Tomorrow.", 21);
    let others = [
        message(9, "customer", "Something else", 20),
        message(10, "bot", "When?", 20),
        // Shown late, but written before the last message known.
        message(11, "customer", "When?", 14),
    ];
    let mut with_others = before.to_vec();
    with_others.extend(others);
    let mut with_stored = with_others.clone();
    with_stored.push(stored);
    let mut with_answer = with_stored.clone();
    with_answer.push(answer);
    let script = Script::new([
        conversation(&before, None),
        status(408),
        conversation(&before, None),
        conversation(&with_others, None),
        conversation(&with_stored, None),
        conversation(&with_answer, None),
    ])
    .await;
    let (client, recorder) = script.client();
    let mut chat = client.bot().chat(CHAT).synchronous(true);
    chat.send("When?").await.unwrap();
    let pending = chat.pending_reply().unwrap();
    assert_eq!(pending.customer_message_id.as_u128(), 5);
    assert_eq!(recorder.waits(), [500, 1000]);
    assert_eq!(chat.reply().await.unwrap().to_string(), "Tomorrow.");
    let posts = script
        .seen()
        .iter()
        .filter(|seen| seen.method == "POST")
        .count();
    assert_eq!((posts, script.calls()), (1, 6));
}

#[tokio::test]
async fn a_message_that_never_appears_is_an_error_that_says_what_is_unknown() {
    let before = conversation(&[question()], None);
    let mut answers = vec![before.clone(), status(408)];
    answers.extend(vec![before; 10]);
    let script = Script::new(answers).await;
    let (client, recorder) = script.client();
    let chat = client.bot().chat(CHAT).synchronous(true);
    let mut chat = chat.with_reply_deadline(Duration::from_secs(2));
    let error = chat.send("Where is it?").await.unwrap_err();
    assert_eq!(error.status().map(|status| status.as_u16()), Some(408));
    assert!(
        error.may_have_been_processed() && !error.is_retryable(),
        "{error:?}"
    );
    assert_eq!(
        (error.conversation_id(), error.pending_reply()),
        (Some(CHAT), None)
    );
    assert_eq!(
        (recorder.waits(), script.calls()),
        (vec![500, 1000, 500], 6)
    );
    assert_eq!(chat.pending_reply(), None);
}

#[tokio::test]
async fn a_408_on_the_start_leaves_nothing_to_look_for() {
    let script = Script::new([status(408), started(None)]).await;
    let (client, recorder) = script.client();
    let draft = ChatDraft::new("Where is it?").synchronous(true);
    let error = client.bot().start("acme-corp", draft).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Server, 1));
    assert!(error.may_have_been_processed(), "{error:?}");
    assert_eq!((script.calls(), recorder.waits()), (1, vec![]));
}

#[tokio::test]
async fn other_failures_are_not_looked_into() {
    for code in [500, 403, 404] {
        let script = Script::new([conversation(&[question()], None), status(code)]).await;
        let (client, _) = script.client();
        let error = client
            .bot()
            .chat(CHAT)
            .synchronous(true)
            .send("When?")
            .await
            .unwrap_err();
        assert_eq!(error.status().map(|status| status.as_u16()), Some(code));
        assert_eq!(script.calls(), 2, "{code}");
    }
    // A message that cannot be sent costs no request at all.
    let script = Script::new([]).await;
    let (client, _) = script.client();
    let error = client
        .bot()
        .chat(CHAT)
        .synchronous(true)
        .send("")
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), script.calls()),
        (ErrorKind::InvalidRequest, 0)
    );
}

#[tokio::test]
async fn a_look_that_fails_does_not_end_the_search() {
    let stored = conversation(&[question(), message(5, "customer", "When?", 20)], None);
    let mut answers = vec![conversation(&[question()], None), status(408), status(404)];
    answers.extend(vec![status(503); 5]);
    answers.push(stored);
    let script = Script::new(answers).await;
    let (client, _) = script.client();
    let mut chat = client.bot().chat(CHAT).synchronous(true);
    chat.send("When?").await.unwrap();
    assert_eq!(
        chat.pending_reply().unwrap().customer_message_id.as_u128(),
        5
    );
    assert_eq!(script.calls(), 9);
}

#[tokio::test]
async fn the_chats_own_earlier_message_is_not_taken_for_the_new_one() {
    let script = Script::new([
        started(None),
        // A copy of the data that does not have the first message yet.
        conversation(&[], None),
        status(408),
        conversation(&[question()], None),
        conversation(
            &[question(), message(5, "customer", "Where is it?", 20)],
            None,
        ),
    ])
    .await;
    let (client, _) = script.client();
    let draft = ChatDraft::new("Where is it?").synchronous(true);
    let mut chat = client.bot().start("acme-corp", draft).await.unwrap();
    chat.send("Where is it?").await.unwrap();
    assert_eq!(
        chat.pending_reply().unwrap().customer_message_id.as_u128(),
        5
    );
    assert_eq!(script.calls(), 5);
}

#[tokio::test]
async fn an_answer_of_several_messages_is_not_delivered_again() {
    let (one, two) = (message(3, "bot", "One.", 11), message(4, "bot", "Two.", 12));
    let next = message(6, "bot", "Three.", 13);
    for text in ["One.\nTwo.", "One.\n\nTwo. ", "One. Two."] {
        let both = [question(), one.clone(), two.clone()];
        let all = [question(), one.clone(), two.clone(), next.clone()];
        let script = Script::new([
            started(Some(text)),
            conversation(&both, None),
            conversation(&all, None),
        ])
        .await;
        let (client, _) = script.client();
        let draft = ChatDraft::new("Where is it?").synchronous(true);
        let mut chat = client.bot().start("acme-corp", draft).await.unwrap();
        assert_eq!(chat.reply().await.unwrap().to_string(), text);
        assert_eq!(chat.reply().await.unwrap().to_string(), "Three.");
        assert_eq!(script.calls(), 3);
    }
}

#[tokio::test]
async fn an_answer_without_a_text_is_none() {
    let answered = conversation(&[question(), message(3, "bot", "On its way.", 11)], None);
    let script = Script::new([started(Some(" ")), answered]).await;
    let (client, _) = script.client();
    let draft = ChatDraft::new("Where is it?").synchronous(true);
    let mut chat = client.bot().start("acme-corp", draft).await.unwrap();
    assert_eq!(chat.reply().await.unwrap().to_string(), "On its way.");
}
