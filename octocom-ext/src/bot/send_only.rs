//! Sending messages to the bot without waiting for replies.

use octocom_api::Response;
use octocom_api::operations::SEND_BOT_MESSAGE;
use octocom_api::types::{BotInput, BotReply, ConversationRef, NewBotMessage};

use crate::client::Client;
use crate::error::Error;
use crate::ids::ConversationId;
use crate::input::{Checked, text};

/// A conversation with the bot to which you can only send.
///
/// For conversations of which only the public id is known, because the API returns replies by UUID
/// only. With a UUID, use [`Chat`](crate::Chat).
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

    /// Returns the id of the conversation.
    #[must_use]
    pub fn id(&self) -> &ConversationId {
        &self.id
    }

    /// Sends a message of 1 to 5,000 characters and returns its id, without waiting for the reply.
    ///
    /// Calls `send_bot_message` in asynchronous mode. It is not retried after a failure with an
    /// unknown outcome, because it could take effect twice.
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

    /// Sends a message of 1 to 5,000 characters and waits for the reply, which is
    /// [`BotReply::bot_response`] if there is one.
    ///
    /// Calls `send_bot_message` in synchronous mode. It is not retried after a failure with an
    /// unknown outcome, because it could take effect twice.
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
    /// As for [`Chat::send`](crate::Chat::send). If the bot takes more than 30 seconds, an error
    /// with status 408 that [may have been processed](octocom_api::Error::may_have_been_processed):
    /// the bot may reply later, so do not send the message again.
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
