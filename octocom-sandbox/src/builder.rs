//! Settings of a sandbox.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde_json::Value;

use crate::behavior::Behavior;
use crate::clock::Clock;
use crate::contract::Contract;
use crate::control::{Setup, Snapshot};
use crate::data::{Data, END};
use crate::door::ControlAccess;
use crate::fault::Fault;
use crate::limit::TokenBucket;
use crate::plan::{FaultPlan, Plans};
use crate::record::RequestRecord;
use crate::sandbox::Sandbox;
use crate::server::{Observer, Server, Settings};
use crate::start_error::StartError;
use crate::stopped::Stopped;
use crate::store::{BotPace, SHEET, State};
use crate::world::{DEFAULT_ORGANIZATION, Organization, World, default_key, is_key};

/// Conversations of a sandbox that is not told otherwise.
const DEFAULT_CONVERSATIONS: u64 = 1_000;
/// Their ids and dates stay apart up to here.
pub(crate) const MAX_CONVERSATIONS: u64 = 1_000_000_000;
/// Seed of a sandbox that is not told otherwise.
const DEFAULT_SEED: u64 = 1;
/// Received requests that are kept by a sandbox that is not told otherwise.
const DEFAULT_KEPT_REQUESTS: usize = 1_000;
/// More would be memory without use.
const MAX_KEPT_REQUESTS: usize = 100_000;
/// The document's limit for a synchronous answer of the bot.
const BOT_GIVES_UP_AFTER: Duration = Duration::from_secs(30);

/// Settings of a sandbox, each with a default; [`start`](Self::start) checks them.
#[must_use = "a builder does nothing until `start`"]
pub struct Builder {
    conversations: u64,
    seed: u64,
    key: Option<String>,
    address: SocketAddr,
    rate_limited: Option<(f64, Duration)>,
    bucket: Option<(u32, f64)>,
    faults: Option<f64>,
    fault_kinds: Vec<Fault>,
    bot: BotPace,
    spreadsheets: Vec<String>,
    clock: Arc<dyn Fn() -> SystemTime + Send + Sync>,
    observer: Option<Observer>,
    behavior: Behavior,
    plans: Vec<FaultPlan>,
    seeds: Vec<Value>,
    snapshot: Option<Snapshot>,
    kept_requests: usize,
    control_api: bool,
    control_token: Option<String>,
}

impl Builder {
    pub(crate) fn new() -> Self {
        Self {
            conversations: DEFAULT_CONVERSATIONS,
            seed: DEFAULT_SEED,
            key: None,
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            rate_limited: None,
            bucket: None,
            faults: None,
            fault_kinds: Fault::transient(),
            bot: BotPace {
                replies_after: Duration::ZERO,
                gives_up_after: BOT_GIVES_UP_AFTER,
            },
            spreadsheets: vec![SHEET.to_owned()],
            clock: Arc::new(SystemTime::now),
            observer: None,
            behavior: Behavior::default(),
            plans: Vec::new(),
            seeds: Vec::new(),
            snapshot: None,
            kept_requests: DEFAULT_KEPT_REQUESTS,
            control_api: false,
            control_token: None,
        }
    }

    /// Number of seeded conversations; default 1,000, at most a billion.
    ///
    /// They are made when asked for, so their number costs neither time nor memory. There is about
    /// one customer to three conversations.
    pub fn conversations(self, conversations: u64) -> Self {
        Self {
            conversations,
            ..self
        }
    }

    /// Seed of the data, of 429s and of faults; default 1. The same seed gives the same sandbox.
    pub fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// The API key to accept; the default follows from the seed. Visible ASCII, not empty.
    pub fn key(self, key: impl Into<String>) -> Self {
        Self {
            key: Some(key.into()),
            ..self
        }
    }

    /// Address to listen on; default `127.0.0.1:0`, which takes any free port.
    pub fn address(self, address: SocketAddr) -> Self {
        Self { address, ..self }
    }

    /// Answers a share of all requests (0 to 1) 429, with a `Retry-After`; default none.
    ///
    /// The choice follows from the seed and the order of arrival, so a retry is drawn anew. The
    /// header has whole seconds: less than one is 0, everything else is rounded up.
    pub fn rate_limited(self, share: f64, retry_after: Duration) -> Self {
        Self {
            rate_limited: Some((share, retry_after)),
            ..self
        }
    }

