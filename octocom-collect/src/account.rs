//! The account and server that an output belongs to, and the server's clock.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::{Duration, Instant, SystemTime};

use octocom_api::operations::LIST_BUSINESSES;
use octocom_ext::{Client, DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::calls::Calls;
use crate::collector::Settings;
use crate::error::{Error, ErrorKind, Result};
use crate::event::Event;

/// The account of a run, as the server tells it.
pub(crate) struct Account {
    server: String,
    /// Ids and slugs of its businesses; `None` where they cannot be read.
    businesses: Option<Vec<Business>>,
    clock: Clock,
}

#[derive(Debug, Deserialize)]
struct Business {
    id: String,
    slug: String,
}

/// The server's clock.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    time: SystemTime,
    at: Instant,
    /// Time by which it may be ahead.
    slack: Duration,
}

/// A day: local clocks are wrong by a time zone at times.
const SLACK: Duration = Duration::from_secs(24 * 60 * 60);

/// The account that an output belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Owner {
    pub(crate) server: String,
    /// Ids of its businesses.
    pub(crate) businesses: BTreeSet<String>,
    /// Keyed fingerprint of the API key.
    pub(crate) key: Option<Fingerprint>,
    /// Treatment of personal data; `None` where it is written as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) privacy: Option<String>,
}

/// A fingerprint of an API key, with a salt of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fingerprint {
    salt: String,
    digest: String,
}

impl Account {
    /// Asks the server for the account's businesses.
    ///
    /// # Errors
    ///
    /// The error of the call: a key that is not accepted, a server that cannot be reached. An account
    /// that may not list its businesses has none.
    pub(crate) async fn ask(client: &Client, calls: &Calls) -> Result<Self> {
        let answer = tokio::select! {
            biased;
            () = calls.interrupt().triggered() => {
                let detail = "interrupted before the first answer";
                return Err(Error::refused(ErrorKind::Interrupted, detail));
            }
            answer = calls.client().operation(&LIST_BUSINESSES).send() => answer,
        };
        let (businesses, headers) = match answer {
            Ok(answer) => (read(&answer.raw()), answer.headers().clone()),
            Err(error) if error.is_decode() || error.is_forbidden() || error.is_not_found() => {
                (None, error.headers().clone())
            }
            Err(error) => return Err(calls.guard().error(error).into()),
        };
        if businesses.is_none() {
            let notice = "the account's businesses cannot be read";
            calls.events().send(&Event::Notice(notice.to_owned()));
        }
        calls.succeeded();
        let header = |name: &str| headers.get(name)?.to_str().ok();
        let date = header("date").and_then(|date| httpdate::parse_http_date(date).ok());
        let age = header("age").and_then(|age| age.parse().ok()).unwrap_or(0);
        let at = calls.now();
        let clock = match date {
            Some(date) => Clock {
                time: date + Duration::from_secs(u64::from(age_limit(age))),
                at,
                slack: Duration::ZERO,
            },
            None => {
                let notice = "the server does not tell its time: the local clock is used, with a \
                              day of slack";
                calls.events().send(&Event::Notice(notice.to_owned()));
                Clock {
                    time: calls.system_time(),
                    at,
                    slack: SLACK,
                }
            }
        };
        let server = client.server_name().to_owned();
        Ok(Self {
            server,
            businesses,
            clock,
        })
    }

    pub(crate) fn clock(&self) -> Clock {
        self.clock
    }

    /// Slugs of the businesses; `None` where they cannot be read.
    pub(crate) fn slugs(&self) -> Option<Vec<String>> {
        let businesses = self.businesses.as_ref()?.iter();
        Some(businesses.map(|business| business.slug.clone()).collect())
    }

    /// Slugs of the businesses for an output; `None` also where its account had some and lists none: that
    /// tells of the server.
    pub(crate) fn slugs_for(&self, owner: &Owner) -> Option<Vec<String>> {
        let is_usable = |slugs: &Vec<String>| !slugs.is_empty() || owner.businesses.is_empty();
        self.slugs().filter(is_usable)
    }

    /// Returns the slugs that are asked for; all where none is.
    ///
    /// # Errors
    ///
    /// An error that names a business which does not exist, and those that do.
    pub(crate) fn select(&self, wanted: &[String]) -> Result<Vec<String>> {
        let detail = match self.slugs() {
            None if wanted.is_empty() => {
                "`businesses`: they cannot be read with this key, so name those that are wanted"
                    .to_owned()
            }
            None => return Ok(wanted.to_vec()),
            Some(known) => match wanted.iter().find(|slug| !known.contains(slug)) {
                None if wanted.is_empty() => return Ok(known),
                None => return Ok(wanted.to_vec()),
                Some(unknown) => {
                    format!(
                        "`businesses`: the account has no business `{unknown}`, only {}",
                        known.join(", ")
                    )
                }
            },
        };
        Err(Error::options(detail))
    }

