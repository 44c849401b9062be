//! The asynchronous mode: polling with growing delays.

use std::time::Duration;

use octocom_ext::{ChatReply, ErrorKind, PendingReply};
use serde_json::json;

use super::world::{ASKED, CHAT, conversation, message, question, sent, started, texts};
use octocom_tests::script::{Script, status};

#[tokio::test]
async fn an_answer_is_waited_for_with_growing_delays() {
    let asked = conversation(&[question()], None);
    let answered = conversation(&[question(), message(3, "bot", "On its way.", 11)], None);
    let mut script = vec![started(None)];
    script.extend(vec![asked; 6]);
    script.push(answered);
    let script = Script::new(script).await;
    let (client, recorder) = script.client();
    let mut chat = client
        .bot()
        .start("acme-corp", "Where is it?")
        .await
        .unwrap();
    assert_eq!(
        (chat.id().uuid(), chat.public_id()),
        (Some(CHAT), Some("C-1"))
    );
    let reply = chat.reply().await.unwrap();
    assert_eq!(
        (reply.to_string().as_str(), reply.is_handed_off()),
        ("On its way.", false)
    );
    let ChatReply::Answered { messages, .. } = &reply else {
        panic!("{reply:?}");
    };
    assert_eq!(texts(messages), ["On its way."]);
    assert_eq!(recorder.waits(), [500, 1000, 2000, 4000, 5000, 5000]);
    let seen = script.seen();
    assert_eq!(seen.len(), 8);
    assert_eq!(
        seen[0].body,
        json!({"async": true, "businessSlug": "acme-corp", "message": "Where is it?"}).to_string()
    );
    assert!(
        seen[1..].iter().all(|seen| seen.method == "GET"),
        "{seen:?}"
    );
}

#[tokio::test]
async fn only_the_bots_messages_after_the_question_are_the_answer() {
    let before = message(7, "bot", "Welcome!", 5);
    let agent = message(8, "agent", "I am Bo.", 11);
    let first = message(3, "bot", "One.", 11);
    let second = message(4, "bot", "Two.", 12);
    for messages in [
        vec![
            before.clone(),
            question(),
            agent.clone(),
            first.clone(),
            second.clone(),
        ],
        // Newest first.
        vec![
            second.clone(),
            first.clone(),
            agent.clone(),
            question(),
            before.clone(),
        ],
    ] {
        let script = Script::new([conversation(&messages, None)]).await;
        let (client, recorder) = script.client();
        let reply = client
            .bot()
            .resume(PendingReply::new(CHAT, ASKED))
            .reply()
            .await
            .unwrap();
        assert_eq!(reply.to_string(), "One.\nTwo.");
        assert_eq!((script.calls(), recorder.waits()), (1, vec![]));
    }
}

#[tokio::test]
async fn messages_of_one_time_are_in_the_order_of_the_list() {
    let (early, late) = (
        message(7, "bot", "Early.", 10),
        message(3, "bot", "Late.", 10),
    );
    let script = Script::new([conversation(&[early, question(), late], None)]).await;
    let (client, _) = script.client();
    let reply = client
        .bot()
        .resume(PendingReply::new(CHAT, ASKED))
        .reply()
        .await
        .unwrap();
    assert_eq!(reply.to_string(), "Late.");
}

#[tokio::test]
async fn waiting_again_brings_what_the_bot_says_next() {
    let first = message(3, "bot", "One moment.", 11);
    let second = message(4, "bot", "Found it.", 12);
    let script = Script::new([
        started(None),
        conversation(&[question(), first.clone()], None),
        conversation(&[question(), first.clone()], None),
        conversation(&[question(), first, second], None),
    ])
    .await;
    let (client, recorder) = script.client();
    let mut chat = client
        .bot()
        .start("acme-corp", "Where is it?")
        .await
        .unwrap();
    assert_eq!(chat.reply().await.unwrap().to_string(), "One moment.");
    assert_eq!(chat.reply().await.unwrap().to_string(), "Found it.");
    assert_eq!((script.calls(), recorder.waits()), (4, vec![500]));
}

