//! `octocom chat`: a conversation with the bot.

mod terminal;

use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use octocom_ext::{Bot, Chat, ChatDraft, ChatReply, Error, PendingReply, Uuid};

use crate::args::{Global, duration, uuid};
use crate::confirm::confirm;
use crate::connection::{Connection, Options};
use crate::failure::{Failure, Result};
use crate::status::Status;
use crate::text::one_line;
use crate::waits::Waits;

use terminal::Terminal;

/// Chat with the bot of a business
///
/// An empty line is ignored; /wait goes on waiting for an answer; /quit or the end of the input ends
/// the chat. What the bot says goes to standard output.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  octocom chat --business acme-corp
  octocom --sandbox chat --yes
  echo 'Where is my order?' | octocom chat --business acme-corp --yes")]
pub(crate) struct ChatArgs {
    /// Business whose bot to talk to [default: the profile's, or the first of the organization]
    #[arg(long, value_name = "SLUG")]
    business: Option<String>,
    /// Name of the customer
    #[arg(long)]
    name: Option<String>,
    /// Email address of the customer
    #[arg(long)]
    email: Option<String>,
    /// Longest time to wait for an answer, as in 90s or 5m
    #[arg(long, value_name = "TIME", default_value = "120s", value_parser = duration)]
    wait: Duration,
    /// Let the API wait for the bot, up to 30 seconds a message
    #[arg(long)]
    synchronous: bool,
    /// Go on with a conversation: its UUID, or UUID:MESSAGE to wait for an answer first
    #[arg(long, value_name = "ID", value_parser = resumed, conflicts_with_all = ["business", "name", "email"])]
    resume: Option<Resumed>,
    /// Talk without asking first
    #[arg(long, short)]
    yes: bool,
}

/// A conversation to go on with.
#[derive(Debug, Clone)]
struct Resumed {
    id: Uuid,
    /// Message of the customer that is not answered yet.
    message: Option<Uuid>,
}

fn resumed(text: &str) -> Result<Resumed, String> {
    let (id, message) = match text.split_once(':') {
        Some((id, message)) => (id, Some(message)),
        None => (text, None),
    };
    Ok(Resumed {
        id: uuid(id)?,
        message: message.map(uuid).transpose()?,
    })
}

pub(crate) async fn run(global: &Global, args: ChatArgs) -> Result<()> {
    confirm("`chat` sends what you type to the bot", args.yes)?;
    let waits = Arc::new(Waits::default());
    let connection = Connection::open(global, &waits, Options::default()).await?;
    let outcome = converse(&connection, &args, global.quiet).await;
    let closed = connection.close();
    outcome.and(closed)
}

async fn converse(connection: &Connection, args: &ChatArgs, is_quiet: bool) -> Result<()> {
    let terminal = Terminal::new(is_quiet);
    let bot = connection.client.bot();
    let mut chat = args
        .resume
        .as_ref()
        .map(|resumed| resume(&bot, resumed, args));
    let mut waits = args
        .resume
        .as_ref()
        .is_some_and(|resumed| resumed.message.is_some());
    let business = match &chat {
        Some(_) => String::new(),
        None => business(connection, args).await?,
    };
    match chat {
        Some(_) => terminal.say("Going on with the conversation; /quit ends the chat."),
        None => terminal.say(&format!(
            "Talking to the bot of {business}; /quit ends the chat."
        )),
    }
    let mut is_outstanding = waits;
    let outcome = loop {
        if !waits {
            let Some(line) = terminal.ask().await? else {
                break Ok(());
            };
            match line.trim() {
                "" => continue,
                "/quit" => break Ok(()),
                "/wait" if chat.is_none() => {
                    terminal.say("Nothing to wait for yet.");
                    continue;
                }
                "/wait" => {}
                text => {
                    let sent = send(&bot, &business, &mut chat, text, args);
                    if let Err(error) = terminal.while_waiting(sent).await {
                        match explain(connection, &terminal, &error) {
                            Ok(()) => continue,
                            Err(failure) => break Err(failure),
                        }
                    }
                }
            }
        }
        waits = false;
        is_outstanding = true;
        let Some(chat) = &mut chat else { continue };
        match terminal.while_waiting(chat.reply()).await {
            Ok(reply) => {
                is_outstanding = false;
                if let Some(text) = reply.text() {
                    terminal.hear(&text)?;
                }
                if let ChatReply::HandedOff { .. } = reply {
                    terminal.say("A human agent has taken over; the bot does not answer any more.");
                    break Ok(());
                }
            }
            Err(error) => {
                if let Err(failure) = explain(connection, &terminal, &error) {
                    break Err(failure);
                }
            }
        }
    };
    if let Some(chat) = chat {
        let id = chat
            .public_id()
            .map_or(chat.id().to_string(), str::to_owned);
        let again = match chat.pending_reply().filter(|_| is_outstanding) {
            Some(pending) => format!(
                "{}:{}",
                pending.conversation_id, pending.customer_message_id
            ),
            None => chat.id().to_string(),
        };
        terminal.say(&format!(
            "The conversation is {id}; `octocom chat --resume {again}` goes on."
        ));
    }
    outcome
}

fn resume(bot: &Bot, resumed: &Resumed, args: &ChatArgs) -> Chat {
    let chat = match resumed.message {
        Some(message) => bot.resume(PendingReply::new(resumed.id, message)),
        None => bot.chat(resumed.id).synchronous(args.synchronous),
    };
    chat.with_reply_deadline(args.wait)
}

async fn business(connection: &Connection, args: &ChatArgs) -> Result<String> {
    if let Some(slug) = args.business.as_ref().or(connection.business.as_ref()) {
        return Ok(slug.clone());
    }
    let businesses = connection.client.businesses().all().await;
    let businesses = businesses.map_err(|error| connection.failure(&error))?;
    let first = businesses.into_iter().next();
    let first =
        first.ok_or_else(|| Failure::new(Status::NotFound, "the organization has no business"))?;
    Ok(first.slug.clone())
}

/// Starts the conversation with its first message, or sends another.
async fn send(
    bot: &Bot,
    business: &str,
    chat: &mut Option<Chat>,
    message: &str,
    args: &ChatArgs,
) -> Result<(), Error> {
    if let Some(chat) = chat {
        return chat.send(message).await.map(drop);
    }
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
    let started = bot.start(business, draft).await?;
    *chat = Some(started.with_reply_deadline(args.wait));
    Ok(())
}

/// Says what went wrong, or ends the chat when it cannot go on.
fn explain(connection: &Connection, terminal: &Terminal, error: &Error) -> Result<()> {
    let text = one_line(&error.to_string());
    if error.pending_reply().is_some() && error.is_timeout() {
        terminal.say("No answer yet; /wait goes on waiting.");
    } else if error.is_quota() {
        return Err(connection.failure(error));
    } else if error.may_have_been_processed() {
        terminal.say(&format!(
            "{text}. The message may have been stored: do not repeat it."
        ));
    } else if error.is_rate_limited() || error.is_connect() || error.pending_reply().is_some() {
        terminal.say(&format!("{text}. Try again later."));
    } else {
        return Err(connection.failure(error));
    }
    Ok(())
}
