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
    /// Numbers in the order of creation, once a test has removed or back-dated one; until then
    /// that is the order of the numbers.
    order: Option<Arc<Vec<u64>>>,
}

impl Conversations {
    pub(super) fn new(data: Arc<Data>) -> Self {
        Self {
            count: data.conversations(),
            data,
            changed: BTreeMap::new(),
            order: None,
        }
    }

    /// The numbers of all conversations, in the order of their creation.
    pub(crate) fn numbers(&self) -> Box<dyn Iterator<Item = u64> + '_> {
        self.placed(0, self.places())
    }

    /// The numbers at a range of places. Its `nth` goes to its place at once.
    fn placed(&self, from: u64, to: u64) -> Box<dyn Iterator<Item = u64> + '_> {
        let index = |place| usize::try_from(place).unwrap_or(usize::MAX);
        match &self.order {
            None => Box::new(from..to),
            Some(order) => {
                let numbers = order.get(index(from)..index(to)).unwrap_or_default();
                Box::new(numbers.iter().copied())
            }
        }
    }

    /// Number of conversations that are there.
    fn places(&self) -> u64 {
        self.order
            .as_ref()
            .map_or(self.count, |order| order.len() as u64)
    }

    /// The number of the conversation at a place in the order of creation.
    fn at(&self, place: u64) -> u64 {
        let number = |order: &Arc<Vec<u64>>| order.get(usize::try_from(place).ok()?).copied();
        self.order.as_ref().and_then(number).unwrap_or(place)
    }

    /// The order as a list that can be changed.
    fn order_mut(&mut self) -> &mut Vec<u64> {
        let numbers = 0..self.count;
        Arc::make_mut(
            self.order
                .get_or_insert_with(|| Arc::new(numbers.collect())),
        )
    }

    /// Takes a conversation away, as if it had never been.
    pub(crate) fn remove(&mut self, number: u64) {
        self.order_mut().retain(|&other| other != number);
    }

    /// Adds a conversation at the place that its creation date gives it.
    pub(crate) fn insert(&mut self, conversation: Conversation) {
        let created_at = conversation.created_at;
        // While all are in the order of their numbers, the last place may be right already.
        self.order_mut();
        let place = self.first(|at| at > created_at);
        let number = self.count;
        self.changed.insert(number, Arc::new(conversation));
        self.count += 1;
        let place = usize::try_from(place).unwrap_or(usize::MAX);
        let order = self.order_mut();
        order.insert(place.min(order.len()), number);
    }

    fn is_there(&self, number: u64) -> bool {
        let listed = |order: &Arc<Vec<u64>>| order.contains(&number);
        number < self.count && self.order.as_ref().is_none_or(listed)
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
        if let Some(order) = &mut self.order {
            Arc::make_mut(order).push(number);
        }
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
            .filter(|&number| self.is_there(number))
    }

    /// The conversation with this UUID or public id.
    pub(crate) fn find(&self, reference: &str) -> Option<u64> {
        match Uuid::parse_str(reference) {
            Ok(id) => self.number(id),
            Err(_) => {
                let number = public_number(reference).filter(|&number| self.is_there(number))?;
                (self.get(number).public_id == reference).then_some(number)
            }
        }
    }

    /// The numbers of the conversations created in a period, both ends included, in that order.
    pub(crate) fn created_between(
        &self,
        start: Option<Timestamp>,
        end: Option<Timestamp>,
    ) -> Box<dyn Iterator<Item = u64> + '_> {
        let from = start.map_or(0, |start| self.first(|at| at >= start));
        let to = end.map_or(self.places(), |end| self.first(|at| at > end));
        self.placed(from, to.max(from))
    }

    /// Place of the first conversation whose creation satisfies a condition that, once satisfied,
    /// stays so: found by bisection.
    fn first(&self, condition: impl Fn(Timestamp) -> bool) -> u64 {
        let (mut low, mut high) = (0, self.places());
        while low < high {
            let middle = low + (high - low) / 2;
            match condition(self.created_at(self.at(middle))) {
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
