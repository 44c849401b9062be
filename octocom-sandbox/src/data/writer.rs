//! Writes a seeded conversation down in the order in which it happened.

use std::time::Duration;

use serde_json::json;
use uuid::Uuid;

use super::conversation::{ENTRIES, Facts, SENTIMENTS, collected, metadata};
use super::market::{CHANNELS, LANGUAGES};
use super::thread::ROUNDS;
use super::{Data, fill};
use crate::ids::Kind;
use crate::model::{
    BotContext, BotFunctionCall, Conversation, Event, Message, Note, Participant, Sender, Status,
    Text,
};
use crate::rng::{Rng, Stream};
use crate::timestamp::Timestamp;

/// One conversation in this many arrives by the next channel of all that there are.
const RARE_CHANNEL_ONE_IN: u64 = 8;

/// Writes a conversation down in the order in which it happened.
pub(super) struct Writer<'a> {
    data: &'a Data,
    number: u64,
    draw: Rng,
    now: Timestamp,
    entries: u64,
    channel: Text,
    pub(super) conversation: Conversation,
}

impl<'a> Writer<'a> {
    pub(super) fn new(data: &'a Data, number: u64, facts: &Facts) -> Self {
        let mut draw = data.draw(Stream::ConversationDetail, number);
        let start = data.created_at(number);
        let texts = &facts.topic.texts[facts.language];
        let (name, _) = data.customer_name(facts.customer);
        let closed = facts.list_state.status == Status::Closed;
        let sentiment = closed.then(|| draw.pick(&SENTIMENTS));
        let mut tags = Vec::new();
        if draw.chance(0.5) {
            tags.push(facts.topic.tag.to_owned());
        }
        if draw.chance(0.08) {
            tags.push("vip".to_owned());
        }
        let external = draw.chance(0.03);
        let conversation = Conversation {
            id: data.conversation_id(number),
            public_id: format!("CONV-{}-{:06}", start.year(), number + 1),
            created_at: start,
            closed_at: None,
            handed_off_at: None,
            snoozed: facts.list_state.status == Status::Snoozed,
            language: LANGUAGES[facts.language].code.into(),
            subject: fill(texts.subject, name, &facts.order),
            business_slug: facts.business.slug.into(),
            sentiment: sentiment.map(|(sentiment, _)| Text::from(*sentiment)),
            sentiment_reason: sentiment.map(|(_, reason)| Text::from(*reason)),
            topics: (!draw.chance(0.1)).then(|| vec![facts.topic.title.to_owned()]),
            customer_id: Some(data.customer_id(facts.customer)),
            messages: Vec::new(),
            data_collection_results: collected(facts, number, start),
            notes: Vec::new(),
            events: Vec::new(),
            bot_function_calls: Vec::new(),
            tags,
            workflows: Vec::new(),
            variants: Vec::new(),
            metadata: metadata(facts, start),
            participant: match external && !facts.outbound {
                true => Participant::External,
                false => Participant::Customer,
            },
            is_outbound: facts.outbound,
            via_api: false,
            bot_context: BotContext::default(),
        };
        let usual = *draw.pick(facts.business.channels);
        let rare = usize::try_from(number / RARE_CHANNEL_ONE_IN).unwrap_or(0) % CHANNELS.len();
        let channel = match number % RARE_CHANNEL_ONE_IN == RARE_CHANNEL_ONE_IN - 1 {
            true => CHANNELS[rare],
            false => usual,
        };
        Self {
            data,
            number,
            draw,
            now: start,
            entries: 0,
            channel: channel.into(),
            conversation,
        }
    }

    /// Question, the bot's function call and its answer; often a word of thanks.
    pub(super) fn exchange(&mut self, facts: &Facts) {
        let texts = &facts.topic.texts[facts.language];
        let (name, _) = self.data.customer_name(facts.customer);
        let sender = self.other_side();
        self.event("conversation_created", None);
        self.say(sender, fill(texts.question, name, &facts.order), None);
        self.wait(2, 9);
        self.conversation.bot_function_calls.push(BotFunctionCall {
            tool_name: facts.topic.action.into(),
            tool_arguments: json!({"orderId": facts.order}).to_string(),
            content: json!({"found": true}).to_string(),
            created_at: self.now,
        });
        let title = facts.topic.title;
        self.conversation.workflows.push(title.to_owned());
        let variant = format!("{title} / Default");
        self.conversation.variants.push(variant);
        self.wait(2, 9);
        self.say(Sender::Bot, fill(texts.answer, name, &facts.order), None);
        if self.draw.chance(0.6) {
            self.wait(20, 1_800);
            // Some customers carry on elsewhere.
            if self.draw.chance(0.15) {
                self.channel = (*self.draw.pick(facts.business.channels)).into();
            }
            self.say(sender, "👍".to_owned(), None);
        }
    }

