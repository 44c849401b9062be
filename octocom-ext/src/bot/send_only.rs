//! Sending messages to the bot without waiting for its answers.

use octocom_api::Response;
use octocom_api::operations::SEND_BOT_MESSAGE;
use octocom_api::types::{BotInput, BotReply, ConversationRef, NewBotMessage};

use crate::client::Client;
use crate::error::Error;
use crate::ids::ConversationId;
use crate::input::{Checked, text};

/// A conversation with the bot that can be written to, and not be read.
///
/// For a conversation of which only the public id is known: the API shows conversations by their
/// UUID. [`Chat`](crate::Chat) is the one that waits for answers.
#[derive(Debug, Clone)]
pub struct SendOnlyChat {
    client: Client,
    id: ConversationId,
}

impl SendOnlyChat {
    pub(super) fn new(client: &Client, id: ConversationId) -> Self {
        Self {
            client: client.clone(),
            id,
        }
    }

    /// The conversation.
    #[must_use]
    pub fn id(&self) -> &ConversationId {
        &self.id
    }

    /// Sends a message of 1 to 5,000 characters and returns its id, not waiting for the answer.
    ///
    /// Calls `send_bot_message` asynchronously. It may act twice and is not repeated after an
    /// unclear failure.
    ///
    /// ```no_run
    /// # async fn example(client: octocom_ext::Client) -> Result<(), octocom_ext::Error> {
    /// let sent = client.bot().send_only("CONV-2024-001234").send("Thank you!").await?;
    /// println!("{}", sent.customer_message_id);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`Chat::send`](crate::Chat::send).
    pub async fn send(&self, message: impl AsRef<str>) -> Result<Response<BotReply>, Error> {
        send(&self.client, &self.id, message.as_ref(), false).await
    }

    /// Sends a message of 1 to 5,000 characters and lets the API wait for the bot's answer, which
    /// is in [`BotReply::bot_response`] if there is one.
    ///
    /// Calls `send_bot_message` synchronously. It may act twice and is not repeated after an unclear
    /// failure.
    ///
    /// ```no_run
    /// # async fn example(client: octocom_ext::Client) -> Result<(), octocom_ext::Error> {
    /// let chat = client.bot().send_only("CONV-2024-001234");
    /// println!("{:?}", chat.send_synchronously("Where is my order?").await?.bot_response);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`Chat::send`](crate::Chat::send). When the bot takes more than 30 seconds it is a 408
    /// that [may have been processed](octocom_api::Error::may_have_been_processed): the answer may come later,
    /// so do not send the message again.
    pub async fn send_synchronously(
        &self,
        message: impl AsRef<str>,
    ) -> Result<Response<BotReply>, Error> {
        send(&self.client, &self.id, message.as_ref(), true).await
    }
}

/// Sends a message in either mode.
pub(super) async fn send(
    client: &Client,
    id: &ConversationId,
    message: &str,
    is_synchronous: bool,
) -> Result<Response<BotReply>, Error> {
    let (id, message) = check(id, message)?;
    let async_ = !is_synchronous;
    let body = NewBotMessage { message, async_ };
    let once = client.once();
    Ok(once.api().send_bot_message(&id, &body).await?.parse()?)
}

/// Refuses a message that the document forbids.
pub(super) fn check(
    id: &ConversationId,
    message: &str,
) -> Result<(ConversationRef, BotInput), Error> {
    let checked = || -> Checked<_> { Ok((id.checked()?, text("message", message)?)) };
    checked().map_err(|detail| Error::invalid_input(&SEND_BOT_MESSAGE, detail))
}