#[tokio::test]
async fn a_hand_off_ends_the_waiting() {
    let said = message(3, "bot", "I will get someone.", 11);
    for (messages, at, expected) in [
        // After the question, with and without a word.
        (vec![question(), said.clone()], 12, "I will get someone."),
        (vec![question()], 10, "(handed off to a human agent)"),
        // Long before: nobody answers.
        (vec![question()], 1, "(handed off to a human agent)"),
    ] {
        let script = Script::new([conversation(&messages, Some(at))]).await;
        let (client, recorder) = script.client();
        let reply = client
            .bot()
            .resume(PendingReply::new(CHAT, ASKED))
            .reply()
            .await
            .unwrap();
        assert!(reply.is_handed_off(), "{reply:?}");
        assert_eq!(reply.to_string(), expected);
        let ChatReply::HandedOff { at: time, .. } = reply else {
            panic!("{reply:?}");
        };
        assert_eq!(time.to_rfc3339(), format!("2024-01-15T10:30:{at:02}+00:00"));
        assert_eq!((script.calls(), recorder.waits()), (1, vec![]));
    }
    // Before the question, and the bot has it again.
    let script = Script::new([conversation(&[question(), said], Some(1))]).await;
    let (client, _) = script.client();
    let reply = client
        .bot()
        .resume(PendingReply::new(CHAT, ASKED))
        .reply()
        .await
        .unwrap();
    assert!(!reply.is_handed_off(), "{reply:?}");
}

#[tokio::test]
async fn at_the_deadline_the_error_has_the_ids_and_waiting_can_go_on() {
    let asked = conversation(&[question()], None);
    let answered = conversation(&[question(), message(3, "bot", "On its way.", 11)], None);
    let mut answers = vec![started(None)];
    answers.extend(vec![asked; 4]);
    answers.extend([answered.clone(), answered]);
    let script = Script::new(answers).await;
    let (client, recorder) = script.client();
    let chat = client
        .bot()
        .start("acme-corp", "Where is it?")
        .await
        .unwrap();
    let mut chat = chat.with_reply_deadline(Duration::from_secs(3));
    let error = chat.reply().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(
        error.to_string(),
        "get_conversation failed: the bot has not replied within 3s"
    );
    assert!(
        error.is_retryable() && !error.may_have_been_processed(),
        "{error:?}"
    );
    // The last wait is cut to the deadline, and one look is taken there.
    assert_eq!(
        (recorder.waits(), script.calls()),
        (vec![500, 1000, 1500], 5)
    );
    let pending = error.pending_reply().unwrap();
    assert_eq!(pending, &PendingReply::new(CHAT, ASKED));
    assert_eq!(
        (error.conversation_id(), chat.pending_reply().as_ref()),
        (Some(CHAT), Some(pending))
    );
    let stored = serde_json::to_string(pending).unwrap();
    assert_eq!(chat.reply().await.unwrap().to_string(), "On its way.");
    let mut elsewhere = client.bot().resume(serde_json::from_str(&stored).unwrap());
    assert_eq!(elsewhere.reply().await.unwrap().to_string(), "On its way.");
    assert_eq!(script.calls(), 7);
}

#[tokio::test]
async fn an_error_while_waiting_has_the_ids() {
    let script = Script::new([status(401)]).await;
    let (client, _) = script.client();
    let pending = PendingReply::new(CHAT, ASKED);
    let error = client
        .bot()
        .resume(pending.clone())
        .reply()
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.pending_reply()),
        (ErrorKind::Unauthorized, Some(&pending))
    );
    assert_eq!(script.calls(), 1);
}

#[tokio::test]
async fn without_a_message_there_is_nothing_to_wait_for() {
    let script = Script::new([]).await;
    let (client, _) = script.client();
    let error = client.bot().chat(CHAT).reply().await.unwrap_err();
    assert_eq!(
        (error.kind(), script.calls()),
        (ErrorKind::InvalidRequest, 0)
    );
    assert_eq!(
        (error.conversation_id(), error.pending_reply()),
        (Some(CHAT), None)
    );
    for deadline in [Duration::ZERO, Duration::from_secs(86_401)] {
        let chat = client.bot().resume(PendingReply::new(CHAT, ASKED));
        let error = chat
            .with_reply_deadline(deadline)
            .reply()
            .await
            .unwrap_err();
        assert!(
            error.to_string().starts_with("with_reply_deadline: "),
            "{error}"
        );
    }
    assert_eq!(script.calls(), 0);
}

