//! Conversations: seeded ones are made when asked for, changed and new ones are kept.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::order::Order;
use crate::data::{Data, public_number};
use crate::ids::Kind;
use crate::model::{CollectedData, Conversation, ListState, MetadataEntry, Text};
use crate::timestamp::Timestamp;

/// All conversations, numbered in the order in which they came.
#[derive(Debug, Clone)]
pub(crate) struct Conversations {
    data: Arc<Data>,
    kept: SavedConversations,
}

/// Everything about conversations that does not follow from the seed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SavedConversations {
    /// Those that differ from the seeded ones.
    changed: BTreeMap<u64, Arc<Conversation>>,
    /// Numbers in the order of creation.
    order: Order,
    /// Numbers by ids that do not follow from them.
    ids: HashMap<Uuid, u64>,
    /// Numbers by public ids that do not hold them.
    public_ids: HashMap<String, u64>,
}

impl Conversations {
    pub(super) fn new(data: Arc<Data>) -> Self {
        let kept = SavedConversations {
            changed: BTreeMap::new(),
            order: Order::new(data.conversations()),
            ids: HashMap::new(),
            public_ids: HashMap::new(),
        };
        Self { data, kept }
    }

    /// The part that has to be stored to have them again.
    pub(super) fn kept(&self) -> &SavedConversations {
        &self.kept
    }

    /// The conversations that were stored.
    pub(super) fn restored(data: Arc<Data>, kept: SavedConversations) -> Self {
        Self { data, kept }
    }

