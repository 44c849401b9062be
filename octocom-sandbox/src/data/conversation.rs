//! Conversations of the seeded world.

use std::time::Duration;

use serde_json::json;
use uuid::Uuid;

use super::market::LANGUAGES;
use super::{BusinessFacts, Data, TOPICS, Topic, fill};
use crate::draw::{Draw, Stream};
use crate::ids::Kind;
use crate::model::{
    BotFunctionCall, CollectedData, Conversation, Event, Message, MetadataEntry, Note, Sender,
    Standing, Status,
};
use crate::timestamp::Timestamp;

/// Messages, notes and events that one conversation can number before another's begin.
pub(crate) const ENTRIES: u64 = 1 << 20;
/// Time from a conversation's start to its classification.
const CLASSIFIED_AFTER: Duration = Duration::from_secs(90);
const PLANS: [&str; 3] = ["free", "pro", "business"];
const SENTIMENTS: [(&str, &str); 5] = [
    ("Strongly Positive", "The customer thanks the team warmly."),
    ("Positive", "The customer is content with the answer."),
    ("Neutral", "The customer asks for facts without emotion."),
    ("Negative", "The customer is disappointed with the wait."),
    ("Strongly Negative", "The customer threatens to leave."),
];

/// What is known of a conversation without writing out texts; lists are filtered by it.
struct Facts {
    customer: u64,
    business: &'static BusinessFacts,
    language: usize,
    topic: &'static Topic,
    standing: Standing,
    order: String,
    plan: Option<&'static str>,
}

/// The number in a conversation's public id, which counts from 1.
pub(crate) fn public_number(public_id: &str) -> Option<u64> {
    public_id
        .rsplit('-')
        .next()?
        .parse::<u64>()
        .ok()?
        .checked_sub(1)
}

impl Data {
    /// Id of the `number`-th conversation, seeded or created since.
    pub(crate) fn conversation_id(&self, number: u64) -> Uuid {
        self.ordered_id(Kind::Conversation, number, self.conversations())
    }

    /// The number behind a conversation's id.
    pub(crate) fn conversation_number(&self, id: Uuid) -> Option<u64> {
        self.ordered_number(Kind::Conversation, id, self.conversations())
    }

    /// State of the `number`-th seeded conversation.
    pub(crate) fn standing(&self, number: u64) -> Standing {
        standing(&mut self.draw(Stream::Conversation, number))
    }

    /// Business of the `number`-th seeded conversation.
    pub(crate) fn business_of(&self, number: u64) -> &'static str {
        self.customer_facts(self.customer_of(number)).business.slug
    }

    /// Metadata of the `number`-th seeded conversation.
    pub(crate) fn metadata(&self, number: u64) -> Vec<MetadataEntry> {
        metadata(&self.facts(number), self.created_at(number))
    }

    /// Keys under which the `number`-th seeded conversation is classified.
    pub(crate) fn collected_keys(&self, number: u64) -> &'static [&'static str] {
        collected_keys(self.standing(number))
    }

    /// Classification of the `number`-th seeded conversation.
    pub(crate) fn collected(&self, number: u64) -> Vec<CollectedData> {
        collected(&self.facts(number), self.created_at(number))
    }

    /// When a conversation that started then was classified.
    pub(crate) fn classified_at(start: Timestamp) -> Timestamp {
        start.after(CLASSIFIED_AFTER)
    }

    fn customer_of(&self, number: u64) -> u64 {
        number % self.customers().max(1)
    }

    fn facts(&self, number: u64) -> Facts {
        let mut draw = self.draw(Stream::Conversation, number);
        let standing = standing(&mut draw);
        let customer = self.customer_of(number);
        let known = self.customer_facts(customer);
        Facts {
            customer,
            business: known.business,
            language: known.language,
            topic: draw.pick(&TOPICS),
            standing,
            order: format!("ORD-{:06}", 100_000 + number),
            plan: draw.chance(0.3).then(|| *draw.pick(&PLANS)),
        }
    }

    /// The `number`-th seeded conversation, with all that belongs to it.
    pub(crate) fn conversation(&self, number: u64) -> Conversation {
        let facts = self.facts(number);
        let mut writer = Writer::new(self, number, &facts);
        writer.exchange(&facts);
        writer.hand_off(&facts);
        writer.close(&facts);
        writer.conversation
    }
}

fn standing(draw: &mut Draw) -> Standing {
    let status = match draw.below(100) {
        0..6 => Status::Open,
        6..9 => Status::Snoozed,
        _ => Status::Closed,
    };
    Standing {
        status,
        handed_off: draw.chance(0.3),
    }
}

fn metadata(facts: &Facts, at: Timestamp) -> Vec<MetadataEntry> {
    let pair = |key: &str, value: &str| MetadataEntry {
        key: key.to_owned(),
        value: value.to_owned(),
        created_at: at,
        updated_at: at,
    };
    let mut pairs = vec![pair("order_id", &facts.order)];
    pairs.extend(facts.plan.map(|plan| pair("plan", plan)));
    pairs
}

/// A closed conversation is classified by who closed it as well.
fn collected_keys(standing: Standing) -> &'static [&'static str] {
    match standing.status {
        Status::Closed => &["issue_type", "resolved_by"],
        Status::Open | Status::Snoozed => &["issue_type"],
    }
}