#[tokio::test]
async fn a_message_is_never_sent_twice() {
    for code in [408, 500, 502, 503, 504] {
        let script = Script::new([status(code), sent(5, None)]).await;
        let (client, recorder) = script.client();
        let mut chat = client.bot().chat(CHAT);
        let error = chat.send("Hi").await.unwrap_err();
        assert!(
            error.may_have_been_processed() && !error.is_retryable(),
            "{error:?}"
        );
        assert_eq!(error.conversation_id(), Some(CHAT));
        assert_eq!((script.calls(), recorder.waits()), (1, vec![]), "{code}");
        let script = Script::new([status(code), started(None)]).await;
        let (client, _) = script.client();
        let error = client.bot().start("acme-corp", "Hi").await.unwrap_err();
        assert!(error.may_have_been_processed(), "{error:?}");
        assert_eq!(script.calls(), 1, "{code}");
    }
}

#[tokio::test]
async fn a_message_that_was_not_sent_keeps_what_is_waited_for() {
    let answered = conversation(&[question(), message(3, "bot", "On its way.", 11)], None);
    let script = Script::new([started(None), status(500), answered]).await;
    let (client, _) = script.client();
    let mut chat = client
        .bot()
        .start("acme-corp", "Where is it?")
        .await
        .unwrap();
    chat.send("Hello?").await.unwrap_err();
    assert_eq!(chat.reply().await.unwrap().to_string(), "On its way.");
}

