//! The seeded world: everything in it follows from the seed, and most of it is made when asked for.

mod article;
mod conversation;
mod customer;
mod knowledge;
mod market;
mod organization;
mod thread;
mod topic;
mod writer;

use crate::ids::{Ids, Kind};
use crate::model::{Business, Macro, Team, User};
use crate::rng::{Rng, Stream};
use crate::timestamp::Timestamp;
use uuid::Uuid;

pub(crate) use conversation::{ENTRIES, public_number};
pub(crate) use knowledge::slug;
pub(crate) use market::BusinessFacts;
pub(crate) use topic::{TOPICS, Topic, fill};

/// First instant of the seeded conversations: 2024-01-01T00:00:00Z.
pub(crate) const START: Timestamp = Timestamp(1_704_067_200_000);
/// Time over which they are spread: two years of 365 days.
const SPAN_MS: u64 = 2 * 365 * 24 * 60 * 60 * 1000;
/// Everything seeded lies before: the last conversations run for some days.
pub(crate) const END: Timestamp = Timestamp(START.0 + SPAN_MS as i64 + 14 * 24 * 60 * 60 * 1000);
/// Successive conversations that may share their instant, so that clients meet equal `createdAt`s.
const TIE: u64 = 4;
/// One group of conversations in this many shares its instant.
const TIES_ONE_IN: u64 = 8;
/// Conversations for each customer, on average.
const CONVERSATIONS_A_CUSTOMER: u64 = 3;

/// The seeded data, as functions of a number.
#[derive(Debug)]
pub(crate) struct Data {
    seed: u64,
    conversations: u64,
    customers: u64,
    pub(crate) businesses: Vec<Business>,
    pub(crate) users: Vec<User>,
    pub(crate) teams: Vec<Team>,
    pub(crate) macros: Vec<Macro>,
    /// Users who answer customers, as positions in `users`.
    agents: Vec<usize>,
}

impl Data {
    /// The world of a seed with this many conversations.
    pub(crate) fn new(seed: u64, conversations: u64) -> Self {
        let customers = conversations.div_ceil(CONVERSATIONS_A_CUSTOMER);
        let businesses = organization::businesses(seed);
        let teams = organization::teams(seed);
        let users = organization::users(seed, &teams);
        let macros = organization::macros(seed);
        let agents = (0..users.len())
            .filter(|&user| users[user].is_agent)
            .collect();
        Self {
            seed,
            conversations,
            customers,
            businesses,
            users,
            teams,
            macros,
            agents,
        }
    }

    /// The seed.
    pub(crate) fn seed(&self) -> u64 {
        self.seed
    }

    /// Number of seeded conversations.
    pub(crate) fn conversations(&self) -> u64 {
        self.conversations
    }

    /// Number of seeded customers.
    pub(crate) fn customers(&self) -> u64 {
        self.customers
    }

    /// Ids of a kind.
    pub(crate) fn ids(&self, kind: Kind) -> Ids {
        Ids::new(self.seed, kind)
    }

    /// The id of the `number`-th conversation or customer of all `seeded` ones.
    ///
    /// Lists sort by `createdAt`, then by id; so within a group that shares its instant the ids are
    /// handed out in ascending order.
    fn ordered_id(&self, kind: Kind, number: u64, seeded: u64) -> Uuid {
        let ids = self.ids(kind);
        if number >= seeded || !self.is_tie(number) {
            return ids.id(number);
        }
        let group = tie_group(number, seeded);
        let mut sorted: Vec<Uuid> = group.clone().map(|number| ids.id(number)).collect();
        sorted.sort_unstable();
        usize::try_from(number - group.start)
            .ok()
            .and_then(|at| sorted.get(at).copied())
            .unwrap_or(ids.id(number))
    }

    /// The number behind an id from [`ordered_id`](Self::ordered_id).
    fn ordered_number(&self, kind: Kind, id: Uuid, seeded: u64) -> Option<u64> {
        let raw = self.ids(kind).number(id)?;
        if raw >= seeded || !self.is_tie(raw) {
            return Some(raw);
        }
        tie_group(raw, seeded).find(|&number| self.ordered_id(kind, number, seeded) == id)
    }

    fn is_tie(&self, number: u64) -> bool {
        let mut draw = Rng::new(self.seed, Stream::ConversationInstant, number / TIE);
        draw.below(TIES_ONE_IN) == 0
    }

    /// Date of creation of the `number`-th seeded conversation, never before that of the one before.
    pub(crate) fn created_at(&self, number: u64) -> Timestamp {
        let first = if self.is_tie(number) {
            number / TIE * TIE
        } else {
            number
        };
        let total = u128::from(self.conversations.max(1));
        let slot = |number: u64| {
            u64::try_from(u128::from(number) * u128::from(SPAN_MS) / total).unwrap_or(SPAN_MS)
        };
        let width = slot(first + 1).saturating_sub(slot(first));
        let jitter = Rng::new(self.seed, Stream::ConversationInstant, !first).below(width);
        START.after(std::time::Duration::from_millis(slot(first) + jitter))
    }

    /// A draw of this seed.
    pub(crate) fn draw(&self, stream: Stream, number: u64) -> Rng {
        Rng::new(self.seed, stream, number)
    }

    /// The user who looks after the `number`-th conversation.
    fn agent(&self, number: u64) -> Option<&User> {
        let mut draw = self.draw(Stream::Organization, number);
        let index = usize::try_from(draw.below(self.agents.len() as u64)).ok()?;
        self.users.get(*self.agents.get(index)?)
    }
}

fn tie_group(number: u64, seeded: u64) -> std::ops::Range<u64> {
    let start = number / TIE * TIE;
    start..(start + TIE).min(seeded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conversations_are_ordered_by_instant_then_id() {
        let data = Data::new(7, 2_003);
        let place = |number| (data.created_at(number), data.conversation_id(number));
        assert!((1..2_003).all(|number| place(number - 1) < place(number)));
    }

    #[test]
    fn some_conversations_share_their_instant_and_most_do_not() {
        let data = Data::new(7, 2_000);
        let ties = (1..2_000)
            .filter(|&n| data.created_at(n - 1) == data.created_at(n))
            .count();
        assert!((100..400).contains(&ties), "{ties}");
    }

    #[test]
    fn every_id_leads_back_to_its_conversation() {
        let data = Data::new(7, 2_003);
        for number in 0..2_010 {
            let id = data.conversation_id(number);
            assert_eq!(data.conversation_number(id), Some(number));
        }
    }

    #[test]
    fn the_last_seeded_message_lies_before_the_end() {
        let data = Data::new(7, 500);
        let last = (0..500)
            .flat_map(|n| data.conversation(n).messages)
            .map(|m| m.created_at)
            .max();
        assert!(last.is_some_and(|last| last < END), "{last:?}");
    }
}
