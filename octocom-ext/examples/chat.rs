//! Lesson 4: talk to the bot.
//!
//! `OCTOCOM_API_KEY=… cargo run -p octocom-ext --example chat -- acme-corp 'Where is my order?'`

use std::time::Duration;

use octocom_ext::{ChatDraft, ChatReply, Client, Error};

#[tokio::main]
async fn main() -> Result<(), Error> {
    let mut arguments = std::env::args().skip(1);
    let business = arguments.next().unwrap_or_else(|| "acme-corp".to_owned());
    let question = arguments
        .next()
        .unwrap_or_else(|| "Where is my order?".to_owned());

    let client = Client::from_env()?;
    let draft = ChatDraft::new(question).customer_name("Mia");
    let mut chat = client.bot().start(&business, draft).await?;
    chat = chat.with_reply_deadline(Duration::from_secs(60));

    // A reply is waited for by polling. A timeout leaves something to go on waiting with, in this
    // process or another.
    let reply = match chat.reply().await {
        Ok(reply) => reply,
        Err(error) if error.is_timeout() => {
            let Some(pending) = error.pending_reply().cloned() else {
                return Err(error);
            };
            client.bot().resume(pending).reply().await?
        }
        Err(error) => return Err(error),
    };
    match reply {
        ChatReply::HandedOff { .. } => println!("a human agent has taken over"),
        reply => println!("bot> {reply}"),
    }

    println!("bot> {}", chat.ask("Can a human help me, please?").await?);
    Ok(())
}
