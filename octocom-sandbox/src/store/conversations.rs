//! Conversations: seeded ones are made when asked for, changed and new ones are kept.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;
use uuid::Uuid;

use crate::data::{Data, public_number};
use crate::model::{Conversation, MetadataEntry, Standing};
use crate::timestamp::Timestamp;

/// All conversations, numbered in the order of their creation.
#[derive(Debug, Clone)]
pub(crate) struct Conversations {
    data: Arc<Data>,
    /// Those that differ from the seeded ones.
    changed: BTreeMap<u64, Arc<Conversation>>,
    count: u64,
}

impl Conversations {
    pub(super) fn new(data: Arc<Data>) -> Self {
        Self {
            count: data.conversations(),
            data,
            changed: BTreeMap::new(),
        }
    }

    /// Number of conversations.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// The `number`-th conversation.
    pub(crate) fn get(&self, number: u64) -> Arc<Conversation> {
        match self.changed.get(&number) {
            Some(conversation) => Arc::clone(conversation),
            None => Arc::new(self.data.conversation(number)),
        }
    }

    /// The `number`-th conversation, to be changed.
    pub(crate) fn change(&mut self, number: u64) -> &mut Conversation {
        let data = &self.data;
        let make = || Arc::new(data.conversation(number));
        Arc::make_mut(self.changed.entry(number).or_insert_with(make))
    }

    /// Adds a conversation, whose id and public id come from [`next_id`](Self::next_id).
    pub(crate) fn add(&mut self, conversation: Conversation) -> u64 {
        let number = self.count;
        self.changed.insert(number, Arc::new(conversation));
        self.count += 1;
        number
    }

    /// Id and public id of the next conversation to be added.
    pub(crate) fn next_id(&self, now: Timestamp) -> (Uuid, String) {
        let public_id = format!("CONV-{}-{:06}", now.year(), self.count + 1);
        (self.data.conversation_id(self.count), public_id)
    }

    /// The conversation with this UUID.
    pub(crate) fn number(&self, id: Uuid) -> Option<u64> {
        self.data
            .conversation_number(id)
            .filter(|&number| number < self.count)
    }

    /// The conversation with this UUID or public id.
    pub(crate) fn find(&self, reference: &str) -> Option<u64> {
        match Uuid::parse_str(reference) {
            Ok(id) => self.number(id),
            Err(_) => {
                let number = public_number(reference).filter(|&number| number < self.count)?;
                (self.get(number).public_id == reference).then_some(number)
            }
        }
    }

    /// The numbers of the conversations created in a period, both ends included.
    pub(crate) fn created_between(
        &self,
        start: Option<Timestamp>,
        end: Option<Timestamp>,
    ) -> std::ops::Range<u64> {
        let from = start.map_or(0, |start| self.first(|at| at >= start));
        let to = end.map_or(self.count, |end| self.first(|at| at > end));
        from..to.max(from)
    }

    /// Number of the first conversation whose creation satisfies a condition that, once satisfied,
    /// stays so: found by bisection.
    fn first(&self, condition: impl Fn(Timestamp) -> bool) -> u64 {
        let (mut low, mut high) = (0, self.count);
        while low < high {
            let middle = low + (high - low) / 2;
            match condition(self.created_at(middle)) {
                true => high = middle,
                false => low = middle + 1,
            }
        }
        low
    }

    /// When the `number`-th conversation was created.
    pub(crate) fn created_at(&self, number: u64) -> Timestamp {
        match self.changed.get(&number) {
            Some(conversation) => conversation.created_at,
            None => self.data.created_at(number),
        }
    }

    /// Whether the `number`-th conversation is open, closed or snoozed, and handed off.
    pub(crate) fn standing(&self, number: u64) -> Standing {
        match self.changed.get(&number) {
            Some(conversation) => conversation.standing(),
            None => self.data.standing(number),
        }
    }

    /// Business of the `number`-th conversation.
    pub(crate) fn business(&self, number: u64) -> &'static str {
        match self.changed.get(&number) {
            Some(conversation) => conversation.business_slug,
            None => self.data.business_of(number),
        }
    }

    /// Whether the `number`-th conversation has this metadata pair.
    pub(crate) fn has_pair(&self, number: u64, key: &str, value: &str) -> bool {
        let matches = |pair: &MetadataEntry| pair.key == key && pair.value == value;
        match self.changed.get(&number) {
            Some(conversation) => conversation.metadata.iter().any(matches),
            None => self.data.metadata(number).iter().any(matches),
        }
    }

    /// Keys under which the `number`-th conversation is classified: no operation classifies.
    pub(crate) fn collected_keys(&self, number: u64) -> &'static [&'static str] {
        match number < self.data.conversations() {
            true => self.data.collected_keys(number),
            false => &[],
        }
    }

    /// What the list shows of the `number`-th conversation.
    pub(crate) fn summary(&self, number: u64, now: Timestamp) -> Value {
        self.get(number).summary(now)
    }
}