    /// Limits the key to a rate: a bucket of tokens (at least 1) that refills steadily, by so many
    /// a second (above 0); default no limit. An empty bucket is answered 429 with a `Retry-After`.
    pub fn token_bucket(self, capacity: u32, per_second: f64) -> Self {
        Self {
            bucket: Some((capacity, per_second)),
            ..self
        }
    }

    /// Puts a fault into a share of all requests (0 to 1); default none.
    ///
    /// The choice of requests and of [`fault_kinds`](Self::fault_kinds) follows from the seed and the
    /// order of arrival. A request with the header [`FAULT_HEADER`](crate::FAULT_HEADER) has that
    /// fault instead.
    pub fn faults(self, share: f64) -> Self {
        Self {
            faults: Some(share),
            ..self
        }
    }

    /// The faults that [`faults`](Self::faults) chooses from; default [`Fault::transient`].
    pub fn fault_kinds(self, kinds: impl IntoIterator<Item = Fault>) -> Self {
        Self {
            fault_kinds: kinds.into_iter().collect(),
            ..self
        }
    }

    /// Time that the bot takes to answer; default none.
    ///
    /// In asynchronous mode the answer appears in the conversation after this time. A synchronous
    /// request waits for it, up to [`bot_gives_up_after`](Self::bot_gives_up_after).
    pub fn bot_replies_after(self, delay: Duration) -> Self {
        Self {
            bot: BotPace {
                replies_after: delay,
                ..self.bot
            },
            ..self
        }
    }

    /// Time after which a synchronous bot request is answered 408; default 30 s, as the document
    /// says. The customer's message stays, and the answer appears when the bot is done.
    pub fn bot_gives_up_after(self, delay: Duration) -> Self {
        Self {
            bot: BotPace {
                gives_up_after: delay,
                ..self.bot
            },
            ..self
        }
    }

    /// Adds an empty spreadsheet to which rows can be added; `sandbox-sheet` is there anyway.
    ///
    /// `sandbox-read-only-sheet` exists but refuses rows with 403; every other id is answered 404.
    pub fn spreadsheet(mut self, id: impl Into<String>) -> Self {
        self.spreadsheets.push(id.into());
        self
    }

    /// The clock that dates what happens and by which limits are counted; default the system's.
    ///
    /// The sandbox's time never runs backwards and never before the seeded data.
    pub fn clock(self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self {
            clock: Arc::new(clock),
            ..self
        }
    }

    /// Called with each request once its answer is decided, in no particular order; default
    /// nothing. It runs on the server's task, so it should be quick.
    pub fn on_request(self, observer: impl Fn(&RequestRecord) + Send + Sync + 'static) -> Self {
        Self {
            observer: Some(Arc::new(observer)),
            ..self
        }
    }

    /// Sets how the sandbox behaves where the document leaves room; default the kindest way.
    pub fn behavior(self, behavior: Behavior) -> Self {
        Self { behavior, ..self }
    }

    /// Adds a plan of faults.
    pub fn plan(mut self, plan: FaultPlan) -> Self {
        self.plans.push(plan);
        self
    }

    /// Adds the content of a seed file: records, organizations, keys, plans and more; see
    /// [`Control::load`](crate::Control::load).
    pub fn seed_data(mut self, seed: Value) -> Self {
        self.seeds.push(seed);
        self
    }

    /// Starts with what a snapshot has, in place of the seeded data.
    pub fn snapshot(self, snapshot: Snapshot) -> Self {
        Self {
            snapshot: Some(snapshot),
            ..self
        }
    }

    /// Number of received requests that are kept to be looked at; default 1,000, at most 100,000.
    pub fn keep_requests(self, count: usize) -> Self {
        Self {
            kept_requests: count,
            ..self
        }
    }

    /// Opens the control API under `/__sandbox/`, for tests in other languages; default closed.
    ///
    /// Everyone who can reach it controls the sandbox. Where [`address`](Self::address) is not loopback it
    /// needs a [`control_token`](Self::control_token).
    pub fn control_api(self) -> Self {
        Self {
            control_api: true,
            ..self
        }
    }

    /// Opens the control API to requests with the header `x-sandbox-token` of this value: visible
    /// ASCII, not empty.
    pub fn control_token(self, token: impl Into<String>) -> Self {
        Self {
            control_api: true,
            control_token: Some(token.into()),
            ..self
        }
    }

