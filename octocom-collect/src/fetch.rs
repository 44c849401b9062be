//! Fetching what one row of a list stands for: a conversation in full, or the history of an item.

use octocom_api::types::Conversation;
use octocom_api::{Envelope, Response};
use octocom_ext::{Error, Uuid};

use crate::calls::Calls;
use crate::concern::{Concern, may_pass};
use crate::record::Record;
use crate::scope::Scope;
use crate::source::{self, Versions};

/// The result of a fetch.
#[derive(Debug)]
pub(crate) enum Fetched {
    /// A record in full.
    Details(Record),
    /// The versions of an item.
    Versions(Versions),
    /// The record is gone.
    Gone,
    /// The record cannot be had.
    Failed(Refusal),
    /// The run has to end.
    Stopped(Error),
}

/// The reason why a record cannot be had.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) reason: String,
    pub(crate) status: Option<u16>,
    /// The error of the call, if one failed.
    pub(crate) error: Option<Error>,
}

/// Rounds without an answer, each with its retries, after which the record is passed over if
/// others were had meanwhile.
const ROUNDS_WITHOUT_ANSWER: u32 = 3;

/// Fetches what a row stands for. Waits while the server is busy or not to be reached.
pub(crate) async fn fetch(calls: Calls, scope: Scope, id: String) -> Fetched {
    let Ok(uuid) = Uuid::try_parse(&id) else {
        return Fetched::Failed(Refusal::new(
            "its `id` is not a UUID, which the API asks for",
        ));
    };
    let (mut rounds, mut unanswered) = (0, 0);
    loop {
        let before = calls.successes();
        let result = match scope.stream.has_details() {
            true => conversation(&calls, uuid, &id).await,
            false => source::versions(calls.client(), &scope, uuid)
                .await
                .map(Fetched::Versions),
        };
        let error = match result {
            Ok(fetched) => return fetched,
            Err(error) => calls.guard().error(error),
        };
        match Concern::of(&error) {
            Concern::Gone => return Fetched::Gone,
            Concern::Record => return Fetched::Failed(error.into()),
            Concern::NoAnswer if calls.successes() > before || calls.is_answered().await => {
                unanswered += 1;
                if unanswered >= ROUNDS_WITHOUT_ANSWER {
                    return Fetched::Failed(error.into());
                }
            }
            Concern::NoAnswer | Concern::Run => {}
        }
        if !may_pass(&error) || !calls.wait(&error, rounds).await {
            return Fetched::Stopped(error);
        }
        rounds += 1;
    }
}

async fn conversation(calls: &Calls, uuid: Uuid, id: &str) -> Result<Fetched, Error> {
    let answer: Response<Envelope<Conversation>> =
        calls.client().api().get_conversation(&uuid).await?;
    let record = match Record::read(answer.value().data.json()) {
        // As it is listed: two spellings would be two records.
        Ok(record) if record.id.eq_ignore_ascii_case(id) => Record {
            id: id.to_owned(),
            ..record
        },
        Ok(_) => {
            return Ok(Fetched::Failed(Refusal::new(
                "the answer is of another record",
            )));
        }
        Err(reason) => {
            let reason = format!("the answer is not a record: {reason}");
            return Ok(Fetched::Failed(Refusal::new(reason)));
        }
    };
    Ok(Fetched::Details(record))
}

impl Refusal {
    pub(crate) fn new(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            status: None,
            error: None,
        }
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self {
            reason: error.to_string(),
            status: error.status().map(|status| status.as_u16()),
            error: Some(error),
        }
    }
}
