//! Errors that are about one conversation.

use std::time::Duration;

use octocom_api::operations::GET_CONVERSATION;
use uuid::Uuid;

use super::{Error, ErrorKind};
use crate::bot::PendingReply;

/// The conversation that an error is about.
pub(super) struct ConversationIds {
    conversation: Uuid,
    pending: Option<PendingReply>,
}

impl Error {
    /// The conversation that failed: the one with the bot, or the one that
    /// [`with_details`](crate::ItemStream::with_details) could not fetch. `None` for every other error.
    ///
    /// ```no_run
    /// # fn example(error: octocom_ext::Error) {
    /// println!("{:?}", error.conversation_id());
    /// # }
    /// ```
    #[must_use]
    pub fn conversation_id(&self) -> Option<Uuid> {
        self.0.conversation.as_ref().map(|ids| ids.conversation)
    }

    /// The answer of the bot that was waited for: waiting can go on
    /// ([`Bot::resume`](crate::Bot::resume)). `None` for every error that is not of waiting.
    ///
    /// ```no_run
    /// # fn example(error: octocom_ext::Error) {
    /// if let Some(pending) = error.pending_reply() {
    ///     println!("{}", pending.customer_message_id);
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn pending_reply(&self) -> Option<&PendingReply> {
        self.0.conversation.as_ref()?.pending.as_ref()
    }

    pub(crate) fn of_conversation(
        mut self,
        conversation: Uuid,
        pending: Option<PendingReply>,
    ) -> Self {
        self.0.conversation = Some(Box::new(ConversationIds {
            conversation,
            pending,
        }));
        self
    }

    /// The bot has not answered in time.
    #[cold]
    pub(crate) fn no_reply(deadline: Duration) -> Self {
        let detail = format!("the bot has not answered within {deadline:?}");
        let mut this = Self::listing(ErrorKind::Timeout, &GET_CONVERSATION, detail);
        this.0.elapsed = deadline;
        this.0.retryable = true;
        this
    }
}
