//! What the sandbox remembers: the seeded world and everything that has been written since.

mod catalog;
mod conversations;
mod customers;

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use crate::clock::Clock;
use crate::data::Data;
use crate::ids::Kind;
use crate::limit::Window;
use crate::model::{Article, BotRule, Workflow};
use crate::record::{OutboundEmail, Purchase};
use crate::timestamp::Timestamp;

pub(crate) use catalog::{Author, Catalog, Change, Entry};
pub(crate) use conversations::Conversations;
pub(crate) use customers::Customers;

/// Rows of each spreadsheet, oldest first.
pub(crate) type Sheets = BTreeMap<String, Vec<BTreeMap<String, String>>>;

/// A spreadsheet that the service account may write to.
pub(crate) const SHEET: &str = "sandbox-sheet";
/// A spreadsheet that it may not write to.
pub(crate) const READ_ONLY_SHEET: &str = "sandbox-read-only-sheet";
/// Browser sessions that exist from the start.
const BROWSER_SESSIONS: u64 = 100;

/// How the bot behaves.
#[derive(Debug, Clone, Copy)]
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
    /// Tags of the organization, by text.
    pub(crate) tags: BTreeMap<String, Uuid>,
    pub(crate) outbox: Arc<Vec<OutboundEmail>>,
    /// Rows by spreadsheet.
    pub(crate) sheets: Arc<Sheets>,
    pub(crate) purchases: Arc<Vec<Purchase>>,
    pub(crate) bot_starts: Window,
    pub(crate) purchases_by_address: HashMap<IpAddr, Window>,
    pub(crate) bot: BotPace,
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
        Self {
            workflows,
            articles: data.articles(),
            bot_rules: data.bot_rules(),
            conversations: Conversations::new(Arc::clone(&data)),
            customers: Customers::new(Arc::clone(&data)),
            tags: BTreeMap::new(),
            outbox: Arc::default(),
            sheets: Arc::new(sheets.map(|sheet| (sheet, Vec::new())).collect()),
            purchases: Arc::default(),
            bot_starts: Window::new(100, Duration::from_secs(60 * 60)),
            purchases_by_address: HashMap::new(),
            bot,
            variants,
            data,
            clock,
        }
    }

    /// The slug as the seeded world holds it, `None` when there is no such business.
    pub(crate) fn business(&self, slug: &str) -> Option<&'static str> {
        self.data
            .businesses
            .iter()
            .find(|business| business.slug == slug)
            .map(|found| found.slug)
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

    /// Whether a browser session exists.
    pub(crate) fn has_browser_session(&self, id: Uuid) -> bool {
        let number = self.data.ids(Kind::BrowserSession).number(id);
        number.is_some_and(|number| number < BROWSER_SESSIONS)
    }

    /// The browser sessions.
    pub(crate) fn browser_sessions(&self) -> Vec<Uuid> {
        (0..BROWSER_SESSIONS)
            .map(|number| self.data.ids(Kind::BrowserSession).id(number))
            .collect()
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
