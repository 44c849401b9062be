//! Writing into conversations: messages and events.

use uuid::Uuid;

use crate::model::{Event, Message, Sender, Text};
use crate::store::State;
use crate::timestamp::Timestamp;

impl State {
    /// Adds a message; one of the future is seen when its time comes.
    pub(crate) fn say(
        &mut self,
        conversation: u64,
        sender: Sender,
        text: String,
        channel: Text,
        created_at: Timestamp,
    ) -> Uuid {
        let id = self.entry_id(conversation);
        let message = Message {
            id,
            sender,
            text,
            channel,
            created_at,
            agent_name: None,
        };
        let messages = &mut self.conversations.change(conversation).messages;
        // A customer may write before the bot has answered the last message.
        let place = messages.partition_point(|message| message.created_at <= created_at);
        messages.insert(place, message);
        id
    }

    /// Adds an event.
    pub(crate) fn event(&mut self, conversation: u64, event: &str, created_at: Timestamp) {
        let id = self.entry_id(conversation);
        let event = Event {
            id,
            event: event.to_owned(),
            created_at,
            metadata: None,
        };
        self.conversations.change(conversation).events.push(event);
    }
}
