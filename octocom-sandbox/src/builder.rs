//! Settings of a sandbox.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde_json::Value;

use crate::behavior::Behavior;
use crate::clock::Clock;
use crate::contract::Contract;
use crate::control::{Setup, Snapshot};
use crate::control_api::ControlAccess;
use crate::data::{Data, END};
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

/// Configures a sandbox. The values are checked by [`start`](Self::start).
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
    compress: bool,
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
            compress: false,
            control_api: false,
            control_token: None,
        }
    }

    /// Sets the number of conversations. Default: 1,000; at most a billion.
    ///
    /// They are computed when they are requested, so they cost neither time nor memory. There is
    /// one customer for about three conversations.
    pub fn conversations(self, conversations: u64) -> Self {
        Self {
            conversations,
            ..self
        }
    }

    /// Sets the seed of the data, of 429s and of faults. Default: 1. The same seed gives the same
    /// sandbox.
    pub fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// Sets the API key: visible ASCII, not empty. The default follows from the seed.
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// Sets the address to listen on. Default: `127.0.0.1:0`, any free port.
    pub fn address(self, address: SocketAddr) -> Self {
        Self { address, ..self }
    }

    /// Answers a share of all requests (0 to 1) with 429 and a `Retry-After`. Default: none.
    ///
    /// The requests are chosen by the seed and the order of arrival, so a retry may succeed. The
    /// header has whole seconds: less than one second becomes 0, other durations are rounded up.
    pub fn rate_limited(self, share: f64, retry_after: Duration) -> Self {
        Self {
            rate_limited: Some((share, retry_after)),
            ..self
        }
    }

    /// Limits the key by a token bucket with a capacity (at least 1) and a number of tokens per
    /// second (above 0). Default: no limit. When the bucket is empty, requests are answered with
    /// 429 and a `Retry-After`.
    pub fn token_bucket(self, capacity: u32, per_second: f64) -> Self {
        Self {
            bucket: Some((capacity, per_second)),
            ..self
        }
    }

    /// Adds a fault to a share of all requests (0 to 1). Default: none.
    ///
    /// The requests and their [`fault_kinds`](Self::fault_kinds) are chosen by the seed and the
    /// order of arrival. A request with the header [`FAULT_HEADER`](crate::FAULT_HEADER) has that
    /// fault instead.
    pub fn faults(self, share: f64) -> Self {
        Self {
            faults: Some(share),
            ..self
        }
    }

    /// Sets the faults that [`faults`](Self::faults) chooses from. Default: [`Fault::transient`].
    pub fn fault_kinds(self, kinds: impl IntoIterator<Item = Fault>) -> Self {
        Self {
            fault_kinds: kinds.into_iter().collect(),
            ..self
        }
    }

    /// Sets the time until the bot replies. Default: none.
    ///
    /// In asynchronous mode, the reply appears in the conversation after this time. In synchronous
    /// mode, the request waits for it, up to [`bot_gives_up_after`](Self::bot_gives_up_after).
    pub fn bot_replies_after(self, delay: Duration) -> Self {
        Self {
            bot: BotPace {
                replies_after: delay,
                ..self.bot
            },
            ..self
        }
    }

    /// Sets the time after which a synchronous request to the bot is answered with 408. Default: 30
    /// seconds, as in the OpenAPI document. The customer's message stays, and the bot replies
    /// later.
    pub fn bot_gives_up_after(self, delay: Duration) -> Self {
        Self {
            bot: BotPace {
                gives_up_after: delay,
                ..self.bot
            },
            ..self
        }
    }

    /// Adds an empty spreadsheet, in addition to `sandbox-sheet`.
    ///
    /// `sandbox-read-only-sheet` refuses rows with 403. Other ids are answered with 404.
    pub fn spreadsheet(mut self, id: impl Into<String>) -> Self {
        self.spreadsheets.push(id.into());
        self
    }

    /// Sets the clock for dates and rate limits. Default: the system's clock.
    ///
    /// The sandbox's time never goes back, and never before the seeded data.
    pub fn clock(self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self {
            clock: Arc::new(clock),
            ..self
        }
    }

    /// Sets a callback that is called with each request when its response is known, in no
    /// particular order. Default: none. It runs in the server's task, so it should be quick.
    pub fn on_request(self, observer: impl Fn(&RequestRecord) + Send + Sync + 'static) -> Self {
        Self {
            observer: Some(Arc::new(observer)),
            ..self
        }
    }

    /// Sets the behavior where the OpenAPI document leaves a choice. Default: the most convenient
    /// one for clients.
    pub fn behavior(self, behavior: Behavior) -> Self {
        Self { behavior, ..self }
    }

    /// Adds a plan of faults.
    pub fn plan(mut self, plan: FaultPlan) -> Self {
        self.plans.push(plan);
        self
    }

    /// Adds the content of a seed file: records, organizations, keys, plans and more. See
    /// [`Control::load`](crate::Control::load).
    pub fn seed_data(mut self, seed: Value) -> Self {
        self.seeds.push(seed);
        self
    }

    /// Starts with a snapshot instead of seeded data.
    pub fn snapshot(self, snapshot: Snapshot) -> Self {
        Self {
            snapshot: Some(snapshot),
            ..self
        }
    }

    /// Sets the number of received requests that are kept for inspection. Default: 1,000; at most
    /// 100,000.
    pub fn keep_requests(self, count: usize) -> Self {
        Self {
            kept_requests: count,
            ..self
        }
    }

    /// Compresses responses for requests that take gzip. Default: not compressed.
    pub fn compress(mut self) -> Self {
        self.compress = true;
        self
    }

    /// Opens the control API under `/__sandbox/`, for tests in other languages. Default: closed.
    ///
    /// Anyone who can reach it controls the sandbox. If [`address`](Self::address) is not a
    /// loopback address, a [`control_token`](Self::control_token) is required.
    pub fn control_api(self) -> Self {
        Self {
            control_api: true,
            ..self
        }
    }

    /// Opens the control API to requests whose header `x-sandbox-token` has this value: visible
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
    /// A setting out of range, which the error names, or an address that cannot be used.
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
            compress: self.compress,
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