    /// Returns the account as the owner of a new output.
    pub(crate) fn owner(&self, settings: &Settings) -> Owner {
        let businesses = self.businesses.iter().flatten();
        Owner {
            server: self.server.clone(),
            businesses: businesses.map(|business| business.id.clone()).collect(),
            key: settings
                .api_key
                .as_ref()
                .map(|key| Fingerprint::new(&key.0)),
            privacy: settings.privacy.description(),
        }
    }

    /// Checks that an output belongs to this account and server. Returns its owner, brought up to
    /// date, and whether the server has changed: places in lists do not hold then.
    ///
    /// # Errors
    ///
    /// A refusal that names both.
    pub(crate) fn check(
        &self,
        owner: &Owner,
        settings: &Settings,
        name: &str,
    ) -> Result<(Owner, bool)> {
        let current = self.owner(settings);
        let moved = owner.server != current.server;
        owner.check_privacy(settings, name)?;
        let refuse = |detail: String| {
            let hint =
                "if it is the same account, say so (--same-account); if not, use another output";
            Err(Error::refused(
                ErrorKind::Account,
                format!("{detail}; {hint}"),
            ))
        };
        if moved && !settings.same_account {
            return refuse(format!(
                "{name} was made from {}, not from {}",
                owner.server, current.server
            ));
        }
        let is_known = !owner.businesses.is_empty() && !current.businesses.is_empty();
        if is_known && owner.businesses.is_disjoint(&current.businesses) {
            // Other accounts are never the same, whatever is said.
            let list = |ids: &BTreeSet<String>| ids.iter().cloned().collect::<Vec<_>>().join(", ");
            let detail = format!(
                "{name} belongs to the account with the businesses {}, and the key is of the one \
                 with {}: use another output",
                list(&owner.businesses),
                list(&current.businesses)
            );
            return Err(Error::refused(ErrorKind::Account, detail));
        }
        if !is_known && !settings.same_account {
            let same = owner.key.as_ref().zip(settings.api_key.as_ref());
            if !same.is_some_and(|(fingerprint, key)| fingerprint.is_of(&key.0)) {
                return refuse(format!(
                    "{name} was made with another API key, and no business tells whether the \
                     account is the same"
                ));
            }
        }
        let businesses = match current.businesses.is_empty() {
            true => owner.businesses.clone(),
            false => current.businesses,
        };
        let same_key = owner.key.clone().filter(|fingerprint| {
            let key = settings.api_key.as_ref();
            key.is_none_or(|key| fingerprint.is_of(&key.0))
        });
        let key = same_key.or(current.key);
        let owner = Owner {
            server: current.server,
            businesses,
            key,
            privacy: current.privacy,
        };
        Ok((owner, moved))
    }
}

impl Owner {
    /// Checks that an output is continued with the treatment of personal data that it was begun with.
    ///
    /// # Errors
    ///
    /// A refusal that names both.
    pub(crate) fn check_privacy(&self, settings: &Settings, name: &str) -> Result<()> {
        let asked = settings.privacy.description();
        if self.privacy == asked {
            return Ok(());
        }
        let text = |privacy: &Option<String>| privacy.clone().unwrap_or("none".to_owned());
        let detail = format!(
            "{name} was begun with other settings for personal data: {}; not {}; use them, or \
             another output",
            text(&self.privacy),
            text(&asked)
        );
        Err(Error::refused(ErrorKind::State, detail))
    }
}

/// Reads ids and slugs.
fn read(answer: &str) -> Option<Vec<Business>> {
    #[derive(Deserialize)]
    struct Answer {
        data: Vec<Business>,
    }
    let answer: Answer = serde_json::from_str(answer).ok()?;
    Some(answer.data)
}

/// An age that cannot be meant is none.
fn age_limit(age: u32) -> u32 {
    const DAY: u32 = 24 * 60 * 60;
    if age > DAY { 0 } else { age }
}

impl Clock {
    /// Returns the server's time.
    pub(crate) fn now(&self, local: Instant) -> DateTime<Utc> {
        (self.time + local.saturating_duration_since(self.at)).into()
    }

    /// Returns the time this long ago, or earlier where the clock is not the server's.
    pub(crate) fn ago(&self, local: Instant, age: Duration) -> Option<DateTime<Utc>> {
        let age = chrono::TimeDelta::from_std(age.checked_add(self.slack)?).ok()?;
        self.now(local).checked_sub_signed(age)
    }
}

impl Fingerprint {
    fn new(key: &str) -> Self {
        let mut random = fastrand::Rng::new();
        let salt = format!("{:032x}", random.u128(..));
        let digest = Self::digest(&salt, key);
        Self { salt, digest }
    }

    fn is_of(&self, key: &str) -> bool {
        Self::digest(&self.salt, key) == self.digest
    }

    fn digest(salt: &str, key: &str) -> String {
        hex(&Sha256::digest(format!("octocom key {salt} {key}")))
    }
}

/// Returns bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a text cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
