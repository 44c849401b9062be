//! The state of an organization: seeded data and everything that was written since.

mod catalog;
mod conversations;
mod customers;
mod directory;
mod order;
mod saved;
mod sheet;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::bot_script::ScriptedReply;
use crate::clock::Clock;
use crate::data::Data;
use crate::ids::Kind;
use crate::limit::Window;
use crate::model::{Article, BotRule, Business, Text, Workflow};
use crate::record::{OutboundEmail, Purchase};
use crate::timestamp::Timestamp;

pub(crate) use catalog::{Author, Catalog, Change, Entry, Version};
pub(crate) use conversations::Conversations;
pub(crate) use customers::Customers;
pub(crate) use directory::{Directory, Identified, put, remove};
pub(crate) use saved::SavedState;
pub(crate) use sheet::Sheet;

/// Spreadsheets by id.
pub(crate) type Sheets = BTreeMap<String, Sheet>;

/// A spreadsheet that the service account may write to.
pub(crate) const SHEET: &str = "sandbox-sheet";
/// A spreadsheet that it may not write to.
const READ_ONLY_SHEET: &str = "sandbox-read-only-sheet";
/// Browser sessions that exist from the start.
const BROWSER_SESSIONS: u64 = 100;
/// Purchases that an address may record in a minute, as the document says.
const PURCHASES_A_MINUTE: usize = 100;

/// Delays of the bot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct BotPace {
    /// Time that the bot takes to answer.
    pub(crate) replies_after: Duration,
    /// Time after which a synchronous request gives up.
    pub(crate) gives_up_after: Duration,
}

/// Everything that operations read and write.
///
/// A copy is cheap, as what it holds is shared until it is changed: a request that must not take
/// effect is run on a copy.
#[derive(Debug, Clone)]
pub(crate) struct State {
    pub(crate) data: Arc<Data>,
    pub(crate) clock: Clock,
    pub(crate) conversations: Conversations,
    pub(crate) customers: Customers,
    pub(crate) workflows: Catalog<Workflow>,
    pub(crate) articles: Catalog<Article>,
    pub(crate) bot_rules: Catalog<BotRule>,
    pub(crate) directory: Directory,
    /// Tags of the organization, by text.
    pub(crate) tags: BTreeMap<String, Uuid>,
    pub(crate) outbox: Arc<Vec<OutboundEmail>>,
    pub(crate) sheets: Arc<Sheets>,
    pub(crate) purchases: Arc<Vec<Purchase>>,
    /// Browser sessions that were added to those from the start.
    sessions: BTreeSet<Uuid>,
    /// Those of the start that are gone.
    removed_sessions: BTreeSet<Uuid>,
    pub(crate) bot_starts: Window,
    purchases_by_address: HashMap<IpAddr, Window>,
    pub(crate) bot: BotPace,
    pub(crate) script: Arc<Vec<ScriptedReply>>,
    /// Variants created so far, which numbers their ids.
    variants: u64,
}

impl State {
    /// The state at the start.
    pub(crate) fn new(
        data: Arc<Data>,
        clock: Clock,
        bot: BotPace,
        sheets: impl Iterator<Item = String>,
    ) -> Self {
        let (workflows, variants) = data.workflows();
        let mut sheets: Sheets = sheets.map(|sheet| (sheet, Sheet::default())).collect();
        let read_only = Sheet {
            read_only: true,
            ..Sheet::default()
        };
        sheets.insert(READ_ONLY_SHEET.to_owned(), read_only);
        Self {
            workflows,
            articles: data.articles(),
            bot_rules: data.bot_rules(),
            conversations: Conversations::new(Arc::clone(&data)),
            customers: Customers::new(Arc::clone(&data)),
            directory: Directory::new(&data),
            tags: BTreeMap::new(),
            outbox: Arc::default(),
            sheets: Arc::new(sheets),
            purchases: Arc::default(),
            sessions: BTreeSet::new(),
            removed_sessions: BTreeSet::new(),
            bot_starts: Window::new(100, Duration::from_secs(60 * 60)),
            purchases_by_address: HashMap::new(),
            bot,
            script: Arc::default(),
            variants,
            data,
            clock,
        }
    }

    /// The business with this slug.
    pub(crate) fn business(&self, slug: &str) -> Option<&Business> {
        let mut businesses = self.directory.businesses.iter();
        businesses.find(|business| business.slug == slug)
    }

    /// The slug of the first business.
    pub(crate) fn first_business(&self) -> Text {
        let first = self.directory.businesses.first();
        first.map_or(Text::Borrowed(""), |business| business.slug.clone())
    }

    /// The id of a tag, which is created when it is new.
    pub(crate) fn tag(&mut self, text: &str) -> Uuid {
        let id = self.data.ids(Kind::Tag).id(self.tags.len() as u64);
        *self.tags.entry(text.to_owned()).or_insert(id)
    }

    /// An id for a new workflow variant.
    pub(crate) fn variant_id(&mut self) -> Uuid {
        self.variants += 1;
        self.data.ids(Kind::Variant).id(self.variants - 1)
    }

    /// Returns `true` if a browser session exists.
    pub(crate) fn has_browser_session(&self, id: Uuid) -> bool {
        let number = self.data.ids(Kind::BrowserSession).number(id);
        let seeded = number.is_some_and(|number| number < BROWSER_SESSIONS);
        (seeded && !self.removed_sessions.contains(&id)) || self.sessions.contains(&id)
    }

    /// Lets purchases be recorded for a browser session.
    pub(crate) fn add_session(&mut self, id: Uuid) {
        self.removed_sessions.remove(&id);
        if !self.has_browser_session(id) {
            self.sessions.insert(id);
        }
    }

    /// Ends a browser session; false when there is none.
    pub(crate) fn remove_session(&mut self, id: Uuid) -> bool {
        let known = self.has_browser_session(id);
        if known && !self.sessions.remove(&id) {
            self.removed_sessions.insert(id);
        }
        known
    }

    /// The browser sessions.
    pub(crate) fn browser_sessions(&self) -> Vec<Uuid> {
        let ids = self.data.ids(Kind::BrowserSession);
        let seeded = (0..BROWSER_SESSIONS).map(|number| ids.id(number));
        let seeded = seeded.filter(|id| !self.removed_sessions.contains(id));
        seeded.chain(self.sessions.iter().copied()).collect()
    }

    /// Admits a purchase from an address, or says how long to wait.
    pub(crate) fn admit_purchase(&mut self, address: IpAddr) -> Result<(), Duration> {
        let now = self.clock.now();
        let new = || Window::new(PURCHASES_A_MINUTE, Duration::from_secs(60));
        let windows = &mut self.purchases_by_address;
        windows.entry(address).or_insert_with(new).admit(now)
    }

    /// The emails, to be added to.
    pub(crate) fn outbox_mut(&mut self) -> &mut Vec<OutboundEmail> {
        Arc::make_mut(&mut self.outbox)
    }

    /// The purchases, to be added to.
    pub(crate) fn purchases_mut(&mut self) -> &mut Vec<Purchase> {
        Arc::make_mut(&mut self.purchases)
    }

    /// The spreadsheets, to be added to.
    pub(crate) fn sheets_mut(&mut self) -> &mut Sheets {
        Arc::make_mut(&mut self.sheets)
    }

    /// The current time.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }
}
