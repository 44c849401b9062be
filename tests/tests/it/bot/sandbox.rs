//! The sandbox's bot.

use std::sync::Arc;
use std::time::Duration;

use octocom_ext::{ChatDraft, Client, ErrorKind};
use octocom_sandbox::{Builder, Sandbox};

use octocom_tests::sandboxed;
use octocom_tests::sleeper::Recorder;

async fn start(builder: Builder) -> (Sandbox, Client, Arc<Recorder>) {
    let sandbox = builder.conversations(10).start().await.unwrap();
    let recorder = Recorder::new();
    let client = sandboxed::builder(&sandbox)
        .with_sleeper(recorder.clone())
        .build()
        .unwrap();
    (sandbox, client, recorder)
}

#[tokio::test]
async fn a_conversation_goes_to_and_fro_until_it_is_handed_off() {
    let (_sandbox, client, recorder) = start(Sandbox::builder()).await;
    let draft = ChatDraft::new("Where is my order?")
        .customer_name("Mia")
        .metadata("a", "b");
    let mut chat = client.bot().start("acme-corp", draft).await.unwrap();
    let reply = chat.reply().await.unwrap();
    assert!(reply.to_string().contains("Mia"), "{reply}");
    assert!(!chat.ask("And now?").await.unwrap().is_handed_off());
    assert!(chat.ask("A human, please").await.unwrap().is_handed_off());
    assert!(chat.ask("Hello?").await.unwrap().is_handed_off());
    let mut resumed = client.bot().chat(chat.id()).synchronous(true);
    assert!(resumed.ask("Hello?").await.unwrap().is_handed_off());
    assert_eq!(recorder.waits(), [0_u128; 0]);
    let conversation = client.conversations().get(chat.id()).await.unwrap();
    assert_eq!(conversation.metadata.len(), 1);
}

#[tokio::test]
async fn a_408_is_followed_up_and_no_message_is_sent_twice() {
    // The bot never answers in time, and its answer is in the conversation at once all the same.
    let builder = Sandbox::builder().bot_replies_after(Duration::from_millis(2));
    let (_sandbox, client, _) = start(builder.bot_gives_up_after(Duration::from_millis(1))).await;
    let chat = client
        .bot()
        .start("acme-corp", "Where is my order?")
        .await
        .unwrap();
    let mut chat = chat.synchronous(true);
    chat.send("Where is my refund?").await.unwrap();
    let conversation = client.conversations().get(chat.id()).await.unwrap();
    let from_customer = conversation
        .messages
        .iter()
        .filter(|message| message.sender == "customer");
    let texts: Vec<_> = from_customer.map(|message| message.text.as_str()).collect();
    assert_eq!(texts, ["Where is my order?", "Where is my refund?"]);
}

#[tokio::test]
async fn the_51st_message_is_a_quota() {
    let (_sandbox, client, recorder) = start(Sandbox::builder()).await;
    let mut chat = client.bot().start("acme-corp", "1").await.unwrap();
    for number in 2..=50 {
        chat.send(number.to_string()).await.unwrap();
    }
    let error = chat.send("51").await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Quota, 1));
    assert_eq!(recorder.waits(), [0_u128; 0]);
}
