//! The part of a state that does not follow from its seed, as it is stored in a snapshot.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::IpAddr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::catalog::SavedCatalog;
use super::conversations::SavedConversations;
use super::customers::SavedCustomers;
use super::{BotPace, Conversations, Customers, Directory, Sheets, State};
use crate::bot_script::ScriptedReply;
use crate::clock::Clock;
use crate::data::Data;
use crate::limit::Window;
use crate::model::{Article, BotRule, Workflow};
use crate::record::{OutboundEmail, Purchase};

/// A state without its seeded data.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SavedState {
    /// Seed and number of conversations, from which the rest follows.
    seed: u64,
    seeded_conversations: u64,
    conversations: SavedConversations,
    customers: SavedCustomers,
    workflows: SavedCatalog<Workflow>,
    articles: SavedCatalog<Article>,
    bot_rules: SavedCatalog<BotRule>,
    directory: Directory,
    tags: BTreeMap<String, Uuid>,
    outbox: Arc<Vec<OutboundEmail>>,
    sheets: Arc<Sheets>,
    purchases: Arc<Vec<Purchase>>,
    sessions: BTreeSet<Uuid>,
    removed_sessions: BTreeSet<Uuid>,
    bot_starts: Window,
    purchases_by_address: HashMap<IpAddr, Window>,
    bot: BotPace,
    script: Arc<Vec<ScriptedReply>>,
    variants: u64,
}

impl State {
    /// The part that has to be stored to have this state again.
    pub(crate) fn kept(&self) -> SavedState {
        SavedState {
            seed: self.data.seed(),
            seeded_conversations: self.data.conversations(),
            conversations: self.conversations.kept().clone(),
            customers: self.customers.kept().clone(),
            workflows: self.workflows.kept().clone(),
            articles: self.articles.kept().clone(),
            bot_rules: self.bot_rules.kept().clone(),
            directory: self.directory.clone(),
            tags: self.tags.clone(),
            outbox: Arc::clone(&self.outbox),
            sheets: Arc::clone(&self.sheets),
            purchases: Arc::clone(&self.purchases),
            sessions: self.sessions.clone(),
            removed_sessions: self.removed_sessions.clone(),
            bot_starts: self.bot_starts.clone(),
            purchases_by_address: self.purchases_by_address.clone(),
            bot: self.bot,
            script: Arc::clone(&self.script),
            variants: self.variants,
        }
    }

    /// The state that was stored.
    pub(crate) fn restored(kept: SavedState, clock: Clock) -> Self {
        let data = Arc::new(Data::new(kept.seed, kept.seeded_conversations));
        Self {
            workflows: data.workflows().0.with_kept(kept.workflows),
            articles: data.articles().with_kept(kept.articles),
            bot_rules: data.bot_rules().with_kept(kept.bot_rules),
            conversations: Conversations::restored(Arc::clone(&data), kept.conversations),
            customers: Customers::restored(Arc::clone(&data), kept.customers),
            directory: kept.directory,
            tags: kept.tags,
            outbox: kept.outbox,
            sheets: kept.sheets,
            purchases: kept.purchases,
            sessions: kept.sessions,
            removed_sessions: kept.removed_sessions,
            bot_starts: kept.bot_starts,
            purchases_by_address: kept.purchases_by_address,
            bot: kept.bot,
            script: kept.script,
            variants: kept.variants,
            data,
            clock,
        }
    }
}
