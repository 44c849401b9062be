//! The operation table: what each operation is, for everything that treats operations alike.

use std::fmt;
use std::time::Duration;

use http::Method;

#[cfg(feature = "generate")]
include!(concat!(env!("OUT_DIR"), "/operations.rs"));
#[cfg(not(feature = "generate"))]
include!("../generated/operations.rs");

/// One operation of the API.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// Operation id, which is also the name of the client's method.
    pub id: &'static str,
    /// HTTP method.
    pub method: Method,
    /// Path template, `{name}` for each parameter.
    pub path: &'static str,
    /// Summary, in the document's words.
    pub summary: &'static str,
    /// The effect of sending the operation twice.
    pub idempotency: Idempotency,
    /// The effect of a call on the account and on people.
    pub effect: Effect,
    /// Group and verb at a command line, `conversations add-tag` say. No two operations share one.
    pub command: &'static str,
    /// Credentials that the operation must carry.
    pub authentication: Authentication,
    /// Longest time of one attempt, from the connection to the end of the body.
    pub attempt_timeout: Duration,
    /// Items a page, for operations that answer in pages.
    pub page_size: Option<PageSize>,
    /// `true` if the items are sorted by creation date, so that a list can go on from a date.
    pub keyset: bool,
    /// The operations that share a rate limit with this one.
    pub limit_group: LimitGroup,
    /// Text in the `error` of a 429 which tells a quota, that waiting does not lift, from a rate
    /// limit. Upper and lower case are alike.
    pub quota: Option<&'static str>,
    /// Name of the request body in [`types`](crate::types); `None` when there is none.
    pub request: Option<&'static str>,
    /// Type of the success, as in `Page<User>`; `None` when the document does not describe it.
    /// Names
    /// are those of [`types`](crate::types), [`Page`](crate::Page) and
    /// [`Envelope`](crate::Envelope).
    pub success: Option<&'static str>,
    /// `true` if the document does not describe the body of the success.
    pub untyped: bool,
    /// Status that the document gives for success.
    pub success_status: u16,
    /// Statuses that the document gives for failures.
    pub error_statuses: &'static [u16],
}

impl Operation {
    /// Returns `true` if the operation does more than read.
    #[must_use]
    pub fn changes_something(&self) -> bool {
        self.idempotency != Idempotency::Safe
    }

    /// Returns group and verb of [`command`](Self::command): `("conversations", "add-tag")`.
    #[must_use]
    pub fn command_words(&self) -> (&'static str, &'static str) {
        self.command.split_once(' ').unwrap_or((self.command, ""))
    }

    /// Returns an operation that the document does not have, for a request to any other path of the
    /// server. It is resent only if it reads.
    ///
    /// [`Client::send`](crate::Client::send) takes it, and the operation table does not have it.
    #[must_use]
    pub fn unlisted(method: Method, path: &'static str, effect: Effect) -> Self {
        let idempotency = match effect {
            Effect::Reads => Idempotency::Safe,
            _ => Idempotency::Unsafe,
        };
        Self {
            id: "unlisted",
            method,
            path,
            summary: "A request that the document does not describe",
            idempotency,
            effect,
            command: "api",
            authentication: Authentication::ApiKey,
            attempt_timeout: Duration::from_secs(30),
            page_size: None,
            keyset: false,
            limit_group: LimitGroup {
                name: "default",
                per: None,
            },
            quota: None,
            request: None,
            success: None,
            untyped: true,
            success_status: 200,
            error_statuses: &[],
        }
    }

    /// Finds an operation by its id.
    #[must_use]
    pub fn find(id: &str) -> Option<&'static Self> {
        operations::ALL
            .iter()
            .copied()
            .find(|operation| operation.id == id)
    }
}

/// The effect of sending an operation twice, in the words of RFC 9110, section 9.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Idempotency {
    /// The operation only reads.
    Safe,
    /// Sending it twice has the same effect as sending it once.
    Idempotent,
    /// Sending it twice may act twice.
    Unsafe,
}

/// The strongest effect that a call may have: it reads, changes records, or reaches people.
///
/// The workspace's overlay decides it for each operation. Programs ask before they do what
/// [`needs_care`](Self::needs_care), and agents are offered [`Reads`](Self::Reads) by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Effect {
    /// The operation only reads.
    Reads,
    /// It adds a record, and changes none.
    Adds,
    /// It changes what is there.
    Overwrites,
    /// It deletes what is there.
    Deletes,
    /// It reaches a person or leaves the organization: an email, a message of the bot, a row in a
    /// sheet, a purchase.
    Sends,
}

impl Effect {
    /// Every effect, from the least to the most.
    pub const ALL: [Self; 5] = [
        Self::Reads,
        Self::Adds,
        Self::Overwrites,
        Self::Deletes,
        Self::Sends,
    ];

    /// Returns the effect's name, as the overlay has it: `overwrites` say.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reads => "reads",
            Self::Adds => "adds",
            Self::Overwrites => "overwrites",
            Self::Deletes => "deletes",
            Self::Sends => "sends",
        }
    }

    /// Returns `true` if the call cannot be taken back by another one: it overwrites, deletes or
    /// sends.
    #[must_use]
    pub fn needs_care(self) -> bool {
        matches!(self, Self::Overwrites | Self::Deletes | Self::Sends)
    }
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The credentials that an operation must carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Authentication {
    /// The API key, in the header `X-API-Key`.
    ApiKey,
    /// Nothing, and never the key: the operation is called from websites.
    None,
}

/// Items a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct PageSize {
    /// Items a page when the caller does not ask.
    pub default: u32,
    /// Most items that a caller may ask for; `None` when the size is fixed.
    pub max: Option<u32>,
}

/// The operations that share a rate limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct LimitGroup {
    /// Name of the group.
    pub name: &'static str,
    /// Path parameter whose value splits the group, one limit for each value.
    pub per: Option<&'static str>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_is_found_by_its_id_and_by_no_other_text() {
        let found = Operation::find("send_bot_message");
        assert_eq!(found, Some(&operations::SEND_BOT_MESSAGE));
        assert_eq!(Operation::find("send_bot_messages"), None);
    }

    #[test]
    fn only_what_is_safe_reads() {
        for operation in operations::ALL {
            let reads = operation.effect == Effect::Reads;
            assert_eq!(reads, !operation.changes_something(), "{}", operation.id);
            let (group, verb) = operation.command_words();
            assert_eq!(format!("{group} {verb}"), operation.command);
        }
        let needing_care = Effect::ALL.into_iter().filter(|effect| effect.needs_care());
        let names: Vec<_> = needing_care.map(Effect::as_str).collect();
        assert_eq!(names, ["overwrites", "deletes", "sends"]);
    }
}