    /// The numbers of all conversations, in the order of their creation.
    pub(crate) fn numbers(&self) -> Box<dyn Iterator<Item = u64> + '_> {
        self.kept.order.range(0, self.kept.order.len())
    }

    /// Number of conversations.
    pub(crate) fn len(&self) -> u64 {
        self.kept.order.len()
    }

    /// Takes a conversation away, as if it had never been.
    pub(crate) fn remove(&mut self, number: u64) {
        self.kept.order.remove(number);
    }

    /// Adds a conversation at the place that its creation date gives it, or replaces the one that
    /// has its id.
    pub(crate) fn put(&mut self, conversation: Conversation) -> u64 {
        if let Some(number) = self.number(conversation.id) {
            let moved = self.created_at(number) != conversation.created_at;
            self.index(number, &conversation);
            let created_at = conversation.created_at;
            if moved {
                self.kept.order.remove(number);
            }
            self.kept.changed.insert(number, Arc::new(conversation));
            if moved {
                let place = self.first(|at| at > created_at);
                self.kept.order.place(number, place);
            }
            return number;
        }
        let created_at = conversation.created_at;
        let place = self.first(|at| at > created_at);
        let number = self.kept.order.next();
        self.index(number, &conversation);
        self.kept.changed.insert(number, Arc::new(conversation));
        self.kept.order.insert(place)
    }

    /// Lets a conversation be found by ids that do not lead to its number by themselves.
    fn index(&mut self, number: u64, conversation: &Conversation) {
        if self.data.conversation_number(conversation.id) != Some(number) {
            self.kept.ids.insert(conversation.id, number);
        }
        let public_id = &conversation.public_id;
        if public_number(public_id) != Some(number) {
            self.kept.public_ids.insert(public_id.clone(), number);
        }
    }

    /// The `number`-th conversation.
    pub(crate) fn get(&self, number: u64) -> Arc<Conversation> {
        match self.kept.changed.get(&number) {
            Some(conversation) => Arc::clone(conversation),
            None => Arc::new(self.data.conversation(number)),
        }
    }

    /// The `number`-th conversation, to be changed.
    pub(crate) fn change(&mut self, number: u64) -> &mut Conversation {
        let data = &self.data;
        let make = || Arc::new(data.conversation(number));
        Arc::make_mut(self.kept.changed.entry(number).or_insert_with(make))
    }

    /// Adds a conversation, whose id and public id come from [`next_id`](Self::next_id).
    pub(crate) fn add(&mut self, conversation: Conversation) -> u64 {
        self.put(conversation)
    }

    /// Id and public id of the next conversation to be added.
    pub(crate) fn next_id(&self, now: Timestamp) -> (Uuid, String) {
        let number = self.kept.order.next();
        let public_id = format!("CONV-{}-{:06}", now.year(), number + 1);
        (self.data.conversation_id(number), public_id)
    }

    /// Number of the next conversation to be added.
    pub(crate) fn next_number(&self) -> u64 {
        self.kept.order.next()
    }

    /// The conversation with this UUID.
    pub(crate) fn number(&self, id: Uuid) -> Option<u64> {
        let own = |number: &u64| {
            self.kept.order.contains(*number) && self.get_id(*number).is_none_or(|own| own == id)
        };
        let derived = self.data.conversation_number(id).filter(own);
        derived.or_else(|| {
            let number = self.kept.ids.get(&id).copied();
            number.filter(|&number| self.kept.order.contains(number))
        })
    }

    /// The id that a kept conversation has; `None` for one that has its number's.
    fn get_id(&self, number: u64) -> Option<Uuid> {
        self.kept.changed.get(&number).map(|it| it.id)
    }

    /// The conversation with this UUID or public id.
    pub(crate) fn find(&self, reference: &str) -> Option<u64> {
        if let Ok(id) = Uuid::parse_str(reference) {
            return self.number(id);
        }
        let named = self.kept.public_ids.get(reference).copied();
        let number = named.or_else(|| public_number(reference));
        let number = number.filter(|&number| self.kept.order.contains(number))?;
        (self.get(number).public_id == reference).then_some(number)
    }

    /// The numbers of the conversations created in a period, both ends included, in that order.
    pub(crate) fn created_between(
        &self,
        start: Option<Timestamp>,
        end: Option<Timestamp>,
    ) -> Box<dyn Iterator<Item = u64> + '_> {
        let from = start.map_or(0, |start| self.first(|at| at >= start));
        let to = end.map_or(self.len(), |end| self.first(|at| at > end));
        self.kept.order.range(from, to.max(from))
    }

    /// Place of the first conversation whose creation satisfies a condition.
    fn first(&self, condition: impl Fn(Timestamp) -> bool) -> u64 {
        let order = &self.kept.order;
        order.first(|number| condition(self.created_at(number)))
    }

    /// Date of creation of the `number`-th conversation.
    pub(crate) fn created_at(&self, number: u64) -> Timestamp {
        match self.kept.changed.get(&number) {
            Some(conversation) => conversation.created_at,
            None => self.data.created_at(number),
        }
    }

    /// The filters that the `number`-th conversation passes: its status, and whether it is handed
    /// off.
    pub(crate) fn list_state(&self, number: u64) -> ListState {
        match self.kept.changed.get(&number) {
            Some(conversation) => conversation.list_state(),
            None => self.data.list_state(number),
        }
    }

    /// Business of the `number`-th conversation.
    pub(crate) fn business(&self, number: u64) -> Text {
        match self.kept.changed.get(&number) {
            Some(conversation) => conversation.business_slug.clone(),
            None => self.data.business_of(number).into(),
        }
    }

    /// Returns `true` if the `number`-th conversation has this metadata pair.
    pub(crate) fn has_pair(&self, number: u64, key: &str, value: &str) -> bool {
        let matches = |pair: &MetadataEntry| pair.key == key && pair.value == value;
        match self.kept.changed.get(&number) {
            Some(conversation) => conversation.metadata.iter().any(matches),
            None => self.data.metadata(number).iter().any(matches),
        }
    }

    /// Keys under which the `number`-th conversation is classified, and when.
    pub(crate) fn collected_keys(&self, number: u64) -> Vec<(Text, Timestamp)> {
        match self.kept.changed.get(&number) {
            Some(conversation) => {
                let collected = conversation.data_collection_results.iter();
                collected
                    .map(|data| (data.key.clone(), data.created_at))
                    .collect()
            }
            None => {
                let at = Data::classified_at(self.data.created_at(number));
                let keys = self.data.collected_keys(number).iter();
                keys.map(|&key| (Text::from(key), at)).collect()
            }
        }
    }

    /// Classification of the `number`-th conversation.
    pub(crate) fn collected(&self, number: u64) -> Vec<CollectedData> {
        match self.kept.changed.get(&number) {
            Some(conversation) => conversation.data_collection_results.clone(),
            None => self.data.collected(number),
        }
    }

    /// Id of the `number`-th conversation.
    pub(crate) fn id(&self, number: u64) -> Uuid {
        self.get_id(number)
            .unwrap_or_else(|| self.data.conversation_id(number))
    }

    /// An id for the next message, note or event of a conversation.
    pub(crate) fn entry_id(&self, number: u64, entries: u64) -> Uuid {
        let entry = number * crate::data::ENTRIES + entries;
        self.data.ids(Kind::Entry).id(entry)
    }

    /// The list's view of the `number`-th conversation.
    pub(crate) fn summary(&self, number: u64, now: Timestamp) -> Value {
        self.get(number).summary(now)
    }
}
