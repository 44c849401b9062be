//! Conversations of the seeded world.

use std::time::Duration;

use uuid::Uuid;

use super::writer::Writer;
use super::{BusinessFacts, Data, TOPICS, Topic};
use crate::ids::Kind;
use crate::model::{CollectedData, Conversation, ListState, MetadataEntry, Status};
use crate::rng::{Rng, Stream};
use crate::timestamp::Timestamp;

/// Messages, notes and events that one conversation can number before another's begin.
pub(crate) const ENTRIES: u64 = 1 << 20;
/// Time from a conversation's start to its classification.
const CLASSIFIED_AFTER: Duration = Duration::from_secs(90);
const PLANS: [&str; 3] = ["free", "pro", "business"];
const URGENCIES: [&str; 3] = ["low", "normal", "high"];
const PRODUCTS: [&str; 5] = ["clothing", "kitchen", "outdoor", "electronics", "gifts"];
pub(super) const SENTIMENTS: [(&str, &str); 5] = [
    ("Strongly Positive", "The customer thanks the team warmly."),
    ("Positive", "The customer is content with the answer."),
    ("Neutral", "The customer asks for facts without emotion."),
    ("Negative", "The customer is disappointed with the wait."),
    ("Strongly Negative", "The customer threatens to leave."),
];

/// Facts about a conversation that need no texts; lists are filtered by them.
pub(super) struct Facts {
    pub(super) customer: u64,
    pub(super) business: &'static BusinessFacts,
    pub(super) language: usize,
    pub(super) topic: &'static Topic,
    pub(super) list_state: ListState,
    pub(super) order: String,
    pub(super) plan: Option<&'static str>,
    /// `true` if an agent wrote first.
    pub(super) outbound: bool,
    pub(super) urgency: &'static str,
    pub(super) product: &'static str,
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
    pub(crate) fn list_state(&self, number: u64) -> ListState {
        list_state(&mut self.draw(Stream::Conversation, number))
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
        collected_keys(self.list_state(number), number)
    }

    /// Classification of the `number`-th seeded conversation.
    pub(crate) fn collected(&self, number: u64) -> Vec<CollectedData> {
        collected(&self.facts(number), number, self.created_at(number))
    }

    /// Time of classification of a conversation that started then.
    pub(crate) fn classified_at(start: Timestamp) -> Timestamp {
        start.after(CLASSIFIED_AFTER)
    }

    fn customer_of(&self, number: u64) -> u64 {
        number % self.customers().max(1)
    }

    fn facts(&self, number: u64) -> Facts {
        let mut draw = self.draw(Stream::Conversation, number);
        let list_state = list_state(&mut draw);
        let customer = self.customer_of(number);
        let known = self.customer_facts(customer);
        Facts {
            customer,
            business: known.business,
            language: known.language,
            topic: draw.pick(&TOPICS),
            list_state,
            order: format!("ORD-{:06}", 100_000 + number),
            plan: draw.chance(0.3).then(|| *draw.pick(&PLANS)),
            outbound: draw.chance(0.12) && list_state.handed_off && known.business.sends_email,
            urgency: draw.pick::<&str>(&URGENCIES),
            product: draw.pick::<&str>(&PRODUCTS),
        }
    }

    /// The `number`-th seeded conversation, with all that belongs to it.
    pub(crate) fn conversation(&self, number: u64) -> Conversation {
        let facts = self.facts(number);
        let mut writer = Writer::new(self, number, &facts);
        match facts.outbound {
            true => writer.write_first(&facts),
            false => {
                writer.exchange(&facts);
                writer.hand_off(&facts);
            }
        }
        writer.go_on(&facts);
        writer.close(&facts);
        writer.conversation
    }
}

fn list_state(draw: &mut Rng) -> ListState {
    let status = match draw.below(100) {
        0..6 => Status::Open,
        6..9 => Status::Snoozed,
        _ => Status::Closed,
    };
    ListState {
        status,
        handed_off: draw.chance(0.3),
    }
}

pub(super) fn metadata(facts: &Facts, at: Timestamp) -> Vec<MetadataEntry> {
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

/// A closed conversation is classified by who closed it as well; some have further keys.
fn collected_keys(list_state: ListState, number: u64) -> &'static [&'static str] {
    const CLOSED: [&str; 4] = ["issue_type", "resolved_by", "urgency", "product_category"];
    const OTHER: [&str; 3] = ["issue_type", "urgency", "product_category"];
    let further = usize::try_from(number % 3).unwrap_or(0);
    match list_state.status {
        Status::Closed => &CLOSED[..2 + further],
        Status::Open | Status::Snoozed => &OTHER[..1 + further],
    }
}

pub(super) fn collected(facts: &Facts, number: u64, start: Timestamp) -> Vec<CollectedData> {
    let resolver = match facts.list_state.handed_off {
        true => "agent",
        false => "bot",
    };
    let value = |key: &str| match key {
        "resolved_by" => resolver,
        "urgency" => facts.urgency,
        "product_category" => facts.product,
        _ => facts.topic.issue,
    };
    let data = |&key: &&'static str| CollectedData {
        key: key.into(),
        value: value(key).to_owned(),
        created_at: Data::classified_at(start),
    };
    let keys = collected_keys(facts.list_state, number);
    keys.iter().map(data).collect()
}

#[cfg(test)]
mod tests;