    pub(super) fn hand_off(&mut self, facts: &Facts) {
        if !facts.list_state.handed_off {
            return;
        }
        self.wait(5, 60);
        self.conversation.handed_off_at = Some(self.now);
        self.event("handed_off", None);
        let Some(agent) = self.data.agent(self.number) else {
            return;
        };
        let (id, agent_name) = (agent.id, agent.full_name.clone());
        self.wait(60, 6 * 3_600);
        self.event("assigned", Some(json!({"userId": id})));
        let text = format!("Checked {} in the shop system, all in order.", facts.order);
        self.note(text, id);
        self.wait(60, 3_600);
        let (name, _) = self.data.customer_name(facts.customer);
        let text = fill(facts.topic.texts[facts.language].answer, name, &facts.order);
        self.say(Sender::Agent, text, Some(agent_name));
    }

    /// An agent's email, which starts the conversation.
    pub(super) fn write_first(&mut self, facts: &Facts) {
        self.channel = "email".into();
        self.event("conversation_created", None);
        self.conversation.handed_off_at = Some(self.now);
        self.event("handed_off", None);
        let (name, _) = self.data.customer_name(facts.customer);
        let text = fill(facts.topic.texts[facts.language].answer, name, &facts.order);
        let agent = self.data.agent(self.number);
        self.say(
            Sender::Agent,
            text,
            agent.map(|agent| agent.full_name.clone()),
        );
        if let Some(agent) = agent {
            let text = format!("Wrote to the customer about {}.", facts.order);
            self.note(text, agent.id);
        }
    }

    /// Most conversations end soon; some go on for a while, a few for long.
    pub(super) fn go_on(&mut self, facts: &Facts) {
        let rounds = match self.draw.below(100) {
            0..70 => 0,
            70..95 => 1 + self.draw.below(3),
            _ => 5 + self.draw.below(16),
        };
        let agent = self.data.agent(self.number);
        let agent = agent.filter(|_| self.conversation.handed_off_at.is_some());
        let (sender, name) = match agent {
            Some(agent) => (Sender::Agent, Some(agent.full_name.clone())),
            None => (Sender::Bot, None),
        };
        for round in 0..rounds {
            let texts = &ROUNDS[facts.language];
            let (question, answer) = texts[usize::try_from(round).unwrap_or(0) % texts.len()];
            self.wait(60, 3_600);
            self.say(self.other_side(), question.to_owned(), None);
            self.wait(5, 600);
            self.say(sender, answer.to_owned(), name.clone());
        }
    }

    /// Sender of messages to the business.
    fn other_side(&self) -> Sender {
        match self.conversation.participant {
            Participant::External => Sender::External,
            Participant::Customer => Sender::Customer,
        }
    }

    fn note(&mut self, text: String, user_id: Uuid) {
        let note = Note {
            id: self.entry_id(),
            text,
            created_at: self.now,
            user_id,
        };
        self.conversation.notes.push(note);
    }

    pub(super) fn close(&mut self, facts: &Facts) {
        match facts.list_state.status {
            Status::Open => {}
            Status::Snoozed => {
                self.wait(10, 300);
                self.event("snoozed", None);
            }
            Status::Closed => {
                self.wait(600, 2 * 24 * 3_600);
                self.conversation.closed_at = Some(self.now);
                self.event("closed", None);
            }
        }
    }

    fn wait(&mut self, least: u64, most: u64) {
        let millis = least * 1000 + self.draw.below((most - least) * 1000);
        self.now = self.now.after(Duration::from_millis(millis));
    }

    fn say(&mut self, sender: Sender, text: String, agent_name: Option<String>) {
        let id = self.entry_id();
        let message = Message {
            id,
            sender,
            text,
            channel: self.channel.clone(),
            created_at: self.now,
            agent_name,
        };
        self.conversation.messages.push(message);
    }

    fn event(&mut self, event: &str, metadata: Option<serde_json::Value>) {
        let id = self.entry_id();
        let event = Event {
            id,
            event: event.to_owned(),
            created_at: self.now,
            metadata,
        };
        self.conversation.events.push(event);
    }

    fn entry_id(&mut self) -> Uuid {
        self.entries += 1;
        self.data
            .ids(Kind::Entry)
            .id(self.number * ENTRIES + self.entries - 1)
    }
}