#[tokio::test]
async fn a_public_id_is_written_to_and_never_read() {
    let script = Script::new([sent(5, None), sent(6, Some("Hello."))]).await;
    let (client, _) = script.client();
    let mut chat = client.bot().chat("CONV 1");
    assert_eq!(chat.send("Hi").await.unwrap().as_u128(), 5);
    assert_eq!(chat.pending_reply(), None);
    let error = chat.reply().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert_eq!(
        error.to_string(),
        "conversation id: 6 characters that are not a UUID (the public id cannot be used here)"
    );
    let mut chat = chat.synchronous(true);
    assert_eq!(chat.ask("Hi").await.unwrap().to_string(), "Hello.");
    let seen = script.seen();
    assert_eq!(
        seen[0].target,
        "/rest/v1/bot/conversations/CONV%201/messages"
    );
    assert_eq!(seen[0].body, r#"{"async":true,"message":"Hi"}"#);
    assert_eq!(seen[1].body, r#"{"async":false,"message":"Hi"}"#);
}

#[tokio::test]
async fn what_appears_after_the_first_look_is_the_answer_wherever_it_stands() {
    // Whole seconds in a list that is newest first, or a clock that is behind.
    let greeting = message(7, "bot", "Welcome!", 10);
    for answer in [
        message(3, "bot", "On its way.", 10),
        message(3, "bot", "On its way.", 9),
    ] {
        let script = Script::new([
            conversation(&[greeting.clone(), question()], None),
            conversation(&[answer, greeting.clone(), question()], None),
        ])
        .await;
        let (client, recorder) = script.client();
        let mut chat = client.bot().resume(PendingReply::new(CHAT, ASKED));
        assert_eq!(chat.reply().await.unwrap().to_string(), "On its way.");
        assert_eq!((script.calls(), recorder.waits()), (2, vec![500]));
    }
}

#[tokio::test]
async fn a_list_that_is_newest_first_is_read_backwards() {
    let (early, late) = (
        message(7, "bot", "Early.", 10),
        message(3, "bot", "Late.", 10),
    );
    let last = message(8, "agent", "Hello.", 20);
    let script = Script::new([conversation(&[last, late, question(), early], None)]).await;
    let (client, _) = script.client();
    let reply = client
        .bot()
        .resume(PendingReply::new(CHAT, ASKED))
        .reply()
        .await
        .unwrap();
    assert_eq!(reply.to_string(), "Late.");
}

#[tokio::test]
async fn oddities_elsewhere_in_the_conversation_do_not_matter() {
    let mut odd = message(8, "agent", "I am Bo.", 11);
    odd["id"] = json!("u1234567");
    let mut full = crate::contract::conversations::full();
    full["messages"] = json!([question(), odd, message(3, "Bot", "On its way.", 11)]);
    full["handedOffAt"] = json!(null);
    full["language"] = json!(null);
    full["notes"] = json!([{"userId": "u1234567"}]);
    let script = Script::new([status(200).body(json!({"data": full}).to_string())]).await;
    let (client, _) = script.client();
    let reply = client
        .bot()
        .resume(PendingReply::new(CHAT, ASKED))
        .reply()
        .await
        .unwrap();
    assert_eq!(reply.to_string(), "On its way.");
    // What is read must be there, though.
    let script = Script::new([status(200).body(r#"{"data": 7}"#)]).await;
    let (client, _) = script.client();
    let error = client
        .bot()
        .resume(PendingReply::new(CHAT, ASKED))
        .reply()
        .await
        .unwrap_err();
    assert!(
        error.is_decode() && error.pending_reply().is_some(),
        "{error:?}"
    );
    assert_eq!((error.attempts(), error.body()), (1, &b"7"[..]));
}

#[tokio::test]
async fn a_conversation_that_is_too_new_to_be_found_is_waited_for() {
    let answered = conversation(&[question(), message(3, "bot", "On its way.", 11)], None);
    let mut answers = vec![started(None)];
    answers.extend(vec![status(404); 4]);
    answers.push(answered);
    let script = Script::new(answers).await;
    let (client, recorder) = script.client();
    let mut chat = client
        .bot()
        .start("acme-corp", "Where is it?")
        .await
        .unwrap();
    assert_eq!(chat.reply().await.unwrap().to_string(), "On its way.");
    assert_eq!(recorder.waits(), [500, 1000, 2000, 4000]);
    // Not for ever.
    let script = Script::new(vec![status(404); 6]).await;
    let (client, _) = script.client();
    let error = client
        .bot()
        .resume(PendingReply::new(CHAT, ASKED))
        .reply()
        .await
        .unwrap_err();
    assert_eq!((error.kind(), script.calls()), (ErrorKind::NotFound, 5));
}

#[tokio::test]
async fn a_failure_that_may_pass_is_waited_out() {
    let answered = conversation(&[question(), message(3, "bot", "On its way.", 11)], None);
    // As many as a call has attempts.
    let mut answers = vec![status(503); 5];
    answers.push(answered);
    let script = Script::new(answers).await;
    let (client, _) = script.client();
    let reply = client
        .bot()
        .resume(PendingReply::new(CHAT, ASKED))
        .reply()
        .await
        .unwrap();
    assert_eq!(
        (reply.to_string().as_str(), script.calls()),
        ("On its way.", 6)
    );
    let script = Script::new(vec![status(503); 60]).await;
    let (client, _) = script.client();
    let chat = client.bot().resume(PendingReply::new(CHAT, ASKED));
    let error = chat
        .with_reply_deadline(Duration::from_secs(5))
        .reply()
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.pending_reply().is_some()),
        (ErrorKind::Server, true)
    );
}

#[tokio::test]
async fn a_hand_off_before_the_message_is_to_be_seen_is_told_at_the_deadline() {
    let script = Script::new(vec![conversation(&[], Some(9)); 4]).await;
    let (client, _) = script.client();
    let chat = client.bot().resume(PendingReply::new(CHAT, ASKED));
    let mut chat = chat.with_reply_deadline(Duration::from_secs(2));
    assert!(chat.reply().await.unwrap().is_handed_off());
    assert_eq!(script.calls(), 4);
}

#[tokio::test]
async fn no_setting_of_a_handle_makes_a_message_or_an_email_go_out_twice() {
    let any = |answers: [octocom_tests::script::Answer; 2]| Script::new(answers);
    let script = any([status(500), sent(5, None)]).await;
    let client = script
        .client()
        .0
        .with_idempotency(octocom_ext::Idempotency::Idempotent);
    client.bot().chat(CHAT).send("Hi").await.unwrap_err();
    assert_eq!(script.calls(), 1);
    let script = any([status(500), started(None)]).await;
    let client = script
        .client()
        .0
        .with_idempotency(octocom_ext::Idempotency::Idempotent);
    client.bot().start("acme-corp", "Hi").await.unwrap_err();
    assert_eq!(script.calls(), 1);
    let script = any([status(500), status(200)]).await;
    let client = script
        .client()
        .0
        .with_idempotency(octocom_ext::Idempotency::Idempotent);
    let email = octocom_ext::EmailDraft::new("mia@example.com", "s", "t");
    let error = client
        .conversations()
        .send_email("a", email)
        .await
        .unwrap_err();
    assert!(error.may_have_been_processed(), "{error:?}");
    assert_eq!(script.calls(), 1);
}

#[tokio::test]
async fn a_chat_can_be_spawned() {
    let answered = conversation(&[question(), message(3, "bot", "On its way.", 11)], None);
    let script = Script::new([started(None), answered]).await;
    let (client, _) = script.client();
    let task = tokio::spawn(async move {
        let mut chat = client.bot().start("acme-corp", "Where is it?").await?;
        chat.reply().await
    });
    assert_eq!(task.await.unwrap().unwrap().to_string(), "On its way.");
}
