//! A chat with the bot, in a terminal.
//!
//! With `OCTOCOM_API_KEY` set it talks to the live service (or to `OCTOCOM_BASE_URL`), without it to
//! the bot of a sandbox that it starts itself.

#[path = "../common/mod.rs"]
mod common;
mod terminal;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Parser;
use octocom_ext::{Bot, Chat, ChatDraft, ChatReply, Client, Error};
use octocom_sandbox::Sandbox;

use crate::terminal::Terminal;

/// Time that the sandbox's bot takes to answer.
const SANDBOX_BOT_TAKES: Duration = Duration::from_millis(700);

/// Chats with the bot of a business. An empty line is ignored; /wait goes on waiting for an answer,
/// /quit or the end of the input ends the chat.
#[derive(Debug, Parser)]
struct Args {
    /// Business whose bot to talk to; default: the first of the organization.
    #[arg(long, value_name = "SLUG")]
    business: Option<String>,
    /// Name of the customer.
    #[arg(long)]
    name: Option<String>,
    /// Email address of the customer.
    #[arg(long)]
    email: Option<String>,
    /// Seconds to wait for an answer.
    #[arg(long, value_name = "SECONDS", default_value_t = 120, value_parser = clap::value_parser!(u32).range(1..=86_400))]
    wait: u32,
    /// Let the API wait for the bot, up to 30 seconds a message.
    #[arg(long)]
    synchronous: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Args::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args) -> Result<()> {
    let builder = Client::builder().with_user_agent_suffix("octocom-chat");
    let sandbox = Sandbox::builder().bot_replies_after(SANDBOX_BOT_TAKES);
    let (client, sandbox) =
        common::connect(builder, sandbox, "talking to the bot of a sandbox").await?;
    let business = match &args.business {
        Some(slug) => slug.clone(),
        None => first_business(&client).await?,
    };
    let ended = converse(&client.bot(), &business, &args).await;
    if let Some(sandbox) = sandbox {
        sandbox.shutdown().await;
    }
    ended
}

async fn first_business(client: &Client) -> Result<String> {
    let businesses = client.businesses().all().await?;
    let first = businesses.into_iter().next();
    Ok(first.context("the organization has no business")?.slug)
}

async fn converse(bot: &Bot, business: &str, args: &Args) -> Result<()> {
    let terminal = Terminal::new();
    terminal.say(&format!(
        "Talking to the bot of {business}; /quit ends the chat."
    ));
    let mut chat: Option<Chat> = None;
    while let Some(line) = terminal.ask()? {
        let (waits, line) = (line.trim() == "/wait", line.trim());
        match line {
            "" => continue,
            "/quit" => break,
            _ => {}
        }
        let answering = async {
            let chat = match &mut chat {
                None if waits => return Ok(None),
                None => chat.insert(start(bot, business, line, args).await?),
                Some(chat) => {
                    if !waits {
                        chat.send(line).await?;
                    }
                    chat
                }
            };
            chat.reply().await.map(Some)
        };
        match terminal.while_waiting(answering).await {
            Ok(None) => terminal.say("Nothing to wait for yet."),
            Ok(Some(reply)) => {
                if let Some(text) = reply.text() {
                    terminal.hear(&text);
                }
                if let ChatReply::HandedOff { .. } = reply {
                    terminal.say("A human agent has taken over; the bot does not answer any more.");
                    break;
                }
            }
            Err(error) => explain(&terminal, error)?,
        }
    }
    if let Some(chat) = chat {
        let id = chat
            .public_id()
            .map_or(chat.id().to_string(), str::to_owned);
        terminal.say(&format!("The conversation is {id}."));
    }
    Ok(())
}

async fn start(bot: &Bot, business: &str, message: &str, args: &Args) -> Result<Chat, Error> {
    let mut draft = ChatDraft::new(message);
    if let Some(name) = &args.name {
        draft = draft.customer_name(name);
    }
    if let Some(email) = &args.email {
        draft = draft.customer_email(email);
    }
    if args.synchronous {
        draft = draft.synchronous(true);
    }
    let chat = bot.start(business, draft).await?;
    Ok(chat.with_reply_deadline(Duration::from_secs(args.wait.into())))
}

/// Says what went wrong, or ends the chat when it cannot go on.
fn explain(terminal: &Terminal, error: Error) -> Result<()> {
    if error.pending_reply().is_some() && error.is_timeout() {
        terminal.say("No answer yet; /wait goes on waiting.");
    } else if error.is_quota() {
        bail!("this conversation has reached its 50 messages");
    } else if error.may_have_been_processed() {
        terminal.say(&format!(
            "{error}. The message may have been stored: do not repeat it."
        ));
    } else if error.is_rate_limited() || error.is_connect() || error.pending_reply().is_some() {
        terminal.say(&format!("{error}. Try again later."));
    } else {
        let said = error.message();
        let error = anyhow::Error::new(error);
        return Err(match said {
            Some(said) => error.context(said),
            None => error,
        });
    }
    Ok(())
}