fn collected(facts: &Facts, start: Timestamp) -> Vec<CollectedData> {
    let resolver = if facts.standing.handed_off {
        "agent"
    } else {
        "bot"
    };
    let values = [facts.topic.issue, resolver];
    let keys = collected_keys(facts.standing).iter();
    let data = |(&key, value): (&&'static str, &str)| CollectedData {
        key,
        value: value.to_owned(),
        created_at: Data::classified_at(start),
    };
    keys.zip(values).map(data).collect()
}

/// Writes a conversation down in the order in which it happened.
struct Writer<'a> {
    data: &'a Data,
    number: u64,
    draw: Draw,
    now: Timestamp,
    entries: u64,
    channel: &'static str,
    conversation: Conversation,
}

impl<'a> Writer<'a> {
    fn new(data: &'a Data, number: u64, facts: &Facts) -> Self {
        let mut draw = data.draw(Stream::ConversationDetail, number);
        let start = data.created_at(number);
        let texts = &facts.topic.texts[facts.language];
        let (name, _) = data.customer_name(facts.customer);
        let closed = facts.standing.status == Status::Closed;
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
            snoozed: facts.standing.status == Status::Snoozed,
            language: LANGUAGES[facts.language].code,
            subject: fill(texts.subject, name, &facts.order),
            business_slug: facts.business.slug,
            sentiment: sentiment.map(|(sentiment, _)| *sentiment),
            sentiment_reason: sentiment.map(|(_, reason)| *reason),
            topics: (!draw.chance(0.1)).then(|| vec![facts.topic.title.to_owned()]),
            customer: Some(facts.customer),
            messages: Vec::new(),
            data_collection_results: collected(facts, start),
            notes: Vec::new(),
            events: Vec::new(),
            bot_function_calls: Vec::new(),
            tags,
            workflows: vec![facts.topic.title.to_owned()],
            variants: vec![format!("{} / Default", facts.topic.title)],
            metadata: metadata(facts, start),
            external,
            outbound: false,
            via_api: false,
        };
        let channel = draw.pick(facts.business.channels);
        Self {
            data,
            number,
            draw,
            now: start,
            entries: 0,
            channel,
            conversation,
        }
    }

    /// Question, the bot's function call and its answer; often a word of thanks.
    fn exchange(&mut self, facts: &Facts) {
        let texts = &facts.topic.texts[facts.language];
        let (name, _) = self.data.customer_name(facts.customer);
        let sender = if self.conversation.external {
            Sender::External
        } else {
            Sender::Customer
        };
        self.event("conversation_created", None);
        self.say(sender, fill(texts.question, name, &facts.order), None);
        self.wait(2, 9);
        self.conversation.bot_function_calls.push(BotFunctionCall {
            tool_name: facts.topic.action,
            tool_arguments: json!({"orderId": facts.order}).to_string(),
            content: json!({"found": true}).to_string(),
            created_at: self.now,
        });
        self.wait(2, 9);
        self.say(Sender::Bot, fill(texts.answer, name, &facts.order), None);
        if self.draw.chance(0.6) {
            self.wait(20, 1_800);
            // Some customers carry on elsewhere.
            if self.draw.chance(0.15) {
                self.channel = *self.draw.pick(facts.business.channels);
            }
            self.say(sender, "👍".to_owned(), None);
        }
    }

    fn hand_off(&mut self, facts: &Facts) {
        if !facts.standing.handed_off {
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
        let note = Note {
            id: self.entry_id(),
            text: format!("Checked {} in the shop system, all in order.", facts.order),
            created_at: self.now,
            user_id: id,
        };
        self.conversation.notes.push(note);
        self.wait(60, 3_600);
        let (name, _) = self.data.customer_name(facts.customer);
        let text = fill(facts.topic.texts[facts.language].answer, name, &facts.order);
        self.say(Sender::Agent, text, Some(agent_name));
    }

    fn close(&mut self, facts: &Facts) {
        match facts.standing.status {
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
            channel: self.channel,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conversation_is_the_same_every_time_and_another_with_another_seed() {
        let text = |seed| serde_json::to_string(&Data::new(seed, 100).conversation(42)).unwrap();
        assert_eq!(text(7), text(7));
        assert_ne!(text(7), text(8));
    }

    #[test]
    fn what_lists_filter_by_agrees_with_the_conversation() {
        let data = Data::new(7, 500);
        for number in 0..500 {
            let conversation = data.conversation(number);
            assert_eq!(conversation.standing(), data.standing(number));
            assert_eq!(conversation.business_slug, data.business_of(number));
            let pairs = conversation.metadata.len();
            assert_eq!(pairs, data.metadata(number).len());
        }
    }

    #[test]
    fn things_happen_in_order_within_a_conversation() {
        let data = Data::new(7, 500);
        for number in 0..500 {
            let c = data.conversation(number);
            assert!(
                c.messages
                    .iter()
                    .map(|message| message.created_at)
                    .is_sorted()
            );
            let last = c.messages.last().unwrap().created_at;
            assert!(c.closed_at.is_none_or(|closed| closed > last));
            assert_eq!(c.notes.is_empty(), c.handed_off_at.is_none());
        }
    }

    #[test]
    fn a_public_id_holds_its_number() {
        let data = Data::new(7, 100);
        assert_eq!(public_number(&data.conversation(41).public_id), Some(41));
        assert_eq!(public_number("CONV-2024-000000"), None);
        assert_eq!(public_number("CONV-2024-x"), None);
    }
}