    /// Starts the sandbox on the current tokio runtime.
    ///
    /// # Errors
    ///
    /// A setting outside its limits, which the error names, or an address that cannot be listened
    /// on.
    pub async fn start(self) -> Result<Sandbox, StartError> {
        self.check()?;
        let contract = Contract::published().map_err(StartError::Document)?;
        let data = Arc::new(Data::new(self.seed, self.conversations));
        let clock = Clock::new(self.clock, END);
        let now = clock.now();
        let key = self.key.unwrap_or_else(|| default_key(self.seed));
        let bucket = self
            .bucket
            .map(|(capacity, per_second)| TokenBucket::new(capacity, per_second, now));
        let state = State::new(data, clock.clone(), self.bot, self.spreadsheets.into_iter());
        let mut world = World {
            organizations: vec![Organization {
                name: DEFAULT_ORGANIZATION.to_owned(),
                keys: vec![key.clone()],
                state,
            }],
            plans: Plans::default(),
            behavior: self.behavior,
            bucket,
            clock: clock.position(),
        };
        if let Some(snapshot) = &self.snapshot {
            world = snapshot.read(&clock, world.bucket)?;
            clock.take(world.clock);
        }
        for (place, plan) in self.plans.into_iter().enumerate() {
            let added = world.plans.add(plan, contract);
            added.map_err(|error| error.under(&format!("plans[{place}]")))?;
        }
        for seed in self.seeds {
            let setup = Setup::read(seed)?;
            if let Some(time) = setup.time() {
                clock.set_if_later(time)?;
            }
            setup.apply(&mut world, contract)?;
        }
        world.clock = clock.position();
        let first = world.organizations.first();
        let key = first.and_then(|it| it.keys.first()).cloned().unwrap_or(key);
        let settings = Settings {
            seed: self.seed,
            key,
            rate_limited: self.rate_limited,
            faults: self.faults.map(|share| (share, self.fault_kinds)),
            observer: self.observer,
            kept_requests: self.kept_requests,
            control: self.control_api.then_some(ControlAccess {
                token: self.control_token,
            }),
        };
        let (stop, stopped) = Stopped::new();
        let server = Server::new(settings, contract, clock, world, stopped);
        Sandbox::start(server, self.address, stop).await
    }

    fn check(&self) -> Result<(), StartError> {
        let refuse = |name, value: String, limit| Err(StartError::Setting { name, value, limit });
        if self.conversations > MAX_CONVERSATIONS {
            let value = self.conversations.to_string();
            return refuse("conversations", value, "at most 1000000000");
        }
        let unit = 0.0..=1.0;
        if let Some((share, _)) = self.rate_limited.filter(|(share, _)| !unit.contains(share)) {
            return refuse("rate_limited", share.to_string(), "a share of 0 to 1");
        }
        if let Some(share) = self.faults.filter(|share| !unit.contains(share)) {
            return refuse("faults", share.to_string(), "a share of 0 to 1");
        }
        if self.faults.is_some() && self.fault_kinds.is_empty() {
            return refuse("fault_kinds", "empty".to_owned(), "at least one");
        }
        match self.bucket {
            Some((0, _)) => {
                return refuse(
                    "token_bucket",
                    "0 tokens".to_owned(),
                    "a capacity of at least 1",
                );
            }
            Some((_, rate)) if !(rate.is_finite() && rate > 0.0) => {
                return refuse("token_bucket", format!("{rate} a second"), "a rate above 0");
            }
            _ => {}
        }
        if self.kept_requests > MAX_KEPT_REQUESTS {
            let value = self.kept_requests.to_string();
            return refuse("keep_requests", value, "at most 100000");
        }
        for (name, text) in [("key", &self.key), ("control_token", &self.control_token)] {
            if text.as_deref().is_some_and(|text| !is_key(text)) {
                // The text itself is not shown: it might be a real one.
                let value = "not a header value".to_owned();
                return refuse(name, value, "visible ASCII, not empty");
            }
        }
        let open = self.control_api && self.control_token.is_none();
        if open && !self.address.ip().is_loopback() {
            let value = format!("missing on {}", self.address);
            let limit = "a token, or an address that is loopback";
            return refuse("control_token", value, limit);
        }
        Ok(())
    }
}

impl std::fmt::Debug for Builder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Builder")
            .field("conversations", &self.conversations)
            .field("seed", &self.seed)
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}
